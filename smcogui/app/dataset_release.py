"""What is handed on of a project: all sets in one folder, and the packed project of their runs.

Only finished designs are taken, so that a queue may be at work meanwhile; the project stays as it
is. Nothing in the folder names a place on this machine.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.archive import export_project
from smcogui.app.campaign_curation import dataset_rows
from smcogui.app.dataset_exports import (
    FACTS_FILE,
    read_facts,
    told_origin,
    write_dataset,
)
from smcogui.app.jobs import no_progress, part_of
from smcogui.app.project_copy import copy_project
from smcogui.app.project_file import PROJECT_FILE
from smcogui.campaigns.campaign_store import (
    ATTEMPTS_FILE,
    CAMPAIGN_FILE,
    CAMPAIGNS_FOLDER,
    MEMBERS_FILE,
)
from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.sampling_words import describe_block
from smcogui.data.dataset_parts import (
    SCATTER_SET,
    TEST_SET,
    TRAINING_SET,
    DatasetPart,
    take_parts,
)
from smcogui.data.run_pack import pack_runs, sweep_packs
from smcogui.errors import InputError
from smcogui.runs.folder import RUNS_FOLDER, folder_error
from smcogui.runs.pack_file import PACKS_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import PurePosixPath

    from smcogui.app.jobs import ReportProgress
    from smcogui.campaigns.campaign import Campaign
    from smcogui.campaigns.progress import MemberStatus

PROJECT_ARCHIVE: Final = "campaign.smco"
PURPOSES: Final = {
    TRAINING_SET: "training of surrogates; holds no design of another set",
    TEST_SET: "test: points of another scrambling, off any grid, never trained on",
    SCATTER_SET: "many half-cycles of few designs: what random offsets alone scatter, the "
    "ceiling of any surrogate",
    "two_domains": "the same designs on two periodic domains: what their size shifts",
}
"""What sets of these names are for."""
_CAMPAIGN_FILES: Final = frozenset({CAMPAIGN_FILE, MEMBERS_FILE, ATTEMPTS_FILE})


def release(
    project: Path,
    found: Sequence[tuple[Campaign, Sequence[MemberStatus]]],
    folder: Path,
    *,
    title: str = "Simulated SmCo-1:7 designs",
    may_differ: Iterable[str] = (),
    progress: ReportProgress = no_progress,
) -> Path:
    """Write the finished designs of campaigns as one dataset, with their packed project.

    Parameters
    ----------
    project : Path
    found : sequence of (Campaign, sequence of MemberStatus)
        The campaigns that are handed on and where their designs stand; each becomes a set.
    folder : Path
        Made where it is missing; files of the same names are replaced.
    title : str
        Of the datasheet.
    may_differ : iterable of str
        See :func:`~smcogui.data.dataset.check_unmixed`.
    progress : callable

    Returns
    -------
    Path
        The datasheet.

    Raises
    ------
    InputError
        If nothing is finished, the runs do not compare, or one is in two sets.
    RunFolderError
        If a file cannot be written.
    """
    if folder.resolve().is_relative_to(project.resolve()):
        raise InputError(
            f"{folder} lies inside the project {project} itself; choose a folder outside",
            key="out",
            given=str(folder),
            allowed=f"a folder outside {project}",
        )
    origin = told_origin()
    taken = take_parts([_part(*each) for each in found], may_differ=may_differ)
    runs = {row.record.run_id for each in taken for row in each.part.rows}
    names = {campaign.name for campaign, _ in found}
    archive = folder / PROJECT_ARCHIVE
    _pack_project(project, archive, _takes(names, runs), part_of(progress, 0.0, 0.5))
    return write_dataset(
        taken,
        folder,
        title=title,
        how=_commands(project.name, folder.name),
        origin=origin,
        kinds=(".parquet",),
        known=_known(folder),
        others=(archive,),
        progress=part_of(progress, 0.5, 0.5),
    )


def _part(campaign: Campaign, statuses: Sequence[MemberStatus]) -> DatasetPart:
    counts = Counter(status.state for status in statuses)
    return DatasetPart(
        name=campaign.name,
        rows=dataset_rows(statuses),
        purpose=PURPOSES.get(campaign.name, ""),
        drawn=tuple(describe_block(block) for block in campaign.blocks),
        # One that is being computed, here or on a cluster, is still waited for.
        counts={
            "done": counts[MemberState.DONE],
            "waiting": len(statuses) - counts[MemberState.DONE] - counts[MemberState.FAILED],
            "failed": counts[MemberState.FAILED],
        },
        failures=tuple(
            f"{status.entry.key}, {len(status.attempts)} attempts: {status.reason}"
            for status in statuses
            if status.state is MemberState.FAILED
        ),
        is_apart=campaign.name == TRAINING_SET,
    )


def _takes(names: Collection[str], runs: Collection[str]) -> Callable[[PurePosixPath], bool]:
    """Return what says of a file or folder of the project whether it is handed on."""

    def takes(place: PurePosixPath) -> bool:
        top, *below = place.parts
        if top == RUNS_FOLDER:
            return not below or below[0] in runs
        if top == CAMPAIGNS_FOLDER:
            is_named = not below or below[0] in names
            return is_named and (len(below) < 2 or below[1] in _CAMPAIGN_FILES)
        return top in {PACKS_FOLDER, PROJECT_FILE}

    return takes


def _pack_project(
    project: Path,
    archive: Path,
    takes: Callable[[PurePosixPath], bool],
    progress: ReportProgress,
) -> None:
    """Write the packed project of what is taken: copied first, then its runs packed in the copy."""
    try:
        with tempfile.TemporaryDirectory(prefix="smco-release-") as place:
            copy = copy_project(
                project, Path(place) / project.name, part_of(progress, 0.0, 0.4), takes
            )
            pack_runs(sorted((copy / RUNS_FOLDER).iterdir()), progress=part_of(progress, 0.4, 0.4))
            sweep_packs(copy)
            export_project(copy, archive, part_of(progress, 0.8, 0.2))
    except OSError as error:
        raise folder_error(archive, error) from error


def _commands(project: str, folder: str) -> str:
    """Return the command that made it, behind those that go on from what is handed on."""
    return "\n".join(
        (
            f"python main.py project --import {PROJECT_ARCHIVE} {project}",
            f"python main.py campaign run {project}",
            f"python main.py campaign release {project} --out {folder}",
        )
    )


def _known(folder: Path) -> list[dict[str, Any]]:
    """Return the facts of the dataset that lies in the folder so far, for its version."""
    try:
        return [read_facts(folder)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder / FACTS_FILE} cannot be read, so nobody knows which version comes next: "
            f"{error}. Put it right or remove it",
            key="out",
            given=str(folder),
            allowed="a new folder, or one that `campaign release` wrote",
        ) from error
