"""``predict``: readings of designs from a surrogate, with intervals and a badge of trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.app.surrogate_choice import choose_surrogate
from smcogui.cli.output import format_value, write_json, write_line, write_table
from smcogui.cli.project_verb import open_project
from smcogui.cli.surrogate_arguments import CONSTANT_WORDS, GEOMETRY_WORDS
from smcogui.data.table_files import TableColumn
from smcogui.data.table_files import write_table as write_table_file
from smcogui.errors import InputError
from smcogui.surrogates.features import OUTPUTS
from smcogui.surrogates.forward import SOURCE, readings_of
from smcogui.surrogates.queries import make_query, query_facts, read_queries

if TYPE_CHECKING:
    import argparse

    from smcogui.surrogates.forward import Surrogate

_DEFAULT_Z: Final = "DFT"


def execute(options: argparse.Namespace) -> int:
    """Predict one design, or all rows of a table."""
    surrogate = chosen_surrogate(options)
    X = _query_of(options) if options.csv is None else read_queries(options.csv)
    readings = readings_of(surrogate.predict(X))
    rows = [facts | each for facts, each in zip(query_facts(X), readings, strict=True)]
    if options.out is not None:
        columns = [TableColumn(key=key) for key in rows[0]]
        write_table_file(rows, options.out.absolute(), columns)
    if options.csv is None:
        told = rows[0] | {"outside": surrogate.outside(X[0])} | about_model(surrogate)
        if options.json:
            write_json(told)
        else:
            _tell(told)
    elif options.json:
        source = {"source": SOURCE, "model": surrogate.name}
        low, high = surrogate.trust.low, surrogate.trust.high
        leaves: list[bool] = np.any((low > X) | (high < X), axis=1).tolist()
        write_json(
            [
                row | {"outside": surrogate.outside(x) if left else []} | source
                for x, row, left in zip(X, rows, leaves, strict=True)
            ]
        )
    else:
        _tell_many(rows, options, surrogate)
    return 0


def chosen_surrogate(options: argparse.Namespace) -> Surrogate:
    """Return the surrogate that ``--model`` and ``--project`` choose."""
    if options.project is None:
        return choose_surrogate(options.model)
    return open_project(options.project).surrogates.surrogate(options.model)


def about_model(surrogate: Surrogate) -> dict[str, Any]:
    """Return what has to stand beside a prediction: where it comes from."""
    return {
        "source": SOURCE,
        "model": surrogate.name,
        "model_designs": surrogate.designs,
        "conditions": surrogate.conditions,
    }


def z_values(options: argparse.Namespace) -> tuple[dict[str, float], str | None]:
    """Return the constants of the Z phase that options give, and the name of a shipped one."""
    given = {
        name: getattr(options, word.replace("-", "_")) for word, name in CONSTANT_WORDS.items()
    }
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        return {}, options.z_phase or _DEFAULT_Z
    words = ", ".join(f"--{word}" for word in CONSTANT_WORDS)
    if options.z_phase is not None or len(values) < len(given):
        raise InputError(
            f"the Z phase is given by --z-phase, or by all of {words}",
            key="z-phase",
            given=", ".join(values),
            allowed=f"--z-phase, or {words}",
        )
    return values, None


def _query_of(options: argparse.Namespace) -> Any:
    values = {name: getattr(options, word) for word, name in GEOMETRY_WORDS.items()}
    missing = [word for word, name in GEOMETRY_WORDS.items() if values[name] is None]
    if missing or options.out is not None:
        what = f"--{missing[0]} is missing" if missing else "--out is for tables"
        raise InputError(
            f"{what}: a design needs --L, --d, --wS and --wZ in nm; a table of designs --csv FILE",
            key=missing[0] if missing else "out",
            given="nothing" if missing else str(options.out),
            allowed="--L, --d, --wS and --wZ, or --csv FILE",
        )
    constants, z_phase = z_values(options)
    return make_query({**values, "alpha_deg": options.alpha, **constants}, z_phase)


def _tell(row: dict[str, Any]) -> None:
    lines = []
    for variable in OUTPUTS:
        name = variable.name
        value = row[name]
        interval = f"{format_value(row[name + '_low'])} to {format_value(row[name + '_high'])}"
        unit = f" {variable.unit}" if variable.unit else ""
        told = "-" if value is None else f"{format_value(value)}{unit} (90 %: {interval})"
        lines.append((name, told))
    lines += [
        ("trust", row["trust"]),
        ("source", f"{SOURCE} by {row['model']}, learned from {row['model_designs']} designs"),
    ]
    write_table(lines)
    for sentence in row["outside"]:
        write_line(sentence)


def _tell_many(
    rows: list[dict[str, Any]], options: argparse.Namespace, surrogate: Surrogate
) -> None:
    words = [str(row["trust"]) for row in rows]
    counts = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
    told = f"{len(rows)} designs predicted by {surrogate.name}: {counts}"
    write_line(told + (f"; {options.out}" if options.out is not None else ""))
    if options.out is None:
        write_line("--json or --out FILE gives the numbers")
