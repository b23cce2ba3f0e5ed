"""Folders of submissions on clusters, removed when everything of them is here or given up."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smcogui.app import cluster_orders
from smcogui.errors import FolderInUseError, RemoteFileError
from smcogui.runs.lock import FolderLock

if TYPE_CHECKING:
    from smcogui.app.cluster_overview import Overview
    from smcogui.app.cluster_records import SubmissionRecord, SubmissionStore
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.remote import Connection

DAY_S: Final = 86_400.0
_LOG = logging.getLogger(__name__)


class Cleaner:
    """Removes folders on clusters, each only if it carries our marker.

    Parameters
    ----------
    store : SubmissionStore
    overview : Overview
    """

    def __init__(self, store: SubmissionStore, overview: Overview) -> None:
        self._store, self._overview = store, overview

    def clean(self, record: SubmissionRecord, connection: Connection) -> None:
        """Remove the folder of a submission, unless that was done.

        Raises
        ------
        InputError
            If runs of it are not fetched or given up yet.
        FolderInUseError
            If another program is at the submission.
        RemoteFileError
            If the folder does not carry our marker.
        """
        if record.is_cleaned:
            return
        with FolderLock(self._store.place(record.token)):
            cluster_orders.require_clean(self._overview.of(record))
            connection.remove_folder(record.folder)
            self._store.save(replace(record, is_cleaned=True))

    def clean_old(self, profile: ClusterProfile, connection: Connection) -> list[str]:
        """Remove the folders that the profile wants no longer; return their submissions.

        Raises
        ------
        LostContactError
        """
        cleaned = []
        for record in self._old(profile):
            try:
                self.clean(record, connection)
                cleaned.append(record.token)
                _LOG.info("%s on %s was removed by age", record.folder, record.cluster)
            except (FolderInUseError, RemoteFileError) as error:
                _LOG.warning("%s is not removed: %s", record.folder, error.message)
        return cleaned

    def _old(self, profile: ClusterProfile) -> list[SubmissionRecord]:
        if not profile.clean_after_days:
            return []
        before_s = time.time() - profile.clean_after_days * DAY_S
        return [
            record
            for record in self._store.records()[0]
            if record.cluster == profile.name
            and not record.is_cleaned
            and self._last_news_s(record) < before_s
            and self._overview.of(record).can_clean
        ]

    def _last_news_s(self, record: SubmissionRecord) -> float:
        """Return when anything of a submission last changed, in seconds since 1970."""
        told = self._store.standings(record.token).values()
        known = [standing.known_s for standing in told if standing.known_s is not None]
        return max(record.created_s, *(each.changed_s for each in record.attempts), *known)
