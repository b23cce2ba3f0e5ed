"""Many independent two-dimensional problems at once, on a graphics card or a processor (torch)."""
