"""A figure of a dataset, written by a process of its own: the caller loads no library."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from smcogui.app.figure_request import figure_command
from smcogui.errors import InputError
from smcogui.rendering.messages import Message, Unpacker, pack

if TYPE_CHECKING:
    from smcogui.app.figure_request import FigureRequest


def export_in_child(request: FigureRequest, path: Path) -> Path:
    """Write a figure with its companions, and return the provenance file.

    Raises
    ------
    InputError
        If it cannot be drawn or written; the message says why.
    """
    order = {"do": "export", "number": 1, "figure": request.facts(), "path": str(path)}
    done = subprocess.run(
        figure_command(), input=pack(Message(facts=order)), capture_output=True, check=False
    )
    try:
        answers = Unpacker().feed(done.stdout)
    except ValueError:
        answers = []
    if not answers:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        said = f" ({last[0]})" if last else ""
        raise InputError(f"the process that draws figures ended before the file was made{said}")
    facts = answers[0].facts
    if facts["is"] == "refused":
        raise InputError(str(facts["message"]), key="figure", given=request.name)
    return Path(str(facts["provenance"]))
