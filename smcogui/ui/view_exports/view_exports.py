"""The actions that write what is seen: each asks for a file and starts a job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from smcogui.ui.view_exports.picture_dialogs import FilmDialog, PictureDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.jobs import ReportProgress
    from smcogui.app.session import Session, SnapshotRecord
    from smcogui.rendering.content import PictureFormat
    from smcogui.ui.actions import Actions
    from smcogui.ui.design_document import DesignDocument
    from smcogui.ui.design_tab.preview import Preview
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.file_dialogs import FileDialogs
    from smcogui.ui.jobs import JobCenter
    from smcogui.ui.simulation_tab.tab import SimulationTab
    from smcogui.ui.widgets.banner import Banner

_STRUCTURE_FILES: Final = (
    "VTK image data (*.vti);;OVF 2.0 (*.ovf);;Surfaces, STL (*.stl);;One row per cell (*.csv);;"
    "MuMax3 script (*.mx3)"
)
_STATE_FILES: Final = "VTK image data (*.vti);;OVF 2.0 (*.ovf)"
_FILM_FILES: Final = "GIF (*.gif);;MP4 (*.mp4)"
_PICTURE_FILES: Final = "PNG (*.png)"
_OF_STATES: Final = ("export.state", "export.film")


class ViewExports(QObject):
    """Writes structures, states, pictures and films; progress and stop are in the jobs dock."""

    def __init__(
        self,
        session: Session,
        jobs: JobCenter,
        document: DesignDocument,
        units: FieldUnitSwitch,
        actions: Actions,
        preview: Preview,
        simulation: SimulationTab,
        files: FileDialogs,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._session, self._jobs, self._document, self._units = session, jobs, document, units
        self._actions, self._preview, self._simulation = actions, preview, simulation
        self._files, self._window = files, parent
        actions.connect(
            {
                "export.structure": self._ask_structure,
                "export.picture": self._ask_picture,
                "export.state": self._ask_state,
                "export.film": self._ask_film,
            }
        )
        simulation.states.shown.connect(self._allow)
        self._allow()

    def export_structure(self, path: Path) -> None:
        """Write the cells or surfaces of the current design, by the suffix of the path."""
        design, kind = self._document.design, path.suffix.lower().removeprefix(".")
        self._start(path, lambda: self._session.exports.structure(design, path, kind))

    def export_structure_picture(self, path: Path, form: PictureFormat) -> None:
        """Draw the current design as PNG."""
        design = self._document.design
        self._start(path, lambda: self._session.exports.structure_picture(design, path, form))

    def export_state(self, path: Path) -> None:
        """Write the state that is shown as .ovf or .vti."""
        run_id, shot = self._shown()
        kind = path.suffix.lower().removeprefix(".")
        self._start(
            path,
            lambda: self._session.exports.state(run_id, shot.cycle, shot.index, path, kind),
        )

    def export_state_picture(self, path: Path, form: PictureFormat) -> None:
        """Draw the state that is shown as PNG."""
        run_id, shot = self._shown()
        unit = self._units.unit.name
        self._start(
            path,
            lambda: self._session.exports.state_picture(
                run_id, shot.cycle, shot.index, path, form, unit
            ),
        )

    def export_film(self, path: Path, form: PictureFormat, rate: float) -> str:
        """Draw the reversal of the half-cycle that is shown; return the job's id."""
        run_id, shot = self._shown()
        unit = self._units.unit.name

        def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> Path:
            return self._session.exports.film(
                run_id, shot.cycle, path, form, rate=rate, unit=unit, progress=progress
            )

        return self._start_task(path, "Film", work)

    def _shown(self) -> tuple[str, SnapshotRecord]:
        run_id, shot = self._simulation.current_run, self._simulation.states.current
        if run_id is None or shot is None:
            raise LookupError("no stored state is shown")
        return run_id, shot

    def _allow(self) -> None:
        has_state = self._simulation.states.state is not None
        for action_id in _OF_STATES:
            self._actions.set_enabled(action_id, has_state, "no stored state is shown")

    def _start(self, path: Path, write: Callable[[], Path]) -> None:
        def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> Path:
            progress(None, f"writing {path.name}")
            return write()

        self._start_task(path, "Export", work)

    def _start_task(self, path: Path, kind: str, work: Any) -> str:
        banner = self._banner
        banner.show_message("note", f"Writing {path.name}…")
        return self._jobs.start_task(
            path.name,
            kind,
            work,
            lambda provenance: banner.show_done(
                f"Wrote {path}, with its provenance in {Path(str(provenance)).name}."
            ),
            lambda error: banner.show_message("error", str(error)),
            folder=path.parent,
        )

    @property
    def _banner(self) -> Banner:
        """The banner of the tab on show."""
        return self._simulation.banner if self._simulation.isVisible() else self._preview.banner

    def _ask_structure(self) -> None:
        path = self._ask_path(f"{self._document.design.name}.vti", _STRUCTURE_FILES)
        if path is not None:
            self.export_structure(path)

    def _ask_state(self) -> None:
        path = self._ask_path("state.vti", _STATE_FILES)
        if path is not None:
            self.export_state(path)

    def _ask_picture(self) -> None:
        states = self._simulation.states
        of_state = states.isVisible() and states.state is not None
        view = states.view() if of_state else self._preview.view()
        dialog = PictureDialog(*view, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        path = self._ask_path("magnetisation.png" if of_state else "structure.png", _PICTURE_FILES)
        if path is not None:
            write = self.export_state_picture if of_state else self.export_structure_picture
            write(path, dialog.picture_format())

    def _ask_film(self) -> None:
        states, (_, shot) = self._simulation.states, self._shown()
        dialog = FilmDialog(states.film_length, shot.cycle, *states.view(), self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        path = self._ask_path("reversal.gif", _FILM_FILES)
        if path is not None:
            self.export_film(path, dialog.picture_format(), dialog.rate.value())

    def _ask_path(self, name: str, filters: str) -> Path | None:
        return self._files.ask_save(self._window, "Export", name, filters)
