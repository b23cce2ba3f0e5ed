"""MuMax3 on a cluster: scripts and fields of half-cycles are written here and sent.

Each half-cycle has its next attempt in the run's folder as a run on this machine would
(:mod:`solver.mumax3.attempts`); the folder of the run on the cluster has the same shape. What an
earlier attempt there came to is brought first, and gone on from.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tarfile
from shlex import quote
from typing import TYPE_CHECKING, Final

from smcogui.app.jobs import no_progress
from smcogui.errors import ClusterError, RemoteFileError, RunFolderError
from smcogui.runs.cluster.mumax3_shell import KEPT_STATES, SYNC, WORK_FILE
from smcogui.runs.cluster.shell import shell_path
from smcogui.runs.folder import read_info
from smcogui.runs.lock import FolderLock
from solver.errors import SolverError
from solver.mumax3.attempts import ATTEMPTS_FOLDER, OUTPUT_FOLDER, load_attempts
from solver.mumax3.layout import LOADED_REGIONS_FILE, TABLE_FILE, parse_state
from solver.mumax3.process import OUTPUT_FILE
from solver.mumax3.remote import BEFORE_FILE, ENDED_FILE, ProcessEnd, prepare_attempt, tell_attempt
from solver.problem import load_problem
from solver.run_folder import is_finished

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.task import SubmissionPaths, TaskFile, TaskRun
    from smcogui.runs.folder import CycleInfo
    from solver.mumax3.attempts import Attempt
    from solver.problem import Problem

FILES: Final = (
    ENDED_FILE,
    OUTPUT_FILE,
    f"{OUTPUT_FOLDER}/{TABLE_FILE}",
    f"{OUTPUT_FOLDER}/{LOADED_REGIONS_FILE}",
)
"""What is brought of an attempt, relative to its folder."""
SENT_FILE: Final = "sent.txt"
"""In the folder of a submission: the runs that were sent, and their lines of the list."""
_WORK: Final = re.compile(r"[\w-]{1,64} attempt-\d{2,4} \d{1,9} (?:-|sync)")
_PACK: Final = "input.tar.gz"
_UNPACK_S: Final = 300.0
_MOST_TEXT_B: Final = 64_000_000
_BYTES_PER_CELL: Final = 12 * KEPT_STATES + 4
_DONE: Final = "0 0 done\n"
"""Of a half-cycle that is complete here already: nothing is left to do there."""


def send_inputs(
    connection: Connection,
    paths: SubmissionPaths,
    tasks: TaskFile,
    runs_folder: Path,
    cluster: str,
    progress: ReportProgress = no_progress,
) -> None:
    """Write the next attempts of all half-cycles, and send them with the list of them.

    Of a campaign these are gigabytes: cut short, it goes on behind the last run that is there.

    Parameters
    ----------
    connection : Connection
    paths : SubmissionPaths
        Where the submission lies there.
    tasks : TaskFile
        Runs of which the folders here are prepared.
    runs_folder : Path
        Of the project.
    cluster : str
        Its name, for people.

    Raises
    ------
    ClusterError
        If it cannot be sent.
    RunFolderError
        If a run's folder here was damaged.
    """
    lines: list[str] = []
    count = sum(len(task) for task in tasks.tasks)
    known = _sent_before(connection, paths)
    sent = 0
    for number, task in enumerate(tasks.tasks):
        for run in task:
            progress(sent / count, f"copying the runs to {cluster}")
            sent += 1
            work = known.get(run.run_id)
            if work is None:
                work = _send_run(connection, paths, run, runs_folder / run.run_id, cluster)
            lines += [f"{number} {run.run_id} {each}\n" for each in work]
    connection.write(f"{paths.attempt_folder}/{WORK_FILE}", "".join(lines).encode())
    # Another attempt has other scripts.
    connection.write(_journal(paths), b"")


def _journal(paths: SubmissionPaths) -> str:
    """Return the file there that tells which runs were sent, until all are."""
    return f"{paths.folder}/{SENT_FILE}"


def _sent_before(connection: Connection, paths: SubmissionPaths) -> dict[str, tuple[str, ...]]:
    """Return the lines of the list of runs that a sending before this one brought there."""
    try:
        text = connection.read(_journal(paths), 0, _MOST_TEXT_B).decode("ascii", "replace")
    except RemoteFileError:
        return {}
    told = [line.split("\t") for line in text.split("\n")]
    # A full disk leaves half a line, which the next one goes on with.
    return {run: tuple(work) for run, *work in told if work and all(map(_WORK.fullmatch, work))}


def _send_run(
    connection: Connection, paths: SubmissionPaths, run: TaskRun, folder: Path, cluster: str
) -> tuple[str, ...]:
    """Send what a run needs, and return its lines of the list."""
    remote = paths.run(run.run_id)
    if run.anew:
        _set_aside(connection, remote, paths.attempt)
    try:
        with FolderLock(folder):
            return _send_folder(connection, paths, folder, remote, cluster)
    except SolverError as error:
        raise RunFolderError(
            f"{folder} cannot be sent to {cluster}: {error}", key="run", given=run.run_id
        ) from error


def _send_folder(
    connection: Connection, paths: SubmissionPaths, folder: Path, remote: str, cluster: str
) -> tuple[str, ...]:
    pack = folder / _PACK
    lines = []
    try:
        with tarfile.open(pack, "w:gz", compresslevel=1) as archive:
            for row in read_info(folder).cycles:
                lines.append(_pack_cycle(connection, archive, folder, remote, row, cluster))
        there = f"{paths.attempt_folder}/{_PACK}"
        connection.put(pack, there)
    finally:
        pack.unlink(missing_ok=True)
    where, packed, journal = map(shell_path, (remote, there, _journal(paths)))
    script = (
        f"mkdir -p -- {where} && tar -xozf {packed} -C {where} && rm -f -- {packed} && "
        f"printf '%s\\n' {quote(chr(9).join((folder.name, *lines)))} >>{journal}"
    )
    answer = connection.run(script, deadline_s=_UNPACK_S)
    if answer.exit_code:
        said = " ".join(answer.error_text.split())[:300]
        raise ClusterError(
            f"what run {folder.name} needs cannot be unpacked on {cluster}: {said}. Is its disk "
            "full?",
            key="scratch",
            given=remote,
        )
    return tuple(lines)


def _set_aside(connection: Connection, remote: str, attempt: int) -> None:
    """Move what an earlier attempt left of a run out of the way, as it is damaged; once."""
    here, there = shell_path(remote), shell_path(f"{remote}.before-attempt-{attempt:02d}")
    connection.run(f"[ -e {there} ] || mv -- {here} {there}", deadline_s=_UNPACK_S)


def _pack_cycle(
    connection: Connection,
    archive: tarfile.TarFile,
    folder: Path,
    remote: str,
    row: CycleInfo,
    cluster: str,
) -> str:
    cycle = folder / row.folder
    problem = load_problem(cycle)
    if not is_finished(cycle):
        _bring(
            connection, cycle, f"{remote}/{row.folder}", problem, read_info(folder).solver_version
        )
    if is_finished(cycle):
        attempts = load_attempts(cycle)
        attempt = attempts[-1] if attempts else None
        name = "attempt-01" if attempt is None else attempt.folder(cycle).name
        (folder / ENDED_FILE).write_text(_DONE, encoding="utf-8")
        archive.add(
            folder / ENDED_FILE,
            f"{row.folder}/{ATTEMPTS_FOLDER}/{name}/{ENDED_FILE}",
            filter=_nobodys,
        )
        (folder / ENDED_FILE).unlink()
        return f"{row.folder} {name} 0 -"
    attempt = prepare_attempt(cycle, problem, cluster)
    for path in _input_of(attempt, cycle):
        archive.add(path, path.relative_to(folder).as_posix(), filter=_nobodys)
        if path.suffix == ".ovf":
            # It is large, and written again where it is needed again.
            path.unlink()
    limit_s = max(1, round(problem.options.max_wall_s))
    return f"{row.folder} {attempt.folder(cycle).name} {limit_s} {SYNC if attempt.sync else '-'}"


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return a file of an archive without who owns it here."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _input_of(attempt: Attempt, cycle: Path) -> Iterator[Path]:
    """Return the script and the fields that it loads."""
    for path in sorted(attempt.folder(cycle).iterdir()):
        if path.suffix in {".mx3", ".ovf"}:
            yield path


def _bring(
    connection: Connection, cycle: Path, remote: str, problem: Problem, version: str
) -> None:
    """Bring what earlier attempts left over there: tables and the newest states."""
    attempts = load_attempts(cycle)
    came = [_bring_attempt(connection, cycle, remote, each, problem) for each in attempts]
    if came and came[-1]:
        end = read_end(attempts[-1].folder(cycle))
        record, _ = tell_attempt(cycle, problem, attempts[-1], version, end)
        record.save(cycle)


def _bring_attempt(
    connection: Connection, cycle: Path, remote: str, attempt: Attempt, problem: Problem
) -> bool:
    """Return whether its process had begun."""
    folder = attempt.folder(cycle)
    there = f"{remote}/{ATTEMPTS_FOLDER}/{folder.name}"
    if not (folder / BEFORE_FILE).exists():
        # It was computed on this machine.
        return False
    with contextlib.suppress(RemoteFileError):
        found = connection.listing(f"{there}/{OUTPUT_FOLDER}")
        states = sorted(name for name in found if parse_state(name) is not None)
        names = [*FILES, *(f"{OUTPUT_FOLDER}/{name}" for name in states[-KEPT_STATES:])]
        most = _MOST_TEXT_B + _BYTES_PER_CELL * problem.mesh.n_cells
        incoming = cycle / "incoming"
        try:
            came = connection.fetch_tar(there, names, incoming, most_bytes=most)
            for name in came:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (incoming / name).replace(folder / name)
            return OUTPUT_FILE in came
        finally:
            shutil.rmtree(incoming, ignore_errors=True)
    return False


def read_end(folder: Path) -> ProcessEnd | None:
    """Return how the process of an attempt ended; None where it was stopped, or is at work."""
    try:
        return ProcessEnd.parse((folder / ENDED_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError):
        return None
