"""The one progress channel of a solve: one JSON object a line in ``events.jsonl``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A solve begins or goes on; ``device`` is where the built-in solver computes."""

    type: ClassVar[str] = "Started"
    solver: str
    version: str
    problem_hash: str
    precision: str
    resumed_at_step: int = 0
    device: str = "cpu"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldStep:
    """One accepted state on the half-cycle.

    ``M_over_Ms`` is M·h divided by the volume-averaged Ms, h the field's direction;
    ``mu0_H_T`` the applied field along h; ``progress`` counts from 0 to 1.
    ``jump`` is true where an irreversible drop lies between the previous step and this one.
    ``events.jsonl`` lists the steps in the order in which they were accepted, which is the order
    of the falling field.
    """

    type: ClassVar[str] = "FieldStep"
    index: int
    mu0_H_T: float
    M_over_Ms: float
    mx: float
    my: float
    mz: float
    energy_density_J_m3: float
    max_torque_T: float
    iterations: int
    demag_evaluations: int
    jump: bool
    progress: float
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A magnetisation state was written; ``path`` is relative to the run's folder.

    ``reason`` is remanence, before_Hp, Hp, before_Hc, Hc, chosen or final.
    """

    type: ClassVar[str] = "Snapshot"
    index: int
    mu0_H_T: float
    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A sentence for people; ``level`` is info, warning or error."""

    type: ClassVar[str] = "LogLine"
    level: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The solve ended well."""

    type: ClassVar[str] = "Finished"
    iterations: int
    demag_evaluations: int
    cpu_s: float
    wall_s: float
    compile_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The solve ended early; ``error`` is the name of an exception of :mod:`solver.errors`."""

    type: ClassVar[str] = "Failed"
    error: str
    message: str


SolverEvent = Started | FieldStep | Snapshot | LogLine | Finished | Failed
_EVENTS: dict[str, type[SolverEvent]] = {
    kind.type: kind for kind in (Started, FieldStep, Snapshot, LogLine, Finished, Failed)
}


def to_json(event: SolverEvent) -> str:
    """Return the event as one line of JSON, without the newline."""
    return json.dumps({"type": event.type, **asdict(event)}, allow_nan=False)


def from_json(line: str) -> SolverEvent:
    """Read one line of ``events.jsonl``; keys that this version does not know are ignored.

    Raises
    ------
    ValueError
        If the line is not a JSON object of a known type.
    """
    try:
        data: Any = json.loads(line)
    except RecursionError as error:
        raise ValueError(f"not an event: {line[:80]!r}") from error
    if not isinstance(data, dict) or data.get("type") not in _EVENTS:
        raise ValueError(f"not an event: {line[:80]!r}")
    kind = _EVENTS[data["type"]]
    names = {field.name for field in fields(kind)}
    return kind(**{key: value for key, value in data.items() if key in names})
