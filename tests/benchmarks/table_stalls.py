"""How long the window does not answer while it lists 5,000 runs; see window_stalls."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from measure import Measure, in_child
from run_listing import write_runs
from window_stalls import Drive, Script, screen, stall_measures, until

RUNS = 5000
SEARCH = "synthetic 12 L>50"
SETTLE_S = 0.5


def table_stalls(_repeats: int) -> list[Measure]:
    """Open a window on a large project once, and report every phase."""
    with tempfile.TemporaryDirectory(prefix="smco-tables-") as folder:
        result = in_child("table_stalls", "drive", folder=folder)
    return stall_measures("table_stall", result["phases"])


def drive(folder: str) -> dict[str, Any]:
    """Write the project, open a window on it and go through the script; in a child process."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = folder
    project = Path(folder) / "project"
    write_runs(project / "runs", RUNS)
    with screen():
        return TableDrive(project).run()


class TableDrive(Drive):
    """A window with every dock open, whose tables all show the same runs."""

    def _everything(self) -> Script:
        window = self.window
        table, library = window.analysis_tab.table, window.library_panel
        self.watchdog.phase = "open"
        window.docks.jobs.set_shown(True)
        window.docks.library.set_shown(True)
        library.pages.setCurrentWidget(library.pages.widget(1))
        yield from until(lambda: len(table.runs) == RUNS)
        yield 3.0
        for name in ("design", "simulation", "analysis"):
            window.actions_by_id[f"view.{name}"].trigger()
            yield SETTLE_S
            self.watchdog.phase = f"refresh_in_{name}"
            yield from self._refresh()
        self.watchdog.phase = "select_all"
        table.selectAll()
        yield 2.0
        table.clearSelection()
        yield SETTLE_S
        self.watchdog.phase = "sort_by_Hc"
        for each in (table, library.runs):
            yield from self._sort(each)
        self.watchdog.phase = "refresh_sorted"
        yield from self._refresh()
        self.watchdog.phase = "search"
        for letter in SEARCH:
            library.search.insert(letter)
            yield 0.12
        yield from until(lambda: 0 < len(library.runs.runs) < RUNS)
        yield SETTLE_S
        library.search.clear()
        yield from until(lambda: len(library.runs.runs) == RUNS)
        yield SETTLE_S

    def _refresh(self) -> Script:
        """Change the result of one run and wait until every table shows it."""
        window = self.window
        run = window.analysis_tab.table.runs[RUNS // 2]
        path = run.folder / "result.json"
        result = json.loads(path.read_text())
        result["mu0_Hc_T"] += 0.5
        path.write_text(json.dumps(result, indent=2))
        window.refresh_runs()

        def is_shown() -> bool:
            tables = (window.analysis_tab, window.simulation_tab)
            lists = [each.table.runs for each in tables] + [window.library_panel.runs.runs]
            return all(runs[RUNS // 2].result == {**run.result, **result} for runs in lists)

        yield from until(is_shown)
        yield SETTLE_S

    def _sort(self, table: Any) -> Script:
        from PySide6.QtCore import Qt

        header = table.horizontalHeader()
        titles = [
            table.model().headerData(column, Qt.Orientation.Horizontal)
            for column in range(header.count())
        ]
        column = next(k for k, title in enumerate(titles) if title.startswith("Hc ("))
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            table.sortByColumn(column, order)
            yield SETTLE_S
