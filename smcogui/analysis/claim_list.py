"""The claims of the paper about its dataset, each as a number that is above 0 where it holds.

Items count as docs/paper-claims.md does.
"""

from __future__ import annotations

from typing import Final

from smcogui.analysis.claim import HC, PHI, Claim, Location
from smcogui.analysis.claim_measures import (
    ALL,
    CORNER,
    LARGEST_DEG,
    MIDDLE_ANGLES,
    RIDGE,
    THICK_S,
    THICK_WALLS,
    THICK_Z,
    THIN_Z,
    alpha_rules,
    at_zero,
    best_band,
    between,
    both_weak,
    contrast,
    designs_with,
    forms,
    high_phi_S,
    less_for_both,
    moderate,
    more_important,
    most_negative,
    most_positive,
    near_zero,
    near_zero_with,
    none_at_90,
    only_z,
    pair_is_first,
    phi_S_over_phi_Z,
    poor_in_zr,
    rich_in_zr,
    second_and_negative,
    share,
    strongest,
    tilted,
    weakest,
    without,
)
from smcogui.analysis.design_table import GEOMETRY, INPUTS

_DEFINITION: Final = "a definition of the paper's network, not a trend; `models.inverse` has it"
_NO_INVERSE: Final = (
    "tells of inverse queries, not of a dataset; `invert` answers them, and simulations of its "
    "candidates decide"
)

CLAIMS: Final[tuple[Claim, ...]] = (
    Claim(
        item="51a",
        text="Spearman on Hc: α is the strongest",
        statistic="|ρ(α)| minus the largest other |ρ|",
        measure=strongest(HC, "alpha_deg", INPUTS),
    ),
    Claim(
        item="51b",
        text="Spearman on Hc: L is the second strongest, and negative",
        statistic="the smaller of |ρ(L)| minus the largest other |ρ| but α's, and -ρ(L)",
        measure=second_and_negative,
    ),
    Claim(
        item="51c",
        text="Spearman on Hc: wS is the weakest",
        statistic="the smallest other |ρ| minus |ρ(wS)|",
        measure=weakest,
    ),
    Claim(
        item="52a",
        text="Spearman on Φp: α is moderate",
        statistic="how far |ρ(α)| lies inside 0.3 to 0.7",
        measure=moderate,
        reading=PHI,
    ),
    Claim(
        item="52b",
        text="Spearman on Φp: wZ is the strongest positive",
        statistic="ρ(wZ) minus the largest other ρ",
        measure=most_positive,
        reading=PHI,
    ),
    Claim(
        item="52c",
        text="Spearman on Φp: ldw(Z) is the strongest negative",
        statistic="the smallest other ρ minus ρ(ldw(Z))",
        measure=most_negative,
        reading=PHI,
    ),
    Claim(
        item="52d",
        text="Spearman on Φp: L and wS are weak",
        statistic="0.3 minus the larger of |ρ(L)| and |ρ(wS)|",
        measure=both_weak,
        reading=PHI,
    ),
    Claim(
        item="53a",
        text="Permutation on Hc: α is first",
        statistic="importance of α minus the largest other",
        measure=more_important(HC, ("alpha_deg",), (*GEOMETRY, "z_phase")),
    ),
    Claim(
        item="53b",
        text="Permutation on Hc: σdw(Z) and Ms(Z) come next (the Z phase as one group)",
        statistic="importance of the Z phase minus the largest of the geometry",
        measure=more_important(HC, ("z_phase",), GEOMETRY),
    ),
    Claim(
        item="53c",
        text="Permutation on Φp: α is first",
        statistic="importance of α minus the largest other",
        measure=more_important(PHI, ("alpha_deg",), (*GEOMETRY, "z_phase")),
        reading=PHI,
    ),
    Claim(
        item="53d",
        text="Permutation on Φp: wZ and d come before L and wS",
        statistic="the smaller of the importances of wZ and d minus the larger of L's and wS's",
        measure=more_important(PHI, ("wZ_nm", "d_nm"), ("L_nm", "wS_nm")),
        reading=PHI,
    ),
    Claim(
        item="53e",
        text="Permutation: L and wS matter less than the others, to both",
        statistic="smallest importance of α, Z phase, wZ, d minus the larger of L's and wS's",
        measure=less_for_both,
        reading=PHI,
    ),
    Claim(
        item="54a",
        text="Clusters: L and d are the most alike",
        statistic="+1 where it holds of a resample, -1 where not",
        measure=share(pair_is_first),
        reading=PHI,
    ),
    Claim(
        item="54b",
        text="Clusters: σdw(Z), ldw(Z), Hc and Φp form one",
        statistic="+1 where it holds of a resample, -1 where not",
        measure=share(forms("sigma_dw_z_mJ_m2", "l_dw_z_nm", HC, PHI)),
        reading=PHI,
    ),
    Claim(
        item="54c",
        text="Clusters: α and Ms(Z) form one",
        statistic="+1 where it holds of a resample, -1 where not",
        measure=share(forms("alpha_deg", "Ms_z_kA_m")),
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
        measure=at_zero(1, "d_nm"),
        needs=near_zero,
    ),
    Claim(
        item="59b",
        text="At α = 0, Hc falls with L",
        statistic="minus partial ρ(L, Hc) at α ≤ 10°, given the other lengths and σdw(Z)",
        measure=at_zero(-1, "L_nm"),
        needs=near_zero,
    ),
    Claim(
        item="60",
        text="At α = 0 and large wS, Hc is drastically higher for L of 30 to 50 nm",
        statistic="mean Hc of L in 30–50 nm minus that of 50–125 nm, in T; wS 10–15 nm, α ≤ 10°",
        measure=contrast(
            HC,
            near_zero_with(wS_nm=(10, 15), L_nm=(30, 50)),
            near_zero_with(wS_nm=(10, 15), L_nm=(50, 125)),
        ),
        needs=THICK_WALLS,
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
        measure=contrast(
            PHI,
            near_zero_with(wZ_nm=(0, 7), L_nm=RIDGE),
            without(THIN_Z, designs_with(L_nm=RIDGE)),
        ),
        needs=THIN_Z,
        reading=PHI,
    ),
    Claim(
        item="62b",
        text="At α = 0, Φp has a valley at L of 75 to 125 nm for thick wZ (≥ 9 nm)",
        statistic="mean Φp beside the valley minus in it, α ≤ 10°",
        measure=contrast(
            PHI,
            without(THICK_Z, designs_with(L_nm=RIDGE)),
            near_zero_with(wZ_nm=(9, 100), L_nm=RIDGE),
        ),
        needs=THICK_Z,
        reading=PHI,
    ),
    Claim(
        item="62c",
        text="At α = 0, Φp has a second ridge at low L for wS about 15 nm",
        statistic="mean Φp of L ≤ 50 nm minus that of larger L, wS in 12–18 nm, α ≤ 10°",
        measure=contrast(
            PHI,
            near_zero_with(wS_nm=(12, 18), L_nm=(0, 50)),
            without(THICK_S, designs_with(L_nm=(0, 50))),
        ),
        needs=THICK_S,
        reading=PHI,
    ),
    Claim(
        item="63",
        text="Where d = wZ there is only Z, and Φp is 0",
        statistic="0.02 minus the mean Φp of these designs",
        measure=lambda s: 0.02 - s.mean(PHI, only_z(s)),
        needs=only_z,
        reading=PHI,
    ),
    Claim(
        item="64",
        text="Hc is largest at φZ about 0 and φS about 0.5",
        statistic="mean Hc of φS 0.4–0.6, φZ ≤ 0.15 minus that of all others, α < 90°, in T",
        measure=contrast(HC, CORNER, without(ALL, CORNER)),
        needs=CORNER,
    ),
    Claim(
        item="65a",
        text="Below 5 at% Zr, the zirconium content affects Hc",
        statistic="|ρ(Zr, Hc)| below 5 at% minus 0.1",
        measure=lambda s: abs(s.rho_within(poor_in_zr(s), "zr_at_percent", HC)) - 0.1,
        needs=poor_in_zr,
    ),
    Claim(
        item="65b",
        text="Above 5 at% Zr, Hc grows with φS rather than with the zirconium content",
        statistic="ρ(φS, Hc) minus |ρ(φZ, Hc)| above 5 at%",
        measure=phi_S_over_phi_Z(rich_in_zr),
        needs=rich_in_zr,
    ),
    Claim(
        item="67a",
        text="The mean Φp is largest at α = 60°",
        statistic="mean Φp of 52.5–67.5° minus the largest of the other bands",
        measure=best_band,
        needs=designs_with(alpha_deg=(52.5, 67.5)),
        reading=PHI,
    ),
    Claim(
        item="67b",
        text="At α = 90° Hc is 0",
        statistic="0.1 T minus the mean Hc at 90°, in T",
        measure=none_at_90,
        needs=lambda s: between(s, "alpha_deg", LARGEST_DEG, 90),
        least=10,
    ),
    Claim(
        item="68",
        text="Inhomogeneity contributes little at α = 0, and considerably at other angles",
        statistic="mean Φp of 10° < α < 90° minus that of α ≤ 10°",
        measure=contrast(PHI, tilted, near_zero),
        needs=near_zero,
        reading=PHI,
    ),
    Claim(
        item="69a",
        text="Of the lengths, Hc is most sensitive to L",
        statistic="|ρ(L)| minus the largest |ρ| of d, wS, wZ",
        measure=strongest(HC, "L_nm", GEOMETRY),
    ),
    Claim(
        item="69b",
        text="Of the lengths, Φp is most sensitive to wZ",
        statistic="|ρ(wZ)| minus the largest |ρ| of L, d, wS",
        measure=strongest(PHI, "wZ_nm", GEOMETRY),
        reading=PHI,
    ),
    Claim(
        item="69c",
        text="At high φS, Hc gains through φS and not through a lower φZ",
        statistic="ρ(φS, Hc) minus |ρ(φZ, Hc)| for φS ≥ 0.3",
        measure=phi_S_over_phi_Z(high_phi_S),
        needs=high_phi_S,
    ),
    Claim(
        item="69e",
        text="More Z finally lowers Hc",
        statistic="minus ρ(φZ, Hc) for φZ ≥ 0.3",
        measure=lambda s: -s.rho_within(between(s, "phi_Z", 0.3, 1), "phi_Z", HC),
        needs=lambda s: between(s, "phi_Z", 0.3, 1),
    ),
    Claim(
        item="70a",
        text="α dominates both Hc and Φp",
        statistic="the smaller of both |ρ(α)| minus the largest other |ρ|",
        measure=alpha_rules,
        reading=PHI,
    ),
    Claim(
        item="70b",
        text="Grains at α of 30 to 60° benefit most from pinning",
        statistic="mean Φp of 30–60° minus that of other angles below 90°",
        measure=contrast(PHI, MIDDLE_ANGLES, without(ALL, MIDDLE_ANGLES)),
        needs=MIDDLE_ANGLES,
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
