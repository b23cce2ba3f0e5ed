"""The words of the command line."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import smcogui
from smcogui.cli.analyse_arguments import ANALYSE_TEXT, add_analyse
from smcogui.cli.campaign_arguments import add_campaign_ways
from smcogui.cli.cluster_arguments import add_cluster_ways
from smcogui.cli.segment_arguments import SEGMENT_TEXT, add_segment
from smcogui.cli.surrogate_arguments import INVERT_TEXT, PREDICT_TEXT, add_invert, add_predict
from smcogui.cli.train_arguments import TRAIN_TEXT, add_train
from smcogui.errors import InputError
from smcogui.runs.children import program_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERBS: Final = (
    *("design", "run", "compare", "export", "field", "solve"),
    *("project", "campaign", "cluster", "train", "analyse", "predict", "invert"),
    *("samples", "segment", "script", "doctor"),
)
_CHOICE_MESSAGE: Final = re.compile(
    r"invalid choice: '?(?P<given>[^' ]*)'? \(choose from (?P<known>.*)\)"
)

_TYPE_MESSAGE: Final = re.compile(r"invalid (?P<type>int|float) value: (?P<given>.*)")
_TYPES: Final = {"int": "a whole number", "float": "a number"}


_NEGATIVE_NUMBER: Final = re.compile(r"-(\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?|inf|nan)", re.I)


def _path(word: str) -> Path:
    """Return a path that was given; an empty one would silently be the working directory."""
    if not word.strip():
        raise argparse.ArgumentTypeError("is empty; allowed is a path")
    return Path(word)


def _in_case(with_capitals: Mapping[str, str], word: str) -> str:
    """Return a word with the capitals of the option that it names; other words as they are."""
    name, equals, value = word.partition("=")
    return f"{with_capitals.get(name.casefold(), name)}{equals}{value}"


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that raises InputError, so that ``--json`` can report it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # argparse knows -1 and -0.5 as numbers, and takes -1e-3 and -inf for options.
        self._negative_number_matcher = _NEGATIVE_NUMBER

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse, and take units in the names of options in any case: ``--memory-mb``."""
        given = sys.argv[1:] if args is None else list(args)
        with_capitals = {
            name.casefold(): name for name in self._option_string_actions if name != name.casefold()
        }
        return super().parse_known_args(
            [_in_case(with_capitals, word) for word in given], namespace
        )

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the arguments, naming the nearest known word."""
        key = None
        if message.startswith("argument "):
            key, _, message = message.removeprefix("argument ").partition(": ")
        wrong = _TYPE_MESSAGE.fullmatch(message)
        if wrong is not None:
            given, allowed = wrong["given"], _TYPES[wrong["type"]]
            raise InputError(
                f"{key} is {given}; allowed is {allowed}", key=key, given=given, allowed=allowed
            )
        if key is not None and message.startswith("is empty"):
            raise InputError(f"{key} {message}", key=key, given="''", allowed="a path")
        match = _CHOICE_MESSAGE.search(message)
        if match is None:
            hint = f"{message}. `{self.prog} --help` shows the usage"
            raise InputError(hint, key=key)
        given, known = match["given"], match["known"].replace("'", "")
        near = difflib.get_close_matches(given, known.split(", "), n=1)
        nearest = f"; the nearest is {near[0]!r}" if near else ""
        what = "the verb" if key == "VERB" else key
        raise InputError(
            f"{what} is {given!r}; allowed are {known}{nearest}",
            key=key,
            given=given,
            allowed=known,
        )


def make_parser() -> Parser:
    """Return the parser of all verbs."""
    parser = Parser(
        prog=program_name(),
        allow_abbrev=False,
        description="SmCo Studio: design of SmCo-1:7 magnets. Without a verb the window opens.",
    )
    parser.add_argument("--version", action="version", version=smcogui.__version__)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    _add_design(verbs)
    _add_run(verbs)
    _add_compare(verbs)
    _add_export(verbs)
    _add_field(verbs)
    _add_solve(verbs)
    _add_project(verbs)
    _add_campaign(verbs)
    _add_cluster(verbs)
    add_train(_verb(verbs, "train", TRAIN_TEXT), _path)
    add_analyse(_verb(verbs, "analyse", ANALYSE_TEXT), _path)
    add_predict(_verb(verbs, "predict", PREDICT_TEXT), _path)
    add_invert(_verb(verbs, "invert", INVERT_TEXT), _path)
    _add_samples(verbs)
    add_segment(_verb(verbs, "segment", SEGMENT_TEXT), _path)
    _add_script(verbs)
    _add_doctor(verbs)
    return parser


_Verbs = argparse._SubParsersAction  # noqa: SLF001  (argparse has no public name for it)


def _verb(verbs: _Verbs[Parser], name: str, text: str) -> Parser:
    verb = verbs.add_parser(name, help=text, description=text, allow_abbrev=False)
    verb.add_argument(
        "--json",
        action="store_true",
        help="one JSON value on standard output, everything else on standard error",
    )
    return verb


def _add_file(verb: Parser) -> None:
    verb.add_argument("file", metavar="FILE", type=_path, help="a design file (TOML)")


def _add_cycle(verb: Parser) -> None:
    verb.add_argument(
        "--cycle",
        metavar="K",
        type=int,
        default=0,
        help="half-cycle whose pattern offsets are used, from 0 (default 0)",
    )


def _add_design(verbs: _Verbs[Parser]) -> None:
    verb = _verb(verbs, "design", "check a design file and show what follows from it")
    _add_file(verb)


def _add_choices(verb: Parser) -> None:
    """Add what a run may take from the command line instead of the design."""
    verb.add_argument("--cycles", metavar="N", type=int, help="half-cycles instead of the design's")
    verb.add_argument("--seed", metavar="S", type=int, help="seed instead of the design's")
    verb.add_argument("--cell", metavar="NM", type=float, help="cell in nm instead of the design's")
    verb.add_argument("--gpu", metavar="N", type=int, help="only this GPU, for MuMax3")


def _add_run(verbs: _Verbs[Parser]) -> None:
    verb = _verb(verbs, "run", "compute the M-H curves of a design and read Hc, Hp and Phi_p")
    _add_file(verb)
    verb.add_argument("--out", metavar="DIR", type=_path, help="run folder (default runs/<run_id>)")
    _add_choices(verb)
    verb.add_argument(
        "--snapshots",
        metavar="T",
        type=float,
        nargs="+",
        help="fields in T at which states are stored besides remanence, Hp and Hc",
    )
    verb.add_argument("--backend", choices=("builtin", "mumax3"), default="builtin")
    verb.add_argument("--device", choices=("cpu", "cuda"), default="cpu")


def _add_compare(verbs: _Verbs[Parser]) -> None:
    verb = _verb(verbs, "compare", "run a design on several backends and tell the differences")
    _add_file(verb)
    verb.add_argument(
        "--backends",
        metavar="NAMES",
        default="builtin,mumax3",
        help="with commas between; the first is the reference (default builtin,mumax3)",
    )
    verb.add_argument(
        "--out", metavar="DIR", type=_path, help="gets a folder per design (default compared)"
    )
    _add_choices(verb)


def _add_export(verbs: _Verbs[Parser]) -> None:
    verb = _verb(verbs, "export", "write the region ids of a design for other programs")
    _add_file(verb)
    kinds = verb.add_mutually_exclusive_group(required=True)
    for kind, text in (
        ("ovf", "OVF 2.0 (OOMMF, MuMax3)"),
        ("vti", "VTK image data (ParaView)"),
        ("stl", "closed surfaces in nm, all phases and one file per phase"),
        ("csv", "one row per cell"),
        ("mx3", "a MuMax3 script and its region file"),
    ):
        kinds.add_argument(f"--{kind}", metavar="PATH", type=_path, help=text)
    _add_cycle(verb)


def _add_field(verbs: _Verbs[Parser]) -> None:
    verb = _verb(verbs, "field", "evaluate the fields of a magnetisation, term by term, in A/m")
    _add_file(verb)
    verb.add_argument(
        "--state",
        metavar="STATE.ovf",
        type=_path,
        required=True,
        help="unit vectors on the design's mesh",
    )
    verb.add_argument(
        "--mu0H",
        metavar="T",
        type=float,
        required=True,
        help="applied field in T along the design's field direction",
    )
    verb.add_argument("--out", metavar="DIR", type=_path, required=True)
    _add_cycle(verb)


def _add_solve(verbs: _Verbs[Parser]) -> None:
    verb = _verb(verbs, "solve", "solve one problem folder (docs/formats.md)")
    verb.add_argument("folder", metavar="FOLDER", type=_path)


def _add_project(verbs: _Verbs[Parser]) -> None:
    verb = _verb(verbs, "project", "list, copy, pack and unpack projects")
    ways = verb.add_mutually_exclusive_group(required=True)
    folder = "folder of a project"
    ways.add_argument("--list", metavar="PROJECT", type=_path, help=f"its runs; {folder}")
    for name, target, text in (
        ("copy", "FOLDER", "copy a project into a new folder, also while runs are at work"),
        ("export", "FILE.smco", "pack a project into one file"),
    ):
        ways.add_argument(f"--{name}", metavar=("PROJECT", target), nargs=2, type=_path, help=text)
    ways.add_argument(
        "--import",
        dest="unpack",
        metavar=("FILE.smco", "FOLDER"),
        nargs=2,
        type=_path,
        help="unpack a project into a new folder",
    )
    ways.add_argument(
        "--import-run",
        metavar=("PROJECT", "RUN"),
        nargs=2,
        type=_path,
        help="import a finished MuMax3 or OOMMF run: the folder of its table.txt, or its .odt file",
    )
    ways.add_argument(
        "--import-dataset",
        metavar=("PROJECT", "DATASET"),
        nargs=2,
        type=_path,
        help="check a dataset that `campaign export` wrote, and copy it into a project",
    )
    verb.add_argument("--name", metavar="NAME", default="", help="of an imported dataset")
    verb.add_argument(
        "--may-differ",
        metavar="COLUMN",
        nargs="+",
        choices=("exchange_rule", "solver", "layer"),
        help="what may differ among the rows of an imported dataset; else it is refused",
    )
    verb.add_argument(
        "--design",
        metavar="FILE",
        type=_path,
        help="what an imported run is of; by default the .json that export --mx3 wrote",
    )


def _add_campaign(verbs: _Verbs[Parser]) -> None:
    text = "many designs: sampled, worked off, watched, repaired, exported"
    verb = verbs.add_parser("campaign", help=text, description=text, allow_abbrev=False)
    add_campaign_ways(verb, _path)


def _add_cluster(verbs: _Verbs[Parser]) -> None:
    text = "runs on a cluster: submitted, followed, fetched, repaired"
    verb = verbs.add_parser("cluster", help=text, description=text, allow_abbrev=False)
    add_cluster_ways(verb, _path)


def _add_samples(verbs: _Verbs[Parser]) -> None:
    text = "list the samples of the literature (Suppl. Table 1), or make a design of one"
    verb = _verb(verbs, "samples", text)
    verb.add_argument("--row", metavar="N", type=int, help="only this row of the table, from 1")
    verb.add_argument(
        "--complete", action="store_true", help="only samples of which L, d, wS and wZ are known"
    )
    verb.add_argument("--out", metavar="FILE", type=_path, help="design file to write; needs --row")
    verb.add_argument(
        "--base",
        metavar="FILE",
        type=_path,
        help="design file with everything that the table does not give (default the shipped base)",
    )


def _add_script(verbs: _Verbs[Parser]) -> None:
    text = "run a Python script with the program's own Python and packages"
    # Without --json: what follows the file is the script's.
    verb = verbs.add_parser("script", help=text, description=text, allow_abbrev=False)
    verb.add_argument("file", metavar="FILE", type=_path, help="a Python script")
    verb.add_argument(
        "arguments", metavar="ARGUMENT", nargs=argparse.REMAINDER, help="handed to the script"
    )


def _add_doctor(verbs: _Verbs[Parser]) -> None:
    _verb(verbs, "doctor", "check what this machine has and what is missing")
