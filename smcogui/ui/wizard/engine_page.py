"""Step 5: what computes the runs there, with what each solver needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from smcogui.app.cluster_advice import advise
from smcogui.app.cluster_report import Finding
from smcogui.runs.spec import ENGINE_WORDS, MUMAX3
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.findings_table import FindingsTable
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import ChoiceBox
from smcogui.ui.wizard.cluster_check import ClusterCheck
from smcogui.ui.wizard.draft import value_in
from smcogui.ui.wizard.profile_rows import ProfileRows
from smcogui.ui.wizard.wizard_page import WizardPage

if TYPE_CHECKING:
    from smcogui.app.project_clusters import ProjectClusters
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.wizard.draft import Draft
    from smcogui.ui.wizard.profile_keeper import ProfileKeeper

_ENGINES: Final = {
    "mumax3": "MuMax3, one run after the other on a GPU",
    "builtin_gpu": "Built-in solver, many runs at once on a GPU",
    "builtin": "Built-in solver on cores",
}
_NEEDS: Final = {
    "mumax3": "MuMax3 on the cluster and a GPU; no Python",
    "builtin_gpu": "Python and torch with CUDA on the cluster, and a GPU; the solver is sent along",
    "builtin": "Python on the cluster; solver and numba are sent along, no internet is needed",
}
_TITLES: Final = ("There", "Solver", "What it needs, and what was found")
_MARKS: Final = {"ok": "✔ yes", "warn": "⚠ look", "fail": "✖ no"}
_ONE_GPU: Final = "gpu:1"
"""What a solver on a GPU asks for where nobody asked for anything."""


class EnginePage(WizardPage):
    """Three solvers; what the check found stands beside each."""

    title: ClassVar[str] = "Solver"
    words: ClassVar[str] = (
        "All give the same curves within their resolution; runs remember which solver computed "
        "them."
    )

    def __init__(
        self,
        draft: Draft,
        clusters: ProjectClusters,
        bridge: RunBridge,
        keeper: ProfileKeeper,
    ) -> None:
        super().__init__(draft)
        self._check = ClusterCheck(self, draft, clusters, bridge, keeper)
        self.again = QPushButton("Check &again")
        self.again.setAutoDefault(False)
        self.again.setToolTip("Look at the software there as modules, prologue and paths are now.")
        self.again.clicked.connect(self._ask)
        self.engine = ChoiceBox([(words, engine) for engine, words in _ENGINES.items()])
        self.engine.setAccessibleName("Solver")
        self.table = FindingsTable(_TITLES, "Solvers of the cluster")
        self.rows = ProfileRows(("python", "mumax3"))
        self.banner = Banner()
        self.ask_gpu = QPushButton("Ask for one &GPU a job")
        self.ask_gpu.setAutoDefault(False)
        self.ask_gpu.clicked.connect(self._ask_for_gpu)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_row(form, "Comp&uted by", self.engine)
        paths = QLabel("Where they are, if the check does not find them:")
        paths.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(self.table, 1)
        below = QHBoxLayout()
        below.addWidget(paths, 1)
        below.addWidget(self.again)
        layout.addLayout(below)
        layout.addWidget(self.rows)
        layout.addWidget(self.banner)
        layout.addWidget(self.ask_gpu)
        self.engine.currentIndexChanged.connect(lambda _index: self._edited())
        self.rows.edited.connect(self._edited)

    def enter(self) -> None:
        """Show what the profile says, and what was found; look again where that is old."""
        self._offer()
        self.rows.show_values(self.draft.values)
        self._show_found()
        if self.draft.report is not None and self.draft.is_report_old:
            self._ask()

    def leave(self) -> None:
        """Want no answer any more."""
        self._check.stop()

    def why_not(self) -> str:
        """Return what is not allowed."""
        trouble = self.draft.trouble
        if trouble is not None:
            return trouble.message
        other = self._begun_by_another(str(self.engine.value()))
        return "" if other is None else f"{other.message} {other.remedy}"

    def show_error(self, error: Exception) -> None:
        """Say what went wrong."""
        self.banner.show_message("error", str(error))

    def _offer(self) -> None:
        self.engine.set_choices(
            [(words, engine) for engine, words in _ENGINES.items() if self._is_offered(engine)]
        )
        self.engine.blockSignals(True)
        self.engine.set_value(value_in(self.draft.values, "engine"))
        self.engine.blockSignals(False)

    def _ask(self) -> None:
        self.again.setEnabled(False)
        self.banner.show_message(
            "note", "Looking again, with modules, prologue and paths as they are now…"
        )
        self._check.start(self._checked, self._refused)

    def _checked(self) -> None:
        self._offer()
        self._show_found()

    def _refused(self, error: Exception) -> None:
        self._show_found()
        self.show_error(error)

    def _show_found(self) -> None:
        self.table.show_rows([self._row(engine) for engine in _ENGINES])
        self._edited()

    def _is_offered(self, engine: str) -> bool:
        """Whether a solver may be chosen: MuMax3 only where it is, or was chosen before."""
        found = self._found(engine)
        return (
            engine != MUMAX3
            or value_in(self.draft.values, "engine") == engine
            or (found is not None and found.level == "ok")
        )

    def _found(self, engine: str) -> Finding | None:
        """Return what the check found of a solver, for what is to be computed."""
        report = self.draft.report
        other = self._begun_by_another(engine)
        return other or (None if report is None else report.solver(engine))

    def _begun_by_another(self, engine: str) -> Finding | None:
        """Return why a solver may not compute a campaign; None where it may."""
        begun = "" if self.draft.work is None else self.draft.work.engine
        if not begun or (begun == MUMAX3) == (engine == MUMAX3):
            return None
        words = ENGINE_WORDS[begun]
        return Finding(
            check=engine,
            level="fail",
            message=f"{words[0].upper()}{words[1:]} has begun this campaign, and a campaign has "
            "one solver.",
            remedy="Make one of the same designs: Campaigns › Copy for the other solver….",
        )

    def _row(self, engine: str) -> tuple[str, str, str]:
        found = self._found(engine)
        if found is None:
            return "?", _ENGINES[engine], f"{_NEEDS[engine]}."
        remedy = f"\n→ {found.remedy}" if found.remedy else ""
        return _MARKS[found.level], _ENGINES[engine], f"{_NEEDS[engine]}.\n{found.message}{remedy}"

    def _edited(self) -> None:
        self.draft.change(engine=self.engine.value(), **self.rows.values())
        profile, trouble = self.draft.profile, self.draft.trouble
        advice = {} if profile is None else advise(profile, self.draft.known)
        self.rows.show_advice(advice, trouble)
        self._warn()
        self.changed.emit()

    def _warn(self) -> None:
        if self._check.is_at_work:
            return
        self.again.setEnabled(True)
        self.again.setVisible(self.draft.is_report_old)
        profile = self.draft.profile
        found = self._found(str(self.engine.value()))
        gres = None if profile is None else advise(profile, self.draft.known).get("gres")
        warnings = [
            f"{found.message} {found.remedy}" if found is not None and found.level != "ok" else "",
            gres.words if gres is not None and gres.level == "warning" else "",
        ]
        self.banner.show_message("warning", "\n".join(filter(None, warnings)))
        needs = profile is not None and profile.engine != "builtin" and not profile.gres
        self.ask_gpu.setVisible(needs)

    def _ask_for_gpu(self) -> None:
        self.draft.change(gres=_ONE_GPU)
        self._warn()
        self.changed.emit()
