import math

import pytest

from smcogui.design import MagneticPhase, load_phase, stoner_wohlfarth_coercivity
from smcogui.design.analytic import wall_pinning_field
from smcogui.errors import InputError
from smcogui.units import MU0

TABLE = {  # l_dw (nm), sigma_dw (mJ/m²), mu0 H_ani (T), √(A/K) (nm)
    "2:17": (7.04, 34.97, 7.90, 2.24),
    "1:5": (2.15, 50.18, 45.14, 0.69),
    "Lit": (1.50, 4.02, 13.53, 0.48),
    "DFT": (4.76, 12.74, 14.48, 1.52),
    "Mod": (2.22, 3.96, 9.02, 0.71),
}


@pytest.mark.parametrize("name", TABLE)
def test_load_phase_derived_quantities_match_table(name):
    phase = load_phase(name)
    derived = (
        phase.l_dw * 1e9,
        phase.sigma_dw * 1e3,
        phase.H_ani * MU0,
        phase.exchange_length * 1e9,
    )
    assert derived == pytest.approx(TABLE[name], abs=0.006)


def test_from_domain_wall_inverts_wall_energy_and_width():
    phase = MagneticPhase.from_domain_wall("user", sigma_dw=4e-3, l_dw=2.2e-9, Ms=310.4e3)
    assert phase.Aex == pytest.approx(0.700e-12, rel=1e-3)
    assert phase.Ku1 == pytest.approx(1.428e6, rel=1e-3)
    assert phase.l_dw == pytest.approx(2.2e-9)
    assert phase.sigma_dw == pytest.approx(4e-3)


def test_from_domain_wall_rounded_values_do_not_lead_back_to_1_5():
    phase = MagneticPhase.from_domain_wall("user", sigma_dw=50.2e-3, l_dw=2.2e-9, Ms=810.8e3)
    assert phase.Ku1 == pytest.approx(17.92e6, rel=1e-3)


def test_phase_without_anisotropy_has_infinite_lengths():
    phase = MagneticPhase(name="soft", Ms=1e6, Aex=1e-11, Ku1=0.0)
    assert phase.l_dw == math.inf
    assert phase.sigma_dw == 0
    assert phase.H_ani == 0


def test_load_phase_unknown_name_raises():
    with pytest.raises(InputError, match="DFT"):
        load_phase("dft2")


@pytest.mark.parametrize(
    ("weak", "strong", "field_T"),
    [("2:17", "1:5", 3.27), ("Lit", "2:17", 6.59), ("DFT", "2:17", 4.25), ("Mod", "2:17", 6.37)],
)
def test_wall_pinning_field_matches_published_formula(weak, strong, field_T):
    field = wall_pinning_field(load_phase(weak), load_phase(strong)) * MU0
    assert field == pytest.approx(field_T, abs=0.006)


@pytest.mark.parametrize(
    ("jumps", "field_T"),
    [("AKJ", 1.568), ("AK", 1.089), ("AJ", 1.206), ("A", 0.838), ("KJ", 1.005), ("K", 0.565)],
)
def test_wall_pinning_field_jump_cases(jumps, field_T):
    hard = MagneticPhase(name="hard", Aex=1e-11, Ku1=1e6, Ms=1 / MU0)
    soft = MagneticPhase(
        name="soft",
        Aex=2.5e-12 if "A" in jumps else 1e-11,
        Ku1=1e5 if "K" in jumps else 1e6,
        Ms=(0.25 if "J" in jumps else 1.0) / MU0,
    )
    assert wall_pinning_field(soft, hard) * MU0 == pytest.approx(field_T, abs=0.001)


def test_wall_pinning_field_downhill_is_zero():
    assert wall_pinning_field(load_phase("1:5"), load_phase("2:17")) == 0


@pytest.mark.parametrize(
    ("degrees", "ratio"),
    [(0, 1), (15, 0.615), (30, 0.524), (45, 0.5), (60, 0.433), (75, 0.25), (90, 0)],
)
def test_stoner_wohlfarth_coercivity_matches_table(degrees, ratio):
    assert stoner_wohlfarth_coercivity(math.radians(degrees), 1.0) == pytest.approx(ratio, abs=6e-4)
