"""What the daemons of Slurm read: slurm.conf and gres.conf, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

NO_ACCOUNTING = ("AccountingStorageType=accounting_storage/none",)
POLLED_MEMORY = ("TaskPlugin=task/none", "JobAcctGatherParams=OverMemoryKill")
"""slurmd looks at the memory of a job each second; the state does not tell what killed it."""
CGROUP_MEMORY = ("TaskPlugin=task/cgroup",)
"""The kernel keeps a job within its memory; the state is OUT_OF_MEMORY. It needs root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node of the cluster, which is one slurmd with a port of its own."""

    name: str
    port: int


def slurm_conf(
    *,
    root: Path,
    host: str,
    user: str,
    port: int,
    nodes: Sequence[Node],
    accounting: Sequence[str],
    memory: Sequence[str],
) -> str:
    """Return slurm.conf of a cluster that reacts within seconds and listens on loopback only."""
    names = ",".join(node.name for node in nodes)
    lines = [
        "ClusterName=loopback",
        f"SlurmctldHost={host}(127.0.0.1)",
        f"SlurmctldPort={port}",
        "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny",
        "AuthType=auth/munge",
        "CredType=cred/munge",
        # Without cred_expire a requeued job waits for over a minute.
        f"AuthInfo=socket={root}/munge/socket,cred_expire=5",
        f"SlurmUser={user}",
        f"SlurmdUser={user}",
        f"StateSaveLocation={root}/state",
        f"SlurmdSpoolDir={root}/spool/%n",
        f"SlurmctldPidFile={root}/slurmctld.pid",
        f"SlurmdPidFile={root}/%n.pid",
        f"SlurmctldLogFile={root}/log/slurmctld.log",
        f"SlurmdLogFile={root}/log/%n.log",
        "ProctrackType=proctrack/linuxproc",
        *memory,
        "MpiDefault=none",
        "SwitchType=switch/none",
        "ReturnToService=2",
        "SchedulerType=sched/backfill",
        "SchedulerParameters=sched_interval=2,bf_interval=2,sched_min_interval=0",
        "SelectType=select/cons_tres",
        "SelectTypeParameters=CR_Core_Memory",
        "GresTypes=gpu",
        "JobAcctGatherType=jobacct_gather/linux",
        "JobAcctGatherFrequency=task=1",
        "JobCompType=jobcomp/filetxt",
        f"JobCompLoc={root}/log/jobcomp.log",
        *accounting,
        "JobRequeue=1",
        "MinJobAge=300",
        "SlurmdTimeout=10",
        "KillWait=3",
        # The nodes below claim more than this machine has.
        "SlurmdParameters=config_overrides",
        *(
            f"NodeName={node.name} NodeHostname={host} NodeAddr=127.0.0.1 Port={node.port}"
            " CPUs=4 RealMemory=2000 Gres=gpu:v100:2 State=UNKNOWN"
            for node in nodes
        ),
        f"PartitionName=gpu Nodes={names} Default=YES MaxTime=01:00:00 DefMemPerCPU=200 State=UP",
        f"PartitionName=short Nodes={names} MaxTime=00:02:00 DefMemPerCPU=200 State=UP",
    ]
    return "\n".join([*lines, ""])


def gres_conf(*, root: Path, nodes: Sequence[Node]) -> str:
    """Return gres.conf with two GPUs a node; only with File= is CUDA_VISIBLE_DEVICES set."""
    lines = [
        f"NodeName={node.name} Name=gpu Type=v100 File={root}/dev/{node.name}-gpu[0-1]"
        for node in nodes
    ]
    return "\n".join([*lines, ""])


def cgroup_conf() -> str:
    """Return cgroup.conf for `CGROUP_MEMORY`."""
    lines = [
        "CgroupPlugin=cgroup/v1",
        "CgroupMountpoint=/sys/fs/cgroup",
        "CgroupAutomount=no",
        "ConstrainRAMSpace=yes",
    ]
    return "\n".join([*lines, ""])
