"""What a surrogate is trained on, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from smcogui.app.project_surrogates import DEFAULT_NAME
from smcogui.app.training_folder import TrainingRequest
from smcogui.data.dataset_parts import TEST_SET
from smcogui.data.measurements import checked_name
from smcogui.errors import InputError
from smcogui.surrogates.training_options import TrainingOptions
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import CountBox

if TYPE_CHECKING:
    from collections.abc import Sequence

_ABOUT: Final = (
    "An ensemble learns Hc, Hp, Φp, Mr and (BH)max from finished designs, in a process of its own: "
    "the window can be closed meanwhile. It needs torch."
)
_NO_SETS: Final = (
    "The project has no campaign and no imported dataset yet. Compute designs in the Campaigns "
    "tab, or import a dataset (project --import-dataset)."
)
_NO_TEST: Final = "With no set chosen, a fifth of the structures is put apart to test with."
_LIST_HEIGHT: Final = 104
_ITEM_HEIGHT: Final = 24


class TrainDialog(QDialog):
    """Name, sets and options; stays open until the training has begun.

    Signals
    -------
    train_wanted : Signal()
    """

    train_wanted = Signal()

    def __init__(
        self, sets: Sequence[str], taken: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._taken = set(taken)
        self._is_beginning = False
        self.setWindowTitle("Train a surrogate")
        self.setMinimumWidth(560)
        self.name = QLineEdit(DEFAULT_NAME)
        self.name.setAccessibleName("Name of the surrogate")
        self.training = _set_list("Sets to train on", sets, [s for s in sets if s != TEST_SET])
        self.test = _set_list("Sets to test with", sets, [TEST_SET])
        self.test.setToolTip(_NO_TEST)
        self.seed = CountBox(minimum=0, maximum=2**31 - 1)
        self.seed.setAccessibleName("Seed of the training")
        self.seed.setToolTip("The same designs and the same seed give the same model.")
        self.peers = QCheckBox("&Compare with the paper's network and boosted trees")
        self.peers.setChecked(True)
        self.curve = QCheckBox("&Learning curve: what more designs would bring (takes long)")
        self.replace = QCheckBox("&Replace the surrogate of this name when the new one is done")
        self.banner = Banner()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.train_button = self.buttons.addButton("&Train", QDialogButtonBox.ButtonRole.AcceptRole)
        self.train_button.setDefault(True)
        self._lay_out()
        self.name.textChanged.connect(lambda _text: self._check())
        self.replace.toggled.connect(lambda _on: self._check())
        for each in (self.training, self.test):
            each.itemChanged.connect(lambda _item: self._check())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._check()

    def request(self) -> TrainingRequest:
        """Return what is to be trained."""
        options = TrainingOptions(
            seed=self.seed.value(),
            peers=self.peers.isChecked(),
            curve_draws=3 if self.curve.isChecked() else 0,
        )
        return TrainingRequest(options=options)

    def chosen_name(self) -> str:
        """Return the name of the surrogate."""
        return self.name.text().strip()

    def training_sets(self) -> list[str]:
        """Return the sets to train on."""
        return _checked(self.training)

    def test_sets(self) -> list[str]:
        """Return the sets to test with."""
        return _checked(self.test)

    def accept(self) -> None:
        """Ask for the training to begin."""
        if self.train_button.isEnabled():
            self._is_beginning = True
            self.train_button.setEnabled(False)
            self.banner.show_message("note", "Checking the designs…")
            self.train_wanted.emit()

    def show_begun(self) -> None:
        """Go, as the training has begun."""
        super().accept()

    def show_error(self, error: Exception) -> None:
        """Say why the training could not begin."""
        self._is_beginning = False
        self._check()
        self.banner.show_message("error", str(error))

    def _lay_out(self) -> None:
        about = QLabel(_ABOUT)
        about.setWordWrap(True)
        about.setProperty("role", "muted")
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_row(form, "&Name", self.name)
        add_row(form, "Train &on", self.training)
        add_row(form, "Test &with", self.test)
        add_row(form, "&Seed", self.seed)
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addLayout(form)
        for box in (self.peers, self.curve, self.replace):
            layout.addWidget(box)
        layout.addWidget(self.banner)
        layout.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignBottom)

    def _check(self) -> None:
        self.replace.setVisible(self.chosen_name() in self._taken)
        reason = self._why_not()
        self.train_button.setEnabled(not reason and not self._is_beginning)
        self.banner.show_message("error", reason)

    def _why_not(self) -> str:
        name = self.chosen_name()
        try:
            checked_name(name)
        except InputError as error:
            return error.message
        if not self.training.count():
            return _NO_SETS
        if not self.training_sets():
            return "No set to train on is chosen."
        both = set(self.training_sets()) & set(self.test_sets())
        if both:
            return f"{', '.join(sorted(both))} cannot be trained on and tested with."
        if name in self._taken and not self.replace.isChecked():
            return f"There is a surrogate {name!r} already: replace it, or choose another name."
        return ""


def _set_list(name: str, sets: Sequence[str], chosen: Sequence[str]) -> QListWidget:
    found = QListWidget()
    found.setAccessibleName(name)
    found.setMaximumHeight(_LIST_HEIGHT)
    for each in sets:
        item = QListWidgetItem(each, found)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setSizeHint(QSize(0, _ITEM_HEIGHT))
        is_on = each in chosen
        item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
    return found


def _checked(found: QListWidget) -> list[str]:
    items = (found.item(number) for number in range(found.count()))
    return [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]
