"""A sampling that was drawn into a campaign, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from smcogui.campaigns.axes import Axis, Value
    from smcogui.campaigns.campaign import Block

_METHODS: Final = {
    "grid": "points of a grid",
    "sobol": "Sobol points",
    "latin": "points of a Latin hypercube",
    "list": "listed points",
}
_MOST_VALUES: Final = 12


def describe_block(block: Block) -> str:
    """Return method, seed, axes and what was left out for which reason, as one line."""
    sampling = block.sampling
    parts = [f"{sampling.name}: {sampling.size} {_METHODS[sampling.method]}"]
    if sampling.method == "list":
        parts.append(f"columns {', '.join(sampling.points[0])}")
    else:
        if sampling.method != "grid" or sampling.count is not None:
            parts[0] += f" (seed {sampling.seed}, from number {sampling.start})"
        parts.append("; ".join(_axis_words(axis) for axis in sampling.axes))
    filters = block.filters
    parts.append(
        f"walls of at least {filters.least_wall_cells:g} cells, gaps of at least "
        f"{filters.least_gap_cells:g}, √(A/K) of the Z phase of at least "
        f"{filters.least_exchange_length_nm:g} nm"
    )
    left = [f"{each.count} because {each.reason}" for each in block.removals]
    parts.append(f"{block.members} designs; left out: {', '.join(left) or 'none'}")
    return ". ".join(parts)


def _axis_words(axis: Axis) -> str:
    if axis.values:
        texts = [_value_words(value) for value in axis.values[:_MOST_VALUES]]
        more = [f"… ({len(axis.values)} values)"] if len(axis.values) > _MOST_VALUES else []
        return f"{axis.key} {', '.join([*texts, *more])}"
    scale = ", logarithmic" if axis.scale == "log" else ""
    step = "" if axis.step is None else f" in steps of {axis.step:g}"
    return f"{axis.key} {axis.low:g} to {axis.high:g}{step}{scale}"


def _value_words(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:g}"
