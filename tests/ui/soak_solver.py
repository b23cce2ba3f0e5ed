"""Stands in for ``python -m solver FOLDER``: accepts steps at an even pace for a given time."""

import json
import math
import os
import sys
import time
from pathlib import Path

STEPS = int(os.environ["SOAK_STEPS"])
SECONDS = float(os.environ["SOAK_SECONDS"])
END = {"iterations": STEPS, "demag_evaluations": STEPS, "cpu_s": 1.0, "wall_s": 1.0}


def field_step(index, cycle):
    """Return a step of a curve with a slope, and a jump at its end that differs by half-cycle."""
    field = 1.0 - 6.0 * index / (STEPS - 1)
    is_last = index == STEPS - 1
    shape = math.tanh(0.8 * (field + 5.0 + 0.02 * cycle))
    return {
        "type": "FieldStep",
        "index": index,
        "mu0_H_T": field,
        "M_over_Ms": -0.9 if is_last else shape,
        "mx": 0.0,
        "my": shape,
        "mz": 0.0,
        "energy_density_J_m3": 0.0,
        "max_torque_T": 0.0,
        "iterations": index + 1,
        "demag_evaluations": 1,
        "jump": is_last,
        "progress": (index + 1) / STEPS,
        "cpu_s": 0.1,
    }


def main():
    """Write the events of one half-cycle."""
    folder = Path(sys.argv[1])
    cycle = int(folder.name.removeprefix("cycle-"))
    began = time.monotonic()
    with (folder / "events.jsonl").open("a") as stream:
        for index in range(STEPS):
            time.sleep(max(0.0, began + SECONDS * index / STEPS - time.monotonic()))
            stream.write(json.dumps(field_step(index, cycle)) + "\n")
            stream.flush()
        stream.write(json.dumps({"type": "Finished", **END, "compile_s": 0.0}) + "\n")


main()
