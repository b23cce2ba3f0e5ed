"""Every action of the window, registered once: menus, toolbar and shortcuts come from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QAction, QKeySequence

from smcogui.ui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionInfo:
    """What an action is called and what it does.

    Parameters
    ----------
    id : str
        Unique name, ``group.verb``.
    text : str
        Shown in the menu, with a mnemonic.
    icon : str
        Name of a Material Design icon; empty for none.
    shortcut : str
        Portable key sequence; empty for none.
    description : str
        One sentence for tool tips and the status bar.
    menu : str
        Menu that holds the action.
    """

    id: str
    text: str
    icon: str = ""
    shortcut: str = ""
    description: str
    menu: str


ACTIONS: Final = (
    ActionInfo(
        id="design.new",
        text="&New design",
        icon="file-plus-outline",
        shortcut="Ctrl+N",
        description="Start again from the base design.",
        menu="&File",
    ),
    ActionInfo(
        id="design.open",
        text="&Open design…",
        icon="folder-open-outline",
        shortcut="Ctrl+O",
        description="Read a design file (TOML).",
        menu="&File",
    ),
    ActionInfo(
        id="design.save",
        text="&Save design as…",
        icon="content-save-outline",
        shortcut="Ctrl+S",
        description="Write the design as a TOML file.",
        menu="&File",
    ),
    ActionInfo(
        id="export.table_csv",
        text="Export table as &CSV…",
        icon="table-arrow-right",
        description="Write the table of runs as CSV, with its provenance.",
        menu="&File",
    ),
    ActionInfo(
        id="export.table_xlsx",
        text="Export table as &XLSX…",
        icon="microsoft-excel",
        description="Write the table of runs for a spreadsheet, with its provenance.",
        menu="&File",
    ),
    ActionInfo(
        id="export.curves",
        text="Export c&urves…",
        icon="chart-bell-curve-cumulative",
        description="Write every field step (M–H, J–H and B–H) as CSV or for a spreadsheet.",
        menu="&File",
    ),
    ActionInfo(
        id="export.figure",
        text="&Export figure…",
        icon="chart-line",
        shortcut="Ctrl+E",
        description="Write the shown curves as PDF, SVG or PNG, with their provenance.",
        menu="&File",
    ),
    ActionInfo(
        id="window.quit",
        text="&Quit",
        icon="exit-to-app",
        shortcut="Ctrl+Q",
        description="Close the window.",
        menu="&File",
    ),
    ActionInfo(
        id="run.start",
        text="&Run",
        icon="play",
        shortcut="F5",
        description="Compute the M–H curve of the current design.",
        menu="&Simulation",
    ),
    ActionInfo(
        id="run.cancel",
        text="&Stop",
        icon="stop",
        shortcut="Shift+F5",
        description="Stop the selected run; it can be resumed later.",
        menu="&Simulation",
    ),
    ActionInfo(
        id="run.resume",
        text="Res&ume",
        icon="play-pause",
        shortcut="Ctrl+F5",
        description="Go on with the selected run from its last field step.",
        menu="&Simulation",
    ),
    ActionInfo(
        id="view.design",
        text="&Design tab",
        icon="cube-outline",
        shortcut="Ctrl+1",
        description="Show the parameters and the preview.",
        menu="&View",
    ),
    ActionInfo(
        id="view.simulation",
        text="&Simulation tab",
        icon="chart-bell-curve-cumulative",
        shortcut="Ctrl+2",
        description="Show the run and its live curve.",
        menu="&View",
    ),
    ActionInfo(
        id="view.analysis",
        text="&Analysis tab",
        icon="table",
        shortcut="Ctrl+3",
        description="Show the table of runs.",
        menu="&View",
    ),
    ActionInfo(
        id="view.reset",
        text="&Reset view",
        icon="fit-to-page-outline",
        shortcut="R",
        description="Show the whole structure at an angle.",
        menu="&View",
    ),
    ActionInfo(
        id="view.x",
        text="View along &X",
        icon="axis-x-arrow",
        shortcut="X",
        description="Look along the x axis.",
        menu="&View",
    ),
    ActionInfo(
        id="view.y",
        text="View along &Y",
        icon="axis-y-arrow",
        shortcut="Y",
        description="Look along the y axis, which is c.",
        menu="&View",
    ),
    ActionInfo(
        id="view.z",
        text="View along &Z",
        icon="axis-z-arrow",
        shortcut="Z",
        description="Look along the z axis, at the cross-section.",
        menu="&View",
    ),
    ActionInfo(
        id="help.about",
        text="&About SmCo Studio",
        icon="information-outline",
        description="Version and what the program computes.",
        menu="&Help",
    ),
)


class Actions:
    """The window's actions by id."""

    def __init__(self, window: QWidget) -> None:
        self._actions: dict[str, QAction] = {}
        for info in ACTIONS:
            action = QAction(info.text, window)
            action.setObjectName(info.id)
            if info.icon:
                action.setIcon(icon(info.icon))
            if info.shortcut:
                action.setShortcut(QKeySequence(info.shortcut))
            keys = f" ({info.shortcut})" if info.shortcut else ""
            action.setToolTip(f"{info.description}{keys}")
            action.setStatusTip(info.description)
            window.addAction(action)
            self._actions[info.id] = action

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def connect(self, handlers: dict[str, Callable[[], object]]) -> None:
        """Connect actions to what they do."""
        for action_id, handler in handlers.items():
            # A lambda swallows the "checked" argument of QAction.triggered.
            self._actions[action_id].triggered.connect(lambda _=False, call=handler: call())

    def refresh_icons(self) -> None:
        """Draw the icons again, in the colours of the current theme."""
        for info in ACTIONS:
            if info.icon:
                self._actions[info.id].setIcon(icon(info.icon))
