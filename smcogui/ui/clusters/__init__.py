"""Clusters: questions while signing in, and what is submitted there and how it goes."""
