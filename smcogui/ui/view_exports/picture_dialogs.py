"""Size and fineness of a picture, size and speed of a film."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from smcogui.app.pictures import RATE_LIMITS
from smcogui.errors import InputError
from smcogui.rendering.content import DPI_LIMITS, PIXEL_LIMITS, PictureFormat
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import CountBox, NumberBox

if TYPE_CHECKING:
    from smcogui.rendering.content import Camera, Look

# Room for the title of the window.
_WIDTH: Final = 340
_MM_PER_INCH: Final = 25.4
_COLUMN_MM: Final = 85.0
_PRINT_DPI: Final = 300
_FILM_DPI: Final = 144.0
_FILM_WIDTH: Final = 960
_FILM_RATE: Final = 2.0
_FEWEST_STATES: Final = 2


class _FormatDialog(QDialog):
    """What both dialogs have: a form, a sentence on the result, the buttons.

    Parameters
    ----------
    aspect : float
        Height over width of the view.
    camera, look
        As the view has them.
    """

    def __init__(
        self, title: str, aspect: float, camera: Camera, look: Look, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self._aspect, self._camera, self._look = aspect, camera, look
        self.form_layout = QFormLayout()
        self.summary = QLabel()
        self.summary.setProperty("role", "muted")
        self.banner = Banner()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Choose file…")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(self.form_layout)
        layout.addWidget(self.summary)
        layout.addWidget(self.banner)
        layout.addWidget(self.buttons)

    def add_number(self, label: str, box: NumberBox, value: float, tip: str) -> None:
        """Add a row."""
        box.setAccessibleName(label)
        box.setToolTip(tip)
        box.setValue(value)
        box.valueChanged.connect(lambda _value: self.refresh())
        add_row(self.form_layout, label, box)

    def picture_format(self) -> PictureFormat:
        """Return what was chosen; raises InputError where it is not possible."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Say how large the result is, or why it is not possible."""
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        try:
            form = self.picture_format()
        except InputError as error:
            self.banner.show_message("error", str(error))
            ok.setEnabled(False)
            return
        self.banner.clear_message()
        ok.setEnabled(True)
        self.summary.setText(self.describe(form))

    def describe(self, form: PictureFormat) -> str:
        """Return what will be written, in words."""
        return f"{form.width} × {form.height} pixels"


class PictureDialog(_FormatDialog):
    """Width on paper and dots per inch of a PNG; the height follows from the view."""

    def __init__(
        self, aspect: float, camera: Camera, look: Look, parent: QWidget | None = None
    ) -> None:
        super().__init__("Export 3-D picture", aspect, camera, look, parent)
        self.width_mm = NumberBox(minimum=5, maximum=1000, step=1, unit="mm")
        self.dpi = CountBox(minimum=int(DPI_LIMITS[0]), maximum=int(DPI_LIMITS[1]))
        self.add_number("Width", self.width_mm, _COLUMN_MM, "One column: 85 mm, two: 178 mm.")
        self.add_number("Dots per inch", self.dpi, _PRINT_DPI, "Journals ask for 300 to 600.")
        self.refresh()

    def picture_format(self) -> PictureFormat:
        """Return what was chosen; raises InputError where it is not possible."""
        width = round(self.width_mm.value() / _MM_PER_INCH * self.dpi.value())
        return PictureFormat(
            width=width,
            height=round(width * self._aspect),
            dpi=self.dpi.value(),
            camera=self._camera,
            look=self._look,
        )


class FilmDialog(_FormatDialog):
    """Width in pixels and states per second of a film; the height follows from the view.

    Parameters
    ----------
    n_states, cycle : int
        How many states of which half-cycle the film shows.
    """

    def __init__(
        self,
        n_states: int,
        cycle: int,
        aspect: float,
        camera: Camera,
        look: Look,
        parent: QWidget | None = None,
    ) -> None:
        self._n_states, self._cycle = n_states, cycle
        super().__init__("Export film of the reversal", aspect, camera, look, parent)
        self.width_px = CountBox(minimum=PIXEL_LIMITS[0], maximum=PIXEL_LIMITS[1])
        self.rate = NumberBox(minimum=RATE_LIMITS[0], maximum=RATE_LIMITS[1], step=0.5)
        self.add_number("Width in pixels", self.width_px, _FILM_WIDTH, "960 suits slides.")
        self.add_number("States per second", self.rate, _FILM_RATE, "How fast the field falls.")
        self.refresh()

    def picture_format(self) -> PictureFormat:
        """Return what was chosen; raises InputError where it is not possible."""
        if self._n_states < _FEWEST_STATES:
            raise InputError(
                f"Half-cycle {self._cycle + 1} has {self._n_states} stored state; a film needs "
                "two. Store states at more fields, or wait for the run.",
                key="cycle",
                given=str(self._n_states),
                allowed=">= 2 stored states",
            )
        width = self.width_px.value()
        return PictureFormat(
            width=width,
            height=round(width * self._aspect),
            # Letters grow with the film, so that they stay readable on a projector.
            dpi=_FILM_DPI * width / _FILM_WIDTH,
            camera=self._camera,
            look=self._look,
        ).for_film()

    def describe(self, form: PictureFormat) -> str:
        """Return length and size of the film, in words."""
        return (
            f"Half-cycle {self._cycle + 1}: {self._n_states} stored states in "
            f"{self._n_states / self.rate.value():.3g} s, {super().describe(form)}.\n"
            "GIF or MP4: choose it with the file."
        )
