"""What becomes of jobs at work when the window is closed: the question, and its answers."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox, QWidget

from smcogui.app.jobs import SERIES_KIND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QAbstractButton

    from smcogui.app.jobs import Job


class Closing(Enum):
    """What was chosen."""

    KEEP_RUNS = auto()
    STOP_ALL = auto()
    STAY = auto()


def ask_about_jobs(parent: QWidget, active: Sequence[Job]) -> Closing:
    """Ask what becomes of the jobs at work; where nothing is at work, nobody is asked.

    Runs are processes of their own and can go on without the window; other tasks work inside it
    and end with it.
    """
    if not active:
        return Closing.KEEP_RUNS
    box, answers = closing_question(parent, active)
    box.exec()
    return answers.get(box.clickedButton(), Closing.STAY)


def closing_question(
    parent: QWidget, active: Sequence[Job]
) -> tuple[QMessageBox, dict[QAbstractButton | None, Closing]]:
    """Return the box that asks about jobs, and what each of its buttons means."""
    runs = [job for job in active if job.is_run]
    tasks = [job for job in active if not job.is_run]
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Jobs at work")
    box.setText(
        f"{_count(len(runs), 'run')} and {_count(len(tasks), 'other job')} are at work."
        if runs and tasks
        else _at_work(runs, "run")
        if runs
        else _at_work(tasks, "job")
    )
    box.setInformativeText(
        "\n\n".join(filter(None, (_about_runs(runs), _about_series(tasks), _about_tasks(tasks))))
    )
    box.setDetailedText("\n".join(f"{job.kind}: {job.title}" for job in active))
    answers: dict[QAbstractButton | None, Closing] = {}
    stop = box.addButton("Stop and close", QMessageBox.ButtonRole.DestructiveRole)
    default = stay = box.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
    if runs:
        words = "Keep runs, stop the rest" if tasks else "Keep running"
        default = box.addButton(words, QMessageBox.ButtonRole.AcceptRole)
        answers[default] = Closing.KEEP_RUNS
    answers |= {stop: Closing.STOP_ALL, stay: Closing.STAY}
    box.setDefaultButton(default)
    box.setEscapeButton(stay)
    return box, answers


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _at_work(jobs: Sequence[Job], noun: str) -> str:
    return f"{_count(len(jobs), noun)} {'is' if len(jobs) == 1 else 'are'} at work."


def _about_runs(runs: Sequence[Job]) -> str:
    if not runs:
        return ""
    return (
        "Runs can go on in the background without this window and are followed again when it is "
        "next opened. Stopped runs can be resumed from their last field step."
    )


def _about_series(tasks: Sequence[Job]) -> str:
    if not any(job.kind == SERIES_KIND for job in tasks):
        return ""
    return (
        "A series starts no further run without this window; the Series tab goes on with what it "
        "lacks when the project is open again."
    )


def _about_tasks(tasks: Sequence[Job]) -> str:
    tasks = [job for job in tasks if job.kind != SERIES_KIND]
    if not tasks:
        return ""
    named = ", ".join(job.title for job in tasks[:3]) + (", …" if len(tasks) > 3 else "")
    return (
        f"What works inside this window ends with it and leaves no file behind: {named}. "
        "Stay to let it finish."
    )
