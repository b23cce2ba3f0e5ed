"""Compare two results: ``python compare.py base.json new.json [--limit 10]``.

Exit code 0 where nothing got worse by more than the limit, 1 where something did, 2 for files that
cannot be read. Only numbers of two runs on one idle machine can be compared.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any


def main() -> int:
    """Print a line per number that both files hold; say which got worse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--limit", type=float, default=10.0, help="in per cent (default 10)")
    options = parser.parse_args()
    try:
        base, new = _load(options.base), _load(options.new)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"cannot be read as a result of run_benchmarks.py: {error!r}\n")
        return 2
    _warn_of_other_machine(base["machine"], new["machine"])
    return 1 if _compare(base["rows"], new["rows"], options.limit / 100) else 0


def slowdown(base: float, new: float, better: str) -> float:
    """Return how many times worse ``new`` is: 1 the same, above 1 worse."""
    worse, than = (new, base) if better == "lower" else (base, new)
    if than == 0:
        return 1.0 if worse == 0 else math.inf
    return worse / than


def _load(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if content["format_version"] != 1:
        raise ValueError(f"{path}: format_version is {content['format_version']}, not 1")
    rows = {row["name"]: row for row in content["measures"] if row["better"]}
    return {"machine": content["machine"], "rows": rows}


def _warn_of_other_machine(base: dict[str, Any], new: dict[str, Any]) -> None:
    for key in ("cpu", "cores", "python", "packages"):
        if base[key] != new[key]:
            sys.stdout.write(f"note: {key} differs: {base[key]} and {new[key]}\n")


def _compare(base: dict[str, Any], new: dict[str, Any], limit: float) -> list[str]:
    """Print the rows and return the names of those that got worse by more than the limit."""
    worse = []
    for name, row in base.items():
        if name not in new:
            sys.stdout.write(f"{name:<44} not in the new file\n")
            continue
        times = slowdown(row["value"], new[name]["value"], row["better"])
        verdict = ""
        if times > 1 + limit:
            verdict = "WORSE"
            worse.append(name)
        elif times < 1 / (1 + limit):
            verdict = "better"
        values = f"{row['value']:>10.4g} -> {new[name]['value']:<10.4g}"
        sys.stdout.write(f"{name:<44} {values} {row['unit']:<6} x {times:.3f} {verdict}".rstrip())
        sys.stdout.write("\n")
    if not base.keys() & new.keys():
        sys.stdout.write("the files have no number in common\n")
    sys.stdout.write(f"{len(worse)} got worse by more than {limit:.0%}\n")
    return worse


if __name__ == "__main__":
    sys.exit(main())
