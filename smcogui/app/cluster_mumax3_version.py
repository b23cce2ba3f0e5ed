"""Which MuMax3 a cluster has: what its trial job told, kept beside the profile.

The version decides the exchange rule and is part of a run's identity, so that runs are submitted
only when it is known. It is forgotten when the profile names another program.
"""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Final

from smcogui.app.settings import user_config_folder
from smcogui.runs.cluster.profile_files import PROFILES_FOLDER
from solver.problem import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.runs.cluster.profile import ClusterProfile

SUFFIX: Final = ".mumax3.json"
_LONGEST: Final = 64
_LOG = logging.getLogger(__name__)


def known_version(profile: ClusterProfile, path: str) -> str:
    """Return the version that the trial job of a cluster told; empty where none did.

    Parameters
    ----------
    profile : ClusterProfile
    path : str
        Of the program there, as it was found now.
    """
    file = _file(profile)
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        is_same = told["of"] == _identity(profile, path)
        version = str(told["version"])[:_LONGEST]
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        _LOG.warning("%s is not used: %s", file, error)
        return ""
    return version if is_same else ""


def note_version(profile: ClusterProfile, path: str, version: str, device: str) -> None:
    """Keep what a trial job told; raises OSError where it cannot be written."""
    told = {
        "of": _identity(profile, path),
        "version": version,
        "device": device,
        "told_s": time.time(),
    }
    file = _file(profile)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, json.dumps(told, indent=1).encode())


def _identity(profile: ClusterProfile, path: str) -> dict[str, object]:
    return {
        "host": profile.host,
        "path": path,
        "modules": list(profile.modules),
        "prologue": profile.prologue,
    }


def _file(profile: ClusterProfile) -> Path:
    return user_config_folder() / PROFILES_FOLDER / f"{profile.name}{SUFFIX}"
