"""Slurm's words: its states, why jobs wait, and what it says when it does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.runs.cluster.job import JobState, PendingReason

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATES: Final[Mapping[str, JobState]] = {
    "PENDING": JobState.PENDING,
    "CONFIGURING": JobState.PENDING,
    "REQUEUED": JobState.PENDING,
    "REQUEUE_FED": JobState.PENDING,
    "REQUEUE_HOLD": JobState.PENDING,
    "SPECIAL_EXIT": JobState.PENDING,
    "RESV_DEL_HOLD": JobState.PENDING,
    "RUNNING": JobState.RUNNING,
    "RESIZING": JobState.RUNNING,
    "SIGNALING": JobState.RUNNING,
    "SUSPENDED": JobState.SUSPENDED,
    "STOPPED": JobState.SUSPENDED,
    "COMPLETING": JobState.COMPLETING,
    "STAGE_OUT": JobState.COMPLETING,
    "COMPLETED": JobState.COMPLETED,
    "FAILED": JobState.FAILED,
    "LAUNCH_FAILED": JobState.FAILED,
    "RECONFIG_FAIL": JobState.FAILED,
    "CANCELLED": JobState.CANCELLED,
    "REVOKED": JobState.CANCELLED,
    "TIMEOUT": JobState.TIMEOUT,
    "DEADLINE": JobState.TIMEOUT,
    "OUT_OF_MEMORY": JobState.OUT_OF_MEMORY,
    "NODE_FAIL": JobState.NODE_FAIL,
    "BOOT_FAIL": JobState.NODE_FAIL,
    "PREEMPTED": JobState.PREEMPTED,
}
HELD_STATES: Final = frozenset({"REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD"})
"""States in which a job waits for a person."""


def state_of(word: str) -> JobState:
    """Return the state for Slurm's word, such as ``CANCELLED by 1000``; UNKNOWN for a new one."""
    first = word.split()[0].rstrip("+") if word.split() else ""
    return _STATES.get(first.upper(), JobState.UNKNOWN)


_CANCEL: Final = "cancel it, and submit again "
_REASONS: Final[Mapping[str, tuple[str, str]]] = {
    # What clears by itself.
    "None": ("waits for its turn", ""),
    "Priority": ("jobs of higher priority come first", ""),
    "Resources": ("waits for enough free nodes, cores, memory or GPUs", ""),
    "BeginTime": ("may not begin before a given time, as after it was put back into the queue", ""),
    "Dependency": ("waits for another job", ""),
    "JobArrayTaskLimit": ("as many tasks of this array run as the throttle allows", ""),
    "NodeDown": ("a node that it needs is down", ""),
    "Nodes_required_for_job_are_DOWN,_DRAINED_or_reserved_for_jobs_in_higher_priority_partitions": (
        "the nodes that it needs are down, drained or reserved",
        "",
    ),
    "ReqNodeNotAvail": ("nodes that it needs are down, drained or reserved", ""),
    "PartitionDown": ("its partition is closed for new jobs at the moment", ""),
    "Prolog": ("the node is being prepared", ""),
    "Cleaning": ("its nodes are being cleaned up after its last start", ""),
    "Licenses": ("waits for a licence", ""),
    "Reservation": ("waits for its reservation", ""),
    "SchedDefer": ("the scheduler looks at it later", ""),
    "AssociationJobLimit": ("as many jobs of your account run as it allows", ""),
    "AssocMaxJobsLimit": ("as many of your jobs run as your account allows", ""),
    "AssocGrpCpuLimit": ("your group uses all the cores that it may", ""),
    "AssocGrpGRES": ("your group uses all the GPUs that it may", ""),
    "AssocGrpMemLimit": ("your group uses all the memory that it may", ""),
    "AssocGrpNodeLimit": ("your group uses all the nodes that it may", ""),
    "AssocGrpJobsLimit": ("as many jobs of your group run as it may have", ""),
    "QOSMaxJobsPerUserLimit": ("as many of your jobs run as the QOS allows", ""),
    "QOSMaxCpuPerUserLimit": ("your jobs use all the cores that the QOS allows", ""),
    "QOSMaxGRESPerUser": ("your jobs use all the GPUs that the QOS allows", ""),
    "QOSMaxMemoryPerUser": ("your jobs use all the memory that the QOS allows", ""),
    "QOSGrpCpuLimit": ("the QOS has no more cores to give", ""),
    "QOSGrpGRES": ("the QOS has no more GPUs to give", ""),
    "QOSGrpJobsLimit": ("the QOS has no more jobs to give", ""),
    "QOSResourceLimit": ("the QOS has no more to give", ""),
    # What waits for a person.
    "PartitionTimeLimit": (
        "asks for more time than its partition allows, and waits for ever",
        _CANCEL + "with less time or to another partition",
    ),
    "PartitionNodeLimit": (
        "asks for more than its partition has or allows, and waits for ever",
        _CANCEL + "to another partition or with less",
    ),
    "PartitionInactive": (
        "its partition takes no jobs",
        "ask the administrators, or " + _CANCEL + "to another partition",
    ),
    "DependencyNeverSatisfied": (
        "waits for a job that did not end well, and so for ever",
        _CANCEL + "without the dependency",
    ),
    "JobHeldUser": ("is held by you", "`scontrol release JOB` lets it go on, or cancel it"),
    "JobHeldAdmin": ("is held by an administrator", "ask the administrators why, or cancel it"),
    "JobHoldMaxRequeue": (
        "failed to start too often and is held",
        _CANCEL + "after the administrators looked at its nodes",
    ),
    "BadConstraints": (
        "no node has what it asks for (features, GPUs, memory), and it waits for ever",
        _CANCEL + "with what `sinfo -o '%P %G %m %f'` lists",
    ),
    "InvalidAccount": ("its account does not exist here", _CANCEL + "with another account"),
    "InvalidQOS": ("its QOS does not exist or is not yours", _CANCEL + "with another QOS"),
    "AccountingPolicy": (
        "breaks a rule of your account, and waits until that is changed",
        "ask the administrators which limit it is",
    ),
    "AccountNotAllowed": ("its account may not use this partition", _CANCEL + "with another one"),
    "QOSNotAllowed": ("its QOS may not be used in this partition", _CANCEL + "with another QOS"),
    "DeadLine": ("cannot be done before its deadline", _CANCEL + "without --deadline"),
    "InactiveLimit": ("its partition's inactive limit is reached", "ask the administrators"),
    "AssocMaxWallDurationPerJobLimit": (
        "asks for more time than your account allows, and waits for ever",
        _CANCEL + "with less time",
    ),
    "QOSMaxWallDurationPerJobLimit": (
        "asks for more time than the QOS allows, and waits for ever",
        _CANCEL + "with less time or another QOS",
    ),
    "QOSMinGRES": ("asks for fewer GPUs than the QOS wants", _CANCEL + "with more, or another QOS"),
}
_NEVER_PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "PerJob": (
        "one task alone asks for more than your account or QOS allows, and waits for ever",
        _CANCEL + "with less",
    ),
    "PerNode": (
        "asks for more on a node than your account or QOS allows, and waits for ever",
        _CANCEL + "with less",
    ),
    "Minutes": (
        "the computing time of your account or group is used up",
        "ask the administrators for more, or use another account",
    ),
    "Billing": (
        "the budget of your account or group is used up",
        "ask the administrators for more, or use another account",
    ),
}
"""Parts of the many names of limits that do not clear by themselves."""


def explain_reason(code: str) -> PendingReason:
    """Return why a job waits in plain words; a reason that is not known is shown as it is."""
    # ReqNodeNotAvail, UnavailableNodes:n[1-2] and the like bring details behind a comma.
    word = code.strip().removeprefix("(").removesuffix(")")
    words, advice = _REASONS.get(word) or _REASONS.get(word.split(",")[0], ("", ""))
    if not words:
        part = next((each for each in _NEVER_PARTS if each in word), None)
        words, advice = _NEVER_PARTS.get(part or "", (f"waits; Slurm's reason is {word}", ""))
    return PendingReason(code=word, words=words, never_clears=bool(advice), advice=advice)


SILENCE: Final = (
    "unable to contact slurm controller",
    "slurm_persist_conn_open",
    "socket timed out",
    "zero bytes were transmitted",
    "communication connection failure",
    "connection refused",
    "connection timed out",
    "controller not responding",
    "unable to establish controller machine",
    "munge encode failed",
    "munge decode failed",
    "authentication credential",
    "protocol authentication error",
    "resource temporarily unavailable",
    "slurmdbd is not responding",
    "slurmctld is not responding",
    "slurm backup controller in standby mode",
    "problem talking to the database",
    "unable to resolve",
)
"""What its client says, in lower case, where Slurm itself did not answer."""

REFUSALS: Final[tuple[tuple[str, str], ...]] = (
    ("invalid partition", "choose a partition that the cluster has"),
    ("invalid account", "choose an account and partition that are yours"),
    ("invalid qos", "choose a QOS that your account allows"),
    ("requested time limit", "ask for less time, or another partition"),
    ("time limit specified", "ask for less time, or another partition"),
    ("invalid generic resource", "choose GPUs that the partition has"),
    ("invalid feature", "choose a constraint that the nodes have"),
    ("memory specification", "ask for less memory, or another partition"),
    ("node configuration is not available", "ask for less, or for what the partition's nodes have"),
    ("assocmaxsubmit", "wait until jobs have ended, or submit fewer tasks at once"),
    ("qosmaxsubmit", "wait until jobs have ended, or submit fewer tasks at once"),
    ("violates accounting/qos policy", "ask for less, or wait until jobs have ended"),
    ("invalid job array", "submit fewer tasks at once"),
    ("partition-closed", "choose a partition that is open"),
    ("partition not available", "choose a partition that is open"),
    ("down or drained", "choose another partition, or wait"),
    ("slurm temporarily unable to accept job", "wait: the queue of the cluster is full"),
    ("invalid user id", "ask the administrators: your account is not known to Slurm"),
)
"""What to do about a refused submission, by what its client says in lower case."""
