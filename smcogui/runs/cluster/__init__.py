"""Runs on clusters: profiles, the connection over SSH, schedulers, what is shipped and recorded."""
