"""The Surrogates tab: designs are found, used and put to the test; models are listed."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from smcogui.app.suggestion_gain import SuggestionGain, suggested_campaigns
from smcogui.app.surrogate_choice import SHIPPED, choose_surrogate
from smcogui.app.surrogate_training import Training
from smcogui.app.verification import Verification
from smcogui.campaigns.progress import MemberState
from smcogui.errors import InputError
from smcogui.surrogates.candidates import Candidate
from smcogui.surrogates.forward import Surrogate, readings_of
from smcogui.surrogates.inverse import InverseAnswer
from smcogui.surrogates.queries import make_query
from smcogui.surrogates.reading_ranges import Place, Standing
from smcogui.ui.field_unit import FieldUnitSwitch, field_unit
from smcogui.ui.surrogate_words import plain_words
from smcogui.ui.surrogates.candidate_rows import (
    candidate_row,
    candidate_titles,
    found_by_search,
    found_text,
    verified_row,
    verified_text,
    verified_titles,
)
from smcogui.ui.surrogates.inverse_form import InverseForm
from smcogui.ui.surrogates.model_words import gains_text
from smcogui.ui.surrogates.train_dialog import TrainDialog
from smcogui.ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

T, KOE = field_unit("T"), field_unit("kOe")
QUERY = {"L_nm": 90.0, "d_nm": 25.0, "wS_nm": 6.0, "wZ_nm": 4.0, "alpha_deg": 20.0}
WANTED = {"mu0_Hc_T": 4.0, "Phi_p": 0.05}


@pytest.fixture(scope="module")
def shipped() -> Surrogate:
    return choose_surrogate()


@pytest.fixture(scope="module")
def candidate(shipped: Surrogate) -> Candidate:
    query = make_query(QUERY, "DFT")
    return Candidate(
        query=query[0], readings=readings_of(shipped.predict(query))[0], is_feasible=True
    )


def texts_of(table: ListTable) -> list[str]:
    model = table.model()
    return [str(model.index(0, column).data()) for column in range(model.columnCount())]


def label_texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def test_what_suggestions_brought_is_told_with_what_was_to_be_expected() -> None:
    gain = SuggestionGain(
        reading="mu0_Hc_T",
        before="old",
        after="new",
        designs_before=400,
        designs_after=420,
        rmse_before=0.4,
        rmse_after=0.35,
        rmse_expected=None,
    )

    known = gains_text([replace(gain, rmse_expected=0.39)], T)
    unknown = gains_text([gain], KOE)

    assert known.startswith("20 suggested designs more than 'old' (400) brought the RMSE of μ₀Hc")
    assert "from 0.40 T to 0.35 T, tested on the same designs" in known
    assert known.endswith("as many others would have brought it to 0.39 T, by the learning curve.")
    assert "from 4.0 kOe to 3.5 kOe" in unknown
    assert unknown.endswith("is not known, without a learning curve.")
    assert gains_text([], T) == ""


# ---------------------------------------------------------------- words and rows
@pytest.mark.parametrize("unit", [T, KOE])
def test_a_candidate_has_units_interval_and_trust(candidate: Candidate, unit: object) -> None:
    row = candidate_row(1, candidate, unit)  # type: ignore[arg-type]
    shown = dict(zip(candidate_titles(unit), (text for text, _ in row.cells), strict=True))  # type: ignore[arg-type]

    field = "μ₀Hc (T)" if unit is T else "Hc (kOe)"
    value, interval = shown[field].split(" (")
    low, high = interval.rstrip(")").split(" to ")
    assert float(low) < float(value) < float(high)
    assert shown["Trust"] == "● interpolating"
    assert shown["L (nm)"] == "90"
    assert shown["Z phase"] == "DFT"
    assert "α 20°, Z phase DFT" in row.tip


def test_what_is_not_reachable_is_said_with_the_nearest(
    candidate: Candidate, shipped: Surrogate
) -> None:
    notes = ("alpha_deg 95 lies outside the designs: 0 to 90", "no design is predicted to")
    standing = Standing(
        place=Place.OUTSIDE,
        **{"low": 1.37, "q25": 3.7, "q75": 5.0, "high": 8.0},
        **{"alpha_from": 0.0, "alpha_to": 15.0, "designs": 93},
    )
    answer = InverseAnswer(
        is_reachable=False,
        candidates=(),
        nearest=candidate,
        notes=notes,
        standings={"mu0_Hc_T": standing},
    )
    found = found_by_search(answer, {"mu0_Hc_T": 12.0}, shipped)

    words = found_text(found, KOE)

    assert words.startswith("Not reachable: no design within these limits")
    assert "to have Hc 120.0 kOe. The nearest is shown: Hc " in words
    assert words.endswith("α (°) 95 lies outside the designs: 0 to 90.")
    assert "Hc lies out of range: the 93 designs at α 0 to 15° have 13.7 to 80.0 kOe, half" in words
    assert found.candidates == (candidate,)


def test_what_was_predicted_stands_beside_what_was_simulated(candidate: Candidate) -> None:
    predicted = candidate.readings
    low = float(predicted["mu0_Hc_T_low"])
    done = Verification(
        key="k",
        name="verified 1",
        state=MemberState.DONE,
        run_id="r",
        model="shipped, 222 designs",
        wanted=WANTED,
        predicted=predicted,
        simulated={"mu0_Hc_T": low - 0.5, "Phi_p": predicted["Phi_p"]},
    )
    waits = replace(done, key="w", state=MemberState.WAITING, simulated=None)

    cells = [text for text, _ in verified_row(done, T).cells]

    assert len(cells) == len(verified_titles(T))
    assert cells[3] == f"{low - 0.5:.2f}"
    assert cells[4].startswith("✖ −")
    assert cells[7] == "✔ −0.000"
    assert verified_row(waits, T).cells[3][0] == "–"
    assert verified_text([done, waits], T).startswith("1 of 2 candidates are simulated. μ₀Hc:")
    assert "0 of 1 inside the interval. Φp: median error 0.000, 1 of 1" in verified_text([done], T)


def test_names_of_columns_become_symbols_with_units() -> None:
    words = plain_words("mu0_Hc_T: 400; L_nm is cut to the range of the designs: 11 to 178", KOE)

    assert words == "Hc (T): 400; L (nm) is cut to the range of the designs: 11 to 178"


# ---------------------------------------------------------------- form and dialog
def test_the_form_asks_only_for_what_differs_from_the_data(
    qtbot: QtBot, shipped: Surrogate
) -> None:
    form = InverseForm(FieldUnitSwitch())
    qtbot.addWidget(form)
    form.show_surrogate(shipped)
    form.limits["L_nm"][1].setValue(60.0)
    form.has_zr.setChecked(True)

    request = form.request()

    assert request.wanted == WANTED
    assert request.ranges == {"L_nm": (shipped.trust.low[0], 60.0), "alpha_deg": (0.0, 0.0)}
    assert request.z_phases == ("DFT",)
    assert request.zr_at_percent == 5.0
    form.any_z.setChecked(True)
    assert form.request().z_phases == ()
    for tick, _box in form.wanted.values():
        tick.setChecked(False)
    with pytest.raises(InputError, match="Nothing is wanted"):
        form.request()


def test_the_dialog_says_why_nothing_can_be_trained(qtbot: QtBot) -> None:
    empty = TrainDialog([], [])
    qtbot.addWidget(empty)
    assert "no campaign and no imported dataset" in empty.banner.text()
    dialog = TrainDialog(["train", "test_offgrid"], ["forward"])
    qtbot.addWidget(dialog)

    assert (dialog.training_sets(), dialog.test_sets()) == (["train"], ["test_offgrid"])
    assert "There is a surrogate 'forward' already" in dialog.banner.text()
    dialog.replace.setChecked(True)
    assert dialog.train_button.isEnabled()
    dialog.name.setText("a/b")
    assert not dialog.train_button.isEnabled()


# ---------------------------------------------------------------- the window
def test_designs_are_found_used_and_put_to_the_test(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab, actions, begun = window.surrogates.tab, window.actions_by_id, list[str]()
    monkeypatch.setattr(window.campaigns.queue, "run", begun.append)
    qtbot.waitUntil(lambda: window.design_tab.prediction.surrogate is not None)
    tab.inverse.form.count.setValue(3)

    actions["surrogate.find"].trigger()
    qtbot.waitUntil(lambda: len(tab.inverse.candidates()) == 3)

    assert window.tabs.currentWidget() is tab
    assert tab.inverse.banner.text().startswith("•  3 designs are predicted by the shipped")
    assert tab.inverse.table.selected_ids() == ["1"]
    before, best = window.document.design, tab.inverse.candidates()[0]
    actions["surrogate.load"].trigger()
    assert pytest.approx(best.query[0] * 1e-9) == window.document.design.parameters.L
    shown = window.design_tab.derived.predicted.text("mu0_Hc_T")
    assert float(shown.split()[0]) == pytest.approx(best.readings["mu0_Hc_T"], abs=0.006)
    window.document.undo()
    assert window.document.design == before

    actions["surrogate.verify"].trigger()
    qtbot.waitUntil(lambda: len(tab.verified.table.listed_ids()) == 1)

    assert begun == ["verified"]
    assert tab.pages.currentWidget() is tab.verified
    window.campaigns.queue.failed.emit("The queue was started and is not at work.")
    assert tab.banner.text().endswith("The queue was started and is not at work.")
    assert actions.why_disabled("surrogate.show_run")


def test_a_search_is_stopped_and_what_was_found_stays(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, actions, stopped = window.surrogates.tab.inverse, window.actions_by_id, Event()
    qtbot.waitUntil(lambda: window.design_tab.prediction.surrogate is not None)
    assert actions.why_disabled("surrogate.stop_search") == "no search is at work"

    def endless(*_given: object, **options: Callable[[], bool]) -> None:
        while not options["should_stop"]():
            stopped.wait(0.005)
        stopped.set()

    monkeypatch.setattr(type(window.session.surrogates), "invert", endless)
    actions["surrogate.find"].trigger()
    assert actions["surrogate.stop_search"].isEnabled()
    actions["surrogate.stop_search"].trigger()

    qtbot.waitUntil(stopped.is_set)
    assert page.banner.text().endswith("The search was stopped.")
    assert not actions["surrogate.stop_search"].isEnabled()


def test_suggested_designs_wait_in_a_campaign(window: MainWindow, qtbot: QtBot) -> None:
    side = window.surrogates
    qtbot.waitUntil(lambda: window.design_tab.prediction.surrogate is not None)
    window.actions_by_id["surrogate.suggest"].trigger()
    dialog = side.suggesting.dialog
    assert dialog is not None
    assert any("is not known in this project yet" in text for text in label_texts(dialog))
    dialog.campaign.setText("..")
    assert not dialog.add_button.isEnabled()
    dialog.campaign.setText("next")
    dialog.count.setValue(3)

    dialog.add_button.click()
    qtbot.waitUntil(lambda: side.suggesting.dialog is None)

    assert len(window.session.campaigns.statuses("next")) == 3
    assert suggested_campaigns(window.session.surrogates.folder) == {"next"}
    qtbot.waitUntil(lambda: window.campaigns.tab.current is not None)
    assert window.tabs.currentWidget() is window.campaigns.tab


def test_models_are_listed_and_trouble_is_told(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = window.surrogates.tab.models
    qtbot.waitUntil(lambda: models.list.listed_ids() == [SHIPPED])
    qtbot.waitUntil(lambda: "✔ predicts" in texts_of(models.list))
    assert models.about.text().startswith("Learned from ")
    assert "preset physical, θ 30°" in models.about.text()
    assert len(models.scores.listed_ids()) == 5
    assert "Designs for half of the error, by the learning curve: μ₀Hc " in models.about.text()
    points = models.learning.curves["mu0_Hc_T"]
    assert [each.designs for each in points] == sorted(each.designs for each in points)
    assert all(0 < each.low < each.error < each.high < 1.5 for each in points)
    assert window.actions_by_id.why_disabled("surrogate.stop") == "it is not being trained"

    window.actions_by_id["surrogate.train"].trigger()
    qtbot.waitUntil(lambda: window.surrogates.dialog is not None)
    dialog = window.surrogates.dialog
    assert dialog is not None
    assert not dialog.train_button.isEnabled()

    def refuse(*_given: object, **_options: object) -> Training:
        raise InputError("3 designs are too few; at least 20 are needed")

    monkeypatch.setattr(type(window.session.surrogates), "train", refuse)
    dialog.show_begun()
    window.surrogates._open(["train"], [])
    window.surrogates.dialog.train_button.click()
    qtbot.waitUntil(lambda: "too few" in window.surrogates.dialog.banner.text())
    window.surrogates.dialog.reject()
