"""The pictures of a project: kept with the way in which a map was made of them."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.data.exporters import file_to_write, write_file
from smcogui.design.phases import Phase
from smcogui.errors import InputError
from smcogui.micrographs.picture import read_micrograph
from smcogui.micrographs.placement import Placement
from smcogui.micrographs.segmentation import Recipe
from smcogui.micrographs.strokes import UNPAINTED

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from smcogui.design.region_map import RegionMap
    from smcogui.micrographs.picture import Micrograph
    from smcogui.micrographs.preview import Preview

MICROGRAPHS_FOLDER: Final = "micrographs"
FORMAT_VERSION: Final = 1
_DIGITS: Final = 16
_LARGEST: Final = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptSegmentation:
    """A picture of the project and how it was segmented.

    Parameters
    ----------
    picture : Micrograph
        Under the name that it had.
    path : Path
        The copy in the project.
    placement : Placement
    recipe : Recipe
        With the thresholds as they were chosen; None where they were Otsu's.
    strokes : ndarray of uint8, shape (n, n), or None
    """

    picture: Micrograph
    path: Path
    placement: Placement
    recipe: Recipe
    strokes: NDArray[np.uint8] | None


class ProjectMicrographs:
    """What lies below ``PROJECT/micrographs``: a copy of each picture, a JSON file for each map.

    Parameters
    ----------
    project : Path
        Folder of the project.
    """

    def __init__(self, project: Path) -> None:
        self._folder = project / MICROGRAPHS_FOLDER

    def keep(self, path: Path, preview: Preview) -> None:
        """Keep the picture in a file, and the way to the map that a design carries.

        Raises
        ------
        InputError
            If the file is not the picture any more.
        RunFolderError
            If the project cannot be written.
        """
        region_map = preview.drawn.design.region_map
        assert region_map is not None  # noqa: S101  (a drawn design has one)
        picture = preview.picture
        name = f"{picture.sha256[:_DIGITS]}{path.suffix.lower()}"
        copy, record = self._folder / name, self._record(region_map)
        recipe = {**asdict(preview.recipe), "phases": [int(each) for each in preview.recipe.phases]}
        content = {
            "format_version": FORMAT_VERSION,
            "name": picture.name,
            "picture": name,
            "picture_sha256": picture.sha256,
            "map_sha256": region_map.sha256,
            "placement": asdict(preview.placement),
            "recipe": recipe,
            "strokes": _to_text(preview.strokes),
        }
        if not copy.exists():
            if read_micrograph(path).sha256 != picture.sha256:
                raise _changed(path)
            with file_to_write(copy):
                write_file(copy, path.read_bytes())
        with file_to_write(record):
            write_file(record, json.dumps(content, indent=2).encode())

    def find(self, region_map: RegionMap) -> KeptSegmentation | None:
        """Return how a map was made; None where the project does not know it.

        Raises
        ------
        InputError
            If what was kept is damaged.
        """
        record = self._record(region_map)
        if not record.is_file():
            return None
        try:
            if record.stat().st_size > _LARGEST:
                raise ValueError("it is too large")
            return self._read(json.loads(record.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, RecursionError, zlib.error) as error:
            raise InputError(
                f"{record} is damaged ({error}); open the picture and segment it again",
                key="micrograph",
                given=str(record),
            ) from error

    def _record(self, region_map: RegionMap) -> Path:
        return self._folder / f"{region_map.sha256[:_DIGITS]}.json"

    def _read(self, data: dict[str, Any]) -> KeptSegmentation:
        path = self._folder / str(data["picture"])
        # A project may come from anybody: it never leads out of itself.
        if path.parent != self._folder or data["format_version"] != FORMAT_VERSION:
            raise ValueError("it is of another program")
        picture = read_micrograph(path)
        if picture.sha256 != data["picture_sha256"]:
            raise _changed(path)
        recipe, placement = data["recipe"], data["placement"]
        recipe["phases"] = tuple(Phase(each) for each in recipe["phases"])
        for values, key in ((recipe, "thresholds"), (placement, "centre")):
            values[key] = None if values[key] is None else tuple(values[key])
        placed = Placement(**placement)
        return KeptSegmentation(
            picture=replace(picture, name=str(data["name"])),
            path=path,
            placement=placed,
            recipe=Recipe(**recipe),
            strokes=_from_text(data["strokes"], placed.edge),
        )


def _changed(path: Path) -> InputError:
    return InputError(
        f"{path} is not the picture any more that was segmented; open it again",
        key="image",
        given=str(path),
    )


def _to_text(strokes: NDArray[np.uint8] | None) -> str | None:
    if strokes is None or (strokes == UNPAINTED).all():
        return None
    return base64.b64encode(zlib.compress(strokes.tobytes())).decode()


def _from_text(text: str | None, edge: int) -> NDArray[np.uint8] | None:
    if text is None:
        return None
    content = zlib.decompressobj().decompress(base64.b64decode(text), edge**2 + 1)
    strokes = np.frombuffer(content, dtype=np.uint8).reshape(edge, edge)
    if not np.isin(strokes, [*Phase, UNPAINTED]).all():
        raise ValueError("its strokes hold something that is no phase")
    return strokes
