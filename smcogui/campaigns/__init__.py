"""Many designs simulated as one plan: sampling, progress, repair."""
