"""All figures with a picture and a sentence each, to choose one from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

import resources
from smcogui.ui.widgets.screen_size import resize_on_screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PICTURE: Final = QSize(128, 80)
_SIZE: Final = QSize(760, 560)
_NAME: Final = Qt.ItemDataRole.UserRole


class FigureChooser(QDialog):
    """A list of figures; those that cannot be drawn of the designs say why.

    Signals
    -------
    chosen : Signal(str)
        Name of a figure.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose a figure")
        self.list = QListWidget()
        self.list.setAccessibleName("Figures")
        self.list.setIconSize(_PICTURE)
        self.list.setWordWrap(True)
        self.list.setUniformItemSizes(False)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setSpacing(2)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Show")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        resize_on_screen(self, _SIZE)
        self.list.itemActivated.connect(lambda _item: self.accept())

    def show_figures(self, kinds: Sequence[Mapping[str, Any]], current: str) -> None:
        """List figures, with one selected."""
        self.list.clear()
        for kind in kinds:
            item = QListWidgetItem(_picture(kind["name"]), _words(kind))
            item.setData(_NAME, kind["name"])
            if not kind["possible"]:
                item.setForeground(self.palette().placeholderText())
            self.list.addItem(item)
            if kind["name"] == current:
                self.list.setCurrentItem(item)
        self.list.setFocus()

    def choose(self, name: str) -> None:
        """Select a figure in the list."""
        for row in range(self.list.count()):
            if self.list.item(row).data(_NAME) == name:
                self.list.setCurrentRow(row)

    def accept(self) -> None:
        """Show the selected figure."""
        item = self.list.currentItem()
        super().accept()
        if item is not None:
            self.chosen.emit(str(item.data(_NAME)))


def _words(kind: Mapping[str, Any]) -> str:
    title = str(kind["title"])
    place = f"{kind['paper']} of the paper · " if kind["paper"] else ""
    origins = " and ".join(kind["origins"])
    words = f"{title[0].upper()}{title[1:]}\n{place}{origins} · {kind['name']}"
    return words if kind["possible"] else f"{words}\nNot of these designs: {kind['reason']}"


def _picture(name: str) -> QIcon:
    path = resources.path(f"figures/{name}.png")
    return QIcon(QPixmap(str(path))) if path.exists() else QIcon()
