"""MuMax3 on a real Slurm over a real sshd: as if computed here. The stand-in plays MuMax3."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from loopback.client import Client
from loopback.user import TrustingAsker, profile_of

from smcogui.app.campaign_curation import dataset_rows
from smcogui.app.cluster_failures import FailureKind
from smcogui.app.cluster_mumax3_version import note_version
from smcogui.app.session import Session
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.sampling import Sampling
from smcogui.data.dataset import dataset_row
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError
from smcogui.runs.cluster.profile import POLL_VARIABLE, ClusterProfile
from smcogui.runs.folder import read_info
from smcogui.runs.place import read_place
from smcogui.runs.state import RunState
from solver.events import FieldStep
from solver.mumax3.attempts import load_attempts
from solver.mumax3.solve import Setup, solve_folder
from solver.problem import load_problem, save_problem
from solver.run_folder import read_events

if TYPE_CHECKING:
    from loopback.cluster import Cluster

sys.path.insert(0, str(Path(__file__).parents[1] / "mumax3" / "stand_in"))
from install import install


@pytest.fixture
def profile(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClusterProfile:
    """Return the profile of the cluster on loopback, where a folder with a blank has MuMax3."""
    monkeypatch.setenv(POLL_VARIABLE, "0.2")
    program = install(tmp_path / "mu max3")
    return profile_of(
        cluster,
        engine="mumax3",
        mumax3=str(program),
        gres="gpu:1",
        scratch=str(tmp_path / "scratch of ana"),
        time_limit_min=2,
        chunk=2,
        poll_s=0.2,
    )


@pytest.fixture
def session(tmp_path: Path, profile: ClusterProfile) -> Iterator[Session]:
    """Return a session whose user has the cluster."""
    opened = Session(tmp_path / "project")
    opened.clusters.save_profile(profile)
    opened.clusters.ask_with(TrustingAsker())
    yield opened
    opened.clusters.close()


@pytest.fixture
def designs(tiny_design: Design) -> list[Design]:
    """Return two designs of 12 x 12 cells."""
    mesh = replace(tiny_design.mesh, domain=12e-9)
    base = replace(tiny_design, mesh=mesh)
    return [replace(base, name=f"design {n}", run=replace(base.run, seed=n)) for n in range(2)]


def know_version(profile: ClusterProfile) -> None:
    """Keep what a trial job would have told."""
    note_version(profile, profile.mumax3, "3.11.1", "Stand-in GPU")


def field_steps(cycle: Path) -> list[FieldStep]:
    """Return the field steps of a half-cycle without what differs by machine."""
    steps = [event for event in read_events(cycle) if isinstance(event, FieldStep)]
    return [replace(step, cpu_s=0.0) for step in steps]


def test_designs_come_back_as_if_mumax3_had_computed_them_here(
    session: Session,
    profile: ClusterProfile,
    designs: list[Design],
    tmp_path: Path,
    wait_until: Callable[..., None],
) -> None:
    know_version(profile)
    clusters = session.clusters
    (run,) = clusters.prepare(profile, designs=designs[:1]).runs
    clusters.submit(clusters.prepare(profile, designs=designs[:1]))
    clusters.start_following()
    wait_until(lambda: clusters.view().submissions[0].fetched == 1)
    clusters.stop_following()
    (view,) = clusters.view().submissions
    assert not view.failures
    record = session.run(run.order.run_id)
    assert record.state is RunState.DONE
    assert read_info(record.folder).engine.label == "MuMax3 3.11.1"
    place = read_place(record.folder)
    assert place is not None
    assert (place.cluster, place.engine) == ("loopback", "mumax3")
    # What was sent is not kept twice.
    assert not list(record.folder.rglob("*.ovf"))
    here = tmp_path / "here"
    save_problem(load_problem(record.folder / "cycle-00"), here)
    solve_folder(here, setup=Setup(executable=profile.mumax3))
    assert field_steps(record.folder / "cycle-00") == field_steps(here)


def draw_designs(session: Session, design: Design, *, start: int = 0, count: int = 4) -> None:
    """Draw designs into the campaign."""
    sampling = Sampling(
        name="angles",
        method="sobol",
        base=design_to_toml(design),
        axes=(Axis(key="alpha_deg", low=20, high=60),),
        start=start,
        count=count,
    )
    session.campaigns.add("walls", sampling, Feasibility())


def kill_the_first_task(program: Path) -> None:
    """Let the first process of MuMax3 take the shell of its task with it, as a full node does."""
    first, rest = program.read_text(encoding="utf-8").split("\n", 1)
    mark = shlex.quote(str(program.parent / "killed"))
    once = f"if mkdir {mark} 2>/dev/null; then kill -9 $PPID; exit 1; fi"
    program.write_text(f"{first}\n{once}\n{rest}", encoding="utf-8")


def states(session: Session) -> Counter[MemberState]:
    return Counter(status.state for status in session.campaigns.statuses("walls"))


def test_campaign_comes_back_whole_though_a_task_of_it_was_killed(
    session: Session,
    profile: ClusterProfile,
    designs: list[Design],
    wait_until: Callable[..., None],
) -> None:
    know_version(profile)
    profile = profile.model_copy(update={"memory_MB": 200})
    session.clusters.save_profile(profile)
    kill_the_first_task(Path(profile.mumax3))
    session.campaigns.create("walls")
    draw_designs(session, designs[0])
    clusters = session.clusters
    preview = clusters.prepare(profile, campaigns=["walls"])
    assert [task.runs for task in preview.tasks] == [2, 2]
    assert any("MuMax3 computes all of it" in each for each in preview.warnings)
    assert session.campaigns.load("walls").engine == "builtin"
    view = clusters.submit(preview)
    assert session.campaigns.load("walls").engine == "mumax3"
    # What a cluster has is computed nowhere else.
    with pytest.raises(InputError, match="nothing is left"):
        clusters.prepare(profile, campaigns=["walls"])
    clusters.start_following()
    wait_until(lambda: clusters.view().failures and clusters.view().submissions[0].fetched == 2)
    (failure,) = clusters.view().failures
    assert (failure.kind, failure.runs) == (FailureKind.OUT_OF_MEMORY, 2)
    assert states(session) == {MemberState.DONE: 2, MemberState.SUBMITTED: 2}
    again = clusters.prepare_resubmit(view.token)
    assert (len(again.runs), again.profile.memory_MB) == (2, 400)
    clusters.submit(again)
    wait_until(lambda: clusters.view().submissions[0].fetched == 4)
    clusters.stop_following()
    found = session.campaigns.statuses("walls")
    assert {status.state for status in found} == {MemberState.DONE}
    assert [len(status.attempts) for status in found] == [1] * 4
    rows = [dataset_row(row) for row in dataset_rows(found)]
    assert {(row["solver"], row["exchange_rule"]) for row in rows} == {
        ("mumax3 3.11.1", "conservative")
    }
    # From now on it is known how long it takes there.
    assert preview.gpu_h is None
    draw_designs(session, designs[0], start=4, count=1)
    more = clusters.prepare(profile, campaigns=["walls"])
    assert len(more.runs) == 1
    assert more.gpu_h is not None
    assert more.longest_wall_h == more.gpu_h > 0


@pytest.mark.cluster
def test_trial_job_tells_the_version_without_which_nothing_is_submitted(
    session: Session, profile: ClusterProfile, designs: list[Design]
) -> None:
    clusters = session.clusters
    unknown = clusters.prepare(profile, designs=designs)
    assert unknown.needs_trial
    with pytest.raises(InputError, match="Start the trial job first"):
        clusters.submit(unknown)
    answer = clusters.smoke(unknown)
    assert answer.ok, answer
    assert answer.version == "3.11.1"
    assert "Stand-in GPU" in answer.device
    known = clusters.prepare(profile, designs=designs)
    assert not known.needs_trial
    assert {run.order.run_id for run in known.runs}.isdisjoint(
        run.order.run_id for run in unknown.runs
    )
    install(Path(profile.mumax3).parent, STAND_IN_MISBEHAVE="driver-too-old")
    failed = clusters.smoke(known)
    assert not failed.ok
    assert "update the NVIDIA driver" in failed.words


@pytest.mark.cluster
def test_killed_half_cycle_goes_on_from_its_last_state_when_submitted_again(
    session: Session,
    profile: ClusterProfile,
    designs: list[Design],
    wait_until: Callable[..., None],
) -> None:
    know_version(profile)
    install(Path(profile.mumax3).parent, STAND_IN_MISBEHAVE="killed:5")
    clusters = session.clusters
    view = clusters.submit(clusters.prepare(profile, designs=designs[:1]))
    clusters.start_following()
    wait_until(lambda: clusters.view().failures)
    (failure,) = clusters.view().failures
    assert failure.kind == FailureKind.SOLVER
    assert "killed by signal 9" in failure.words
    install(Path(profile.mumax3).parent)
    clusters.submit(clusters.prepare_resubmit(view.token))
    wait_until(lambda: clusters.view().submissions[0].fetched == 1)
    clusters.stop_following()
    (record,) = session.runs()
    first, second = load_attempts(record.folder / "cycle-00")
    assert (first.failure, first.resumed_from) == ("killed", None)
    assert second.resumed_from is not None
    assert second.resumed_from >= 2
    assert record.state is RunState.DONE


@pytest.mark.cluster
def test_hanging_half_cycle_is_seen_to_grow_and_begins_anew_when_slurm_requeues_its_task(
    session: Session,
    profile: ClusterProfile,
    designs: list[Design],
    cluster: Cluster,
    wait_until: Callable[..., None],
) -> None:
    know_version(profile)
    install(Path(profile.mumax3).parent, STAND_IN_MISBEHAVE="hang:5", STAND_IN_FLUSH_S="0.2")
    clusters = session.clusters
    view = clusters.submit(clusters.prepare(profile, designs=designs[:1]))
    clusters.start_following()
    (record,) = session.runs()
    cycle = record.folder / "cycle-00"
    # Curves grow while the process is at work.
    wait_until(lambda: len(field_steps(cycle)) >= 3)
    install(Path(profile.mumax3).parent)
    (task,) = clusters.view().submission(view.token).tasks  # type: ignore[union-attr]
    Client(cluster.slurm).run(["scontrol", "requeue", task.job_id.partition("_")[0]])
    wait_until(lambda: clusters.view().submissions[0].fetched == 1)
    clusters.stop_following()
    steps = field_steps(cycle)
    assert [step.index for step in steps] == list(range(len(steps)))
    assert session.run(record.run_id).state is RunState.DONE
    assert len(load_attempts(cycle)) == 1


@pytest.mark.cluster
def test_task_warned_of_its_time_limit_stops_and_goes_on_when_submitted_again(
    session: Session,
    profile: ClusterProfile,
    designs: list[Design],
    wait_until: Callable[..., None],
) -> None:
    know_version(profile)
    short = profile.model_copy(update={"time_limit_min": 1})
    session.clusters.save_profile(short)
    install(Path(profile.mumax3).parent, STAND_IN_MISBEHAVE="hang:5", STAND_IN_FLUSH_S="0.2")
    clusters = session.clusters
    view = clusters.submit(clusters.prepare(short, designs=designs[:1]))
    clusters.start_following()
    wait_until(lambda: clusters.view().failures, patience_s=240)
    (failure,) = clusters.view().failures
    assert failure.kind == FailureKind.TIME_LIMIT
    install(Path(profile.mumax3).parent)
    clusters.submit(clusters.prepare_resubmit(view.token))
    wait_until(lambda: clusters.view().submissions[0].fetched == 1)
    clusters.stop_following()
    (record,) = session.runs()
    first, second = load_attempts(record.folder / "cycle-00")
    assert first.failure == ""
    assert second.resumed_from == 3
    assert second.repairs == ()
