"""The same Problem for MuMax3: its OVF files and its scripts."""
