"""Samples of the literature: browsed, compared with the surrogate, loaded as designs."""
