"""Which actions on clusters are possible, and why the others are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_views import Contact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.cluster_views import ClustersView, LinkView, SubmissionView, TaskView

_NO_CLUSTER: Final = "no cluster is selected"
_NO_SUBMISSION: Final = "no submission is selected"
_NOT_ALL: Final = "not everything is here yet"
_OF_A_SUBMISSION: Final = (
    *("cluster.log", "cluster.resubmit", "cluster.cancel", "cluster.clean"),
    *("cluster.forget_submission", "cluster.fetch_states"),
)
_WORKING: Final = frozenset({Contact.OPEN, Contact.CONNECTING})


def refusals(
    view: ClustersView,
    link: LinkView | None,
    submission: SubmissionView | None,
    tasks: Sequence[TaskView],
) -> dict[str, str]:
    """Return by action why it is not possible now; empty where it is.

    Parameters
    ----------
    view : ClustersView
    link : LinkView or None
        The selected cluster.
    submission : SubmissionView or None
        The selected submission.
    tasks : sequence of TaskView
        Selected jobs of it.
    """
    refused = {
        "cluster.fetch": "" if view.submissions else "nothing was submitted yet",
        **dict.fromkeys(("cluster.edit", "cluster.forget"), "" if link else _NO_CLUSTER),
        "cluster.connect": _refuse_connect(link),
        "cluster.disconnect": _refuse_disconnect(link),
    }
    if submission is None:
        return {**refused, **dict.fromkeys(_OF_A_SUBMISSION, _NO_SUBMISSION)}
    can_resubmit = any(failure.can_resubmit for failure in submission.failures)
    return {
        **refused,
        "cluster.log": _refuse_log(tasks),
        "cluster.resubmit": "" if can_resubmit else "nothing failed that another try would help",
        "cluster.cancel": _refuse_cancel(submission, tasks),
        "cluster.fetch_states": _refuse_states(view, submission),
        "cluster.clean": _refuse_clean(view, submission),
        "cluster.forget_submission": "" if submission.can_forget else _NOT_ALL,
    }


def _refuse_states(view: ClustersView, submission: SubmissionView) -> str:
    if not submission.keeps_states:
        return "no field states of it lie there: campaigns and MuMax3 keep none"
    if view.link(submission.cluster) is None:
        return f"{submission.cluster} was forgotten: describe it again"
    return "" if submission.fetched else "no run of it is here yet"


def _refuse_clean(view: ClustersView, submission: SubmissionView) -> str:
    if submission.can_clean and view.link(submission.cluster) is None:
        return f"{submission.cluster} was forgotten: describe it again to remove what lies there"
    if submission.can_forget and not submission.can_clean:
        return "its folder on the cluster was removed already"
    return "" if submission.can_clean else _NOT_ALL


def _refuse_connect(link: LinkView | None) -> str:
    if link is None:
        return _NO_CLUSTER
    return "it is connected, or about to be" if link.contact in _WORKING else ""


def _refuse_disconnect(link: LinkView | None) -> str:
    if link is None:
        return _NO_CLUSTER
    return "" if link.contact in {*_WORKING, Contact.LOST} else "it is not connected"


def _refuse_log(tasks: Sequence[TaskView]) -> str:
    if len(tasks) != 1:
        return "select one job in Queue"
    return "" if tasks[0].job_id else "it was not submitted, so that there is no log"


def _refuse_cancel(submission: SubmissionView, tasks: Sequence[TaskView]) -> str:
    if submission.is_sending:
        return "it is being sent; wait until that is done"
    if tasks:
        return "the selected jobs have ended" if all(task.is_over for task in tasks) else ""
    # What failed is given back by it, to be submitted anew.
    return "its jobs have ended" if submission.is_over and not submission.failed else ""
