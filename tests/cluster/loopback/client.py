"""Slurm's commands as the program gives them, run on this machine instead of over a connection."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from loopback.slurm import Slurm as Daemons

from smcogui.runs.cluster.job import JobRow, JobState
from smcogui.runs.cluster.remote import Answer
from smcogui.runs.cluster.scheduler import Command
from smcogui.runs.cluster.slurm import Slurm

# Over which state each answer says the same; the program asks more rarely.
_POLL_S = 60.0


class Client:
    """Submits scripts to a loopback Slurm and reads its answers with the program's own parsers."""

    def __init__(self, daemons: Daemons) -> None:
        self.daemons = daemons
        self.scheduler = Slurm()

    def run(self, command: Command, deadline_s: float = 60.0) -> Answer:
        """Run a command; raises TimeoutExpired after the deadline, as a connection does."""
        done = subprocess.run(
            command,
            env=self.daemons.root.environment(self.daemons.variables),
            cwd=self.folder,
            capture_output=True,
            timeout=deadline_s,
            check=False,
        )
        return Answer(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    @property
    def folder(self) -> Path:
        """Return the folder in which scripts and outputs lie."""
        return self.daemons.root.folder("client")

    def submit(self, *options: str, body: str = "true") -> str:
        """Submit a script of `#SBATCH` options and shell lines; return the job id."""
        lines = ["#!/bin/sh", *(f"#SBATCH {option}" for option in options), body, ""]
        script = self.folder / "job.sh"
        script.write_text("\n".join(lines), "utf-8", newline="\n")
        answer = self.run(self.scheduler.submit_command(str(script)))
        return self.scheduler.parse_submit(answer)

    def queue(self, ids: Sequence[str]) -> list[JobRow]:
        """Return what squeue says."""
        return self.scheduler.parse_queue(self.run(self.scheduler.queue_command(ids)))

    def accounting(self, ids: Sequence[str]) -> list[JobRow] | None:
        """Return what sacct says."""
        return self.scheduler.parse_accounting(self.run(self.scheduler.accounting_command(ids)))

    def controller(self, job: str) -> list[JobRow]:
        """Return what scontrol says."""
        return self.scheduler.parse_controller(self.run(self.scheduler.controller_command(job)))

    def wait_for(self, job: str, state: JobState, patience_s: float = _POLL_S) -> JobRow:
        """Wait until the controller says that a job is in a state, and return its row."""
        self.daemons.root.wait_until(
            lambda: {row.state for row in self.controller(job)} == {state},
            f"job {job} is {state}",
            patience_s=patience_s,
        )
        return self.controller(job)[0]

    def wait_for_reason(self, job: str, reason: str) -> JobRow:
        """Wait until squeue gives a reason for a job that waits, and return its row."""
        self.daemons.root.wait_until(
            lambda: [row.reason for row in self.queue([job])] == [reason],
            f"job {job} waits for {reason}",
        )
        return self.queue([job])[0]
