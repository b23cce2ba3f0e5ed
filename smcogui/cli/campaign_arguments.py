"""The words of ``campaign``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smcogui.app.campaign_devices import CPU, DEVICES
from smcogui.campaigns.campaign import ENGINES
from smcogui.runs.spec import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smcogui.cli.parser import Parser


_PRIORITY: Final = "1 (last) to 9 (first)"
_ENGINE: Final = "what computes all of its designs"


def add_campaign_ways(verb: Parser, path: Callable[[str], Path]) -> None:
    """Add all ways of the verb: new, copy, add, run, status, pause, priority, repair and so on.

    Parameters
    ----------
    verb : Parser
    path : callable
        Makes a path of a word, and refuses an empty one.
    """
    ways = verb.add_subparsers(dest="way", metavar="WAY", required=True)

    def way(name: str, text: str, *, names: str | None = None) -> Any:
        made = ways.add_parser(name, help=text, description=text, allow_abbrev=False)
        made.add_argument("project", metavar="PROJECT", type=path)
        made.add_argument("--json", action="store_true", help="one JSON value on standard output")
        if names is None:
            made.add_argument("--name", metavar="NAME", required=True, help="of the campaign")
        else:
            needed = names == "one or more"
            made.add_argument("--name", metavar="NAME", nargs="+", required=needed, help=names)
        return made

    new = way("new", "make an empty campaign; the project too, where there is none")
    new.add_argument("--priority", metavar="N", type=int, default=5, help=_PRIORITY)
    new.add_argument("--engine", choices=ENGINES, default=BUILTIN.name, help=_ENGINE)
    copied = way("copy", "make a campaign of the same designs for another solver")
    copied.add_argument("--to", metavar="NAME", required=True, help="of the new campaign")
    copied.add_argument("--engine", choices=ENGINES, required=True, help=_ENGINE)
    _add_sampling(way("add", "draw a sampling into a campaign and tell what it will cost"), path)
    run = way("run", "work off campaigns until nothing is left", names="all by default")
    run.add_argument(
        "--workers", metavar="N", type=int, help="designs at once (default: the cores)"
    )
    run.add_argument(
        "--device",
        choices=DEVICES,
        default=CPU,
        help="cuda: one process that computes hundreds of half-cycles at once on an NVIDIA GPU; "
        "cpu-batch: the same on the processor, far slower than cpu and there for comparison; "
        "mumax3: campaigns of MuMax3, one design per GPU",
    )
    run.add_argument(
        "--no-packing", action="store_true", help="leave every finished run its own files"
    )
    way("status", "tell where campaigns stand", names="all by default")
    pause = way("pause", "begin nothing new", names="one or more")
    pause.add_argument("--cancel", action="store_true", help="stop what is at work, too")
    turn = way("priority", "set how early a campaign has its turn, also while the queue works")
    turn.add_argument("--priority", metavar="N", type=int, required=True, help=_PRIORITY)
    repair = way("repair", "let designs that failed be tried again")
    repair.add_argument(
        "--outliers",
        action="store_true",
        help="also finished ones that scatter or are outliers, at half the cell size",
    )
    pack = way("pack", "put the field steps of finished runs together in a few files")
    pack.add_argument("--unpack", action="store_true", help="give the runs their own files again")
    _add_export(way("export", "write the finished designs as a dataset"), path)
    released = way(
        "release",
        "write the finished designs of campaigns as one dataset with their packed project; a queue "
        "may be at work",
        names="all by default",
    )
    released.add_argument("--out", metavar="FOLDER", type=path, required=True)
    released.add_argument("--title", metavar="TEXT", default="", help="of the datasheet")
    _add_may_differ(released)


def _add_sampling(verb: Any, path: Callable[[str], Path]) -> None:
    kinds = verb.add_mutually_exclusive_group(required=True)
    kinds.add_argument("--plan", metavar="PLAN.toml", type=path, help="axes, method and filters")
    kinds.add_argument("--points", metavar="FILE", type=path, help="a row per design: CSV, XLSX")
    kinds.add_argument("--training", metavar="N", type=int, help="N designs, mixed for surrogates")
    kinds.add_argument(
        "--suggest", metavar="N", type=int, help="N designs that a surrogate would learn most from"
    )
    kinds.add_argument("--paper-like", action="store_true", help="the grid of 13,125 points")
    verb.add_argument("--base", metavar="FILE", type=path, help="design file for what no axis sets")
    verb.add_argument(
        "--model",
        metavar="NAME",
        help="of --suggest: a surrogate of the project (default its newest), or `shipped`",
    )
    verb.add_argument("--seed", metavar="S", type=int, default=0, help="of --training (default 0)")
    verb.add_argument(
        "--apart-from", metavar="NAME", nargs="+", help="campaigns whose designs are not taken"
    )
    for name, default, text in (
        ("wall-cells", 1.0, "thinnest wall, in cells (default 1)"),
        ("gap-cells", 0.0, "thinnest gap, in cells (default 0)"),
        ("exchange-length", 0.0, "least sqrt(A/K) of the Z phase in nm (default 0)"),
    ):
        verb.add_argument(f"--least-{name}", metavar="X", type=float, default=default, help=text)


def _add_export(verb: Any, path: Callable[[str], Path]) -> None:
    verb.add_argument("--out", metavar="FOLDER", type=path, required=True)
    verb.add_argument("--stem", metavar="WORD", default="designs", help="name of the table")
    verb.add_argument("--title", metavar="TEXT", default="", help="of the datasheet")
    verb.add_argument("--how", metavar="TEXT", default="", help="command, for the datasheet")
    rules = "FLAG of quality, COLUMN=LOW:HIGH or COLUMN=VALUE,VALUE"
    verb.add_argument("--only", metavar="RULE", nargs="+", help=f"what has to hold: {rules}")
    verb.add_argument("--exclude", metavar="RULE", nargs="+", help="what must not hold: the same")
    _add_may_differ(verb)


def _add_may_differ(verb: Any) -> None:
    verb.add_argument(
        "--may-differ",
        metavar="COLUMN",
        nargs="+",
        choices=("exchange_rule", "solver", "layer"),
        help="what may differ among the runs; else they are refused",
    )
