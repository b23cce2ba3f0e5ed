"""The energy terms: their maths and a plain numpy reference, the oracle of every kernel.

Fields are flux densities B = mu0 H in T; arrays are ordered (3, nz, ny, nx).
"""
