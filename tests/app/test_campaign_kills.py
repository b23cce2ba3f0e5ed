"""A campaign whose window, queue and workers are killed again and again, and whose disk is full."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smcogui.app.campaign_book import errors_of
from smcogui.app.campaign_queue import CampaignQueue
from smcogui.app.results import write_results
from smcogui.app.session import Session
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.campaign import CampaignOrder, design_of_entry
from smcogui.campaigns.campaign_store import CAMPAIGNS_FOLDER, CampaignStore
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.progress import MemberState, member_states
from smcogui.campaigns.sampling import Sampling
from smcogui.data.run_pack import is_unpacked
from smcogui.data.store import RunStore
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml
from smcogui.errors import RunFolderError, SmCoError
from smcogui.runs.children import CHECKOUT
from smcogui.runs.folder import prepare_folder
from smcogui.runs.in_process import run_in_process
from smcogui.runs.lock import holder_of, is_locked
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL and mounts are POSIX's"),
]
DESIGNS = 60
KILLS = 30
PATIENCE_S = 120


def fill(store: CampaignStore, base: Design, count: int) -> None:
    """Make a campaign of designs that take some tenths of a second each, and let it run."""
    store.create("killed")
    sampling = Sampling(
        name="killed",
        method="sobol",
        base=design_to_toml(replace(base, mesh=replace(base.mesh, domain=20e-9))),
        axes=(Axis(key="alpha_deg", low=20, high=60), Axis(key="L_nm", low=8, high=14)),
        count=count,
        seed=3,
    )
    assert len(store.add("killed", sampling, Feasibility()).members) == count
    store.change("killed", order=CampaignOrder.RUN)


# A window of its own process that keeps a queue at work, as somebody who presses the button would.
_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from smcogui.app.session import Session
from smcogui.ui.application import make_application
from smcogui.ui.main_window import MainWindow

app = make_application()
window = MainWindow(Session(Path(sys.argv[1])))
window.show()
timer = QTimer()
timer.timeout.connect(window.actions_by_id["campaign.start_queue"].trigger)
timer.start(500)
app.exec()
"""


def open_window(project: Path) -> subprocess.Popen[bytes]:
    with (project / "window.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", _WINDOW, str(project)],
            stdout=log,
            stderr=log,
            cwd=CHECKOUT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )


def queue_of(store: CampaignStore) -> int | None:
    """Return the process that works off the campaigns, where there is one."""
    with contextlib.suppress(KeyError):
        return int(holder_of(store.folder)["pid"]) if is_locked(store.folder) else None
    return None


def workers_at(project: Path) -> dict[int, Path]:
    """Return the processes that compute at the moment, and the runs that they compute."""
    found = {}
    for folder in (project / "runs").glob("*"):
        if is_locked(folder):
            with contextlib.suppress(KeyError):
                found[int(holder_of(folder)["pid"])] = folder
    return found


def kill(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def kill_somebody(
    window: subprocess.Popen[bytes], project: Path, store: CampaignStore, dice: random.Random
) -> str:
    """Kill the window, the queue or a worker; return which, or nothing where it was not there.

    A worker only whose design may be resumed once more.
    """
    # A window takes seconds until it is there.
    (what,) = dice.choices(("window", "queue", "worker"), (1, 4, 4))
    queue = queue_of(store)
    if what == "window":
        window.kill()
        window.wait()
        return what
    if what == "queue":
        return what if queue is not None and kill(queue) else ""
    resumed = Counter(a.run_id for a in store.attempts("killed") if a.rule)
    victims = [
        pid
        for pid, folder in workers_at(project).items()
        if resumed[folder.name] < 2 and pid not in {queue, window.pid, os.getpid()}
    ]
    return what if victims and kill(dice.choice(victims)) else ""


def test_campaign_survives_thirty_kills(
    tmp_path: Path, tiny_design: Design, wait_until: Callable[..., Any]
) -> None:
    project = Session(tmp_path / "project").project
    store = CampaignStore(project / CAMPAIGNS_FOLDER)
    fill(store, tiny_design, DESIGNS)
    dice = random.Random(11)
    killed = Counter[str]()
    began = time.monotonic()
    window = open_window(project)
    wait_until(lambda: queue_of(store), "queue that the window starts", PATIENCE_S)
    while killed.total() < KILLS:
        assert time.monotonic() - began < 1200, killed
        # No sleep of a test that waits for something: the moment itself is what is tested.
        time.sleep(dice.uniform(0.05, 1.0))
        if what := kill_somebody(window, project, store, dice):
            killed[what] += 1
        if window.poll() is not None:
            window = open_window(project)
        if killed.total() == KILLS // 2:
            # Still designs to go: the second half of the kills is no kill of an idle queue.
            assert MemberState.WAITING in states(store)
    assert min(killed[what] for what in ("window", "queue", "worker")) >= 3, killed
    wait_until(
        lambda: set(states(store)) == {MemberState.DONE} and not queue_of(store),
        "end of the queue",
        PATIENCE_S * 5,
    )
    window.kill()
    window.wait()
    check_exactly_the_requested_set(store, project)
    check_same_numbers_as_undisturbed(store, project, tmp_path / "undisturbed")
    check_packing_survives_kills(project, dice)


def check_packing_survives_kills(project: Path, dice: random.Random) -> None:
    """Kill processes that pack and unpack the finished runs, then let one of each end."""
    session = Session(project)
    curves = {run.run_id: session.load_steps(run.run_id) for run in session.runs()}
    folders = [run.folder for run in session.runs()]
    for words, unpacked in ((["--unpack"], True), ([], False)):
        for _ in range(6):
            process = start_packing(project, words)
            # The moment itself is what is tested here too.
            time.sleep(dice.uniform(0.5, 3.0))
            process.kill()
            process.wait()
            assert {run_id: session.load_steps(run_id) for run_id in curves} == curves
        assert start_packing(project, words).wait(PATIENCE_S) == 0
        assert {run_id: session.load_steps(run_id) for run_id in curves} == curves
        assert {is_unpacked(folder) for folder in folders} == {unpacked}
    assert {len(list(folder.iterdir())) for folder in folders} <= {3, 4}


def start_packing(project: Path, words: list[str]) -> subprocess.Popen[bytes]:
    with (project / "queue.log").open("ab") as log:
        return subprocess.Popen(
            [
                sys.executable,
                str(CHECKOUT / "main.py"),
                "campaign",
                "pack",
                str(project),
                "--name",
                "killed",
                *words,
            ],
            stdout=log,
            stderr=log,
        )


def states(store: CampaignStore) -> list[MemberState]:
    runs = {each.run_id: each for each in RunStore(store.folder.parent / "runs").records()}
    found = member_states(store.entries("killed"), store.attempts("killed"), runs, errors_of)
    return [status.state for status in found]


def check_exactly_the_requested_set(store: CampaignStore, project: Path) -> None:
    campaign = store.load("killed")
    wanted = {
        make_run_spec(design_of_entry(campaign, entry)).run_id for entry in store.entries("killed")
    }
    runs = RunStore(project / "runs").records()
    assert {run.run_id for run in runs} == wanted
    assert len(runs) == len(wanted) == len(states(store))
    assert {path.name for path in (project / "runs").iterdir()} == wanted
    assert {run.state for run in runs} == {RunState.DONE}
    assert states(store) == [MemberState.DONE] * len(wanted)
    assert not list(project.rglob("*.tmp"))
    session = Session(project)
    for run in runs:
        assert run.result is not None
        assert [len(steps) > 2 for steps in session.load_steps(run.run_id)] == [True]
    firsts = [a for a in store.attempts("killed") if not a.rule]
    assert sorted(a.run_id for a in firsts) == sorted(wanted)
    assert {a.rule for a in store.attempts("killed")} <= {"", "resume"}


def check_same_numbers_as_undisturbed(store: CampaignStore, project: Path, folder: Path) -> None:
    campaign, session = store.load("killed"), Session(project)
    for entry in store.entries("killed")[::12]:
        spec = make_run_spec(design_of_entry(campaign, entry))
        prepare_folder(spec, folder / spec.run_id)
        assert run_in_process(folder / spec.run_id, complete=write_results) is RunState.DONE
        (alone,) = [r for r in RunStore(folder).records() if r.run_id == spec.run_id]
        run = session.run(spec.run_id)
        assert run.result is not None
        assert alone.result is not None
        assert run.result["cycles"] == alone.result["cycles"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a file system of 24 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"a file system cannot be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def remount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)


def test_full_disk_stops_the_queue_and_loses_nothing(
    small_disk: Path, tiny_design: Design, wait_until: Callable[..., Any]
) -> None:
    project = Session(small_disk / "project").project
    store = CampaignStore(project / CAMPAIGNS_FOLDER)
    fill(store, tiny_design, 6)
    ballast = small_disk / "ballast"
    failures: list[SmCoError] = []

    def work() -> None:
        try:
            CampaignQueue(project, workers=1).run()
        except SmCoError as error:
            failures.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    wait_until(lambda: list((project / "runs").glob("*/result.json")), "result", PATIENCE_S)
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as stream:
        while stream.write(b"x" * 4096):
            pass
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    (failure,) = failures
    assert isinstance(failure, RunFolderError)
    assert "disk" in failure.message
    assert MemberState.WAITING in states(store)
    assert MemberState.FAILED not in states(store)
    ballast.unlink()
    CampaignQueue(project, workers=1).run()
    check_exactly_the_requested_set(store, project)


def test_read_only_disk_is_said_and_loses_nothing(small_disk: Path, tiny_design: Design) -> None:
    project = Session(small_disk / "project").project
    store = CampaignStore(project / CAMPAIGNS_FOLDER)
    fill(store, tiny_design, 2)
    remount(small_disk, "ro")
    try:
        session = Session(project)
        assert any("read-only" in note for note in session.notes)
        assert session.campaigns.overview("killed").left == 2
        with pytest.raises(RunFolderError, match="cannot be"):
            CampaignQueue(project, workers=1).run()
    finally:
        remount(small_disk, "rw")
    CampaignQueue(project, workers=1).run()
    check_exactly_the_requested_set(store, project)
