"""An exclusive or shared lock on an open file, which the system drops when its holder dies."""

from __future__ import annotations

import sys
from typing import IO, Any

# Windows locks are mandatory: the locked byte lies behind the text, which stays readable.
_LOCKED_BYTE = 1 << 20

if sys.platform == "win32":
    import msvcrt

    def lock_stream(stream: IO[Any], *, shared: bool = False) -> None:
        """Lock the file or raise OSError at once; Windows knows no shared lock."""
        stream.seek(_LOCKED_BYTE)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        stream.seek(0)

    def unlock_stream(stream: IO[Any]) -> None:
        """Give the lock back."""
        stream.seek(_LOCKED_BYTE)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import errno
    import fcntl

    # Some parallel file systems of clusters are mounted without locks. There a job array has each
    # folder to itself all the same.
    _NO_LOCKS = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK})

    def lock_stream(stream: IO[Any], *, shared: bool = False) -> None:
        """Lock the file or raise OSError at once; without effect where there are no locks."""
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(stream.fileno(), mode | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise

    def unlock_stream(stream: IO[Any]) -> None:
        """Give the lock back."""
        fcntl.flock(stream.fileno(), fcntl.LOCK_UN)
