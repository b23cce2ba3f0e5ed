"""The dialogs of figures and tables: what is chosen, drawn, written, remembered and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from contrast_checks import poor_contrast
from focus_checks import nameless
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QStyle
from structure_checks import problems

from smcogui.ui.dialog_memory import DialogMemory
from smcogui.ui.theme import DARK, LIGHT, applied_theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.analysis_tab.export_dialog import ExportDialog
    from smcogui.ui.analysis_tab.figure_dialog import FigureDialog
    from smcogui.ui.analysis_tab.table_dialog import TableDialog
    from smcogui.ui.main_window import MainWindow

WAIT_MS = 30_000


@pytest.fixture
def figure(analysis: MainWindow, qtbot: QtBot) -> FigureDialog:
    """Return the open dialog of Ctrl+E, with its picture."""
    analysis.actions_by_id["export.figure"].trigger()
    dialog = analysis.analysis.exports.figure_dialog
    wait_for_picture(dialog, qtbot)
    return dialog


@pytest.fixture
def table(analysis: MainWindow) -> TableDialog:
    """Return the open dialog of tables."""
    analysis.actions_by_id["export.table"].trigger()
    return analysis.analysis.exports.table_dialog


def wait_for_picture(dialog: FigureDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: not dialog.preview.is_busy and not dialog.preview.picture.isNull(), timeout=WAIT_MS
    )


def export(dialog: ExportDialog, path: Path, qtbot: QtBot) -> dict[str, Any]:
    """Write to a path and return the provenance."""
    dialog.target.line.setText(str(path))
    dialog.export_button.click()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=WAIT_MS)
    facts = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
    assert path.stat().st_size > 100
    assert path.with_name(f"{path.name}.methods.md").exists()
    assert isinstance(facts, dict)
    return facts


def button(dialog: ExportDialog, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == text)


def test_preview_follows_what_is_chosen(figure: FigureDialog, qtbot: QtBot) -> None:
    seen = [figure.preview.picture.toImage()]
    for change in (
        lambda: figure.form.quantity.set_value("B"),
        lambda: figure.form.unit.set_value("kOe"),
        lambda: figure.form.switches["analytic"].setChecked(True),
        lambda: figure.form.title.setText("A title"),
        lambda: figure.form.width_row.set_length(178.0),
        lambda: figure.form.height_row.set_length(60.0),
    ):
        change()
        wait_for_picture(figure, qtbot)
        assert figure.preview.picture.toImage() not in seen
        seen.append(figure.preview.picture.toImage())
    assert "178 × 60 mm" in figure.size_text.text()


def test_figure_is_written_as_it_was_chosen(
    figure: FigureDialog, analysis: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    for name in ("curves.pdf", "curves.svg", "curves.png"):
        analysis.actions_by_id["export.figure"].trigger()
        figure.form.quantity.set_value("J")
        figure.form.unit.set_value("kA/m")
        figure.form.dpi.setValue(300)
        facts = export(figure, tmp_path / name, qtbot)
        assert facts["figure"]["quantity"] == "J"
        assert facts["figure"]["unit"] == "kA/m"
        assert facts["figure"]["dpi"] == 300
        assert facts["figure"]["band"] is True
        assert name in analysis.analysis_tab.banner.text()
        job = analysis.jobs.jobs[-1]
        assert (job.title, job.kind, job.folder) == (name, "Export", tmp_path)


def test_measured_curve_is_chosen_in_the_dialog(
    analysis: MainWindow, qtbot: QtBot, tmp_path: Path, measured_curve: str
) -> None:
    analysis.actions_by_id["export.figure"].trigger()
    dialog = analysis.analysis.exports.figure_dialog
    wait_for_picture(dialog, qtbot)
    assert dialog.choice is not None
    assert dialog.choice.measured == (measured_curve,)
    # Rows are as high as the boxes that are ticked in them.
    of_list = dialog.form.measured
    box = of_list.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorHeight)
    assert of_list.visualItemRect(of_list.item(0)).height() >= box + 2
    facts = export(dialog, tmp_path / "both.svg", qtbot)
    assert facts["source"] == "simulated and measured"
    assert f"{measured_curve}, measured" in (tmp_path / "both.svg").read_text(encoding="utf-8")


def test_format_and_suffix_follow_each_other(figure: FigureDialog, qtbot: QtBot) -> None:
    row = figure.target
    assert not figure.form.dpi.isEnabled()
    row.format.set_value(".png")
    assert row.line.text().endswith(".png")
    assert figure.form.dpi.isEnabled()
    row.line.setText(row.line.text().replace(".png", ".svg"))
    assert row.suffix == ".svg"
    qtbot.waitUntil(lambda: row.target is not None)
    assert "provenance" in row.about.text()


def test_what_cannot_be_is_explained_in_the_dialog(
    figure: FigureDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    figure.target.line.setText(str(tmp_path / "a.docx"))
    qtbot.waitUntil(lambda: ".pdf, .svg, .png" in figure.banner.text())
    assert not figure.export_button.isEnabled()
    figure.target.line.setText(str(tmp_path / "a.pdf"))
    qtbot.waitUntil(figure.export_button.isEnabled)
    assert figure.banner.isHidden()
    for key in ("mean", "band", "half_cycles"):
        figure.form.switches[key].setChecked(False)
    assert "nothing of the simulated curves" in figure.banner.text()
    assert not figure.export_button.isEnabled()
    assert figure.preview.picture.isNull()


def test_failed_export_stays_open_and_says_why(
    figure: FigureDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    figure.target.line.setText(str(tmp_path / "place" / "a.pdf"))
    qtbot.waitUntil(lambda: figure.target.target is not None)
    # The place goes bad between looking and writing.
    (tmp_path / "place").write_text("a file now")
    figure.export_button.click()
    qtbot.waitUntil(lambda: figure.banner.property("banner") == "error", timeout=WAIT_MS)
    assert figure.isVisible()
    assert "place" in figure.banner.text()
    # It stays through what the dialog does by itself, such as drawing anew in less room.
    seen = figure.preview.picture.cacheKey()
    figure.redraw()
    qtbot.waitUntil(lambda: figure.preview.picture.cacheKey() != seen, timeout=WAIT_MS)
    wait_for_picture(figure, qtbot)
    assert figure.banner.isVisible()
    assert "place" in figure.banner.text()
    figure.target.line.setText(str(tmp_path / "other.pdf"))
    assert figure.banner.isHidden()


def test_choices_are_remembered_but_not_unit_title_and_name(
    figure: FigureDialog, analysis: MainWindow, qtbot: QtBot, tmp_path: Path, config_folder: Path
) -> None:
    figure.form.quantity.set_value("B")
    figure.form.unit.set_value("kOe")
    figure.form.title.setText("Once")
    figure.form.width_row.set_length(120.0)
    figure.form.switches["legend"].setChecked(False)
    export(figure, tmp_path / "one.svg", qtbot)
    qtbot.waitUntil((config_folder / "dialogs.json").exists)
    qtbot.waitUntil(lambda: not analysis.bridge.is_busy("dialog memory"))
    kept = DialogMemory(analysis.bridge).recall("figure")
    assert kept["quantity"] == "B"
    figure.form.quantity.set_value("J")
    analysis.actions_by_id["export.figure"].trigger()
    assert figure.form.quantity.value() == "B"
    assert figure.form.width_row.length() == 120.0
    assert not figure.form.switches["legend"].isChecked()
    assert figure.form.unit.value() == "T"
    assert figure.form.title.text() == ""
    assert figure.target.line.text() == str(tmp_path / "tiny.svg")


def test_damaged_memory_is_as_none(analysis: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "dialogs.json"
    for content in ("{", "[]", '{"dialogs": {"figure": 3}}'):
        path.write_text(content, encoding="utf-8")
        assert DialogMemory(analysis.bridge, path=path).recall("figure") == {}


def test_dialogs_are_whole_on_a_small_screen(
    figure: FigureDialog, analysis: MainWindow, qtbot: QtBot
) -> None:
    assert figure.width() <= 1366
    assert figure.height() <= 700
    qtbot.waitUntil(lambda: figure.target.target is not None)
    assert not problems(figure), "\n".join(problems(figure))
    assert not nameless(figure)
    figure.reject()
    analysis.actions_by_id["export.curves"].trigger()
    dialog = analysis.analysis.exports.table_dialog
    qtbot.waitUntil(lambda: dialog.target.target is not None)

    def is_whole() -> None:
        assert not problems(dialog), "\n".join(problems(dialog))

    # What was just told of the file gets its second line two turns of the event loop later.
    qtbot.waitUntil(is_whole)
    assert not nameless(dialog)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for name, theme in (("light", LIGHT), ("dark", DARK)):
        if applied_theme(app) is not theme:
            with qtbot.waitSignal(analysis.theme.changed):
                analysis.actions_by_id[f"view.theme_{name}"].trigger()
        assert not poor_contrast(dialog), "\n".join(poor_contrast(dialog))
    dialog.reject()
    analysis.actions_by_id["export.figure"].trigger()
    wait_for_picture(figure, qtbot)
    assert not poor_contrast(figure), "\n".join(poor_contrast(figure))


def test_table_of_runs_is_written_in_the_units_chosen(
    table: TableDialog, analysis: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    for name in ("runs.csv", "runs.xlsx", "runs.parquet", "runs.tex"):
        analysis.actions_by_id["export.table"].trigger()
        table.field_unit.set_value("kA/m")
        facts = export(table, tmp_path / name, qtbot)
        assert facts["field_unit"] == "kA/m"
        assert facts["extent"] == ("short" if name.endswith("tex") else "all")
    assert "Hc_kA_m" in (tmp_path / "runs.csv").read_text(encoding="utf-8")


def test_curves_hold_field_and_flux_density(
    analysis: MainWindow, table: TableDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    table.content.set_value("curves")
    assert table.target.line.text().endswith("curves.csv")
    table.field_unit.set_value("kOe")
    table.N.setValue(0.25)
    facts = export(table, tmp_path / "steps.csv", qtbot)
    assert (facts["N"], facts["field_unit"]) == (0.25, "kOe")
    header = (tmp_path / "steps.csv").read_text(encoding="utf-8").splitlines()[0]
    assert {"H_kOe", "H_int_kOe", "M_over_Ms", "J_T", "B_T"} <= set(header.split(","))


def test_table_holds_all_runs_where_none_is_selected(
    analysis: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    analysis.analysis_tab.table.clearSelection()
    analysis.actions_by_id["export.table"].trigger()
    dialog = analysis.analysis.exports.table_dialog
    assert not dialog.scope.isEnabled()
    assert len(export(dialog, tmp_path / "all.csv", qtbot)["runs"]) == 1


def test_old_file_is_replaced_only_by_a_button_that_says_so(
    table: TableDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old.xlsx"
    old.write_text("old")
    monkeypatch.setattr(
        QFileDialog,
        "getSaveFileName",
        lambda *_args, **_named: (str(old.with_suffix("")), "XLSX (*.xlsx)"),
    )
    table.target.browse.click()
    qtbot.waitUntil(lambda: table.target.target is not None)
    assert table.export_button.text() == "&Replace"
    assert table.target.about.text().startswith("Replaces old.xlsx")
    export(table, old, qtbot)


def test_methods_and_citations_are_copied_from_the_dialog(
    figure: FigureDialog, qtbot: QtBot
) -> None:
    figure.form.switches["analytic"].setChecked(True)
    button(figure, "Copy methods").click()
    qtbot.waitUntil(lambda: "methods paragraph" in figure.banner.text())
    assert "Stoner and Wohlfarth" in QApplication.clipboard().text()
    button(figure, "Copy BibTeX").click()
    qtbot.waitUntil(lambda: "BibTeX" in figure.banner.text())
    assert "StonerWohlfarth1948" in QApplication.clipboard().text()
