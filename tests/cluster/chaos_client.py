"""What a user's program does with a campaign on a cluster, as a process that a test can kill.

`python chaos_client.py PROJECT CLUSTER CAMPAIGN` submits what is not submitted yet, follows it,
fetches what is finished, submits again what failed, and ends when nothing is left. Whatever the
cluster does, it goes on; started again, it finds all it needs on the disk.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from loopback.user import TrustingAsker

from smcogui.app.session import Session
from smcogui.errors import ClusterError

# What a person who watches does not do faster.
PAUSE_S = 0.2


def main(project: Path, cluster: str, campaign: str) -> None:
    session = Session(project)
    session.clusters.ask_with(TrustingAsker())
    while session.campaigns.overview(campaign).left:
        try:
            step(session, cluster, campaign)
        except ClusterError as error:
            say(f"{type(error).__name__}: {error.message}")
        time.sleep(PAUSE_S)
    session.clusters.close()
    say("all is here")


def step(session: Session, cluster: str, campaign: str) -> None:
    clusters = session.clusters
    clusters.connect(cluster)
    if not clusters.view().submissions:
        profile = clusters.profile(cluster)
        clusters.submit(clusters.prepare(profile, campaigns=(campaign,)))
        say("submitted")
    for each in clusters.look(cluster).submissions:
        say(f"{each.fetched} of {each.runs} are here")
        failures = [failure for failure in each.failures if failure.can_resubmit]
        if failures and all(task.is_over for task in each.tasks):
            clusters.submit(clusters.prepare_resubmit(each.token))
            say(f"submitted again: {', '.join(failure.kind for failure in failures)}")


def say(words: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
