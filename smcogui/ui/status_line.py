"""The line at the bottom: project, solver, GPU, what draws in 3-D, unit of fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel

from smcogui.app.gpu import find_gpus
from smcogui.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStatusBar, QWidget

    from smcogui.app.mumax3_state import Mumax3State
    from smcogui.ui.render_process import DrawingSupport
    from smcogui.ui.run_bridge import RunBridge


class StatusLine(QObject):
    """What computes and what draws; messages of a few seconds lie over the project's name.

    Parameters
    ----------
    unit_button : QWidget
        Shows and switches the unit of fields.
    """

    def __init__(self, bar: QStatusBar, bridge: RunBridge, unit_button: QWidget) -> None:
        super().__init__(bar)
        self._bridge = bridge
        # Projects differ at the end of their paths, and where they lie at the beginning.
        self.project = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self.backend = QLabel()
        self.gpu = QLabel("GPU: looking")
        self.drawing = QLabel("3-D: loading")
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.project, 1)
        for widget in (self.backend, self.gpu, self.drawing, unit_button):
            bar.addPermanentWidget(widget)

    def show_project(self, folder: str) -> None:
        """Show where the project lies."""
        self.project.show_text(f"Project: {folder}")

    def show_processes(self, processes: int) -> None:
        """Show what computes the runs."""
        cores = "1 process" if processes == 1 else f"{processes} processes"
        self.backend.setText(f"Built-in solver, {cores}")
        self.backend.setToolTip(
            "Runs are computed on the processor, so many half-cycles at once; "
            "the number is chosen in the settings (Ctrl+,)."
        )

    def show_mumax3(self, state: Mumax3State | None) -> None:
        """Show that MuMax3 computes the runs; None while it is still looked for."""
        if state is None:
            self.backend.setText("MuMax3: looking")
            self.backend.setToolTip("It is started to say its version.")
        elif state.why_not:
            self.backend.setText("MuMax3: not available")
            self.backend.setToolTip(state.why_not)
        else:
            gpus = "1 GPU" if len(state.gpus) <= 1 else f"{len(state.gpus)} GPUs"
            self.backend.setText(f"{state.label}, {gpus}")
            self.backend.setToolTip(
                f"Runs are computed on {', '.join(state.gpus) or 'the GPU'}, a half-cycle on each "
                f"at a time, with the {state.exchange_rule} exchange rule."
            )

    def look_for_gpu(self) -> None:
        """Ask the driver which GPUs there are, in the background."""
        self._bridge.ask("gpu", find_gpus, self._show_gpus)

    def show_renderer(self, support: DrawingSupport) -> None:
        """Show what draws in 3-D."""
        self.drawing.setText(f"3-D: {support.renderer.split(' (')[0]}")
        self.drawing.setToolTip(support.renderer)

    def show_no_renderer(self, reason: str) -> None:
        """Show that nothing does, and why."""
        self.drawing.setText("3-D: not available")
        self.drawing.setToolTip(reason)

    def _show_gpus(self, names: list[str]) -> None:
        self.gpu.setText(f"GPU: {names[0]}" if names else "No NVIDIA GPU")
        self.gpu.setToolTip(
            f"Found: {', '.join(names)}. The built-in solver runs on the processor."
            if names
            else "The driver lists none. Runs are computed on the processor and need none."
        )
