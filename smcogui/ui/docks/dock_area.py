"""Parameters to the left of every tab, library and measured curves to the right, jobs below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QChildEvent, QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QTabBar, QTabWidget

from smcogui.ui.docks.tool_dock import ToolDock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow, QWidget

    from smcogui.ui.actions import Actions

_SIDES: Final = Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea
_BELOW: Final = Qt.DockWidgetArea.BottomDockWidgetArea | Qt.DockWidgetArea.TopDockWidgetArea
_PLACED: Final = frozenset(
    {QEvent.Type.Show, QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.LayoutRequest}
)
# Below these sizes of the window a dock more would leave too little for the tab itself.
_HEIGHT_FOR_JOBS: Final = 950
_WIDTH_FOR_LIBRARY: Final = 1750


class DockArea(QObject):
    """The window's docks.

    Attributes
    ----------
    parameters, library, measured, jobs : ToolDock
    """

    def __init__(self, window: QMainWindow, actions: Actions, parameters: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)
        self.parameters = ToolDock(
            "parametersDock", "Parameters", areas=_SIDES, preferred=QSize(372, 400)
        )
        self.parameters.set_widget(parameters)
        self.library = ToolDock(
            "libraryDock",
            "Library",
            areas=_SIDES,
            preferred=QSize(340, 400),
            empty_text="The designs and runs of the project are listed here.\n\n"
            "Run a design (F5) and it appears; choose one to see its curve or to load its design.",
        )
        self.jobs = ToolDock(
            "jobsDock",
            "Jobs and log",
            areas=_BELOW,
            preferred=QSize(800, 170),
            empty_text="Nothing is at work.\n"
            "Runs (F5) and exports show here how far they are, and can be stopped.",
        )
        self.measured = ToolDock(
            "measuredDock", "Measured curves", areas=_SIDES, preferred=QSize(340, 400)
        )
        for dock, width in ((self.library, 280), (self.measured, 280), (self.jobs, 300)):
            dock.setMinimumWidth(width)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.put_back()
        switches = {
            "view.parameters": self.parameters,
            "view.library": self.library,
            "view.measured": self.measured,
            "view.jobs": self.jobs,
        }
        actions.connect_switches({name: dock.set_shown for name, dock in switches.items()})
        for name, dock in switches.items():
            dock.follow(actions[name])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the tabs of docks that share a place a name, whenever Qt makes some."""
        if event.type() == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            child = event.child()
            if isinstance(child, QTabBar) and not child.accessibleName():
                child.setAccessibleName("Docks that share this place")
                child.installEventFilter(self)
        if isinstance(watched, QTabBar) and event.type() in _PLACED:
            self._let_keyboard_reach(watched)
        return super().eventFilter(watched, event)

    def _let_keyboard_reach(self, tabs: QTabBar) -> None:
        """Let Tab stop at the tabs of docks that are in sight; Qt keeps idle ones out of it."""
        is_there = tabs.count() > 1 and self._window.rect().intersects(tabs.geometry())
        wanted = Qt.FocusPolicy.TabFocus if is_there else Qt.FocusPolicy.NoFocus
        if tabs.focusPolicy() != wanted:
            tabs.setFocusPolicy(wanted)

    def put_back(self) -> None:
        """Put every dock where it is at first, by the size of the window."""
        area = Qt.DockWidgetArea
        for dock, place in (
            (self.parameters, area.LeftDockWidgetArea),
            (self.library, area.RightDockWidgetArea),
            (self.measured, area.RightDockWidgetArea),
            (self.jobs, area.BottomDockWidgetArea),
        ):
            dock.setFloating(False)
            self._window.addDockWidget(place, dock)
        is_wide = self._window.width() >= _WIDTH_FOR_LIBRARY
        if not is_wide:
            # Between both there would be too little left: the library then opens in front of them.
            self._window.tabifyDockWidget(self.parameters, self.library)
        self._window.tabifyDockWidget(self.library, self.measured)
        self.measured.hide()
        self.library.setVisible(is_wide)
        self.parameters.show()
        self.parameters.raise_()
        self.jobs.setVisible(self._window.height() >= _HEIGHT_FOR_JOBS)
        sides = [self.parameters, self.library] if is_wide else [self.parameters]
        self._window.resizeDocks(
            sides, [dock.preferred_size.width() for dock in sides], Qt.Orientation.Horizontal
        )
        self._window.resizeDocks(
            [self.jobs], [self.jobs.preferred_size.height()], Qt.Orientation.Vertical
        )
