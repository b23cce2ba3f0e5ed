"""The designs that are analysed: a project's finished runs, or a dataset, with their curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from smcogui.app.projects import is_project
from smcogui.curves.mh_curve import MHCurve
from smcogui.data.dataset import DatasetRow, check_unmixed, dataset_row
from smcogui.data.dataset_import import CURVES_FILE, SUMS_FILE, check_datasets
from smcogui.data.dataset_parts import TEST_SET, TRAINING_SET
from smcogui.errors import InputError
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from smcogui.app.session import Session

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnalysisSource:
    """Designs and where they come from.

    Parameters
    ----------
    name : str
        For titles and messages.
    rows : list of dict
        With the columns of :mod:`smcogui.data.dataset`.
    held_out : tuple of str
        Ids of runs that no surrogate was trained on.
    load_curves : callable or None
        From ids of runs to the curves of their half-cycles; None where there are none.
    surrogates : Path or None
        The surrogates of a project.
    facts : dict
        What names the designs: files with SHA-256, or the project's sets.
    """

    name: str
    rows: Rows
    held_out: tuple[str, ...]
    load_curves: Callable[[Sequence[str]], Mapping[str, list[MHCurve]]] | None
    surrogates: Path | None
    facts: dict[str, Any]


def open_source(
    place: Path, sets: Sequence[str] = (), may_differ: Iterable[str] = ()
) -> AnalysisSource:
    """Read the designs of a project or dataset.

    Parameters
    ----------
    place : Path
        A project, a folder that ``campaign export`` wrote, or a table in one.
    sets : sequence of str
        Of a project: campaigns and imported datasets; all finished runs by default. Of a dataset
        folder: names of tables; ``train`` and ``test_offgrid`` by default, where it has them.
    may_differ : iterable of str
        See :func:`~smcogui.data.dataset.check_unmixed`.

    Raises
    ------
    InputError
        If there are no such designs, they are not whole, or do not compare.
    """
    from smcogui.app.session import Session

    if not place.exists():
        raise InputError(
            f"{place} does not exist; name a project, or a dataset that `campaign export` wrote",
            key="source",
            given=str(place),
            allowed="an existing folder or table",
        )
    if is_project(place):
        return project_source(Session(place), sets, may_differ)
    return _dataset_source(place, sets, tuple(may_differ))


def project_source(
    session: Session, sets: Sequence[str] = (), may_differ: Iterable[str] = ()
) -> AnalysisSource:
    """Return the designs of an open project; see :func:`open_source`."""
    if sets:
        rows = session.surrogates.rows(sets)
    else:
        done = [record for record in session.runs() if record.state is RunState.DONE]
        # What was drawn after an image is no point among designs that were built from L, d, w_S.
        built = [each for each in done if each.result and each.design.region_map is None]
        rows = [dataset_row(DatasetRow(record=record)) for record in built]
    check_unmixed(rows, may_differ)
    tested = TEST_SET in (sets or session.surrogates.sets())
    held_out = session.surrogates.rows([TEST_SET]) if tested else []
    return AnalysisSource(
        name=session.project_name,
        rows=rows,
        held_out=tuple(str(row["run_id"]) for row in held_out),
        load_curves=lambda ids: {run_id: session.load_curves(run_id) for run_id in ids},
        surrogates=session.surrogates.folder,
        facts={"project": session.project_name, "sets": list(sets) or "all finished runs"},
    )


def _dataset_source(
    place: Path, sets: Sequence[str], may_differ: tuple[str, ...]
) -> AnalysisSource:
    folder = place if place.is_dir() else place.parent
    chosen = check_datasets(list(_tables(place, sets)), may_differ)
    rows = [row for each in chosen for row in each.rows]
    check_unmixed(rows, may_differ)
    has_curves = CURVES_FILE in chosen[0].sums
    return AnalysisSource(
        name=folder.resolve().name,
        rows=rows,
        held_out=tuple(
            str(row["run_id"])
            for each in chosen
            if each.table.stem == TEST_SET
            for row in each.rows
        ),
        load_curves=(lambda ids: _curves(folder / CURVES_FILE, ids)) if has_curves else None,
        surrogates=None,
        facts={
            "dataset": folder.resolve().name,
            "tables": {each.table.name: len(each.rows) for each in chosen},
            f"{SUMS_FILE} sha256": chosen[0].sha256,
        },
    )


def _tables(place: Path, sets: Sequence[str]) -> list[Path]:
    """Return the tables of a dataset that are asked for."""
    if place.is_file():
        if sets:
            raise InputError(
                "--set is for folders and projects; a table of designs was named already",
                key="set",
                given=", ".join(sets),
                allowed="only with a folder or a project",
            )
        return [place]
    if not sets:
        both = [place / f"{name}.parquet" for name in (TRAINING_SET, TEST_SET)]
        return [path for path in both if path.exists()] or [place]
    found = []
    for name in sets:
        paths = [place / f"{name}{suffix}" for suffix in (".parquet", ".csv")]
        there = next((path for path in paths if path.exists()), None)
        if there is None:
            raise InputError(
                f"the dataset {place} has no table {name!r}",
                key="set",
                given=name,
                allowed="names of its tables of designs, without .parquet",
            )
        found.append(there)
    return found


def _curves(path: Path, run_ids: Sequence[str]) -> dict[str, list[MHCurve]]:
    """Return the curves of runs from the file of field steps; M over Ms, so Ms counts 1 A/m."""
    from pyarrow import parquet

    from smcogui.units import from_tesla

    table = parquet.read_table(path, filters=[("run_id", "in", list(run_ids))]).to_pydict()
    numbers = {key: np.array(table[key]) for key in ("run_id", "cycle", "mu0_H_T", "jump")}
    M = np.array(table["M_over_Ms"], dtype=float)
    found: dict[str, list[MHCurve]] = {}
    for run_id in run_ids:
        mine = numbers["run_id"] == run_id
        cycles = [mine & (numbers["cycle"] == cycle) for cycle in np.unique(numbers["cycle"][mine])]
        found[run_id] = [
            MHCurve(
                H=from_tesla(1.0) * numbers["mu0_H_T"][rows],
                M=M[rows],
                Ms=1.0,
                jump=numbers["jump"][rows],
            )
            for rows in cycles
        ]
    return found
