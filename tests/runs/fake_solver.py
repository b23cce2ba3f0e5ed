"""Stands in for ``python -m solver FOLDER`` where a test is about processes, not physics.

Writes field steps as the solver does and honours its rules: it goes on from what is on disk, ends
with 130 on SIGTERM and when its parent is gone, and fails where a file ``fail`` asks for it.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

STEPS = int(os.environ.get("FAKE_STEPS", "6"))
PAUSE_S = float(os.environ.get("FAKE_PAUSE_S", "0.0"))


def say(stream, **event):
    stream.write(json.dumps(event) + "\n")
    stream.flush()


def solve(folder):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    path = folder / "events.jsonl"
    events = [json.loads(x) for x in path.read_text().splitlines()] if path.exists() else []
    if any(event["type"] == "Finished" for event in events):
        return 0
    begun = sum(event["type"] == "FieldStep" for event in events)
    with path.open("a") as stream:
        say(stream, type="Started", solver="fake", version="1", problem_hash="", precision="")
        if (folder.parent / "fail").exists():
            say(stream, type="Failed", error="NotFiniteError", message="cell (1, 2) is NaN")
            return 3
        for index in range(begun, STEPS):
            if os.environ.get("SOLVER_PARENT_PID", str(os.getppid())) != str(os.getppid()):
                return 130
            time.sleep(PAUSE_S)
            say(
                stream,
                type="FieldStep",
                index=index,
                mu0_H_T=1.0 - index,
                M_over_Ms=1.0 if index < STEPS - 1 else -0.9,
                mx=0.0,
                my=1.0,
                mz=0.0,
                energy_density_J_m3=0.0,
                max_torque_T=0.0,
                iterations=index + 1,
                demag_evaluations=1,
                jump=index == STEPS - 1,
                progress=(index + 1) / STEPS,
                cpu_s=0.1,
            )
        say(
            stream,
            type="Finished",
            iterations=STEPS,
            demag_evaluations=STEPS,
            cpu_s=0.1,
            wall_s=0.1,
            compile_s=0.0,
        )
    return 0


if __name__ == "__main__":
    sys.exit(solve(Path(sys.argv[1])))
