"""The figures of a dataset, each by its name: see :mod:`smcogui.analysis.gallery.registry`."""
