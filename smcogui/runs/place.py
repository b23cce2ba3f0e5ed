"""Where a run is computed that is not computed here: ``RUN_DIR/place.json``.

While the run is active the file is a claim: nothing on this machine begins the run, and its state
is what was last written, as no process here tells whether it is at work. Afterwards it is part of
the run's provenance.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from solver.problem import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

PLACE_FILE: Final = "place.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlace:
    """A cluster, and the task there that computes a run or did.

    Parameters
    ----------
    cluster : str
        Name of the profile.
    host : str
        The login node.
    token : str
        Of the submission.
    task : int
        Number of the task in its submission, from 0.
    job_id : str
        As the scheduler knows the task; empty before it is known.
    node : str
        The machine that computed it; empty before it is known.
    engine : str
        ``builtin``, ``builtin_gpu`` or ``mumax3``.
    submitted_s : float
        Seconds since 1970.
    """

    cluster: str
    host: str
    token: str
    task: int
    job_id: str = ""
    node: str = ""
    engine: str = "builtin"
    submitted_s: float = 0.0

    @property
    def words(self) -> str:
        """Where that is, for people."""
        job = f", job {self.job_id}" if self.job_id else ""
        node = f", {self.node}" if self.node else ""
        return f"{self.cluster}{node}{job}"


def write_place(folder: Path, place: RunPlace) -> None:
    """Record where the run of a folder is computed."""
    write_atomically(folder / PLACE_FILE, json.dumps(asdict(place), indent=2).encode())


def read_place(folder: Path) -> RunPlace | None:
    """Return where a run is computed or was; None where that is this machine."""
    try:
        data: Any = json.loads((folder / PLACE_FILE).read_text(encoding="utf-8"))
        place = RunPlace(**data)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, RecursionError):
        # Damaged: who submitted it will write it again.
        return None
    texts = (place.cluster, place.host, place.token, place.job_id, place.node, place.engine)
    is_sound = (
        all(isinstance(text, str) for text in texts)
        and isinstance(place.task, int)
        and isinstance(place.submitted_s, int | float)
        and math.isfinite(place.submitted_s)
    )
    return place if is_sound else None


def is_placed(folder: Path) -> bool:
    """Tell whether a run was given to a cluster; cheap, as lists ask it for every active run."""
    return (folder / PLACE_FILE).exists()


def remove_place(folder: Path) -> None:
    """Forget that a run was given to a cluster, so that it can be computed here."""
    (folder / PLACE_FILE).unlink(missing_ok=True)
