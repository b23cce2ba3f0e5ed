"""Runs: what is submitted, where it lies, how it is watched and stopped."""
