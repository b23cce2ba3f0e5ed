"""Regression models, arrays in and arrays out: what is learned from simulated curves.

Nothing here knows of magnets, files of designs or the solver: columns have the names and units that
the caller gives them. Prediction needs numpy only; torch and scikit-learn are imported to train.
"""
