"""The Simulation tab: runs are started, followed, stopped and looked into here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from smcogui.errors import InputError
from smcogui.runs.state import RunState
from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.design_tab.design_words import in_words
from smcogui.ui.run_columns import NO_RUNS, SHORT_COLUMNS
from smcogui.ui.simulation_tab.followed_runs import FollowedRuns
from smcogui.ui.simulation_tab.jump_list import JumpList
from smcogui.ui.simulation_tab.plot_layers import PlotLayers
from smcogui.ui.simulation_tab.progress_panel import ProgressPanel
from smcogui.ui.simulation_tab.readings_info import ReadingsInfo
from smcogui.ui.simulation_tab.run_picture import half_cycle_title
from smcogui.ui.simulation_tab.run_texts import (
    PRESS_RUN,
    WAS_DONE,
    empty_text,
    run_text,
    title_text,
    trouble_text,
)
from smcogui.ui.simulation_tab.state_loader import StateLoader
from smcogui.ui.simulation_tab.state_view import StateView
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.ui.widgets.run_table import RunTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.session import RunRecord, Session
    from smcogui.design.design import Design
    from smcogui.runs.handle import RunHandle
    from smcogui.ui.actions import Actions
    from smcogui.ui.design_document import DesignDocument
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.simulation_tab.live_run import LiveRun
    from smcogui.ui.simulation_tab.run_picture import JumpRow
    from smcogui.ui.widgets.plot_curve import PlotCurve


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
        self._document, self._units, self._actions = document, units, actions
        self._current: str | None = None
        self._refusal = ""
        self._has_listed = False
        self._layers = PlotLayers()
        self._measured: tuple[PlotCurve, ...] = ()
        self.runs = FollowedRuns(session, bridge, self)
        self.panel = ProgressPanel(actions, units)
        self.banner = Banner()
        self.plot = CurvePlot(units, PRESS_RUN)
        self.states = StateView(units)
        fetch = action_button(actions, "run.fetch_states", "Fetch field states…")
        self.states.offer_to_fetch(fetch)
        self._loader = StateLoader(session, bridge, self.states)
        self.table = RunTable(SHORT_COLUMNS, units, several=False)
        self.table.setAccessibleName("Runs of the project")
        self.table.explain_empty(NO_RUNS)
        self.jumps = JumpList(units)
        self.readings_info = ReadingsInfo(self)
        self._lay_out()
        self._connect()
        self._design_changed(document.design)
        self._show_actions()
        self._states_lie("")

    @property
    def current_run(self) -> str | None:
        """Id of the run that is shown."""
        return self._current

    def live(self, run_id: str) -> LiveRun | None:
        """Return what is known of a followed run."""
        return self.runs.live(run_id)

    def active_runs(self) -> list[str]:
        """Return the ids of the runs at work that this window follows."""
        return self.runs.active_ids()

    def stop_all(self) -> None:
        """Ask every run that this window follows to stop."""
        self.runs.stop_all()

    def show_runs(self, runs: list[RunRecord]) -> None:
        """Show the project's runs; those at work are followed."""
        self.table.set_runs(runs)
        self._turn_to_what_is_at_work(runs)
        self._explain_empty()
        if self._is_gone(runs):
            self._current = None
            self._loader.turn_to(None)
            self._show_run()
        if self._current is not None and self.table.selected_ids() != [self._current]:
            self.table.select([self._current])
        self.runs.attach_active(runs)

    def _turn_to_what_is_at_work(self, runs: list[RunRecord]) -> None:
        """Show the newest run that is at work when a project is opened."""
        active = [run.run_id for run in runs if run.state.is_active]
        if active and self._current is None and not self._has_listed:
            self._turn_to(active[0])
        self._has_listed = True

    def show_measured(self, curves: Sequence[PlotCurve]) -> None:
        """Lay measured curves over the run that is shown, and no others."""
        if self._measured != tuple(curves):
            self._measured = tuple(curves)
            self._draw()

    def leave_project(self) -> None:
        """Forget the runs of the project; those at work go on, but are not followed any more."""
        self.runs.leave_all()
        self._current = None
        self._has_listed = False
        self.banner.clear_message()
        self._loader.turn_to(None)
        self.table.set_runs([])
        self._show_run()

    def show_layers(self, layers: PlotLayers) -> None:
        """Draw these things beside the mean of a run."""
        self._layers = layers
        self._draw()

    def start(self) -> None:
        """Run the current design."""
        try:
            design, fields = self._document.require_shown(), self.panel.chosen_fields_T()
        except InputError as error:
            self.refuse_start(str(error))
            return
        self.runs.start(design, fields)
        self._show_beginning("Preparing the run…")

    def cancel(self) -> None:
        """Stop the shown run."""
        live = self.runs.live(self._current)
        if live is not None and live.state.is_active:
            self.panel.show_state("Stopping…")
            live.handle.cancel()

    def resume(self) -> None:
        """Go on with the shown run."""
        if self._current is not None:
            self.runs.resume(self._current)
            self._show_beginning("Resuming…")

    def adopt(self, handle: RunHandle) -> None:
        """Follow and show a run that was started, resumed or run again elsewhere in the window."""
        self.runs.adopt(handle)

    def refresh_states(self) -> None:
        """List the stored states of the run that is shown again."""
        self._loader.refresh()

    def select_run(self, run_id: str) -> None:
        """Show a run of the project."""
        if run_id != self._current:
            self._turn_to(run_id)

    def _turn_to(self, run_id: str) -> None:
        self._current = run_id
        self.runs.keep_only(run_id)
        self._loader.turn_to(run_id)
        self.banner.clear_message()
        self.table.select([run_id])
        self.runs.attach(run_id)
        self._show_run()
        self.runs.ask_picture(run_id)

    def _lay_out(self) -> None:
        upper, lower = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Horizontal)
        upper.addWidget(self.plot)
        upper.addWidget(self.states)
        upper.setSizes([820, 540])
        lower.addWidget(self.table)
        lower.addWidget(self.jumps)
        for row in (upper, lower):
            row.setStretchFactor(0, 3)
            row.setStretchFactor(1, 2)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.addWidget(upper)
        halves.addWidget(lower)
        halves.setStretchFactor(0, 4)
        halves.setStretchFactor(1, 1)
        halves.setSizes([600, 160])
        for splitter in (upper, lower, halves):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(8)
        self.jumps.setMinimumHeight(80)
        self.table.setMinimumHeight(80)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.addWidget(self.panel)
        layout.addWidget(self.banner)
        layout.addWidget(halves, 1)

    def _connect(self) -> None:
        play_bar = self.states.play_bar
        self._actions.connect(
            {
                "run.start": self.start,
                "run.cancel": self.cancel,
                "run.resume": self.resume,
                "state.play": play_bar.toggle,
                "state.next": partial(play_bar.step, 1),
                "state.previous": partial(play_bar.step, -1),
                "help.readings": self._explain_readings,
            }
        )
        self.runs.changed.connect(self.runs_changed)
        self.runs.begun.connect(self._turn_to)
        self.runs.was_done.connect(lambda _run_id: self.banner.show_done(WAS_DONE))
        self.runs.told.connect(self._told)
        self.runs.stored.connect(self._stored)
        self.runs.drawn.connect(self._drawn)
        self.runs.not_started.connect(self.refuse_start)
        self.runs.not_followed.connect(lambda why: self.banner.show_message("error", why))
        self._document.changed.connect(self._design_changed)
        self._document.refused.connect(lambda _why: self.banner.take_back(self._refusal))
        self._units.changed.connect(lambda _unit: self._show_state())
        self._loader.lie_elsewhere.connect(self._states_lie)
        self._loader.failed.connect(lambda why: self.banner.show_message("warning", why))
        self.table.selection_changed.connect(lambda ids: self.select_run(ids[0]) if ids else None)
        self.jumps.chosen.connect(self._show_jump)

    def _is_shown(self, run_id: str) -> bool:
        return run_id == self._current

    def _is_gone(self, runs: list[RunRecord]) -> bool:
        """Whether the run that is shown was deleted; one that has just begun may not be listed."""
        live = self.runs.live(self._current)
        at_work = live is not None and live.state.is_active
        return self._current is not None and not (
            at_work or any(run.run_id == self._current for run in runs)
        )

    def _design_changed(self, design: Design) -> None:
        if self._current is None:
            self.panel.show_title(title_text(design))

    def _show_beginning(self, sentence: str) -> None:
        self.banner.clear_message()
        self.panel.show_state(sentence)
        self._show_actions()

    def refuse_start(self, why: str) -> None:
        """Say why no run was started; ``why`` may name keys of a design file."""
        self._refusal = in_words(why, self._units.unit)
        self.banner.show_message("error", self._refusal)
        self.panel.show_state("Not started.")
        self._show_actions()

    def _told(self, run_id: str) -> None:
        if self._is_shown(run_id):
            self._show_run()
            self.runs.ask_picture(run_id)

    def _stored(self, run_id: str) -> None:
        if self._is_shown(run_id):
            self._loader.refresh()

    def _states_lie(self, cluster: str) -> None:
        why_not = "" if cluster else "no field states of the shown run lie on a cluster"
        self._actions.set_enabled("run.fetch_states", bool(cluster), why_not)

    def _drawn(self, run_id: str) -> None:
        if self._is_shown(run_id):
            self._show_state()
            self._draw()

    def _show_run(self) -> None:
        """Show title, state, progress, troubles and curves of the current run."""
        record = next((r for r in self.table.runs if r.run_id == self._current), None)
        self.panel.show_title(title_text(record.design if record else self._document.design))
        live = self.runs.live(self._current)
        if live is None:
            self.panel.clear_progress()
        else:
            self.panel.show_progress(live.fraction, live.eta_s)
            self._show_trouble(live)
        self._show_state()
        if live is None or live.picture is None:
            self._draw()
        self._show_actions()

    def _show_state(self) -> None:
        live = self.runs.live(self._current)
        if live is not None:
            self.panel.show_state(run_text(live, self._units.unit))
        if self.readings_info.isVisible():
            self._explain_readings()

    def _show_trouble(self, live: LiveRun) -> None:
        if live.state is RunState.FAILED and live.message:
            self.banner.show_message("error", live.message)
        elif live.troubles:
            self.banner.show_message("warning", trouble_text(live))

    def _draw(self) -> None:
        live = self.runs.live(self._current)
        picture = None if live is None else live.picture
        if picture is None:
            self._explain_empty()
            self.plot.show_curves(self._measured)
            self.jumps.show_jumps(())
            return
        layers = self._layers
        self.plot.show_curves(
            [*layers.curves(picture), *self._measured],
            layers.markers(picture),
            layers.bands(picture),
        )
        self.jumps.show_jumps(picture.jumps)

    def _explain_empty(self) -> None:
        words = empty_text(
            self.runs.live(self._current),
            is_chosen=self._current is not None,
            has_runs=bool(self.table.runs),
        )
        self.plot.explain_empty(words)

    def _show_jump(self, jump: JumpRow) -> None:
        if not self.plot.go_to(half_cycle_title(jump.cycle), jump.step):
            # The half-cycles are not drawn.
            self.plot.go_to_field(jump.mu0_H_T)

    def _explain_readings(self) -> None:
        live = self.runs.live(self._current)
        picture = None if live is None else live.picture
        self.readings_info.explain(None if picture is None else picture.readings, self._units.unit)

    def _show_actions(self) -> None:
        live, starting = self.runs.live(self._current), self.runs.is_starting
        active = live is not None and live.state.is_active
        resumable = live is not None and live.state.is_resumable and not starting
        self._actions.set_enabled("run.start", not starting, "a run is just being started")
        self._actions.set_enabled("run.cancel", active, "the selected run is not at work")
        self._actions.set_enabled(
            "run.resume", resumable, "the selected run was not stopped or interrupted"
        )
