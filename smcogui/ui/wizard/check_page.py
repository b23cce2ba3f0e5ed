"""Step 3: what the cluster is like, each finding with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.findings_table import FindingsTable
from smcogui.ui.wizard.cluster_check import ClusterCheck
from smcogui.ui.wizard.wizard_page import WizardPage

if TYPE_CHECKING:
    from smcogui.app.cluster_report import ClusterReport, Finding
    from smcogui.app.project_clusters import ProjectClusters
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.wizard.draft import Draft
    from smcogui.ui.wizard.profile_keeper import ProfileKeeper

_TITLES: Final = ("State", "Check", "What was found, and what to do")
_MARKS: Final = {"ok": "✔ ok", "warn": "⚠ look", "fail": "✖ missing"}


class CheckPage(WizardPage):
    """Asks the cluster when it is first shown, and again when somebody wants."""

    title: ClassVar[str] = "Check the cluster"
    words: ClassVar[str] = (
        "Nothing is installed or changed there: the program looks at shell, scheduler, GPUs, "
        "disk and software."
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
        self.summary = QLabel()
        self.summary.setProperty("role", "heading")
        self.summary.setWordWrap(True)
        self.table = FindingsTable(_TITLES, "Checks of the cluster")
        self.again = QPushButton("Check &again")
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self._ask)
        self.banner = Banner()
        top = QHBoxLayout()
        top.addWidget(self.summary, 1)
        top.addWidget(self.again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.banner)

    def enter(self) -> None:
        """Ask the cluster, where it was not asked since connection or software were changed."""
        if self.draft.is_report_old:
            self._ask()
        else:
            self._show()

    def leave(self) -> None:
        """Want no answer any more."""
        self._check.stop()

    def why_not(self) -> str:
        """Return what is missing; warnings, and what the next step mends, do not hold one up."""
        if self._check.is_at_work:
            return "the cluster is being asked"
        report = self.draft.report
        if report is None:
            return "the cluster did not answer; check again"
        return "" if report.can_be_used else "the cluster cannot run jobs as it is; see the list"

    def show_error(self, error: Exception) -> None:
        """Say what went wrong."""
        self.banner.show_message("error", str(error))

    def _ask(self) -> None:
        self.banner.clear_message()
        self.summary.setText(f"Asking {self.draft.name}…")
        self.again.setEnabled(False)
        self._check.start(self._show, self._refused)
        self.changed.emit()

    def _refused(self, error: Exception) -> None:
        self.summary.setText(f"{self.draft.name} could not be asked.")
        self.again.setEnabled(True)
        self.show_error(error)
        self.changed.emit()

    def _show(self) -> None:
        report = self.draft.report
        if report is None:
            return
        self.again.setEnabled(True)
        worst_first = sorted(report.findings, key=lambda each: list(_MARKS)[::-1].index(each.level))
        self.table.show_rows([_row(each) for each in worst_first])
        self.summary.setText(_summary(report))
        self.changed.emit()


def _row(finding: Finding) -> tuple[str, str, str]:
    remedy = f"\n→ {finding.remedy}" if finding.remedy else ""
    return _MARKS[finding.level], finding.check, f"{finding.message}{remedy}"


def _summary(report: ClusterReport) -> str:
    broken = [each.check for each in report.findings if each.level == "fail"]
    odd = [each.check for each in report.findings if each.level == "warn"]
    if broken:
        return f"Missing: {', '.join(broken)}."
    return f"Jobs can run there. To look at: {', '.join(odd)}." if odd else "Everything is there."
