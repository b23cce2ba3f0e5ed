"""A real OpenSSH server on loopback for the user who runs the tests."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from loopback import reaper
from loopback.programs import SSHD, check_installed, path_of
from loopback.root import Daemon, Root

# Where OpenSSH on Debian separates its privileges as root.
_PRIVILEGE_FOLDER = Path("/run/sshd")
# A command over ssh starts in the home folder of the password file; this one's is elsewhere.
_START_FILE = 'cd "$HOME"\n'


class Sshd:
    """An sshd with a host key, a user key and a home folder of its own.

    Parameters
    ----------
    root
        Where it lives.
    name
        Tells several of one root folder apart.
    settings
        Further lines of sshd_config, before the usual ones: the first of a keyword counts.
    variables
        Environment of the commands that it runs.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        root: Root,
        name: str = "sshd",
        *,
        settings: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        check_installed(SSHD)
        self.root = root
        self.name = name
        self.port = root.ports.take()
        self.user = getpass.getuser() if os.getuid() else "root"
        self.home = root.folder("home")
        for start_file in (".bashrc", ".zshenv"):
            root.write(f"home/{start_file}", _START_FILE)
        self.identity_file = _new_key(root, f"{name}-user-key")
        self.host_key_file = _new_key(root, f"{name}-host-key")
        authorized = f"{name}-authorized"
        root.write(authorized, self.identity_file.with_suffix(".pub").read_text("utf-8"))
        self._variables = {
            "HOME": str(self.home),
            reaper.STAMP: str(root.path),
            **(variables or {}),
        }
        self._config = root.write(f"{name}_config", self._text(settings, root.path / authorized))
        self._daemon: Daemon | None = None

    def _text(self, settings: Sequence[str], authorized: Path) -> str:
        set_env = " ".join(f"{name}={value}" for name, value in self._variables.items())
        lines = [
            *settings,
            f"Port {self.port}",
            f"ListenAddress {self.host}",
            f"HostKey {self.host_key_file}",
            f"PidFile {self.root.path / self.name}.pid",
            f"AuthorizedKeysFile {authorized}",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "PrintMotd no",
            "UseDNS no",
            f"SetEnv {set_env}",
            f"Subsystem sftp internal-sftp -d {self.home}",
        ]
        return "\n".join([*lines, ""])

    def host_key_line(self) -> str:
        """Return this server's line for a known_hosts file."""
        kind, key = self.host_key_file.with_suffix(".pub").read_text("utf-8").split()[:2]
        return f"[{self.host}]:{self.port} {kind} {key}\n"

    def start(self) -> None:
        """Start it and wait until it answers."""
        if os.getuid() == 0:
            _PRIVILEGE_FOLDER.mkdir(mode=0o755, exist_ok=True)
        command = [path_of("sshd"), "-D", "-e", "-f", self._config]
        self._daemon = self.root.start(self.name, command)
        self.root.wait_until(self._answers, f"{self.name} answers", daemon=self._daemon)

    def stop(self) -> None:
        """End it and every session on it, as a login node that goes down does."""
        if self._daemon is None:
            return
        sessions = reaper.with_descendants({self._daemon.pid}) - {self._daemon.pid}
        self._daemon.kill()
        reaper.kill(sessions)
        self._daemon = None

    def repair(self) -> None:
        """Start it unless it runs."""
        if self._daemon is None or not self._daemon.is_alive():
            self.start()

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), timeout=1) as link:
                return link.recv(4) == b"SSH-"
        except OSError:
            return False


def _new_key(root: Root, name: str) -> Path:
    path = root.path / name
    subprocess.run(
        [path_of("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return path
