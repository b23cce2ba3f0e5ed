"""An executable of one file, as users have one: a script that starts the stand-in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent / "mumax3.py"


def install(folder: Path, **environment: str) -> Path:
    """Write ``folder/mumax3`` (``mumax3.bat`` on Windows), which starts the stand-in; return it.

    Parameters
    ----------
    folder : Path
    environment : str
        Variables that it sets, such as ``STAND_IN_MISBEHAVE="killed:3"``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if os.name == "nt":
        path = folder / "mumax3.bat"
        sets = "".join(f"@set {name}={value}\r\n" for name, value in environment.items())
        path.write_text(f'{sets}@"{sys.executable}" "{PROGRAM}" %*\r\n', encoding="utf-8")
        return path
    path = folder / "mumax3"
    sets = "".join(f"export {name}='{value}'\n" for name, value in environment.items())
    path.write_text(
        f'#!/bin/sh\n{sets}exec "{sys.executable}" "{PROGRAM}" "$@"\n', encoding="utf-8"
    )
    path.chmod(0o755)
    return path
