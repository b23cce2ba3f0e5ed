"""A series as a figure, its size chosen beside a picture of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.ui.analysis_tab.drawn_dialog import DrawnDialog
from smcogui.ui.analysis_tab.paper_form import PaperForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from smcogui.app.session import Session
    from smcogui.data.series import Series
    from smcogui.ui.analysis_tab.drawn_dialog import Draw
    from smcogui.ui.dialog_memory import DialogMemory
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.run_bridge import RunBridge


class SeriesFigureDialog(DrawnDialog):
    """Unit, title, size and file of "Hc against …", with the figure as it will be."""

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        units: FieldUnitSwitch,
        memory: DialogMemory,
        parent: QWidget | None = None,
    ) -> None:
        form = PaperForm()
        form.lay_out()
        super().__init__("series figure", form, bridge, units, memory, parent)
        self.form = form
        self.setWindowTitle("Export series figure")
        self._session = session
        self.series_name = ""

    def open_for(self, series: Series, run_ids: Sequence[str]) -> None:
        """Show the dialog for a series and its runs that are done."""
        self.series_name = series.name
        self.begin_form()
        self.show_subject(about_series(series, run_ids), run_ids, series.name)
        self.form.set_raster(self.target.suffix == ".png")
        self.redraw()
        self.open()
        self.form.unit.setFocus()

    def drawing(self) -> Draw:
        """Return what draws the series; raises InputError where it cannot be drawn."""
        series, name, spec = self._session.series, self.series_name, self.form.spec()
        return (lambda dpi: series.preview_figure(name, spec, dpi)), spec


def about_series(series: Series, run_ids: Sequence[str]) -> str:
    """Say what is exported of a series."""
    done, total = len(run_ids), len(series.run_ids)
    return f"{series.name}: Hc against {series.parameter.symbol}, {done} of {total} runs done."
