"""The recorded answers of schedulers."""

import json
from pathlib import Path

from smcogui.runs.cluster.remote import Answer

FOLDER = Path(__file__).parent / "answers"


def answers(name):
    """Return the answers of a situation in the order of their commands."""
    told = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["answers"]
    return [
        Answer(
            exit_code=each["exit_code"],
            stdout=each["stdout"].encode(),
            stderr=each["stderr"].encode(),
        )
        for each in told
    ]


def commands(name):
    """Return the commands that were answered."""
    told = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["answers"]
    return [tuple(each["command"]) for each in told]
