"""SmCo Studio: the window without a word, a verb as a command line (docs/command-line.md)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Open the window, run a verb, or be a child process of the frozen program."""
    if getattr(sys, "frozen", False):
        from smcogui.app.frozen import adapt_environment

        adapt_environment()
    first = arguments[0] if arguments else ""
    if first == "--run-worker":
        from smcogui.app.worker import main as supervise

        return supervise(arguments[1:])
    if first == "--solve":
        from solver.__main__ import main as solve

        return solve(list(arguments[1:]))
    if first == "--solve-mumax3":
        from solver.mumax3.__main__ import main as solve_with_mumax3

        return solve_with_mumax3(list(arguments[1:]))
    if first == "--campaign-queue":
        from smcogui.app.campaign_queue import main as work_off

        return work_off(arguments[1:])
    if first == "--campaign-worker":
        from smcogui.app.campaign_worker import main as compute

        return compute()
    if first == "--train-surrogate":
        from smcogui.app.training_worker import main as train

        return train(arguments[1:])
    if first == "--draw-figures":
        from smcogui.app.figure_server import main as draw_figures

        return draw_figures(arguments[1:])
    if first == "--draw":
        from smcogui.rendering.server import main as draw

        return draw(arguments[1:])
    from smcogui.cli.command_line import main as run_verb
    from smcogui.cli.parser import VERBS

    is_project = len(arguments) == 1 and first not in VERBS and _is_project(Path(first))
    if not first or is_project:
        return open_window(Path(first) if first else None)
    return run_verb(arguments)


def _is_project(path: Path) -> bool:
    """Whether a word names a project folder or a packed project, which the window imports."""
    return path.is_dir() or (path.is_file() and path.suffix.lower() == ".smco")


def open_window(project: Path | None) -> int:
    """Open the window on a project, or run the reference design where there is no display."""
    from smcogui.app.display import find_display

    if find_display() is None:
        if project is not None and project.is_file():
            from smcogui.runs.children import program_name

            sys.stderr.write(
                f"there is no display to ask where {project} is to be unpacked; "
                f"`{program_name()} project --import FILE.smco FOLDER` does without\n"
            )
            return 2
        from smcogui.cli.headless import run_reference_design

        return run_reference_design(project)
    from smcogui.ui.application import main as show

    return show(project)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
