"""Which drives count as network drives."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from smcogui.data.file_system import network_drive

MOUNTS = r"""22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 0:30 / /srv rw - nfs4 server:/srv rw
31 30 8:2 / /srv/local rw shared:3 - xfs /dev/sdb1 rw
32 22 0:33 / /srv/my\040share rw - cifs //server/share rw
33 22 0:34 / /srv/twice rw - ext4 /dev/sdc1 rw
34 33 0:35 / /srv/twice rw - fuse.sshfs me@there: rw
not a mount
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts of Linux")


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/opt/project", None),
        ("/srv/project", "nfs4"),
        ("/srv/local/project", None),
        ("/srv/my share/a/b", "cifs"),
        ("/srv/my sharehouse", "nfs4"),
        ("/srv/twice/project", "fuse.sshfs"),
    ],
)
def test_innermost_and_latest_mount_decides(tmp_path, place, kind):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS, encoding="utf-8")
    assert network_drive(Path(place), mounts) == kind


def test_unknown_mounts_count_as_local(tmp_path):
    assert network_drive(tmp_path, tmp_path / "missing") is None
