"""What calls of any scheduler have in common: ids that are given, and answers that are none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smcogui.errors import (
    InputError,
    SchedulerDownError,
    SubmitRefusedError,
    UntrustedAnswerError,
)
from smcogui.runs.cluster.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.runs.cluster.remote import Answer

_LABEL: Final = re.compile(r"\d{1,10}(?:_\d{1,7})?", re.ASCII)
_USER: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}")
_SECTION: Final = "@smco-"


def checked_labels(ids: Sequence[str], most: int) -> list[str]:
    """Return ids of jobs and tasks that are ids; raises InputError for others, and too many."""
    strange = next((each for each in ids if not _LABEL.fullmatch(each)), None)
    if strange is not None or not ids or len(ids) > most:
        given = f"{len(ids)} ids" if strange is None else repr(strange)
        raise InputError(
            f"{given} given where 1 to {most} job ids such as 4711 or 4711_3 are needed",
            key="job_id",
            given=given,
            allowed="digits, with _ and digits for a task",
        )
    return list(ids)


def check_user(user: str) -> None:
    """Refuse a name that no account of a cluster has."""
    if not _USER.fullmatch(user):
        raise InputError(
            f"{user!r} is no name of an account on a cluster", key="user", given=repr(user)
        )


def said_by(answer: Answer) -> str:
    """Return what a command wrote for people, on one line and without control characters."""
    return plain(" ".join((answer.error_text.strip() or answer.text.strip()).split()))[:500]


def require_whole(answer: Answer) -> None:
    """Refuse an answer that was cut off."""
    if answer.cut:
        raise UntrustedAnswerError(
            "the scheduler's answer is longer than any list of our jobs; it is not used",
            key="scheduler",
        )


def require_success(answer: Answer, program: str) -> None:
    """Refuse the answer of a program that failed."""
    if answer.exit_code:
        raise down(program, said_by(answer))


def down(program: str, said: str) -> SchedulerDownError:
    """Return the error about a scheduler that did not answer."""
    return SchedulerDownError(
        f"{program} did not answer: {said or 'it printed nothing'}. Jobs go on meanwhile; it is "
        "asked again",
        key="scheduler",
        given=said,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitting:
    """How a scheduler answers to a script.

    Parameters
    ----------
    scheduler, program : str
    accepted : re.Pattern
        Line that says yes; its first group is the job id.
    complaint : re.Pattern
        What stands around the reason of a no.
    silence : tuple of str
        Words, in lower case, which say that the scheduler itself did not answer.
    refusals : tuple of (str, str)
        Words of a no, in lower case, and what to do about it; the first that fit count.
    """

    scheduler: str
    program: str
    accepted: re.Pattern[str]
    complaint: re.Pattern[str]
    silence: tuple[str, ...]
    refusals: tuple[tuple[str, str], ...]

    def job_id(self, answer: Answer) -> str:
        """Return the job id; see :meth:`~smcogui.runs.cluster.scheduler.Scheduler.parse_submit`."""
        found = self.accepted.search(answer.text.strip())
        if answer.exit_code == 0 and found is not None:
            return found[1]
        said = said_by(answer)
        if answer.exit_code == 0 or self.is_silent(said):
            raise SchedulerDownError(
                f"{self.program} did not say whether the job was submitted: "
                f"{said or 'it printed nothing'}",
                key="scheduler",
                given=said,
            )
        raise self.refused(said)

    def is_silent(self, said: str) -> bool:
        """Return whether the scheduler itself did not answer, by what its client said."""
        text = said.lower()
        return any(word in text for word in self.silence)

    def refused(self, said: str) -> SubmitRefusedError:
        """Return the error about a script that was not taken."""
        text = said.lower()
        advice = next((advice for word, advice in self.refusals if word in text), "")
        words = "; ".join(dict.fromkeys(filter(None, self.complaint.split(said))))
        return SubmitRefusedError(
            f"{self.scheduler} refused the job: {words}{f'; {advice}' if advice else ''}",
            key="scheduler",
            given=said,
            allowed=advice or None,
        )


def section(name: str) -> str:
    """Return the command of a shell that begins a section of its output."""
    return f"printf '\\n{_SECTION}%s\\n' {name}"


def sections(text: str) -> dict[str, str]:
    """Return what was printed in each section, by its name."""
    parts = re.split(rf"^{_SECTION}(\w+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
