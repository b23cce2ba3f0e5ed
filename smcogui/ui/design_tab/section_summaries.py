"""What the sections of the editor hold, each in one line for while it is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smcogui.ui.design_tab.draft import Draft
    from smcogui.ui.field_unit import FieldUnit


def summaries(
    draft: Draft, domain_nm: float, unit: FieldUnit, layer: str, rule: str
) -> dict[str, str]:
    """Return a line for each section that folds, by the section's name.

    Parameters
    ----------
    draft : Draft
    domain_nm : float
        Given, or chosen by L.
    unit : FieldUnit
    layer, rule : str
        The faces with a soft layer and the exchange rule, as they are listed.
    """
    first, last = (draft.get(f"field.{key}_T", 0.0) for key in ("start", "stop"))
    cycles = draft.get("run.cycles", 0)
    dimension = str(draft.get("mesh.dimension", "2d")).replace("d", "-D")
    has_layer = draft.get("grain_boundary.layer") != "none"
    thickness = f"{layer}, {draft.get('grain_boundary.thickness_nm', 0):g} nm"
    return {
        "sweep": f"{unit.number(first)} to {unit.text(last)}",
        "boundary": thickness if has_layer else "none",
        "mesh": f"{domain_nm:g} nm, cells {draft.get('mesh.cell_nm', 0):g} nm, {dimension}",
        "solver": rule.lower(),
        "run": f"{cycles} half-cycle{'' if cycles == 1 else 's'}, seed {draft.get('run.seed', 0)}",
    }
