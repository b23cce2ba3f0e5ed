"""Step 6: the very script that will be sent, with counts, hours and disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout

from smcogui.ui.widgets.banner import Banner
from smcogui.ui.wizard.draft import prepared
from smcogui.ui.wizard.page_task import PageTask
from smcogui.ui.wizard.preview_words import cost_text, counts_text, left_out_text
from smcogui.ui.wizard.script_highlighter import ScriptHighlighter
from smcogui.ui.wizard.wizard_page import WizardPage

if TYPE_CHECKING:
    from smcogui.app.cluster_preview import Preview
    from smcogui.app.project_clusters import ProjectClusters
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.wizard.draft import Draft


class ScriptPage(WizardPage):
    """Prepares the submission whenever the profile was changed; nothing is sent."""

    title: ClassVar[str] = "The script"
    words: ClassVar[str] = (
        "This is sent to the cluster, letter by letter. What is computed already, or is on a "
        "cluster, is left out."
    )

    def __init__(self, draft: Draft, clusters: ProjectClusters, bridge: RunBridge) -> None:
        super().__init__(draft)
        self._clusters = clusters
        self._task = PageTask(self, bridge, "prepare submission")
        self.counts, self.cost, self.left_out = QLabel(), QLabel(), QLabel()
        self.counts.setProperty("role", "heading")
        self.left_out.setProperty("role", "muted")
        for label in (self.counts, self.cost, self.left_out):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.script = QPlainTextEdit()
        self.script.setReadOnly(True)
        self.script.setAccessibleName("Job script")
        self.script.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.script.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.script.setTabChangesFocus(True)
        self._highlighter = ScriptHighlighter(self.script.document(), self.script)
        self.copy = QPushButton("Cop&y script")
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.script.toPlainText())
        )
        self.again = QPushButton("&Prepare again")
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self._prepare)
        self.again.hide()
        self.banner = Banner()
        top = QHBoxLayout()
        top.addWidget(self.counts, 1)
        top.addWidget(self.again)
        top.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        for label in (self.cost, self.left_out):
            layout.addWidget(label)
        layout.addWidget(self.script, 1)
        layout.addWidget(self.banner)

    def enter(self) -> None:
        """Show the script, preparing it where the profile was changed."""
        if self.draft.preview is not None:
            self._show(self.draft.preview)
        else:
            self._prepare()

    def leave(self) -> None:
        """Stop preparing."""
        self._task.stop()

    def why_not(self) -> str:
        """Return what is missing."""
        return "" if self.draft.preview is not None else "the script is not there yet"

    def show_error(self, error: Exception) -> None:
        """Say what went wrong."""
        self.banner.show_message("error", str(error))

    def changeEvent(self, event: QEvent) -> None:
        """Colour the script again when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._highlighter.rehighlight()

    def _prepare(self) -> None:
        profile, work = self.draft.profile, self.draft.work
        if profile is None or work is None:
            return
        self.banner.clear_message()
        self.script.clear()
        self.cost.clear()
        self.left_out.clear()
        self.counts.setText("Preparing the runs…")
        self.copy.setEnabled(False)
        self.again.hide()
        clusters = self._clusters
        self._task.start(
            lambda progress: prepared(clusters, profile, work, progress),
            self._prepared,
            self._not_prepared,
            self._report,
        )
        self.changed.emit()

    def _report(self, share: float | None, words: str) -> None:
        if share is not None:
            self.counts.setText(f"Preparing the runs… {100 * share:.0f} %")
        if words:
            # Such as which library is fetched, which may take minutes the first time.
            self.cost.setText(f"{words[:1].upper()}{words[1:]}…")

    def _prepared(self, preview: Preview) -> None:
        self.draft.preview = preview
        self._show(preview)

    def _not_prepared(self, error: Exception) -> None:
        self.counts.setText("There is no script")
        self.again.show()
        self.show_error(error)
        self.changed.emit()

    def _show(self, preview: Preview) -> None:
        self.counts.setText(counts_text(preview))
        self.cost.setText(cost_text(preview))
        self.left_out.setText(left_out_text(preview))
        self.left_out.setVisible(bool(preview.left_out))
        self.script.setPlainText(preview.script)
        self.copy.setEnabled(True)
        self.banner.show_message(
            "warning" if preview.warnings else "note",
            "\n".join((*preview.remedies, *preview.warnings)),
        )
        self.changed.emit()
