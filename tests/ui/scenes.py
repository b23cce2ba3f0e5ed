"""What can be on the screen: every tab, dock, dialog and menu, each brought up by a function."""

from __future__ import annotations

import math
import tempfile
from functools import partial
from pathlib import Path
from typing import Final

from cluster_scenes import CLUSTER_DIALOGS, CLUSTER_TABS
from drawn_micrograph import draw, save_with_scale
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget
from scene import Scene, Wait, opened
from surrogate_scenes import SURROGATE_SCENES

from smcogui.app.jobs import Job
from smcogui.app.recovery import Leftover
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.campaign import Attempt
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design_file import design_to_toml
from smcogui.ui.about import about_box
from smcogui.ui.closing import closing_question
from smcogui.ui.failure.recovery_dialog import RecoveryDialog
from smcogui.ui.failure.report_dialog import ReportDialog
from smcogui.ui.library_dock.library_panel import RUNS
from smcogui.ui.main_window import MainWindow
from smcogui.ui.micrographs.segment_dialog import SegmentDialog
from smcogui.ui.projects.folder_dialog import FolderDialog
from smcogui.ui.view_exports.picture_dialogs import FilmDialog, PictureDialog


# ---------------------------------------------------------------- tabs
def _design(window: MainWindow, wait: Wait) -> QWidget:
    window.tabs.setCurrentWidget(window.design_tab)
    window.design_tab.preview.switch(0)
    wait(window.design_tab.preview.section.has_ghost)
    return window


def _solid(window: MainWindow, wait: Wait) -> QWidget:
    window.tabs.setCurrentWidget(window.design_tab)
    preview = window.design_tab.preview
    wait(lambda: preview.has_3d)
    preview.switch(1)
    wait(lambda: preview.solid is not None and preview.solid.is_settled)
    return window


def _simulation(window: MainWindow, wait: Wait) -> QWidget:
    window.tabs.setCurrentWidget(window.simulation_tab)
    wait(lambda: window.simulation_tab.plot.curves)
    return window


def _analysis(window: MainWindow, wait: Wait) -> QWidget:
    tab = window.analysis_tab
    window.tabs.setCurrentWidget(tab)
    tab.table.select([run.run_id for run in tab.table.runs])
    wait(lambda: tab.plot.curves)
    return window


def _series(window: MainWindow, _wait: Wait) -> QWidget:
    window.tabs.setCurrentWidget(window.series.tab)
    return window


def _plotted_series(window: MainWindow, wait: Wait) -> QWidget:
    tab, series = window.series.tab, window.session.series
    if not series.records():
        design = window.analysis_tab.table.runs[0].design
        L_nm = design.parameters.L * 1e9
        series.create(design, "nanostructure.L_nm", [L_nm, L_nm + 10], "cell interval")
    window.series.refresh()
    window.tabs.setCurrentWidget(tab)
    wait(lambda: tab.plot.names)
    return window


def _campaigns(window: MainWindow, wait: Wait) -> QWidget:
    tab = window.campaigns.tab
    window.tabs.setCurrentWidget(tab)
    _fill_campaign(window)
    tab.pages.setCurrentWidget(tab.overview)
    wait(lambda: tab.overview.plot.curves and tab.overview.histogram.heights)
    return window


def _campaign_designs(window: MainWindow, wait: Wait) -> QWidget:
    _campaigns(window, wait)
    tab = window.campaigns.tab
    tab.pages.setCurrentWidget(tab.designs)
    tab.designs.table.select(tab.designs.table.listed_ids()[:1])
    return window


def _campaign_samplings(window: MainWindow, wait: Wait) -> QWidget:
    _campaigns(window, wait)
    window.campaigns.tab.pages.setCurrentWidget(window.campaigns.tab.samplings)
    return window


def _fill_campaign(window: MainWindow) -> None:
    """Make a campaign of which the sample runs are done and one design has failed."""
    campaigns, runs = window.session.campaigns, window.analysis_tab.table.runs
    if campaigns.records():
        return
    campaigns.create("cells and angles")
    axes = (Axis(key="L_nm", low=40, high=120, step=0.1), Axis(key="alpha_deg", low=0, high=60))
    sampling = Sampling(
        name="box", method="sobol", base=design_to_toml(runs[0].design), axes=axes, count=24
    )
    members = campaigns.add("cells and angles", sampling, Feasibility(least_wall_cells=4)).members
    done = [run.run_id for run in runs if run.result is not None]
    for member, run_id in zip(members, done, strict=False):
        campaigns.store.add_attempt(
            "cells and angles", Attempt(key=member.key, number=1, run_id=run_id)
        )
    failed = Attempt(key=members[-1].key, number=1, run_id="", refused="its mesh is too large")
    campaigns.store.add_attempt("cells and angles", failed)
    window.campaigns.refresh()


# ---------------------------------------------------------------- docks and states
def _library(window: MainWindow, wait: Wait) -> QWidget:
    window.tabs.setCurrentWidget(window.design_tab)
    window.docks.library.set_shown(True)
    wait(window.library_panel.designs.listed_ids)
    return window


def _library_of_runs(window: MainWindow, wait: Wait) -> QWidget:
    _library(window, wait)
    window.library_panel.pages.setCurrentIndex(RUNS)
    return window


def _jobs(window: MainWindow, wait: Wait) -> QWidget:
    window.docks.library.set_shown(False)
    window.docks.jobs.set_shown(True)
    return _simulation(window, wait)


def _refused(window: MainWindow, wait: Wait) -> QWidget:
    window.docks.jobs.set_shown(False)
    _design(window, wait)
    window.editor.number("nanostructure.wS_nm").box.setValue(300)  # type: ignore[union-attr]
    wait(lambda: window.editor.is_refused)
    return window


# ---------------------------------------------------------------- dialogs
def _settings(window: MainWindow, _wait: Wait) -> QWidget:
    window.editor.discard_refused()
    window.settings_dialog.open_dialog()
    return window.settings_dialog


def _palette(window: MainWindow, _wait: Wait) -> QWidget:
    window.command_palette.open()
    return window.command_palette


def _shortcuts(window: MainWindow, _wait: Wait) -> QWidget:
    window.shortcut_list.open_list()
    return window.shortcut_list


def _comparison(window: MainWindow, wait: Wait) -> QWidget:
    panel = window.library_panel
    window.docks.library.set_shown(True)
    panel.pages.setCurrentIndex(RUNS)
    panel.runs.select([run.run_id for run in panel.runs.runs[:2]])
    dialog = window.library.compare()
    assert dialog is not None
    wait(lambda: dialog.rows and dialog.plot.curves)
    return dialog


def _figure_dialog(window: MainWindow, wait: Wait) -> QWidget:
    _analysis(window, wait)
    window.actions_by_id["export.figure"].trigger()
    dialog = window.analysis.exports.figure_dialog
    wait(lambda: dialog.target.target and not dialog.preview.is_busy)
    return dialog


def _table_dialog(window: MainWindow, wait: Wait) -> QWidget:
    _analysis(window, wait)
    window.actions_by_id["export.table"].trigger()
    dialog = window.analysis.exports.table_dialog
    wait(lambda: dialog.target.target)
    return dialog


def _import_dialog(window: MainWindow, wait: Wait) -> QWidget:
    path = window.session.project / "measured loop.csv"
    path.write_text(measured_loop(), encoding="utf-8")
    dialog = window.measured.import_file(path)
    wait(lambda: dialog.preview)
    return dialog


def _series_figure_dialog(window: MainWindow, wait: Wait) -> QWidget:
    _plotted_series(window, wait)
    window.actions_by_id["series.export_figure"].trigger()
    dialog = window.series.exports.figure_dialog
    wait(lambda: dialog.target.target and not dialog.preview.is_busy)
    return dialog


def _series_table_dialog(window: MainWindow, wait: Wait) -> QWidget:
    _plotted_series(window, wait)
    window.actions_by_id["series.export_table"].trigger()
    dialog = window.series.exports.table_dialog
    wait(lambda: dialog.target.target)
    return dialog


def _series_dialog(window: MainWindow, wait: Wait) -> QWidget:
    dialog = window.series.open_dialog("nanostructure.wZ_nm")
    wait(lambda: dialog.plan)
    return dialog


def _sampling_dialog(window: MainWindow, wait: Wait) -> QWidget:
    dialog = window.campaigns.open_dialog()
    wait(lambda: dialog.preview)
    return dialog


def _dataset_dialog(window: MainWindow, wait: Wait) -> QWidget:
    _campaigns(window, wait)
    dialog = window.campaigns.exports.open_dataset()
    assert dialog is not None
    return dialog


def _size_test_dialog(window: MainWindow, wait: Wait) -> QWidget:
    _campaigns(window, wait)
    dialog = window.campaigns.exports.open_size_test()
    assert dialog is not None
    wait(lambda: dialog.target.target and dialog.banner.text())
    return dialog


def measured_loop() -> str:
    """Return a loop in the columns of a magnetometer."""
    fields = [*range(5000, -5001, -100), *range(-5000, 5001, 100)]
    falling = len(fields) // 2
    rows = ["Field H (kA/m),Magnetisation M (kA/m)"]
    for number, field in enumerate(fields):
        centre = -2400 if number < falling else 2400
        rows.append(f"{field},{900 * math.tanh((field - centre) / 300):.2f}")
    return "\n".join(rows) + "\n"


def _both_solvers(window: MainWindow, wait: Wait) -> QWidget:
    runs = [run for run in window.analysis_tab.table.runs if run.result is not None]
    dialog = window.engines.compare([run.run_id for run in runs[:2]])
    wait(lambda: dialog.picture is not None)
    return dialog


def _doctor(window: MainWindow, wait: Wait) -> QWidget:
    window.actions_by_id["help.doctor"].trigger()
    wait(window.engines.doctor.again.isEnabled)
    return window.engines.doctor


def _import_run(window: MainWindow, wait: Wait) -> QWidget:
    dialog = window.engines.import_run()
    dialog.open_source(Path("nowhere"))
    wait(dialog.banner.isVisible)
    return dialog


def _samples(window: MainWindow, wait: Wait) -> QWidget:
    wait(lambda: window.design_tab.prediction.surrogate is not None)
    dialog = window.literature.show()
    dialog.select([9])
    return dialog


def _segment_dialog(window: MainWindow, wait: Wait) -> SegmentDialog:
    design = window.document.design
    with tempfile.TemporaryDirectory() as folder:
        path = save_with_scale(draw(design), Path(folder) / "tem.tif")
        dialog = window.micrographs.open_file(path)
        wait(lambda: dialog.picture.has_picture)
    return dialog


def _segment_phases(window: MainWindow, wait: Wait) -> QWidget:
    dialog = _segment_dialog(window, wait)
    wait(lambda: dialog.preview is not None)
    dialog.pages.setCurrentIndex(1)
    return dialog


def _picture_dialog(window: MainWindow) -> QWidget:
    return PictureDialog(*window.design_tab.preview.view(), window)


def _film_dialog(window: MainWindow) -> QWidget:
    return FilmDialog(7, 0, *window.design_tab.preview.view(), window)


def _folder_dialog(window: MainWindow) -> QWidget:
    words = "A project is a folder that holds runs, their curves and the design."
    return FolderDialog("New project", words, "Create", Path.home(), "project", window)


def _report_dialog(window: MainWindow) -> QWidget:
    report = "SmCo Studio\n\nValueError: a fault\n\n" + "\n".join(f"line {n}" for n in range(30))
    words = "Something unexpected happened. Runs go on, and what is on disk is safe."
    return ReportDialog("Unexpected error", words, report, Path.home() / "logs", window)


def _recovery_dialog(window: MainWindow) -> QWidget:
    left = Leftover(
        path=Path("left"),
        project=window.session.project,
        pid=7,
        began_s=1.7e9,
        edited_s=1.7e9 + 600,
        what="Change cell interval L",
        design=window.document.design,
        reason="",
    )
    changes = ["nanostructure.L_nm: 100.0 → 90.0", "field.alpha_deg: 0.0 → 20.0"]
    return RecoveryDialog(left, changes, has_report=True, parent=window)


def _closing_question(window: MainWindow) -> QWidget:
    run = Job(job_id="a", title="base", kind="Run", started_s=1.7e9, is_run=True)
    film = Job(job_id="b", title="reversal.mp4", kind="Film", started_s=1.7e9)
    return closing_question(window, [run, film])[0]


# ---------------------------------------------------------------- menus
def menu_scenes(window: MainWindow) -> list[Scene]:
    """Return a scene for each menu of the window."""
    return [
        Scene(
            name=f"menu-{action.text().replace('&', '').lower()}",
            show=partial(_menu, action),
        )
        for action in window.menuBar().actions()
    ]


def _menu(action: QAction, window: MainWindow, _wait: Wait) -> QWidget:
    menu = action.menu()
    assert isinstance(menu, QMenu)
    menu.popup(window.mapToGlobal(QPoint(20, 40)))
    return menu


SOLID: Final = Scene(name="design-3d", show=_solid)
SCENES: Final = (
    Scene(name="design", show=_design),
    SOLID,
    Scene(name="simulation", show=_simulation),
    Scene(name="analysis", show=_analysis),
    Scene(name="series", show=_series),
    Scene(name="series-plotted", show=_plotted_series),
    Scene(name="campaigns", show=_campaigns),
    Scene(name="campaign-designs", show=_campaign_designs),
    Scene(name="campaign-samplings", show=_campaign_samplings),
    *CLUSTER_TABS,
    *SURROGATE_SCENES,
    Scene(name="library", show=_library),
    Scene(name="library-runs", show=_library_of_runs),
    Scene(name="jobs", show=_jobs),
    Scene(name="refused", show=_refused),
    Scene(name="settings", show=_settings),
    Scene(name="palette", show=_palette),
    Scene(name="shortcuts", show=_shortcuts),
    Scene(name="comparison", show=_comparison),
    Scene(name="both-solvers", show=_both_solvers),
    Scene(name="doctor", show=_doctor),
    Scene(name="import-run", show=_import_run),
    Scene(name="export-figure", show=_figure_dialog),
    Scene(name="export-table", show=_table_dialog),
    Scene(name="samples", show=_samples),
    Scene(name="segment-domain", show=_segment_dialog),
    Scene(name="segment-phases", show=_segment_phases),
    Scene(name="import-measured", show=_import_dialog),
    Scene(name="new-series", show=_series_dialog),
    Scene(name="export-series-figure", show=_series_figure_dialog),
    Scene(name="export-series-table", show=_series_table_dialog),
    Scene(name="new-campaign", show=_sampling_dialog),
    Scene(name="export-dataset", show=_dataset_dialog),
    Scene(name="size-test", show=_size_test_dialog),
    *CLUSTER_DIALOGS,
    Scene(name="export-picture", show=partial(opened, _picture_dialog)),
    Scene(name="export-film", show=partial(opened, _film_dialog)),
    Scene(name="new-project", show=partial(opened, _folder_dialog)),
    Scene(name="report", show=partial(opened, _report_dialog)),
    Scene(name="recovery", show=partial(opened, _recovery_dialog)),
    Scene(name="closing", show=partial(opened, _closing_question)),
    Scene(name="about", show=partial(opened, about_box)),
)
"""Everything but the menus, in an order in which each can follow the one before it."""
