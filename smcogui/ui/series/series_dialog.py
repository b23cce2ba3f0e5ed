"""Plans a series: which number, which values, how many half-cycles, what it will cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from smcogui.design.variation import PARAMETERS, parameter_of, value_of
from smcogui.errors import InputError
from smcogui.ui.series.default_values import default_values
from smcogui.ui.series.plan_texts import (
    cost_text,
    plan_warnings,
    reason_words,
    tells_domain,
    value_words,
)
from smcogui.ui.series.value_rows import ValueRows
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.list_table import ListTable, Row
from smcogui.ui.widgets.number_box import ChoiceBox, CountBox
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from smcogui.app.series_plan import PlannedValue, SeriesPlan
    from smcogui.app.session import Session
    from smcogui.data.series import Series
    from smcogui.design.design import Design
    from smcogui.ui.run_bridge import RunBridge

_SETTLE_MS: Final = 120
_MOST_CYCLES: Final = 1000
_SIZE: Final = QSize(860, 520)
_CYCLES_KEY: Final = "run.cycles"


class SeriesDialog(QDialog):
    """Shows what of the chosen values is possible before anything is started.

    Parameters
    ----------
    design : Design
        The design of which one number is varied.
    key : str
        Key of the number that is chosen at first.

    Signals
    -------
    created : Signal(object)
        The :class:`~smcogui.data.series.Series`, described on disk and ready to be run.
    """

    created = Signal(object)

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        design: Design,
        key: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._design = bridge, design
        # Of the project that is open now, whatever is opened meanwhile.
        self._series = session.series
        self._processes = session.processes
        self._topic = f"series plan {id(self)}"
        self.plan: SeriesPlan | None = None
        self.setWindowTitle(f"Series of {design.name}")
        self._make_widgets()
        self._lay_out()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask_plan)
        self.parameter.set_value(key)
        self._connect()
        self.resize(_SIZE)
        self._parameter_chosen()

    @property
    def key(self) -> str:
        """Key of the number that is varied."""
        return str(self.parameter.value())

    def accept(self) -> None:
        """Describe the series on disk; the dialog stays open where that is not possible."""
        plan, name, key = self.plan, self.name.text().strip(), self.key
        if plan is None or not self.run_button.isEnabled():
            return
        self.run_button.setEnabled(False)
        series = self._series
        self._bridge.ask(
            f"{self._topic} create",
            lambda: series.create(plan.design, key, plan.possible, name),
            self._created,
            self._explain,
        )

    def reject(self) -> None:
        """Close without a series; one that is being written is waited for."""
        if not self._bridge.is_busy(f"{self._topic} create"):
            super().reject()

    def done(self, code: int) -> None:
        """Close, and want no answer any more."""
        self._settle.stop()
        self._bridge.drop(self._topic)
        super().done(code)

    def _make_widgets(self) -> None:
        there = [
            (f"{each.symbol}: {each.name}", each.key)
            for each in PARAMETERS.values()
            if value_of(self._design, each.key) is not None
        ]
        self.parameter = ChoiceBox(there)
        self.parameter.setAccessibleName("Number that is varied")
        self.parameter.setToolTip("Every other number stays as it is in the design.")
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_row(self.form, "&Over", self.parameter)
        self.values = ValueRows(self.form)
        self.cycles = CountBox(minimum=1, maximum=_MOST_CYCLES)
        self.cycles.setAccessibleName("Half-cycles of each run")
        self.cycles.setToolTip("Repeats with other offsets and noise: their spread is the error.")
        self.cycles.setValue(self._design.run.cycles)
        add_row(self.form, "&Half-cycles", self.cycles)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the series")
        self.name.setMaxLength(80)
        add_row(self.form, "N&ame", self.name)
        self.table = ListTable(("Value", "Run"), "Values of the series")
        self.table.setMinimumWidth(360)
        self.cost = QLabel()
        self.cost.setWordWrap(True)
        self.cost.setProperty("role", "muted")
        self.banner = Banner()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.run_button = self.buttons.addButton("&Run", QDialogButtonBox.ButtonRole.AcceptRole)
        self.run_button.setDefault(True)
        self.run_button.setEnabled(False)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addLayout(self.form)
        left.addStretch(1)
        left.addWidget(self.cost)
        middle = QHBoxLayout()
        middle.addLayout(left, 2)
        middle.addWidget(self.table, 3)
        layout = QVBoxLayout(self)
        layout.addLayout(middle, 1)
        layout.addWidget(self.banner)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.parameter.currentIndexChanged.connect(lambda _index: self._parameter_chosen())
        self.values.changed.connect(self._settle.start)
        self.cycles.valueChanged.connect(lambda _value: self._settle.start())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _parameter_chosen(self) -> None:
        parameter = parameter_of(self.key)
        self.values.show_parameter(parameter, *default_values(self._design, self.key))
        self.name.setPlaceholderText(f"{self._design.name} over {parameter.symbol}")
        self.cycles.setEnabled(self.key != _CYCLES_KEY)
        self.setWindowTitle(f"Hc against {parameter.symbol}: series of {self._design.name}")
        self._ask_plan()

    def _ask_plan(self) -> None:
        try:
            values = self.values.values()
        except InputError as error:
            self._refuse(error)
            return
        series, design, key, cycles = self._series, self._design, self.key, self.cycles.value()
        self.run_button.setEnabled(False)
        self._bridge.ask_in_turn(
            self._topic,
            lambda: series.plan(design, key, values, cycles=cycles),
            lambda plan: self._show_plan(key, plan),
            self._refuse,
        )

    def _show_plan(self, key: str, plan: SeriesPlan) -> None:
        if key != self.key:
            return
        self.plan = plan
        parameter = parameter_of(key)
        unit = f" {parameter.unit}".rstrip()
        self.table.set_rows(
            [_row(each, unit, with_domain=tells_domain(key, plan)) for each in plan.values]
        )
        self.table.fit_columns()
        possible = len(plan.possible)
        self.banner.show_message("warning", "\n".join(plan_warnings(key, plan)))
        self.run_button.setText(f"&Run {possible} values" if possible != 1 else "&Run 1 value")
        self.run_button.setEnabled(possible > 0)
        self.cost.setText(cost_text(plan, self._processes))

    def _refuse(self, error: Exception) -> None:
        self.plan = None
        self.table.set_rows([])
        self.cost.setText("")
        self.run_button.setText("&Run")
        self.run_button.setEnabled(False)
        self.banner.show_message("error", str(error))

    def _explain(self, error: Exception) -> None:
        self.banner.show_message("error", str(error))
        self.run_button.setEnabled(self.plan is not None)

    def _created(self, series: Series) -> None:
        self.created.emit(series)
        super().accept()


def _row(planned: PlannedValue, unit: str, *, with_domain: bool) -> Row:
    number, words = format_number(planned.value, 8), value_words(planned, with_domain=with_domain)
    return Row(
        row_id=number,
        cells=((f"{number}{unit}", planned.value), (words, words)),
        tip=reason_words(planned),
    )
