"""The dock of the library: designs, runs and the trash of the project."""
