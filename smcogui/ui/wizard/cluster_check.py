"""The check of a cluster, with the profile as it was typed by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.ui.wizard.page_task import PageTask

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.cluster_report import ClusterReport
    from smcogui.app.project_clusters import ProjectClusters
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.wizard.draft import Draft
    from smcogui.ui.wizard.profile_keeper import ProfileKeeper
    from smcogui.ui.wizard.wizard_page import WizardPage


class ClusterCheck:
    """Saves the profile, asks the cluster, and teaches the draft what was found.

    Parameters
    ----------
    page : WizardPage
        Who wants to know; closed, it hears nothing.
    """

    def __init__(
        self,
        page: WizardPage,
        draft: Draft,
        clusters: ProjectClusters,
        bridge: RunBridge,
        keeper: ProfileKeeper,
    ) -> None:
        self._page, self._draft, self._clusters, self._keeper = page, draft, clusters, keeper
        self._task = PageTask(page, bridge, "check of a cluster")
        self._is_saving = False

    @property
    def is_at_work(self) -> bool:
        """Whether the cluster is being asked, or is about to be."""
        return self._is_saving or self._task.is_at_work

    def start(self, then: Callable[[], None], or_else: Callable[[Exception], None]) -> None:
        """Ask; the draft knows the answer when ``then`` is called."""
        self._task.stop()

        def ask() -> None:
            if self._is_saving:
                self._is_saving = False
                self._ask(then, or_else)

        def fail(error: Exception) -> None:
            self._is_saving = False
            or_else(error)

        self._is_saving = True
        if self._draft.profile is None:
            # What is not allowed is not saved: it is looked at as it was before.
            ask()
        else:
            self._keeper.save(self._page.while_open(ask), self._page.while_open(fail))

    def stop(self) -> None:
        """Want no answer any more."""
        self._is_saving = False
        self._task.stop()

    def _ask(self, then: Callable[[], None], or_else: Callable[[Exception], None]) -> None:
        name, clusters, looked_at = self._draft.name, self._clusters, self._draft.to_look_at()

        def learn(report: ClusterReport) -> None:
            self._draft.learn(report, looked_at)
            then()

        self._task.start(lambda _progress: clusters.probe(name), learn, or_else)
