"""What was last chosen in dialogs, kept from one start to the next."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject

from smcogui.app.settings import user_config_folder
from solver.problem import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.ui.run_bridge import RunBridge

FILE_NAME: Final = "dialogs.json"
_LOG = logging.getLogger(__name__)


class DialogMemory(QObject):
    """The last choices by the name of the dialog, in a file of the user.

    A file that cannot be read or written never gets in the way: a dialog then begins as at first.

    Parameters
    ----------
    bridge : RunBridge
    path : Path, optional
        ``dialogs.json`` in the user's configuration folder by default.
    """

    def __init__(
        self, bridge: RunBridge, parent: QObject | None = None, path: Path | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._path = path or user_config_folder() / FILE_NAME
        self._kept = _read(self._path)

    def recall(self, dialog: str) -> dict[str, Any]:
        """Return what was chosen; empty where nothing was yet."""
        return dict(self._kept.get(dialog, {}))

    def keep(self, dialog: str, **choices: Any) -> None:
        """Keep choices (numbers, texts, booleans); they are written in the background."""
        self._kept[dialog] = {**self.recall(dialog), **choices}
        content = json.dumps({"version": 1, "dialogs": self._kept}, indent=1, ensure_ascii=False)
        self._bridge.ask_in_turn(
            "dialog memory",
            lambda: _write(self._path, content),
            lambda _: None,
            lambda error: _LOG.warning("%s cannot be written: %s", self._path, error),
        )


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["dialogs"]
        return {str(name): dict(choices) for name, choices in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _LOG.warning("what was last chosen in dialogs, %s, cannot be read: %r", path, error)
        return {}


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content.encode())
