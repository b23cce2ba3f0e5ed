"""``python child.py MODULE FUNCTION ARGUMENTS`` calls a benchmark and prints JSON."""

from __future__ import annotations

import importlib
import json
import sys


def main(module: str, function: str, arguments: str) -> int:
    """Call the function; add the peak memory of this process unless the function gave it."""
    result = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    # imported late: what the benchmark loads first is what it measures
    from measure import peak_memory_MB

    result.setdefault("peak_memory_MB", peak_memory_MB())
    sys.stdout.write("\n" + json.dumps(result) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
