"""Regression models, arrays in and arrays out: what is learned from simulated curves."""
