"""A titled part of a panel that folds away and then says in one line what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class Section(QFrame):
    """A card with a header that folds its form.

    Parameters
    ----------
    title : str
    is_open : bool
        Whether the form is shown at first.
    """

    def __init__(self, title: str, *, is_open: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._header = QToolButton()
        self._header.setText(title)
        self._header.setProperty("sectionHeader", True)
        self._header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._header.setCheckable(True)
        self._header.setAutoRaise(True)
        self._summary_text = ""
        self._summary = QLabel()
        self._summary.setProperty("role", "muted")
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._hidden_changes: tuple[str, ...] = ()
        self.changes = QLabel()
        self.changes.setProperty("role", "muted")
        top = QHBoxLayout()
        top.addWidget(self._header)
        top.addWidget(self.changes)
        top.addWidget(self._summary, 1)
        self.body = QWidget()
        self.form = QFormLayout(self.body)
        self.form.setContentsMargins(8, 2, 4, 4)
        self.form.setHorizontalSpacing(10)
        self.form.setVerticalSpacing(4)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 8, 6)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addWidget(self.body)
        self._header.toggled.connect(self._fold)
        self._header.setChecked(is_open)
        self._fold(is_open)

    def set_summary(self, text: str) -> None:
        """Set the line that is shown while the section is folded."""
        self._summary_text = text
        self._fold(self._header.isChecked())

    def set_changes(self, changes: Sequence[str]) -> None:
        """Set what inside differs from the ghost; a folded section tells that it hides it."""
        self._hidden_changes = tuple(changes)
        self._fold(self._header.isChecked())

    def _fold(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        # The empty label stays where it is: it keeps the header at the left.
        self._summary.setText("" if is_open else self._summary_text)
        hidden = () if is_open else self._hidden_changes
        self.changes.setText(f"• {len(hidden)} changed" if hidden else "")
        self.changes.setToolTip("\n".join(hidden))
        self.changes.setVisible(bool(hidden))
        self._header.setAccessibleDescription("; ".join(hidden))
        arrow = Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow
        self._header.setArrowType(arrow)
