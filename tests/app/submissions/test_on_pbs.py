"""The same submissions where the scheduler is PBS, as far as that is known: its words are ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pretended import PretendedCluster, PretendedJob, only

from smcogui.app.project_clusters import ProjectClusters
from smcogui.app.session import Session
from smcogui.design.design import Design
from smcogui.runs.cluster.profile import ClusterProfile
from smcogui.runs.cluster.remote import Answer
from smcogui.runs.cluster.schedulers import DETECT
from smcogui.runs.state import RunState

SERVER = "Server: pbs01\n    pbs_version = 2022.1.1\n    job_history_enable = True\n"
OPEN = {"Q", "R"}


class PretendedPbs(PretendedCluster):
    """A cluster whose scheduler answers as PBS is believed to; states are letters of PBS."""

    def run(self, command: Sequence[str] | str, **_: Any) -> Answer:
        """Answer a command of PBS."""
        if command == DETECT:
            return said("found pbs\n")
        words = list(command)
        self.asked.append(words[0])
        self._meet(words[0])
        if words[0] == "qsub":
            answer = self._qsub(words[-1])
        elif words[0] == "qdel":
            answer = self._qdel(words[1:])
        elif words[:3] == ["qstat", "-B", "-f"]:
            answer = said(SERVER)
        elif words[0] == "true":
            answer = said()
        else:
            asked = [job for job in self.jobs.values() if {job.job_id, job.name} & {*words}]
            answer = self._told(asked, " ".join(words))
        self._meet(f"after {words[0]}")
        return answer

    def _qsub(self, script: str) -> Answer:
        text = Path(script).read_text()
        name = re.search(r"^#PBS -N (\S+)$", text, re.MULTILINE)
        array = re.search(r"^#PBS -J 0-(\d+)", text, re.MULTILINE)
        assert name is not None
        self._next_id += 1
        count = 1 if array is None else int(array[1]) + 1
        job = PretendedJob(
            job_id=str(self._next_id),
            name=name[1],
            folder=Path(script).parent,
            states=dict.fromkeys(range(count), "Q"),
        )
        self.jobs[job.job_id] = job
        return said(f"{job.job_id}{'' if array is None else '[]'}.pbs01\n")

    def _told(self, jobs: list[PretendedJob], words: str) -> Answer:
        blocks = [
            f"Job Id: {job.job_id}{f'[{task}]' if len(job.states) > 1 else ''}.pbs01\n"
            f"    Job_Name = {job.name}\n    job_state = {state}\n"
            + (f"    Exit_status = {job.exit_codes.get(task, '0')}\n" if state == "F" else "")
            for job in jobs
            for task, state in job.states.items()
            if state in OPEN or "-x" in words
        ]
        return said("\n".join(blocks), 153, "qstat: Unknown Job Id 1.pbs01\n")

    def _qdel(self, ids: Sequence[str]) -> Answer:
        for each in ids:
            label = re.fullmatch(r"(\d+)(?:\[(\d*)\])?", each)
            assert label is not None
            states = self.jobs[label[1]].states
            for task in [int(label[2])] if label[2] else list(states):
                if states[task] in OPEN:
                    states[task] = "F"
                    self.jobs[label[1]].exit_codes[task] = "271"
        return said()


def said(text: str = "", code: int = 0, error: str = "") -> Answer:
    return Answer(exit_code=code, stdout=text.encode(), stderr=error.encode())


@pytest.fixture
def there(tmp_path: Path) -> PretendedPbs:
    return PretendedPbs(tmp_path / "there")


def test_array_of_pbs_is_submitted_once_followed_and_fetched(
    clusters: ProjectClusters, profile: ClusterProfile, designs: list[Design], there: PretendedPbs
) -> None:
    preview = clusters.prepare(profile, designs=designs)
    assert "#PBS -J 0-1\n" in preview.script
    tested = clusters.test_only(preview)
    assert (tested.is_accepted, tested.is_checked) == (True, False)
    there.lose_contact_at("after qsub")
    view = clusters.submit(preview)
    assert [task.job_id for task in view.tasks] == ["101[0]", "101[1]"]
    assert there.asked.count("qsub") == 1
    there.work(0, "F")
    there.job().states[1] = "R"
    clusters.look("hpc")
    tasks = only(clusters).tasks
    assert [task.raw_state for task in tasks] == ["F", "R"]
    there.work(1, "F")
    report = clusters.fetch()
    assert report.left == 0
    assert only(clusters).is_over
    assert not only(clusters).failures


def test_single_task_is_a_single_job_and_its_cancel_is_confirmed(
    session: Session, clusters: ProjectClusters, profile: ClusterProfile, designs: list[Design]
) -> None:
    preview = clusters.prepare(profile, designs=designs[:1])
    assert "#PBS -J" not in preview.script
    view = clusters.submit(preview)
    assert [task.job_id for task in view.tasks] == ["101"]
    ended = clusters.cancel(view.token, [0])
    assert (ended.cancelled, ended.failed) == (1, 0)
    assert [run.state for run in session.runs()] == [RunState.CANCELLED]


def test_exit_codes_of_pbs_give_the_remedy(
    clusters: ProjectClusters, profile: ClusterProfile, designs: list[Design], there: PretendedPbs
) -> None:
    view = clusters.submit(clusters.prepare(profile, designs=designs))
    there.job().states.update({0: "F", 1: "F"})
    there.job().exit_codes.update({0: "-27", 1: "-29"})
    clusters.fetch()
    assert {each.kind for each in only(clusters).failures} == {"out_of_memory", "time_limit"}
    again = clusters.prepare_resubmit(view.token)
    assert again.profile.memory_MB > profile.memory_MB
