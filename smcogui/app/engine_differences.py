"""How the readings of the same design differ between solvers, against the field step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smcogui.curves.summary import READING_KEYS
from smcogui.errors import InputError
from smcogui.runs.spec import Engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.data.store import RunRecord

_FIELDS: Final = ("mu0_Hc_T", "mu0_Hp_T")


def compare_results(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the readings of each result, and their differences from the first one's.

    Parameters
    ----------
    results : sequence of dict
        ``result.json`` of runs of the same design by different solvers.

    Returns
    -------
    dict
        ``backends`` (solver, exchange_rule, run_dir and readings of each) and ``differences``: for
        each other backend and each of Hc and Hp the difference in T, the coarser of the two field
        resolutions, and whether the difference lies within it; for Phi_p, which has no unit, the
        same as ``difference`` and ``resolution``.

    Raises
    ------
    InputError
        If their exchange rules differ: then the readings do not describe the same model.
    """
    rules = {result["exchange_rule"] for result in results}
    if len(rules) > 1:
        raise InputError(
            f"the runs have different exchange rules ({', '.join(sorted(rules))}): their readings "
            "are those of different models",
            key="exchange_rule",
            given=", ".join(sorted(rules)),
            allowed="one exchange rule",
        )
    kept = ("run_id", "run_dir", "solver", "exchange_rule", "wall_s", *READING_KEYS)
    rows = [{key: result.get(key) for key in kept} for result in results]
    return {
        "backends": rows,
        "differences": [
            difference
            for other in rows[1:]
            for difference in (
                *(_difference(rows[0], other, key) for key in _FIELDS),
                _phi_p_difference(rows[0], other),
            )
        ],
    }


def compare_runs_of_backends(records: Sequence[RunRecord]) -> dict[str, Any]:
    """Return :func:`compare_results` of runs of a project.

    Raises
    ------
    InputError
        If there are fewer than two, one is not DONE, or their exchange rules differ.
    """
    results = [record.result for record in records if record.result is not None]
    if len(results) < max(2, len(records)):
        raise InputError(
            f"{len(results)} of {len(records)} runs are done; two finished runs are needed",
            key="runs",
            given=str(len(results)),
            allowed="finished runs, two or more",
        )
    return compare_results(results)


def phi_p_resolution(result: dict[str, Any]) -> float | None:
    """Return how far Phi_p moves where Hc and Hp each move by one field step, to first order.

    |∂Φ/∂Hc| + |∂Φ/∂Hp| times the step, with Φ = (Hc − Hp)/Hc: step (Hc + Hp)/Hc².
    """
    Hc, Hp, step = (result[key] for key in (*_FIELDS, "field_resolution_T"))
    if None in (Hc, Hp, step, result["Phi_p"]):
        return None
    return float(step * (Hc + Hp) / Hc**2)


def _difference(reference: dict[str, Any], other: dict[str, Any], key: str) -> dict[str, Any]:
    resolution = _coarser([row["field_resolution_T"] for row in (reference, other)])
    difference = minus(other[key], reference[key])
    return {
        **_heading(reference, other, key),
        "difference_T": difference,
        "field_resolution_T": resolution,
        "within_field_step": _is_within(difference, resolution),
    }


def _phi_p_difference(reference: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    resolution = _coarser([phi_p_resolution(row) for row in (reference, other)])
    difference = minus(other["Phi_p"], reference["Phi_p"])
    return {
        **_heading(reference, other, "Phi_p"),
        "difference": difference,
        "resolution": resolution,
        "within_field_step": _is_within(difference, resolution),
    }


def _heading(reference: dict[str, Any], other: dict[str, Any], key: str) -> dict[str, str]:
    labels = {"reference": solver_label(reference), "backend": solver_label(other)}
    return {"quantity": key, **labels}


def _coarser(steps: Sequence[float | None]) -> float | None:
    return max((step for step in steps if step is not None), default=None)


def minus(value: float | None, reference: float | None) -> float | None:
    """Return a difference, or None where one is not known."""
    return None if value is None or reference is None else value - reference


def _is_within(difference: float | None, resolution: float | None) -> bool | None:
    if difference is None or resolution is None:
        return None
    # Fields are multiples of the step: rounding must not decide.
    return abs(difference) <= resolution * (1 + 1e-6)


def solver_label(result: dict[str, Any]) -> str:
    """Return name and version of what computed a result, for people."""
    return Engine(**result["solver"]).label
