"""The numbers that the editor offers: label, unit, limits, usual range."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from smcogui.design.limits import LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberField:
    """One number of the design file.

    Parameters
    ----------
    key : str
        Its key in the design file, with the table.
    label : str
        What it is called; HTML for subscripts.
    unit : str
    usual : tuple of float
        What the slider spans; equal ends mean no slider.
    step : float
    quantity : str
        Kind of quantity, where the unit alone does not tell it.
    literature : tuple of float or None
        Range of the samples in the literature table, marked on the slider.
    tip : str
        One sentence.
    """

    key: str
    label: str
    unit: str
    usual: tuple[float, float] = (0.0, 0.0)
    step: float = 0.5
    quantity: str = ""
    literature: tuple[float, float] | None = None
    tip: str = ""

    @property
    def limits(self) -> tuple[float, float]:
        """What the box accepts: the limits of the design file."""
        for key in (self.key, f"material.z_phase.{self.key}"):
            if key in LIMITS:
                return LIMITS[key].low, LIMITS[key].high
        return LIMITS["nanostructure.offsets"].low, LIMITS["nanostructure.offsets"].high

    @property
    def plain_label(self) -> str:
        """The label without HTML."""
        return re.sub(r"<[^>]+>", "", self.label)


STRUCTURE: Final = (
    NumberField(
        key="nanostructure.L_nm",
        label="Cell interval <i>L</i>",
        unit="nm",
        usual=(20.0, 190.0),
        step=1.0,
        literature=(33.6, 184.8),
        tip="Interval of the 1:5 walls, from middle to middle across the wall.",
    ),
    NumberField(
        key="nanostructure.d_nm",
        label="Platelet interval <i>d</i>",
        unit="nm",
        usual=(5.0, 80.0),
        literature=(9.78, 72.28),
        tip="Interval of the Z platelets, from middle to middle along c.",
    ),
    NumberField(
        key="nanostructure.wS_nm",
        label="1:5 wall <i>w</i><sub>S</sub>",
        unit="nm",
        usual=(1.0, 25.0),
        literature=(2.66, 20.12),
        tip="Thickness of the 1:5 walls; at most L.",
    ),
    NumberField(
        key="nanostructure.wZ_nm",
        label="Z platelet <i>w</i><sub>Z</sub>",
        unit="nm",
        usual=(0.5, 30.0),
        literature=(1.065, 28.8),
        tip="Thickness of the Z platelets; at most d.",
    ),
    NumberField(
        key="nanostructure.theta_deg",
        label="Half angle <i>θ</i>",
        unit="°",
        usual=(5.0, 60.0),
        step=1.0,
        tip="Angle between the 1:5 walls and c.",
    ),
)
FIELD_ANGLE: Final = NumberField(
    key="field.alpha_deg",
    label="Field angle <i>α</i>",
    unit="°",
    usual=(0.0, 90.0),
    step=1.0,
    tip="Angle between the applied field and the easy axis c, in the x–y plane.",
)
SWEEP: Final = (
    NumberField(
        key="field.start_T",
        label="First field",
        unit="T",
        step=0.5,
        tip="Applied field μ₀H at which the half-cycle begins.",
    ),
    NumberField(
        key="field.stop_T",
        label="Last field",
        unit="T",
        step=0.5,
        tip="The half-cycle ends here if the magnet has not reversed before.",
    ),
    NumberField(
        key="field.largest_step_T",
        label="Largest step",
        unit="T",
        step=0.05,
        tip="Field step where nothing irreversible happens.",
    ),
    NumberField(
        key="field.smallest_step_T",
        label="Smallest step",
        unit="T",
        step=0.01,
        tip="Field resolution at an irreversible drop.",
    ),
)
BOUNDARY: Final = (
    NumberField(
        key="grain_boundary.thickness_nm",
        label="Thickness",
        unit="nm",
        usual=(0.5, 5.0),
        tip="Thickness of the layer.",
    ),
    NumberField(
        key="grain_boundary.k_gb",
        label="Anisotropy <i>k</i><sub>gb</sub>",
        unit="",
        step=0.01,
        tip="Anisotropy of the layer over that of 2:17.",
    ),
)
MESH: Final = (
    NumberField(
        key="mesh.domain_nm",
        label="Domain",
        unit="nm",
        step=16.0,
        tip="Edge of the square domain; by default 128 nm for L < 140 nm, else 192 nm.",
    ),
    NumberField(
        key="mesh.cell_nm",
        label="Cell",
        unit="nm",
        step=0.25,
        tip="Edge of a cell in x and y. 0.5 nm is for results, 1 nm for a look.",
    ),
)
MESH_3D: Final = (
    NumberField(
        key="mesh.thickness_nm",
        label="Thickness",
        unit="nm",
        step=2.0,
        tip="Thickness along z, in which the structure is periodic.",
    ),
    NumberField(
        key="mesh.cell_z_nm",
        label="Cell along z",
        unit="nm",
        step=0.5,
        tip="Edge of a cell along z.",
    ),
)
INTERFACE: Final = NumberField(
    key="solver.interface_factor",
    label="Interface factor <i>S</i>",
    unit="",
    step=0.1,
    tip="Factor on the exchange between cells of different phases.",
)
Z_CONSTANTS: Final = (
    NumberField(
        key="A_pJ_m",
        label="Exchange <i>A</i>",
        unit="pJ/m",
        step=0.1,
        tip="Exchange stiffness of the Z phase.",
    ),
    NumberField(
        key="K_MJ_m3",
        label="Anisotropy <i>K</i>",
        unit="MJ/m³",
        step=0.1,
        tip="First uniaxial anisotropy constant of the Z phase.",
    ),
    NumberField(
        key="Ms_kA_m",
        label="Magnetisation <i>M</i><sub>s</sub>",
        unit="kA/m",
        step=10.0,
        quantity="magnetisation",
        tip="Saturation magnetisation of the Z phase.",
    ),
)
Z_WALL: Final = (
    NumberField(
        key="sigma_dw_mJ_m2",
        label="Wall energy <i>σ</i><sub>dw</sub>",
        unit="mJ/m²",
        step=0.5,
        tip="Domain wall energy of the Z phase.",
    ),
    NumberField(
        key="l_dw_nm",
        label="Wall width <i>l</i><sub>dw</sub>",
        unit="nm",
        step=0.1,
        tip="Domain wall width of the Z phase.",
    ),
    Z_CONSTANTS[2],
)
OFFSETS: Final = (
    NumberField(
        key="o_plus",
        label="<i>o</i><sub>+</sub>",
        unit="nm",
        step=1.0,
        tip="Offset of the walls at +θ.",
    ),
    NumberField(
        key="o_minus",
        label="<i>o</i><sub>−</sub>",
        unit="nm",
        step=1.0,
        tip="Offset of the walls at −θ.",
    ),
    NumberField(
        key="platelets",
        label="Platelets",
        unit="nm",
        step=1.0,
        tip="Offset of the Z platelets along c.",
    ),
)

LAYERS: Final = (
    ("One face ⊥ c", "one_perpendicular_c"),
    ("One face ∥ c", "one_parallel_c"),
    ("Both faces ⊥ c", "both_perpendicular_c"),
    ("Both faces ∥ c", "both_parallel_c"),
    ("All four faces", "all"),
    ("None", "none"),
)
Z_PHASES: Final = (
    ("DFT", "DFT"),
    ("Lit", "Lit"),
    ("Mod", "Mod"),
    ("User: A, K, Ms", "constants"),
    ("User: σ, l, Ms", "wall"),
)
PRESETS: Final = (("Physical", "physical"), ("Paper (a fit)", "paper"))
DIMENSIONS: Final = (("2-D, endless along z", "2d"), ("3-D, periodic along z", "3d"))
RULES: Final = (("Conservative", "conservative"), ("MuMax3 of 2014", "mumax3_2014"))
PRECISIONS: Final = (("Single (float32)", "float32"), ("Double (float64)", "float64"))
OFFSET_MODES: Final = (
    ("Random per half-cycle", "random"),
    ("Centred", "centred"),
    ("As given", "given"),
)
