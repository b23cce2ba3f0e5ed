"""Step 1: which cluster, new or known, and where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFormLayout, QVBoxLayout

from smcogui.app.cluster_hosts import describe_host, ssh_aliases
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import ChoiceBox
from smcogui.ui.wizard.profile_rows import ProfileRows
from smcogui.ui.wizard.wizard_page import WizardPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.app.project_clusters import ProjectClusters
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.wizard.draft import Draft

_FIELDS: Final = ("host", "name", "port", "user")
_GATES: Final = ("login", "gateway", "gate", "ssh", "head", "submit", "frontend", "access")
"""Names of machines that clusters have, and that name none."""
_NEW: Final = "A new cluster"
_SETTLE_MS: Final = 300
_TOPIC: Final = "wizard host"


class HostPage(WizardPage):
    """Offers the profiles that there are, and the hosts of the ssh configuration.

    Parameters
    ----------
    draft : Draft
    clusters : ProjectClusters
    bridge : RunBridge
    preferred : str
        Name of the profile to begin with where something is to be submitted; empty for none.
    """

    title: ClassVar[str] = "Which cluster?"
    words: ClassVar[str] = (
        "The login node, as you would call it with ssh. Everything is remembered in a profile, "
        "but no password."
    )

    def __init__(
        self, draft: Draft, clusters: ProjectClusters, bridge: RunBridge, preferred: str = ""
    ) -> None:
        super().__init__(draft)
        self._clusters, self._bridge, self._preferred = clusters, bridge, preferred
        self._profiles: dict[str, ClusterProfile] = {}
        self.profile = ChoiceBox(((_NEW, ""),))
        self.profile.setAccessibleName("Profile")
        self.rows = ProfileRows(_FIELDS)
        self.way = Banner()
        self.banner = Banner()
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_row(form, "&Profile", self.profile)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(self.rows)
        layout.addWidget(self.way)
        layout.addWidget(self.banner)
        layout.addStretch(1)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask_way)
        self.rows.edited.connect(self._edited)
        self.profile.currentIndexChanged.connect(lambda _index: self._chosen())
        self._show()

    def enter(self) -> None:
        """Read profiles and the ssh configuration."""
        self._bridge.ask("wizard profiles", self._clusters.profiles, self._offer, self.show_error)
        self._bridge.ask("wizard hosts", ssh_aliases, self._suggest, self.show_error)
        self._ask_way()

    def leave(self) -> None:
        """Want no answer any more."""
        for topic in ("wizard profiles", "wizard hosts", _TOPIC):
            self._bridge.drop(topic)
        self._settle.stop()

    def why_not(self) -> str:
        """Return which of name and host is missing or not allowed."""
        values = self.draft.values
        if not values["host"]:
            return "give the host of the cluster"
        if not values["name"]:
            return "give the cluster a name"
        trouble = self.draft.trouble
        if trouble is not None and trouble.key in _FIELDS:
            return trouble.message
        if self._is_taken():
            return "another profile has this name"
        return ""

    def show_error(self, error: Exception) -> None:
        """Say what went wrong."""
        self.banner.show_message("error", str(error))

    def _offer(self, profiles: Sequence[ClusterProfile]) -> None:
        self._profiles = {each.name: each for each in profiles}
        preferred, self._preferred = self._profiles.get(self._preferred), ""
        if preferred is not None and not any(self.draft.values.values()):
            self.draft.begin_with(preferred)
            self._show()
        chosen = self.draft.saved.name if self.draft.saved else ""
        self.profile.set_choices([(_NEW, ""), *((each.name, each.name) for each in profiles)])
        self.profile.blockSignals(True)
        self.profile.set_value(chosen)
        self.profile.blockSignals(False)
        self.banner.show_message("warning", " ".join(self._clusters.notes))
        self.changed.emit()

    def _suggest(self, aliases: Sequence[str]) -> None:
        self.rows.fields["host"].suggest(aliases)

    def _chosen(self) -> None:
        self.draft.begin_with(self._profiles.get(str(self.profile.value())))
        self._show()

    def _show(self) -> None:
        self.rows.show_values(self.draft.values)
        # The name is that of a file and of records; another one is another profile.
        self.rows.fields["name"].control.setEnabled(self.draft.saved is None)
        self._edited()

    def _edited(self) -> None:
        values = self.rows.values()
        name = self.rows.fields["name"]
        if self.draft.saved is None and values["host"] and not values["name"]:
            values["name"] = _name_of(values["host"])
        self.draft.change(**values)
        name.control.setPlaceholderText(_name_of(values["host"]))  # type: ignore[union-attr]
        self.rows.show_advice({}, self.draft.trouble)
        self._settle.start()
        self.changed.emit()

    def _ask_way(self) -> None:
        values = self.draft.values
        if not values["host"] or self.draft.trouble is not None:
            self.way.clear_message()
            return
        host, user, port = values["host"], values.get("user", ""), values.get("port")
        self._bridge.ask(
            _TOPIC,
            lambda: describe_host(host, user, port),
            lambda words: self.way.show_message("note", words),
            lambda error: self.way.show_message("warning", str(error)),
        )

    def _is_taken(self) -> bool:
        name = self.draft.name.casefold()
        known = {each.casefold() for each in self._profiles}
        return self.draft.saved is None and name in known

    def go_on(self, then: Callable[[], None]) -> None:
        """Show the name that was made of the host, and go on."""
        self.rows.show_values(self.draft.values)
        then()


def _name_of(host: str) -> str:
    """Return a name for a cluster that is called by its host."""
    first, *others = host.split(".")
    is_gate = first.rstrip("0123456789-").casefold() in _GATES
    name = others[0] if others and is_gate and not others[0].isdecimal() else first
    return "".join(c if c.isalnum() or c in "_-" else "-" for c in name)[:64]
