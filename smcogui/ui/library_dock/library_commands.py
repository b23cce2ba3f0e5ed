"""What can be done with what is selected in the library; each change of files in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from smcogui.app.comparison import FEWEST, MOST
from smcogui.data.labels import parse_tags
from smcogui.errors import InputError
from smcogui.ui.library_dock.compare_dialog import CompareDialog

if TYPE_CHECKING:
    from smcogui.app.session import Session
    from smcogui.design.design import Design
    from smcogui.ui.design_document import DesignDocument
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.file_dialogs import FileDialogs
    from smcogui.ui.library_dock.library_panel import LibraryPanel
    from smcogui.ui.run_bridge import RunBridge


class LibraryCommands(QObject):
    """Changes the library as the panel's selection says.

    Signals
    -------
    design_wanted : Signal(object, str)
        A design to be loaded into the editor, and the edit in words.
    run_wanted : Signal(str)
        A run to be shown in the Simulation tab.
    runs_changed : Signal()
        Runs were renamed, tagged, deleted or restored.
    said : Signal(str)
        A sentence for the status bar.
    """

    design_wanted = Signal(object, str)
    run_wanted = Signal(str)
    runs_changed = Signal()
    said = Signal(str)

    def __init__(
        self,
        panel: LibraryPanel,
        session: Session,
        bridge: RunBridge,
        document: DesignDocument,
        units: FieldUnitSwitch,
        files: FileDialogs,
    ) -> None:
        super().__init__(panel)
        self._panel, self._session, self._bridge = panel, session, bridge
        self._document, self._units, self._files = document, units, files
        self.compare_dialogs: list[CompareDialog] = []

    def save(self, name: str, *, overwrite: bool = False) -> None:
        """Keep the current design under a name."""
        design, library = self._document.design, self._session.library
        self._panel.do(
            lambda: library.save_design(design, name, overwrite=overwrite),
            lambda design_id: self._kept(design_id, f"Kept the design as {name}."),
        )

    def load(self) -> None:
        """Make the selected design, or that of the selected run, the current one."""
        entry, run = self._panel.selected_design(), self._panel.selected_run()
        if entry is not None:
            self._load(entry.design, f"Load design {entry.name}")
        elif run is not None:
            self._load(run.design, f"Load design of run {run.name}")

    def load_by_id(self, design_id: str) -> None:
        """Make a design of the library the current one."""
        entry = self._panel.design(design_id)
        if entry is not None:
            self._load(entry.design, f"Load design {entry.name}")

    def duplicate(self) -> None:
        """Keep a copy of the selected design, or the design of the selected run."""
        library = self._session.library
        entry, run = self._panel.selected_design(), self._panel.selected_run()
        if entry is not None:
            self._panel.do(
                lambda: library.duplicate_design(entry.design_id),
                lambda design_id: self._kept(design_id, f"Copied {entry.name}."),
            )
        elif run is not None:
            self._panel.do(
                lambda: library.keep_copy(run.design),
                lambda design_id: self._kept(design_id, f"Kept the design of run {run.name}."),
            )

    def show_run(self) -> None:
        """Show the selected run in the Simulation tab."""
        run = self._panel.selected_run()
        if run is not None:
            self.run_wanted.emit(run.run_id)

    def compare(self) -> CompareDialog | None:
        """Show the selected runs side by side."""
        ids = [run.run_id for run in self._panel.selected_runs()]
        if not FEWEST <= len(ids) <= MOST:
            return None
        dialog = CompareDialog(
            self._session, self._bridge, self._units, self._files, ids, self._panel.window()
        )
        dialog.finished.connect(lambda _code: self.compare_dialogs.remove(dialog))
        self.compare_dialogs.append(dialog)
        dialog.show()
        return dialog

    def rename(self, name: str) -> None:
        """Give the selected design or run another name."""
        library = self._session.library
        entry, run = self._panel.selected_design(), self._panel.selected_run()
        if entry is not None:
            self._panel.do(
                lambda: library.rename_design(entry.design_id, name),
                lambda design_id: self._kept(design_id, f"{entry.name} is now called {name}."),
            )
        elif run is not None:
            self._panel.do(lambda: library.rename_run(run.run_id, name), self._runs_changed)

    def tag(self, text: str) -> None:
        """Give tags, separated by commas, to everything that is selected."""
        try:
            tags = parse_tags(text)
        except InputError as error:
            self._panel.explain(error)
            return
        kind, ids = self._panel.selection()

        def tag_all() -> None:
            for item_id in ids:
                self._session.library.tag(kind, item_id, tags)

        self._panel.do(tag_all, self._runs_changed)

    def write_note(self, text: str) -> None:
        """Write a note on the selected design or run."""
        kind, ids = self._panel.selection()
        library = self._session.library
        if len(ids) == 1:
            self._panel.do(lambda: library.write_note(kind, ids[0], text), self._runs_changed)

    def trash(self) -> None:
        """Move everything that is selected to the trash."""
        kind, ids = self._panel.selection()
        library = self._session.library
        move = library.trash_run if kind == "runs" else library.trash_design
        self._panel.do(
            lambda: [move(each) for each in ids],
            lambda moved: self._runs_changed_and_said(
                f"Moved {len(moved)} to the trash; the Trash page puts back what is selected there."
            ),
        )

    def restore(self) -> None:
        """Put what is selected in the trash back."""
        ids = [entry.entry_id for entry in self._panel.selected_trash()]
        library = self._session.library
        self._panel.do(
            lambda: [library.restore(each) for each in ids],
            lambda back: self._runs_changed_and_said(f"Put {len(back)} back."),
        )

    def empty_trash(self) -> None:
        """Delete everything in the trash for good."""
        self._panel.do(
            self._session.library.empty_trash,
            lambda number: self.said.emit(f"Deleted {number} from the trash for good."),
        )

    def _load(self, design: Design | None, what: str) -> None:
        if design is not None:
            self.design_wanted.emit(design, what)
            self.said.emit("Loaded the design; Undo (Ctrl+Z) returns to the one before.")

    def _kept(self, design_id: str, sentence: str) -> None:
        self._panel.select_when_read(design_id)
        self.said.emit(sentence)

    def _runs_changed(self, _answer: object) -> None:
        self.runs_changed.emit()

    def _runs_changed_and_said(self, sentence: str) -> None:
        self.runs_changed.emit()
        self.said.emit(sentence)
