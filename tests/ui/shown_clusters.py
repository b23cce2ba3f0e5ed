"""A cluster to look at: the façade with canned answers where it would talk to a network."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smcogui.app.cluster_field_states import StatesReport, StatesThere, StateThere
from smcogui.app.cluster_preview import LeftOut, OrderedRun, PlannedTask, Preview, SmokeAnswer
from smcogui.app.cluster_report import ClusterReport, Finding, Level
from smcogui.app.cluster_views import (
    ClustersView,
    Contact,
    FailureView,
    LinkView,
    LogTail,
    SubmissionView,
    TaskView,
)
from smcogui.app.project_clusters import ProjectClusters
from smcogui.runs.cluster.mumax3_software import Mumax3Software
from smcogui.runs.cluster.profile import ClusterProfile, make_profile
from smcogui.runs.cluster.scheduler import Association, Limits, Partition, TestedScript
from solver.events import Snapshot

if TYPE_CHECKING:
    from smcogui.app.session import Session

NAME = "university"
SCRIPT = """#!/bin/bash
#SBATCH --job-name=smco-3f9c2a71
#SBATCH --array=0-3%2
#SBATCH --partition=gpu
#SBATCH --gres=gpu:1
#SBATCH --time=240
#SBATCH --mem=4000M
#SBATCH --requeue
# computes the runs of task $SLURM_ARRAY_TASK_ID one after the other
set -u
umask 077
module load cuda/12.4
cd "$HOME/smco-studio/smco-3f9c2a71" || exit 72
export SMCO_TASK="$SLURM_ARRAY_TASK_ID"
for run in $(cat "tasks/$SMCO_TASK"); do
    sh run.sh "$run"
done
"""
PARTITIONS = (
    Partition(
        name="gpu",
        is_default=True,
        max_time_min=1440,
        nodes=12,
        cpus_per_node=64,
        memory_MB_per_node=256_000,
        gres=("gpu:a100:4",),
        features=("a100",),
    ),
    Partition(
        name="batch", max_time_min=4320, nodes=200, cpus_per_node=96, memory_MB_per_node=384_000
    ),
)


def shown_profile() -> ClusterProfile:
    """Return the profile of the cluster."""
    return make_profile(
        name=NAME,
        host="login.hpc.example",
        user="ana",
        partition="gpu",
        gres="gpu:1",
        engine="builtin_gpu",
        throttle=2,
        modules=("cuda/12.4",),
    )


class ShownStates:
    """Two field states of a run."""

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def place_of(self, run_id: str) -> str:
        """Say that they lie on the cluster."""
        assert run_id
        return NAME

    def look(self, tokens: Any, run_ids: Any, _progress: Any) -> StatesThere:
        """Return them."""
        self._asked.append(f"states of {[*tokens, *run_ids]}")
        event = Snapshot(index=1, mu0_H_T=0.0, path="snapshots/remanence.ovf", reason="remanence")
        state = StateThere(token="t", run_id="r", cycle=0, event=event, size_B=1_500_000)
        return StatesThere(states=(state, replace(state, cycle=1)))

    def fetch(self, there: StatesThere, *_: Any) -> StatesReport:
        """Say that they came."""
        self._asked.append("fetch states")
        return StatesReport(fetched=len(there.states), runs=("r",), size_MB=there.size_MB)


class ShownClusters(ProjectClusters):
    """One cluster with two submissions, of which one has failures."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.link = Contact.OPEN
        self.saved: list[ClusterProfile] = []
        self.asked: list[str] = []
        self.probed: list[tuple[str, ...]] = []
        self.is_over = False
        self.refusal: Exception | None = None
        self.version = "3.11.1"

    @property
    def field_states(self) -> Any:
        """Return canned field states."""
        return ShownStates(self.asked)

    def start_following(self) -> None:
        """Follow nothing."""

    def profiles(self) -> tuple[ClusterProfile, ...]:
        """Return the one profile, and those that were saved."""
        return (shown_profile(), *self.saved)

    def save_profile(self, profile: ClusterProfile) -> None:
        """Keep it until the window is closed."""
        self.saved = [each for each in self.saved if each.name != profile.name] + [profile]

    def connect(self, name: str) -> LinkView:
        """Say that the cluster lets us in, or why not."""
        self.asked.append(f"connect {name}")
        if self.refusal is not None:
            raise self.refusal
        return LinkView(cluster=name, contact=Contact.OPEN)

    def view(self) -> ClustersView:
        """Return links and submissions."""
        now_s = time.time()
        link = LinkView(
            cluster=NAME, contact=self.link, since_s=now_s, polled_s=now_s, next_poll_s=now_s + 1e4
        )
        other = LinkView(
            cluster="old",
            contact=Contact.SIGN_IN,
            since_s=now_s - 3600,
            message="old asks for: Verification code. Sign in again by hand; jobs go on meanwhile",
        )
        shown = _submission(now_s)
        if self.is_over:
            shown = replace(
                shown, fetched=79, cancelled=21, running=0, waiting=0, failed=0, is_over=True
            )
            shown = replace(shown, failures=(), can_clean=True, can_forget=True)
        return ClustersView(links=(other, link), submissions=(shown,))

    def forget(self, token: str) -> None:
        """Take note of it."""
        self.asked.append(f"forget {token}")

    def log_tail(self, token: str, task: int, attempt: int | None = None) -> LogTail:
        """Return some lines."""
        self.asked.append(f"log {task} of attempt {attempt}")
        lines = "\n".join(f"run {number}: mu0_Hc = {3 + number / 10} T" for number in range(12))
        return LogTail(
            path=f"~/smco-studio/{token}/{task}.out", text=lines, size_B=640, is_cut=False
        )

    def probe(self, name: str, *_: Any) -> ClusterReport:
        """Return what such a cluster would tell."""
        self.probed.append(next(p.modules for p in self.profiles()[::-1] if p.name == name))
        return ClusterReport(
            findings=(
                _found("Shell", "ok", "bash; the login prints 3 lines, which are left out."),
                _found("Scheduler", "ok", "Slurm 23.11, arrays of up to 1000 jobs."),
                _found("GPUs", "ok", "gpu: 4 × a100 on each of 12 nodes."),
                _found(
                    "Disk",
                    "warn",
                    "Your home holds 18 of 20 GB.",
                    "Choose a folder in Resources, such as /scratch/ana/smco-studio.",
                ),
            ),
            solvers=(
                _found("mumax3", "fail", "Not found.", "Load its module, or give a path below."),
                _found("builtin_gpu", "ok", "Python 3.11 with torch 2.4, CUDA 12.4."),
                _found("builtin", "ok", "Python 3.11."),
            ),
            partitions=PARTITIONS,
            associations=(Association(account="magnets", qos=("normal",)),),
            limits=Limits(version="23.11", max_array_size=1001),
        )

    def prepare(self, profile: ClusterProfile, **_asked: Any) -> Preview:
        """Return a submission of 100 runs."""
        return Preview(
            token="smco-3f9c2a71",
            profile=profile,
            title="walls",
            script=SCRIPT,
            runs=tuple(
                OrderedRun(name=f"design {n}", order=None, cpu_h=0.4, cycles=5) for n in range(100)
            ),
            tasks=tuple(PlannedTask(number=n, runs=25, wall_h=1.6) for n in range(4)),
            left_out=(LeftOut(reason="done already", count=28),),
            cpu_h=41.2,
            gpu_h=6.4,
            results_MB=84.0,
            folder="/home/ana/smco-studio/smco-3f9c2a71",
            request=None,
            task_file=None,
            software=Mumax3Software(path="/opt/mumax3", version=self.version),
        )

    def submit(self, preview: Preview, *_: Any) -> SubmissionView:
        """Say that it was submitted."""
        self.asked.append(f"submit {preview.token}")
        return _submission(time.time())

    def cancel(self, token: str, tasks: Any = ()) -> SubmissionView:
        """Say that the jobs are gone."""
        self.asked.append(f"cancel {token} {list(tasks)}")
        return _submission(time.time())

    def prepare_resubmit(self, token: str) -> Preview:
        """Return a submission of what is missing, with more memory."""
        assert token
        more = {**shown_profile().model_dump(), "memory_MB": 8000}
        return self.prepare(make_profile(**more))

    def test_only(self, preview: Preview) -> TestedScript:
        """Say that the script is fine."""
        assert preview.token
        words = "Job 881200 to start at 2026-11-25T14:20:00 using 1 processors on nodes gpu07"
        return TestedScript(is_accepted=True, words=words, starts_at="2026-11-25T14:20:00")

    def smoke(self, preview: Preview, *_: Any) -> SmokeAnswer:
        """Say that a trial job was fine."""
        self.version = self.version or "3.11.1"
        return SmokeAnswer(
            ok=True,
            words="Node, software and GPU are as they should be",
            job_id="881204",
            node="gpu07",
            device="NVIDIA A100",
            wall_s=38.0,
            log="relaxed 64 x 64 cells in 3.1 s",
        )


def _found(check: str, level: Level, message: str, remedy: str = "") -> Finding:
    return Finding(check=check, level=level, message=message, remedy=remedy)


def _submission(now_s: float) -> SubmissionView:
    facts = {"cluster": NAME, "token": "smco-3f9c2a71", "runs": 25, "known_s": now_s}
    tasks = (
        TaskView(
            **facts,
            number=0,
            job_id="881201_0",
            state="ended",
            raw_state="COMPLETED",
            is_over=True,
            node="gpu07",
            elapsed_s=5400,
            time_limit_s=14400,
            fetched=25,
            gpu_h=1.5,
        ),
        TaskView(
            **facts,
            number=1,
            job_id="881201_1",
            state="out of memory",
            raw_state="OUT_OF_MEMORY",
            is_over=True,
            node="gpu03",
            elapsed_s=610,
            time_limit_s=14400,
            fetched=4,
            gpu_h=0.17,
        ),
        TaskView(
            **facts,
            number=2,
            job_id="881201_2",
            state="running",
            raw_state="RUNNING",
            node="gpu05",
            elapsed_s=1800,
            time_limit_s=14400,
            fetched=8,
            gpu_h=0.5,
        ),
        TaskView(
            **facts,
            number=3,
            job_id="881201_3",
            state="waiting",
            raw_state="PENDING",
            reason="It asks for more time than the partition allows. Choose a shorter limit.",
            never_clears=True,
        ),
    )
    failure = FailureView(
        cluster=NAME,
        token="smco-3f9c2a71",
        kind="out_of_memory",
        words="The job needed more memory than the 4 GB that it asked for.",
        remedy="Submit the 21 missing runs again with 8 GB.",
        can_resubmit=True,
        tasks=(1,),
        runs=21,
    )
    return SubmissionView(
        token="smco-3f9c2a71",
        cluster=NAME,
        title="walls",
        engine="builtin_gpu",
        submitted_s=now_s - 7200,
        runs=100,
        waiting=25,
        running=17,
        fetched=37,
        failed=21,
        tasks=tasks,
        failures=(failure,),
        gpu_h=2.17,
        keeps_states=True,
        folder="~/smco-studio/smco-3f9c2a71",
    )
