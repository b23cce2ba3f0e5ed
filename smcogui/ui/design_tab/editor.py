"""The parameter editor: every key of a design file, judged while it is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from smcogui.errors import InputError
from smcogui.ui.design_tab import fields
from smcogui.ui.design_tab.design_words import in_words
from smcogui.ui.design_tab.draft import Draft, design_of, draft_of, with_preset
from smcogui.ui.design_tab.drawn_note import DrawnNote
from smcogui.ui.design_tab.edit_steps import EditSteps
from smcogui.ui.design_tab.ghost_marks import GhostMarks, changes_text
from smcogui.ui.design_tab.number_rows import (
    NumberWidget,
    add_labelled_row,
    add_number_rows,
    mark_invalid,
    show_in,
    show_number,
)
from smcogui.ui.design_tab.offsets_rows import OffsetsRows
from smcogui.ui.design_tab.section_summaries import summaries
from smcogui.ui.design_tab.z_phase_rows import ZPhaseRows
from smcogui.ui.field_unit import field_unit
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.linked_slider import LinkedSlider
from smcogui.ui.widgets.number_box import ChoiceBox, CountBox, NumberBox
from smcogui.ui.widgets.section import Section
from smcogui.ui.widgets.vertical_scroll import vertical_scroll

if TYPE_CHECKING:
    from smcogui.design.design import Design
    from smcogui.ui.design_document import DesignDocument
    from smcogui.ui.design_tab.fields import NumberField
    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch

_DOMAIN = "mesh.domain_nm"


class DesignEditor(QWidget):
    """Edits a :class:`DesignDocument`; what is impossible stays a draft and is explained.

    Signals
    -------
    settled : Signal()
        A slider was released.
    refused : Signal(bool)
        Whether the draft is impossible, so that it did not become the design.
    """

    settled = Signal()
    refused = Signal(bool)

    def __init__(self, document: DesignDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._draft: Draft = draft_of(document.design)
        self._own = document.design
        self._error: InputError | None = None
        self._refusal = ""
        self._numbers: dict[str, NumberWidget] = {}
        self._choices: dict[str, ChoiceBox] = {}
        self._counts: dict[str, CountBox] = {}
        self._sections: dict[str, Section] = {}
        self._unit = field_unit("T")
        self.banner = Banner()
        self._body = QVBoxLayout()
        self._body.setContentsMargins(10, 10, 8, 10)
        self._body.setSpacing(8)
        self._add_head()
        self._add_structure()
        self._add_material()
        self._add_field()
        self._add_boundary()
        self._add_mesh()
        self._add_solver()
        self._add_run()
        self._body.addStretch(1)
        self._lay_out()
        self._boxes = self.findChildren(NumberBox)
        for box in self._boxes:
            box.refused.connect(self._tell_refusal)
        document.changed.connect(self._document_changed)
        self._steps = EditSteps(document, self)
        self._ghost_marks = GhostMarks(document, self._controls(), self._sections.values(), self)
        self._show_draft()

    @property
    def is_dragging(self) -> bool:
        """Whether any slider is being held."""
        return any(
            isinstance(each, LinkedSlider) and each.is_dragging() for each in self._numbers.values()
        )

    @property
    def message(self) -> str:
        """What is wrong with the draft; empty where nothing is."""
        return self.banner.text() if not self.banner.isHidden() else ""

    @property
    def is_refused(self) -> bool:
        """Whether what is shown is impossible and is not the design."""
        return bool(self._refusal)

    def discard_refused(self) -> bool:
        """Show the design again in place of a draft that was refused; false where none was."""
        if not self._refusal:
            return False
        self._take(self._document.design)
        return True

    def changes(self, before: Design, after: Design) -> list[str]:
        """Return what differs between two designs, such as ``Cell interval L: 100 nm → 90 nm``."""
        return changes_text(self._controls(), before, after)

    def number(self, key: str) -> NumberWidget:
        """Return the widget of a number by its key in the design file."""
        return self._numbers[key]

    def parameter_widgets(self) -> dict[str, QWidget]:
        """Return what edits each number of the design, by its key in the design file."""
        return {**self._numbers, **self._z_phase.constants(), **self._counts}

    def set_key(self, key: str, value: Any) -> None:
        """Change one key of the draft, as if the user had."""
        self._edit({key: value}, key)
        self._show_draft()

    def follow_units(self, units: FieldUnitSwitch) -> None:
        """Show the fields of the sweep in the unit in use; the design keeps them in T."""

        def show(unit: FieldUnit) -> None:
            self._unit = unit
            for field in fields.SWEEP:
                show_in(self._numbers[field.key], unit.name)
            self._summarise()
            if self._error is not None:
                self._explain(self._error)

        units.changed.connect(show)
        show(units.unit)

    def _controls(self) -> dict[str, QWidget]:
        """Return what shows each key of the design file."""
        return {
            "name": self._name,
            "preset": self._preset,
            "solver.demag": self._demag,
            "nanostructure.offsets": self._offsets.choice,
            "material.z_phase": self._z_phase.choice,
            **self._numbers,
            **self._choices,
            **self._counts,
        }

    def _lay_out(self) -> None:
        body = QWidget()
        body.setLayout(self._body)
        scroll = vertical_scroll(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll, 1)
        holder = QVBoxLayout()
        holder.setContentsMargins(10, 0, 8, 10)
        holder.addWidget(self.banner)
        layout.addLayout(holder)
        self.setMinimumWidth(372)

    def _section(self, name: str, title: str, *, is_open: bool) -> Section:
        section = Section(title, is_open=is_open)
        self._sections[name] = section
        self._body.addWidget(section)
        return section

    def _add_numbers(self, section: Section, numbers: tuple[NumberField, ...]) -> None:
        added = add_number_rows(section.form, numbers, self._number_changed)
        self._numbers.update(added)
        for widget in added.values():
            if isinstance(widget, LinkedSlider):
                widget.settled.connect(self._document.end_step)
                widget.settled.connect(self.settled)

    def _add_choice(
        self, section: Section, key: str, label: str, choices: tuple[tuple[str, str], ...], tip: str
    ) -> None:
        box = ChoiceBox(choices)
        box.setAccessibleName(label)
        box.setToolTip(tip)
        box.activated.connect(lambda _index: self._edit({key: box.value()}, label))
        add_labelled_row(section.form, label, box, tip)
        self._choices[key] = box

    def _add_head(self) -> None:
        section = self._section("head", "Design", is_open=True)
        self._name = QLineEdit()
        self._name.setAccessibleName("Name")
        self._name.setMaxLength(200)
        self._name.editingFinished.connect(
            lambda: self._edit({"name": self._name.text()}, "Rename the design")
        )
        add_labelled_row(section.form, "Name", self._name, "Shown in tables and figures.")
        self._preset = ChoiceBox(fields.PRESETS)
        self._preset.setAccessibleName("Preset")
        tip = (
            "Physical: layer of 2 nm, random offsets, Hp at the first jump above 2 %. "
            "Paper: a fit to two values of the paper, layer of 1 nm, centred pattern, "
            "Hp by the slope; not what its authors did."
        )
        self._preset.setToolTip(tip)
        self._preset.activated.connect(self._preset_chosen)
        add_labelled_row(section.form, "Preset", self._preset, tip)

    def _add_structure(self) -> None:
        section = self._section("structure", "Nanostructure", is_open=True)
        self._add_numbers(section, fields.STRUCTURE)
        self._offsets = OffsetsRows(section.form)
        edited = [self._numbers[field.key] for field in fields.STRUCTURE]
        self._drawn = DrawnNote([*edited, self._offsets.choice])
        section.form.insertRow(0, self._drawn)
        self._offsets.changed.connect(
            lambda value: self._edit({"nanostructure.offsets": value}, "Change the offsets")
        )

    def _add_material(self) -> None:
        section = self._section("material", "Z phase", is_open=True)
        self._z_phase = ZPhaseRows(section.form)
        self._z_phase.changed.connect(
            lambda value: self._edit({"material.z_phase": value}, "Change the Z phase")
        )

    def _add_field(self) -> None:
        section = self._section("field", "Applied field", is_open=True)
        self._add_numbers(section, (fields.FIELD_ANGLE,))
        sweep = self._section("sweep", "Field sweep", is_open=False)
        self._add_numbers(sweep, fields.SWEEP)

    def _add_boundary(self) -> None:
        section = self._section("boundary", "Grain boundary", is_open=False)
        self._add_choice(
            section,
            "grain_boundary.layer",
            "Layer",
            fields.LAYERS,
            "Faces of the domain that carry a soft layer; it changes Hc by several tesla.",
        )
        self._add_numbers(section, fields.BOUNDARY)

    def _add_mesh(self) -> None:
        section = self._section("mesh", "Domain and cells", is_open=False)
        self._add_choice(
            section,
            "mesh.dimension",
            "Dimension",
            fields.DIMENSIONS,
            "2-D computes a cross-section of a body without end along z.",
        )
        self._auto_domain = QCheckBox("Domain chosen by L")
        self._auto_domain.setToolTip("128 nm for L below 140 nm, else 192 nm.")
        self._auto_domain.clicked.connect(self._auto_domain_clicked)
        section.form.addRow("", self._auto_domain)
        self._add_numbers(section, fields.MESH + fields.MESH_3D)

    def _add_solver(self) -> None:
        section = self._section("solver", "Solver", is_open=False)
        self._add_choice(
            section,
            "solver.exchange_rule",
            "Exchange",
            fields.RULES,
            "How cells of different phases couple; recorded with every run.",
        )
        self._add_numbers(section, (fields.INTERFACE,))
        self._demag = QCheckBox("Demagnetising field")
        self._demag.setAccessibleName("Demagnetising field")
        self._demag.clicked.connect(
            lambda on: self._edit({"solver.demag": on}, "Switch the demagnetising field")
        )
        section.form.addRow("", self._demag)
        self._add_choice(
            section,
            "solver.precision",
            "Precision",
            fields.PRECISIONS,
            "Single precision is enough for results.",
        )

    def _add_run(self) -> None:
        section = self._section("run", "Repeats", is_open=False)
        for key, label, limits, tip in (
            ("run.cycles", "Half-cycles", (1, 1000), "Repeats with other offsets and noise."),
            ("run.seed", "Seed", (0, 2_147_483_647), "The same seed gives the same numbers."),
        ):
            box = CountBox(minimum=limits[0], maximum=limits[1])
            box.setAccessibleName(label)
            box.setToolTip(tip)
            box.valueChanged.connect(
                lambda value, key=key, label=label: self._edit({key: value}, f"Change {label}", key)
            )
            add_labelled_row(section.form, label, box, tip)
            self._counts[key] = box

    def _number_changed(self, field: NumberField, value: float) -> None:
        self._edit({field.key: value}, f"Change {field.plain_label}", field.key)

    def _auto_domain_clicked(self, on: bool) -> None:
        if on:
            self._draft = {key: v for key, v in self._draft.items() if key != _DOMAIN}
            self._edit({}, "Let L choose the domain")
        else:
            self._edit({_DOMAIN: self._document.design.domain * 1e9}, "Choose the domain")

    def _preset_chosen(self, _index: int) -> None:
        preset = str(self._preset.value())
        try:
            draft = with_preset(self._draft, preset)
        except InputError as error:
            self._explain(error)
            return
        self._edit(draft, f"Choose the preset {self._preset.currentText()}")
        self._show_draft()

    def _edit(self, changes: Draft, what: str, key: str = "") -> None:
        """Put changes into the draft; a draft that is possible becomes the design."""
        self._draft = {**self._draft, **changes}
        try:
            design = design_of(self._draft)
        except InputError as error:
            self._explain(error)
        else:
            self._explain(None)
            self._own = design
            self._document.apply(design, what, key)
        self._summarise()

    def _explain(self, error: InputError | None) -> None:
        guilty = "" if error is None else (error.key or "")
        for key, widget in self._numbers.items():
            mark_invalid(widget, bool(guilty) and (key == guilty or key.endswith(f".{guilty}")))
        if error is None:
            self.banner.clear_message()
        else:
            self.banner.show_message("error", in_words(error.message, self._unit))
        self._error = error
        self._tell_refusal()

    def _tell_refusal(self, _message: str = "") -> None:
        """Tell whether what is shown, or what is typed in any box, is not the design."""
        wrong = "" if self._error is None else in_words(self._error.message, self._unit)
        # Rows that the present choices do not need are hidden, and what was typed there is idle.
        typed = (box.message for box in self._boxes if not box.isHidden())
        before, self._refusal = self._refusal, next(filter(None, (wrong, *typed)), "")
        self._document.refuse(self._refusal)
        if bool(before) != bool(self._refusal):
            self.refused.emit(bool(self._refusal))

    def _document_changed(self, design: Design) -> None:
        if design is not self._own:
            self._take(design)

    def _take(self, design: Design) -> None:
        """Show a design, whatever the draft was."""
        self._own = design
        self._draft = draft_of(design)
        self._explain(None)
        self._show_draft()

    def _show_draft(self) -> None:
        """Show the draft in every widget, without any of them telling so."""
        draft = self._draft
        for key, widget in self._numbers.items():
            if key in draft:
                show_number(widget, float(draft[key]))
        for key, choice in self._choices.items():
            choice.set_value(draft.get(key))
        for key, count in self._counts.items():
            count.blockSignals(True)
            count.setValue(int(draft.get(key, 0)))
            count.blockSignals(False)
        self._name.setText(str(draft.get("name", "")))
        self._preset.set_value(draft.get("preset", "physical"))
        self._demag.setChecked(bool(draft.get("solver.demag", True)))
        self._offsets.show_value(draft.get("nanostructure.offsets", "random"))
        self._z_phase.show_value(draft.get("material.z_phase", "DFT"))
        self._drawn.show_draft(draft)
        self._summarise()
        # What was typed and refused gave way in silence.
        self._tell_refusal()

    def _show_dimension(self) -> None:
        is_3d = self._draft.get("mesh.dimension") == "3d"
        form = self._sections["mesh"].form
        for field in fields.MESH_3D:
            form.setRowVisible(self._numbers[field.key], is_3d)

    def _summarise(self) -> None:
        """Show what follows from the draft: rows, folded headers, the domain chosen by L."""
        draft = self._draft
        domain_nm = draft.get(_DOMAIN, round(self._document.design.domain * 1e9, 6))
        self._auto_domain.setChecked(_DOMAIN not in draft)
        show_number(self._numbers[_DOMAIN], domain_nm)
        self._numbers[_DOMAIN].setEnabled(_DOMAIN in draft)
        self._show_dimension()
        layer = self._choices["grain_boundary.layer"].currentText()
        rule = self._choices["solver.exchange_rule"].currentText()
        for name, text in summaries(draft, domain_nm, self._unit, layer, rule).items():
            self._sections[name].set_summary(text)
