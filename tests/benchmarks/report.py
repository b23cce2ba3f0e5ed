"""The table that people read and the file that compare.py reads."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measure import Measure

FORMAT_VERSION = 1


def format_row(measure: Measure) -> str:
    """Return one line of the table: name, value, bar and note."""
    value = f"{_number(measure.value):>9} {measure.unit}"
    return f"{measure.name:<44} {value:<16} {_verdict(measure):<24} {measure.note}".rstrip()


def write_results(
    folder: Path, measures: list[Measure], machine: dict[str, Any], failures: list[str]
) -> Path:
    """Write ``folder/<UTC time>.json`` and return its path."""
    now = datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y-%m-%dT%H%M%SZ}.json"
    content = {
        "format_version": FORMAT_VERSION,
        "time_utc": now.isoformat(timespec="seconds"),
        "machine": machine,
        "failures": failures,
        "measures": [asdict(measure) | _judge(measure) for measure in measures],
    }
    path.write_text(json.dumps(content, indent=1) + "\n")
    return path


def _judge(measure: Measure) -> dict[str, Any]:
    if measure.bar is None:
        return {}
    return {"met": measure.value <= measure.bar, "ratio": measure.value / measure.bar}


def _verdict(measure: Measure) -> str:
    if measure.bar is None:
        return ""
    judged = _judge(measure)
    return f"{'met' if judged['met'] else 'MISSED'} ({judged['ratio']:.2f} x {measure.bar:g})"


def _number(value: float) -> str:
    return f"{value:d}" if isinstance(value, int) else f"{value:.4g}"
