"""Reading a stored magnetisation of a million cells."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from measure import Measure, in_child, median_ms

BAR_MS = 40.0
CELLS = (256, 256, 16)


def read(repeats: int) -> dict[str, Any]:
    """Write files, read them again and again; called in a child process."""
    import numpy as np

    from solver.mesh import Mesh
    from solver.mumax3.ovf import read_ovf, write_ovf

    mesh = Mesh(cells=CELLS, cell_size=(5e-10, 5e-10, 2e-9))
    generator = np.random.default_rng(3)
    m = generator.random((3, *mesh.shape), dtype=np.float32)
    regions = generator.integers(0, 4, (1, *mesh.shape)).astype(np.float32)
    with tempfile.TemporaryDirectory(prefix="smco-benchmark-") as folder:
        paths = {name: Path(folder) / f"{name}.ovf" for name in ("m", "m_double", "regions")}
        write_ovf(paths["m"], m, mesh, title="m", unit="1")
        write_ovf(paths["m_double"], m, mesh, title="m", unit="1", double=True)
        write_ovf(paths["regions"], regions, mesh, title="region", unit="1", labels=("region",))
        readers = {name: lambda path=path: read_ovf(path) for name, path in paths.items()}
        bare = {
            "fromfile": lambda: np.fromfile(paths["m"], dtype=np.uint8),
            "memmap": lambda: np.array(np.memmap(paths["m"], dtype=np.uint8, mode="r")),
        }
        times = median_ms(readers | bare, repeats)
        same = (
            (read_ovf(paths["m"]).data == m).all()
            and (read_ovf(paths["m_double"]).data == m).all()
            and (read_ovf(paths["regions"]).data == regions).all()
        )
    return {**times, "same": bool(same)}


def million_cells(repeats: int) -> list[Measure]:
    """Measure read_ovf beside reading and mapping the bare bytes."""
    result = in_child("ovf_reading", "read", repeats=max(7, repeats))
    same = "equal to what was written" if result["same"] else "NOT what was written"
    bare = f"np.fromfile {result['fromfile']:.1f} ms, np.memmap copied {result['memmap']:.1f} ms"
    names = {"m": "", "m_double": "_binary_8", "regions": "_regions"}
    return [
        Measure(
            name=f"ovf/read_1M_cells{suffix}",
            value=result[key],
            unit="ms",
            bar=BAR_MS,
            better="lower",
            note=f"bare bytes of the first: {bare}; {same}",
        )
        for key, suffix in names.items()
    ]
