"""Rows of an editor form, made from :class:`~smcogui.ui.design_tab.fields.NumberField`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.linked_slider import LinkedSlider
from smcogui.ui.widgets.number_box import NumberBox
from smcogui.ui.widgets.style_property import set_style_property

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

    from smcogui.ui.design_tab.fields import NumberField

NumberWidget = LinkedSlider | NumberBox


def make_number_widget(field: NumberField) -> NumberWidget:
    """Return a linked slider, or a box alone where the field has no usual range."""
    widget: NumberWidget
    if field.usual[0] < field.usual[1]:
        widget = LinkedSlider(
            name=field.plain_label,
            limits=field.limits,
            usual=field.usual,
            unit=field.unit,
            step=field.step,
            literature=field.literature,
        )
    else:
        widget = NumberBox(
            minimum=field.limits[0],
            maximum=field.limits[1],
            step=field.step,
            unit=field.unit,
            quantity=field.quantity,
        )
        widget.setAccessibleName(field.plain_label)
    marks = ""
    if field.literature is not None:
        low, high = field.literature
        marks = f" Marks: samples in the literature, {low:g} to {high:g} {field.unit}."
    widget.setToolTip(f"{field.tip}{marks}")
    return widget


def add_number_rows(
    form: QFormLayout,
    fields: Iterable[NumberField],
    on_change: Callable[[NumberField, float], None],
) -> dict[str, NumberWidget]:
    """Add one row per field and return the widgets by key."""
    widgets: dict[str, NumberWidget] = {}
    for field in fields:
        widget = make_number_widget(field)
        signal = widget.changed if isinstance(widget, LinkedSlider) else widget.valueChanged
        signal.connect(lambda value, field=field: on_change(field, value))
        add_labelled_row(form, field.label, widget, field.tip)
        widgets[field.key] = widget
    return widgets


def add_labelled_row(form: QFormLayout, text: str, widget: QWidget, tip: str = "") -> QLabel:
    """Add a row whose label carries the tool tip too."""
    label = add_row(form, text, widget)
    label.setToolTip(tip)
    label.setMinimumWidth(104)
    return label


def show_number(widget: NumberWidget, value: float) -> None:
    """Show a number without telling anybody."""
    if isinstance(widget, LinkedSlider):
        widget.set_value(value)
        return
    widget.blockSignals(True)
    widget.setValue(value)
    widget.blockSignals(False)


def show_in(widget: NumberWidget, unit: str) -> None:
    """Show a number in another unit of the same quantity; its value stays as it is."""
    (widget.box if isinstance(widget, LinkedSlider) else widget).show_in(unit)


def mark_invalid(widget: NumberWidget, invalid: bool) -> None:
    """Draw the red frame of a number that makes the design impossible, or take it away."""
    box = widget.box if isinstance(widget, LinkedSlider) else widget
    set_style_property(box, "invalid", invalid)
