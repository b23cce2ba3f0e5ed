"""``analyse PROJECT|DATASET``: statistics, figures by name, verdicts on the paper's claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smcogui.analysis.figure_spec import DEFAULT_DPI, FigureSpec, check_suffix
from smcogui.analysis.gallery.registry import figure_kind
from smcogui.app.analysis import Analysis
from smcogui.app.analysis_source import open_source
from smcogui.app.analysis_text import claims_page
from smcogui.cli.output import format_value, write_json, write_line, write_table
from smcogui.data.exporters import file_to_write, write_file
from smcogui.errors import InputError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_LARGEST_SEED = 2**31 - 1


def execute(options: argparse.Namespace) -> int:
    """List or draw, and tell what came of it."""
    _check(options)
    source = open_source(options.source.absolute(), options.set or (), options.may_differ or ())
    analysis = Analysis(source, surrogate=options.model, model=options.fit, seed=options.seed)
    if options.figure is not None:
        _tell(_draw(analysis, options), as_json=options.json)
    elif options.claims is not None:
        _tell(_write_claims(analysis, options), as_json=options.json)
    elif options.json:
        write_json({**analysis.overview(), "statistics": analysis.statistics()})
    else:
        _list(analysis)
    return 0


def _draw(analysis: Analysis, options: argparse.Namespace) -> dict[str, Any]:
    kind = figure_kind(options.figure)
    spec, title = None, options.title or ""
    if title or not options.width is options.height is options.dpi is None:
        spec = FigureSpec(
            width_mm=kind.width_mm if options.width is None else options.width,
            height_mm=options.height,
            dpi=DEFAULT_DPI if options.dpi is None else options.dpi,
            title=title,
        )
    out = options.out.absolute()
    provenance = analysis.export(options.figure, out, spec, options=read_options(options.option))
    return {"figure": str(out), "provenance": str(provenance), "designs": len(analysis.source.rows)}


def read_options(words: Sequence[str] | None) -> dict[str, str]:
    """Return options by key; raises InputError where one has no value."""
    found = {}
    for word in words or ():
        key, sign, value = word.partition("=")
        if not (sign and key):
            raise InputError(
                f"--option {word!r} has no value; write KEY=VALUE, such as surface-alpha=30",
                key="option",
                given=word,
                allowed="KEY=VALUE",
            )
        found[key] = value
    return found


def _write_claims(analysis: Analysis, options: argparse.Namespace) -> dict[str, Any]:
    out = options.claims.absolute()
    results = analysis.claims()
    command = f"python main.py analyse {options.source} --claims {options.claims}"
    with file_to_write(out):
        write_file(out, claims_page(results, analysis.source, command).encode())
    return {"file": str(out), "claims": [each.as_dict() for each in results]}


def _tell(facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        write_json(facts)
        return
    for each in facts.pop("claims", ()):
        write_line(f"{each['item']:<4} {each['verdict']:<15} {each['claim']}")
    write_table([(key, format_value(value)) for key, value in facts.items()])


def _list(analysis: Analysis) -> None:
    """Write what there is, for people: designs, figures, correlations and verdicts."""
    overview = analysis.overview()
    figures = overview.pop("figures")
    columns = overview.pop("columns")
    write_table(
        [(key, format_value(value)) for key, value in overview.items() if value is not None]
    )
    write_line()
    write_table(
        [
            (key, f"{each['lowest']:.4g} to {each['highest']:.4g}, {each['n']} designs")
            for key, each in columns.items()
        ]
    )
    write_line("\nFigures (--figure NAME --out PATH):")
    write_table(
        [
            (
                f"  {each['name']}",
                f"{each['title']}{_place(each)}{_why_not(each)}",
            )
            for each in figures
        ]
    )
    write_line("\nWith --json: the statistics behind them, and verdicts on the paper's claims.")


def _place(figure: dict[str, Any]) -> str:
    return f" ({figure['paper']})" if figure["paper"] else ""


def _why_not(figure: dict[str, Any]) -> str:
    return "" if figure["possible"] else f" - not possible: {figure['reason']}"


def _check(options: argparse.Namespace) -> None:
    if not 0 <= options.seed <= _LARGEST_SEED:
        raise InputError(
            f"--seed is {options.seed}; allowed is 0 to {_LARGEST_SEED}",
            key="seed",
            given=str(options.seed),
            allowed=f"0 to {_LARGEST_SEED}",
        )
    if (options.figure is None) != (options.out is None):
        missing, given = ("--out", "--figure") if options.out is None else ("--figure", "--out")
        raise InputError(
            f"{given} needs {missing}: --figure NAME --out PATH draws a figure into a file",
            key=missing[2:],
            given="nothing",
            allowed="both or neither",
        )
    if options.figure is not None:
        if options.claims is not None:
            raise InputError(
                "--figure and --claims are two things; ask for one of them",
                key="claims",
                given="both",
                allowed="one of them",
            )
        # Before anything is read that takes time.
        figure_kind(options.figure)
        check_suffix(options.out)
