"""Fig. 1d: what is known of nanostructures in the literature, against their zirconium content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.analysis.design_table import QUANTITIES
from smcogui.analysis.figure_style import COLOURS
from smcogui.analysis.gallery.marks import (
    MEASURED_DOTS,
    DesignMarks,
    scatter_designs,
    write_note,
)
from smcogui.analysis.gallery.sample_names import SAMPLE_PREFIX
from smcogui.design.tables import literature_rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from smcogui.analysis.gallery.subject import Subject
    from smcogui.design.tables import LiteratureRow

_SAMPLES: Final = {"Powder": "o", "Bulk": "s", "Ribbon": "^", "Foil": "D", "": "v"}
_LENGTHS: Final = ("L_nm", "d_nm", "wS_nm", "wZ_nm")


def draw_literature(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw each length of the samples of Suppl. Table 1 over at% Zr."""
    del subject  # the table ships with the program
    rows, marks = literature_rows(), []
    panels = figure.subplots(2, 2, sharex=True).ravel()
    for key, axes in zip(_LENGTHS, panels, strict=True):
        for number, (sample, marker) in enumerate(_SAMPLES.items()):
            points = [
                (row.composition["Zr"], value, place)
                for place, row in enumerate(rows)
                if row.sample == sample and (value := _length(row, key)) is not None
            ]
            x, y, places = np.array(points, dtype=float).reshape(-1, 3).T
            style = {"marker": marker, "edgecolors": COLOURS[number], **MEASURED_DOTS}
            label = sample or "form not given"
            marks.append(scatter_designs(axes, x, y, places.astype(int), label=label, **style)[1])
        axes.set_ylabel(QUANTITIES[key].label)
        axes.set_ylim(bottom=0)
        count = sum(_length(row, key) is not None for row in rows)
        write_note(axes, [f"{count} of {len(rows)} samples, measured"])
    for axes in panels[2:]:
        axes.set_xlabel(f"{QUANTITIES['zr_at_percent'].label}, measured")
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    return marks


def sample_names(subject: Subject) -> list[str]:
    """Return the names of the samples by their rows in the table."""
    del subject
    return [f"{SAMPLE_PREFIX}{row.number}" for row in literature_rows()]


def literature_data(subject: Subject) -> list[dict[str, Any]]:
    """Return the samples of the table as rows."""
    del subject
    return [
        {
            "row": row.number,
            "sample": row.sample or None,
            "zr_at_percent": row.composition["Zr"],
            **{key: _length(row, key) for key in _LENGTHS},
            "source": "measured",
        }
        for row in literature_rows()
    ]


def _length(row: LiteratureRow, key: str) -> float | None:
    return {"L_nm": row.L_nm, "d_nm": row.d_nm, "wS_nm": row.wS_nm, "wZ_nm": row.wZ_nm}[key]
