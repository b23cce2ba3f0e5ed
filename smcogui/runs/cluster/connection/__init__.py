"""Clusters over SSH; the one place that knows paramiko."""

from smcogui.runs.cluster.connection.ssh import SSHConnection, connect

__all__ = ["SSHConnection", "connect"]
