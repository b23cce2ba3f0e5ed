"""Films as files: GIF by Pillow (HPND licence), MP4 by the FFmpeg inside OpenCV (LGPL 2.1).

Neither brings an encoder under the GPL; docs/decisions names what was looked at.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any, Final, Protocol

from smcogui.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

SUFFIXES: Final = (".gif", ".mp4")
_MP4_PER_S: Final = 25
_CODEC: Final = "mp4v"


class Film(Protocol):
    """Takes pictures in turn; ``close`` completes the file."""

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Add a picture, shape (height, width, 3)."""

    def close(self) -> None:
        """Complete the file."""


def check_film_path(path: Path) -> None:
    """Refuse a film that cannot be written here.

    Raises
    ------
    InputError
        If the suffix is not .gif or .mp4, or OpenCV is missing for .mp4.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"a film cannot be written as {path.suffix or 'a file without suffix'!r}: {path}. "
            "Give a name that ends in .gif or .mp4",
            key="path",
            given=path.suffix,
            allowed=", ".join(SUFFIXES),
        )
    if path.suffix.lower() == ".mp4" and importlib.util.find_spec("cv2") is None:
        raise InputError(
            "MP4 needs the package opencv-python-headless, which is not installed here. "
            "Choose a name that ends in .gif, or install that package",
            key="path",
            given=".mp4",
            allowed=".gif",
        )


def open_film(path: Path, suffix: str, rate: float, size: tuple[int, int]) -> Film:
    """Start a film; ``rate`` in pictures per second, ``size`` in pixels (even, for .mp4)."""
    return Mp4Film(path, rate, size) if suffix == ".mp4" else GifFilm(path, rate)


class GifFilm:
    """An endless GIF; colours are reduced to 255 per picture."""

    def __init__(self, path: Path, rate: float) -> None:
        self._path = path
        self._duration_ms = max(round(1000 / rate), 20)
        self._pictures: list[Any] = []

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Add a picture, shape (height, width, 3)."""
        from PIL import Image

        # Which colours are often does not matter: the bar of the colours has few pixels of each,
        # and would be cut into bands by the default method.
        method = Image.Quantize.MAXCOVERAGE
        reduced = Image.fromarray(picture).quantize(255, method, dither=Image.Dither.NONE)
        self._pictures.append(reduced)

    def close(self) -> None:
        """Write the file."""
        first, *others = self._pictures
        first.save(
            self._path,
            format="GIF",
            save_all=True,
            append_images=others,
            duration=self._duration_ms,
            loop=0,
            # Each picture replaces the one before.
            disposal=1,
        )


class Mp4Film:
    """An MP4 in MPEG-4 Part 2; slow rates repeat pictures, since players expect about 25 a second.

    Raises
    ------
    InputError
        If the encoder does not start.
    """

    def __init__(self, path: Path, rate: float, size: tuple[int, int]) -> None:
        import cv2

        self._repeat = max(round(_MP4_PER_S / rate), 1)
        per_s = rate * self._repeat
        codec = cv2.VideoWriter.fourcc(*_CODEC)
        self._writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, codec, per_s, size)
        if not self._writer.isOpened():
            raise InputError(
                f"the MP4 encoder of OpenCV does not start for {size[0]}x{size[1]} pixels in "
                f"{path.parent}. Choose another folder or size, or a name that ends in .gif",
                key="path",
                given=str(path),
            )

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Add a picture, shape (height, width, 3)."""
        # OpenCV counts colours blue, green, red.
        turned = picture[..., ::-1].copy()
        for _ in range(self._repeat):
            self._writer.write(turned)

    def close(self) -> None:
        """Complete the file."""
        self._writer.release()
