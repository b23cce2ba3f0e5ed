"""``run FILE``: compute the M-H curves of designs and read Hc, Hp and Phi_p."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.engines import Engines
from smcogui.app.exports import folder_names
from smcogui.app.figure_exports import write_run_figures
from smcogui.app.running import run_here, run_here_in_batch
from smcogui.app.session import with_overrides
from smcogui.app.settings_file import SettingsFile
from smcogui.app.worker import StopSignals
from smcogui.cli.output import format_value, write_json, write_line, write_log, write_table
from smcogui.curves.summary import READING_KEYS
from smcogui.design.design_file import load_designs
from smcogui.errors import InputError
from smcogui.runs.events import LogLine, Progress, RunEvent
from smcogui.runs.spec import MUMAX3
from smcogui.units.durations import duration_text

if TYPE_CHECKING:
    import argparse

    from smcogui.design.design import Design

_NM: Final = 1e-9
_REPORT_EVERY_S: Final = 2.0
CUDA: Final = "cuda"


def execute(options: argparse.Namespace) -> int:
    """Run every design of the file; several give a JSON list and one folder each."""
    check_device(options.device, options.backend)
    check_gpu(options.gpu, options.backend)
    designs = designs_of(options)
    folders = _folders(options.out, designs)
    run = _run_in_batch if options.device == CUDA else _run_in_turn
    with StopSignals() as should_stop:
        results = run(designs, folders, options, should_stop)
    if options.json:
        write_json(results[0] if len(results) == 1 else results)
    else:
        for design, result in zip(designs, results, strict=True):
            write_result(design.name, result)
    return 0


def _run_in_turn(
    designs: list[Design],
    folders: list[Path | None],
    options: argparse.Namespace,
    should_stop: StopSignals,
) -> list[dict[str, Any]]:
    gpus = None if options.gpu is None else str(options.gpu)
    backend = Engines(lambda: SettingsFile().settings, gpus).backend(options.backend)
    results = []
    for design, folder in zip(designs, folders, strict=True):
        results.append(
            run_here(
                design,
                folder,
                snapshots_T=options.snapshots or (),
                backend=backend,
                on_events=ProgressLog(design.name),
                should_stop=should_stop,
            )
        )
        _draw(results[-1])
    return results


def _run_in_batch(
    designs: list[Design],
    folders: list[Path | None],
    options: argparse.Namespace,
    should_stop: StopSignals,
) -> list[dict[str, Any]]:
    logs = {id(design): ProgressLog(design.name) for design in designs}
    results = run_here_in_batch(
        designs,
        folders,
        device=options.device,
        snapshots_T=options.snapshots or (),
        on_events=lambda design, events: logs[id(design)](events),
        should_stop=should_stop,
    )
    for result in results:
        _draw(result)
    return results


def designs_of(options: argparse.Namespace) -> list[Design]:
    """Return the designs of the file, with what the command line has instead of theirs."""
    cell = None if options.cell is None else options.cell * _NM
    return [
        with_overrides(design, cycles=options.cycles, seed=options.seed, cell=cell)
        for design in load_designs(options.file)
    ]


def check_gpu(gpu: int | None, backend: str) -> None:
    """Refuse a GPU for what uses none; raises InputError."""
    if gpu is not None and backend != MUMAX3:
        raise InputError(
            f"--gpu is {gpu}, and the built-in solver uses no GPU; name --backend mumax3 too",
            key="gpu",
            given=str(gpu),
            allowed="with --backend mumax3",
        )


def check_device(device: str, backend: str) -> None:
    """Refuse a choice of device for a backend that has none; raises InputError."""
    if device != "cpu" and backend == MUMAX3:
        raise InputError(
            f"--device is {device}, and MuMax3 always computes on a GPU; leave it out, use --gpu",
            key="device",
            given=device,
            allowed="with --backend builtin",
        )


class ProgressLog:
    """Writes the progress of a run to standard error, a line every two seconds."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._written_s = time.monotonic()

    def __call__(self, events: list[RunEvent]) -> None:
        """Write what matters among the new events."""
        for event in events:
            if isinstance(event, LogLine) and event.level != "info":
                write_log(f"{self._name}: {event.message}")
            elif isinstance(event, Progress):
                self._write(event)

    def _write(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._written_s < _REPORT_EVERY_S:
            return
        self._written_s = now
        left = "" if progress.eta_s is None else f", about {duration_text(progress.eta_s)} left"
        write_log(f"{self._name}: {progress.fraction:.0%} of the field points{left}")


def write_result(name: str, result: dict[str, Any]) -> None:
    """Write the readings of one run for people, with the spread over the half-cycles."""
    write_line(f"{name} ({len(result['cycles'])} half-cycles, preset {result['preset']})")
    rows = []
    for key in READING_KEYS:
        value = format_value(result[key])
        spread = result["spread"].get(key)
        rows.append((f"  {key}", value if spread is None else f"{value} ± {spread:.2g}"))
    rows.append(("  run_dir", str(result["run_dir"])))
    write_table(rows)


def _draw(result: dict[str, Any]) -> None:
    """Draw the curves; a figure that cannot be drawn does not spoil the run."""
    try:
        write_run_figures(Path(result["run_dir"]))
    except (OSError, ValueError, ImportError) as error:
        write_log(f"the figure was not drawn: {error}")


def _folders(out: Path | None, designs: list[Design]) -> list[Path | None]:
    if out is None:
        return [None] * len(designs)
    if len(designs) == 1:
        return [out]
    return [out / name for name in folder_names(designs)]
