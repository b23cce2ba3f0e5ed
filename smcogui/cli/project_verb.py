"""``project``: the runs of a project; copies, packed projects."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from smcogui.app.projects import is_project
from smcogui.app.session import Session
from smcogui.cli.output import format_value, write_json, write_line, write_table
from smcogui.curves.summary import READING_KEYS
from smcogui.errors import InputError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def execute(options: argparse.Namespace) -> int:
    """Do what was asked for and tell the project that it gave."""
    progress = Progress()
    if options.copy is not None:
        source, target = options.copy
        made = open_project(source).copy_project(target.absolute(), progress)
    elif options.export is not None:
        source, target = options.export
        made = open_project(source).export_project(target.absolute(), progress)
    elif options.unpack is not None:
        source, target = options.unpack
        made = Session.import_project(source, target.absolute(), progress)
    elif options.import_run is not None:
        project, source = options.import_run
        return _import_run(open_project(project), source, options)
    elif options.import_dataset is not None:
        project, source = options.import_dataset
        record = open_project(project).datasets.add(source, options.name, options.may_differ or ())
        _tell(asdict(record), as_json=options.json)
        return 0
    else:
        _tell(describe(open_project(options.list)), as_json=options.json)
        return 0
    progress.end()
    if is_project(made):
        _tell(describe(Session(made)), as_json=options.json)
    else:
        _tell({"file": str(made), "size_MB": round(made.stat().st_size / 1e6, 3)}, options.json)
    return 0


def _import_run(session: Session, source: Path, options: argparse.Namespace) -> int:
    design = None if options.design is None else session.load_designs(options.design)[0]
    record = session.run(session.import_run(source, design))
    facts = {
        "run_id": record.run_id,
        "name": record.name,
        "solver": f"{record.info.solver} {record.info.solver_version}",
        "message": record.message,
        "run_dir": str(record.folder),
        **{key: (record.result or {}).get(key) for key in READING_KEYS},
    }
    _tell(facts, as_json=options.json)
    return 0


def describe(session: Session) -> dict[str, Any]:
    """Return name, place, notes and runs of a project."""
    runs = [
        {
            "run_id": run.run_id,
            "name": run.name,
            "state": run.state.value,
            "progress": round(run.progress, 4),
            "run_dir": str(run.folder),
        }
        for run in session.runs()
    ]
    return {
        "project": str(session.project),
        "name": session.project_name,
        "notes": list(session.notes),
        "runs": runs,
    }


class Progress:
    """Shows the share that is done on a terminal, whole per cents only."""

    def __init__(self) -> None:
        self._shown = -1

    def __call__(self, fraction: float | None, message: str = "") -> None:
        """Show another share, and what is done there."""
        percent = int(100 * (fraction or 0.0))
        if percent != self._shown and sys.stderr.isatty():
            sys.stderr.write(f"\r{percent:3d} % {message}")
            sys.stderr.flush()
        self._shown = percent

    def end(self) -> None:
        """Close the line."""
        if sys.stderr.isatty():
            sys.stderr.write("\r100 %\n")


def open_project(folder: Path) -> Session:
    """Open a project that exists; the command line makes none by a slip of the pen."""
    if not is_project(folder):
        raise InputError(
            f"{folder} is no project: it has no project.json",
            key="project",
            given=str(folder),
            allowed="the folder of a project",
        )
    return Session(folder)


def _tell(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        write_json(facts)
        return
    runs = facts.pop("runs", [])
    write_table([(key, format_value(value)) for key, value in facts.items() if value != []])
    for run in runs:
        write_line(f"{run['run_id']}  {run['state']:<9}  {run['progress']:>4.0%}  {run['name']}")
