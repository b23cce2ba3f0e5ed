"""Slurm's accounting: slurmdbd and a MariaDB of its own, without a network port."""

from __future__ import annotations

import subprocess

from loopback.programs import ACCOUNTING, check_installed, path_of
from loopback.root import Daemon, Root

_DATABASE_S = 120.0


class Accounting:
    """The database behind `sacct`, for a Slurm in the same root folder.

    Parameters
    ----------
    root, user, host
        Where it lives, who runs it, and what this machine is called.
    """

    def __init__(self, root: Root, *, user: str, host: str) -> None:
        check_installed(ACCOUNTING)
        self._root = root
        self._user = user
        self._host = host
        self._port = root.ports.take()
        self._socket = root.path / "db" / "socket"
        self._slurmdbd: Daemon | None = None

    def conf_lines(self) -> list[str]:
        """Return the lines of slurm.conf that turn it on."""
        return [
            "AccountingStorageType=accounting_storage/slurmdbd",
            "AccountingStorageHost=127.0.0.1",
            f"AccountingStoragePort={self._port}",
            # Without this the controller stalls for minutes and ends.
            f"AccountingStoragePass={self._root.path}/munge/socket",
            "AccountingStorageTRES=gres/gpu",
            "AccountingStorageEnforce=associations,limits",
        ]

    def start(self) -> None:
        """Start the database and slurmdbd; munged has to be there."""
        self._install_database()
        self._start_database()
        self._root.write("etc/slurmdbd.conf", self._slurmdbd_conf())
        self.start_slurmdbd()

    def start_slurmdbd(self) -> None:
        """Start slurmdbd."""
        variables = {
            "SLURM_CONF": str(self._root.path / "etc" / "slurm.conf"),
            "MYSQL_UNIX_PORT": str(self._socket),
        }
        self._slurmdbd = self._root.start("slurmdbd", [path_of("slurmdbd"), "-D"], variables)
        self._root.wait_until(
            lambda: _listens(self._port), "slurmdbd listens", daemon=self._slurmdbd, patience_s=60
        )

    def stop_slurmdbd(self) -> None:
        """End slurmdbd: `sacct` fails, and the controller keeps what it would have told it."""
        if self._slurmdbd is not None:
            self._slurmdbd.terminate()

    def _install_database(self) -> None:
        done = subprocess.run(
            [
                path_of("mariadb-install-db"),
                "--no-defaults",
                f"--user={self._user}",
                f"--datadir={self._root.folder('db/data')}",
                "--auth-root-authentication-method=socket",
                f"--auth-root-socket-user={self._user}",
                "--skip-test-db",
                "--skip-name-resolve",
            ],
            capture_output=True,
            text=True,
            timeout=_DATABASE_S,
            check=False,
            env=self._root.environment(),
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def _start_database(self) -> None:
        command = [
            path_of("mariadbd"),
            "--no-defaults",
            f"--user={self._user}",
            f"--datadir={self._root.path}/db/data",
            f"--socket={self._socket}",
            f"--pid-file={self._root.path}/db/pid",
            "--skip-networking",
            # Nobody needs these data after a power cut.
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-lock-wait-timeout=900",
        ]
        database = self._root.start("mariadbd", command)
        self._root.wait_until(
            self._socket.exists, "mariadbd listens", daemon=database, patience_s=_DATABASE_S
        )

    def _slurmdbd_conf(self) -> str:
        root = self._root.path
        lines = [
            "AuthType=auth/munge",
            f"AuthInfo=socket={root}/munge/socket",
            "CommunicationParameters=NoInAddrAny",
            f"DbdHost={self._host}",
            "DbdAddr=127.0.0.1",
            f"DbdPort={self._port}",
            f"SlurmUser={self._user}",
            f"PidFile={root}/slurmdbd.pid",
            f"LogFile={root}/log/slurmdbd.log",
            "StorageType=accounting_storage/mysql",
            f"StorageUser={self._user}",
        ]
        return "\n".join([*lines, ""])


def _listens(port: int) -> bool:
    # Connecting would make slurmdbd complain; the kernel's table says it as well.
    wanted = f"0100007F:{port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table]
    return any(row[1] == wanted and row[3] == "0A" for row in rows[1:])
