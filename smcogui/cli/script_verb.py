"""``script FILE``: run a Python script with the program's own Python and packages."""

from __future__ import annotations

import runpy
import sys
import traceback
from typing import TYPE_CHECKING

from smcogui.errors import InputError

if TYPE_CHECKING:
    import argparse

_FAILED = 3


def execute(options: argparse.Namespace) -> int:
    """Run the script as ``python FILE ARGUMENT...`` would; 3 where it ends by an exception.

    The packaged program brings no Python to be called by hand; this is how it runs scripts that
    work through ``smcogui.app.session``.
    """
    file = options.file.absolute()
    if not file.is_file():
        raise InputError(f"there is no script {options.file}", key="FILE", given=str(options.file))
    sys.argv = [str(options.file), *options.arguments]
    # Modules beside the script are found, as Python does.
    sys.path.insert(0, str(file.parent))
    try:
        runpy.run_path(str(file), run_name="__main__")
    except SystemExit as end:
        return _exit_code(end.code)
    except Exception:
        # The script's own: its author needs the lines.
        traceback.print_exc()
        return _FAILED
    return 0


def _exit_code(code: object) -> int:
    """Return the exit code of ``sys.exit(code)``, which prints what is no number."""
    if code is None or isinstance(code, int):
        return int(code or 0)
    sys.stderr.write(f"{code}\n")
    return 1
