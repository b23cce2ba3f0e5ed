"""A run as a shell command and as a Python script: pasted and executed, each makes it again."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import smcogui
from smcogui.runs.children import is_frozen
from smcogui.runs.spec import BUILTIN

if TYPE_CHECKING:
    from smcogui.data.store import RunRecord

_END: Final = "END_OF_DESIGN"


def command_of(record: RunRecord) -> str:
    """Return lines for a POSIX shell that compute a run again.

    The design stands in the lines themselves. The run folder is made in ``runs/`` below the
    folder in which the lines are pasted; where the solver is of the same version it gets the same
    run_id.
    """
    fields = " ".join(f"{H!r}" for H in record.info.snapshots_T)
    options = f" --snapshots {fields}" if fields else ""
    return (
        f"{_remark(record)}"
        f"design=$(mktemp)\n"
        f"cat > \"$design\" <<'{_END}'\n"
        f"{record.info.design.rstrip()}\n"
        f"{_END}\n"
        f'{_program()} run "$design"{options}{_backend_option(record)}\n'
        f'rm -f "$design"\n'
    )


def python_of(record: RunRecord, project: Path | None = None) -> str:
    """Return a script that computes a run again through ``smcogui.app.session``.

    Parameters
    ----------
    record : RunRecord
    project : Path, optional
        Project in which the script works; the folder ``replayed`` by default.
    """
    folder = str(project) if project is not None else "replayed"
    fields = ", ".join(f"{H!r}" for H in record.info.snapshots_T)
    options = f", snapshots_T=[{fields}]" if fields else ""
    if record.info.solver != BUILTIN.name:
        options += f", backend={record.info.solver!r}"
    # Raw, as TOML has escapes of its own; a quote in TOML's strings stands behind a backslash.
    return (
        f"{_remark(record)}"
        f"# {_python()}\n"
        "from pathlib import Path\n\n"
        "from smcogui.app.session import Session\n\n"
        f'DESIGN = r"""\n{record.info.design.rstrip()}\n"""\n\n'
        f"session = Session(Path({folder!r}))\n"
        "(design,) = session.read_designs(DESIGN)\n"
        f"run = session.start_run(design{options})\n"
        "run.wait()\n"
        "result = session.load_result(run.run_id)\n"
        'print(run.run_id, result["mu0_Hc_T"], result["mu0_Hp_T"], result["Phi_p"])\n'
    )


def _remark(record: RunRecord) -> str:
    info = record.info
    return (
        f"# Run {info.run_id} of SmCo Studio {info.program_version}, solver {info.solver} "
        f"{info.solver_version}; another version makes another run_id.\n"
    )


def _python() -> str:
    """Return which Python runs a script."""
    if is_frozen():
        return f"Run this by: {_program()} script FILE.py"
    return f"The Python that has the program installed runs this: {sys.executable}"


def _backend_option(record: RunRecord) -> str:
    engine = record.info.solver
    return "" if engine == BUILTIN.name else f" --backend {shlex.quote(engine)}"


def _program() -> str:
    """Return how the program is started here, quoted for a shell."""
    if is_frozen():
        return shlex.quote(sys.executable)
    main = Path(smcogui.__file__).resolve().parents[1] / "main.py"
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(main))}"
