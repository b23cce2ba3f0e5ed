import errno
import os

import pytest

from solver import file_lock

pytestmark = pytest.mark.skipif(os.name != "posix", reason="flock is POSIX's")


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK])
def test_file_system_without_locks_is_used_without(tmp_path, monkeypatch, number):
    def refuse(*_):
        raise OSError(number, "no locks here")

    monkeypatch.setattr(file_lock.fcntl, "flock", refuse)
    with (tmp_path / "lock").open("a+b") as stream:
        file_lock.lock_stream(stream)


def test_lock_that_somebody_holds_is_refused(tmp_path):
    with (tmp_path / "lock").open("a+b") as first, (tmp_path / "lock").open("a+b") as second:
        file_lock.lock_stream(first)
        with pytest.raises(BlockingIOError):
            file_lock.lock_stream(second)
