"""The units in the View menu: one of field, one of energy density."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&View"
_SUBMENU: Final = "&Units"
_EVERYWHERE: Final = "plots, tables, parameters and exports"
ENTRIES: Final = (
    ActionInfo(
        id="units.tesla",
        menu=MENU,
        submenu=_SUBMENU,
        text="Fields in &T",
        description=f"Show every field as μ₀H in T: {_EVERYWHERE}.",
        checkable=True,
        starts_group=True,
    ),
    ActionInfo(
        id="units.ka_m",
        menu=MENU,
        submenu=_SUBMENU,
        text="Fields in &kA/m",
        description=f"Show every field in kA/m: {_EVERYWHERE}. 1 T is 795.77 kA/m.",
        checkable=True,
    ),
    ActionInfo(
        id="units.koe",
        menu=MENU,
        submenu=_SUBMENU,
        text="Fields in k&Oe",
        description=f"Show every field in kOe: {_EVERYWHERE}. 1 T is 10 kOe.",
        checkable=True,
    ),
    ActionInfo(
        id="units.next",
        menu=MENU,
        submenu=_SUBMENU,
        text="&Next unit of fields",
        icon="swap-horizontal",
        shortcut="Ctrl+U",
        description="Go from T to kA/m to kOe and back to T.",
    ),
    ActionInfo(
        id="units.energy_usual",
        menu=MENU,
        submenu=_SUBMENU,
        text="Energy density as is &usual",
        description="Show (BH)max in kJ/m³ with T and kA/m, in MGOe with kOe.",
        checkable=True,
    ),
    ActionInfo(
        id="units.kj_m3",
        menu=MENU,
        submenu=_SUBMENU,
        text="Energy density in k&J/m³",
        description="Show (BH)max in kJ/m³, whatever the unit of fields.",
        checkable=True,
    ),
    ActionInfo(
        id="units.mgoe",
        menu=MENU,
        submenu=_SUBMENU,
        text="Energy density in &MGOe",
        description="Show (BH)max in MGOe, whatever the unit of fields. 1 MGOe is 7.96 kJ/m³.",
        checkable=True,
    ),
)
