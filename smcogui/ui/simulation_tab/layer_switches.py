"""The switches for what is drawn beside the mean of a run, remembered in the settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from smcogui.ui.simulation_tab.plot_layers import PlotLayers

if TYPE_CHECKING:
    from smcogui.ui.actions import Actions
    from smcogui.ui.settings.preferences import Preferences
    from smcogui.ui.simulation_tab.tab import SimulationTab

_SETTINGS: Final = {
    "plot.half_cycles": "plot_half_cycles",
    "plot.band": "plot_band",
    "analytic.anisotropy": "plot_anisotropy",
    "analytic.pinning": "plot_pinning",
    "analytic.rotation": "plot_rotation",
}
"""Which setting each action switches."""


class LayerSwitches(QObject):
    """Keeps actions, settings and the plot of the Simulation tab in step."""

    def __init__(self, tab: SimulationTab, actions: Actions, preferences: Preferences) -> None:
        super().__init__(tab)
        self._tab, self._actions, self._preferences = tab, actions, preferences
        actions.connect_switches(
            {name: partial(self._switch, setting) for name, setting in _SETTINGS.items()}
        )
        line = QAction(tab.plot)
        line.setSeparator(True)
        tab.plot.addActions([line, *(actions[name] for name in _SETTINGS)])
        preferences.changed.connect(self._follow)
        self._follow()

    def _switch(self, setting: str, on: bool) -> None:
        self._preferences.change(**{setting: on})

    def _follow(self, _settings: object = None) -> None:
        settings = self._preferences.settings
        for name, setting in _SETTINGS.items():
            self._actions[name].setChecked(getattr(settings, setting))
        self._tab.show_layers(PlotLayers.of(settings))
