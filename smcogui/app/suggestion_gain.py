"""What suggested runs brought: scores with and without them, beside what as many others bring.

Two surrogates of a project tell it where one was trained on the campaigns of the other and on
suggested ones besides, and both were tested on the same designs. What ordinary designs would have
brought follows from a learning curve. Nothing is claimed where there is no such pair.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.runs.folder import folder_error
from smcogui.runs.jsonl import append_line, read_objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from smcogui.surrogates.forward import Surrogate

SUGGESTED_FILE: Final = "suggested.jsonl"
GAIN_READINGS: Final = ("mu0_Hc_T", "Phi_p")
_LEAST_POINTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionGain:
    """RMSE of a reading before and after suggested designs were learned from.

    Parameters
    ----------
    reading : str
    before, after : str
        Names of the surrogates.
    designs_before, designs_after : int
    rmse_before, rmse_after : float
        On the same test designs, in the unit of the reading.
    rmse_expected : float or None
        With as many ordinary designs, by a learning curve; None without one.
    """

    reading: str
    before: str
    after: str
    designs_before: int
    designs_after: int
    rmse_before: float
    rmse_after: float
    rmse_expected: float | None


def note_suggestion(folder: Path, campaign: str, designs: int, model: str) -> None:
    """Write down that a campaign has suggested designs only; raises RunFolderError if that fails.

    Parameters
    ----------
    folder : Path
        The surrogates of a project; made where there is none.
    campaign : str
    designs : int
    model : str
        The surrogate that suggested them.
    """
    line = {"campaign": campaign, "designs": designs, "model": model, "time_s": time.time()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        append_line(folder / SUGGESTED_FILE, json.dumps(line))
    except OSError as error:
        raise folder_error(folder, error) from error


def suggested_campaigns(folder: Path) -> set[str]:
    """Return the campaigns of a project that have suggested designs only."""
    return {str(line.get("campaign")) for line in read_objects(folder / SUGGESTED_FILE)}


def suggestion_gains(
    surrogates: Sequence[Surrogate], suggested: Iterable[str]
) -> list[SuggestionGain]:
    """Return what suggested designs brought, for every pair of surrogates that tells it."""
    found = []
    names = set(suggested)
    for after in surrogates:
        for before in surrogates:
            more = _sets(after) - _sets(before)
            if not more or not more <= names or not _sets(before) <= _sets(after):
                continue
            if _test_of(before) is None or _test_of(before) != _test_of(after):
                continue
            found += [
                gain
                for reading in GAIN_READINGS
                if (gain := _gain(reading, before, after)) is not None
            ]
    return found


def _gain(reading: str, before: Surrogate, after: Surrogate) -> SuggestionGain | None:
    old, new = (_rmse(each, reading) for each in (before, after))
    if old is None or new is None:
        return None
    slope = _slope(before, reading) or _slope(after, reading)
    expected = None
    if slope is not None:
        expected = old * (after.designs / before.designs) ** slope
    return SuggestionGain(
        reading=reading,
        before=before.name,
        after=after.name,
        designs_before=before.designs,
        designs_after=after.designs,
        rmse_before=old,
        rmse_after=new,
        rmse_expected=expected,
    )


def _slope(surrogate: Surrogate, reading: str) -> float | None:
    """Return b of RMSE = a n^b through the last points of the learning curve; None without."""
    curve: Mapping[str, Any] = surrogate.about.get("learning_curve", {}).get(reading, {})
    points = curve.get("points", [])[-_LEAST_POINTS:]
    pairs = [(math.log(each["designs"]), math.log(each["rmse"])) for each in points if each["rmse"]]
    if len(pairs) < _LEAST_POINTS:
        return None
    mean_n, mean_rmse = (sum(values) / len(pairs) for values in zip(*pairs, strict=True))
    squares = sum((n - mean_n) ** 2 for n, _ in pairs)
    slope: float = sum((n - mean_n) * (rmse - mean_rmse) for n, rmse in pairs) / squares
    return slope


def _rmse(surrogate: Surrogate, reading: str) -> float | None:
    outputs = surrogate.about.get("test", {}).get("outputs", {})
    value: float | None = outputs.get(reading, {}).get("rmse")
    return value


def _sets(surrogate: Surrogate) -> set[str]:
    return set(surrogate.about.get("sources", {}).get("training", []))


def _test_of(surrogate: Surrogate) -> str | None:
    mark: str | None = surrogate.about.get("split", {}).get("test_sha256")
    return mark
