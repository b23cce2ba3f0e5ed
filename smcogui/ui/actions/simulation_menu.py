"""The Simulation menu: runs, and what computes them."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&Simulation"
ENTRIES: Final = (
    ActionInfo(
        id="run.start",
        menu=MENU,
        text="&Run",
        icon="play",
        shortcut="F5",
        description="Compute the M–H curve of the current design.",
    ),
    ActionInfo(
        id="run.cancel",
        menu=MENU,
        text="&Stop",
        icon="stop",
        shortcut="Shift+F5",
        description="Stop the selected run; it can be resumed later.",
    ),
    ActionInfo(
        id="run.resume",
        menu=MENU,
        text="Res&ume",
        icon="play-pause",
        shortcut="Ctrl+F5",
        description="Go on with the selected run from its last field step.",
    ),
    ActionInfo(
        id="engine.builtin",
        menu=MENU,
        text="Bu&ilt-in solver",
        description="Compute new runs with the built-in solver, on the processor.",
        checkable=True,
        starts_group=True,
    ),
    ActionInfo(
        id="engine.mumax3",
        menu=MENU,
        text="&MuMax3",
        description="Compute new runs with your own MuMax3, on the GPU.",
        checkable=True,
    ),
    ActionInfo(
        id="run.both",
        menu=MENU,
        text="Run on &both",
        icon="compare",
        shortcut="Ctrl+Shift+F5",
        description="Compute the current design with both solvers and show how they differ.",
    ),
    ActionInfo(
        id="state.play",
        menu=MENU,
        text="&Play the reversal",
        icon="movie-play-outline",
        shortcut="Ctrl+Space",
        description="Play or pause the stored states of the half-cycle over the falling field.",
        starts_group=True,
    ),
    ActionInfo(
        id="state.next",
        menu=MENU,
        text="&Next stored field",
        icon="skip-next",
        shortcut="Alt+Right",
        description="Show the magnetisation at the next stored field.",
    ),
    ActionInfo(
        id="state.previous",
        menu=MENU,
        text="Pre&vious stored field",
        icon="skip-previous",
        shortcut="Alt+Left",
        description="Show the magnetisation at the stored field before.",
    ),
    ActionInfo(
        id="run.fetch_states",
        menu=MENU,
        text="Fetch &field states…",
        icon="image-multiple-outline",
        description="Bring the magnetisations of the selected run from its cluster, after a look.",
    ),
)
