"""Exchange between nearest neighbours, with two rules for cells of different material.

``conservative`` (MuMax3 3.10 and later, and this program's default) couples through the harmonic
mean of the stiffness and is derived from an energy::

    B_i = (2 / Ms_i) sum_j S <A>_H (m_j - m_i) / d_ij^2

``mumax3_2014`` (MuMax3 before 3.10; Suppl. Eq. 7 of the paper) takes the harmonic mean of A/Ms::

    B_i = 2 sum_j S <A/Ms>_H (m_j - m_i) / d_ij^2

which has no energy behind it where Ms differs. S applies between different regions. An open face
has no neighbour (Neumann).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.mesh import OPEN

if TYPE_CHECKING:
    from solver.problem import Problem

Array = NDArray[np.float64]


def link_tables(problem: Problem) -> Array:
    """Return the coupling between cells of two regions along x, y and z.

    Returns
    -------
    ndarray of shape (3, n_regions, n_regions)
        2 S <A>_H / d² in J/m³, or 2 S <A/Ms>_H / d² in T for the 2014 rule.
    """
    stiffness = problem.table("Aex")
    if problem.options.exchange_rule == "mumax3_2014":
        stiffness = stiffness / problem.table("Ms")
    one, other = stiffness[:, None], stiffness[None, :]
    total = one + other
    mean = 2 * one * other / np.where(total > 0, total, 1.0)
    factor = np.where(np.eye(len(stiffness), dtype=bool), 1.0, problem.options.interface_factor)
    return np.stack([2 * factor * mean / size**2 for size in problem.mesh.cell_size])


def exchange_links(problem: Problem) -> tuple[Array, Array, Array]:
    """Return the coupling of every cell to its neighbour in +x, +y and +z.

    Returns
    -------
    tuple of ndarray, each of shape (nz, ny, nx)
        Taken from :func:`link_tables`. The last plane holds the link that wraps around, zero in
        an open direction and along a single cell.
    """
    links = []
    for axis, (n, table, images) in enumerate(
        zip(problem.mesh.cells, link_tables(problem), problem.mesh.pbc, strict=True)
    ):
        array_axis = 2 - axis
        link = table[problem.regions, np.roll(problem.regions, -1, axis=array_axis)]
        if n == 1:
            link[:] = 0.0
        elif images == OPEN:
            np.moveaxis(link, array_axis, 0)[-1] = 0.0
        links.append(link)
    return links[0], links[1], links[2]


def weight_table(problem: Problem) -> Array:
    """Return :func:`exchange_weights` of each region, shape (n_regions,)."""
    if problem.options.exchange_rule == "mumax3_2014":
        return np.ones(len(problem.materials))
    return np.asarray(1.0 / problem.table("Ms"))


def exchange_weights(problem: Problem) -> Array:
    """Return what turns the sum over links into a field in T: 1/Ms, or 1 for the 2014 rule."""
    return np.asarray(weight_table(problem)[problem.regions])


def exchange_field(problem: Problem, m: Array) -> Array:
    """Return the exchange field in T.

    Parameters
    ----------
    problem : Problem
    m : ndarray of shape (3, nz, ny, nx)
        Unit vectors.

    Returns
    -------
    ndarray of shape (3, nz, ny, nx)
    """
    field = np.zeros_like(m)
    for axis, link in enumerate(exchange_links(problem)):
        array_axis = 3 - axis
        flow = link * (np.roll(m, -1, axis=array_axis) - m)
        field += flow - np.roll(flow, 1, axis=array_axis)
    return field * exchange_weights(problem)
