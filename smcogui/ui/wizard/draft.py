"""What the wizard knows so far: the profile as it is being written, what runs, what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal

from smcogui.app.cluster_advice import KnownCluster
from smcogui.app.jobs import no_progress
from smcogui.errors import InputError
from smcogui.runs.cluster.profile import CONNECTION_FIELDS, ClusterProfile, make_profile

if TYPE_CHECKING:
    from smcogui.app.cluster_preview import Preview
    from smcogui.app.cluster_report import ClusterReport
    from smcogui.app.jobs import ReportProgress
    from smcogui.app.project_clusters import ProjectClusters
    from smcogui.ui.wizard.work import Work


_LOOKED_AT: Final = ("partition", "scratch", "modules", "prologue", "python", "mumax3")
"""What of the profile the check of a cluster hangs on, beside the connection."""


def prepared(
    clusters: ProjectClusters,
    profile: ClusterProfile,
    work: Work,
    progress: ReportProgress = no_progress,
) -> Preview:
    """Return what submitting would do; talks to the cluster, and takes a while."""
    if work.resubmits:
        return clusters.prepare_resubmit(work.resubmits)
    return clusters.prepare(
        profile, campaigns=work.campaigns, designs=work.designs, progress=progress
    )


class Draft(QObject):
    """The profile with all that hangs on it.

    Parameters
    ----------
    work : Work or None
        None where only a profile is written.
    profile : ClusterProfile, optional
        The one to begin with.

    Attributes
    ----------
    values : dict
        Of the profile, as they were typed.
    profile : ClusterProfile or None
        None while something in it is not allowed.
    trouble : InputError or None
        What is not allowed.
    is_signed_in : bool
        Whether the cluster let us in since the connection was last changed.
    report : ClusterReport or None
        What the check of the cluster found; None where it was not asked yet.
    known : KnownCluster
        Of it, what advice is made of.
    preview : Preview or None
        What submitting would do; None where the profile was changed since.

    Signals
    -------
    changed : Signal()
    """

    changed = Signal()

    def __init__(
        self,
        work: Work | None,
        profile: ClusterProfile | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.work = work
        self.preview: Preview | None = None
        self.is_signed_in = False
        self.report: ClusterReport | None = None
        self.known = KnownCluster()
        self._looked_at: dict[str, Any] = {}
        self.values: dict[str, Any] = {}
        self.profile: ClusterProfile | None = None
        self.trouble: InputError | None = None
        self.saved: ClusterProfile | None = None
        self.begin_with(profile)

    @property
    def name(self) -> str:
        """Name of the profile; empty where it has none yet."""
        return str(self.values.get("name", ""))

    @property
    def is_report_old(self) -> bool:
        """Whether the cluster was never checked, or with other modules, prologue, programs, …."""
        return self.report is None or self._looked_at != self.to_look_at()

    def begin_with(self, profile: ClusterProfile | None) -> None:
        """Take a profile as it is on disk, or an empty one."""
        fresh = {"name": "", "host": ""}
        self.values = fresh if profile is None else profile.model_dump()
        self.saved = profile
        self._forget_connection()
        self._read()

    def change(self, **values: Any) -> None:
        """Take what was typed; what hangs on it is forgotten."""
        if all(self.values.get(name) == value for name, value in values.items()):
            return
        if any(
            self.values.get(name) != values[name] for name in CONNECTION_FIELDS if name in values
        ):
            self._forget_connection()
        self.values = {**self.values, **values}
        self.preview = None
        self._read()

    def learn(self, report: ClusterReport, looked_at: dict[str, Any]) -> None:
        """Take what the check of the cluster found.

        ``looked_at`` is what :meth:`to_look_at` was when it began.
        """
        self.report = report
        self._looked_at = looked_at
        self.known = KnownCluster(
            partitions=report.partitions, associations=report.associations, limits=report.limits
        )
        self.changed.emit()

    def to_look_at(self) -> dict[str, Any]:
        """Return what of the profile the check of the cluster hangs on."""
        return {name: value_in(self.values, name) for name in _LOOKED_AT}

    def _forget_connection(self) -> None:
        self.is_signed_in = False
        self.report, self.known = None, KnownCluster()
        self.preview = None

    def _read(self) -> None:
        self.profile, self.trouble = None, None
        try:
            self.profile = make_profile(**self.values)
        except InputError as error:
            self.trouble = error
        self.changed.emit()


def value_in(values: dict[str, Any], name: str) -> Any:
    """Return a value of a profile, or what it is where nobody chose one."""
    field = ClusterProfile.model_fields[name]
    return values.get(name, "" if field.is_required() else field.get_default())
