"""The Jobs menu: what is at work, and what has ended."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&Jobs"
ENTRIES: Final = (
    ActionInfo(
        id="jobs.stop",
        menu=MENU,
        text="&Stop job",
        icon="stop-circle-outline",
        description="Stop the job that is selected in the list; a run keeps its field steps.",
    ),
    ActionInfo(
        id="jobs.resume",
        menu=MENU,
        text="&Resume job",
        icon="play-pause",
        description="Go on with the selected run from its last field step.",
    ),
    ActionInfo(
        id="jobs.rerun",
        menu=MENU,
        text="Run job a&gain",
        icon="restart",
        description="Do the selected job once more; the earlier result of a run goes to the trash.",
    ),
    ActionInfo(
        id="jobs.show",
        menu=MENU,
        text="S&how run in Simulation tab",
        icon="chart-bell-curve-cumulative",
        description="Show the curve and the states of the selected run.",
        starts_group=True,
    ),
    ActionInfo(
        id="jobs.reveal",
        menu=MENU,
        text="Reveal &folder",
        icon="folder-eye-outline",
        description="Open the folder of the selected job in the file manager.",
    ),
    ActionInfo(
        id="jobs.copy_log",
        menu=MENU,
        text="&Copy log",
        icon="content-copy",
        description="Copy what the selected job has said.",
    ),
    ActionInfo(
        id="jobs.remove",
        menu=MENU,
        text="Re&move from list",
        icon="playlist-remove",
        description="Take the selected job off the list; what it made stays.",
        starts_group=True,
    ),
    ActionInfo(
        id="jobs.remove_ended",
        menu=MENU,
        text="Remove all &ended jobs",
        icon="notification-clear-all",
        description="Take every job that is not at work off the list; what they made stays.",
    ),
)
