"""What the command line writes: one JSON value or lines for people."""

from __future__ import annotations

import json
import sys
from typing import Any


def write_json(value: Any) -> None:
    """Write one JSON value to standard output; NaN is refused, as JSON has none."""
    sys.stdout.write(json.dumps(value, indent=2, allow_nan=False) + "\n")
    sys.stdout.flush()


def write_line(text: str = "") -> None:
    """Write one line for people to standard output."""
    sys.stdout.write(text + "\n")


def write_log(text: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def write_table(rows: list[tuple[str, str]]) -> None:
    """Write names and values in two columns."""
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        write_line(f"{name:<{width}}  {value}")


def format_value(value: Any) -> str:
    """Return a JSON value as people write it; None is a dash."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {format_value(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(format_value(item) for item in value)
    return str(value)
