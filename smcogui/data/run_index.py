"""``index.sqlite``: what the run folders say, so that a list of runs need not read them all.

The folders are the truth. A row counts only while its signature is that of the folder's files, and
the whole index is made anew where it is missing, damaged or of another form. Where it cannot be
written the runs are listed all the same, and :attr:`RunIndex.note` says why that takes longer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sqlite3
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import smcogui
from smcogui.data.file_system import network_drive
from smcogui.data.result_columns import RESULT_COLUMNS, result_values
from smcogui.data.run_scan import RunContent, ScannedRun, content_forms
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

INDEX_FILE: Final = "index.sqlite"
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
_PATIENCE_S: Final = 5.0
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_RESULTS: Final = ", ".join(f'"{name}" {kind}' for name, kind in RESULT_COLUMNS.items())
_TABLES: Final = f"""
CREATE TABLE form (fingerprint TEXT NOT NULL);
CREATE TABLE runs (
    folder TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    name TEXT NOT NULL,
    created_s REAL NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    progress REAL NOT NULL,
    has_result INTEGER NOT NULL,
    content BLOB NOT NULL
);
CREATE TABLE results (
    folder TEXT PRIMARY KEY,
    {_RESULTS}
) WITHOUT ROWID;
"""
_COLUMNS: Final = (
    "folder, run_id, signature, name, created_s, state, message, progress, has_result, content"
)
_INSERT: Final = "INSERT OR REPLACE INTO {table} VALUES ({marks})"
_INSERT_RUN: Final = _INSERT.format(table="runs", marks=", ".join("?" * 10))
_INSERT_RESULT: Final = _INSERT.format(
    table="results", marks=", ".join("?" * (1 + len(RESULT_COLUMNS)))
)
_STATES: Final = {state.value: state for state in RunState}
_LOG = logging.getLogger(__name__)


class RunIndex:
    """The index of a project's runs. Every call opens the file anew: any thread may ask.

    Parameters
    ----------
    path : Path
        ``PROJECT/index.sqlite``; need not exist.
    runs_folder : Path
        Where the folders lie that it tells of.
    """

    def __init__(self, path: Path, runs_folder: Path) -> None:
        self._path = path
        self._runs_folder = runs_folder
        self._network = network_drive(path.parent)
        self._note = ""
        self._is_writable = True

    @property
    def note(self) -> str:
        """What is special about this index, in words; empty where all is as it should be."""
        return self._note

    def load(self) -> dict[str, ScannedRun]:
        """Return the indexed runs by run id, or nothing where they have to be read again."""
        if not os.access(self._path.parent, os.W_OK):
            self._keep_in_memory("the project is read-only")
            return self._load_read_only()
        try:
            return self._load()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
                self._keep_in_memory(_reason(error))
                return {}
            _LOG.warning("%s is damaged (%s) and is made anew", self._path, error)
        with contextlib.suppress(OSError, sqlite3.Error):
            self._remove()
            return self._load()
        self._keep_in_memory("the damaged file cannot be replaced")
        return {}

    def update(self, changed: Mapping[str, ScannedRun], gone: Collection[str]) -> None:
        """Write what was read anew and forget what is gone; the list itself never fails by it."""
        if not self._is_writable or not (changed or gone):
            return
        rows = [_row(folder, run) for folder, run in changed.items()]
        results = [_result_row(folder, run) for folder, run in changed.items()]
        old = [(folder,) for folder in (*gone, *changed)]
        try:
            with self._connection() as connection, connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("DELETE FROM runs WHERE folder = ?", old)
                connection.executemany("DELETE FROM results WHERE folder = ?", old)
                connection.executemany(_INSERT_RUN, rows)
                connection.executemany(_INSERT_RESULT, filter(None, results))
        except sqlite3.Error as error:
            self._keep_in_memory(_reason(error))

    def results(self, columns: Sequence[str]) -> list[tuple[Any, ...]] | None:
        """Return columns of all finished runs, a tuple for each; None where it is not to be asked.

        The names are of :data:`~smcogui.data.result_columns.RESULT_COLUMNS`.
        """
        if not self._is_writable:
            return None
        names = ", ".join(f'"{name}"' for name in columns if name in RESULT_COLUMNS)
        try:
            with self._connection() as connection:
                return connection.execute(f"SELECT {names} FROM results").fetchall()  # noqa: S608
        except sqlite3.Error as error:
            self._keep_in_memory(_reason(error))
            return None

    def _load(self) -> dict[str, ScannedRun]:
        with self._connection() as connection:
            self._choose_journal(connection)
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                damage = sqlite3.DatabaseError(verdict)
                damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
                raise damage
            if not _has_our_form(connection):
                _make_tables(connection)
            return self._read_rows(connection)

    def _load_read_only(self) -> dict[str, ScannedRun]:
        """Use the index of a read-only project, if it was left in order."""
        if not self._path.is_file() or self._path.with_name(INDEX_FILE + "-wal").exists():
            return {}
        address = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
                return self._read_rows(connection) if _has_our_form(connection) else {}
        except sqlite3.Error as error:
            _LOG.info("%s is not used: %s", self._path, error)
            return {}

    def _read_rows(self, connection: sqlite3.Connection) -> dict[str, ScannedRun]:
        found = {}
        for row in connection.execute(f"SELECT {_COLUMNS} FROM runs"):  # noqa: S608  (a constant)
            folder, run_id, signature, name, created_s, state, message, progress, *rest = row
            has_result, content = rest
            try:
                found[folder] = ScannedRun(
                    signature=signature,
                    run_id=run_id,
                    name=name,
                    created_s=created_s,
                    state=_STATES[state],
                    message=message,
                    progress=progress,
                    content=RunContent(
                        self._runs_folder / folder, content, has_result=bool(has_result)
                    ),
                )
            except KeyError:
                # Somebody else's hand: the folder is read again.
                _LOG.info("the index's row of run %s is not used: its state is %s", folder, state)
        return found

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None)
        # What a crash of the machine takes from the index is read again from the folders.
        connection.execute("PRAGMA synchronous=NORMAL")
        with contextlib.closing(connection):
            yield connection

    def _choose_journal(self, connection: sqlite3.Connection) -> None:
        if self._network is None:
            with contextlib.suppress(sqlite3.OperationalError):
                (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
                if mode == "wal":
                    return
        connection.execute("PRAGMA journal_mode=DELETE")
        where = f"a network drive ({self._network})" if self._network else "this drive"
        self._say(
            f"The index of the runs uses a rollback journal, as SQLite's write-ahead log does not "
            f"work on {where}. Nothing is lost by that; do not open the project on two computers "
            "at once."
        )

    def _remove(self) -> None:
        for ending in _BESIDE:
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)

    def _keep_in_memory(self, reason: str) -> None:
        self._is_writable = False
        self._say(
            f"The index of the runs is kept in memory only: {reason}. All runs are shown; a large "
            "project takes longer to open."
        )

    def _say(self, note: str) -> None:
        if note != self._note:
            self._note = note
            _LOG.warning("%s: %s", self._path, note)


def _reason(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_READONLY: f"{INDEX_FILE} cannot be written",
        sqlite3.SQLITE_CANTOPEN: f"{INDEX_FILE} cannot be opened",
        sqlite3.SQLITE_BUSY: "another program keeps it locked",
        sqlite3.SQLITE_IOERR: "its drive reports errors",
    }.get(code, str(error))


def _has_our_form(connection: sqlite3.Connection) -> bool:
    known = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    if ("form",) not in known or ("runs",) not in known:
        return False
    return connection.execute("SELECT fingerprint FROM form").fetchall() == [(_fingerprint(),)]


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    # Another process that opened the project at the same moment may have been first.
    if not _has_our_form(connection):
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in tables.fetchall():
            connection.execute('DROP TABLE "{}"'.format(name.replace('"', '""')))
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute("INSERT INTO form VALUES (?)", (_fingerprint(),))
    connection.execute("COMMIT")


def _row(folder: str, run: ScannedRun) -> tuple[Any, ...]:
    return (
        folder,
        run.run_id,
        run.signature,
        run.name,
        run.created_s,
        run.state.value,
        run.message,
        run.progress,
        run.content.has_result,
        run.content.packed(),
    )


def _result_row(folder: str, run: ScannedRun) -> tuple[Any, ...] | None:
    content = run.content
    if content.result is None:
        return None
    return (folder, *result_values(content.info, content.design, content.result))


@cache
def _fingerprint() -> str:
    """Return what changes with the program and with the form of what a row holds."""
    forms = [*content_forms(), _TABLES, smcogui.__version__]
    return hashlib.sha256(json.dumps(forms, sort_keys=True).encode()).hexdigest()
