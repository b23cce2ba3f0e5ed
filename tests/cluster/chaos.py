"""A campaign on a loopback cluster, a client that follows it, and the blows that fall on both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopback.cluster import Cluster
from loopback.user import profile_of

from smcogui.app.results import write_results
from smcogui.app.session import Session
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.campaign import design_of_entry
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml
from smcogui.runs.children import CHECKOUT
from smcogui.runs.folder import CURVE_FILE, RESULT_FILE, prepare_folder
from smcogui.runs.in_process import run_in_process
from smcogui.runs.place import PLACE_FILE
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState

CAMPAIGN = "chaos"
POLL_S = 0.3
PATIENCE_S = 240.0


@dataclass(frozen=True)
class Stage:
    """A project with a campaign, and the cluster that it is submitted to."""

    cluster: Cluster
    session: Session
    client_log: Path

    @property
    def project(self) -> Path:
        return self.session.project

    def said(self) -> str:
        """Return all that clients have said."""
        return self.client_log.read_text("utf-8", errors="replace")

    def here(self) -> int:
        """Return how many runs are done in the project."""
        return sum(run.state is RunState.DONE for run in self.session.runs())

    def finished_there(self) -> list[Path]:
        """Return the folders of the runs that are done on the cluster, the latest last."""
        logs = self.cluster.sshd.home.glob("smco-studio/*/runs/*/events.jsonl")
        done = [log for log in logs if b'"done"' in log.read_bytes().lower()]
        return [log.parent for log in sorted(done, key=lambda log: log.stat().st_mtime)]

    def unfetched(self) -> list[Path]:
        """Return the folders of those that are not in the project yet."""
        here = {run.run_id for run in self.session.runs() if run.state is RunState.DONE}
        return [folder for folder in self.finished_there() if folder.name not in here]


class Client:
    """The program that follows the campaign, in a process that can be killed and started again."""

    def __init__(self, stage: Stage, wait_until: Callable[..., Any]) -> None:
        self._stage = stage
        self._wait_until = wait_until
        self.start()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it; it goes on from what lies on the disk."""
        program = Path(__file__).with_name("chaos_client.py")
        with self._stage.client_log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, program, self._stage.project, "loopback", CAMPAIGN],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            )

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self._process.kill()
        self._process.wait()

    def watch(self, condition: Callable[[], Any], what: str) -> None:
        """Wait for something to happen while it works; a client that gave up is an error."""

        def happened() -> bool:
            code = self._process.poll()
            assert code in {None, 0}, f"the client ended with {code}\n{self._stage.said()}"
            return bool(condition())

        self._wait_until(happened, what, PATIENCE_S)

    def wait_for_end(self) -> None:
        """Wait until it has all."""
        self.watch(lambda: self._process.poll() == 0, f"the end\n{self._stage.said()}")


def set_stage(
    cluster: Cluster, folder: Path, base: Design, *, count: int, chunk: int, throttle: int
) -> Stage:
    """Make a campaign of designs that take some tenths of a second each, and a profile."""
    session = Session(folder / "project")
    session.campaigns.create(CAMPAIGN)
    sampling = Sampling(
        name="all",
        method="sobol",
        base=design_to_toml(base),
        axes=(Axis(key="alpha_deg", low=20, high=60), Axis(key="L_nm", low=8, high=14)),
        count=count,
        seed=3,
    )
    added = session.campaigns.store.add(CAMPAIGN, sampling, Feasibility())
    assert len(added.members) == count
    session.clusters.save_profile(
        profile_of(
            cluster,
            python=cluster.python,
            time_limit_min=10,
            chunk=chunk,
            throttle=throttle,
            poll_s=POLL_S,
        )
    )
    return Stage(cluster=cluster, session=session, client_log=folder / "client.log")


def run_alone(stage: Stage, folder: Path) -> dict[str, Path]:
    """Compute the whole campaign here, undisturbed; return the run folders by run id."""
    store = stage.session.campaigns.store
    campaign = store.load(CAMPAIGN)
    found = {}
    for entry in store.entries(CAMPAIGN):
        spec = make_run_spec(design_of_entry(campaign, entry))
        place = folder / spec.run_id
        prepare_folder(spec, place)
        assert run_in_process(place, complete=write_results) is RunState.DONE
        found[spec.run_id] = place
    return found


def check_each_once_and_identical(stage: Stage, alone: dict[str, Path]) -> None:
    """Check that every run is here once, with the very numbers of an undisturbed run."""
    runs = stage.session.read_runs()
    assert sorted(run.run_id for run in runs) == sorted(alone)
    assert {run.state for run in runs} == {RunState.DONE}
    overview = stage.session.campaigns.overview(CAMPAIGN)
    assert (overview.total, overview.counts[MemberState.DONE]) == (len(alone), len(alone))
    for run in runs:
        here = alone[run.run_id]
        assert (run.folder / CURVE_FILE).read_bytes() == (here / CURVE_FILE).read_bytes()
        assert readings(run.folder) == readings(here)
        assert (run.folder / PLACE_FILE).exists()
    assert not list(stage.project.rglob("*.tmp"))


def readings(folder: Path) -> dict[str, Any]:
    """Return a result without what differs by place and time."""
    result: dict[str, Any] = json.loads((folder / RESULT_FILE).read_text("utf-8"))
    differs = ("run_dir", "wall_s", "cpu_s", "computed_on")
    return {key: value for key, value in result.items() if key not in differs}


def cut_file(path: Path) -> None:
    """Leave the first half of a file, as a disk that was full or a node that died does."""
    size = path.stat().st_size
    os.truncate(path, size // 2)
