"""The Surrogates tab: designs with wanted readings, the models that find them, their training."""
