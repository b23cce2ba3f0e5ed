"""The measured curves of a project: ``measured/<name>/``, the original file and what it gave.

``meta.json`` says how the columns were read and what was derived; ``curve.csv`` holds the
demagnetising branch in SI-based units; the original lies beside both, as it was given. An empty
file ``hidden`` takes the curve off the plots.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import logging
import re
import shutil
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.curves.measured_curve import MeasuredCurve, MeasuredReadings
from smcogui.data.exporters import write_file
from smcogui.data.importers import ImportChoice, SampleShape, import_curve
from smcogui.errors import InputError, SmCoError
from smcogui.runs.folder import folder_error
from smcogui.units import MU0

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.data.text_table import TextTable

MEASURED_FOLDER: Final = "measured"
META_FILE: Final = "meta.json"
CURVE_FILE: Final = "curve.csv"
HIDDEN_FILE: Final = "hidden"
FORMAT_VERSION: Final = 1
LONGEST_NAME: Final = 80
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measured curve of a project.

    Parameters
    ----------
    name : str
        Unique in the project; also the name of its folder.
    folder : Path
    curve : MeasuredCurve
    readings : MeasuredReadings
    meta : dict
        What ``meta.json`` says: source file, columns, units, sample, correction, branch.
    created_s : float
        Seconds since 1970.
    is_shown : bool
        Whether it is laid over plots and figures.
    """

    name: str
    folder: Path
    curve: MeasuredCurve
    readings: MeasuredReadings
    meta: dict[str, Any]
    created_s: float
    is_shown: bool = True

    @property
    def source_file(self) -> str:
        """Name of the file that was imported; it lies in the folder."""
        return str(self.meta.get("source_file", ""))

    @property
    def original(self) -> Path:
        """The copy of the file that was imported."""
        return self.folder / self.source_file


class MeasurementStore:
    """The measured curves below a folder.

    Parameters
    ----------
    folder : Path
        ``PROJECT/measured``; need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, table: TextTable, choice: ImportChoice, name: str) -> Measurement:
        """Import a table under a name: copy the original, write ``curve.csv`` and ``meta.json``.

        Raises
        ------
        InputError
            If the name is taken or no name, or the table cannot be read with that choice.
        RunFolderError
            If the folder cannot be written.
        """
        folder = self._free_folder(name)
        curve = import_curve(table, choice, folder.name)
        meta = _meta(table, choice, curve)
        try:
            folder.mkdir(parents=True)
            shutil.copy2(table.path, folder / _safe_copy_name(table.path))
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise folder_error(folder, error) from error
        _write(folder, curve, meta)
        return self.load(folder.name)

    def update(self, name: str, table: TextTable, choice: ImportChoice) -> Measurement:
        """Read the original of a measured curve anew, with another choice.

        Parameters
        ----------
        name : str
        table : TextTable
            Of the copy of the original (:attr:`Measurement.original`).
        choice : ImportChoice

        Raises
        ------
        InputError
            If there is none of that name, or the table cannot be read with that choice.
        RunFolderError
            If the folder cannot be written.
        """
        before = self.load(name)
        curve = import_curve(table, choice, name)
        kept = {key: before.meta[key] for key in ("created_s", "imported_from", "source_file")}
        _write(before.folder, curve, _meta(table, choice, curve) | kept)
        return self.load(name)

    def rename(self, name: str, new: str) -> Measurement:
        """Give a measured curve another name.

        Raises
        ------
        InputError
            If there is none of that name, or the new one is taken or no name.
        RunFolderError
            If its folder cannot be renamed.
        """
        folder = self._existing(name)
        if checked_name(new) == name:
            return self.load(name)
        target = self._free_folder(new)
        try:
            folder.rename(target)
        except OSError as error:
            raise folder_error(folder, error) from error
        return self.load(target.name)

    def set_shown(self, name: str, shown: bool) -> None:
        """Lay a measured curve over plots and figures, or take it off them.

        Raises
        ------
        InputError
            If there is none of that name.
        RunFolderError
            If the folder cannot be written.
        """
        mark = self._existing(name) / HIDDEN_FILE
        try:
            if shown:
                mark.unlink(missing_ok=True)
            else:
                mark.touch()
        except OSError as error:
            raise folder_error(mark, error) from error

    def records(self) -> list[Measurement]:
        """Return all measured curves by name; a damaged one is logged and left out."""
        if not self._folder.is_dir():
            return []
        found = []
        for path in sorted(self._folder.glob(f"*/{META_FILE}")):
            try:
                found.append(self.load(path.parent.name))
            except SmCoError as error:
                _LOG.warning("%s is left out: %s", path.parent, error)
        return found

    def load(self, name: str) -> Measurement:
        """Return one measured curve.

        Raises
        ------
        InputError
            If there is none of that name (the message names the nearest), or its files are damaged.
        """
        folder = self._existing(name)
        try:
            meta = json.loads((folder / META_FILE).read_text(encoding="utf-8"))
            text = (folder / CURVE_FILE).read_text(encoding="utf-8")
            rows = list(csv.DictReader(io.StringIO(text)))
            curve = MeasuredCurve(
                name=name,
                H_applied=np.array([float(row["H_applied_kA_m"]) for row in rows]) * 1e3,
                M=np.array([float(row["M_kA_m"]) for row in rows]) * 1e3,
                Ms=float(meta["Ms_kA_m"]) * 1e3,
                N=float(meta["demagnetising_factor"]),
            )
            created_s = float(meta["created_s"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"the measured curve {name!r} is damaged ({error}); import "
                f"{folder} anew from the original file that lies in it",
                key="name",
                given=name,
            ) from error
        return Measurement(
            name=name,
            folder=folder,
            curve=curve,
            readings=curve.readings(),
            meta=meta,
            created_s=created_s,
            is_shown=not (folder / HIDDEN_FILE).exists(),
        )

    def remove(self, name: str) -> None:
        """Remove a measured curve and the copy of its file; the file it came from stays.

        Raises
        ------
        InputError
            If there is none of that name.
        RunFolderError
            If it cannot be removed.
        """
        folder = self._existing(name)
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise folder_error(folder, error) from error

    def free_name(self, wanted: str) -> str:
        """Return a name like the wanted one that is allowed and not taken."""
        plain = re.sub(r"[^\w .+()-]+", "_", wanted).strip(" ._")[: LONGEST_NAME - 4] or "measured"
        name, number = plain, 2
        while (self._folder / name).exists():
            name, number = f"{plain} {number}", number + 1
        return name

    def _free_folder(self, name: str) -> Path:
        name = checked_name(name)
        if (self._folder / name).exists():
            raise InputError(
                f"the project already has a measured curve {name!r}; choose another name",
                key="name",
                given=name,
                allowed="a name that is not taken",
            )
        return self._folder / name

    def _existing(self, name: str) -> Path:
        names = [path.parent.name for path in self._folder.glob(f"*/{META_FILE}")]
        if name in names:
            return self._folder / name
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.3)
        hint = f"; the nearest is {near[0]!r}" if near else ""
        raise InputError(
            f"the project has no measured curve {name!r}{hint}",
            key="name",
            given=name,
            allowed=", ".join(names) or "none yet",
        )


def checked_name(name: str) -> str:
    """Return a name that can be a folder everywhere; raises InputError where it cannot."""
    stripped = name.strip()
    is_fine = (
        0 < len(stripped) <= LONGEST_NAME
        and re.fullmatch(r"[\w .+()-]+", stripped)
        and not stripped.startswith(".")
        and not stripped.endswith(".")
    )
    if not is_fine:
        allowed = f"1 to {LONGEST_NAME} letters, digits, spaces or . _ + - ( )"
        raise InputError(
            f"the name {name[:LONGEST_NAME]!r} cannot be used; allowed is {allowed}, "
            "without a point at either end",
            key="name",
            given=name[:LONGEST_NAME],
            allowed=allowed,
        )
    return stripped


def _safe_copy_name(path: Path) -> str:
    """Return the original's name, unless it would collide with the files beside it."""
    taken = {META_FILE, CURVE_FILE, HIDDEN_FILE}
    return f"original {path.name}" if path.name.casefold() in taken else path.name


def _write(folder: Path, curve: MeasuredCurve, meta: dict[str, Any]) -> None:
    write_file(folder / CURVE_FILE, _curve_csv(curve).encode())
    # Written last: a folder without it is no measurement.
    write_file(folder / META_FILE, json.dumps(meta, indent=2, ensure_ascii=False).encode())


def _meta(table: TextTable, choice: ImportChoice, curve: MeasuredCurve) -> dict[str, Any]:
    readings = curve.readings()
    return {
        "format_version": FORMAT_VERSION,
        "source": "measured",
        "source_file": _safe_copy_name(table.path),
        "imported_from": table.path.name,
        "created_s": time.time(),
        "columns": {
            "field": table.names[choice.field_column],
            "moment": table.names[choice.moment_column],
        },
        "delimiter": table.delimiter,
        "decimal": table.decimal,
        "choice": asdict(choice),
        "demagnetising_factor": curve.N,
        "Ms_kA_m": curve.Ms * 1e-3,
        "Ms_source": "given" if choice.Ms is not None else "largest measured M of the branch",
        "points": int(curve.M.size),
        "readings": {
            "mu0_Hc_T": _scaled(readings.Hc, MU0),
            "Mr_kA_m": _scaled(readings.Mr, 1e-3),
            "Mr_over_Ms": readings.Mr_over_Ms,
            "BHmax_kJ_m3": _scaled(readings.BHmax, 1e-3),
            "squareness": readings.squareness,
            "mu0_Hk_T": _scaled(readings.Hk, MU0),
            "mu0_HcB_T": _scaled(readings.HcB, MU0),
        },
    }


def measurement_choice(meta: dict[str, Any]) -> ImportChoice:
    """Return the choice that ``meta.json`` records, so that an import can be repeated."""
    stored = dict(meta["choice"])
    shape = stored.pop("shape")
    return ImportChoice(
        **stored,
        shape=SampleShape(kind=shape["kind"], N=shape["N"], sizes=tuple(shape["sizes"])),
    )


def _curve_csv(curve: MeasuredCurve) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("H_applied_kA_m", "H_kA_m", "mu0_H_T", "M_kA_m", "M_over_Ms", "J_T", "B_T"))
    for Ha, H, M in zip(curve.H_applied, curve.H, curve.M, strict=True):
        values = (Ha / 1e3, H / 1e3, MU0 * H, M / 1e3, M / curve.Ms, MU0 * M, MU0 * (H + M))
        rows.writerow([f"{value:.12g}" for value in values])
    return text.getvalue()


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
