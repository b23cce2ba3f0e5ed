"""Series: one number of the design varied, "Hc against L", run and plotted."""
