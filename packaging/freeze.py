"""Build the program as one folder that needs no Python: build/frozen/smco-studio.

Run it from the checkout (`make freeze` does):

    .venv/bin/python packaging/freeze.py

Nothing is built where the folder is of these sources already. PyInstaller does the work, as
smco-studio.spec has it; for Linux it has to run on the oldest Linux that the program is for.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smcogui.app.provenance import COMMIT_FILE, git_commit

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
FROZEN: Final = ROOT / "build" / "frozen"
PROGRAM: Final = FROZEN / "smco-studio"
"""The folder that is built; it can be moved as a whole."""
INSIDE: Final = PROGRAM / "_internal"
SPEC: Final = ROOT / "packaging" / "smco-studio.spec"
# The lock stands for the libraries.
SOURCES: Final = (
    "main.py",
    "smcogui",
    "solver",
    "models",
    "resources",
    "LICENSE",
    "requirements-dev.lock",
    "packaging/freeze.py",
    "packaging/smco-studio.spec",
)
# VTK's and LLVM's wheels bring the names of their functions, a quarter of their size.
STRIPPED: Final = ("vtkmodules/*.so*", "llvmlite/binding/*.so")


def main() -> int:
    """Build the folder unless it is up to date."""
    stamp, digest = FROZEN / "sources.sha256", source_digest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest and PROGRAM.is_dir():
        sys.stdout.write(f"{PROGRAM} is up to date\n")
        write_commit()
        return 0
    stamp.unlink(missing_ok=True)
    began = time.monotonic()
    code = run_pyinstaller()
    if code:
        return code
    strip_symbols()
    write_commit()
    stamp.write_text(digest, encoding="utf-8")
    size_MB = sum(path.lstat().st_size for path in PROGRAM.rglob("*")) / 1e6
    seconds = time.monotonic() - began
    sys.stdout.write(f"{PROGRAM}: {size_MB:.0f} MB, built in {seconds:.0f} s\n")
    return 0


def run_pyinstaller() -> int:
    """Collect the folder; return the exit code."""
    places = ["--distpath", str(FROZEN), "--workpath", str(ROOT / "build" / "freezing")]
    options = ["--noconfirm", "--log-level", "ERROR", *places]
    command = [sys.executable, "-m", "PyInstaller", *options, str(SPEC)]
    # The packages of this checkout, whichever one the environment was made for.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode


def write_commit() -> None:
    """Leave the commit where the frozen program finds it for its provenance files."""
    commit = git_commit()
    if commit is not None:
        (INSIDE / COMMIT_FILE).write_text(f"{commit}\n", encoding="utf-8")


def source_digest() -> str:
    """Return a digest of all that the frozen program is made of."""
    digest = hashlib.sha256()
    for path in sorted(source_files()):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def source_files() -> Iterator[Path]:
    """Yield the files of SOURCES and those in its folders."""
    for name in SOURCES:
        if (ROOT / name).is_file():
            yield ROOT / name
        for path in (ROOT / name).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def strip_symbols() -> None:
    """Take the names of functions out of the largest libraries, where the system has `strip`."""
    strip = shutil.which("strip")
    if strip is None:
        sys.stderr.write("there is no `strip` (binutils): the folder stays about 150 MB larger\n")
        return
    libraries = [path for pattern in STRIPPED for path in INSIDE.glob(pattern)]
    files = [str(path) for path in libraries if not path.is_symlink()]
    subprocess.run([strip, "--strip-unneeded", *files], check=True)


if __name__ == "__main__":
    sys.exit(main())
