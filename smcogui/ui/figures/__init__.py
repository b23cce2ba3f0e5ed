"""Figures of datasets as live views, with designs that are selected in all of them at once."""
