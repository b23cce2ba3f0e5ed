"""What the comparison of two solvers shows, read in a worker thread and put into words; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.exports import folder_names
from smcogui.curves.summary import summary_to_json
from smcogui.errors import InputError
from smcogui.runs.state import RunState
from smcogui.ui.analysis_tab.overlay import read_mean_curves
from smcogui.ui.simulation_tab.run_texts import state_text
from smcogui.units import NO_VALUE, decimal_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.session import RunRecord, Session
    from smcogui.ui.field_unit import FieldUnit
    from smcogui.ui.widgets.banner import BannerLevel
    from smcogui.ui.widgets.plot_curve import PlotCurve

_NAMES: Final = {"mu0_Hc_T": "Hc", "mu0_Hp_T": "Hp", "Phi_p": "Φp"}
_AGREEMENT: Final = {True: "✔ within resolution", False: "✖ more than it", None: NO_VALUE}


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendsPicture:
    """Two runs of one design as far as they have come.

    Parameters
    ----------
    records : tuple of RunRecord
    curves : list of PlotCurve
        The mean curve of each run that has one.
    readings : tuple of dict
        Those of ``result.json``, or what can be read so far; empty before there is any.
    comparison : dict or None
        :meth:`~smcogui.app.session.Session.compare_backends`, once both are done.
    """

    records: tuple[RunRecord, ...]
    curves: list[PlotCurve]
    readings: tuple[dict[str, Any], ...]
    comparison: dict[str, Any] | None

    @property
    def labels(self) -> tuple[str, ...]:
        """Name and version of each solver."""
        return tuple(record.info.engine.label for record in self.records)

    @property
    def file_name(self) -> str:
        """Name for the folder of an export."""
        return f"{folder_names([self.records[0].design])[0]}-compared"


def read_comparison(session: Session, run_ids: Sequence[str]) -> BackendsPicture:
    """Read what the runs have come to; raises InputError where there is no such run."""
    records = tuple(session.run(run_id) for run_id in run_ids)
    are_done = all(record.result is not None for record in records)
    return BackendsPicture(
        records=records,
        curves=read_mean_curves(session, run_ids),
        readings=tuple(_readings(session, record) for record in records),
        comparison=session.compare_backends(run_ids) if are_done else None,
    )


def _readings(session: Session, record: RunRecord) -> dict[str, Any]:
    if record.result is not None:
        return record.result
    try:
        return summary_to_json(session.load_summary(record.run_id))
    except InputError:
        # No half-cycle has two field steps yet.
        return {}


def table_rows(picture: BackendsPicture, unit: FieldUnit) -> tuple[list[str], list[list[str]]]:
    """Return the titles of the columns, and a row for the state and for each reading.

    The resolution of Φp is how far it moves where Hc and Hp move by a field step each.
    """
    titles = ["", *picture.labels, "Difference", "Field resolution", "Agreement"]
    states = [_state_text(record) for record in picture.records]
    rows = [["State", *states, *[NO_VALUE] * 3]]
    for key, name in _NAMES.items():
        values = [_text(key, readings.get(key), unit) for readings in picture.readings]
        rows.append([f"{name}, simulated", *values, *_difference_texts(picture, key, unit)])
    return titles, rows


def verdict(picture: BackendsPicture, unit: FieldUnit) -> tuple[BannerLevel, str]:
    """Return in a sentence whether the solvers agree, or what is still to come."""
    failed = [record for record in picture.records if record.state is RunState.FAILED]
    if failed:
        reasons = "; ".join(f"{each.info.engine.label}: {each.message}" for each in failed)
        return "error", f"A run failed, so that there is nothing to compare. {reasons}"
    if picture.comparison is None:
        if any(record.state.is_active for record in picture.records):
            return "note", "The differences are told when both runs are done."
        return "warning", "A run was stopped; resume it to see the differences."
    rows = picture.comparison["differences"]
    agreeing = [_NAMES[row["quantity"]] for row in rows if row["within_field_step"]]
    apart = [row for row in rows if row["within_field_step"] is False]
    first, other = picture.labels[0], picture.labels[-1]
    words = []
    if agreeing:
        words.append(f"{other} and {first} agree within the field resolution in {_and(agreeing)}.")
    words += [
        f"{_NAMES[row['quantity']]} differs by {_difference(row, unit)}, more than the resolution "
        f"of {_resolution(row, unit)}."
        for row in apart
    ]
    unknown = [_NAMES[row["quantity"]] for row in rows if row["within_field_step"] is None]
    if unknown:
        words.append(f"{_and(unknown)} cannot be compared: not both runs have it.")
    return ("warning" if apart else "note"), " ".join(words)


def _state_text(record: RunRecord) -> str:
    text = state_text(record.state)
    return f"{text}, {100 * record.progress:.0f} %, so far" if record.state.is_active else text


def _difference_texts(picture: BackendsPicture, key: str, unit: FieldUnit) -> list[str]:
    rows = [] if picture.comparison is None else picture.comparison["differences"]
    row = next((row for row in rows if row["quantity"] == key), None)
    if row is None:
        return [NO_VALUE] * 3
    return [_difference(row, unit), _resolution(row, unit), _AGREEMENT[row["within_field_step"]]]


def _difference(row: dict[str, Any], unit: FieldUnit) -> str:
    value = row.get("difference_T", row.get("difference"))
    text = _text(row["quantity"], value, unit)
    return f"+{text}" if value is not None and value > 0 else text


def _resolution(row: dict[str, Any], unit: FieldUnit) -> str:
    return _text(row["quantity"], row.get("field_resolution_T", row.get("resolution")), unit)


def _text(key: str, value: float | None, unit: FieldUnit) -> str:
    return decimal_text(value, 3) if key == "Phi_p" else unit.text(value)


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
