"""The façade of the program: a project, its runs, and all that can be done with them.

The window and the command line talk to :class:`Session` and to nothing below it except plain
types (designs, curves, run events). No method touches Qt. Methods that take long say so.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smcogui.analysis.figure_spec import FigureSpec
from smcogui.app import (
    archive,
    attempts,
    comparison,
    doctor,
    engine_differences,
    exports,
    project_copy,
    projects,
    readings,
    replay,
    results,
    run_import,
    samples,
)
from smcogui.app.engines import Engines
from smcogui.app.project_campaigns import ProjectCampaigns
from smcogui.app.project_datasets import ProjectDatasets
from smcogui.app.project_exports import ProjectExports
from smcogui.app.project_micrographs import ProjectMicrographs
from smcogui.app.project_series import ProjectSeries
from smcogui.app.project_surrogates import ProjectSurrogates
from smcogui.app.settings_file import SettingsFile
from smcogui.data.library import Library
from smcogui.data.measurements import MEASURED_FOLDER, MeasurementStore
from smcogui.data.state_file import read_state_file
from smcogui.data.store import RunRecord, RunStore, SnapshotRecord
from smcogui.design.describe import describe_design
from smcogui.design.design_file import design_to_toml, load_designs, parse_design_text
from smcogui.errors import SmCoError
from smcogui.runs.children import process_count
from smcogui.runs.folder import RUNS_FOLDER
from smcogui.runs.spec import BUILTIN
from smcogui.runs.watch import FolderHandle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.app.analysis import Analysis
    from smcogui.app.check import Check
    from smcogui.app.comparison import ComparedRow
    from smcogui.app.jobs import ReportProgress
    from smcogui.app.project_clusters import ProjectClusters
    from smcogui.app.run_import import FoundRun
    from smcogui.curves.mh_curve import MHCurve
    from smcogui.curves.summary import CurveSummary
    from smcogui.design.design import Design
    from smcogui.runs.handle import RunHandle
    from solver.events import FieldStep
    from solver.mesh import Mesh

__all__ = ["FigureSpec", "RunRecord", "Session", "SnapshotRecord"]


class Session:
    """An open project.

    Parameters
    ----------
    project : Path or None
        Folder of the project; it is made where it does not exist. None opens the default one:
        ``SMCOGUI_PROJECT``, else the one of the settings, else
        ``<user data>/SmCo Studio/projects/default``.
    settings : SettingsFile, optional
        Those of the program, where they were read already; read here otherwise.

    Attributes
    ----------
    settings_file : SettingsFile
        The user's settings and what was wrong with them.
    engines : Engines
        What can compute a run: the built-in solver and MuMax3.

    Raises
    ------
    RunFolderError
        If the folder cannot be made or written.
    InputError
        If it was written by a newer version of the program, or is no project.
    """

    def __init__(self, project: Path | None = None, settings: SettingsFile | None = None) -> None:
        self.settings_file = settings or SettingsFile()
        self._clusters: ProjectClusters | None = None
        self._making = threading.Lock()
        self.engines = Engines(lambda: self.settings_file.settings)
        self.open_project(
            self.settings_file.settings.project_folder if project is None else project
        )

    # ------------------------------------------------------------------ project
    @property
    def project(self) -> Path:
        """Folder of the open project."""
        return self._opened.folder

    @property
    def project_name(self) -> str:
        """Name of the open project, for titles."""
        return self._opened.file.name

    @property
    def runs_folder(self) -> Path:
        """Folder below which every run has its own, named by its run_id."""
        return self.project / RUNS_FOLDER

    @property
    def measured(self) -> MeasurementStore:
        """The measured curves of the open project."""
        return MeasurementStore(self.project / MEASURED_FOLDER)

    @property
    def campaigns(self) -> ProjectCampaigns:
        """The campaigns of the project."""
        return ProjectCampaigns(self)

    @property
    def clusters(self) -> ProjectClusters:
        """The clusters of the user, and what the project has submitted to them."""
        # Not before: most verbs need no cluster.
        from smcogui.app.project_clusters import ProjectClusters

        # One for all threads, as it keeps the connections.
        with self._making:
            if self._clusters is None:
                self._clusters = ProjectClusters(self)
            return self._clusters

    @property
    def datasets(self) -> ProjectDatasets:
        """The datasets that were imported into the project."""
        return ProjectDatasets(self.project)

    @property
    def exports(self) -> ProjectExports:
        """Everything that writes files of runs and designs for other programs."""
        return ProjectExports(self)

    @property
    def micrographs(self) -> ProjectMicrographs:
        """The pictures that structures of the open project were segmented from."""
        return ProjectMicrographs(self.project)

    @property
    def series(self) -> ProjectSeries:
        """The series of the open project: described, run, read and exported."""
        return ProjectSeries(self)

    @property
    def surrogates(self) -> ProjectSurrogates:
        """The surrogates of the project: trained from its designs, listed, read."""
        return ProjectSurrogates(self)

    def analyse(self, sets: Sequence[str] = (), **choices: Any) -> Analysis:
        """Return the analysis of finished runs: statistics, figures, verdicts on claims.

        ``sets`` names campaigns and imported datasets; all finished runs by default. ``choices``
        are those of :class:`~smcogui.app.analysis.Analysis`: surrogate, model, seed.
        """
        from smcogui.app.analysis import Analysis
        from smcogui.app.analysis_source import project_source

        return Analysis(project_source(self, sets), **choices)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is special about the open project (read-only, on a network drive), in words."""
        return (*self._opened.notes, *self._store.notes)

    @property
    def is_writable(self) -> bool:
        """Whether files can be made in the open project."""
        return self._opened.is_writable

    @property
    def library(self) -> Library:
        """Designs kept by name, names, tags and notes of runs, and the trash."""
        return self._library

    def open_project(self, project: Path) -> None:
        """Open the project in a folder, making it where there is none; the old one is left."""
        opened = projects.open_project(project.expanduser().resolve())
        store, library = RunStore(opened.folder / RUNS_FOLDER), Library(opened.folder)
        self.close()
        # Exchanged together, as other threads may be asking.
        self._opened, self._store, self._library = opened, store, library

    def close(self) -> None:
        """Give back what the open project keeps: connections to clusters; jobs there go on."""
        clusters, self._clusters = self._clusters, None
        if clusters is not None:
            clusters.close()

    def new_project(self, project: Path) -> None:
        """Make and open a project in a folder that does not exist or is empty.

        Raises
        ------
        InputError
            If the folder already holds something.
        """
        projects.check_new(project)
        self.open_project(project)

    def copy_project(
        self, target: Path, progress: ReportProgress, project: Path | None = None
    ) -> Path:
        """Copy a project, the open one by default, into a new folder; takes long.

        Runs may be at work: the copy holds what they have accepted so far.
        """
        return project_copy.copy_project(project or self.project, target, progress)

    def export_project(
        self, path: Path, progress: ReportProgress, project: Path | None = None
    ) -> Path:
        """Pack a project, the open one by default, into one ``.smco`` file; takes long."""
        return archive.export_project(project or self.project, path, progress)

    @staticmethod
    def import_project(path: Path, target: Path, progress: ReportProgress) -> Path:
        """Unpack a ``.smco`` file into a new folder, which is then a project; takes long."""
        return archive.import_project(path, target, progress)

    @property
    def sample_runs(self) -> tuple[str, ...]:
        """Ids of the runs of the open project that came with the program."""
        return samples.sample_runs(self._opened)

    def remove_samples(self) -> int:
        """Move the runs that came with the program to the trash; return how many there were."""
        return samples.remove_samples(self._opened, self._library)

    def keep_design(self, design: Design, project: Path | None = None) -> None:
        """Keep the design that is being worked on in a project; the open one by default."""
        projects.save_current_design(project or self.project, design)

    def kept_design(self) -> tuple[Design | None, str]:
        """Return the design that was last worked on, and what is wrong with its file, in words."""
        return projects.load_current_design(self.project)

    # ------------------------------------------------------------------ designs
    def load_designs(self, path: Path) -> list[Design]:
        """Read the designs of a TOML file; raises InputError naming the key that is wrong."""
        return load_designs(path)

    def read_designs(self, text: str) -> list[Design]:
        """Read the designs of a TOML text; raises InputError naming the key that is wrong."""
        return parse_design_text(text, "design")

    def save_design(self, design: Design, path: Path) -> None:
        """Write a design as a TOML file."""
        exports.write_text(path, design_to_toml(design))

    @staticmethod
    def example(name: str = "base") -> Design:
        """Return a shipped design: base, fig2a, table1_row2, table1_row3, reference_2, ..."""
        return exports.example_design(name)

    def describe(self, design: Design, *, unit: str = "T") -> dict[str, Any]:
        """Return derived quantities, fractions, mesh advice and cost (the ``design`` verb).

        ``unit`` is that of the fields in sentences: T, kA/m or kOe.
        """
        return describe_design(design, unit, processes=self.processes)

    def new_design(self) -> Design:
        """Return the design that one starts from: base, with the cell size of the settings."""
        return with_overrides(self.example(), cell=self.settings_file.settings.cell_nm * 1e-9)

    @property
    def processes(self) -> int:
        """Return how many half-cycles run at once."""
        return self.settings_file.settings.processes or process_count()

    # ------------------------------------------------------------------ runs
    def start_run(
        self,
        design: Design,
        *,
        cycles: int | None = None,
        seed: int | None = None,
        cell: float | None = None,
        snapshots_T: Sequence[float] = (),
        backend: str = BUILTIN.name,
    ) -> RunHandle:
        """Start a design in a child process, or go on with it where it stopped.

        The run's folder is named by its content: a design that already ran gives a handle
        in state DONE at once, an unfinished one resumes, a running one is attached to.

        Parameters
        ----------
        design : Design
        cycles, seed : int, optional
            Half-cycles and seed instead of the design's own.
        cell : float, optional
            Cell size in m instead of the design's own.
        snapshots_T : sequence of float
            Fields in T at which states are stored besides remanence, Hp and Hc.
        backend : {"builtin", "mumax3"}
            What computes it; with MuMax3 the call takes some seconds the first time.

        Raises
        ------
        InputError
            If the design cannot be meshed, or this MuMax3 has another exchange rule.
        UnavailableError
            If there is no MuMax3, or it finds no GPU; the message says what to do.
        RunFolderError
            If the folder cannot be written or its disk is full.
        """
        engine = self.engines.backend(backend)
        spec = engine.specify(
            with_overrides(design, cycles=cycles, seed=seed, cell=cell), snapshots_T
        )
        return engine.submit(spec, self.runs_folder / spec.run_id)

    def start_on_each(
        self, design: Design, backends: Sequence[str], *, snapshots_T: Sequence[float] = ()
    ) -> list[RunHandle]:
        """Start a design on several backends at once, to compare them; see :meth:`start_run`.

        Nothing is started where one of them cannot compute it.
        """
        engines = [self.engines.backend(name) for name in backends]
        specs = [engine.specify(design, snapshots_T) for engine in engines]
        return [
            engine.submit(spec, self.runs_folder / spec.run_id)
            for engine, spec in zip(engines, specs, strict=True)
        ]

    def resume_run(self, run_id: str) -> RunHandle:
        """Go on with a run that is LOST, CANCELLED or FAILED, from its last field step."""
        return self.engines.resume(self._store.folder(run_id))

    def attach(self, run_id: str) -> RunHandle:
        """Watch a run, whoever started it; the first poll() replays all that is on disk."""
        return FolderHandle(self._store.folder(run_id))

    def cancel_run(self, run_id: str) -> None:
        """Ask a run to stop; its accepted field steps are kept."""
        self.attach(run_id).cancel()

    def rerun(self, run_id: str) -> RunHandle:
        """Compute an ended run again from its start; what it was goes to the trash.

        Raises
        ------
        RunFolderError
            If the run is at work, or its folder cannot be moved or written.
        """
        record = self._store.record(run_id)
        engine = self.engines.backend(record.info.solver)
        spec = engine.specify(record.design, record.info.snapshots_T)
        entry = self._library.trash_run(run_id)
        try:
            return engine.submit(spec, self.runs_folder / spec.run_id)
        except SmCoError:
            if not record.folder.exists():
                self._library.restore(entry.entry_id)
            raise

    @staticmethod
    def find_run(source: Path, design: Design | None = None, name: str = "") -> FoundRun:
        """Return what :meth:`import_run` would import; raises as it does."""
        return run_import.find_run(source, design, name)

    def import_run(self, source: Path, design: Design | None = None, name: str = "") -> str:
        """Import a finished MuMax3 or OOMMF run as a run of the project; return its run_id.

        See :func:`smcogui.app.run_import.import_run`.
        """
        return run_import.import_run(self.runs_folder, source, design, name)

    def compare_backends(self, run_ids: Sequence[str]) -> dict[str, Any]:
        """Return the readings of finished runs, and how Hc and Hp differ from those of the first.

        Raises
        ------
        InputError
            If one is not DONE, or their exchange rules differ.
        """
        return engine_differences.compare_runs_of_backends([self.run(r) for r in run_ids])

    def compare_runs(
        self, run_ids: list[str], field_unit: str = "T", energy_unit: str = "kJ/m³"
    ) -> list[ComparedRow]:
        """Return every choice and quantity of 2 to 6 runs side by side; InputError otherwise."""
        return comparison.compare_runs([self.run(r) for r in run_ids], field_unit, energy_unit)

    def examine(self, *, smoke: bool = True) -> list[Check]:
        """Return the checks of this machine (the ``doctor`` verb); takes several seconds."""
        return doctor.examine(self.settings_file, smoke=smoke)

    def attempts(self, run_id: str) -> list[str]:
        """Return in words what was tried for a run on MuMax3, how it failed, and what to do."""
        return attempts.describe_attempts(self._store.record(run_id))

    def as_command(self, run_id: str) -> str:
        """Return lines for a POSIX shell that compute a run again."""
        return replay.command_of(self.run(run_id))

    def as_python(self, run_id: str) -> str:
        """Return a Python script that computes a run again."""
        return replay.python_of(self.run(run_id))

    def runs(self) -> list[RunRecord]:
        """Return every run of the project, the newest first (scans the run folders)."""
        records = self._store.records()
        if results.mend_results(records):
            records = self._store.records()
        return self._library.label_runs(records)

    def read_runs(self) -> list[RunRecord]:
        """Return :meth:`runs` with nothing left to be read, for lists that sort and search them."""
        return [record.read() for record in self.runs()]

    def run(self, run_id: str) -> RunRecord:
        """Return one run; raises InputError with the nearest run_id where there is none."""
        return self._library.label_runs([self._store.record(run_id)])[0]

    # ------------------------------------------------------------------ what runs left
    def load_result(self, run_id: str) -> dict[str, Any] | None:
        """Return what ``run --json`` prints, or None while the run is not DONE."""
        return self._store.record(run_id).result

    def load_steps(self, run_id: str) -> list[list[FieldStep]]:
        """Return the accepted field steps per half-cycle, in the order of the falling field."""
        return self._store.steps(run_id)

    def load_curves(self, run_id: str) -> list[MHCurve]:
        """Return the curve of every half-cycle that has at least two field steps."""
        record = self._store.record(run_id)
        return readings.curves_of(record.info, self._store.steps(run_id))

    def load_summary(self, run_id: str, *, N: float = 0.0) -> CurveSummary:
        """Return the readings per half-cycle, their mean and spread.

        Parameters
        ----------
        run_id : str
        N : float
            Demagnetising factor of the body, for (BH)max, Hk and HcB.

        Raises
        ------
        InputError
            If no half-cycle has two field steps yet.
        """
        record = self._store.record(run_id)
        return readings.summary_of(record.design, record.info, self._store.steps(run_id), N)

    def snapshots(self, run_id: str) -> list[SnapshotRecord]:
        """Return the stored magnetisations of a run, by half-cycle and falling field."""
        return self._store.snapshots(run_id)

    def snapshot(self, run_id: str, cycle: int, index: int) -> SnapshotRecord:
        """Return one stored magnetisation's record; raises InputError where there is none."""
        return self._store.snapshot(run_id, cycle, index)

    def load_snapshot(
        self,
        run_id: str,
        cycle: int,
        index: int,
    ) -> tuple[NDArray[np.float64], Mesh]:
        """Read one stored magnetisation.

        Parameters
        ----------
        run_id : str
        cycle : int
        index : int
            Field step of the snapshot (``SnapshotRecord.index``).

        Returns
        -------
        m : ndarray of shape (3, nz, ny, nx)
            Unit vectors.
        mesh : Mesh

        Raises
        ------
        InputError
            If there is no such snapshot or its file is damaged.
        """
        return self._store.load_snapshot(run_id, cycle, index)

    @staticmethod
    def read_state_file(path: Path) -> tuple[NDArray[np.float64], Mesh]:
        """Read the magnetisation of any OVF file as unit vectors (3, nz, ny, nx), and its mesh."""
        return read_state_file(path)


def with_overrides(
    design: Design,
    *,
    cycles: int | None = None,
    seed: int | None = None,
    cell: float | None = None,
) -> Design:
    """Return the design with some of its choices replaced (``cell`` in m)."""
    run = replace(
        design.run,
        cycles=design.run.cycles if cycles is None else cycles,
        seed=design.run.seed if seed is None else seed,
    )
    mesh = design.mesh if cell is None else replace(design.mesh, cell=cell)
    return replace(design, run=run, mesh=mesh)
