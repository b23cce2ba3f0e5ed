"""Where the program keeps its things, and how it starts its own parts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from smcogui.runs.children import program

PROJECT_VARIABLE: Final = "SMCOGUI_PROJECT"
CONFIG_VARIABLE: Final = "SMCOGUI_CONFIG"
APPLICATION: Final = "SmCo Studio"


def project_folder() -> Path:
    """Return the default project: ``SMCOGUI_PROJECT``, else one in the user's data folder."""
    given = os.environ.get(PROJECT_VARIABLE)
    if given:
        return Path(given)
    return user_data_folder() / "projects" / "default"


def user_data_folder() -> Path:
    """Return the folder of this user's data, as the operating system has it."""
    import platformdirs

    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


def user_config_folder() -> Path:
    """Return the folder of settings and layout: ``SMCOGUI_CONFIG``, else the system's."""
    given = os.environ.get(CONFIG_VARIABLE)
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))


def worker_command() -> list[str]:
    """Return the command that supervises a run; the run's folder is appended to it."""
    return program("smcogui.app.worker", "--run-worker")
