"""Finite-difference micromagnetics: from a :class:`~solver.problem.Problem` to field steps."""

__version__ = "0.1.1"
