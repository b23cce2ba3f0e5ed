"""What claims of the paper are measured by: from a sample of designs to a number.

"At α = 0" is read as α ≤ 10°, as off-grid designs lie beside it. Without a word, 90° is left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from smcogui.analysis.claim import HC, PHI
from smcogui.analysis.design_table import GEOMETRY, INPUTS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.analysis.claim_sample import Sample

    Mask = NDArray[np.bool_]
NEAR_ZERO_DEG: Final = 10.0
LARGEST_DEG: Final = 89.5
"""From here on Hc is 0 for every design."""
_WEAK: Final = 0.3
_MODERATE: Final = (0.3, 0.7)
_FIELD_STEP_T: Final = 0.1


def strongest(reading: str, key: str, among: tuple[str, ...]) -> Callable[[Sample], float]:
    """Return by how much an input correlates more with a reading than the others do."""

    def margin(sample: Sample) -> float:
        rivals = [abs(sample.rho(other, reading)) for other in among if other != key]
        return abs(sample.rho(key, reading)) - max(rivals)

    return margin


def more_important(
    reading: str, names: tuple[str, ...], rivals: tuple[str, ...]
) -> Callable[[Sample], float]:
    """Return by how much the least important of some inputs exceeds its rivals."""

    def margin(sample: Sample) -> float:
        least = min(sample.importance(name, reading) for name in names)
        return least - max(sample.importance(name, reading) for name in rivals)

    return margin


def contrast(
    reading: str, inside: Callable[[Sample], Mask], outside: Callable[[Sample], Mask]
) -> Callable[[Sample], float]:
    """Return the difference of the means of a reading inside and outside."""
    return lambda s: s.mean(reading, inside(s)) - s.mean(reading, outside(s))


def between(sample: Sample, key: str, low: float, high: float) -> Mask:
    """Choose designs with a quantity in a range."""
    values = sample[key]
    mask: Mask = (values >= low) & (values <= high)
    return mask


def near_zero(sample: Sample) -> Mask:
    """Choose designs near α = 0."""
    return between(sample, "alpha_deg", 0, NEAR_ZERO_DEG)


def tilted(sample: Sample) -> Mask:
    """Choose designs at other angles, without 90°."""
    return ~near_zero(sample) & (sample["alpha_deg"] < LARGEST_DEG)


def at_zero(sign: int, key: str) -> Callable[[Sample], float]:
    """Return a partial correlation with Hc near α = 0, with the sign that is claimed."""
    others = tuple(each for each in (*GEOMETRY, "sigma_dw_z_mJ_m2") if each != key)
    return lambda s: sign * s.rho_partial(near_zero(s), HC, key, others)


def share(holds: Callable[[Sample], bool | None]) -> Callable[[Sample], float]:
    """Return +1 where something holds of a resample and -1 where it does not."""

    def sign(sample: Sample) -> float:
        found = holds(sample)
        return math.nan if found is None else (1.0 if found else -1.0)

    return sign


def pair_is_first(sample: Sample) -> bool | None:
    """Whether L and d are the most alike."""
    tree = sample.dendrogram()
    return None if tree is None else tree.first_pair() == {"L_nm", "d_nm"}


def forms(*members: str) -> Callable[[Sample], bool | None]:
    """Return whether quantities form a cluster."""

    def holds(sample: Sample) -> bool | None:
        tree = sample.dendrogram()
        return None if tree is None else tree.holds(members)

    return holds


_WITHOUT_ALPHA_L: Final = tuple(key for key in INPUTS if key not in {"alpha_deg", "L_nm"})


def second_and_negative(sample: Sample) -> float:
    """Return by how much L is the second strongest for Hc, and negative."""
    rivals = max(abs(sample.rho(key, HC)) for key in _WITHOUT_ALPHA_L)
    return min(abs(sample.rho("L_nm", HC)) - rivals, -sample.rho("L_nm", HC))


def weakest(sample: Sample) -> float:
    """Return by how much wS is the weakest for Hc."""
    rivals = min(abs(sample.rho(key, HC)) for key in INPUTS if key != "wS_nm")
    return rivals - abs(sample.rho("wS_nm", HC))


def moderate(sample: Sample) -> float:
    """Return how far the correlation of α with Φp lies among the moderate ones."""
    size, (low, high) = abs(sample.rho("alpha_deg", PHI)), _MODERATE
    return min(size - low, high - size)


def most_positive(sample: Sample) -> float:
    """Return by how much wZ is the most positive for Φp."""
    rho = {key: sample.rho(key, PHI) for key in INPUTS}
    return rho.pop("wZ_nm") - max(rho.values())


def most_negative(sample: Sample) -> float:
    """Return by how much ldw(Z) is the most negative for Φp."""
    rho = {key: sample.rho(key, PHI) for key in INPUTS}
    return min(value for key, value in rho.items() if key != "l_dw_z_nm") - rho["l_dw_z_nm"]


def both_weak(sample: Sample) -> float:
    """Return how far L and wS lie below what is not weak any more for Φp."""
    return _WEAK - max(abs(sample.rho(key, PHI)) for key in ("L_nm", "wS_nm"))


def less_for_both(sample: Sample) -> float:
    """Return by how much L and wS matter less than the rest, for both readings."""
    rivals = ("alpha_deg", "z_phase", "wZ_nm", "d_nm")
    return min(
        min(sample.importance(name, reading) for name in rivals)
        - max(sample.importance(name, reading) for name in ("L_nm", "wS_nm"))
        for reading in (HC, PHI)
    )


def high_phi_S(sample: Sample) -> Mask:
    """Choose designs with much of the 1:5 phase."""
    return between(sample, "phi_S", 0.3, 1)


def rich_in_zr(sample: Sample) -> Mask:
    """Choose designs with 5 at% zirconium or more."""
    return between(sample, "zr_at_percent", 5, 100)


def poor_in_zr(sample: Sample) -> Mask:
    """Choose designs with 5 at% zirconium or less."""
    return between(sample, "zr_at_percent", 0, 5)


def phi_S_over_phi_Z(within: Callable[[Sample], Mask]) -> Callable[[Sample], float]:
    """Return by how much φS correlates more with Hc than φZ does, within designs."""

    def margin(sample: Sample) -> float:
        mask = within(sample)
        ours = sample.rho_within(mask, "phi_S", HC)
        return ours - abs(sample.rho_within(mask, "phi_Z", HC))

    return margin


def best_band(sample: Sample) -> float:
    """Return by how much the mean Φp about 60° exceeds that of other bands."""
    edges = ((0, 15), (15, 45), (45, 52.5), (67.5, 80), (80, 89.9))
    means = [sample.mean(PHI, between(sample, "alpha_deg", *edge)) for edge in edges]
    rivals = [mean for mean in means if math.isfinite(mean)]
    ours = sample.mean(PHI, between(sample, "alpha_deg", 52.5, 67.5))
    return ours - max(rivals) if rivals else math.nan


def alpha_rules(sample: Sample) -> float:
    """Return by how much α is the strongest for both readings."""
    return min(strongest(reading, "alpha_deg", INPUTS)(sample) for reading in (HC, PHI))


def near_zero_with(**ranges: tuple[float, float]) -> Callable[[Sample], Mask]:
    """Choose designs near α = 0 with other quantities in ranges."""

    def choose(sample: Sample) -> Mask:
        mask = near_zero(sample)
        for key, (low, high) in ranges.items():
            mask = mask & between(sample, key, low, high)
        return mask

    return choose


def designs_with(**ranges: tuple[float, float]) -> Callable[[Sample], Mask]:
    """Choose designs with α < 90° and other quantities in ranges."""

    def choose(sample: Sample) -> Mask:
        mask: Mask = sample["alpha_deg"] < LARGEST_DEG
        for key, (low, high) in ranges.items():
            mask = mask & between(sample, key, low, high)
        return mask

    return choose


def without(
    whole: Callable[[Sample], Mask], part: Callable[[Sample], Mask]
) -> Callable[[Sample], Mask]:
    """Choose designs of a whole that are not in a part."""
    return lambda s: whole(s) & ~part(s)


THIN_Z: Final = near_zero_with(wZ_nm=(0, 7))
THICK_Z: Final = near_zero_with(wZ_nm=(9, 100))
THICK_S: Final = near_zero_with(wS_nm=(12, 18))
RIDGE: Final = (75.0, 125.0)
THICK_WALLS: Final = near_zero_with(wS_nm=(10, 15), L_nm=(30, 125))
CORNER: Final = designs_with(phi_S=(0.4, 0.6), phi_Z=(0, 0.15))
MIDDLE_ANGLES: Final = designs_with(alpha_deg=(30, 60))
ALL: Final = designs_with()


def none_at_90(sample: Sample) -> float:
    """Return how far the mean Hc at 90° lies below a field step."""
    return _FIELD_STEP_T - sample.mean(HC, between(sample, "alpha_deg", LARGEST_DEG, 90))


def only_z(sample: Sample) -> Mask:
    """Choose designs whose platelets leave no gap."""
    mask: Mask = sample["wZ_nm"] >= sample["d_nm"] - 1e-9
    return mask
