"""Step 4: what each job asks for, with what the cluster allows beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from smcogui.app.cluster_advice import advise
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.section import Section
from smcogui.ui.widgets.vertical_scroll import vertical_scroll
from smcogui.ui.wizard.profile_rows import ProfileRows
from smcogui.ui.wizard.wizard_page import WizardPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smcogui.app.cluster_advice import KnownCluster
    from smcogui.ui.wizard.draft import Draft

_SECTIONS: Final = {
    "Queue": ("partition", "account", "qos", "gres", "constraint"),
    "Each job": ("time_limit_min", "memory_MB", "cpus", "chunk", "throttle", "requeue"),
    "Environment": ("scratch", "modules", "prologue"),
    "For experts": (
        "scheduler",
        "sbatch_extras",
        "parallel_environment",
        "memory_resource",
        "poll_s",
        "clean_after_days",
    ),
}
_OPEN: Final = ("Queue", "Each job")


class ResourcesPage(WizardPage):
    """Validates as one types; warnings do not hold one up, as the cluster may know better."""

    title: ClassVar[str] = "Resources"
    words: ClassVar[str] = (
        "What one job of the array asks for. Empty boxes leave the choice to the cluster."
    )

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self.sections: dict[str, Section] = {}
        self.rows: dict[str, ProfileRows] = {}
        self.banner = Banner()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.banner)

    def enter(self) -> None:
        """Show what the profile says, and suggest what the cluster has."""
        if not self.rows:
            # Not before: these boxes would take half the time in which the wizard opens.
            scroll = vertical_scroll(self._make_sections())
            self._layout.insertWidget(0, scroll, 1)
            scroll.show()
        self._suggest(self.draft.known)
        for rows in self.rows.values():
            rows.show_values(self.draft.values)
        self._edited()

    def why_not(self) -> str:
        """Return what is not allowed."""
        trouble = self.draft.trouble
        return "" if trouble is None else trouble.message

    def show_error(self, error: Exception) -> None:
        """Say what went wrong."""
        self.banner.show_message("error", str(error))

    def _make_sections(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 6, 0)
        for title, names in _SECTIONS.items():
            section, rows = Section(title, is_open=title in _OPEN), ProfileRows(names)
            section.form.addRow(rows)
            rows.edited.connect(self._edited)
            self.sections[title], self.rows[title] = section, rows
            column.addWidget(section)
        column.addStretch(1)
        return body

    def _suggest(self, known: KnownCluster) -> None:
        queue = self.rows["Queue"].fields
        queue["partition"].suggest([each.name for each in known.partitions])
        queue["account"].suggest(list(dict.fromkeys(a.account for a in known.associations)))
        queue["qos"].suggest(list(dict.fromkeys(q for a in known.associations for q in a.qos)))
        queue["gres"].suggest(list(dict.fromkeys(_gpus(known))))
        features = (name for each in known.partitions for name in each.features)
        queue["constraint"].suggest(list(dict.fromkeys(features)))

    def _edited(self) -> None:
        values = {
            name: value for rows in self.rows.values() for name, value in rows.values().items()
        }
        self.draft.change(**values)
        profile, trouble = self.draft.profile, self.draft.trouble
        advice = {} if profile is None else advise(profile, self.draft.known)
        for title, rows in self.rows.items():
            is_wrong = rows.show_advice(advice, trouble)
            warned = [n for n in rows.fields if n in advice and advice[n].level == "warning"]
            count = len(warned) + is_wrong
            self.sections[title].set_summary(f"⚠ {count} to look at" if count else _summary(rows))
        self.changed.emit()


def _gpus(known: KnownCluster) -> Iterator[str]:
    """Yield one GPU of each kind that the cluster has, as jobs ask for it."""
    for part in known.partitions:
        for gres in part.gres:
            kind, *more = gres.split(":")
            if "gpu" in kind:
                yield f"{kind}:1"
                if more and not more[0].isdigit():
                    yield f"{kind}:{more[0]}:1"


def _summary(rows: ProfileRows) -> str:
    """Return what a folded section holds."""
    values = {field.title: field.value() for field in rows.fields.values()}
    return ", ".join(title for title, value in values.items() if value not in ("", (), 0, False))
