"""The Surrogates menu: models that answer at once, and what is asked of them."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "Surro&gates"
ENTRIES: Final = (
    ActionInfo(
        id="surrogate.find",
        menu=MENU,
        text="&Find designs",
        icon="target",
        shortcut="Ctrl+Shift+D",
        description="Find designs that are predicted to have the wanted Hc, Φp and so on.",
    ),
    ActionInfo(
        id="surrogate.pareto",
        menu=MENU,
        text="&Best trade-offs",
        icon="scale-balance",
        description="List designs of which none is predicted to be better in every ticked reading.",
    ),
    ActionInfo(
        id="surrogate.stop_search",
        menu=MENU,
        text="Stop the &search",
        icon="stop",
        description="Stop looking for designs; what was found before stays.",
    ),
    ActionInfo(
        id="surrogate.load",
        menu=MENU,
        text="Use as &design",
        icon="tray-arrow-down",
        description="Make the selected candidate the current design; it can be undone.",
    ),
    ActionInfo(
        id="surrogate.verify",
        menu=MENU,
        text="&Verify by simulation",
        icon="check-decagram-outline",
        description="Let the queue simulate the selected candidates, or all, in the background.",
    ),
    ActionInfo(
        id="surrogate.show_run",
        menu=MENU,
        text="S&how run of the candidate",
        icon="chart-bell-curve-cumulative",
        description="Show the run of the selected verified candidate in the Simulation tab.",
    ),
    ActionInfo(
        id="surrogate.use",
        menu=MENU,
        starts_group=True,
        text="&Predict with the surrogate",
        icon="check-circle-outline",
        description="Let the selected surrogate answer beside the sliders and find designs.",
    ),
    ActionInfo(
        id="surrogate.suggest",
        menu=MENU,
        text="S&uggest the next runs…",
        icon="lightbulb-on-outline",
        description="Put the designs that the surrogate would learn most from into a campaign.",
    ),
    ActionInfo(
        id="surrogate.train",
        menu=MENU,
        text="&Train a surrogate…",
        icon="school-outline",
        description="Learn a surrogate from finished designs of the project, in the background.",
        starts_group=True,
    ),
    ActionInfo(
        id="surrogate.stop",
        menu=MENU,
        text="St&op training",
        icon="stop-circle-outline",
        description="Stop the training of the selected surrogate; it can go on later.",
    ),
    ActionInfo(
        id="surrogate.resume",
        menu=MENU,
        text="&Go on with training",
        icon="play-pause",
        description="Go on with a training that ended early, with the designs that it began with.",
    ),
)
