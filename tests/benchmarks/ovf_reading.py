"""Reading a stored magnetisation of a million cells."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from measure import Measure, in_child, median_ms

BAR_MS = 40.0
CELLS = (256, 256, 16)


def read(repeats: int) -> dict[str, Any]:
    """Write a file, read it again and again; called in a child process."""
    import numpy as np

    from solver.mesh import Mesh
    from solver.mumax3.ovf import read_ovf, write_ovf

    mesh = Mesh(cells=CELLS, cell_size=(5e-10, 5e-10, 2e-9))
    data = np.random.default_rng(3).random((3, *mesh.shape), dtype=np.float32)
    with tempfile.TemporaryDirectory(prefix="smco-benchmark-") as folder:
        path = Path(folder) / "m.ovf"
        write_ovf(path, data, mesh, title="m", unit="1")
        times = median_ms(
            {"ovf": lambda: read_ovf(path), "bytes": lambda: path.read_bytes()}, repeats
        )
        same = bool((read_ovf(path).data == data).all())
    return {**times, "same": same}


def million_cells(repeats: int) -> list[Measure]:
    """Measure read_ovf beside reading the bare bytes."""
    result = in_child("ovf_reading", "read", repeats=max(7, repeats))
    same = "equal to what was written" if result["same"] else "NOT what was written"
    return [
        Measure(
            name="ovf/read_1M_cells",
            value=result["ovf"],
            unit="ms",
            bar=BAR_MS,
            better="lower",
            note=f"bare bytes {result['bytes']:.1f} ms; {same}",
        )
    ]
