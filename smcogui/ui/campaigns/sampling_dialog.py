"""Draws a sampling into a campaign, with all that it would give before anything is written."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from smcogui.app.campaign_preview import draw_cloud
from smcogui.app.jobs import CAMPAIGN_KIND
from smcogui.campaigns.campaign import DEFAULT_PRIORITY, PRIORITIES
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError, TaskStoppedError
from smcogui.runs.spec import BUILTIN, MUMAX3
from smcogui.ui.campaigns.pair_plot import PairPlot
from smcogui.ui.campaigns.preview_text import cost_text, removal_text
from smcogui.ui.campaigns.sampling_form import SamplingForm
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import ChoiceBox, CountBox
from smcogui.ui.widgets.screen_size import resize_on_screen
from smcogui.ui.widgets.vertical_scroll import vertical_scroll

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.campaign_preview import PointCloud, SamplingPreview
    from smcogui.app.jobs import ReportProgress
    from smcogui.app.session import Session
    from smcogui.campaigns.campaign import Campaign
    from smcogui.campaigns.plan_file import Plan
    from smcogui.design.design import Design
    from smcogui.ui.campaigns.sampling_choice import SamplingChoice
    from smcogui.ui.file_dialogs import FileDialogs
    from smcogui.ui.jobs import JobCenter
    from smcogui.ui.run_bridge import RunBridge

_NUMBERS: Final = count(1)
_SETTLE_MS: Final = 250
_SIZE: Final = QSize(1220, 700)
_FORM_WIDTHS: Final = (440, 520)


class SamplingDialog(QDialog):
    """Form at the left; points, counts and cost at the right.

    Parameters
    ----------
    design : Design
        What no axis sets.
    campaign : Campaign, optional
        None makes a new one.
    others : tuple of str
        Names of all campaigns of the project.
    files : FileDialogs

    Signals
    -------
    added : Signal(str)
        The campaign that designs were drawn into.
    """

    added = Signal(str)

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        jobs: JobCenter,
        design: Design,
        campaign: Campaign | None,
        others: tuple[str, ...],
        files: FileDialogs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._jobs = bridge, jobs
        # Of the project that is open now, whatever is opened meanwhile.
        self._campaigns, self._processes = session.campaigns, session.processes
        self._folder = session.project
        self._base, self._others = design_to_toml(design), others
        self._made = "" if campaign is None else campaign.name
        self._topic = f"sampling {next(_NUMBERS)}"
        self._task = ""
        self._plans: list[Plan] = []
        self.preview: SamplingPreview | None = None
        self._is_adding = False
        title = "New campaign" if campaign is None else f"Designs for {campaign.name}"
        self.setWindowTitle(f"{title}, based on {design.name}")
        self._make_widgets(campaign, design, files)
        self._lay_out()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self._connect()
        resize_on_screen(self, _SIZE)
        self._changed()

    def accept(self) -> None:
        """Draw the designs into the campaign, as a job; the dialog stays open until it is done."""
        if self.preview is None or not self.add_button.isEnabled():
            return
        self._is_adding = True
        self._refresh()
        self.banner.show_message("note", "Adding the designs…")
        plans, apart = self._plans, self._apart_from(itself=False)
        if self._made:
            self._add(self._made, plans, apart)
            return
        name, priority, campaigns = self._new_name(), self.priority.value(), self._campaigns
        engine = str(self.engine.value())
        self._bridge.ask(
            f"{self._topic} new",
            lambda: campaigns.create(name, priority=priority, engine=engine),
            lambda made: self._add(made.name, plans, apart),
            self._not_added,
        )

    def done(self, code: int) -> None:
        """Close, and want no answer any more; what is being added goes on as a job."""
        self._settle.stop()
        self._stop_looking()
        self._bridge.drop(f"{self._topic} points")
        super().done(code)

    def _make_widgets(self, campaign: Campaign | None, design: Design, files: FileDialogs) -> None:
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the campaign")
        self.name.setMaxLength(60)
        self.name.setPlaceholderText(free_name(design.name, self._others))
        low, high = PRIORITIES
        self.priority = CountBox(minimum=low, maximum=high)
        self.priority.setAccessibleName("Priority of the campaign")
        self.priority.setToolTip(f"{low} (last) to {high} (first).")
        self.priority.setValue(DEFAULT_PRIORITY)
        self.engine = ChoiceBox([("Built-in solver", BUILTIN.name), ("MuMax3", MUMAX3)])
        self.engine.setAccessibleName("Solver of the campaign")
        self.engine.setToolTip(
            "It computes all of the designs. Until the first is begun, they may still be sent to a "
            "cluster for the other one."
        )
        self.form = SamplingForm(campaign, files)
        self.plot = PairPlot()
        self.key = QLabel()
        self.counts, self.reasons, self.cost = QLabel(), QLabel(), QLabel()
        for label in (self.key, self.counts, self.reasons, self.cost):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.key, self.reasons):
            label.setProperty("role", "muted")
        self.counts.setProperty("role", "heading")
        self.banner = Banner()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.add_button = self.buttons.addButton("&Add", QDialogButtonBox.ButtonRole.AcceptRole)
        self.add_button.setDefault(True)

    def _lay_out(self) -> None:
        if not self._made:
            add_row(self.form.form, "&Campaign", self.name, row=0)
            add_row(self.form.form, "&Priority", self.priority, row=1)
            add_row(self.form.form, "Comp&uted by", self.engine, row=2)
        left = vertical_scroll(self.form)
        left.setMinimumWidth(_FORM_WIDTHS[0])
        left.setMaximumWidth(_FORM_WIDTHS[1])
        right = QVBoxLayout()
        right.addWidget(self.plot, 1)
        for label in (self.key, self.counts, self.reasons, self.cost):
            right.addWidget(label)
        middle = QHBoxLayout()
        middle.addWidget(left, 2)
        middle.addLayout(right, 3)
        layout = QVBoxLayout(self)
        layout.addLayout(middle, 1)
        layout.addWidget(self.banner)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.form.changed.connect(self._changed)
        self.name.textChanged.connect(lambda _text: self._refresh())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    # ------------------------------------------------------------------ preview
    def _changed(self) -> None:
        self.preview = None
        self._stop_looking()
        self._refresh()
        self._settle.start()

    def _ask(self) -> None:
        """Draw the points; they are looked at one by one as soon as they are on the screen."""
        try:
            choice = self.form.choice(self._base)
        except InputError as error:
            self._refuse(error)
            return
        self._bridge.ask(
            f"{self._topic} points", lambda: _drawn(choice), self._show_points, self._refuse
        )

    def _show_points(self, drawn: tuple[list[Plan], PointCloud]) -> None:
        plans, cloud = drawn
        self._plans = plans
        self.banner.clear_message()
        self.plot.show_cloud(cloud, None)
        self.key.setText(f"{len(cloud.values)} points are drawn.")
        self.counts.setText("Looking at the points…")
        self.reasons.clear()
        self.cost.clear()
        self._look()

    def _look(self) -> None:
        self._stop_looking()
        self._task = task = f"{self._topic} preview {next(_NUMBERS)}"
        plans, campaigns, apart = self._plans, self._campaigns, self._apart_from(itself=True)

        def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> SamplingPreview:
            return campaigns.preview(plans, progress, apart_from=apart)

        self._bridge.start_task(
            task,
            work,
            on_report=lambda share, _words: self._report(task, share),
            on_answer=lambda found: self._show_preview(task, found),
            on_error=lambda error: self._not_looked(task, error),
        )

    def _stop_looking(self) -> None:
        if self._task:
            self._bridge.stop_task(self._task)
            self._task = ""

    def _report(self, task: str, share: float | None) -> None:
        if task == self._task and share is not None:
            self.counts.setText(f"Looking at the points… {100 * share:.0f} %")

    def _show_preview(self, task: str, found: SamplingPreview) -> None:
        if task != self._task:
            return
        self._task = ""
        self.preview = found
        self.plot.show_cloud(found.cloud, found.kept)
        total = len(found.kept)
        thinned = f" {self.plot.shown} of {total} are shown." if self.plot.shown < total else ""
        self.key.setText(f"Dots become designs, crosses are left out.{thinned}")
        self.counts.setText(f"{found.cost.designs} designs of {total} points")
        self.reasons.setText(removal_text(found.removals))
        self.reasons.setToolTip("\n".join(each.example for each in found.removals))
        self.cost.setText(cost_text(found.cost, self._processes))
        self._refresh()

    def _not_looked(self, task: str, error: Exception) -> None:
        if task == self._task and not isinstance(error, TaskStoppedError):
            self._task = ""
            self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        """Say what is wrong, below the axis that it is about where there is one."""
        self.plot.show_none()
        for label in (self.key, self.counts, self.reasons, self.cost):
            label.clear()
        is_shown = isinstance(error, InputError) and self.form.axes.explain(error)
        self.banner.show_message("error", "" if is_shown else str(error))

    # ------------------------------------------------------------------ adding
    def _add(self, name: str, plans: list[Plan], apart: list[str]) -> None:
        campaigns = self._campaigns
        if isValid(self):
            self._made = name
            self.name.setEnabled(False)
            self.priority.setEnabled(False)
            self.engine.setEnabled(False)

        def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> None:
            campaigns.add_plans(name, plans, progress, apart_from=apart)

        self._jobs.start_task(
            f"Designs for {name}",
            CAMPAIGN_KIND,
            work,
            lambda _answer: self._is_added(name),
            self._not_added,
            folder=self._folder,
        )

    def _is_added(self, name: str) -> None:
        if not isValid(self):
            # Closed meanwhile: the tab shows the designs, and the list of jobs how it ended.
            return
        self._is_adding = False
        self.added.emit(name)
        super().accept()

    def _not_added(self, error: Any) -> None:
        if not isValid(self):
            return
        self._is_adding = False
        self.banner.show_message("error", str(error))
        self._refresh()

    def _apart_from(self, *, itself: bool) -> list[str]:
        """Return the campaigns whose designs are not drawn; ``add`` knows the campaign's own."""
        own = [self._made] if self._made and itself else []
        apart = self.form.apart.isChecked()
        return own + [each for each in self._others if apart and each != self._made]

    def _new_name(self) -> str:
        return self.name.text().strip() or self.name.placeholderText()

    def _refresh(self) -> None:
        designs = 0 if self.preview is None else self.preview.cost.designs
        words = "1 design" if designs == 1 else f"{designs} designs"
        self.add_button.setText(f"&Add {words}" if designs else "&Add")
        self.add_button.setEnabled(designs > 0 and not self._is_adding)


def _drawn(choice: SamplingChoice) -> tuple[list[Plan], PointCloud]:
    plans = choice.plans()
    return plans, draw_cloud(plans)


def free_name(name: str, taken: tuple[str, ...]) -> str:
    """Return a name for a campaign that is not taken."""
    known = {each.casefold() for each in taken}
    if name.casefold() not in known:
        return name
    return next(
        each for each in (f"{name} {number}" for number in count(2)) if each.casefold() not in known
    )
