"""What calls of any scheduler have in common: ids that are given, and answers that are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smcogui.errors import InputError, SchedulerDownError, UntrustedAnswerError
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


def down(program: str, said: str) -> SchedulerDownError:
    """Return the error about a scheduler that did not answer."""
    return SchedulerDownError(
        f"{program} did not answer: {said or 'it printed nothing'}. Jobs go on meanwhile; it is "
        "asked again",
        key="scheduler",
        given=said,
    )


def section(name: str) -> str:
    """Return the command of a shell that begins a section of its output."""
    return f"printf '\\n{_SECTION}%s\\n' {name}"


def sections(text: str) -> dict[str, str]:
    """Return what was printed in each section, by its name."""
    parts = re.split(rf"^{_SECTION}(\w+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
