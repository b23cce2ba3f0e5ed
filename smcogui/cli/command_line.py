"""From arguments to an exit code: 0 done, 2 bad input, 3 failed, 130 cancelled."""

from __future__ import annotations

import contextlib
import errno
import importlib
import io
import logging
import os
import sys
from typing import TYPE_CHECKING, Any, Final

from smcogui.cli.output import write_json, write_log
from smcogui.cli.parser import make_parser
from smcogui.errors import InputError, SmCoError
from solver.errors import ProblemError, SolverError

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOG = logging.getLogger("smcogui")
_CANCELLED: Final = 130
_SIGNED_OPTION: Final = "--mu0H"


def main(arguments: Sequence[str]) -> int:
    """Run one verb.

    Parameters
    ----------
    arguments : sequence of str
        The words after the program's name.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    _make_output_safe()
    as_json = "--json" in arguments
    try:
        options = make_parser().parse_args(_join_signed(arguments))
        # The verb's module is loaded now: `design` must not wait for what `run` needs.
        verb = importlib.import_module(f"smcogui.cli.{options.verb}_verb")
        code: int = verb.execute(options)
    except BrokenPipeError:
        # Whoever read our output is gone; Python would complain again while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3
    except (Exception, KeyboardInterrupt) as error:  # the last line of defence: see _report
        return _report(error, as_json=as_json)
    return code


def _report(error: BaseException, *, as_json: bool) -> int:
    """Tell what went wrong, in JSON and in a sentence, and return the exit code."""
    facts, code = _facts_and_code(error)
    if as_json:
        with contextlib.suppress(OSError):
            write_json({"error": facts})
    write_log(f"error: {facts['message']}")
    return code


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
    path = str(error.filename or "")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _facts(f"the disk is full: {path}; free some space and run again", given=path), 3
    missing = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG}
    code = InputError.exit_code if error.errno in missing else 3
    return _facts(f"{path}: {error.strerror or error}", given=path), code


def _join_signed(arguments: Sequence[str]) -> list[str]:
    """Write ``--mu0H -1e-3`` as one word; argparse takes such a number for an option."""
    words: list[str] = []
    for word in arguments:
        if words and words[-1] == _SIGNED_OPTION:
            words[-1] = f"{_SIGNED_OPTION}={word}"
        else:
            words.append(word)
    return words


def _make_output_safe() -> None:
    """Never fail because a terminal has no character for a letter in a file's name."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
