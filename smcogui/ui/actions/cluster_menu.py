"""The Clusters menu: profiles, contact, and what was submitted."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "Cl&usters"
ENTRIES: Final = (
    ActionInfo(
        id="cluster.submit",
        menu=MENU,
        text="&Run on a cluster…",
        icon="server-network",
        shortcut="Ctrl+Return",
        description="Submit the current design to a cluster, step by step.",
    ),
    ActionInfo(
        id="cluster.submit_campaign",
        menu=MENU,
        text="Run c&ampaign on a cluster…",
        icon="server-network",
        shortcut="Ctrl+Shift+Return",
        description="Submit what is left of the selected campaign to a cluster, step by step.",
    ),
    ActionInfo(
        id="cluster.add",
        menu=MENU,
        text="&New cluster…",
        icon="server-plus",
        description="Describe a cluster and how jobs run there; nothing is submitted.",
        starts_group=True,
    ),
    ActionInfo(
        id="cluster.edit",
        menu=MENU,
        text="&Edit cluster…",
        icon="pencil-outline",
        description="Change the selected cluster: how to sign in, and what jobs ask for.",
    ),
    ActionInfo(
        id="cluster.forget",
        menu=MENU,
        text="Forget cl&uster…",
        icon="server-minus",
        description="Remove the description of the selected cluster; its jobs go on.",
    ),
    ActionInfo(
        id="cluster.connect",
        menu=MENU,
        text="&Connect",
        icon="lan-connect",
        description="Connect to the selected cluster, or sign in again, and ask for all jobs.",
        starts_group=True,
    ),
    ActionInfo(
        id="cluster.disconnect",
        menu=MENU,
        text="&Disconnect",
        icon="lan-disconnect",
        description="End the connection to the selected cluster; its jobs go on.",
    ),
    ActionInfo(
        id="cluster.fetch",
        menu=MENU,
        text="&Fetch results now",
        icon="download-outline",
        description="Bring what is finished on the clusters into the project.",
        starts_group=True,
    ),
    ActionInfo(
        id="cluster.fetch_states",
        menu=MENU,
        text="Fetch field s&tates…",
        icon="image-multiple-outline",
        description="Bring stored magnetisations of the selected submission, after their size.",
    ),
    ActionInfo(
        id="cluster.log",
        menu=MENU,
        text="Read &log",
        icon="text-box-outline",
        description="Show the end of what the selected job wrote on the cluster.",
    ),
    ActionInfo(
        id="cluster.resubmit",
        menu=MENU,
        text="Re&submit what is missing…",
        icon="restore",
        description="Submit runs that failed again, with what helps against the failure.",
    ),
    ActionInfo(
        id="cluster.cancel",
        menu=MENU,
        text="Cancel &jobs…",
        icon="stop-circle-outline",
        description="Cancel the selected jobs, or the whole submission; finished runs are fetched.",
    ),
    ActionInfo(
        id="cluster.clean",
        menu=MENU,
        text="Clean u&p on the cluster…",
        icon="broom",
        description="Remove the folder of a submission on the cluster when all of it is here.",
    ),
    ActionInfo(
        id="cluster.forget_submission",
        menu=MENU,
        text="Forget su&bmission…",
        icon="playlist-remove",
        description="Take a submission off the list of which nothing is expected any more.",
    ),
)
