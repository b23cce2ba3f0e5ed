"""Where an exported file comes from: runs, versions, seeds, commit, source of each number."""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import smcogui
from smcogui.analysis.methods import (
    measured_sentences,
    methods_paragraph,
    methods_text,
    works_cited,
)
from smcogui.data.exporters import write_file, write_provenance
from smcogui.runs.children import is_frozen
from smcogui.runs.place import read_place
from smcogui.runs.spec import IMPORTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smcogui.analysis.citations import Citation
    from smcogui.data.measurements import Measurement
    from smcogui.data.store import RunRecord

MethodsPart = Literal["all", "paragraph", "bibtex"]

_LIBRARIES: Final = ("numpy", "scipy", "numba", "matplotlib", "openpyxl", "pyarrow", "pydantic")
_GIT_TIMEOUT_S: Final = 5.0
COMMIT_FILE: Final = "commit.txt"
"""Lies in the packaged program and holds the commit it was built from."""
_ROOT: Final = Path(smcogui.__file__).resolve().parents[1]

RUN_SOURCES: Final[Mapping[str, str]] = {
    "L, d, wS, wZ, alpha, Z phase, cell, domain, half-cycles, seed, preset": "given by the design",
    "phi_S, phi_Z": "analytic, from the design",
    "zr_at_percent": "analytic, from the design",
    "Hc, Hp, Phi_p, Mr, Hk, HcB, (BH)max, squareness, M, J, B": "simulated",
    "spread (_sd)": "simulated: standard deviation over the half-cycles",
}
"""Source of the numbers in tables and figures of runs."""

MEASURED_SOURCES: Final[Mapping[str, str]] = {"curves and readings named measured": "measured"}
ANALYTIC_SOURCES: Final[Mapping[str, str]] = {"fields named analytic": "analytic, closed formulas"}


def run_facts(record: RunRecord) -> dict[str, Any]:
    """Return what identifies a run and what decides its numbers."""
    design, info = record.design, record.info
    place = read_place(record.folder)
    return {
        "run_id": record.run_id,
        "name": record.name,
        "state": record.state.value,
        "seed": design.run.seed,
        "half_cycles": [
            {"seed": cycle.seed, "offsets_nm": list(cycle.offsets_nm)} for cycle in info.cycles
        ],
        "solver": info.solver,
        "solver_version": info.solver_version,
        "program_version": info.program_version,
        "exchange_rule": design.solver.exchange_rule,
        "preset": design.preset,
        "hp_reading": design.hp_reading,
        "source": "simulated elsewhere, imported" if info.solver == IMPORTED else "simulated",
        "computed_on": None if place is None else asdict(place),
        "design": info.design,
    }


def environment_facts() -> dict[str, Any]:
    """Return the versions of Python, of the libraries, and the commit of the program."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": {name: version for name in _LIBRARIES if (version := _version(name))},
        "git_commit": git_commit(),
    }


@cache
def git_commit() -> str | None:
    """Return the program's commit, with ``-dirty`` where files were changed; None without git."""
    if is_frozen():
        return _built_commit()
    git = shutil.which("git")
    if git is None or not (_ROOT / ".git").exists():
        return None
    command = [git, "-C", str(_ROOT), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=_GIT_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None


def _built_commit() -> str | None:
    """Return the commit that the packaged program was built from, if the build knew it."""
    path = _ROOT / COMMIT_FILE
    return path.read_text(encoding="utf-8").strip() if path.is_file() else None


def write_companions(
    path: Path,
    records: Sequence[RunRecord],
    *,
    measured: Sequence[Measurement] = (),
    pinning_formula: bool = False,
    sources: Mapping[str, str] | None = None,
    **facts: Any,
) -> Path:
    """Write what belongs beside an exported file: ``PATH.json`` and ``PATH.methods.md``.

    Parameters
    ----------
    path : Path
        The exported file.
    records : sequence of RunRecord
    measured : sequence of Measurement, optional
        Measured curves in the file.
    pinning_formula : bool, optional
        Whether analytic fields are in the file.
    sources : mapping, optional
        Source of further numbers.
    **facts
        Written into ``PATH.json`` as they are.

    Returns
    -------
    Path
        The provenance file.

    Raises
    ------
    RunFolderError
        If one cannot be written.
    """
    target, methods = companion_paths(path)
    paragraph, works = methods_of(records, measured, pinning_formula=pinning_formula)
    origins = [name for name, some in (("simulated", records), ("measured", measured)) if some]
    write_provenance(
        target,
        file=path.name,
        source=" and ".join(origins) or "none",
        sources={
            **(RUN_SOURCES if records else {}),
            **(MEASURED_SOURCES if measured else {}),
            **(ANALYTIC_SOURCES if pinning_formula else {}),
            **(sources or {}),
        },
        methods=paragraph,
        methods_file=methods.name,
        references=[work.plain for work in works],
        **environment_facts(),
        runs=[run_facts(record) for record in records],
        measured=[{"name": each.name, **each.meta} for each in measured],
        **facts,
    )
    write_file(methods, methods_text(paragraph, works).encode())
    return target


def companion_paths(path: Path) -> tuple[Path, Path]:
    """Return provenance and methods file of an exported file."""
    return path.with_name(f"{path.name}.json"), path.with_name(f"{path.name}.methods.md")


def methods_of(
    records: Sequence[RunRecord],
    measured: Sequence[Measurement] = (),
    *,
    pinning_formula: bool = False,
) -> tuple[str, list[Citation]]:
    """Return the methods paragraph of runs and measured curves, and the works that it cites."""
    sentences, keys = measured_sentences(measured)
    paragraph = methods_paragraph(records, pinning_formula=pinning_formula, measured=sentences)
    return paragraph, works_cited(records, pinning_formula=pinning_formula, more=keys)


def methods_part(
    part: MethodsPart,
    records: Sequence[RunRecord],
    measured: Sequence[Measurement] = (),
    *,
    pinning_formula: bool = False,
) -> str:
    """Return the methods paragraph alone, the BibTeX of its works, or all as Markdown."""
    paragraph, works = methods_of(records, measured, pinning_formula=pinning_formula)
    match part:
        case "paragraph":
            return paragraph
        case "bibtex":
            return "\n\n".join(work.bibtex for work in works) + "\n"
        case "all":
            return methods_text(paragraph, works)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
