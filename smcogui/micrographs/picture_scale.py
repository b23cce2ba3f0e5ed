"""What the file of a picture says of its scale: ImageJ, Thermo Fisher, resolution tags."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image

LEAST_NM: Final = 0.001
MOST_NM: Final = 20.0
"""Edges of a pixel of a picture in which walls of some nm can be seen at all; what a program for
printing has put there (72 dots per inch: 350 µm) lies far outside."""
_DESCRIPTION, _X, _UNIT, _FEI = 270, 282, 296, 34682
_NM: Final = {"pm": 1e-3, "a": 0.1, "å": 0.1, "angstrom": 0.1, "nm": 1.0, "m": 1e9} | dict.fromkeys(
    ("um", "µm", "μm", "micron", "microns", "\\u00b5m"), 1e3
)
_NM_PER_UNIT: Final = {2: 2.54e7, 3: 1e7}


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureScale:
    """Edge of a pixel in nm, and where that is from, in words."""

    nm_per_pixel: float
    source: str


def scale_of(image: Image) -> PictureScale | None:
    """Return the scale that a file knows, or None; one that cannot be is none."""
    tags = getattr(image, "tag_v2", {})
    found = _of_imagej(tags) or _of_microscope(tags) or _of_resolution(tags) or _of_dots(image.info)
    return found if found is not None and _is_possible(found.nm_per_pixel) else None


def check_scale(nm_per_pixel: float) -> float:
    """Return a scale that was typed; raises InputError where it cannot be that of a micrograph."""
    if not _is_possible(nm_per_pixel):
        raise InputError(
            f"the scale is {nm_per_pixel:g} nm per pixel; allowed is {LEAST_NM:g} to {MOST_NM:g} "
            "nm, as walls of some nm are to be seen",
            key="nm_per_pixel",
            given=f"{nm_per_pixel:g}",
            allowed=f"{LEAST_NM:g} to {MOST_NM:g} nm",
        )
    return float(nm_per_pixel)


def measured_scale(pixels: float, length_nm: float) -> float:
    """Return the scale by a scale bar: its length in pixels and in nm; raises InputError."""
    if not (math.isfinite(pixels) and pixels >= 1):
        raise InputError(
            "the scale bar is shorter than a pixel; drag from one end of it to the other",
            key="nm_per_pixel",
            given=f"{pixels:g} pixels",
            allowed="1 pixel or more",
        )
    return check_scale(length_nm / pixels)


def _is_possible(nm_per_pixel: float) -> bool:
    return LEAST_NM <= nm_per_pixel <= MOST_NM


def _of_imagej(tags: Mapping[int, Any]) -> PictureScale | None:
    text = str(tags.get(_DESCRIPTION, ""))
    unit = re.search(r"^unit=(.+)$", text, re.MULTILINE)
    density = _number(tags.get(_X))
    if not text.startswith("ImageJ=") or unit is None or density is None:
        return None
    nm = _NM.get(unit[1].strip().lower())
    return None if nm is None else PictureScale(nm_per_pixel=nm / density, source="ImageJ")


def _of_microscope(tags: Mapping[int, Any]) -> PictureScale | None:
    """Return what microscopes of FEI and Thermo Fisher write: the edge of a pixel in m."""
    found = re.search(r"^PixelWidth=([-+.\deE]+)", str(tags.get(_FEI, "")), re.MULTILINE)
    width = None if found is None else _number(found[1])
    if width is None:
        return None
    return PictureScale(nm_per_pixel=width * 1e9, source="the microscope")


def _of_resolution(tags: Mapping[int, Any]) -> PictureScale | None:
    density, nm = _number(tags.get(_X)), _NM_PER_UNIT.get(tags.get(_UNIT, 0))
    if density is None or nm is None:
        return None
    return PictureScale(nm_per_pixel=nm / density, source="its resolution tag")


def _of_dots(info: Mapping[Any, Any]) -> PictureScale | None:
    dots = info.get("dpi")
    density = _number(dots[0]) if isinstance(dots, tuple) and dots else None
    if density is None:
        return None
    return PictureScale(nm_per_pixel=_NM_PER_UNIT[2] / density, source="its resolution")


def _number(value: Any) -> float | None:
    """Return a positive number, of whatever a tag holds."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) and number > 0 else None
