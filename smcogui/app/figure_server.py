"""The process that draws figures of datasets: requests in, pictures out.

``python -m smcogui.app.figure_server``. matplotlib, scipy and scikit-learn take seconds to load and
minutes to fit, all in one piece; in a process of its own they never hold the window up, and what
takes too long is ended with it.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.app.figure_request import MIXABLE, request_from, source_from
from smcogui.errors import SmCoError
from smcogui.rendering.messages import Message, pack, read_message, take_standard_output

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from smcogui.app.analysis import Analysis
    from smcogui.app.figure_request import SourceRequest

_NICE: Final = 5
_MOST_OPEN: Final = 2
_LOG = logging.getLogger(__name__)


class FigureServer:
    """Keeps designs that were read, with what was computed of them, and answers requests.

    Parameters
    ----------
    tell : callable
        Takes the answers.
    """

    def __init__(self, tell: Callable[[Message], None]) -> None:
        self._tell = tell
        self._open: dict[SourceRequest, Analysis] = {}
        self._orders: dict[str, Callable[..., Message]] = {
            "designs": self._designs,
            "design": self._design,
            "figure": self._figure,
            "export": self._export,
            "methods": self._methods,
        }

    def handle(self, message: Message) -> None:
        """Do what a message asks for; whatever is wrong is answered, not raised."""
        facts = dict(message.facts)
        order, number = facts.pop("do"), facts.pop("number")
        try:
            answer = self._orders[order](facts)
        except (SmCoError, OSError) as error:
            answer = Message(facts={"is": "refused", "message": str(error)})
        except Exception as error:
            # A figure that fails on some designs must not take the others with it.
            _LOG.exception("the order %s failed", order)
            words = f"{type(error).__name__}: {error}"
            answer = Message(facts={"is": "refused", "message": f"it failed ({words})"})
        facts = {**answer.facts, "number": number}
        self._tell(Message(facts=facts, array=answer.array))

    def _designs(self, facts: Mapping[str, Any]) -> Message:
        source = source_from(facts["source"])
        analysis = self._analysis(source)
        found = {
            "is": "designs",
            "overview": analysis.overview(),
            "designs": analysis.subject.table.rows(),
        }
        return Message(facts=found)

    def _design(self, facts: Mapping[str, Any]) -> Message:
        rows = self._analysis(source_from(facts["source"])).source.rows
        row = next(row for row in rows if row["run_id"] == facts["run_id"])
        return Message(facts={"is": "design", "row": row})

    def _figure(self, facts: Mapping[str, Any]) -> Message:
        request = request_from(facts["figure"])
        analysis = self._analysis(request.source)
        options = analysis.options(request.name)
        picture = analysis.picture(
            request.name,
            request.spec,
            options=_known(request.options, options),
            dpi=facts["dpi"],
            is_dark=facts["is_dark"],
        )
        parts = (
            np.frombuffer(picture.content, dtype=np.uint8),
            np.ascontiguousarray(picture.rows, dtype=np.int32).view(np.uint8),
            np.ascontiguousarray(picture.places, dtype=np.float32).reshape(-1).view(np.uint8),
        )
        told = {
            "is": "figure",
            "png": len(picture.content),
            "marks": len(picture.rows),
            "height_mm": picture.height_mm,
            "ids": picture.ids,
            "options": options,
        }
        return Message(facts=told, array=np.concatenate(parts))

    def _export(self, facts: Mapping[str, Any]) -> Message:
        request = request_from(facts["figure"])
        provenance = self._analysis(request.source).export(
            request.name, Path(facts["path"]), request.spec, options=request.options
        )
        return Message(facts={"is": "exported", "provenance": str(provenance)})

    def _methods(self, facts: Mapping[str, Any]) -> Message:
        request = request_from(facts["figure"])
        found = self._analysis(request.source).methods(request.name, options=request.options)
        return Message(facts={"is": "methods", **found})

    def _analysis(self, source: SourceRequest) -> Analysis:
        if source in self._open:
            # The oldest is given up first.
            self._open[source] = self._open.pop(source)
            return self._open[source]
        from smcogui.app.analysis import Analysis
        from smcogui.app.analysis_source import open_source

        may_differ = MIXABLE if source.may_differ else ()
        opened = open_source(Path(source.place), source.sets, may_differ)
        while len(self._open) >= _MOST_OPEN:
            self._open.pop(next(iter(self._open)))
        self._open[source] = Analysis(opened, surrogate=source.surrogate)
        return self._open[source]


def _known(given: Mapping[str, str], options: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Leave out a choice that there is no more, as after the designs have changed."""
    found = {}
    for each in options:
        key, choices = each["key"], each["choices"]
        if key in given and (choices is None or given[key] in [value for _, value in choices]):
            found[key] = given[key]
    return found


def main(_arguments: Sequence[str] = ()) -> int:
    """Serve standard input until it ends."""
    out = take_standard_output()
    if hasattr(os, "nice"):
        # The window and the runs come first.
        os.nice(_NICE)

    def tell(message: Message) -> None:
        out.write(pack(message))
        out.flush()

    server = FigureServer(tell)
    while (message := read_message(sys.stdin.buffer)) is not None:
        server.handle(message)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
