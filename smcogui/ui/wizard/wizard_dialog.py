"""The wizard: a list of steps, one page at a time, back at any step, closed at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
)

from smcogui.ui.widgets.screen_size import resize_on_screen
from smcogui.ui.wizard.check_page import CheckPage
from smcogui.ui.wizard.draft import Draft
from smcogui.ui.wizard.engine_page import EnginePage
from smcogui.ui.wizard.host_page import HostPage
from smcogui.ui.wizard.profile_keeper import ProfileKeeper
from smcogui.ui.wizard.resources_page import ResourcesPage
from smcogui.ui.wizard.script_page import ScriptPage
from smcogui.ui.wizard.sign_in_page import SignInPage
from smcogui.ui.wizard.submit_page import SubmitPage

if TYPE_CHECKING:
    from smcogui.app.cluster_preview import Preview
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.wizard.wizard_page import WizardPage
    from smcogui.ui.wizard.work import Work

_SIZE: Final = QSize(1000, 690)
_STEPS_WIDTH: Final = 170
_SCRIPT: Final = 5


class WizardDialog(QDialog):
    """Asks step by step; the profile is saved whenever a step is left.

    Parameters
    ----------
    window : MainWindow
    work : Work or None
        None describes a cluster only; the last steps are left out then.
    profile : ClusterProfile, optional
        The one to begin with.
    preferred : str
        Name of the profile that is offered first where none is given.

    Signals
    -------
    submitted : Signal(object)
        The :class:`~smcogui.app.cluster_views.SubmissionView`.
    """

    submitted = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        work: Work | None,
        profile: ClusterProfile | None = None,
        preferred: str = "",
    ) -> None:
        super().__init__(window)
        # Of the project that is open now, whatever is opened meanwhile.
        clusters = window.session.clusters
        self.draft = draft = Draft(work, profile, self)
        self._keeper = keeper = ProfileKeeper(draft, clusters, window.bridge)
        self.host = HostPage(draft, clusters, window.bridge, preferred)
        self.sign_in = SignInPage(draft, clusters, window.bridge, window.jobs, window.files, keeper)
        self.check = CheckPage(draft, clusters, window.bridge, keeper)
        self.resources = ResourcesPage(draft)
        self.engine = EnginePage(draft, clusters, window.bridge, keeper)
        self.script = ScriptPage(draft, clusters, window.bridge)
        self.submit = SubmitPage(draft, clusters, window.bridge, window.jobs)
        described = (self.host, self.sign_in, self.check, self.resources, self.engine)
        self.pages: tuple[WizardPage, ...] = (
            described if work is None else (*described, self.script, self.submit)
        )
        self._reached = 0
        self.setWindowTitle("New cluster" if work is None else f"Run {work.title} on a cluster")
        self._make_widgets()
        self._lay_out()
        self._connect()
        resize_on_screen(self, _SIZE)
        self.show_page(0)

    @property
    def page(self) -> WizardPage:
        """The page in sight."""
        return self.pages[self.stack.currentIndex()]

    def show_page(self, number: int) -> None:
        """Show a step."""
        if self.isVisible():
            self.page.leave()
            self._save()
        self._reached = max(self._reached, number)
        self.stack.setCurrentIndex(number)
        self.title.setText(self.page.title)
        self.words.setText(self.page.words)
        self.page.enter()
        self._put_buttons_last()
        self._refresh()
        self._focus_first()

    def show_resubmission(self, preview: Preview) -> None:
        """Begin at the script of a submission that was prepared already."""
        self.draft.preview = preview
        self.show_page(_SCRIPT)

    def go_back(self) -> None:
        """Show the step before."""
        self.show_page(max(0, self.stack.currentIndex() - 1))

    def go_on(self) -> None:
        """Do what this step asks for, and show the next one when that has worked."""
        number = self.stack.currentIndex()
        if self.page.why_not():
            return
        if number + 1 < len(self.pages):
            self.page.go_on(lambda: self.show_page(number + 1))
        else:
            self.page.go_on(self.accept)

    def done(self, code: int) -> None:
        """Close; what was typed is remembered, and a submission that has begun goes on."""
        self.page.leave()
        self.submit.give_up()
        self._save()
        super().done(code)

    def _make_widgets(self) -> None:
        self.steps = QListWidget()
        self.steps.setAccessibleName("Steps")
        self.steps.setFixedWidth(_STEPS_WIDTH)
        self.steps.setSpacing(4)
        for number, page in enumerate(self.pages, start=1):
            self.steps.addItem(QListWidgetItem(f"{number}  {page.title}"))
        self.title, self.words = QLabel(), QLabel()
        self.title.setProperty("role", "heading")
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
        self.missing = QLabel()
        self.missing.setProperty("role", "muted")
        self.missing.setWordWrap(True)
        self.cancel_button = QPushButton("Close")
        self.back_button = QPushButton("&Back")
        self.next_button = QPushButton("&Next")
        for button in (self.cancel_button, self.back_button):
            button.setAutoDefault(False)
        self.next_button.setDefault(True)
        self.cancel_button.setToolTip("Close the wizard; what was typed is remembered.")

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.addWidget(self.title)
        right.addWidget(self.words)
        right.addWidget(self.stack, 1)
        right.setSpacing(8)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self.steps)
        middle.addLayout(right, 1)
        bar = QHBoxLayout()
        bar.addWidget(self.missing, 1)
        for button in (self.cancel_button, self.back_button, self.next_button):
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addLayout(middle, 1)
        layout.addLayout(bar)

    def _connect(self) -> None:
        self.cancel_button.clicked.connect(self.reject)
        self.back_button.clicked.connect(self.go_back)
        self.next_button.clicked.connect(self.go_on)
        self.steps.itemClicked.connect(lambda item: self._step_chosen(self.steps.row(item)))
        self.steps.itemActivated.connect(lambda item: self._step_chosen(self.steps.row(item)))
        for page in self.pages:
            page.changed.connect(self._refresh)
        self.submit.submitted.connect(self.submitted)

    def _step_chosen(self, number: int) -> None:
        if number <= self._reached and number != self.stack.currentIndex():
            self.show_page(number)

    def _refresh(self) -> None:
        """Show which steps can be gone to, and why one cannot go on."""
        current, why = self.stack.currentIndex(), self.page.why_not()
        self.back_button.setEnabled(current > 0)
        self.next_button.setEnabled(not why)
        is_last = current + 1 == len(self.pages)
        words = self.page.next_words()
        self.next_button.setText("&Save" if is_last and self.draft.work is None else words)
        self.missing.setText(f"Before going on: {why}." if why else "")
        for number, page in enumerate(self.pages):
            item = self.steps.item(number)
            mark = "✔" if number < current else str(number + 1)
            item.setText(f"{mark}  {page.title}")
            on = item.flags() | Qt.ItemFlag.ItemIsEnabled
            can_go = number <= self._reached
            item.setFlags(on if can_go else on & ~Qt.ItemFlag.ItemIsEnabled)
        self.steps.setCurrentRow(current)

    def _put_buttons_last(self) -> None:
        """Let Tab come to the buttons behind a page that was filled when it was first shown."""
        last = self.previousInFocusChain()
        # Qt orders only what takes the focus.
        while last is not None and not last.focusPolicy() & Qt.FocusPolicy.TabFocus:
            last = last.previousInFocusChain()
        if last is not None and last is not self.next_button:
            for button in (self.cancel_button, self.back_button, self.next_button):
                self.setTabOrder(last, button)
                last = button

    def _focus_first(self) -> None:
        """Give the keyboard to the first control of the page, or else to what goes on."""
        widget = self.page.nextInFocusChain()
        while widget is not None and widget is not self.page:
            takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
            if takes and widget.isVisibleTo(self.page) and self.page.isAncestorOf(widget):
                widget.setFocus()
                return
            widget = widget.nextInFocusChain()
        self.next_button.setFocus()

    def _save(self) -> None:
        """Write the profile, where it can be used and was changed."""
        # A name alone is no cluster yet: it is written when somebody signs in.
        if self.draft.saved is not None or self.page is not self.host:
            page = self.page
            self._keeper.save(lambda: None, page.while_open(page.show_error))
