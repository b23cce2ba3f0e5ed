"""How many designs are suggested, and which campaign takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from smcogui.data.measurements import checked_name
from smcogui.errors import InputError
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import CountBox

if TYPE_CHECKING:
    from smcogui.ui.surrogates.inverse_form import InverseRequest

_MOST: Final = 1000
_ABOUT: Final = (
    "Designs on which the networks of the surrogate disagree, far from what it has seen and from "
    "each other, within the lengths, angles and Z phases of “Find designs”. Each gets three "
    "half-cycles. They wait in a campaign until you run it; train again when they are done."
)
_NOTHING_YET: Final = (
    "What suggestions bring is not known in this project yet: that takes two surrogates tested on "
    "the same designs, of which one learned from suggested ones besides."
)


class SuggestDialog(QDialog):
    """Stays open until the designs are added.

    Signals
    -------
    suggest_wanted : Signal()
    """

    suggest_wanted = Signal()

    def __init__(self, within: InverseRequest, brought: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.within = within
        self._is_adding = False
        self.setWindowTitle("Suggest the next runs")
        self.setMinimumWidth(480)
        self.campaign = QLineEdit("suggested")
        self.campaign.setAccessibleName("Campaign that takes the designs")
        self.count = CountBox(minimum=1, maximum=_MOST)
        self.count.setAccessibleName("Number of designs to suggest")
        self.count.setValue(20)
        self.banner = Banner()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.add_button = self.buttons.addButton("&Add", QDialogButtonBox.ButtonRole.AcceptRole)
        self.add_button.setDefault(True)
        # What suggestions have brought so far stands beside what they are.
        about = QLabel(f"{_ABOUT}\n\n{brought or _NOTHING_YET}")
        about.setWordWrap(True)
        about.setProperty("role", "muted")
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_row(form, "&Campaign", self.campaign)
        add_row(form, "&Designs", self.count)
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addLayout(form)
        layout.addWidget(self.banner)
        layout.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignBottom)
        self.campaign.textChanged.connect(lambda _text: self._check())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._check()

    def chosen_campaign(self) -> str:
        """Return the name of the campaign, which may be a new one."""
        return self.campaign.text().strip()

    def accept(self) -> None:
        """Ask for the designs to be added."""
        if self.add_button.isEnabled():
            self._is_adding = True
            self.add_button.setEnabled(False)
            self.banner.show_message("note", "Choosing designs…")
            self.suggest_wanted.emit()

    def show_added(self) -> None:
        """Go, as the designs are added."""
        super().accept()

    def show_error(self, words: str) -> None:
        """Say why nothing could be added."""
        self._is_adding = False
        self._check()
        self.banner.show_message("error", words)

    def _check(self) -> None:
        reason = ""
        try:
            checked_name(self.chosen_campaign())
        except InputError as error:
            reason = error.message
        self.add_button.setEnabled(not reason and not self._is_adding)
        self.banner.show_message("error", reason)
