"""Boxes for numbers: any decimal mark and unit in any locale, nothing clamped in silence."""

from __future__ import annotations

import locale
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from smcogui.ui.application import make_application
from smcogui.ui.widgets.number_box import CountBox, NumberBox

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

NARROW, NO_BREAK = "\u202f", "\u00a0"


@pytest.fixture(params=["C", "de_DE", "fr_FR", "ar_EG"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Set Qt's locale, and the C library's where the system has it."""
    before, c_before = QLocale(), locale.setlocale(locale.LC_NUMERIC)
    QLocale.setDefault(QLocale(request.param))
    try:
        locale.setlocale(locale.LC_NUMERIC, f"{request.param}.UTF-8")
    except locale.Error:
        locale.setlocale(locale.LC_NUMERIC, "C")
    yield request.param
    QLocale.setDefault(before)
    locale.setlocale(locale.LC_NUMERIC, c_before)


def _shown(box: NumberBox, qtbot: QtBot) -> NumberBox:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.addWidget(box)
    layout.addWidget(QLineEdit())
    layout.addStretch(1)
    holder.resize(400, 300)
    # qtbot refers to widgets weakly: the box and its window hold each other, and the garbage
    # collector may come for both while they are still on the screen
    qtbot.addWidget(holder, before_close_func=lambda _widget, _kept=(holder, box): None)
    with qtbot.waitActive(holder):
        holder.show()
        holder.activateWindow()
    box.holder = holder
    return box


def _field_box(qtbot: QtBot) -> NumberBox:
    box = NumberBox(minimum=-100, maximum=100, step=0.5, unit="T")
    box.setAccessibleName("Last field")
    return _shown(box, qtbot)


def _type(box: NumberBox, text: str, qtbot: QtBot, *, end: Qt.Key = Qt.Key.Key_Return) -> None:
    box.setFocus()
    box.selectAll()
    if not text:
        qtbot.keyClick(box, Qt.Key.Key_Delete)
    for letter in text:
        # QTest knows the keys of Latin-1 only.
        press = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
        QApplication.sendEvent(box, press)
    qtbot.keyClick(box, end)


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("4.05", 4.05, "4.05 T"),
        ("4,05", 4.05, "4.05 T"),
        ("4.05 T", 4.05, "4.05 T"),
        ("40.5 kOe", 4.05, "4.05 T"),
        ("3200 kA/m", 4.02123859659, "4.021238597 T"),
        (f"3{NARROW}200{NO_BREAK}kA/m", 4.02123859659, "4.021238597 T"),
        ("−12", -12.0, "-12 T"),
        ("1e-2", 0.01, "0.01 T"),
    ],
)
def test_typed_field_is_taken_in_any_locale(
    qtbot: QtBot, typed: str, value: float, shown: str
) -> None:
    box = _field_box(qtbot)
    with qtbot.waitSignal(box.valueChanged) as told:
        _type(box, typed, qtbot)
    assert told.args == [pytest.approx(value)]
    assert (box.value(), box.text()) == (pytest.approx(value), shown)


@pytest.mark.usefixtures("language")
def test_other_quantities_take_their_units(qtbot: QtBot) -> None:
    for unit, typed, shown in (
        ("nm", "0,1 µm", "100 nm"),
        ("°", "30°", "30°"),
        ("MJ/m³", "2100 kJ/m³", "2.1 MJ/m³"),
        ("", "1e-2", "0.01"),
    ):
        box = _shown(NumberBox(minimum=0, maximum=1000, unit=unit), qtbot)
        _type(box, typed, qtbot)
        assert box.text() == shown


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("half", "no number"),
        ("5 nm", "unit of length"),
        ("101", "outside of what is allowed, -100 to 100 T"),
        ("2000 kOe", "outside of what is allowed, -100 to 100 T"),
        ("", "nothing was given"),
        ("1,000.5", "one decimal"),
    ],
)
@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_nonsense_stays_and_is_explained_and_the_value_stays(
    qtbot: QtBot, typed: str, words: str, end: Qt.Key
) -> None:
    box = _field_box(qtbot)
    box.setValue(1.5)
    told: list[float] = []
    box.valueChanged.connect(told.append)
    _type(box, typed, qtbot, end=end)
    assert told == []
    assert box.value() == 1.5
    assert box.text() == typed
    assert box.property("refused") is True
    assert box.message.startswith("Last field: ")
    assert words in box.message
    note = box._note
    assert note.isVisible()
    assert words in note.text()
    assert note.mapTo(box.holder, note.rect().topLeft()).y() > box.geometry().bottom()


def test_explanation_goes_when_the_number_is_put_right(qtbot: QtBot) -> None:
    box = _field_box(qtbot)
    _type(box, "half", qtbot)
    box.lineEdit().clear()
    qtbot.keyClicks(box, "2")
    assert box.message == ""
    assert not box._note.isVisible()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 2.0


def test_escape_brings_the_last_good_number_back(qtbot: QtBot) -> None:
    box = _field_box(qtbot)
    box.setValue(1.5)
    _type(box, "half", qtbot)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert (box.text(), box.message, box.property("refused")) == ("1.5 T", "", False)


def test_shown_unit_changes_the_text_only(qtbot: QtBot) -> None:
    box = _field_box(qtbot)
    box.setValue(4.05)
    told: list[float] = []
    box.valueChanged.connect(told.append)
    box.show_in("kA/m")
    assert box.text() == "3222.89 kA/m"
    # Entered and left without an edit, the number keeps every digit.
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    box.show_in("kOe")
    assert box.text() == "40.5 kOe"
    assert (box.value(), told) == (4.05, [])
    _type(box, "35", qtbot)
    assert box.value() == pytest.approx(3.5)


def test_arrow_keys_step_round_in_the_unit_shown_up_to_the_limits(qtbot: QtBot) -> None:
    box = _field_box(qtbot)
    box.setValue(1.0)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.text() == "1.5 T"
    box.show_in("kA/m")
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.text() == "1500 kA/m"
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.text() == "1000 kA/m"
    box.show_in("T")
    box.setValue(99.8)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 100.0
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 100.0


def test_run_key_takes_what_was_typed(qtbot: QtBot) -> None:
    box = _field_box(qtbot)
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "2.5")
    assert box.value() == 0.0
    qtbot.keyClick(box, Qt.Key.Key_F5)
    assert box.value() == 2.5


def test_whole_number_keeps_every_digit_and_refuses_parts(qtbot: QtBot) -> None:
    box = _shown(CountBox(minimum=0, maximum=2_147_483_647), qtbot)
    _type(box, "2 147 483 647", qtbot)
    assert box.value() == 2_147_483_647
    assert isinstance(box.value(), int)
    _type(box, "2,5", qtbot)
    assert "no whole number" in box.message
    box.setValue(9_007_199_254_740_993)
    assert box.text() == "9007199254740993"


def test_explanation_stays_beside_its_box_in_a_scrolled_form(qtbot: QtBot) -> None:
    area = QScrollArea()
    area.setWidgetResizable(True)
    form = QWidget()
    layout = QVBoxLayout(form)
    boxes = [NumberBox(minimum=0, maximum=10, unit="nm") for _ in range(30)]
    for box in boxes:
        layout.addWidget(box)
    area.setWidget(form)
    area.resize(300, 300)
    qtbot.addWidget(area)
    area.show()
    qtbot.waitExposed(area)
    for box in (boxes[3], boxes[-1]):
        area.ensureWidgetVisible(box)
        _type(box, "eleven", qtbot)
        note = box._note
        assert note.isVisible()
        assert note.parentWidget() is form
        assert form.rect().contains(note.geometry())
        assert not note.geometry().intersects(box.geometry())


def test_assistive_technology_reads_name_value_and_explanation(qtbot: QtBot) -> None:
    box = _field_box(qtbot)
    _type(box, "2,5", qtbot)
    interface = QAccessible.queryAccessibleInterface(box)
    assert interface.text(QAccessible.Text.Name) == "Last field"
    assert box.property("value") == 2.5
    _type(box, "half", qtbot)
    assert "no number" in box.accessibleDescription()


def test_number_and_unit_have_room(qtbot: QtBot) -> None:
    make_application()
    box = _field_box(qtbot)
    box.setValue(-12.25)
    box.show_in("kA/m")
    edit = box.lineEdit()
    assert edit.width() >= edit.fontMetrics().horizontalAdvance(box.text())


def test_negative_seed_is_refused_and_not_taken_for_zero(qtbot: QtBot) -> None:
    box = CountBox(minimum=0, maximum=2_147_483_647)
    qtbot.addWidget(box)
    box.setValue(11)
    box.lineEdit().setText("-1")
    box.commit()
    assert box.value() == 11
    assert "0 to 2147483647" in box.message
