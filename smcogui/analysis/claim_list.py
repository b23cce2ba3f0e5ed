"""The claims of the paper about its dataset, each as a number that is above 0 where it holds.

Items count as docs/paper-claims.md does. "At α = 0" is read as α ≤ 10°, as off-grid designs lie
beside it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from smcogui.analysis.claim import HC, PHI, Claim, Location
from smcogui.analysis.design_table import GEOMETRY, INPUTS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.analysis.claim_sample import Sample

    Mask = NDArray[np.bool_]
NEAR_ZERO_DEG: Final = 10.0
_LARGEST_DEG: Final = 89.5
"""From here on Hc is 0 for every design."""
_WEAK: Final = 0.3
_MODERATE: Final = (0.3, 0.7)
_FIELD_STEP_T: Final = 0.1
_DEFINITION: Final = "a definition of the paper's network, not a trend; `models.inverse` has it"
_NO_INVERSE: Final = (
    "tells of inverse queries, not of a dataset; `invert` answers them, and simulations of its "
    "candidates decide"
)


def _strongest(reading: str, key: str, among: tuple[str, ...]) -> Callable[[Sample], float]:
    def margin(sample: Sample) -> float:
        rivals = [abs(sample.rho(other, reading)) for other in among if other != key]
        return abs(sample.rho(key, reading)) - max(rivals)

    return margin


def _more_important(
    reading: str, names: tuple[str, ...], rivals: tuple[str, ...]
) -> Callable[[Sample], float]:
    def margin(sample: Sample) -> float:
        least = min(sample.importance(name, reading) for name in names)
        return least - max(sample.importance(name, reading) for name in rivals)

    return margin


def _contrast(
    reading: str, inside: Callable[[Sample], Mask], outside: Callable[[Sample], Mask]
) -> Callable[[Sample], float]:
    return lambda s: s.mean(reading, inside(s)) - s.mean(reading, outside(s))


def _between(sample: Sample, key: str, low: float, high: float) -> Mask:
    values = sample[key]
    mask: Mask = (values >= low) & (values <= high)
    return mask


def _near_zero(sample: Sample) -> Mask:
    return _between(sample, "alpha_deg", 0, NEAR_ZERO_DEG)


def _tilted(sample: Sample) -> Mask:
    return ~_near_zero(sample) & (sample["alpha_deg"] < _LARGEST_DEG)


def _at_zero(sign: int, key: str) -> Callable[[Sample], float]:
    others = tuple(each for each in (*GEOMETRY, "sigma_dw_z_mJ_m2") if each != key)
    return lambda s: sign * s.rho_partial(_near_zero(s), HC, key, others)


def _share(holds: Callable[[Sample], bool | None]) -> Callable[[Sample], float]:
    """Return +1 where something holds of a resample and -1 where it does not."""

    def sign(sample: Sample) -> float:
        found = holds(sample)
        return math.nan if found is None else (1.0 if found else -1.0)

    return sign


def _pair_is_first(sample: Sample) -> bool | None:
    tree = sample.dendrogram()
    return None if tree is None else tree.first_pair() == {"L_nm", "d_nm"}


def _forms(*members: str) -> Callable[[Sample], bool | None]:
    def holds(sample: Sample) -> bool | None:
        tree = sample.dendrogram()
        return None if tree is None else tree.holds(members)

    return holds


_WITHOUT_ALPHA_L: Final = tuple(key for key in INPUTS if key not in {"alpha_deg", "L_nm"})


def _second_and_negative(sample: Sample) -> float:
    rivals = max(abs(sample.rho(key, HC)) for key in _WITHOUT_ALPHA_L)
    return min(abs(sample.rho("L_nm", HC)) - rivals, -sample.rho("L_nm", HC))


def _weakest(sample: Sample) -> float:
    rivals = min(abs(sample.rho(key, HC)) for key in INPUTS if key != "wS_nm")
    return rivals - abs(sample.rho("wS_nm", HC))


def _moderate(sample: Sample) -> float:
    size, (low, high) = abs(sample.rho("alpha_deg", PHI)), _MODERATE
    return min(size - low, high - size)


def _most_positive(sample: Sample) -> float:
    rho = {key: sample.rho(key, PHI) for key in INPUTS}
    return rho.pop("wZ_nm") - max(rho.values())


def _most_negative(sample: Sample) -> float:
    rho = {key: sample.rho(key, PHI) for key in INPUTS}
    return min(value for key, value in rho.items() if key != "l_dw_z_nm") - rho["l_dw_z_nm"]


def _both_weak(sample: Sample) -> float:
    return _WEAK - max(abs(sample.rho(key, PHI)) for key in ("L_nm", "wS_nm"))


def _less_for_both(sample: Sample) -> float:
    rivals = ("alpha_deg", "z_phase", "wZ_nm", "d_nm")
    return min(
        min(sample.importance(name, reading) for name in rivals)
        - max(sample.importance(name, reading) for name in ("L_nm", "wS_nm"))
        for reading in (HC, PHI)
    )


def _high_phi_S(sample: Sample) -> Mask:
    return _between(sample, "phi_S", 0.3, 1)


def _rich_in_zr(sample: Sample) -> Mask:
    return _between(sample, "zr_at_percent", 5, 100)


def _poor_in_zr(sample: Sample) -> Mask:
    return _between(sample, "zr_at_percent", 0, 5)


def _phi_S_over_phi_Z(within: Callable[[Sample], Mask]) -> Callable[[Sample], float]:
    def margin(sample: Sample) -> float:
        mask = within(sample)
        ours = sample.rho_within(mask, "phi_S", HC)
        return ours - abs(sample.rho_within(mask, "phi_Z", HC))

    return margin


def _best_band(sample: Sample) -> float:
    edges = ((0, 15), (15, 45), (45, 52.5), (67.5, 80), (80, 89.9))
    means = [sample.mean(PHI, _between(sample, "alpha_deg", *edge)) for edge in edges]
    rivals = [mean for mean in means if math.isfinite(mean)]
    ours = sample.mean(PHI, _between(sample, "alpha_deg", 52.5, 67.5))
    return ours - max(rivals) if rivals else math.nan


def _alpha_rules(sample: Sample) -> float:
    return min(_strongest(reading, "alpha_deg", INPUTS)(sample) for reading in (HC, PHI))


def _near_zero_with(**ranges: tuple[float, float]) -> Callable[[Sample], Mask]:
    """Choose designs near α = 0 with other quantities in ranges."""

    def choose(sample: Sample) -> Mask:
        mask = _near_zero(sample)
        for key, (low, high) in ranges.items():
            mask = mask & _between(sample, key, low, high)
        return mask

    return choose


def _with(**ranges: tuple[float, float]) -> Callable[[Sample], Mask]:
    """Choose designs with α < 90° and other quantities in ranges."""

    def choose(sample: Sample) -> Mask:
        mask: Mask = sample["alpha_deg"] < _LARGEST_DEG
        for key, (low, high) in ranges.items():
            mask = mask & _between(sample, key, low, high)
        return mask

    return choose


def _without(
    whole: Callable[[Sample], Mask], part: Callable[[Sample], Mask]
) -> Callable[[Sample], Mask]:
    return lambda s: whole(s) & ~part(s)


_THIN_Z: Final = _near_zero_with(wZ_nm=(0, 7))
_THICK_Z: Final = _near_zero_with(wZ_nm=(9, 100))
_THICK_S: Final = _near_zero_with(wS_nm=(12, 18))
_RIDGE: Final = (75.0, 125.0)
_THICK_WALLS: Final = _near_zero_with(wS_nm=(10, 15), L_nm=(30, 125))
_CORNER: Final = _with(phi_S=(0.4, 0.6), phi_Z=(0, 0.15))
_MIDDLE_ANGLES: Final = _with(alpha_deg=(30, 60))
_ALL: Final = _with()


def _none_at_90(sample: Sample) -> float:
    return _FIELD_STEP_T - sample.mean(HC, _between(sample, "alpha_deg", _LARGEST_DEG, 90))


def _only_z(sample: Sample) -> Mask:
    mask: Mask = sample["wZ_nm"] >= sample["d_nm"] - 1e-9
    return mask


CLAIMS: Final[tuple[Claim, ...]] = (
    Claim(
        item="51a",
        text="Spearman on Hc: α is the strongest",
        statistic="|ρ(α)| minus the largest other |ρ|",
        measure=_strongest(HC, "alpha_deg", INPUTS),
    ),
    Claim(
        item="51b",
        text="Spearman on Hc: L is the second strongest, and negative",
        statistic="the smaller of |ρ(L)| minus the largest other |ρ| but α's, and -ρ(L)",
        measure=_second_and_negative,
    ),
    Claim(
        item="51c",
        text="Spearman on Hc: wS is the weakest",
        statistic="the smallest other |ρ| minus |ρ(wS)|",
        measure=_weakest,
    ),
    Claim(
        item="52a",
        text="Spearman on Φp: α is moderate",
        statistic="how far |ρ(α)| lies inside 0.3 to 0.7",
        measure=_moderate,
        reading=PHI,
    ),
    Claim(
        item="52b",
        text="Spearman on Φp: wZ is the strongest positive",
        statistic="ρ(wZ) minus the largest other ρ",
        measure=_most_positive,
        reading=PHI,
    ),
    Claim(
        item="52c",
        text="Spearman on Φp: ldw(Z) is the strongest negative",
        statistic="the smallest other ρ minus ρ(ldw(Z))",
        measure=_most_negative,
        reading=PHI,
    ),
    Claim(
        item="52d",
        text="Spearman on Φp: L and wS are weak",
        statistic="0.3 minus the larger of |ρ(L)| and |ρ(wS)|",
        measure=_both_weak,
        reading=PHI,
    ),
    Claim(
        item="53a",
        text="Permutation on Hc: α is first",
        statistic="importance of α minus the largest other",
        measure=_more_important(HC, ("alpha_deg",), (*GEOMETRY, "z_phase")),
    ),
    Claim(
        item="53b",
        text="Permutation on Hc: σdw(Z) and Ms(Z) come next (the Z phase as one group)",
        statistic="importance of the Z phase minus the largest of the geometry",
        measure=_more_important(HC, ("z_phase",), GEOMETRY),
    ),
    Claim(
        item="53c",
        text="Permutation on Φp: α is first",
        statistic="importance of α minus the largest other",
        measure=_more_important(PHI, ("alpha_deg",), (*GEOMETRY, "z_phase")),
        reading=PHI,
    ),
    Claim(
        item="53d",
        text="Permutation on Φp: wZ and d come before L and wS",
        statistic="the smaller of the importances of wZ and d minus the larger of L's and wS's",
        measure=_more_important(PHI, ("wZ_nm", "d_nm"), ("L_nm", "wS_nm")),
        reading=PHI,
    ),
    Claim(
        item="53e",
        text="Permutation: L and wS matter less than the others, to both",
        statistic="smallest importance of α, Z phase, wZ, d minus the larger of L's and wS's",
        measure=_less_for_both,
        reading=PHI,
    ),
    Claim(
        item="54a",
        text="Clusters: L and d are the most alike",
        statistic="+1 where it holds of a resample, -1 where not",
        measure=_share(_pair_is_first),
        reading=PHI,
    ),
    Claim(
        item="54b",
        text="Clusters: σdw(Z), ldw(Z), Hc and Φp form one",
        statistic="+1 where it holds of a resample, -1 where not",
        measure=_share(_forms("sigma_dw_z_mJ_m2", "l_dw_z_nm", HC, PHI)),
        reading=PHI,
    ),
    Claim(
        item="54c",
        text="Clusters: α and Ms(Z) form one",
        statistic="+1 where it holds of a resample, -1 where not",
        measure=_share(_forms("alpha_deg", "Ms_z_kA_m")),
        reading=PHI,
    ),
    *(
        Claim(
            item=item,
            text=text,
            statistic="–",
            measure=None,
            open_because=why,
        )
        for item, text, why in (
            ("55", "The i-NN minimises λ‖I[Y] - X‖² + ‖F[I[Y]] - Y‖², λ = 0.02", _DEFINITION),
            ("56", "The i-NN is 2-(128, 128)-4, kept at its least test loss", _DEFINITION),
            ("57", "Table 1: queries are met within 0.09, 0.04 and 3.7 %", _NO_INVERSE),
            ("58", "Queries are met within 5 %, best between the quartiles", _NO_INVERSE),
        )
    ),
    Claim(
        item="59a",
        text="At α = 0, Hc rises with d",
        statistic="partial ρ(d, Hc) at α ≤ 10°, given the other lengths and σdw(Z)",
        measure=_at_zero(1, "d_nm"),
        needs=_near_zero,
    ),
    Claim(
        item="59b",
        text="At α = 0, Hc falls with L",
        statistic="minus partial ρ(L, Hc) at α ≤ 10°, given the other lengths and σdw(Z)",
        measure=_at_zero(-1, "L_nm"),
        needs=_near_zero,
    ),
    Claim(
        item="60",
        text="At α = 0 and large wS, Hc is drastically higher for L of 30 to 50 nm",
        statistic="mean Hc of L in 30–50 nm minus that of 50–125 nm, in T; wS 10–15 nm, α ≤ 10°",
        measure=_contrast(
            HC,
            _near_zero_with(wS_nm=(10, 15), L_nm=(30, 50)),
            _near_zero_with(wS_nm=(10, 15), L_nm=(50, 125)),
        ),
        needs=_THICK_WALLS,
    ),
    Claim(
        item="61",
        text="φS reaches up to 50 %",
        statistic="largest φS minus 0.5",
        measure=lambda s: float(s["phi_S"].max()) - 0.5,
    ),
    Claim(
        item="62a",
        text="At α = 0, Φp has a ridge at L of 75 to 125 nm for wZ < 7 nm",
        statistic="mean Φp on the ridge minus beside it, α ≤ 10°",
        measure=_contrast(
            PHI,
            _near_zero_with(wZ_nm=(0, 7), L_nm=_RIDGE),
            _without(_THIN_Z, _with(L_nm=_RIDGE)),
        ),
        needs=_THIN_Z,
        reading=PHI,
    ),
    Claim(
        item="62b",
        text="At α = 0, Φp has a valley at L of 75 to 125 nm for thick wZ (≥ 9 nm)",
        statistic="mean Φp beside the valley minus in it, α ≤ 10°",
        measure=_contrast(
            PHI,
            _without(_THICK_Z, _with(L_nm=_RIDGE)),
            _near_zero_with(wZ_nm=(9, 100), L_nm=_RIDGE),
        ),
        needs=_THICK_Z,
        reading=PHI,
    ),
    Claim(
        item="62c",
        text="At α = 0, Φp has a second ridge at low L for wS about 15 nm",
        statistic="mean Φp of L ≤ 50 nm minus that of larger L, wS in 12–18 nm, α ≤ 10°",
        measure=_contrast(
            PHI,
            _near_zero_with(wS_nm=(12, 18), L_nm=(0, 50)),
            _without(_THICK_S, _with(L_nm=(0, 50))),
        ),
        needs=_THICK_S,
        reading=PHI,
    ),
    Claim(
        item="63",
        text="Where d = wZ there is only Z, and Φp is 0",
        statistic="0.02 minus the mean Φp of these designs",
        measure=lambda s: 0.02 - s.mean(PHI, _only_z(s)),
        needs=_only_z,
        reading=PHI,
    ),
    Claim(
        item="64",
        text="Hc is largest at φZ about 0 and φS about 0.5",
        statistic="mean Hc of φS 0.4–0.6, φZ ≤ 0.15 minus that of all others, α < 90°, in T",
        measure=_contrast(HC, _CORNER, _without(_ALL, _CORNER)),
        needs=_CORNER,
    ),
    Claim(
        item="65a",
        text="Below 5 at% Zr, the zirconium content affects Hc",
        statistic="|ρ(Zr, Hc)| below 5 at% minus 0.1",
        measure=lambda s: abs(s.rho_within(_poor_in_zr(s), "zr_at_percent", HC)) - 0.1,
        needs=_poor_in_zr,
    ),
    Claim(
        item="65b",
        text="Above 5 at% Zr, Hc grows with φS rather than with the zirconium content",
        statistic="ρ(φS, Hc) minus |ρ(φZ, Hc)| above 5 at%",
        measure=_phi_S_over_phi_Z(_rich_in_zr),
        needs=_rich_in_zr,
    ),
    Claim(
        item="67a",
        text="The mean Φp is largest at α = 60°",
        statistic="mean Φp of 52.5–67.5° minus the largest of the other bands",
        measure=_best_band,
        needs=_with(alpha_deg=(52.5, 67.5)),
        reading=PHI,
    ),
    Claim(
        item="67b",
        text="At α = 90° Hc is 0",
        statistic="0.1 T minus the mean Hc at 90°, in T",
        measure=_none_at_90,
        needs=lambda s: _between(s, "alpha_deg", _LARGEST_DEG, 90),
        least=10,
    ),
    Claim(
        item="68",
        text="Inhomogeneity contributes little at α = 0, and considerably at other angles",
        statistic="mean Φp of 10° < α < 90° minus that of α ≤ 10°",
        measure=_contrast(PHI, _tilted, _near_zero),
        needs=_near_zero,
        reading=PHI,
    ),
    Claim(
        item="69a",
        text="Of the lengths, Hc is most sensitive to L",
        statistic="|ρ(L)| minus the largest |ρ| of d, wS, wZ",
        measure=_strongest(HC, "L_nm", GEOMETRY),
    ),
    Claim(
        item="69b",
        text="Of the lengths, Φp is most sensitive to wZ",
        statistic="|ρ(wZ)| minus the largest |ρ| of L, d, wS",
        measure=_strongest(PHI, "wZ_nm", GEOMETRY),
        reading=PHI,
    ),
    Claim(
        item="69c",
        text="At high φS, Hc gains through φS and not through a lower φZ",
        statistic="ρ(φS, Hc) minus |ρ(φZ, Hc)| for φS ≥ 0.3",
        measure=_phi_S_over_phi_Z(_high_phi_S),
        needs=_high_phi_S,
    ),
    Claim(
        item="69e",
        text="More Z finally lowers Hc",
        statistic="minus ρ(φZ, Hc) for φZ ≥ 0.3",
        measure=lambda s: -s.rho_within(_between(s, "phi_Z", 0.3, 1), "phi_Z", HC),
        needs=lambda s: _between(s, "phi_Z", 0.3, 1),
    ),
    Claim(
        item="70a",
        text="α dominates both Hc and Φp",
        statistic="the smaller of both |ρ(α)| minus the largest other |ρ|",
        measure=_alpha_rules,
        reading=PHI,
    ),
    Claim(
        item="70b",
        text="Grains at α of 30 to 60° benefit most from pinning",
        statistic="mean Φp of 30–60° minus that of other angles below 90°",
        measure=_contrast(PHI, _MIDDLE_ANGLES, _without(_ALL, _MIDDLE_ANGLES)),
        needs=_MIDDLE_ANGLES,
        reading=PHI,
    ),
)
LOCATIONS: Final[tuple[Location, ...]] = (
    Location(
        item="66a",
        text="Φp is largest at φS about 0.5",
        reading=PHI,
        axis="phi_S",
        low=0.45,
        high=0.55,
    ),
    Location(
        item="66b",
        text="Φp is largest at φZ about 0.32 (5 at% Zr)",
        reading=PHI,
        axis="phi_Z",
        low=0.29,
        high=0.35,
    ),
    Location(
        item="69d",
        text="Φp is largest at φZ of 0.32 to 0.42",
        reading=PHI,
        axis="phi_Z",
        low=0.32,
        high=0.42,
    ),
)
"""Judged by the spline of the figure ``fractions``."""
