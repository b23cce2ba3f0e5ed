"""Reading a picture: PNG, TIFF or JPEG of any depth, as grey values with the scale it knows."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.errors import InputError
from smcogui.micrographs.picture_scale import PictureScale, scale_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image as PILImage

FORMATS: Final = {".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF", ".jpg": "JPEG", ".jpeg": "JPEG"}
MOST_PIXELS: Final = 64_000_000
MOST_BYTES: Final = 500_000_000
FEWEST_PIXELS: Final = 16
_ALLOWED: Final = "a picture as PNG, TIFF or JPEG"
_NO_DM: Final = (
    "is a file of DigitalMicrograph, which is not read here; save it there, or in Fiji, as TIFF, "
    "which keeps the scale"
)
_ALPHA_MODES: Final = ("RGBA", "LA", "PA", "RGBa", "La")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Micrograph:
    """A picture in grey.

    Parameters
    ----------
    name : str
        Of the file.
    pixels : ndarray of float32, shape (ny, nx)
        0 for the darkest and 1 for the brightest pixel; row 0 is the top of the picture.
    scale : PictureScale or None
        What the file says of its scale.
    sha256 : str
        Of the file.
    notes : tuple of str
        What was done to get here, in words: colours turned to grey, the first of several pages.
    """

    name: str
    pixels: NDArray[np.float32]
    scale: PictureScale | None
    sha256: str
    notes: tuple[str, ...] = ()


def read_micrograph(path: Path) -> Micrograph:
    """Read a picture.

    Raises
    ------
    InputError
        If the file cannot be read, is no picture or a damaged one, too large, or of one grey only.
    """
    content = _content(path)
    image, scale, notes = _decoded(path, content)
    grey, more = _grey(image)
    low, high = float(grey.min()), float(grey.max())
    if not high > low:
        raise _refused(path, "has one grey only, so that there is nothing to tell phases apart by")
    return Micrograph(
        name=path.name,
        pixels=((grey - low) / (high - low)).astype(np.float32),
        scale=scale,
        sha256=hashlib.sha256(content).hexdigest(),
        notes=(*notes, *more),
    )


def _content(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise _refused(path, "is not a file")
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise _refused(path, f"cannot be read: {reason}") from error
    if len(content) > MOST_BYTES:
        raise _refused(path, f"is larger than {MOST_BYTES // 1_000_000} MB")
    is_dm = content[:4] in {b"\x00\x00\x00\x03", b"\x00\x00\x00\x04"}
    if path.suffix.lower() in {".dm3", ".dm4"} or is_dm:
        raise _refused(path, _NO_DM)
    return content


def _decoded(path: Path, content: bytes) -> tuple[PILImage, PictureScale | None, list[str]]:
    """Return the first page of a picture, upright, its scale, and what is to be said of it."""
    import io

    import PIL
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        # Damaged metadata is not the picture.
        warnings.simplefilter("ignore", UserWarning)
        try:
            image = Image.open(io.BytesIO(content), formats=tuple(set(FORMATS.values())))
            _check_size(path, *image.size)
            pages = int(getattr(image, "n_frames", 1))
            scale = scale_of(image)
            image.load()
            upright = ImageOps.exif_transpose(image)
        except PIL.UnidentifiedImageError as error:
            raise _refused(path, "is no picture that can be read") from error
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise _too_large(path, str(error)) from error
        except (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError) as error:
            raise _refused(path, f"is a damaged picture ({error})") from error
    return upright, scale, [f"The first of {pages} pages was taken."] if pages > 1 else []


def _check_size(path: Path, nx: int, ny: int) -> None:
    if nx * ny > MOST_PIXELS:
        raise _too_large(path, f"{nx} x {ny} pixels")
    if min(nx, ny) < FEWEST_PIXELS:
        raise _refused(
            path, f"has {nx} x {ny} pixels; at least {FEWEST_PIXELS} each way are needed"
        )


def _grey(image: PILImage) -> tuple[NDArray[np.float64], list[str]]:
    """Return the grey values of a picture of any mode, and what was done to get them."""
    notes: list[str] = []
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        image, is_clear = _on_white(image)
        notes += ["Transparent parts were laid on white."] if is_clear else []
    if image.mode == "P" or image.mode not in {"1", "L", "F", "I"} | _deep(image):
        image = image.convert("RGB")
    values: NDArray[Any] = np.asarray(image)
    if values.ndim == 3:
        if np.ptp(values, axis=2).max() > 0:
            notes.append("Colours were turned to grey.")
        values = values @ np.array([0.299, 0.587, 0.114])
    grey = values.astype(np.float64)
    wrong = ~np.isfinite(grey)
    if wrong.all():
        raise InputError("the picture holds no numbers", key="image", allowed=_ALLOWED)
    if wrong.any():
        grey[wrong] = grey[~wrong].min()
        notes.append(f"{int(wrong.sum())} pixels without a value were taken as black.")
    return grey, notes


def _deep(image: PILImage) -> set[str]:
    """Return the mode of a picture of 16 bits: as it is, no colour to convert."""
    return {image.mode} if image.mode.startswith("I;16") else set()


def _on_white(image: PILImage) -> tuple[PILImage, bool]:
    """Return a picture without transparency, and whether it had any."""
    from PIL import Image

    layer = image.convert("RGBA")
    is_clear = bool(np.asarray(layer.getchannel("A")).min() < 255)
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB"), is_clear


def _too_large(path: Path, size: str) -> InputError:
    return _refused(
        path, f"is too large: {size}; cut out what is wanted, {MOST_PIXELS // 1_000_000} MP at most"
    )


def _refused(path: Path, why: str) -> InputError:
    return InputError(
        f"{path} {why}. Give {_ALLOWED}.", key="image", given=str(path), allowed=_ALLOWED
    )
