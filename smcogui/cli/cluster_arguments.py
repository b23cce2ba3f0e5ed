"""The words of ``cluster``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smcogui.cli.parser import Parser

PROFILE_OPTIONS: Final = {
    "host": ("HOST", "login node, or its alias in your ssh configuration"),
    "port": ("N", "port of ssh (default: as the ssh configuration says, else 22)"),
    "user": ("NAME", "your name there"),
    "identity_file": ("PATH", "private key on this computer"),
    "partition": ("NAME", "partition of the scheduler, which PBS and SGE call a queue"),
    "account": ("NAME", "account that is charged"),
    "qos": ("NAME", "quality of service"),
    "gres": ("GRES", "generic resources, such as gpu:1"),
    "constraint": ("FEATURES", "what a node must have, such as v100|a100"),
    "time_limit_min": ("MIN", "time limit of a task in min"),
    "memory_MB": ("MB", "memory of a task in MB; 0 for the cluster's default"),
    "cpus": ("N", "cores of a task"),
    "chunk": ("N", "simulations of a task (25 to 50)"),
    "throttle": ("N", "tasks at once; 0 for as many as the cluster allows"),
    "scratch": ("PATH", "folder on the cluster, such as ~/smco-studio"),
    "python": ("PATH", "Python on the cluster"),
    "mumax3": ("PATH", "MuMax3 on the cluster"),
    "parallel_environment": ("NAME", "by which SGE gives several cores of one node"),
    "memory_resource": ("NAME", "by which SGE is asked for memory, such as h_vmem"),
    "clean_after_days": ("N", "days after which fetched submissions are removed there; 0 keeps"),
    "poll_s": ("S", "how often the scheduler is asked in s, from 30 on"),
}
"""Fields of a profile that are one value, with what stands for it in the help."""


def add_cluster_ways(verb: Parser, path: Callable[[str], Path]) -> None:
    """Add add, check, submit, status, fetch, cancel, resubmit, log, forget, clean and remove.

    Parameters
    ----------
    verb : Parser
    path : callable
        Makes a path of a word, and refuses an empty one.
    """
    ways = verb.add_subparsers(dest="way", metavar="WAY", required=True)

    def way(name: str, text: str, *, project: bool = True) -> Any:
        made = ways.add_parser(name, help=text, description=text, allow_abbrev=False)
        if project:
            made.add_argument("project", metavar="PROJECT", type=path)
        else:
            made.add_argument("cluster", metavar="CLUSTER", help="name of the profile")
        made.add_argument("--json", action="store_true", help="one JSON value on standard output")
        return made

    _add_profile(way("add", "make a profile of a cluster, or change one", project=False), path)
    check = way("check", "connect to a cluster and tell what it has", project=False)
    _add_host_key(check)
    way("remove", "forget a profile", project=False)
    _add_submit(way("submit", "submit campaigns, designs or runs to a cluster"), path)
    status = way("status", "tell where submissions stand, asking their clusters")
    status.add_argument("--offline", action="store_true", help="as it was known last")
    status.add_argument("--follow", action="store_true", help="until all is over; fetches, too")
    _add_host_key(status)
    fetch = way("fetch", "bring finished runs into the project")
    _add_tokens(fetch, needed=False)
    fetch.add_argument("--states", action="store_true", help="field states of runs that are here")
    fetch.add_argument("--run", metavar="ID", nargs="+", default=[], help="states of these only")
    fetch.add_argument("--preview", action="store_true", help="only how many states, and the size")
    fetch.add_argument("--wait", action="store_true", help="until all runs are here, or failed")
    _add_host_key(fetch)
    cancel = way("cancel", "cancel submissions, and wait until they are")
    _add_tokens(cancel, needed=True)
    cancel.add_argument("--task", metavar="N", type=int, nargs="+", help="only these tasks of one")
    _add_host_key(cancel)
    again = way("resubmit", "submit what is missing again, with the remedy of why it is")
    _add_tokens(again, needed=True)
    again.add_argument("--preview", action="store_true", help="show what would be submitted")
    _add_host_key(again)
    log = way("log", "show the last lines that a task wrote")
    _add_tokens(log, needed=True)
    log.add_argument("--task", metavar="N", type=int, default=0, help="number (default 0)")
    log.add_argument("--attempt", metavar="N", type=int, help="from 1 (default: the latest)")
    _add_host_key(log)
    forget = way("forget", "take submissions off the list of which nothing is expected any more")
    _add_tokens(forget, needed=True)
    clean = way("clean", "remove the folders of submissions on their clusters")
    _add_tokens(clean, needed=True)
    _add_host_key(clean)


def _add_profile(verb: Any, path: Callable[[str], Path]) -> None:
    for field, (metavar, text) in PROFILE_OPTIONS.items():
        verb.add_argument(f"--{field.replace('_', '-')}", metavar=metavar, help=text, dest=field)
    verb.add_argument("--engine", choices=("builtin", "builtin_gpu", "mumax3"))
    verb.add_argument(
        "--scheduler",
        choices=("as_found", "slurm", "pbs", "sge"),
        help="which one jobs go to; as_found (the default) takes the one that is there",
    )
    verb.add_argument(
        "--sign-in",
        nargs="+",
        choices=("agent", "key", "keyboard_interactive", "password"),
        help="ways to sign in, in this order",
    )
    verb.add_argument("--modules", metavar="NAME", nargs="*", help="modules that are loaded")
    verb.add_argument(
        *("--option", "--sbatch"),
        dest="sbatch_extras",
        metavar="OPTION",
        action="append",
        help="one more option for the scheduler, as --option=--exclusive; may be given several "
        "times",
    )
    verb.add_argument("--prologue", metavar="FILE", type=path, help="lines of shell for the script")
    verb.add_argument("--requeue", choices=("yes", "no"), help="by the cluster, after a node fails")
    verb.add_argument("--remember-secrets", choices=("yes", "no"), help="in the keyring")


def _add_submit(verb: Any, path: Callable[[str], Path]) -> None:
    verb.add_argument("--cluster", metavar="CLUSTER", required=True, help="name of the profile")
    verb.add_argument("--name", metavar="NAME", nargs="+", default=[], help="campaigns")
    verb.add_argument("--design", metavar="FILE", type=path, nargs="+", default=[])
    verb.add_argument("--run", metavar="ID", nargs="+", default=[], help="runs of the project")
    verb.add_argument("--preview", action="store_true", help="show what would be submitted, only")
    verb.add_argument("--test-only", action="store_true", help="let the scheduler check it, only")
    verb.add_argument("--smoke", action="store_true", help="run a job of a minute first")
    _add_host_key(verb)


def _add_tokens(verb: Any, *, needed: bool) -> None:
    verb.add_argument(
        "--token",
        metavar="TOKEN",
        nargs="+",
        required=needed,
        default=[],
        help="submissions, as status names them" + ("" if needed else " (default: all)"),
    )


def _add_host_key(verb: Any) -> None:
    verb.add_argument(
        "--host-key",
        metavar="SHA256:…",
        default="",
        help="fingerprint of the cluster's host key, where nobody is there to compare it",
    )
