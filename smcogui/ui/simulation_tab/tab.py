"""The Simulation tab: runs are started, followed, stopped and looked into here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from smcogui.curves.mh_curve import MHCurve
from smcogui.curves.origin import Origin
from smcogui.errors import InputError
from smcogui.runs.state import RunState
from smcogui.ui.run_columns import SHORT_COLUMNS
from smcogui.ui.simulation_tab.live_run import LiveReadings, LiveRun
from smcogui.ui.simulation_tab.magnetisation_state import MagnetisationState
from smcogui.ui.simulation_tab.progress_panel import ProgressPanel, duration_text, state_text
from smcogui.ui.simulation_tab.readings import read_readings
from smcogui.ui.simulation_tab.state_view import StateView
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.ui.widgets.plot_curve import FieldMarker, PlotCurve
from smcogui.ui.widgets.run_table import RunTable
from smcogui.units import to_tesla

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.session import RunRecord, Session, SnapshotRecord
    from smcogui.design.design import Design
    from smcogui.runs.handle import RunHandle
    from smcogui.ui.actions import Actions
    from smcogui.ui.design_document import DesignDocument
    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch
    from smcogui.ui.run_bridge import RunBridge
    from solver.events import FieldStep

_LOG_LINES = 2000
_READINGS_TIP = (
    "Hc: field at which M·h passes zero. Hp (jump): first irreversible drop above 2 % of Ms. "
    "Hp (slope): first point where −d(M/Ms)/d(μ₀H) is above 0.13 per tesla; it also answers to "
    "reversible rotation, so that the two differ for fields at an angle. Both are stored."
)


class SimulationTab(QWidget):
    """Shows one run at a time; any number may be under way.

    Signals
    -------
    runs_changed : Signal()
        A run began, ended or was resumed.
    """

    runs_changed = Signal()

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        document: DesignDocument,
        units: FieldUnitSwitch,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._document = session, bridge, document
        self._units, self._actions = units, actions
        self._live: dict[str, LiveRun] = {}
        self._current: str | None = None
        self._starting = False
        self._measured: tuple[PlotCurve, ...] = ()
        self.panel = ProgressPanel(actions, units)
        self.banner = Banner()
        self.plot = CurvePlot(
            units,
            "Press Run (F5) to compute the M–H curve of the design.\n"
            "It grows here while the fields are passed; Hc and Hp are marked when they are found.",
        )
        self.plot.setToolTip(_READINGS_TIP)
        self.states = StateView(units)
        self.table = RunTable(SHORT_COLUMNS, units, several=False)
        self.table.setAccessibleName("Runs of the project")
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(_LOG_LINES)
        self.log.setAccessibleName("Log of the run")
        self.log.setPlaceholderText("What the run has to say appears here.")
        self._lay_out()
        self._connect()
        self._design_changed(document.design)
        self._show_actions()

    @property
    def current_run(self) -> str | None:
        """Id of the run that is shown."""
        return self._current

    def live(self, run_id: str) -> LiveRun | None:
        """Return what is known of a followed run."""
        return self._live.get(run_id)

    def active_runs(self) -> list[str]:
        """Return the ids of the runs at work that this window follows."""
        return [run_id for run_id, live in self._live.items() if live.state.is_active]

    def stop_all(self) -> None:
        """Ask every run that this window follows to stop."""
        for run_id in self.active_runs():
            self._live[run_id].handle.cancel()

    def show_runs(self, runs: list[RunRecord]) -> None:
        """Show the project's runs; those at work are followed."""
        self.table.set_runs(runs)
        if self._is_gone(runs):
            self._current = None
            self.states.clear()
            self._show_run()
        if self._current is not None and self.table.selected_ids() != [self._current]:
            self.table.select([self._current])
        for run in runs:
            if run.state.is_active and run.run_id not in self._live:
                self._attach(run.run_id)

    def show_measured(self, curves: Sequence[PlotCurve]) -> None:
        """Lay measured curves over the run that is shown, and no others."""
        self._measured = tuple(curves)
        live = self._live.get(self._current or "")
        if live is None:
            self.plot.show_curves(self._measured)
        else:
            self._draw(live)

    def leave_project(self) -> None:
        """Forget the runs of the project; those at work go on, but are not followed any more."""
        for run_id in self._live:
            self._bridge.unfollow(run_id)
        self._live.clear()
        self._current = None
        self.banner.clear_message()
        self.states.clear()
        self.table.set_runs([])
        self._show_run()

    def _is_gone(self, runs: list[RunRecord]) -> bool:
        """Whether the run that is shown was deleted; one that has just begun may not be listed."""
        live = self._live.get(self._current or "")
        at_work = live is not None and live.state.is_active
        return self._current is not None and not (
            at_work or any(run.run_id == self._current for run in runs)
        )

    def start(self) -> None:
        """Run the current design."""
        design = self._document.design
        try:
            fields = self.panel.chosen_fields_T()
        except InputError as error:
            self.banner.show_message("error", str(error))
            return
        self._begin(
            "Preparing the run…", lambda: self._session.start_run(design, snapshots_T=fields)
        )

    def cancel(self) -> None:
        """Stop the shown run."""
        live = self._live.get(self._current or "")
        if live is not None and live.state.is_active:
            self.panel.show_state("Stopping…")
            live.handle.cancel()

    def resume(self) -> None:
        """Go on with the shown run."""
        run_id = self._current
        if run_id is None:
            return
        self._live.pop(run_id, None)
        self._begin("Resuming…", lambda: self._session.resume_run(run_id))

    def adopt(self, handle: RunHandle) -> None:
        """Follow and show a run that was started, resumed or run again elsewhere in the window."""
        self._started(handle)

    def select_run(self, run_id: str) -> None:
        """Show a run of the project."""
        if run_id == self._current:
            return
        self._current = run_id
        self.states.clear()
        self.banner.clear_message()
        self.table.select([run_id])
        if run_id not in self._live:
            self._attach(run_id)
        self._show_run()
        self._ask_readings()
        self._ask_snapshots()

    def _lay_out(self) -> None:
        upper = QSplitter(Qt.Orientation.Horizontal)
        upper.addWidget(self.plot)
        upper.addWidget(self.states)
        upper.setStretchFactor(0, 3)
        upper.setStretchFactor(1, 2)
        upper.setSizes([820, 540])
        lower = QSplitter(Qt.Orientation.Horizontal)
        lower.addWidget(self.table)
        lower.addWidget(self.log)
        lower.setStretchFactor(0, 3)
        lower.setStretchFactor(1, 2)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.addWidget(upper)
        halves.addWidget(lower)
        halves.setStretchFactor(0, 4)
        halves.setStretchFactor(1, 1)
        halves.setSizes([600, 160])
        for splitter in (upper, lower, halves):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(8)
        self.log.setMinimumHeight(80)
        self.table.setMinimumHeight(80)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.addWidget(self.panel)
        layout.addWidget(self.banner)
        layout.addWidget(halves, 1)

    def _connect(self) -> None:
        self._actions.connect(
            {"run.start": self.start, "run.cancel": self.cancel, "run.resume": self.resume}
        )
        play_bar = self.states.play_bar
        self._actions.connect(
            {
                "state.play": play_bar.toggle,
                "state.next": partial(play_bar.step, 1),
                "state.previous": partial(play_bar.step, -1),
            }
        )
        self._bridge.run_news.connect(self._news)
        self._bridge.run_ended.connect(self._ended)
        self._document.changed.connect(self._design_changed)
        self.states.wanted.connect(self._load_snapshot)
        self.table.selection_changed.connect(lambda ids: self.select_run(ids[0]) if ids else None)

    def _design_changed(self, design: Design) -> None:
        if self._current is None:
            self.panel.show_title(_title(design))

    def _begin(self, sentence: str, submit: Any) -> None:
        self._starting = True
        self.banner.clear_message()
        self.panel.show_state(sentence)
        self._show_actions()
        self._bridge.ask("start", submit, self._started, self._not_started)

    def _started(self, handle: RunHandle) -> None:
        self._starting = False
        run_id = handle.run_id
        self._follow(run_id, handle)
        self._current = None
        self.select_run(run_id)
        self.runs_changed.emit()

    def _not_started(self, error: Exception) -> None:
        self._starting = False
        self.banner.show_message("error", str(error))
        self.panel.show_state("Not started.")
        self._show_actions()

    def _attach(self, run_id: str) -> None:
        self._bridge.ask(
            f"attach {run_id}",
            lambda: self._session.attach(run_id),
            lambda handle: self._follow(run_id, handle),
            lambda error: self.banner.show_message("error", str(error)),
        )

    def _follow(self, run_id: str, handle: RunHandle) -> None:
        self._live[run_id] = LiveRun(handle=handle)
        self._bridge.follow(run_id, handle)

    def _news(self, run_id: str, events: tuple[Any, ...]) -> None:
        live = self._live.get(run_id)
        if live is None:
            return
        shots, steps, lines = live.snapshot_count, _count(live), len(live.log)
        state = live.state
        live.take(events)
        if live.state is not state:
            self.runs_changed.emit()
        if run_id != self._current:
            return
        self._show_run(new_lines=lines)
        if _count(live) != steps:
            self._ask_readings()
        if live.snapshot_count != shots:
            self._ask_snapshots()

    def _ended(self, run_id: str) -> None:
        live = self._live.get(run_id)
        if live is not None:
            live.state = live.handle.state
            live.eta_s = None
        if run_id == self._current:
            self._show_run()
            self._ask_readings()
        self.runs_changed.emit()

    def _show_run(self, new_lines: int = 0) -> None:
        """Show title, state, progress, log and curves of the current run."""
        live = self._live.get(self._current or "")
        record = next((r for r in self.table.runs if r.run_id == self._current), None)
        self.panel.show_title(_title(record.design if record else self._document.design))
        if live is None:
            self.panel.clear_progress()
            self.log.clear()
            self.plot.show_curves(self._measured)
        else:
            self.panel.show_progress(live.fraction, live.eta_s)
            self.panel.show_state(_sentence(live, self._units.unit))
            if new_lines == 0:
                self.log.clear()
            for line in live.log[new_lines:]:
                mark = {"warning": "⚠ ", "error": "✖ "}.get(line.level, "")
                self.log.appendPlainText(f"{mark}{line.message}")
            if live.state is RunState.FAILED and live.message:
                self.banner.show_message("error", live.message)
            self._draw(live)
        self._show_actions()

    def _draw(self, live: LiveRun) -> None:
        curves = [
            _half_cycle(steps, "Half-cycles" if number == 0 else "")
            for number, (_, steps) in enumerate(sorted(live.steps.items()))
        ]
        readings = live.readings
        if readings is not None and readings.mean_mu0_H_T:
            curves.append(
                PlotCurve(
                    mu0_H_T=readings.mean_mu0_H_T,
                    M_over_Ms=readings.mean_M_over_Ms,
                    label="Mean",
                )
            )
        self.plot.show_curves([*curves, *self._measured], _markers(readings))

    def _show_actions(self) -> None:
        live = self._live.get(self._current or "")
        state = None if live is None else live.state
        active = state is not None and state.is_active
        resumable = state is not None and state.is_resumable and not self._starting
        self._actions.set_enabled("run.start", not self._starting, "a run is just being started")
        self._actions.set_enabled("run.cancel", active, "the selected run is not at work")
        self._actions.set_enabled(
            "run.resume", resumable, "the selected run was not stopped or interrupted"
        )

    def _ask_readings(self) -> None:
        run_id = self._current
        if run_id is None:
            return
        self._bridge.ask_in_turn(
            "readings",
            lambda: read_readings(self._session, run_id),
            lambda readings: self._show_readings(run_id, readings),
            # A run that has only just begun has nothing to read yet.
            lambda _error: None,
        )

    def _show_readings(self, run_id: str, readings: LiveReadings) -> None:
        live = self._live.get(run_id)
        if live is not None:
            live.readings = readings
            if run_id == self._current:
                self.panel.show_state(_sentence(live, self._units.unit))
                self._draw(live)

    def _ask_snapshots(self) -> None:
        run_id = self._current
        if run_id is None:
            return
        self._bridge.ask(
            "snapshots",
            lambda: self._session.snapshots(run_id),
            lambda found: self.states.show_snapshots(found) if run_id == self._current else None,
            lambda error: self.banner.show_message("warning", str(error)),
        )

    def _load_snapshot(self, snapshot: SnapshotRecord) -> None:
        run_id = self._current
        if run_id is None:
            return

        def load() -> MagnetisationState:
            m, mesh = self._session.load_snapshot(run_id, snapshot.cycle, snapshot.index)
            alpha = self._session.run(run_id).design.alpha
            return MagnetisationState(m=m, mesh=mesh, alpha=alpha, path=snapshot.path)

        self._bridge.ask(
            "snapshot",
            load,
            self.states.show_state,
            lambda error: self.banner.show_message("warning", str(error)),
        )


def _count(live: LiveRun) -> int:
    return sum(len(steps) for steps in live.steps.values())


def _half_cycle(steps: list[FieldStep], label: str) -> PlotCurve:
    # With Ms 1 the curve is M·h/Ms itself; its outline keeps irreversible drops vertical.
    H, M = MHCurve.from_steps(steps, Ms=1.0).outline()
    return PlotCurve(mu0_H_T=to_tesla(1.0) * H, M_over_Ms=M, colour=5, is_thin=True, label=label)


def _title(design: Design) -> str:
    domain, cell = design.domain * 1e9, design.mesh.cell * 1e9
    dimension = design.mesh.dimension.replace("d", "-D")
    return (
        f"{design.name}: {domain:g} nm domain, {cell:g} nm cells, {dimension}, "
        f"{design.run.cycles} half-cycle{'' if design.run.cycles == 1 else 's'}"
    )


def _sentence(live: LiveRun, unit: FieldUnit) -> str:
    words = [f"Run {live.handle.run_id}: {state_text(live.state)}"]
    if live.state is RunState.RUNNING and live.eta_s is not None:
        words.append(f"about {duration_text(live.eta_s)} to go")
    readings = live.readings
    if readings is not None and readings.mu0_Hc_T is not None:
        words.append(f"Hc {unit.text(readings.mu0_Hc_T)}")
        words.append(f"Hp {unit.text(readings.mu0_Hp_T)} ({readings.hp_reading})")
        phi_p = "–" if readings.Phi_p is None else f"{readings.Phi_p:.3f}"
        words.append(f"Φp {phi_p}, simulated{' so far' if live.state.is_active else ''}")
    if live.message and live.state is not RunState.RUNNING:
        words.append(live.message)
    return ", ".join(words)


def _markers(readings: LiveReadings | None) -> list[FieldMarker]:
    if readings is None:
        return []
    found = (
        ("Hc", readings.mu0_Hc_T, 1),
        (f"Hp ({readings.hp_reading})", readings.mu0_Hp_T, 2),
    )
    # Both are given as positive numbers; the field points against the first magnetisation.
    return [
        FieldMarker(mu0_H_T=-value, name=name, origin=Origin.SIMULATED, colour=colour)
        for name, value, colour in found
        if value is not None
    ]
