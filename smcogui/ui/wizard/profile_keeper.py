"""Writes the profile of a wizard, one version after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.project_clusters import ProjectClusters
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.wizard.draft import Draft

_TOPIC: Final = "wizard profile"


class ProfileKeeper:
    """Saves in a worker thread and in turn, so that an older version never comes last."""

    def __init__(self, draft: Draft, clusters: ProjectClusters, bridge: RunBridge) -> None:
        self._draft, self._clusters, self._bridge = draft, clusters, bridge

    def save(self, then: Callable[[], None], or_else: Callable[[Exception], None]) -> None:
        """Write the profile where it can be used and was changed; then go on.

        Parameters
        ----------
        then, or_else : callable
            Called when it is on disk, or with why it is not. A later call takes their place.
        """
        profile = self._draft.profile
        if profile is None:
            return
        if profile == self._draft.saved and not self._bridge.is_busy(_TOPIC):
            then()
            return
        clusters = self._clusters
        self._bridge.ask_in_turn(
            _TOPIC,
            lambda: clusters.save_profile(profile),
            lambda _answer: self._saved(profile, then),
            or_else,
        )

    def _saved(self, profile: ClusterProfile, then: Callable[[], None]) -> None:
        self._draft.saved = profile
        then()
