"""The Surrogates tab: a page for each thing that is done with surrogates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from smcogui.ui.surrogates.inverse_page import InversePage
from smcogui.ui.surrogates.models_page import ModelsPage
from smcogui.ui.surrogates.verified_page import VerifiedPage
from smcogui.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch


class SurrogatesTab(QWidget):
    """A banner above the pages."""

    def __init__(
        self, units: FieldUnitSwitch, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.banner = Banner()
        self.models = ModelsPage(units, actions)
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.setAccessibleName("Pages of the surrogates")
        self.inverse = InversePage(units, actions)
        self.verified = VerifiedPage(units, actions)
        self.pages.addTab(self.inverse, "Find designs")
        self.pages.addTab(self.verified, "Verified")
        self.pages.addTab(self.models, "Models and training")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.addWidget(self.banner)
        layout.addWidget(self.pages, 1)

    def refresh_colours(self) -> None:
        """Draw again in the palette's colours."""
        self.models.refresh_colours()
