"""From where the wizard is opened, and what it begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from smcogui.ui.wizard.work import Work

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smcogui.app.cluster_preview import Preview
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.ui.clusters.clusters_tab import ClustersTab
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.wizard.wizard_dialog import WizardDialog

_TOPIC = "wizard start"


class WizardStarts(QObject):
    """Opens the wizard for a design, a campaign, a cluster, or for runs that failed.

    Attributes
    ----------
    wizard : WizardDialog or None
        The one that is open.

    Signals
    -------
    opening : Signal()
        The wizard is about to be opened.
    submitted : Signal(object)
        The :class:`~smcogui.app.cluster_views.SubmissionView`.
    closed : Signal()
        The wizard was closed.
    """

    opening = Signal()
    submitted = Signal(object)
    closed = Signal()

    def __init__(self, window: MainWindow, tab: ClustersTab) -> None:
        super().__init__(window)
        self._window, self._tab = window, tab
        self.wizard: WizardDialog | None = None

    def over(self) -> QWidget:
        """Return what a question of a sign-in lies over."""
        return self._window if self.wizard is None else self.wizard

    def open_for_design(self) -> WizardDialog:
        """Submit the current design."""
        design = self._window.document.design
        return self._open(Work(title=design.name, designs=(design,)))

    def open_for_campaign(self) -> WizardDialog | None:
        """Submit what is left of the campaign that is shown."""
        view = self._window.campaigns.tab.current
        if view is None:
            return None
        name = view.campaign.name
        is_begun = any(status.attempts for status in view.statuses)
        engine = view.campaign.engine if is_begun else ""
        return self._open(Work(title=name, campaigns=(name,), engine=engine))

    def open_for_cluster(self) -> WizardDialog:
        """Describe a new cluster."""
        return self._open(None)

    def open_for_profile(self) -> None:
        """Change the selected cluster."""
        link, clusters = self._tab.link, self._window.session.clusters
        if link is not None:
            self._window.bridge.ask(
                _TOPIC,
                lambda: clusters.profile(link.cluster),
                self._edit,
                self._explain,
            )

    def open_for_failures(self) -> None:
        """Show what submitting again would do, with the remedies in the script."""
        shown, clusters = self._tab.submission, self._window.session.clusters
        if shown is not None:
            self._tab.banner.show_message("note", "Preparing what is missing…")
            self._window.bridge.ask(
                _TOPIC,
                lambda: clusters.prepare_resubmit(shown.token),
                lambda preview: self._resubmit(shown.token, preview),
                self._explain,
            )

    def close(self) -> None:
        """Close the wizard."""
        self._window.bridge.drop(_TOPIC)
        if self.wizard is not None:
            self.wizard.reject()

    def _edit(self, profile: ClusterProfile) -> None:
        self._open(None, profile)

    def _resubmit(self, token: str, preview: Preview) -> None:
        self._tab.banner.clear_message()
        wizard = self._open(Work(title=preview.title, resubmits=token), preview.profile)
        wizard.show_resubmission(preview)

    def _open(self, work: Work | None, profile: ClusterProfile | None = None) -> WizardDialog:
        # Not before: most windows never submit, and all would open later.
        from smcogui.ui.wizard.wizard_dialog import WizardDialog

        self.close()
        self.opening.emit()
        link = self._tab.link
        # Whoever submits again mostly does so to where the last one went.
        preferred = "" if work is None or link is None else link.cluster
        wizard = WizardDialog(self._window, work, profile, preferred)
        wizard.submitted.connect(self.submitted)
        wizard.finished.connect(lambda _code: self._finished(wizard))
        self.wizard = wizard
        wizard.open()
        return wizard

    def _finished(self, wizard: WizardDialog) -> None:
        if self.wizard is wizard:
            self.wizard = None
        self.closed.emit()
        wizard.deleteLater()

    def _explain(self, error: Exception) -> None:
        self._tab.banner.show_message("error", str(error))
