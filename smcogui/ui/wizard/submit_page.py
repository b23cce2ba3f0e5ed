"""Step 7: the scheduler's own check, a trial job, and the submission."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from smcogui.app.jobs import CLUSTER_KIND
from smcogui.errors import TaskStoppedError
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.wizard.draft import prepared
from smcogui.ui.wizard.preview_words import counts_text, smoke_text
from smcogui.ui.wizard.wizard_page import WizardPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.cluster_preview import Preview, SmokeAnswer
    from smcogui.app.cluster_views import SubmissionView
    from smcogui.app.jobs import ReportProgress
    from smcogui.app.project_clusters import ProjectClusters
    from smcogui.runs.cluster.scheduler import TestedScript
    from smcogui.ui.jobs import JobCenter
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.widgets.banner import BannerLevel
    from smcogui.ui.wizard.draft import Draft

_NUMBERS: Final = count(1)
_LOG_LINES: Final = 6


class SubmitPage(WizardPage):
    """Both tests are offered and neither is asked for: a trial job may wait for hours.

    Signals
    -------
    submitted : Signal(object)
        The :class:`~smcogui.app.cluster_views.SubmissionView`.
    """

    title: ClassVar[str] = "Try and submit"
    words: ClassVar[str] = (
        "The scheduler checks the script without running it. A trial job then tells within its "
        "first minute whether node, software and GPU are as they should be."
    )
    submitted = Signal(object)

    def __init__(
        self, draft: Draft, clusters: ProjectClusters, bridge: RunBridge, jobs: JobCenter
    ) -> None:
        super().__init__(draft)
        self._clusters, self._bridge, self._jobs = clusters, bridge, jobs
        self._checked: Preview | None = None
        self._trial = self._submission = ""
        self.counts = QLabel()
        self.counts.setProperty("role", "heading")
        self.counts.setWordWrap(True)
        self.check = QPushButton("&Check again")
        self.smoke = QPushButton("Start &trial job")
        self.stop = QPushButton("&Stop trial job")
        for button in (self.check, self.smoke, self.stop):
            button.setAutoDefault(False)
        self.check_banner, self.smoke_banner, self.banner = Banner(), Banner(), Banner()
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setAccessibleName("Output of the trial job")
        self.log.setFixedHeight(_LOG_LINES * self.log.fontMetrics().lineSpacing() + 14)
        self.log.setTabChangesFocus(True)
        self.log.hide()
        self._lay_out()
        self.check.clicked.connect(self._check)
        self.smoke.clicked.connect(self._start_trial)
        self.stop.clicked.connect(self._stop_trial)

    def enter(self) -> None:
        """Let the scheduler check the script, where it has not yet."""
        preview = self.draft.preview
        if preview is None:
            return
        self._show_counts(preview)
        if preview is not self._checked:
            self.check_banner.clear_message()
            self.smoke_banner.clear_message()
            self.log.hide()
            self._check()
        self._allow()

    def leave(self) -> None:
        """Want no answer of the check; a trial job goes on to its end."""
        self._bridge.drop("wizard check")

    def why_not(self) -> str:
        """Return what is missing."""
        if self._submission:
            return "it is being submitted"
        if self._trial:
            return "the trial job is at work; stop it, or wait for it"
        preview = self.draft.preview
        if preview is None:
            return "the script is not there yet"
        if preview.needs_trial:
            return "start the trial job first: it tells the version of MuMax3, part of every run"
        return ""

    def next_words(self) -> str:
        """Return how many runs will be submitted."""
        runs = 0 if self.draft.preview is None else len(self.draft.preview.runs)
        return "&Submit 1 run" if runs == 1 else f"&Submit {runs} runs"

    def go_on(self, then: Callable[[], None]) -> None:
        """Submit, as a job of the window that goes on when the wizard is closed."""
        preview, clusters = self.draft.preview, self._clusters
        if preview is None or self._submission:
            return

        def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> SubmissionView:
            return clusters.submit(preview, progress)

        def done(view: SubmissionView) -> None:
            self._submission = ""
            self.submitted.emit(view)
            then()

        self.banner.show_message(
            "note", "Sending what is needed and submitting… It goes on when this is closed."
        )
        self._submission = self._jobs.start_task(
            f"Submit {preview.title} to {preview.profile.name}",
            CLUSTER_KIND,
            work,
            self.while_open(done),
            self.while_open(self._not_submitted),
        )
        self._allow()

    def give_up(self) -> None:
        """Cancel a trial job, as nobody is there to read its answer."""
        if self._trial:
            self._bridge.stop_task(self._trial)

    def show_error(self, error: Exception) -> None:
        """Say what went wrong."""
        self.banner.show_message("error", str(error))

    def _lay_out(self) -> None:
        checked, tried = QGroupBox("Check by the scheduler"), QGroupBox("Trial job")
        column = QVBoxLayout(checked)
        row = QHBoxLayout()
        row.addWidget(self.check)
        row.addStretch(1)
        column.addWidget(self.check_banner)
        column.addLayout(row)
        column = QVBoxLayout(tried)
        row = QHBoxLayout()
        row.addWidget(self.smoke)
        row.addWidget(self.stop)
        row.addStretch(1)
        column.addWidget(self.smoke_banner)
        column.addWidget(self.log)
        column.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.counts)
        layout.addWidget(checked)
        layout.addWidget(tried)
        layout.addWidget(self.banner)
        layout.addStretch(1)

    def _show_counts(self, preview: Preview) -> None:
        self.counts.setText(f"{preview.title}: {counts_text(preview)} to {preview.profile.name}")

    def _allow(self) -> None:
        is_free = not self._trial and not self._submission
        self.check.setEnabled(is_free)
        self.smoke.setEnabled(is_free)
        self.stop.setEnabled(bool(self._trial))
        self.changed.emit()

    # ------------------------------------------------------------------ check
    def _check(self) -> None:
        preview, clusters = self.draft.preview, self._clusters
        if preview is None:
            return
        self.check_banner.show_message("note", "The scheduler is asked…")
        self._bridge.ask(
            "wizard check",
            lambda: clusters.test_only(preview),
            self.while_open(lambda tested: self._show_check(preview, tested)),
            self.while_open(lambda error: self.check_banner.show_message("error", str(error))),
        )

    def _show_check(self, preview: Preview, tested: TestedScript) -> None:
        self._checked = preview
        level: BannerLevel = "good" if tested.is_accepted else "error"
        accepted = "The scheduler would take it. It says: " if tested.is_accepted else ""
        if not tested.is_checked:
            level, accepted = "note", ""
        self.check_banner.show_message(level, f"{accepted}{tested.words}")

    # ------------------------------------------------------------------ trial
    def _start_trial(self) -> None:
        preview, clusters = self.draft.preview, self._clusters
        of = self.draft.work
        if preview is None or of is None or self._trial:
            return
        self._trial = task = f"trial job {next(_NUMBERS)}"
        self.log.hide()
        self.smoke_banner.show_message("note", "The trial job is being submitted…")

        def work(
            progress: ReportProgress, should_stop: Callable[[], bool]
        ) -> tuple[SmokeAnswer, Preview]:
            answer = clusters.smoke(preview, progress, should_stop)
            if answer.ok and preview.needs_trial:
                # Its version is part of what the runs are.
                return answer, prepared(clusters, preview.profile, of)
            return answer, preview

        self._bridge.start_task(
            task,
            work,
            on_report=self.while_open(lambda _share, words: self._report_trial(task, words)),
            on_answer=self.while_open(lambda found: self._tried(found[0], found[1], preview)),
            on_error=self.while_open(self._no_trial),
        )
        self._allow()

    def _stop_trial(self) -> None:
        self._bridge.stop_task(self._trial)
        self.smoke_banner.show_message("note", "The trial job is being cancelled…")

    def _report_trial(self, task: str, words: str) -> None:
        if words and task == self._trial:
            self.smoke_banner.show_message("note", words)

    def _tried(self, answer: SmokeAnswer, preview: Preview, before: Preview) -> None:
        self._show_trial(answer)
        if preview is not before and self.draft.preview is before:
            self.draft.preview = preview
            self._show_counts(preview)
            self._check()
            self._allow()

    def _show_trial(self, answer: SmokeAnswer) -> None:
        self._trial = ""
        if answer.ok:
            self.smoke_banner.show_message("good", smoke_text(answer))
        else:
            self.smoke_banner.show_message("error", smoke_text(answer))
        self.log.setPlainText(answer.log)
        self.log.setVisible(bool(answer.log))
        self._allow()

    def _no_trial(self, error: Exception) -> None:
        self._trial = ""
        if isinstance(error, TaskStoppedError):
            self.smoke_banner.show_message("note", "The trial job was cancelled.")
        else:
            self.smoke_banner.show_message("error", str(error))
        self._allow()

    def _not_submitted(self, error: Exception) -> None:
        self._submission = ""
        self.show_error(error)
        self._allow()
