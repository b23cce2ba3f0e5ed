"""Ctrl+E: the curves of runs as a figure, chosen beside a picture of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.analysis.figure_spec import RASTER_SUFFIXES
from smcogui.ui.analysis_tab.drawn_dialog import DrawnDialog
from smcogui.ui.analysis_tab.figure_form import FigureChoice, FigureForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from smcogui.app.session import RunRecord, Session
    from smcogui.ui.analysis_tab.drawn_dialog import Draw
    from smcogui.ui.dialog_memory import DialogMemory
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.run_bridge import RunBridge


class FigureDialog(DrawnDialog):
    """Quantity, what is drawn, size and file, with the figure as it will be."""

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        units: FieldUnitSwitch,
        memory: DialogMemory,
        parent: QWidget | None = None,
    ) -> None:
        form = FigureForm()
        super().__init__("figure", form, bridge, units, memory, parent)
        self.form = form
        self.setWindowTitle("Export figure")
        self._session, self._bridge = session, bridge
        self._choice: FigureChoice | None = None

    @property
    def choice(self) -> FigureChoice | None:
        """What is chosen; None while it cannot be drawn."""
        return self._choice

    def open_for(self, runs: Sequence[RunRecord], measured: Sequence[str]) -> None:
        """Show the dialog for runs, and for measured curves that are on show."""
        self.begin_form()
        self.show_runs(runs, runs[0].name if len(runs) == 1 else "curves")
        self.form.set_raster(self.target.suffix in RASTER_SUFFIXES)
        self._bridge.ask(
            "measured names",
            lambda: [each.name for each in self._session.measured.records()],
            lambda names: self.form.offer_measured(names, measured),
            lambda error: self.banner.show_message("warning", str(error)),
        )
        self.form.offer_measured(measured, measured)
        self.open()
        self.form.quantity.setFocus()

    def drawing(self) -> Draw:
        """Return what draws the curves; raises InputError where they cannot be drawn."""
        self._choice = None
        choice = self._choice = self.form.choice()
        run_ids = tuple(self.run_ids)

        def draw(dpi: int) -> bytes:
            return self._session.exports.preview_figure(
                run_ids, choice.spec, measured=choice.measured, analytic=choice.analytic, dpi=dpi
            )

        return draw, choice.spec
