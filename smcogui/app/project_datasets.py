"""The datasets that were imported into a project: checked, copied, kept with what names them."""

from __future__ import annotations

import json
import logging
import shutil
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.staging import staged_folder
from smcogui.data.dataset import NEVER_MIXED
from smcogui.data.dataset_import import (
    DATASETS_FOLDER,
    RECORD_FILE,
    SUMS_FILE,
    CheckedDataset,
    check_dataset,
)
from smcogui.data.exporters import write_file
from smcogui.data.measurements import checked_name
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LOG = logging.getLogger(__name__)
_SPARE_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetRecord:
    """An imported dataset.

    Parameters
    ----------
    name : str
        Name of its folder below ``PROJECT/datasets``.
    rows : int
        Designs.
    table : str
        File of its designs.
    sha256 : str
        Of its list of checksums: two datasets with the same one are the same.
    source : str
        Where it came from.
    imported_s : float
        Seconds since 1970.
    """

    name: str
    rows: int
    table: str
    sha256: str
    source: str
    imported_s: float


class ProjectDatasets:
    """The datasets below ``PROJECT/datasets``."""

    def __init__(self, project: Path) -> None:
        self._folder = project / DATASETS_FOLDER

    def records(self) -> list[DatasetRecord]:
        """Return the imported datasets by name; a folder without record is left out."""
        found = []
        for path in sorted(self._folder.glob(f"*/{RECORD_FILE}")):
            try:
                data: Any = json.loads(path.read_text(encoding="utf-8"))
                found.append(DatasetRecord(**{**data, "name": path.parent.name}))
            except (OSError, ValueError, TypeError) as error:
                _LOG.warning("%s is left out: %s", path.parent, error)
        return found

    def add(self, source: Path, name: str = "", may_differ: Iterable[str] = ()) -> DatasetRecord:
        """Check a dataset and copy it into the project; it appears at once and complete.

        Parameters
        ----------
        source : Path
            Folder of the dataset, or the table to take where the folder holds several.
        name : str
            In the project; that of the folder by default.
        may_differ : iterable of str
            See :func:`~smcogui.data.dataset.check_unmixed`.

        Raises
        ------
        InputError
            If it is no dataset or not whole, or the name or the dataset is there already.
        RunFolderError
            If it cannot be written.
        """
        checked = check_dataset(source, may_differ)
        name = checked_name(name or checked.table.parent.resolve().name)
        self._check_new(name, checked)
        record = DatasetRecord(
            name=name,
            rows=len(checked.rows),
            table=checked.table.name,
            sha256=checked.sha256,
            source=str(source),
            imported_s=time.time(),
        )
        folder = checked.table.parent
        size = sum((folder / file).stat().st_size for file in checked.sums)
        with staged_folder(self._folder / name, size + _SPARE_BYTES) as partial:
            for file in (*checked.sums, SUMS_FILE):
                shutil.copyfile(folder / file, partial / file)
            # What was copied is what was checked.
            copied = check_dataset(partial / record.table, may_differ)
            if copied.sha256 != checked.sha256:
                raise InputError(
                    f"{source} was changed while it was being imported; try again",
                    key="dataset",
                    given=str(source),
                )
            write_file(partial / RECORD_FILE, json.dumps(asdict(record), indent=1).encode())
        return record

    def load(self, name: str) -> CheckedDataset:
        """Return a dataset of the project; raises InputError where it is not whole any more."""
        folder = self._folder / checked_name(name)
        record = next((each for each in self.records() if each.name == name), None)
        if record is None:
            names = ", ".join(each.name for each in self.records()) or "none yet"
            raise InputError(
                f"the project has no dataset {name!r}; it has: {names}",
                key="name",
                given=name,
                allowed=names,
            )
        return check_dataset(folder / record.table, NEVER_MIXED)

    def _check_new(self, name: str, checked: CheckedDataset) -> None:
        for known in self.records():
            if (known.sha256, known.table) == (checked.sha256, checked.table.name):
                raise InputError(
                    f"the project has this dataset already, as {known.name!r}",
                    key="dataset",
                    given=str(checked.table),
                    allowed="a dataset that is not there yet",
                )
        if (self._folder / name).exists():
            raise InputError(
                f"the project already has a dataset {name!r}; choose another name",
                key="name",
                given=name,
                allowed="a name that is not taken",
            )
