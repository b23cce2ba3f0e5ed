"""Figures and statistics of results, without a window."""
