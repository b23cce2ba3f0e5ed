"""What the Design tab predicts beside the sliders."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from smcogui.app.exports import example_design
from smcogui.app.session import Session
from smcogui.app.surrogate_choice import SHIPPED_FOLDER, choose_surrogate
from smcogui.design.parameters import GrainBoundary
from smcogui.ui.design_document import DesignDocument
from smcogui.ui.design_tab.instant_prediction import InstantPrediction, shown_prediction
from smcogui.ui.design_tab.predicted_card import PredictedCard, ShownPrediction
from smcogui.ui.field_unit import FieldUnitSwitch, field_unit
from smcogui.ui.run_bridge import RunBridge
from smcogui.ui.surrogate_words import interval_text, reading_text
from smcogui.ui.widgets.linked_slider import LinkedSlider
from smcogui.units import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.design.design import Design
    from smcogui.surrogates.forward import Surrogate
    from smcogui.ui.main_window import MainWindow

T = field_unit("T")


@pytest.fixture(scope="module")
def shipped() -> Surrogate:
    return choose_surrogate()


def shown(surrogate: Surrogate, design: Design) -> ShownPrediction:
    return shown_prediction(surrogate, design, {}, T)


def longer(design: Design, L: float) -> Design:
    return replace(design, parameters=replace(design.parameters, L=L))


def test_a_design_among_the_data_has_readings_intervals_and_a_badge(shipped: Surrogate) -> None:
    found = shown(shipped, example_design("base"))

    assert found.trust == "interpolating"
    assert found.note == ""
    assert f"among the {shipped.designs} designs that the shipped surrogate" in found.why
    assert "never saw: R² 0." in found.why
    low, high = interval_text("mu0_Hc_T", found.readings, T).split(" to ")
    value, unit = reading_text("mu0_Hc_T", found.readings["mu0_Hc_T"], T).split()
    assert float(low) < float(value) < float(high)
    assert unit == "T"


def test_readings_follow_the_unit(shipped: Surrogate) -> None:
    readings, kOe = shown(shipped, example_design("base")).readings, field_unit("kOe")

    assert reading_text("mu0_Hc_T", 4.0, kOe) == "40.0 kOe"
    assert reading_text("BHmax_kJ_m3", readings["BHmax_kJ_m3"], kOe).endswith(" MGOe")
    assert reading_text("Phi_p", 0.1234, kOe) == "0.123"


@pytest.mark.parametrize(
    ("L_nm", "badge", "meaning"),
    [(260, "extrapolating", "does not hold"), (900, "refused", "nothing is predicted")],
)
def test_what_lies_outside_is_named_with_its_unit(
    shipped: Surrogate, L_nm: float, badge: str, meaning: str
) -> None:
    found = shown(shipped, longer(example_design("base"), L_nm * 1e-9))

    assert found.trust == badge
    assert meaning in found.why
    assert found.note.startswith(f"L is {L_nm} nm, learned were ")
    assert (found.readings["mu0_Hc_T"] is None) == (badge == "refused")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: replace(d, mesh=replace(d.mesh, dimension="3d")), "dimension 3-D instead of"),
        (lambda d: replace(d, preset="paper"), "preset paper (a fit) instead of physical"),
        (
            lambda d: replace(d, grain_boundary=GrainBoundary(layer="none")),
            "grain-boundary layer none instead of one face ⊥ c",
        ),
        (
            lambda d: replace(d, solver=replace(d.solver, demag=False)),
            "demagnetising field off instead of on",
        ),
    ],
)
def test_a_design_that_the_surrogate_does_not_know_is_said_to_be_one(
    shipped: Surrogate, change: Callable[[Design], Design], words: str
) -> None:
    found = shown(shipped, change(example_design("base")))

    assert found.readings == {}
    assert words in found.note
    assert "Simulate it" in found.note


def test_a_slider_is_answered_within_its_own_step(window: MainWindow, qtbot: QtBot) -> None:
    prediction, card = window.design_tab.prediction, window.design_tab.derived.predicted
    qtbot.waitUntil(lambda: prediction.surrogate is not None)
    number = window.editor.number("nanostructure.wZ_nm")
    assert isinstance(number, LinkedSlider)
    before = card.text("mu0_Hc_T")
    assert before.endswith(" T")

    number.slider.setSliderDown(True)
    number.slider.setValue(number.slider.maximum() // 2)
    dragged = card.text("mu0_Hc_T")
    number.slider.setSliderDown(False)
    window.units.choose("kA/m")

    assert dragged != before
    assert card.text("mu0_Hc_T").endswith(" kA/m")
    assert card.badge.text()


def test_a_damaged_surrogate_is_told_and_the_shipped_one_is_not_taken_instead(
    qtbot: QtBot, tmp_path: Path
) -> None:
    session, bridge, card = Session(tmp_path / "project"), RunBridge(), PredictedCard()
    qtbot.addWidget(card)
    document = DesignDocument(session.new_design())
    prediction = InstantPrediction(session, bridge, document, FieldUnitSwitch(), card)
    model = session.surrogates.folder / "mine" / "model"
    shutil.copytree(SHIPPED_FOLDER, model)
    (model / "weights.safetensors").write_bytes(b"no weights")
    with qtbot.waitSignal(prediction.surrogate_changed):
        prediction.use()

    assert prediction.surrogate is None
    assert card.note.text().startswith("There is no prediction: ")
    assert card.text("mu0_Hc_T") == NO_VALUE

    with qtbot.waitSignal(prediction.surrogate_changed):
        prediction.use("shipped")
    assert card.text("mu0_Hc_T").endswith(" T")
    bridge.close()
