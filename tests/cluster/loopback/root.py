"""A temporary folder with daemons in it, all gone when its owner is, however that ends."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from loopback import reaper
from loopback.ports import Ports

_LOG_LINES = 25


class BringUpError(Exception):
    """A daemon did not start; the message ends with its log."""


class Daemon:
    """One process that was started in a root folder."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    @property
    def pid(self) -> int:
        """Return its process id."""
        return self.process.pid

    def is_alive(self) -> bool:
        """Return whether it runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End it at once, as a machine that loses its power does."""
        self.process.kill()
        self.process.wait()

    def terminate(self, patience_s: float = 10.0) -> None:
        """Ask it to end, and wait for that."""
        self.process.terminate()
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.kill()


class Root:
    """A folder with a short name (sockets bear 107 characters), its ports and its daemons."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="smco-", dir="/tmp"))
        self.ports = Ports()
        # Daemons write their own logs too; what they say before that is here.
        self.log_folder = self.folder("log")
        self._started: list[subprocess.Popen[bytes]] = []
        self._reaper = subprocess.Popen(
            [sys.executable, reaper.__file__, str(self.path), str(os.getpid())],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def folder(self, name: str, mode: int = 0o700) -> Path:
        """Make and return a folder inside."""
        path = self.path / name
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        return path

    def write(self, name: str, text: str, mode: int = 0o600) -> Path:
        """Write a text file inside and return its path."""
        path = self.path / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
        path.chmod(mode)
        return path

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment of a daemon: this one's with the stamp that the reaper knows."""
        return {**os.environ, reaper.STAMP: str(self.path), **(extra or {})}

    def start(
        self, name: str, command: Sequence[str | Path], extra: Mapping[str, str] | None = None
    ) -> Daemon:
        """Start a daemon in the foreground of its own session."""
        log = self.log_folder / f"{name}.out"
        with log.open("ab") as out:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self.environment(extra),
                cwd=self.path,
                start_new_session=True,
            )
        self._tell_reaper(str(process.pid))
        self._started.append(process)
        return Daemon(process, log)

    def own_cgroup(self, name: str) -> None:
        """Have a cgroup removed in the end, which a daemon makes and leaves behind."""
        self._tell_reaper(name)

    def _tell_reaper(self, line: str) -> None:
        assert self._reaper.stdin is not None
        self._reaper.stdin.write(f"{line}\n".encode())
        self._reaper.stdin.flush()

    def wait_until(
        self,
        ready: Callable[[], bool],
        what: str,
        *,
        patience_s: float = 30.0,
        daemon: Daemon | None = None,
    ) -> None:
        """Wait until `ready()`; raise BringUpError with all logs when it does not come."""
        end = time.monotonic() + patience_s
        while not ready():
            if daemon is not None and not daemon.is_alive():
                code = daemon.process.returncode
                raise BringUpError(f"{what}: the daemon ended with {code}\n{self.logs()}")
            if time.monotonic() > end:
                raise BringUpError(f"{what}: not after {patience_s:g} s\n{self.logs()}")
            time.sleep(0.03)

    def logs(self) -> str:
        """Return the ends of all logs."""
        parts = []
        for log in sorted(self.log_folder.iterdir()):
            lines = log.read_text("utf-8", errors="replace").splitlines()[-_LOG_LINES:]
            parts.append("\n".join([f"--- {log.name}", *lines]))
        return "\n".join(parts)

    def close(self) -> None:
        """End every process of this folder, running jobs too, and remove it."""
        assert self._reaper.stdin is not None
        self._reaper.stdin.close()
        self._reaper.wait(30)
        for process in self._started:
            process.wait(10)
        self.ports.release()
