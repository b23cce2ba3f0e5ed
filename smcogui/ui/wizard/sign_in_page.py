"""Step 2: how to sign in, and the sign-in itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtWidgets import QCheckBox, QGroupBox, QPushButton, QVBoxLayout

from smcogui.app.cluster_hosts import keyring_words
from smcogui.app.jobs import CLUSTER_KIND
from smcogui.errors import HostKeyChangedError, HostKeyRevokedError
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.wizard.draft import value_in
from smcogui.ui.wizard.profile_rows import ProfileRows
from smcogui.ui.wizard.wizard_page import WizardPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.cluster_views import LinkView
    from smcogui.app.project_clusters import ProjectClusters
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.ui.file_dialogs import FileDialogs
    from smcogui.ui.jobs import JobCenter
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.wizard.draft import Draft
    from smcogui.ui.wizard.profile_keeper import ProfileKeeper

_WAYS: Final = {
    "agent": "Keys of an ssh &agent (also cards and certificates)",
    "key": "A &key on this computer; its passphrase is asked for",
    "keyboard_interactive": "What the cluster &asks: one-time codes, several questions",
    "password": "A pass&word",
}
_STOP: Final = (
    "The program does not connect, and there is no way around it: ask the administrators of the "
    "cluster. If they say that the key was changed, remove the old line from your known_hosts."
)


class SignInPage(WizardPage):
    """Signs in when one goes on; the host key and prompts are asked by dialogs."""

    title: ClassVar[str] = "Sign in"
    words: ClassVar[str] = (
        "Ways are tried in this order, as far as the cluster offers them. An unknown host key is "
        "shown before anything is sent."
    )

    def __init__(
        self,
        draft: Draft,
        clusters: ProjectClusters,
        bridge: RunBridge,
        jobs: JobCenter,
        files: FileDialogs,
        keeper: ProfileKeeper,
    ) -> None:
        super().__init__(draft)
        self._clusters, self._bridge, self._jobs, self._files = clusters, bridge, jobs, files
        self._keeper = keeper
        self._is_working = False
        self._then: Callable[[], None] = lambda: None
        self.ways = {way: QCheckBox(words) for way, words in _WAYS.items()}
        self.rows = ProfileRows(("identity_file", "remember_secrets"))
        self.browse = QPushButton("&Browse…")
        self.browse.setAccessibleName("Browse for the private key")
        self.browse.setAutoDefault(False)
        self.banner = Banner()
        self._lay_out()
        for box in self.ways.values():
            box.toggled.connect(lambda _on: self._edited())
        self.rows.edited.connect(self._edited)
        self.browse.clicked.connect(self._browse)

    def enter(self) -> None:
        """Show what the profile says."""
        values = self.draft.values
        chosen = value_in(values, "sign_in")
        for way, box in self.ways.items():
            box.blockSignals(True)
            box.setChecked(way in chosen)
            box.blockSignals(False)
        self.rows.show_values(values)
        self._bridge.ask("wizard keyring", keyring_words, self._show_keyring, self.show_error)
        self._show_state()
        self._edited()

    def leave(self) -> None:
        """Want to go on no more, whatever the sign-in comes to."""
        self._bridge.drop("wizard keyring")
        self._is_working, self._then = False, lambda: None

    def why_not(self) -> str:
        """Return what is missing."""
        if self._is_working:
            return "the sign-in is under way"
        if not any(box.isChecked() for box in self.ways.values()):
            return "choose at least one way to sign in"
        trouble = self.draft.trouble
        return "" if trouble is None else trouble.message

    def next_words(self) -> str:
        """Return ``Connect`` before one is signed in."""
        return "&Next" if self.draft.is_signed_in else "&Connect"

    def go_on(self, then: Callable[[], None]) -> None:
        """Sign in where that was not done yet; go on when it has worked."""
        if self.draft.is_signed_in:
            then()
            return
        profile = self.draft.profile
        if profile is None or self._is_working:
            return
        self._is_working, self._then = True, then
        self.banner.show_message("note", f"Signing in to {profile.host}…")
        self.changed.emit()
        connect = self.while_open(lambda: self._connect(profile))
        self._keeper.save(connect, self.while_open(self._refused))

    def _connect(self, profile: ClusterProfile) -> None:
        clusters = self._clusters

        def work(_progress: object, _should_stop: object) -> LinkView:
            return clusters.connect(profile.name)

        self._jobs.start_task(
            f"Sign in to {profile.name}",
            CLUSTER_KIND,
            work,
            self.while_open(lambda _link: self._connected(profile)),
            self.while_open(self._refused),
        )

    def show_error(self, error: Exception) -> None:
        """Say what went wrong; a wrong host key is a hard stop."""
        is_key = isinstance(error, HostKeyChangedError | HostKeyRevokedError)
        self.banner.show_message("error", f"{error} {_STOP}" if is_key else str(error))

    def _lay_out(self) -> None:
        box = QGroupBox("Ways to sign in")
        column = QVBoxLayout(box)
        for each in self.ways.values():
            column.addWidget(each)
        self.rows.add_beside("identity_file", self.browse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(box)
        layout.addWidget(self.rows)
        layout.addWidget(self.banner)
        layout.addStretch(1)

    def _edited(self) -> None:
        chosen = [way for way, box in self.ways.items() if box.isChecked()]
        before = [way for way in value_in(self.draft.values, "sign_in") if way in chosen]
        # An order of one's own stays, and what is new comes behind it.
        order = (*before, *(way for way in chosen if way not in before))
        self.draft.change(sign_in=order, **self.rows.values())
        takes_key = self.ways["key"].isChecked()
        self.rows.fields["identity_file"].control.setEnabled(takes_key)
        self.browse.setEnabled(takes_key)
        self.rows.show_advice({}, self.draft.trouble)
        self.changed.emit()

    def _show_keyring(self, words: str) -> None:
        self.rows.fields["remember_secrets"].note.setText(words)

    def _show_state(self) -> None:
        if self.draft.is_signed_in:
            self.banner.show_message("good", f"Signed in to {self.draft.values['host']}.")
        elif not self._is_working:
            self.banner.clear_message()

    def _connected(self, profile: ClusterProfile) -> None:
        now = self.draft.profile
        if now is None or not now.connects_like(profile):
            # Another host was typed meanwhile.
            return
        self._is_working = False
        self.draft.is_signed_in = True
        self._show_state()
        self.changed.emit()
        self._then()

    def _refused(self, error: Exception) -> None:
        self._is_working = False
        self.show_error(error)
        self.changed.emit()

    def _browse(self) -> None:
        path = self._files.ask_open(self, "Private key", "All files (*)")
        if path is not None:
            self.rows.fields["identity_file"].show_value(str(path))
