"""Whether a window could open, without starting Qt, which ends the process where it cannot."""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path
from typing import Final

_X_DISPLAY: Final = re.compile(r"(?:(?P<protocol>\w+)/)?(?P<host>[^:]*):(?P<number>\d+)(\.\d+)?")
_X_PORT: Final = 6000
_PATIENCE_S: Final = 3.0


def find_display() -> str | None:
    """Return what a window would open on, or None where there is nothing."""
    if sys.platform != "linux":
        return "the system's own"
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform and platform not in {"xcb", "wayland"}:
        return platform
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland and _wayland_answers(wayland):
        return wayland
    display = os.environ.get("DISPLAY")
    return display if display and _x_answers(display) else None


def _wayland_answers(name: str) -> bool:
    # An absolute name stays as it is when joined.
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "")) / name
    return path.is_socket()


def _x_answers(display: str) -> bool:
    match = _X_DISPLAY.fullmatch(display)
    if match is None:
        return False
    number, host = int(match["number"]), match["host"]
    if host and host != "unix":
        return _connects(socket.AF_INET, (host, _X_PORT + number))
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108  (where X servers listen)
    return _connects(socket.AF_UNIX, path) or _connects(socket.AF_UNIX, "\0" + path)


def _connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PATIENCE_S)
        try:
            probe.connect(address)
        except OSError:
            return False
    return True
