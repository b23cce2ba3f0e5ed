"""What the packaged program, frozen by PyInstaller, needs of its environment before all else."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import MutableMapping

NUMBA_CACHE_VARIABLE: Final = "NUMBA_CACHE_DIR"
_LIBRARIES: Final = "LD_LIBRARY_PATH"


def adapt_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set up the environment of this process and of its children; before numba is loaded.

    Parameters
    ----------
    environment : mapping, optional
        Changed in place.
    """
    restore_library_path(environment)
    if not environment.get(NUMBA_CACHE_VARIABLE):
        environment[NUMBA_CACHE_VARIABLE] = str(kernel_cache_folder())


def restore_library_path(environment: MutableMapping[str, str]) -> None:
    """Give other programs their own libraries back.

    The start of the packaged program points ``LD_LIBRARY_PATH`` at the libraries that it brings.
    This process has loaded from there by then; MuMax3, git or a file manager would break with them.
    """
    before = environment.pop(f"{_LIBRARIES}_ORIG", None)
    environment.pop(_LIBRARIES, None)
    if before is not None:
        environment[_LIBRARIES] = before


def kernel_cache_folder() -> Path:
    """Return a folder that takes the compiled kernels, in the user's cache.

    The program's own folder may be read-only. Where the user's cache is so too, it is a new
    temporary folder, which children inherit: without any, numba refuses to load the kernels.
    """
    # Not at the top: children inherit the folder and are to start at once.
    import platformdirs

    from smcogui.app.settings import APPLICATION

    folder = Path(platformdirs.user_cache_dir(APPLICATION, appauthor=False)) / "kernels"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="smco-studio-kernels-"))
