"""The curves of a dataset: a row for each accepted field step, in a small Parquet file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from smcogui.data.exporters import write_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from solver.events import FieldStep


def curve_rows(run_id: str, cycles: Iterable[Sequence[FieldStep]]) -> list[dict[str, Any]]:
    """Return the field steps of a run as rows: run_id, cycle, mu0_H_T, M_over_Ms, jump.

    M_over_Ms is in single precision, as it was computed.
    """
    return [
        {
            "run_id": run_id,
            "cycle": number,
            "mu0_H_T": step.mu0_H_T,
            "M_over_Ms": float(np.float32(step.M_over_Ms)),
            "jump": step.jump,
        }
        for number, steps in enumerate(cycles)
        for step in steps
    ]


def write_curves(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Write the field steps as Parquet; raises RunFolderError where that is not possible.

    About 200 bytes a design of three half-cycles: few fields are different, so they are a list of
    their own, and the bytes of the moments compress by their places.
    """
    import pyarrow as pa
    from pyarrow import parquet

    types = {
        "run_id": pa.string(),
        "cycle": pa.int16(),
        "mu0_H_T": pa.float64(),
        "M_over_Ms": pa.float32(),
        "jump": pa.bool_(),
    }
    table = pa.table(
        {key: pa.array([row[key] for row in rows], kind) for key, kind in types.items()}
    )
    buffer = io.BytesIO()
    parquet.write_table(
        table,
        buffer,
        compression="zstd",
        compression_level=15,
        use_dictionary=["run_id", "cycle", "mu0_H_T"],
        use_byte_stream_split=["M_over_Ms"],
    )
    write_file(path, buffer.getvalue())
