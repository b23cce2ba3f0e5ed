"""What a preset sets where the design file says nothing (docs/physics.md).

``physical`` takes the paper's text at its word and, where the text is silent, the choice that the
physics suggests. ``paper`` is a fit to two designs of the paper's Table 1, not a record of what its
authors did: a layer of 1 nm, a centred pattern shared by all half-cycles, and Hp read from the
slope.
"""

from __future__ import annotations

import copy
from typing import Any, Final

PRESETS: Final = ("physical", "paper")

_PHYSICAL: Final[dict[str, dict[str, Any]]] = {
    "nanostructure": {"theta_deg": 30.0, "offsets": "random"},
    "grain_boundary": {"layer": "one_perpendicular_c", "thickness_nm": 2.0, "k_gb": 0.01},
    "mesh": {
        "domain_nm": None,
        "cell_nm": 0.5,
        "dimension": "2d",
        "thickness_nm": 32.0,
        "cell_z_nm": 2.0,
    },
    "solver": {
        "exchange_rule": "conservative",
        "interface_factor": 1.0,
        "demag": True,
        "precision": "float32",
    },
    "field": {
        "start_T": 1.0,
        "stop_T": -12.0,
        "largest_step_T": 0.5,
        "smallest_step_T": 0.05,
    },
    "run": {"cycles": 5, "seed": 0},
}

_PAPER: Final[dict[str, dict[str, Any]]] = {
    "nanostructure": {"theta_deg": 30.0, "offsets": "centred"},
    "grain_boundary": {"layer": "one_perpendicular_c", "thickness_nm": 1.0, "k_gb": 0.01},
    "solver": {"exchange_rule": "conservative"},
    "field": {"smallest_step_T": 0.05},
}


def preset_values(preset: str) -> dict[str, dict[str, Any]]:
    """Return the values that a preset sets, by section and key of the design file."""
    values = copy.deepcopy(_PHYSICAL)
    if preset == "paper":
        for section, keys in _PAPER.items():
            values[section].update(keys)
    return values
