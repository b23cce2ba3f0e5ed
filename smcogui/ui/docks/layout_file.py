"""The layout of the window as it is kept from one start to the next."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QMainWindow

LAYOUT_VERSION: Final = 1
"""Raised whenever docks or toolbars get other names or places: older layouts then do not fit."""


class LayoutError(Exception):
    """A kept layout that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowLayout:
    """Geometry and state as Qt packs them, the tab that was open, the actions used last."""

    geometry: bytes
    state: bytes
    tab: int
    recent_actions: tuple[str, ...] = ()


def save_layout(window: QMainWindow, tab: int, recent_actions: Sequence[str], path: Path) -> None:
    """Write where everything in the window is.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    content = {
        "version": LAYOUT_VERSION,
        "geometry": _text(window.saveGeometry()),
        "state": _text(window.saveState(LAYOUT_VERSION)),
        "tab": tab,
        "recent_actions": list(recent_actions),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
    temporary.replace(path)


def read_layout(path: Path) -> WindowLayout | None:
    """Read a kept layout; None where none was kept yet.

    Raises
    ------
    LayoutError
        If it is damaged or of another version.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != LAYOUT_VERSION:
            raise LayoutError(f"it has version {data['version']}, this program {LAYOUT_VERSION}")
        return WindowLayout(
            geometry=base64.b64decode(data["geometry"], validate=True),
            state=base64.b64decode(data["state"], validate=True),
            tab=int(data["tab"]),
            recent_actions=tuple(str(each) for each in data["recent_actions"]),
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LayoutError(f"it cannot be read: {error.strerror}") from error
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise LayoutError("it is damaged") from error


def restore_layout(window: QMainWindow, layout: WindowLayout) -> None:
    """Put the window back as it was.

    Raises
    ------
    LayoutError
        If Qt does not take it; the window then stays as it is.
    """
    before = window.saveGeometry()
    if not window.restoreGeometry(QByteArray(layout.geometry)):
        raise LayoutError("the place of the window is damaged")
    if not window.restoreState(QByteArray(layout.state), LAYOUT_VERSION):
        window.restoreGeometry(before)
        raise LayoutError("the places of the docks are damaged")


def _text(packed: QByteArray) -> str:
    return base64.b64encode(packed.data()).decode("ascii")
