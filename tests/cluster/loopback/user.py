"""Somebody with an account on a loopback cluster: the profile, and who answers questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smcogui.runs.cluster.asker import HostKeyQuestion, NobodyToAsk
from smcogui.runs.cluster.profile import ClusterProfile, make_profile

if TYPE_CHECKING:
    from loopback.cluster import Cluster, SgeCluster


class TrustingAsker(NobodyToAsk):
    """Takes whatever host key is shown; the key of this server was made a minute ago."""

    def trust_host_key(self, question: HostKeyQuestion) -> bool:
        return True


def profile_of(cluster: Cluster | SgeCluster, **others: Any) -> ClusterProfile:
    """Return a profile that signs in with the user's key, for tasks of one core and 400 MB."""
    facts = {
        "name": "loopback",
        "host": cluster.sshd.host,
        "port": cluster.sshd.port,
        "user": cluster.sshd.user,
        "sign_in": ("key",),
        "identity_file": str(cluster.sshd.identity_file),
        "memory_MB": 400,
        "cpus": 1,
    }
    return make_profile(**facts, **others)
