"""How long the window does not answer, in a real window under Xvfb that is driven like by a user.

A heartbeat in the window's thread notes every gap between two beats: its wall time, and the
processor time meanwhile: that of the thread, and that of the whole process. A long gap with little
of both is the work of other processes on the machine; much of the second only, that of another
thread, which may have held Python's lock.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measure import Measure, in_child

BEAT_MS = 2
STEP_S = 0.016
BAR_MS = 100.0
PREDICTION_BAR_MS = 16.0
PREVIEW_BAR_MS = 200.0
SLIDERS = {
    "L": "nanostructure.L_nm",
    "d": "nanostructure.d_nm",
    "wS": "nanostructure.wS_nm",
    "wZ": "nanostructure.wZ_nm",
    "alpha": "field.alpha_deg",
}
TINY_DESIGN = Path(__file__).resolve().parents[1] / "tiny.toml"
Script = Iterator[float]
"""Does something between two yields; what is yielded is how long to wait in s."""


@dataclass
class Watchdog:
    """Gaps between beats of the window's thread, by what was going on."""

    phase: str = "start"
    gaps: dict[str, list[tuple[float, ...]]] = field(default_factory=dict)
    last: tuple[float, ...] | None = None

    def beat(self) -> None:
        """Note the time since the last beat; called by a timer."""
        now = (time.perf_counter(), time.thread_time(), time.process_time())
        if self.last is not None:
            gap = tuple(1e3 * (b - a) for a, b in zip(self.last, now, strict=True))
            self.gaps.setdefault(self.phase, []).append(gap)
        self.last = now

    def summary(self) -> dict[str, dict[str, float]]:
        """Return the longest gap, the processor time in it, and the median of those felt, in ms."""
        found = {}
        for phase, gaps in self.gaps.items():
            longest, cpu, process = max(gaps)
            felt = [wall for wall, *_ in gaps if wall > 2 * BEAT_MS] or [0.0]
            found[phase] = {
                "longest": longest,
                "cpu_in_longest": cpu,
                "process_in_longest": process,
                "longest_cpu": max(cpu for _, cpu, _ in gaps),
                "median": statistics.median(felt),
            }
        return found


def window_stalls(_repeats: int) -> list[Measure]:
    """Drive a window once and report every phase, and how long the preview takes to follow."""
    with tempfile.TemporaryDirectory(prefix="smco-window-") as folder:
        result = in_child("window_stalls", "drive", folder=folder)
    measures = stall_measures("stall", result["phases"])
    for view, times in result["preview"].items():
        measures.append(
            Measure(
                name=f"slider_to_preview/{view}",
                value=round(statistics.median(times), 1),
                unit="ms",
                bar=PREVIEW_BAR_MS,
                better="lower",
                note=f"largest {max(times):.0f}; {result['renderer']}",
            )
        )
    answers, processor = zip(*result["prediction"], strict=True)
    measures.append(
        Measure(
            name="slider_to_prediction",
            value=round(statistics.median(answers), 1),
            unit="ms",
            bar=PREDICTION_BAR_MS,
            better="lower",
            note=f"largest {max(answers):.0f}; processor time {statistics.median(processor):.1f}, "
            f"largest {max(processor):.1f}; all that one step of a slider sets off",
        )
    )
    measures.append(
        Measure(
            name="start_up/3d_ready",
            value=round(result["ready_s"], 2),
            unit="s",
            bar=5.0,
            better="lower",
            note="from the first paint to the first sharp picture",
        )
    )
    return measures


def stall_measures(name: str, phases: dict[str, dict[str, float]]) -> list[Measure]:
    """Return the longest gap of every phase."""
    return [
        Measure(
            name=f"{name}/{phase}",
            value=round(gaps["longest"], 1),
            unit="ms",
            bar=BAR_MS,
            better="lower",
            note=f"median {gaps['median']:.0f}; processor time in it {gaps['cpu_in_longest']:.0f}, "
            f"of the process {gaps['process_in_longest']:.0f}, longest {gaps['longest_cpu']:.0f}",
        )
        for phase, gaps in phases.items()
    ]


def drive(folder: str) -> dict[str, Any]:
    """Open a window on a project with one run and go through the script; in a child process."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = folder
    with screen():
        project = project_with_run(Path(folder))
        return Drive(project).run()


class Drive:
    """One window and the script that it goes through."""

    def __init__(self, project: Path) -> None:
        from PySide6.QtCore import Qt, QTimer

        from smcogui.app.session import Session
        from smcogui.ui.application import make_application
        from smcogui.ui.main_window import MainWindow

        self.app = make_application()
        self.watchdog = Watchdog()
        self.preview_ms: dict[str, list[float]] = {}
        self.prediction_ms: list[tuple[float, float]] = []
        self.renderer = "no 3-D"
        self.ready_s = 0.0
        self.window = MainWindow(Session(project))
        self.window.drawing.ready.connect(self._note_renderer)
        self.window.resize(1366, 768)
        self.heart = QTimer()
        self.heart.setTimerType(Qt.TimerType.PreciseTimer)
        self.heart.timeout.connect(self.watchdog.beat)
        self.script = self._everything()
        self.next_step = QTimer()
        self.next_step.setSingleShot(True)
        self.next_step.setTimerType(Qt.TimerType.PreciseTimer)
        self.next_step.timeout.connect(self._step)

    def run(self) -> dict[str, Any]:
        """Go through the script and return what was found."""
        after_paint = self.window._after_first_paint

        def begin() -> None:
            self.heart.start(BEAT_MS)
            self.next_step.start(0)
            after_paint()

        self.window._after_first_paint = begin
        self.window.show()
        self.app.exec()
        self.window.close()
        return {
            "phases": self.watchdog.summary(),
            "preview": self.preview_ms,
            "prediction": self.prediction_ms,
            "renderer": self.renderer,
            "ready_s": self.ready_s,
        }

    def _step(self) -> None:
        wait_s = next(self.script, None)
        if wait_s is None:
            self.heart.stop()
            self.app.quit()
        else:
            self.next_step.start(round(1e3 * wait_s))

    def _everything(self) -> Script:
        window, preview = self.window, self.window.design_tab.preview
        began = time.perf_counter()
        yield from until(lambda: preview.has_3d and preview.solid.is_settled)
        self.ready_s = time.perf_counter() - began
        yield 1.0
        for page, view in ((0, "section"), (1, "3d")):
            preview.switch(page)
            yield 0.5
            for name, key in SLIDERS.items():
                self.watchdog.phase = f"drag_{name}_{view}"
                yield from self._drag(key)
            yield from self._latency(view, page)
        self.watchdog.phase = "predict"
        yield from self._predictions()
        self.watchdog.phase = "turn_3d"
        for _ in range(60):
            preview.solid._set_camera(preview.solid.camera.turned(0.05, 0.01))
            yield STEP_S
        yield 0.5
        self.watchdog.phase = "cut_3d"
        preview.cut.set_axis("x")
        yield from _drag_slider(preview.cut.slider)
        yield from self._switches(window)

    def _switches(self, window: Any) -> Script:
        tab = window.simulation_tab
        self.watchdog.phase = "switch_tabs"
        for name in ("simulation", "analysis", "design") * 2:
            window.actions_by_id[f"view.{name}"].trigger()
            yield 0.3
        window.actions_by_id["view.simulation"].trigger()
        yield 0.3
        self.watchdog.phase = "first_curve"
        tab.select_run(tab.table.runs[0].run_id)
        yield from until(lambda: bool(tab.plot.curves) and tab.states.state is not None)
        yield 1.0
        for page, name in ((0, "slice"), (1, "3d")):
            tab.states.switch(page)
            yield 0.5
            self.watchdog.phase = f"play_{name}"
            tab.states.play_bar.speed.set_value(10.0)
            tab.states.play_bar.play_button.setChecked(True)
            yield from until(lambda: not tab.states.play_bar.is_playing)
        self.watchdog.phase = "switch_units"
        for name in ("kA/m", "kOe", "T"):
            window.units.choose(name)
            yield 0.3
        for page in ("design", "simulation", "analysis"):
            window.actions_by_id[f"view.{page}"].trigger()
            yield 0.5
            self.watchdog.phase = f"switch_theme_in_{page}"
            for name in ("dark", "light"):
                window.actions_by_id[f"view.theme_{name}"].trigger()
                yield 0.7

    def _drag(self, key: str) -> Script:
        yield from _drag_slider(self.window.editor.number(key).slider)

    def _latency(self, view: str, page: int) -> Script:
        """Measure from one step of a held slider to the picture that shows it."""
        preview = self.window.design_tab.preview
        slider = self.window.editor.number(SLIDERS["L"]).slider
        seen: list[float] = []
        show = preview.show_structure
        asked: list[int] = []

        def shown(picture: Any) -> None:
            show(picture)
            asked.append(preview.solid._number + (1 if preview.solid._is_wanted else 0))
            if page == 0:
                preview.section.repaint()
                seen.append(time.perf_counter())

        def drawn(_seconds: float) -> None:
            if page == 1 and asked:
                seen.append(time.perf_counter())

        preview.show_structure = shown
        preview.solid.drawn.connect(drawn)
        slider.setSliderDown(True)
        for number in range(10):
            asked.clear()
            seen.clear()
            began = time.perf_counter()
            slider.setValue(slider.value() + (1 if number % 2 else -1))
            yield from until(lambda: bool(seen), step_s=0.001)
            self.preview_ms.setdefault(view, []).append(1e3 * (seen[0] - began))
            yield 0.4
        slider.setSliderDown(False)
        slider.sliderReleased.emit()
        preview.solid.drawn.disconnect(drawn)
        preview.show_structure = show
        yield 0.5

    def _predictions(self) -> Script:
        """Measure from one step of a held slider to the predicted readings that belong to it."""
        card = self.window.design_tab.derived.predicted
        yield from until(lambda: self.window.design_tab.prediction.surrogate is not None)
        slider = self.window.editor.number(SLIDERS["wZ"]).slider
        start = slider.value()
        slider.setSliderDown(True)
        for number in range(25):
            before = card.text("mu0_Hc_T")
            began, worked = time.perf_counter(), time.thread_time()
            # To and fro, by so much that another number is shown.
            slider.setValue(start + number + (0 if number % 2 else 20))
            took = (time.perf_counter() - began, time.thread_time() - worked)
            if card.text("mu0_Hc_T") != before:
                self.prediction_ms.append((1e3 * took[0], 1e3 * took[1]))
            yield STEP_S
        slider.setSliderDown(False)
        slider.setValue(start)
        yield 0.6

    def _note_renderer(self, support: Any) -> None:
        self.renderer = support.renderer


def _drag_slider(slider: Any) -> Script:
    """Hold a slider, move it there and back as a hand does, and let it go."""
    start = slider.value()
    slider.setSliderDown(True)
    for number in (*range(25), *range(25, 0, -1)):
        slider.setValue(start + number)
        yield STEP_S
    slider.setSliderDown(False)
    slider.setValue(start)
    yield 0.6


def until(condition: Callable[[], bool], step_s: float = 0.02) -> Script:
    end = time.perf_counter() + 60
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError("the window did not come to what the script waits for")
        yield step_s


def project_with_run(folder: Path) -> Path:
    from smcogui.app.session import Session

    session = Session(folder / "project")
    session.start_run(session.load_designs(TINY_DESIGN)[0]).wait(timeout_s=300)
    return folder / "project"


def screen() -> Any:
    """Return a screen of its own where the system has Xvfb, so that nobody's is taken."""
    from contextlib import nullcontext
    from shutil import which

    if sys.platform != "linux" or which("Xvfb") is None:
        return nullcontext()
    from pyvirtualdisplay import Display

    return Display(visible=False, size=(1400, 900), extra_args=["+extension", "GLX"])
