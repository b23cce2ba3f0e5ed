"""Figures of datasets in the window: which designs, what is selected of them, actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from smcogui.analysis.gallery.sample_names import SAMPLE_PREFIX
from smcogui.app.dataset_designs import design_of_row
from smcogui.errors import InputError
from smcogui.ui.figures.design_rows import design_rows, design_titles, design_words
from smcogui.ui.figures.design_selection import DesignSelection
from smcogui.ui.figures.figure_chooser import FigureChooser
from smcogui.ui.figures.figure_exports import FigureExports
from smcogui.ui.figures.figure_process import FigureProcess
from smcogui.ui.figures.figure_sources import (
    PROJECT,
    SHIPPED,
    finished_of,
    request_of,
    set_choice,
    source_choices,
    stamp_of,
)
from smcogui.ui.figures.figures_page import FiguresPage
from smcogui.ui.figures.live_figure import LiveFigure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.figure_request import SourceRequest
    from smcogui.app.session import RunRecord
    from smcogui.rendering.messages import Message
    from smcogui.ui.figures.figure_view import FigureView
    from smcogui.ui.main_window import MainWindow

_DESIGNS: Final = "designs"
_SETS: Final = "figure sets"
_ROWS: Final = "figure rows"
_MEMORY: Final = "figures"
_FIRST: Final = ("boxplots", "contours")
_LOOK_MS: Final = 1500
_NOT_ONE: Final = "not one design is selected"


class FiguresSide(QObject):
    """The figures of a window.

    Parameters
    ----------
    window : MainWindow
        With its session, bridge, jobs, Analysis tab, design tab and actions already there.

    Attributes
    ----------
    page : FiguresPage
    selection : DesignSelection
    process : FigureProcess
    lives : tuple of LiveFigure
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session, self._bridge = window, window.session, window.bridge
        self._actions = window.actions_by_id
        self._runs: dict[str, RunRecord] = {}
        self._stamp = ""
        self._source: SourceRequest | None = None
        self._wanted_set = ""
        self._kinds: dict[str, dict[str, Any]] = {}
        self._designs: dict[str, dict[str, Any]] = {}
        self._about = ""
        self._is_following = False
        self.process = FigureProcess(self)
        self.selection = DesignSelection(self)
        self.page = FiguresPage(window.units, self._actions)
        self.lives = tuple(
            LiveFigure(f"figure {number}", view, self.process, lambda: self._about)
            for number, view in enumerate(self.page.views, start=1)
        )
        self.exports = FigureExports(window, self)
        kept = window.memory.recall(_MEMORY)
        self._names = [str(kept.get("first", _FIRST[0])), str(kept.get("second", _FIRST[1]))]
        self._chooser: FigureChooser | None = None
        self._used = 0
        self._look_later = QTimer(self)
        self._look_later.setSingleShot(True)
        self._look_later.setInterval(_LOOK_MS)
        self._look_later.timeout.connect(self._look)
        window.analysis_tab.add_page(self.page, "Figures of datasets")
        self._connect(kept)
        self._allow()

    @property
    def used(self) -> LiveFigure:
        """The figure that somebody was at work in last."""
        return self.lives[self._used]

    @property
    def chooser(self) -> FigureChooser | None:
        """The list of figures that is open."""
        return self._chooser

    @property
    def is_busy(self) -> bool:
        """Whether designs are read or a figure is drawn."""
        return self.process.is_busy(_DESIGNS) or any(live.is_busy for live in self.lives)

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Learn what the project's runs have come to; figures of them are drawn again."""
        self._runs = {run.run_id: run for run in runs}
        stamp = stamp_of(runs)
        if stamp != self._stamp:
            self._stamp = stamp
            # While a campaign computes, figures follow at their own pace.
            if self.page.isVisible() and not self._look_later.isActive():
                self._look_later.start()
        self._allow()

    def show_set(self, name: str) -> None:
        """Choose a campaign of the project, for when the page comes up."""
        self._wanted_set = set_choice(name)
        if self.page.isVisible():
            self._look()

    def show_figure(self, name: str, place: int = 0) -> None:
        """Show a figure in the first or second view."""
        self._names[place] = name
        self._window.memory.keep(_MEMORY, first=self._names[0], second=self._names[1])
        if name in self._kinds:
            self.lives[place].show_kind(self._kinds[name])

    def kind_of(self, name: str) -> dict[str, Any]:
        """Return what a figure is, as the overview of the designs tells it."""
        return self._kinds[name]

    def show_page(self) -> None:
        """Bring the page up."""
        self._window.tabs.setCurrentWidget(self._window.analysis_tab)
        self._window.analysis_tab.pages.setCurrentWidget(self.page)

    def leave_project(self) -> None:
        """Forget the designs."""
        self._look_later.stop()
        self.process.drop(_DESIGNS)
        for topic in (_SETS, _ROWS):
            self._bridge.drop(topic)
        for live in self.lives:
            live.forget()
        self.selection.select(())
        self._source, self._wanted_set, self._stamp, self._runs = None, "", "", {}
        self._designs, self._about = {}, ""
        self.page.table.set_rows([])
        self.page.about.show_text("")
        self.page.banner.clear_message()

    def refresh_colours(self) -> None:
        """Draw again in the colours of the palette."""
        self.page.refresh_colours()
        for live in self.lives:
            live.redraw()

    def close(self) -> None:
        """End the process."""
        self.process.close()

    # ------------------------------------------------------------------ designs
    def _look(self) -> None:
        """See which designs there are to choose from."""
        self._bridge.ask(_SETS, self._session.surrogates.sets, self._offer, self._explain)

    def _offer(self, sets: list[str]) -> None:
        box, finished = self.page.source, finished_of(list(self._runs.values()))
        choices = source_choices(sets, finished)
        values = [value for _, value in choices]
        box.set_choices(choices)
        if self._wanted_set in values:
            wanted = self._wanted_set
        elif self._source is None:
            wanted = PROJECT if finished or SHIPPED not in values else SHIPPED
        else:
            wanted = str(box.value())
        self._wanted_set = ""
        box.blockSignals(True)
        box.set_value(wanted)
        box.blockSignals(False)
        self._take_source()

    def _take_source(self) -> None:
        """Read the chosen designs, where they are others than before."""
        source = request_of(
            str(self.page.source.value()),
            self._session.project,
            self._stamp,
            may_differ=self.page.may_differ.isChecked(),
        )
        if source is None or source == self._source:
            return
        self._source = source
        self.page.about.show_text("Reading the designs…")
        for view in self.page.views:
            view.show_busy()
        facts = {"do": "designs", "source": source.facts()}
        self.process.ask(_DESIGNS, facts, self._show_designs, self._refuse)

    def _show_designs(self, message: Message) -> None:
        overview = message.facts["overview"]
        self._designs = {design["run_id"]: design for design in message.facts["designs"]}
        self._kinds = {kind["name"]: kind for kind in overview["figures"]}
        count, structures = overview["designs"], overview["structures"]
        designs = "1 design" if count == 1 else f"{count} designs"
        kinds = "1 structure" if structures == 1 else f"{structures} structures"
        self._about = f"{designs} of {kinds}"
        surrogate = overview["surrogate"]
        words = f"; surfaces by the surrogate “{surrogate}”" if surrogate else ""
        self.page.about.show_text(f"{self._about}, simulated{words}")
        note = overview["surrogate_note"]
        self.page.banner.show_message("note", f"{note[0].upper()}{note[1:]}." if note else "")
        self._show_rows()
        for live, name in zip(self.lives, self._names, strict=True):
            live.show_source(self._source)
            live.show_kind(self._kinds.get(name) or self._kinds[_FIRST[0]])
        self._allow()

    def _refuse(self, reason: str) -> None:
        self.page.about.show_text("")
        words = f"{reason[0].upper()}{reason[1:]}."
        for live, view in zip(self.lives, self.page.views, strict=True):
            live.forget()
            view.show_refusal(f"There are no designs to draw. {words}")
        self._designs = {}
        self._show_rows()
        self._allow()

    def _show_rows(self) -> None:
        designs, unit = list(self._designs.values()), self._window.units.unit
        self.page.table.set_titles(design_titles(unit))
        self._bridge.ask(_ROWS, lambda: design_rows(designs, unit), self._fill_table, self._explain)

    def _fill_table(self, rows: list[Any]) -> None:
        self.page.table.set_rows(rows)
        self._show_selection()

    # ------------------------------------------------------------------ selection
    def _show_selection(self) -> None:
        """Show in every view what is selected in one of them."""
        ids = self.selection.ids
        self._is_following = True
        for view in self.page.views:
            view.canvas.show_selected(ids)
        if set(self.page.table.selected_ids()) != ids & self._designs.keys():
            self.page.table.select(ids)
            shown = self.page.table.selectionModel().currentIndex()
            self.page.table.scrollTo(shown)
        mine = ids & self._runs.keys()
        runs = self._window.analysis_tab.table
        if mine and set(runs.selected_ids()) != mine:
            runs.select(mine)
        samples = [each for each in ids if each.startswith(SAMPLE_PREFIX)]
        if samples:
            numbers = [int(each.removeprefix(SAMPLE_PREFIX)) for each in samples]
            self._window.literature.select(numbers)
        self._is_following = False
        self._allow()

    def _table_selected(self, ids: list[str]) -> None:
        if not self._is_following:
            self.selection.select(ids)

    def _runs_selected(self, ids: list[str]) -> None:
        """Show what is selected among the project's runs, where it is among the designs."""
        known = self._designs.keys() & set(ids)
        if not self._is_following and known:
            self.selection.select(known)

    def _describe(self, name: str) -> str:
        design = self._designs.get(name)
        return (
            name.capitalize() if design is None else design_words(design, self._window.units.unit)
        )

    # ------------------------------------------------------------------ actions
    def _connect(self, kept: dict[str, Any]) -> None:
        page, analysis = self.page, self._window.analysis_tab
        page.shown.connect(self._look)
        page.source_changed.connect(self._take_source)
        for place, view in enumerate(page.views):
            self._connect_view(place, view)
        page.table.selection_changed.connect(self._table_selected)
        page.table.activated.connect(lambda _index: self._open_selected())
        analysis.table.selection_changed.connect(self._runs_selected)
        self.selection.changed.connect(self._show_selection)
        self._window.units.changed.connect(lambda _unit: self._show_rows())
        self._window.literature.samples_selected.connect(self._samples_selected)
        self._actions.connect(
            {
                "figures.show": self.show_page,
                "figures.choose": self._choose,
                "figures.open_run": self._open_selected,
                "figures.load_design": self._load_selected,
                "figures.select_none": lambda: self.selection.select(()),
            }
        )
        self._actions.connect_switches(
            {
                "figures.second": lambda on: self._show_part("second_shown", page.views[1], on),
                "figures.table": lambda on: self._show_part("table_shown", page.table, on),
            }
        )
        parts = {"second": page.views[1], "table": page.table}
        for name, part in parts.items():
            on = bool(kept.get(f"{name}_shown", True))
            self._actions[f"figures.{name}"].setChecked(on)
            part.setVisible(on)

    def _connect_view(self, place: int, view: FigureView) -> None:
        def use() -> None:
            self._used = place

        def pick(ids: list[str], is_added: bool) -> None:
            use()
            self.selection.pick(ids, is_added=is_added)

        view.describe_by(self._describe)
        view.choose_wanted.connect(lambda: self._choose(place))
        view.options_changed.connect(use)
        view.canvas.picked.connect(pick)
        view.canvas.opened.connect(self._open)

    def _show_part(self, name: str, part: Any, on: bool) -> None:
        part.setVisible(on)
        self._window.memory.keep(_MEMORY, **{name: on})
        for live in self.lives:
            live.redraw()

    def _choose(self, place: int | None = None) -> None:
        """Open the list of figures for a view, by default that which was used last."""
        self._used = self._used if place is None else place
        shown = self._used
        if self._chooser is not None:
            self._chooser.reject()
        chooser = self._chooser = FigureChooser(self._window)
        chooser.show_figures(list(self._kinds.values()), self._names[shown])
        chooser.chosen.connect(lambda name: self.show_figure(name, shown))
        chooser.finished.connect(lambda _code: self._chooser_closed(chooser))
        chooser.open()

    def _chooser_closed(self, chooser: FigureChooser) -> None:
        if self._chooser is chooser:
            self._chooser = None
        chooser.deleteLater()

    def _samples_selected(self, numbers: list[int]) -> None:
        if not self._is_following and self.page.isVisible():
            self.selection.select(f"{SAMPLE_PREFIX}{number}" for number in numbers)

    def _one(self) -> str:
        ids = self.selection.ids
        return next(iter(ids)) if len(ids) == 1 else ""

    def _open_selected(self) -> None:
        if self._one():
            self._open(self._one())

    def _open(self, name: str) -> None:
        """Show the run of a design; of a dataset, where there is none, load the design."""
        if name in self._runs:
            self._window.show_run(name)
        elif name in self._designs:
            self._load(name)

    def _load_selected(self) -> None:
        if self._one() in self._designs:
            self._load(self._one())

    def _load(self, name: str) -> None:
        if name in self._runs:
            self._take_design(self._runs[name].design)
        elif self._source is not None:
            facts = {"do": "design", "source": self._source.facts(), "run_id": name}
            self.process.ask("design", facts, self._take_row, self._explain)

    def _take_row(self, message: Message) -> None:
        try:
            self._take_design(design_of_row(message.facts["row"]))
        except InputError as error:
            self._explain(error)

    def _take_design(self, design: Any) -> None:
        self._window.design_tab.load_design(design, f"Load {design.name}")
        self._window.say(f"“{design.name}” is the current design; Undo (Ctrl+Z) takes it back.")

    def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard and say so."""
        QGuiApplication.clipboard().setText(text)
        self._window.say(f"Copied {what}.")

    def _explain(self, error: object) -> None:
        words = str(error)
        self.page.banner.show_message("error", f"{words[:1].upper()}{words[1:]}")

    def _allow(self) -> None:
        name = self._one()
        is_run, is_design = name in self._runs, name in self._designs
        why = _NOT_ONE if not name else "it is no run of this project"
        self._actions.set_enabled("figures.open_run", is_run, why)
        self._actions.set_enabled("figures.load_design", is_design, _NOT_ONE)
        self._actions.set_enabled(
            "figures.select_none", bool(self.selection.ids), "nothing is selected"
        )
        self._actions.set_enabled(
            "figures.choose", bool(self._kinds), "no designs are read; open the page first"
        )
        self.exports.allow()
