"""What can compute a run here: the built-in solver, and the user's own MuMax3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.app.mumax3_checks import check_simulation
from smcogui.app.mumax3_state import Mumax3State, find_mumax3
from smcogui.app.settings import worker_command
from smcogui.errors import InputError
from smcogui.runs.children import process_count
from smcogui.runs.folder import read_info
from smcogui.runs.local import LocalBackend
from smcogui.runs.mumax3 import Mumax3Backend
from smcogui.runs.spec import IMPORTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smcogui.app.check import Check
    from smcogui.app.settings import Settings
    from smcogui.runs.handle import RunHandle


class Engines:
    """The backends of this machine by name.

    Parameters
    ----------
    settings : callable
        Asked each time for the user's settings.
    gpus : str, optional
        GPUs for MuMax3 instead of those of the settings.
    """

    def __init__(self, settings: Callable[[], Settings], gpus: str | None = None) -> None:
        self._settings = settings
        self.builtin = LocalBackend(
            worker_command(), processes=lambda: settings().processes or process_count()
        )
        self.mumax3 = Mumax3Backend(
            worker_command(),
            program=lambda: settings().mumax3,
            gpus=lambda: settings().mumax3_gpus if gpus is None else gpus,
        )

    def backend(self, name: str) -> LocalBackend:
        """Return a backend by its name.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        for backend in (self.builtin, self.mumax3):
            if backend.name == name:
                return backend
        if name == IMPORTED:
            raise InputError(
                "this run was imported: it was computed elsewhere, and can only be read",
                key="solver",
                given=name,
                allowed="builtin, mumax3",
            )
        raise InputError(
            f"the backend is {name!r}; allowed are builtin and mumax3",
            key="backend",
            given=name,
            allowed="builtin, mumax3",
        )

    def availability(self) -> dict[str, str | None]:
        """Return by name why a backend cannot be used, or None where it can; takes seconds."""
        return {each.name: each.availability() for each in (self.builtin, self.mumax3)}

    def find_mumax3(self) -> Mumax3State:
        """Return whether MuMax3 can be used and with which version; takes some seconds."""
        return find_mumax3(self.mumax3)

    def check_simulation(self) -> Check:
        """Let MuMax3 compute for two seconds and return whether that gave what it should."""
        return check_simulation(self._settings())

    def resume(self, folder: Path) -> RunHandle:
        """Go on with a run on the backend that began it."""
        return self.backend(read_info(folder).solver).resume(folder)
