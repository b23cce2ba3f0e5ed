"""Measured curves: their import from instrument files, their list, their place on the plots."""
