"""From a magnetometer's file to a curve on the plots, as a person does it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from structure_checks import problems

from smcogui.curves.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.measured.import_dialog import ImportDialog

WAIT_MS = 20_000
MU0_HC_T = 3.016
"""Of the sphere of the file: 2.4 MA/m."""


@pytest.fixture
def dialog(window: MainWindow, vsm_file: Path, qtbot: QtBot) -> ImportDialog:
    """Return the import dialog after it has read the file of the sphere."""
    dialog = window.measured.import_file(vsm_file)
    qtbot.waitUntil(lambda: "density" in dialog.banner.text(), timeout=WAIT_MS)
    return dialog


def complete(dialog: ImportDialog, qtbot: QtBot) -> None:
    dialog.form.density.setValue(8.4)
    dialog.form.shape.kind.set_value("sphere")
    curve = lambda: dialog.preview and dialog.preview.curve  # noqa: E731
    qtbot.waitUntil(lambda: bool(curve()) and curve().N > 0.3, timeout=WAIT_MS)


def test_what_the_file_says_is_filled_in_and_what_it_lacks_is_told(dialog: ImportDialog) -> None:
    form = dialog.form
    assert form.field_column.currentText() == "4: Magnetic Field (Oe)"
    assert form.moment_column.currentText() == "5: Moment (emu)"
    assert form.moment_column.toolTip() == "Column of moment, M or J: 5: Moment (emu)"
    assert form.field_column.toolTip() == "Column of the applied field: 4: Magnetic Field (Oe)"
    assert form.choice().field_unit == "Oe"
    assert form.mass.value() == pytest.approx(12.5)
    assert form.density.property("invalid") is True
    assert not dialog.import_button.isEnabled()
    assert dialog.name.text() == "sphere 12.5 mg"
    assert dialog.rows.horizontalHeaderItem(3).text() == "H: Magnetic Field (Oe)"
    assert dialog.rows.verticalHeaderItem(0).text() == "6"
    assert "separated by comma, decimal point" in dialog.state.text()


def test_correction_is_seen_before_the_import(dialog: ImportDialog, qtbot: QtBot) -> None:
    complete(dialog, qtbot)
    assert dialog.banner.isHidden()
    assert dialog.import_button.isEnabled()
    assert dialog.plot.names == [
        "whole file, applied field",
        "branch, applied field",
        "branch, internal field",
    ]
    assert "Hc 3.02 T" in dialog.readings.text()
    assert "measured, N = 0.333" in dialog.readings.text()
    curve = dialog.preview.curve
    assert curve.readings().Hc == pytest.approx(2.4e6, rel=1e-3)
    # A cylinder's factor follows from its lengths.
    dialog.form.shape.kind.set_value("cylinder_along")
    qtbot.waitUntil(lambda: "diameter" in dialog.banner.text(), timeout=WAIT_MS)
    for box, length in zip(dialog.form.shape.lengths, (2.0, 2.0), strict=False):
        box.setValue(length)
    qtbot.waitUntil(lambda: dialog.banner.isHidden(), timeout=WAIT_MS)
    assert dialog.form.shape.result.text() == "N = 0.3116"
    assert pytest.approx(0.3116, abs=1e-4) == dialog.preview.curve.N
    dialog.resize(1180, 690)
    assert not problems(dialog), "\n".join(problems(dialog))


def test_unit_that_gives_no_magnet_is_doubted_and_another_one_refused(
    dialog: ImportDialog, qtbot: QtBot
) -> None:
    form = dialog.form
    form.moment_unit.set_value("A·m²")
    form.density.setValue(8.4)
    qtbot.waitUntil(lambda: "more than any magnet has" in dialog.banner.text(), timeout=WAIT_MS)
    assert dialog.import_button.isEnabled()
    form.reverse.setChecked(True)
    form.branch.set_value(0)
    qtbot.waitUntil(lambda: "not a demagnetising branch" in dialog.banner.text(), timeout=WAIT_MS)
    assert not dialog.import_button.isEnabled()
    # The loop is still there to choose another branch from.
    assert dialog.plot.names == ["whole file, applied field"]
    assert form.branch.count() == 4


def test_file_that_is_no_curve_is_explained(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, vsm_file: Path
) -> None:
    for content, says in (
        (b"words\nand words\n", "no table of numbers"),
        (b"\x89PNG\r\n\x1a\n\0\0", "binary"),
        (b"H (Oe),M (emu)\n1,2\n2,3\n3,4\n4,five\n", "line 5"),
    ):
        path = tmp_path / "wrong.csv"
        path.write_bytes(content)
        dialog = window.measured.import_file(path)
        banner = dialog.banner
        qtbot.waitUntil(lambda s=says, b=banner: s in b.text(), timeout=WAIT_MS)
        assert not dialog.import_button.isEnabled()
        # The next file may be dropped on the dialog itself.
        _drop_on(dialog, vsm_file)
        qtbot.waitUntil(lambda b=banner: "density" in b.text(), timeout=WAIT_MS)
        assert dialog.name.text() == vsm_file.stem
        assert "dropped" not in dialog.state.text()
        _drop_on(dialog, vsm_file, path)
        qtbot.waitUntil(lambda d=dialog: "dropped" in d.state.text(), timeout=WAIT_MS)
        assert f"only {vsm_file.name} is opened" in dialog.state.text()
        assert path.name in dialog.state.text()
        dialog.reject()
        assert window.measured.dialog is None


def test_imported_curve_lies_over_both_plots_and_in_figures(
    make_window: Callable[..., MainWindow],
    project_with_run: Path,
    vsm_file: Path,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    window = make_window(project=project_with_run)
    dialog = _drop(window, vsm_file)
    qtbot.waitUntil(lambda: "density" in dialog.banner.text(), timeout=WAIT_MS)
    complete(dialog, qtbot)
    dialog.name.setText("sphere")
    dialog.accept()
    qtbot.waitUntil(lambda: window.measured.dialog is None, timeout=WAIT_MS)
    plots = (window.simulation_tab.plot, window.analysis_tab.plot)
    qtbot.waitUntil(lambda: all(_measured(plot) for plot in plots), timeout=WAIT_MS)
    assert [_measured(plot) for plot in plots] == [["sphere, measured"]] * 2
    run_id = window.analysis_tab.table.runs[0].run_id
    window.simulation_tab.select_run(run_id)
    window.analysis_tab.table.select([run_id])
    origins = {Origin.MEASURED, Origin.SIMULATED}
    for plot in plots:
        qtbot.waitUntil(
            lambda plot=plot: {curve.origin for curve in plot.curves} == origins, timeout=WAIT_MS
        )
    # Taken off the plots by its tick, it stays in the list.
    panel = window.measured.panel
    assert window.docks.measured.isVisible()
    panel.list.topLevelItem(0).setCheckState(0, Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: not any(_measured(plot) for plot in plots), timeout=WAIT_MS)
    panel.select("sphere")
    assert "N = 0.333" in panel.details.text()
    assert not window.actions_by_id["measured.show"].isChecked()
    window.actions_by_id["measured.show"].trigger()
    qtbot.waitUntil(lambda: all(_measured(plot) for plot in plots), timeout=WAIT_MS)
    figure = tmp_path / "figure.svg"
    measured = window.measured.curves.shown_names
    window.session.exports.figure([run_id], figure, measured=measured)
    assert "sphere, measured" in figure.read_text(encoding="utf-8")


def test_curve_is_renamed_read_anew_deleted_and_put_back(
    window: MainWindow, dialog: ImportDialog, qtbot: QtBot
) -> None:
    complete(dialog, qtbot)
    dialog.accept()
    curves, panel = window.measured.curves, window.measured.panel
    qtbot.waitUntil(lambda: curves.shown_names == ["sphere 12.5 mg"], timeout=WAIT_MS)
    curves.rename("sphere 12.5 mg", "a/b")
    qtbot.waitUntil(lambda: "cannot be used" in panel.banner.text(), timeout=WAIT_MS)
    curves.rename("sphere 12.5 mg", "ball")
    qtbot.waitUntil(lambda: curves.shown_names == ["ball"], timeout=WAIT_MS)
    panel.select("ball")
    window.actions_by_id["measured.edit"].trigger()
    again = window.measured.dialog
    qtbot.waitUntil(lambda: again.import_button.isEnabled(), timeout=WAIT_MS)
    assert again.form.density.value() == pytest.approx(8.4)
    assert again.form.shape.kind.value() == "sphere"
    again.form.shape.kind.set_value("factor")
    again.form.shape.N.setValue(0.1)
    qtbot.waitUntil(lambda: pytest.approx(0.1) == again.preview.curve.N, timeout=WAIT_MS)
    again.accept()
    qtbot.waitUntil(lambda: pytest.approx(0.1) == curves.get("ball").curve.N, timeout=WAIT_MS)
    panel.select("ball")
    window.actions_by_id["measured.trash"].trigger()
    qtbot.waitUntil(lambda: curves.records == (), timeout=WAIT_MS)
    (entry,) = window.session.library.trash()
    assert (entry.kind, entry.name) == ("measured curve", "ball")
    window.session.library.restore(entry.entry_id)
    curves.refresh()
    qtbot.waitUntil(lambda: curves.shown_names == ["ball"], timeout=WAIT_MS)


def test_another_project_has_curves_of_its_own(
    window: MainWindow,
    vsm_file: Path,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(vsm_file), ""))
    window.actions_by_id["measured.import"].trigger()
    dialog = window.measured.dialog
    qtbot.waitUntil(lambda: dialog.rows.rowCount() == 100, timeout=WAIT_MS)
    complete(dialog, qtbot)
    dialog.accept()
    first = window.session.project
    qtbot.waitUntil(lambda: bool(window.measured.curves.records), timeout=WAIT_MS)
    window.projects.commands.open_project(tmp_path / "other")
    qtbot.waitUntil(lambda: window.session.project != first, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.measured.curves.records == (), timeout=WAIT_MS)
    assert window.simulation_tab.plot.curves == ()


def _measured(plot: object) -> list[str]:
    return [curve.legend for curve in plot.curves if curve.origin is Origin.MEASURED]


def _drop(window: MainWindow, path: Path) -> ImportDialog:
    _drop_on(window, path)
    assert window.measured.dialog is not None
    return window.measured.dialog


def _drop_on(target: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    none = Qt.KeyboardModifier.NoModifier
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(5, 5), copy, data, left, none))
    QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), copy, data, left, none))
