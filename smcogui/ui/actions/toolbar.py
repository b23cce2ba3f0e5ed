"""Which actions the toolbar shows; an empty id is a line between two groups."""

from __future__ import annotations

from typing import Final

TOOLBAR: Final = (
    "design.new",
    "design.open",
    "design.save",
    "",
    "edit.undo",
    "edit.redo",
    "",
    "run.start",
    "run.cancel",
    "run.resume",
    "run.both",
)
