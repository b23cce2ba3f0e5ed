"""Tabs that need only the room of the page on show."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QTabWidget, QWidget


class PageTabs(QTabWidget):
    """Asks for the least size of its current page, where Qt asks for that of the largest one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self._size_for_page)

    def tabInserted(self, index: int) -> None:
        """Take a page into account."""
        super().tabInserted(index)
        self._size_for_page()

    def _size_for_page(self, _page: int = 0) -> None:
        for number in range(self.count()):
            page, is_shown = self.widget(number), number == self.currentIndex()
            kind = QSizePolicy.Policy.Preferred if is_shown else QSizePolicy.Policy.Ignored
            if page is not None:
                page.setSizePolicy(kind, kind)
