"""SmCo Studio: design of SmCo-1:7 magnets, from the nanostructure to the hysteresis curve."""

__version__ = "0.1.0"
