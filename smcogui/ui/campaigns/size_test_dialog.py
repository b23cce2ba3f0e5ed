"""How large a dataset must be, as a figure with a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFormLayout, QVBoxLayout

from smcogui.app.session import FigureSpec
from smcogui.ui.analysis_tab.export_dialog import ExportDialog
from smcogui.ui.analysis_tab.figure_preview import FigurePreview
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import ChoiceBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from smcogui.app.session import RunRecord, Session
    from smcogui.ui.dialog_memory import DialogMemory
    from smcogui.ui.run_bridge import RunBridge

_FORMATS: Final = {".pdf": "PDF", ".svg": "SVG", ".png": "PNG"}
_WIDTHS: Final = (("178 mm, two columns", 178.0), ("140 mm", 140.0), ("85 mm, one column", 85.0))
_SIZE: Final = QSize(980, 640)


class SizeTestDialog(ExportDialog):
    """The mean over growing datasets, and how far off it is; drawn in the background."""

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        memory: DialogMemory,
        campaign: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("size test", bridge, memory, _FORMATS, parent)
        self._campaigns, self.campaign = session.campaigns, campaign
        self._refusal = ""
        self.setWindowTitle(f"Dataset-size test of {campaign}")
        self.width_mm = ChoiceBox(_WIDTHS)
        self.width_mm.setAccessibleName("Width of the figure")
        self.preview = FigurePreview(bridge)
        form = QFormLayout()
        add_row(form, "&Width", self.width_mm)
        middle = QVBoxLayout()
        middle.addLayout(form)
        middle.addWidget(self.preview, 1)
        self.finish_layout(middle, _SIZE)
        self.width_mm.currentIndexChanged.connect(lambda _index: self._draw())
        self.preview.drawn.connect(lambda: self._drawn(""))
        self.preview.refused.connect(self._drawn)

    @property
    def spec(self) -> FigureSpec:
        """The size of the figure."""
        return FigureSpec(width_mm=float(str(self.width_mm.value())))

    def open_for(self, runs: Sequence[RunRecord]) -> None:
        """Show the dialog for the finished runs of the campaign."""
        self.show_runs(runs, f"{self.campaign} size test")
        self.open()
        self._draw()

    def problem(self) -> str:
        """Return why the figure cannot be drawn."""
        return self._refusal

    def _draw(self) -> None:
        campaigns, name, spec = self._campaigns, self.campaign, self.spec
        self.preview.show_figure(
            lambda dpi: campaigns.preview_size_test(name, spec, dpi), spec.width_mm, spec.height
        )

    def _drawn(self, refusal: str) -> None:
        self._refusal = refusal
        self.refresh()
