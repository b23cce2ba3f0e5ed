"""One run of a project, as lists of runs hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from smcogui.data.run_scan import RunContent

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.design.design import Design
    from smcogui.runs.folder import RunInfo
    from smcogui.runs.state import RunState

T = TypeVar("T")


class _FromContent(Generic[T]):
    """A field of a dataclass that is read from a RunContent when it is first asked for."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, record: None, owner: type) -> _FromContent[T]: ...
    @overload
    def __get__(self, record: object, owner: type) -> T: ...
    def __get__(self, record: object | None, owner: type) -> _FromContent[T] | T:
        if record is None:
            # So that the dataclass takes it for a field without default.
            raise AttributeError(self._name)
        values = record.__dict__
        value = values[self._name]
        if isinstance(value, RunContent):
            value = values[self._name] = getattr(value, self._name)
        return cast("T", value)

    def __set__(self, record: object, value: T | RunContent) -> None:
        record.__dict__[self._name] = value


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """One run of a project.

    A list of thousands is made in a moment: design, info and result may be given as the
    :class:`~smcogui.data.run_scan.RunContent` that they are read from when somebody asks.

    Parameters
    ----------
    run_id : str
    folder : Path
    name : str
        The design's name.
    design : Design
    info : RunInfo
        What ``spec.json`` records: offsets, seeds and average Ms per half-cycle, versions.
    state : RunState
    message : str
        Why it is in that state; empty where there is nothing to say.
    created_s : float
        Seconds since 1970.
    progress : float
        Share of the field points that are done, 0 to 1.
    result : dict or None
        What ``run --json`` prints; None until the run is DONE.
    tags, note
        What people noted about it; see :mod:`smcogui.data.library`.
    """

    run_id: str
    folder: Path
    name: str
    design: _FromContent[Design] = _FromContent()
    info: _FromContent[RunInfo] = _FromContent()
    state: RunState
    message: str
    created_s: float
    progress: float
    result: _FromContent[dict[str, Any] | None] = _FromContent()
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def has_result(self) -> bool:
        """Whether there is a result, told without reading it."""
        kept = self.__dict__["result"]
        return kept.has_result if isinstance(kept, RunContent) else kept is not None

    def read(self) -> RunRecord:
        """Read everything that it may still have to read; return itself."""
        _ = self.info, self.design, self.result
        return self
