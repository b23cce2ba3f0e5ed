"""Scenes of the Surrogates tab and its dialogs."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtWidgets import QWidget
from scene import Scene, Wait

from smcogui.ui.main_window import MainWindow


def _found_designs(window: MainWindow, wait: Wait) -> QWidget:
    tab = window.surrogates.tab
    wait(lambda: window.design_tab.prediction.surrogate is not None)
    if not tab.inverse.candidates():
        window.actions_by_id["surrogate.find"].trigger()
    window.tabs.setCurrentWidget(tab)
    tab.pages.setCurrentWidget(tab.inverse)
    wait(tab.inverse.candidates)
    return window


def _verified(window: MainWindow, wait: Wait) -> QWidget:
    tab, session = window.surrogates.tab, window.session
    _found_designs(window, wait)
    if not tab.verified.table.listed_ids():
        page = tab.inverse
        assert page.surrogate is not None
        queries = np.array([each.query for each in page.candidates()])
        readings = [each.readings for each in page.candidates()]
        session.surrogates.verifications().add(page.surrogate, queries, readings, page.wanted)
        window.surrogates.search.refresh()
    tab.pages.setCurrentWidget(tab.verified)
    wait(tab.verified.table.listed_ids)
    return window


def _models(window: MainWindow, wait: Wait) -> QWidget:
    tab = window.surrogates.tab
    window.tabs.setCurrentWidget(tab)
    tab.pages.setCurrentWidget(tab.models)
    wait(lambda: tab.models.losses.steps)
    return window


def _train_dialog(window: MainWindow, wait: Wait) -> QWidget:
    window.actions_by_id["surrogate.train"].trigger()
    wait(lambda: window.surrogates.dialog is not None)
    assert window.surrogates.dialog is not None
    return window.surrogates.dialog


def _suggest_dialog(window: MainWindow, wait: Wait) -> QWidget:
    wait(lambda: window.design_tab.prediction.surrogate is not None)
    window.actions_by_id["surrogate.suggest"].trigger()
    dialog = window.surrogates.suggesting.dialog
    assert dialog is not None
    return dialog


SURROGATE_SCENES: Final = (
    Scene(name="surrogates-find", show=_found_designs),
    Scene(name="surrogates-verified", show=_verified),
    Scene(name="surrogates-models", show=_models),
    Scene(name="train-surrogate", show=_train_dialog),
    Scene(name="suggest-runs", show=_suggest_dialog),
)
