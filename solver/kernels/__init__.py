"""Production kernels: the functions of :mod:`solver.terms` fused for speed."""
