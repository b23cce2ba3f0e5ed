"""From phase fractions to the zirconium content (Suppl. Eq. 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from smcogui.design.tables import load_unit_cell

if TYPE_CHECKING:
    from numpy.typing import NDArray


def zr_atomic_percent(phi_S: float, phi_Z: float) -> float:
    """Return the zirconium content in at%.

    Every phase counts with its atoms per volume (Suppl. Table 2). The fraction of 2:17 is
    1 - phi_S - phi_Z, or nothing where the two nominal fractions add up to more than 1.

    Parameters
    ----------
    phi_S, phi_Z : float
        Fractions of the 1:5 and of the Z phase.

    Notes
    -----
    Suppl. Eq. 1 read with atoms per unit cell. Read with unit cells alone it would put 5 at% at
    phi_Z 0.45, where the paper's figure and text have about 0.32.
    """
    fractions = {"2:17": max(0.0, 1 - phi_S - phi_Z), "1:5": phi_S, "Z": phi_Z}
    atoms = zirconium = 0.0
    for name, fraction in fractions.items():
        cell = load_unit_cell(name)
        atoms += fraction * cell.atoms / cell.volume
        zirconium += fraction * cell.zr_atoms / cell.volume
    return 100 * zirconium / atoms


def most_phi_Z(phi_S: NDArray[Any], zr_at_percent: float) -> NDArray[Any]:
    """Return the largest fraction of the Z phase that keeps to a zirconium content.

    The inverse of :func:`zr_atomic_percent`, whose content rises with phi_Z: one line as long as
    some 2:17 is left, another behind it. Infinite where no fraction exceeds the content.

    Parameters
    ----------
    phi_S : ndarray
        Fractions of the 1:5 phase; complex ones for derivatives.
    zr_at_percent : float
    """
    cells = {name: load_unit_cell(name) for name in ("2:17", "1:5", "Z")}
    n_C, n_S, n_Z = (cell.atoms / cell.volume for cell in cells.values())
    zirconium = cells["Z"].zr_atoms / cells["Z"].volume
    share = zr_at_percent / 100
    if share * n_Z >= zirconium:
        return np.full_like(phi_S, np.inf)
    with_cells = share * (n_C + phi_S * (n_S - n_C)) / (zirconium - share * (n_Z - n_C))
    without = share * phi_S * n_S / (zirconium - share * n_Z)
    left = 1 - phi_S
    behind = np.where(without.real > left.real, without, left)
    return np.where(with_cells.real <= left.real, with_cells, behind)
