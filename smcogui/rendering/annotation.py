"""Title and key around an exported picture, so that it explains itself away from the window."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from smcogui.design.phases import Phase
from smcogui.rendering.colours import (
    PHASE_COLOURS,
    PHASE_LABELS,
    angle_colours,
    diverging_colours,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Key = Literal["phases", "projection", "angle"]
_LETTER: Final = 15
_BAND: Final = 1.9
_SCALES: Final[dict[Key, tuple[str, str, str]]] = {
    "phases": ("", "", ""),
    "projection": ("−1", "M·c / Ms", "+1"),
    "angle": ("−180°", "direction in the plane, from c", "180°"),
}


def band_height(scale: float) -> int:
    """Return the height in pixels of the title's band, and of the key's."""
    return round(_LETTER * _BAND * scale)


def annotated(
    picture: NDArray[np.uint8],
    title: str,
    key: Key,
    *,
    phases: Sequence[int] = (),
    background: str,
    ink: str,
    scale: float,
) -> NDArray[np.uint8]:
    """Return a picture with a title above and a key below, two bands higher.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
    title : str
    key : {"phases", "projection", "angle"}
    phases : sequence of int
        Phases that the key names.
    background, ink : str
        #rrggbb.
    scale : float
        Size of the letters, 1 on a screen of 96 dots per inch.
    """
    from PIL import Image, ImageDraw

    height, width, _ = picture.shape
    band = band_height(scale)
    sheet = Image.new("RGB", (width, height + 2 * band), background)
    sheet.paste(Image.fromarray(picture), (0, band))
    pen = ImageDraw.Draw(sheet)
    letter = round(_LETTER * scale)
    font = _fitting(pen, title, letter, width - band)
    pen.text((band / 2, band / 2), title, fill=ink, font=font, anchor="lm")
    middle = height + 1.5 * band
    if key == "phases":
        _draw_phases(pen, phases, letter, middle, width, ink)
    else:
        _draw_bar(sheet, pen, key, letter, middle, band, ink)
    return np.asarray(sheet, dtype=np.uint8)


def _draw_phases(
    pen: Any, phases: Sequence[int], letter: int, middle: float, width: int, ink: str
) -> None:
    labels = [PHASE_LABELS[Phase(number)] for number in phases]
    # Each label has a swatch of one letter before it and a space of two behind.
    font = _fitting(pen, "".join(f"MM{label}MM" for label in labels), letter, width)
    edge = font.size * 0.8
    lengths = [1.5 * edge + pen.textlength(label, font=font) for label in labels]
    gap = 2 * edge
    x = (width - sum(lengths) - gap * (len(labels) - 1)) / 2
    for number, label, length in zip(phases, labels, lengths, strict=True):
        box = (x, middle - edge / 2, x + edge, middle + edge / 2)
        pen.rectangle(box, fill=PHASE_COLOURS[Phase(number)], outline=ink)
        pen.text((x + 1.5 * edge, middle), label, fill=ink, font=font, anchor="lm")
        x += length + gap


def _draw_bar(
    sheet: Any, pen: Any, key: Key, letter: int, middle: float, band: int, ink: str
) -> None:
    from PIL import Image

    low, name, high = _SCALES[key]
    length, thick = max(sheet.width // 3, 8), max(band // 3, 2)
    if key == "projection":
        row = diverging_colours(np.linspace(-1, 1, length))
    else:
        angle = np.linspace(-np.pi, np.pi, length)
        row = angle_colours(np.sin(angle), np.cos(angle))
    bar = Image.fromarray(np.repeat(row[None], thick, axis=0))
    pad = band // 3
    after_bar = f"{high}   {name}"
    font = _fitting(pen, low + after_bar, letter, sheet.width - length - 4 * pad)
    before, behind = (pen.textlength(text, font=font) for text in (low, after_bar))
    left = (sheet.width - length - before - behind - 2 * pad) / 2 + before + pad
    sheet.paste(bar, (round(left), round(middle - thick / 2)))
    pen.text((left - pad, middle), low, fill=ink, font=font, anchor="rm")
    pen.text((left + length + pad, middle), after_bar, fill=ink, font=font, anchor="lm")


def _fitting(pen: Any, text: str, letter: int, width: float) -> Any:
    """Return the font of a size, or a smaller one where the text would not fit."""
    length = pen.textlength(text, font=_font(letter))
    return _font(letter if length <= width else max(int(letter * width / length), 4))


def _font(size: int) -> Any:
    """Return DejaVu Sans, which matplotlib ships and which knows μ₀, φ and the minus sign."""
    from PIL import ImageFont

    found = importlib.util.find_spec("matplotlib")
    if found is not None and found.origin is not None:
        path = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        if path.is_file():
            return ImageFont.truetype(str(path), size)
    return ImageFont.load_default(size)
