"""From phase fractions to the zirconium content (Suppl. Eq. 1)."""

from __future__ import annotations

from smcogui.design.tables import load_unit_cell


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
