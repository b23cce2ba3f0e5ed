"""A window whose cluster answers as a cluster would; one for all tests of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from shown_clusters import ShownClusters

from smcogui.app.session import Session
from smcogui.ui.application import make_application
from smcogui.ui.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

WAIT_MS = 20_000


@pytest.fixture(scope="module")
def opened_window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """Return an open window without the 3-D view."""
    make_application()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MainWindow, "start_3d", lambda _window: None)
        window = MainWindow(Session(tmp_path_factory.mktemp("clusters") / "project"))
        window.show()
        yield window
        patch.setattr(window, "_may_close", lambda: True)
        window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def shown(opened_window: MainWindow) -> ShownClusters:
    """Return clusters of that window that nobody has asked anything yet."""
    session = opened_window.session
    session.clusters.close()
    session._clusters = clusters = ShownClusters(session)
    return clusters


@pytest.fixture
def cluster_window(opened_window: MainWindow, shown: ShownClusters, qtbot: QtBot) -> MainWindow:
    """Return the window with the Clusters tab in front, as it is at first."""
    window, tab = opened_window, opened_window.clusters.tab
    assert shown is window.session.clusters
    qtbot.waitExposed(window)
    window.clusters.leave_project()
    window.clusters.refresh()
    window.activateWindow()
    window.tabs.setCurrentWidget(tab)
    qtbot.waitUntil(lambda: tab.submission is not None, timeout=WAIT_MS)
    tab.pages.setCurrentIndex(0)
    return window
