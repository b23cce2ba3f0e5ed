"""Run folders that are complete, without having been computed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.app.session import Session
from smcogui.curves.summary import READING_KEYS
from smcogui.runs.events import StateChanged, to_json
from smcogui.runs.folder import EVENTS_FILE, RESULT_FILE, prepare_folder
from smcogui.runs.jsonl import append_line
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState

MakeRun = Callable[..., Path]


def write_state(folder: Path, state: RunState, message: str = "") -> None:
    """Append a state to a run's events."""
    event = StateChanged(state=state, time_s=1e9, message=message)
    append_line(folder / EVENTS_FILE, to_json(event))


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """Return a function that writes a run folder in a state, and its result where it is DONE."""
    base = Session.example("base")

    def make(
        L_nm: float = 60, state: RunState = RunState.DONE, *, project: Path = tmp_path / "project"
    ) -> Path:
        design = replace(
            base,
            name=f"L {L_nm:g}",
            parameters=replace(base.parameters, L=L_nm * 1e-9),
            mesh=replace(base.mesh, domain=8e-9, cell=1e-9),
            run=replace(base.run, cycles=1, seed=int(L_nm)),
        )
        spec = make_run_spec(design)
        folder = project / "runs" / spec.run_id
        prepare_folder(spec, folder)
        if state is RunState.DONE:
            none = dict.fromkeys(READING_KEYS)
            result = {
                **none,
                "mu0_Hc_T": 0.1 + L_nm / 3,
                "spread": none,
                "averaged_curve": none,
                "cycles": [{**none, "seed": 1}],
            }
            (folder / RESULT_FILE).write_text(json.dumps(result))
        write_state(folder, state)
        return folder

    return make


@pytest.fixture
def append_state() -> Callable[..., None]:
    """Return a function that appends a state to a run's events."""
    return write_state
