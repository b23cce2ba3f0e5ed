"""Somebody who has the frozen program and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE_S = 180


@dataclass
class NewUser:
    """Somebody with an empty home folder, and neither Python nor a checkout."""

    program: Path
    home: Path
    variables: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """All variables that a program of this user sees."""
        display = {
            name: os.environ[name] for name in ("DISPLAY", "XAUTHORITY") if name in os.environ
        }
        return {
            "HOME": str(self.home),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            **display,
            **self.variables,
        }

    @property
    def cache(self) -> Path:
        """Where the compiled kernels are kept."""
        return self.home / ".cache" / "SmCo Studio" / "kernels"

    def start(self, *words: object) -> subprocess.Popen[str]:
        """Start the program."""
        process = subprocess.Popen(
            [str(self.program), *map(str, words)],
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def run(self, *words: object) -> str:
        """Run the program to its end; return what it printed."""
        process = self.start(*words)
        out, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, f"{words}: exit code {process.returncode}\n{errors}"
        return out

    def run_json(self, *words: object) -> Any:
        """Run a verb; return its JSON value."""
        return json.loads(self.run(*words, "--json"))

    def run_script(self, text: str, *words: object) -> str:
        """Run a Python script by the program; return what it printed."""
        path = self.home / "script.py"
        path.write_text(text, encoding="utf-8")
        return self.run("script", path, *words)

    def processes(self) -> dict[int, list[str]]:
        """Return the command lines of all running processes of the program."""
        found = {}
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                if (folder / "exe").readlink() == self.program:
                    found[int(folder.name)] = (folder / "cmdline").read_text().split("\0")[:-1]
        return found

    def end_all(self) -> None:
        """End whatever was started and is left."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.started:
            process.communicate()
