"""What is said beside each choice of a profile, from what the cluster told about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from smcogui.app.cluster_states import most_submitted
from smcogui.units.durations import minutes_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.scheduler import Association, Limits, Partition

_CHUNKS: Final = (25, 50)
_MOST_NAMES: Final = 8
_LONG_WAIT_MIN: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A sentence about one choice; a warning where jobs are likely not to start or to fail."""

    words: str
    level: Literal["note", "warning"] = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCluster:
    """What a cluster told about itself; empty where it was not asked, or did not say.

    Parameters
    ----------
    partitions : sequence of Partition
    associations : sequence of Association
        Accounts of the user.
    limits : Limits, optional
    """

    partitions: Sequence[Partition] = ()
    associations: Sequence[Association] = ()
    limits: Limits | None = None

    def partition_of(self, profile: ClusterProfile) -> Partition | None:
        """Return the partition that jobs of a profile go to; None where it is not known."""
        if not profile.partition:
            return next((each for each in self.partitions if each.is_default), None)
        return next((each for each in self.partitions if each.name == profile.partition), None)

    def qos_of(self, profile: ClusterProfile) -> tuple[str, ...]:
        """Return the QOS that the account of a profile may use; empty where nothing is known."""
        fitting = [a for a in self.associations if profile.account in {"", a.account}]
        return tuple(dict.fromkeys(name for each in fitting for name in each.qos))


def advise(profile: ClusterProfile, known: KnownCluster) -> dict[str, Advice]:
    """Return by field of the profile what there is to say about its value."""
    part = known.partition_of(profile)
    advice = {
        "partition": _on_partition(profile, known, part),
        "account": _on_account(profile, known),
        "qos": _on_qos(profile, known),
        "gres": _on_gres(profile, part),
        "constraint": _on_constraint(profile, part),
        "time_limit_min": _on_time(profile, part),
        "memory_MB": _on_memory(profile, part),
        "cpus": _on_cpus(profile, part),
        "chunk": _on_chunk(profile),
        "throttle": _on_throttle(profile, known),
        "parallel_environment": _on_parallel_environment(profile, known.limits),
        "memory_resource": _on_memory_resource(profile, known.limits),
    }
    return {field: each for field, each in advice.items() if each is not None}


def partition_text(part: Partition) -> str:
    """Return what a partition offers, in a sentence."""
    limit = "no time limit" if part.max_time_min is None else minutes_text(part.max_time_min)
    nodes = f"{part.nodes} {'node' if part.nodes == 1 else 'nodes'}"
    each = [f"{part.cpus_per_node} cores", f"{part.memory_MB_per_node / 1000:.3g} GB"]
    gres = f", {', '.join(part.gres)}" if part.gres else ", no GPU"
    most = limit if part.max_time_min is None else f"at most {limit}"
    closed = "" if part.is_up else "; it is closed now"
    return f"{part.name}: {most}, {nodes} of {' and '.join(each)}{gres}{closed}"


def _on_partition(
    profile: ClusterProfile, known: KnownCluster, part: Partition | None
) -> Advice | None:
    if not known.partitions:
        return None
    if part is not None:
        default = "" if profile.partition else "The default is "
        level: Literal["note", "warning"] = "note" if part.is_up else "warning"
        return Advice(words=f"{default}{partition_text(part)}.", level=level)
    names = _listed([each.name for each in known.partitions])
    if not profile.partition and known.limits is not None and known.limits.chooses_partition:
        return Advice(words=f"The scheduler chooses among {names}.")
    if not profile.partition:
        return Advice(words=f"There is no default: choose one of {names}.", level="warning")
    return Advice(words=f"The cluster shows no such partition, only {names}.", level="warning")


def _on_account(profile: ClusterProfile, known: KnownCluster) -> Advice | None:
    names = list(dict.fromkeys(each.account for each in known.associations))
    if not names:
        return None
    if profile.account and profile.account not in names:
        return Advice(words=f"Your accounts are {_listed(names)}.", level="warning")
    if not profile.account and len(names) > 1:
        return Advice(words=f"You have several: {_listed(names)}; empty takes your default.")
    return None


def _on_qos(profile: ClusterProfile, known: KnownCluster) -> Advice | None:
    names = known.qos_of(profile)
    if profile.qos and names and profile.qos not in names:
        return Advice(words=f"This account may use {_listed(names)}.", level="warning")
    return None


def _on_gres(profile: ClusterProfile, part: Partition | None) -> Advice | None:
    needs_gpu = profile.engine != "builtin"
    has_gpu = any("gpu" in line for line in (profile.gres, *profile.sbatch_extras))
    if needs_gpu and not has_gpu:
        return Advice(
            words="The solver computes on a GPU and none is asked for: gpu:1.", level="warning"
        )
    if needs_gpu and _gpus_of(profile.gres) > 1:
        return Advice(words="The solver uses one GPU a job: gpu:1.", level="warning")
    offered = [] if part is None else [gres for gres in part.gres if gres.startswith("gpu")]
    if profile.gres.startswith("gpu") and part is not None:
        kinds = {gres.split(":")[1] for gres in offered if gres.count(":") > 1}
        asked = profile.gres.split(":")
        kind = asked[1] if len(asked) > 1 and not asked[1].isdigit() else ""
        if not offered or (kind and kinds and kind not in kinds):
            there = _listed(offered) if offered else "no GPU"
            return Advice(words=f"Partition {part.name} has {there}.", level="warning")
    if not needs_gpu and profile.gres.startswith("gpu"):
        return Advice(words="The built-in solver on cores leaves the GPU idle.", level="warning")
    return Advice(words="The solver needs one GPU a job: gpu:1.") if needs_gpu else None


def _gpus_of(gres: str) -> int:
    """Return how many GPUs generic resources ask for: 2 of ``gpu:v100:2``."""
    last = gres.split(",")[0].rpartition(":")[2] if gres.startswith("gpu:") else ""
    return int(last) if last.isdecimal() else 1


def _on_constraint(profile: ClusterProfile, part: Partition | None) -> Advice | None:
    if part is None or not part.features:
        return None
    words = Advice(words=f"Nodes of {part.name} have {_listed(part.features)}.")
    return words if profile.constraint else None


def _on_time(profile: ClusterProfile, part: Partition | None) -> Advice:
    asked = minutes_text(profile.time_limit_min)
    most = None if part is None else part.max_time_min
    if part is not None and most is not None and profile.time_limit_min > most:
        return Advice(
            words=f"{asked} is more than {part.name} allows ({minutes_text(most)}): jobs would "
            "wait for ever.",
            level="warning",
        )
    late = profile.time_limit_min > _LONG_WAIT_MIN
    tip = "Long limits wait longer; fewer simulations a job need less." if late else ""
    return Advice(words=f"{asked}. {tip or 'Shorter limits mostly start earlier.'}")


def _on_memory(profile: ClusterProfile, part: Partition | None) -> Advice | None:
    most = 0.0 if part is None else part.memory_MB_per_node
    if part is not None and most and profile.memory_MB > most:
        return Advice(
            words=f"Nodes of {part.name} have {most / 1000:.3g} GB: jobs would not start.",
            level="warning",
        )
    return None


def _on_cpus(profile: ClusterProfile, part: Partition | None) -> Advice | None:
    most = 0 if part is None else part.cpus_per_node
    if part is not None and most and profile.cpus > most:
        return Advice(
            words=f"Nodes of {part.name} have {most} cores: jobs would not start.",
            level="warning",
        )
    if profile.engine != "builtin" and profile.cpus > 1:
        return Advice(words="On a GPU one or two cores are enough.")
    return None


def _on_chunk(profile: ClusterProfile) -> Advice | None:
    least, most = _CHUNKS
    if profile.chunk < least:
        return Advice(
            words=f"Fewer than {least} make many short jobs, which wait more than they run."
        )
    if profile.chunk > most:
        return Advice(words=f"More than {most} make long jobs: more is left to do after a failure.")
    return None


def _on_throttle(profile: ClusterProfile, known: KnownCluster) -> Advice | None:
    most = most_submitted(known.associations, profile.account, profile.partition)
    if most is None:
        return None
    words = f"Your account may have {most} jobs in the queue at a time."
    return Advice(words=words, level="warning" if profile.throttle > most else "note")


def _on_parallel_environment(profile: ClusterProfile, limits: Limits | None) -> Advice | None:
    names = () if limits is None else limits.parallel_environments
    if profile.cpus == 1 or not names or profile.parallel_environment in names:
        return None
    words = f"The cluster has {_listed(names)}; ask which of them gives cores of one node."
    return Advice(words=words, level="warning")


def _on_memory_resource(profile: ClusterProfile, limits: Limits | None) -> Advice | None:
    names = () if limits is None else limits.memory_resources
    if not profile.memory_MB or not names or profile.memory_resource in names:
        return None
    words = f"Memory is given to jobs here by {_listed(names)}; others may use it up otherwise."
    return Advice(words=words, level="warning")


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
