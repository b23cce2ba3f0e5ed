"""Arrays of pixels as pictures of Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def rgb_image(pixels: NDArray[np.uint8]) -> QImage:
    """Return pixels, shape (height, width, 3), as a picture that owns its memory."""
    height, width, _ = pixels.shape
    # The copy matters: QImage does not keep the bytes alive.
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
