"""From arguments to an exit code: 0 done, 2 bad input, 3 failed, 130 cancelled."""

from __future__ import annotations

import contextlib
import errno
import importlib
import io
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from smcogui.cli.output import write_json, write_log
from smcogui.cli.parser import make_parser
from smcogui.errors import InputError, SmCoError
from solver.errors import ProblemError, SolverError

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOG = logging.getLogger("smcogui")
_CANCELLED: Final = 130
_OUTPUT_ERRORS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""Of an OSError without a file: standard output takes no more."""


def main(arguments: Sequence[str]) -> int:
    """Run one verb.

    Parameters
    ----------
    arguments : sequence of str
        The words after the program's name.
    """
    _make_output_safe()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    as_json = "--json" in arguments
    try:
        options = make_parser().parse_args(arguments)
        # The verb's module is loaded now: `design` must not wait for what `run` needs.
        verb = importlib.import_module(f"smcogui.cli.{options.verb}_verb")
        code: int = verb.execute(options)
    except BrokenPipeError:
        _discard_output()
        return 3
    except (Exception, KeyboardInterrupt) as error:  # the last line of defence: see _report
        return _report(error, as_json=as_json)
    return code


def _report(error: BaseException, *, as_json: bool) -> int:
    """Tell what went wrong, in JSON and in a sentence, and return the exit code."""
    facts, code = _facts_and_code(error)
    if isinstance(error, OSError) and error.filename is None and error.errno in _OUTPUT_ERRORS:
        _discard_output()
    elif as_json:
        with contextlib.suppress(OSError):
            write_json({"error": facts})
    write_log(f"error: {facts['message']}")
    return code


def _discard_output() -> None:
    """Write what is left for standard output nowhere: Python would fail again while closing it."""
    # What replaces the output in this process, as a test does, has no descriptor.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _facts_and_code(error: BaseException) -> tuple[dict[str, Any], int]:
    if isinstance(error, SmCoError):
        return error.as_dict(), error.exit_code
    if isinstance(error, ProblemError):
        return _facts(str(error), error.key, error.given, error.allowed), 2
    if isinstance(error, SolverError):
        return _facts(str(error)), 3
    if isinstance(error, KeyboardInterrupt):
        return _facts("stopped on request"), _CANCELLED
    if isinstance(error, OSError):
        return _os_facts(error)
    if isinstance(error, MemoryError):
        return _facts("there is not enough memory; choose larger cells or a smaller domain"), 3
    _LOG.error("unexpected error", exc_info=error)
    return _facts(
        f"unexpected {type(error).__name__}: {error}. This is a fault of the program; "
        "please report the lines above it"
    ), 3


def _facts(message: str, key: str = "", given: str = "", allowed: str = "") -> dict[str, Any]:
    return {
        "message": message,
        "key": key or None,
        "given": given or None,
        "allowed": allowed or None,
    }


def _os_facts(error: OSError) -> tuple[dict[str, Any], int]:
    # Only what is written to standard output comes without a name.
    path = str(error.filename or "standard output")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _facts(f"the disk of {path} is full; free some space and run again", given=path), 3
    missing = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG}
    code = InputError.exit_code if error.errno in missing else 3
    return _facts(f"{path}: {error.strerror or error}", given=path), code


def _make_output_safe() -> None:
    """Never fail because an output is closed, or has no character for a letter in a name."""
    # Closed by the caller (`>&-`), or a frozen program without a console.
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")
