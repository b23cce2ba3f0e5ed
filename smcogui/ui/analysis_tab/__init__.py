"""Analysis tab: table of runs, overlaid curves, exports."""
