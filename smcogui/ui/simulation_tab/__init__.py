"""Simulation tab: run control, live curve, stored magnetisation."""
