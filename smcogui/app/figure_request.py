"""What is asked of the process that draws figures of datasets, as plain values."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from smcogui.analysis.figure_spec import FigureSpec
from smcogui.runs.children import program, program_name

if TYPE_CHECKING:
    from collections.abc import Mapping

MIXABLE: Final = ("exchange_rule", "solver", "layer")
"""Columns in which designs that are analysed together may differ where somebody allows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRequest:
    """Designs that are asked about.

    Parameters
    ----------
    place : str
        A project, a dataset, or a table in one.
    sets : tuple of str
        See :func:`~smcogui.app.analysis_source.open_source`.
    may_differ : bool
        Whether designs of different solvers, exchange rules and layers are taken together.
    surrogate : str or None
        See :class:`~smcogui.app.analysis.Analysis`.
    stamp : str
        Another one where the designs have changed meanwhile.
    """

    place: str
    sets: tuple[str, ...] = ()
    may_differ: bool = False
    surrogate: str | None = None
    stamp: str = ""

    def facts(self) -> dict[str, Any]:
        """Return plain values, from which :func:`source_from` makes the same request."""
        return asdict(self)

    def words(self) -> list[str]:
        """Return the words of ``analyse`` that name these designs."""
        words = ["analyse", self.place]
        words += ["--set", *self.sets] if self.sets else []
        words += ["--may-differ", *MIXABLE] if self.may_differ else []
        words += ["--model", self.surrogate] if self.surrogate is not None else []
        return words


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRequest:
    """A figure that is asked for.

    Parameters
    ----------
    source : SourceRequest
    name : str
    options : mapping
        What differs from the default.
    spec : FigureSpec, optional
        The figure's own size by default.
    """

    source: SourceRequest
    name: str
    options: Mapping[str, str] = field(default_factory=dict)
    spec: FigureSpec | None = None

    def command(self, out: str) -> str:
        """Return the line of a shell that draws the same figure into a file."""
        words = [*self.source.words(), "--figure", self.name, "--out", out]
        if self.options:
            words += ["--option", *(f"{key}={value}" for key, value in self.options.items())]
        if self.spec is not None:
            words += ["--width", f"{self.spec.width_mm:g}", "--dpi", str(self.spec.dpi)]
            height = self.spec.height_mm
            words += [] if height is None else ["--height", f"{height:g}"]
            words += ["--title", self.spec.title] if self.spec.title else []
        name = program_name()
        start = f"python {name}" if name.endswith(".py") else name
        return f"{start} {shlex.join(words)}"

    def facts(self) -> dict[str, Any]:
        """Return plain values, from which :func:`request_from` makes the same request."""
        return {
            "source": self.source.facts(),
            "name": self.name,
            "options": dict(self.options),
            "spec": None if self.spec is None else asdict(self.spec),
        }

    def resized(self, spec: FigureSpec) -> FigureRequest:
        """Return the same figure in another size."""
        return replace(self, spec=spec)


def source_from(facts: Mapping[str, Any]) -> SourceRequest:
    """Return the designs that plain values ask for."""
    return SourceRequest(**{**facts, "sets": tuple(facts["sets"])})


def request_from(facts: Mapping[str, Any]) -> FigureRequest:
    """Return the figure that plain values ask for; raises InputError for a size not allowed."""
    spec = facts["spec"]
    return FigureRequest(
        source=source_from(facts["source"]),
        name=facts["name"],
        options=facts["options"],
        spec=None if spec is None else FigureSpec(**spec),
    )


def figure_command() -> list[str]:
    """Return the command that starts the process."""
    return program("smcogui.app.figure_server", "--draw-figures")
