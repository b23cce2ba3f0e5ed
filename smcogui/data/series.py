"""Series: one number of a design varied, ``series/<name>.json`` naming the runs.

The file is written before anything is computed. What a point has come to is read from its run, so
that a series survives whatever happens to the program.
"""

from __future__ import annotations

import difflib
import json
import logging
import math
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.data.exporters import write_file
from smcogui.data.measurements import checked_name
from smcogui.design.cost import cost_estimate
from smcogui.design.design_file import design_to_toml, parse_design_text
from smcogui.design.variation import Parameter, parameter_of, vary
from smcogui.errors import InputError, SmCoError
from smcogui.runs.folder import folder_error
from smcogui.runs.spec import make_run_spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from smcogui.data.store import RunRecord
    from smcogui.design.design import Design
    from smcogui.runs.state import RunState

SERIES_FOLDER: Final = "series"
FORMAT_VERSION: Final = 1
MOST_VALUES: Final = 200
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A series of runs.

    Parameters
    ----------
    name : str
        Unique in the project.
    key : str
        Key of the number that is varied.
    values : tuple of float
        In the unit of the key, rising.
    run_ids : tuple of str
        The run of each value.
    design : str
        Text of the design file that the number is varied of.
    created_s : float
        Seconds since 1970.
    """

    name: str
    key: str
    values: tuple[float, ...]
    run_ids: tuple[str, ...]
    design: str
    created_s: float

    @property
    def parameter(self) -> Parameter:
        """What is varied."""
        return parameter_of(self.key)

    def designs(self) -> list[Design]:
        """Return the design of each value."""
        base = parse_design_text(self.design, self.name)[0]
        return [vary(base, self.key, value) for value in self.values]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPoint:
    """What one value has come to; fields in T, standard deviations over the half-cycles (``_sd``).

    ``state`` is None where the run was not started yet; readings are None until it is done, or
    where they are undefined.
    """

    value: float
    run_id: str
    state: RunState | None
    progress: float
    mu0_Hc_T: float | None = None
    mu0_Hc_sd_T: float | None = None
    mu0_Hp_T: float | None = None
    mu0_Hp_sd_T: float | None = None
    Phi_p: float | None = None
    Phi_p_sd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCost:
    """An estimate for a whole series, good to a factor of two."""

    runs: int
    cpu_s: float
    wall_s: float


def spaced_values(first: float, last: float, count: int, *, whole: bool = False) -> list[float]:
    """Return ``count`` values at equal distances, ends included.

    Raises
    ------
    InputError
        If the count is not 2 to 200, the ends are equal or not finite.
    """
    if not 2 <= count <= MOST_VALUES:
        raise InputError(
            f"a series of {count} values; allowed are 2 to {MOST_VALUES}",
            key="count",
            given=str(count),
            allowed=f"2 to {MOST_VALUES}",
        )
    if not (math.isfinite(first) and math.isfinite(last)) or first == last:
        raise InputError(
            f"a series from {first:g} to {last:g}; the two ends must be different numbers",
            key="values",
            given=f"{first:g} to {last:g}",
            allowed="two different numbers",
        )
    step = (last - first) / (count - 1)
    spaced = [float(f"{first + step * number:.12g}") for number in range(count)]
    return sorted({float(round(value)) if whole else value for value in spaced})


def series_cost(designs: Sequence[Design], processes: int) -> SeriesCost:
    """Estimate a series whose runs share ``processes`` cores."""
    costs = [cost_estimate(design) for design in designs]
    cpu_s = math.fsum(cost.cpu_s for cost in costs)
    longest = max((cost.cpu_s_per_cycle for cost in costs), default=0.0)
    return SeriesCost(runs=len(costs), cpu_s=cpu_s, wall_s=max(cpu_s / processes, longest))


class SeriesStore:
    """The series of a project.

    Parameters
    ----------
    folder : Path
        ``PROJECT/series``; need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, design: Design, key: str, values: Sequence[float], name: str = "") -> Series:
        """Describe a series and write its file; nothing is started. Takes a moment per value.

        Raises
        ------
        InputError
            If the name is taken, there are too few or too many values, or the design is not
            possible with one of them: then the message names the value.
        RunFolderError
            If the file cannot be written.
        """
        parameter = parameter_of(key)
        chosen = tuple(sorted({float(value) for value in values}))
        if not 1 <= len(chosen) <= MOST_VALUES:
            raise InputError(
                f"a series of {len(chosen)} values; allowed are 1 to {MOST_VALUES}",
                key="values",
                given=str(len(chosen)),
                allowed=f"1 to {MOST_VALUES}",
            )
        name = checked_name(name or self.free_name(f"{design.name} over {parameter.symbol}"))
        if self._path(name).exists():
            raise InputError(
                f"the project already has a series {name!r}; choose another name",
                key="name",
                given=name,
                allowed="a name that is not taken",
            )
        designs = [vary(design, parameter.key, value) for value in chosen]
        series = Series(
            name=name,
            key=parameter.key,
            values=chosen,
            run_ids=tuple(make_run_spec(each).run_id for each in designs),
            design=design_to_toml(design),
            created_s=time.time(),
        )
        self._write(series)
        return series

    def records(self) -> list[Series]:
        """Return all series, the newest first; a damaged one is logged and left out."""
        if not self._folder.is_dir():
            return []
        found = []
        for path in self._folder.glob("*.json"):
            try:
                found.append(_read(path))
            except SmCoError as error:
                _LOG.warning("%s is left out: %s", path, error)
        return sorted(found, key=lambda series: series.created_s, reverse=True)

    def load(self, name: str) -> Series:
        """Return a series; raises InputError, naming the nearest, where there is none."""
        path = self._path(name)
        names = [each.stem for each in self._folder.glob("*.json")]
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.3)
            raise InputError(
                f"the project has no series {name!r}"
                + (f"; the nearest is {near[0]!r}" if near else ""),
                key="series",
                given=name,
                allowed=", ".join(names) or "none yet",
            )
        return _read(path)

    def remove(self, name: str) -> None:
        """Forget a series; its runs stay in the project.

        Raises
        ------
        InputError
            If there is none of that name.
        RunFolderError
            If its file cannot be removed.
        """
        self.load(name)
        try:
            self._path(name).unlink()
        except OSError as error:
            raise folder_error(self._path(name), error) from error

    def free_name(self, wanted: str) -> str:
        """Return a name like the wanted one that is allowed and not taken."""
        plain = "".join(c if c.isalnum() or c in " ._+-()" else "_" for c in wanted)
        plain = plain.strip(" .")[:72] or "series"
        name, number = plain, 2
        while self._path(name).exists():
            name, number = f"{plain} {number}", number + 1
        return name

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _write(self, series: Series) -> None:
        content = {"format_version": FORMAT_VERSION, **asdict(series)}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise folder_error(self._folder, error) from error
        text = json.dumps(content, indent=2, ensure_ascii=False)
        write_file(self._path(series.name), text.encode())


def series_points(series: Series, runs: Mapping[str, RunRecord]) -> list[SeriesPoint]:
    """Return what each value has come to, from the runs of the project by their run_id."""
    return [
        _point(value, run_id, runs.get(run_id))
        for value, run_id in zip(series.values, series.run_ids, strict=True)
    ]


def _point(value: float, run_id: str, record: RunRecord | None) -> SeriesPoint:
    if record is None:
        return SeriesPoint(value=value, run_id=run_id, state=None, progress=0.0)
    result = record.result or {}
    spread = result.get("spread") or {}
    return SeriesPoint(
        value=value,
        run_id=run_id,
        state=record.state,
        progress=record.progress,
        mu0_Hc_T=result.get("mu0_Hc_T"),
        mu0_Hc_sd_T=spread.get("mu0_Hc_T"),
        mu0_Hp_T=result.get("mu0_Hp_T"),
        mu0_Hp_sd_T=spread.get("mu0_Hp_T"),
        Phi_p=result.get("Phi_p"),
        Phi_p_sd=spread.get("Phi_p"),
    )


def _read(path: Path) -> Series:
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        series = Series(
            name=path.stem,
            key=parameter_of(str(data["key"])).key,
            values=tuple(float(value) for value in data["values"]),
            run_ids=tuple(str(run_id) for run_id in data["run_ids"]),
            design=str(data["design"]),
            created_s=float(data["created_s"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path, str(error) or repr(error)) from error
    if not series.values or len(series.values) != len(series.run_ids):
        raise _damaged(path, f"{len(series.values)} values, {len(series.run_ids)} runs")
    return series


def _damaged(path: Path, reason: str) -> InputError:
    return InputError(
        f"{path} is damaged: {reason}. Its runs are still in the project; make the series again, "
        "nothing is computed twice",
        key="series",
        given=path.stem,
    )
