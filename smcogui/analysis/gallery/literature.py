"""Fig. 1d: what is known of nanostructures in the literature, against their zirconium content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.analysis.design_table import QUANTITIES
from smcogui.analysis.figure_style import COLOURS
from smcogui.analysis.gallery.marks import MEASURED_DOTS, write_note
from smcogui.design.tables import literature_rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from smcogui.analysis.gallery.subject import Subject
    from smcogui.design.tables import LiteratureRow

_SAMPLES: Final = {"Powder": "o", "Bulk": "s", "Ribbon": "^", "Foil": "D", "": "v"}
_LENGTHS: Final = ("L_nm", "d_nm", "wS_nm", "wZ_nm")


def draw_literature(figure: Figure, subject: Subject) -> None:
    """Draw each length of the samples of Suppl. Table 1 over at% Zr."""
    del subject  # the table ships with the program
    rows = literature_rows()
    panels = figure.subplots(2, 2, sharex=True).ravel()
    for key, axes in zip(_LENGTHS, panels, strict=True):
        for number, (sample, marker) in enumerate(_SAMPLES.items()):
            points = [
                (row.composition["Zr"], value)
                for row in rows
                if row.sample == sample and (value := _length(row, key)) is not None
            ]
            axes.scatter(
                [x for x, _ in points],
                [y for _, y in points],
                marker=marker,
                edgecolors=COLOURS[number],
                label=sample or "form not given",
                **MEASURED_DOTS,
            )
        axes.set_ylabel(QUANTITIES[key].label)
        axes.set_ylim(bottom=0)
        count = sum(_length(row, key) is not None for row in rows)
        write_note(axes, [f"{count} of {len(rows)} samples, measured"])
    for axes in panels[2:]:
        axes.set_xlabel(f"{QUANTITIES['zr_at_percent'].label}, measured")
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))


def _length(row: LiteratureRow, key: str) -> float | None:
    return {"L_nm": row.L_nm, "d_nm": row.d_nm, "wS_nm": row.wS_nm, "wZ_nm": row.wZ_nm}[key]
