"""Tables as files: CSV, XLSX, Parquet and LaTeX, by the suffix of the path.

A column says its name for programs (``mu0_Hc_T``: the unit is in it), and what it is called for
people (``μ₀Hc``, in ``T``). Programs' names head CSV and Parquet, people's names XLSX and LaTeX.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.data.exporters import PROGRAM, write_file
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_WIDEST: Final = 40
_LATEX_SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "±": r"$\pm$",
    "°": r"$^\circ$",
    "α": r"$\alpha$",
    "θ": r"$\theta$",
    "φ": r"$\phi$",
    "Φ": r"$\Phi$",
    "μ": r"$\mu$",
    "µ": r"$\mu$",
    "σ": r"$\sigma$",
    "₀": r"$_0$",
    "³": r"$^3$",
    "²": r"$^2$",
    "⊥": r"$\perp$",
    "∥": r"$\parallel$",
    "−": r"$-$",
    "·": r"$\cdot$",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """One column of a table.

    Parameters
    ----------
    key : str
        Of the rows, and name for programs; carries the unit: ``mu0_Hc_T``.
    title : str
        Name for people, without the unit; the key where it is empty.
    unit : str
        Behind the title; empty for none.
    latex : str
        The title in LaTeX; made from the title where it is empty.
    decimals : int or None
        Digits behind the point in LaTeX; None writes the number as it is.
    """

    key: str
    title: str = ""
    unit: str = ""
    latex: str = ""
    decimals: int | None = None

    @property
    def head(self) -> str:
        """Title and unit, as people write them."""
        title = self.title or self.key
        return f"{title} ({self.unit})" if self.unit else title

    @property
    def latex_head(self) -> str:
        """Title and unit in LaTeX."""
        title = self.latex or escape_latex(self.title or self.key)
        return f"{title} ({escape_latex(self.unit)})" if self.unit else title


def columns_of(rows: Sequence[Mapping[str, Any]]) -> list[TableColumn]:
    """Return a column for every key, in the order in which they first appear."""
    return [TableColumn(key=key) for key in dict.fromkeys(key for row in rows for key in row)]


def write_table(
    rows: Sequence[Mapping[str, Any]],
    path: Path,
    columns: Sequence[TableColumn] | None = None,
    *,
    metadata: Mapping[str, Any] | None = None,
) -> None:
    """Write rows as .csv (UTF-8, comma), .xlsx, .parquet or .tex.

    Parameters
    ----------
    rows : sequence of mapping
        What is missing or None is left empty; lists and tables inside are written as JSON.
    path : Path
    columns : sequence of TableColumn, optional
        Every key of the rows by default.
    metadata : mapping, optional
        Stored inside a Parquet file as JSON; the other formats have no place for it.

    Raises
    ------
    InputError
        If there are no rows or the suffix is not known.
    RunFolderError
        If the file cannot be written.
    """
    encode = _encoder(path)
    if not rows:
        raise InputError(
            f"there are no rows to write to {path}; choose at least one",
            key="rows",
            given="0",
            allowed=">= 1",
        )
    chosen = columns_of(rows) if columns is None else list(columns)
    cells = [[_plain(row.get(column.key)) for column in chosen] for row in rows]
    write_file(path, encode(chosen, cells, metadata or {}))


def escape_latex(text: str) -> str:
    """Return a text that LaTeX prints as it is; letters that it lacks become formulas."""
    return "".join(_LATEX_SPECIAL.get(letter, letter) for letter in text)


def _encoder(
    path: Path,
) -> Callable[[list[TableColumn], list[list[Any]], Mapping[str, Any]], bytes]:
    encode = _ENCODERS.get(path.suffix.lower())
    if encode is None:
        allowed = ", ".join(TABLE_SUFFIXES[:-1]) + f" or {TABLE_SUFFIXES[-1]}"
        raise InputError(
            f"a table cannot be written as {path.suffix or 'a file without suffix'!r}: {path}. "
            f"Give a name that ends in {allowed}",
            key="path",
            given=path.suffix,
            allowed=", ".join(TABLE_SUFFIXES),
        )
    return encode


def _plain(value: Any) -> Any:
    """Return a value that fits into one cell of a table."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def _csv_bytes(
    columns: list[TableColumn], rows: list[list[Any]], metadata: Mapping[str, Any]
) -> bytes:
    del metadata
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.key for column in columns])
    writer.writerows(rows)
    return text.getvalue().encode()


def _xlsx_bytes(
    columns: list[TableColumn], rows: list[list[Any]], metadata: Mapping[str, Any]
) -> bytes:
    del metadata
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(PROGRAM)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        longest = max([len(column.head), *(len(str(row[number - 1] or "")) for row in rows[:200])])
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 2, _WIDEST)

    def cell(value: Any, *, bold: bool = False) -> Any:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
        # A design that is called "=1+1" is text, no formula.
        made.data_type = "s"
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(column.head, bold=True) for column in columns])
    for row in rows:
        sheet.append([cell(value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _parquet_bytes(
    columns: list[TableColumn], rows: list[list[Any]], metadata: Mapping[str, Any]
) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    values = [[row[number] for row in rows] for number in range(len(columns))]
    arrays = [_arrow_array(column) for column in values]
    fields = [
        pa.field(
            column.key,
            array.type,
            metadata={"title": column.title or column.key, "unit": column.unit},
        )
        for column, array in zip(columns, arrays, strict=True)
    ]
    kept = {"smco_studio": json.dumps(metadata, ensure_ascii=False, default=str)}
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=kept))
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _arrow_array(values: list[Any]) -> Any:
    """Return one column: numbers as numbers, with nulls; a mixed one as text."""
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int}:
        return pa.array(values, pa.int64() if kinds else pa.float64())
    if kinds <= {int, float}:
        return pa.array(values, pa.float64())
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def _latex_bytes(
    columns: list[TableColumn], rows: list[list[Any]], metadata: Mapping[str, Any]
) -> bytes:
    del metadata
    is_number = [
        all(isinstance(row[k], int | float | None) for row in rows) for k in range(len(columns))
    ]
    shape = "".join("r" if number else "l" for number in is_number)
    body = [
        " & ".join(_latex_cell(value, column) for value, column in zip(row, columns, strict=True))
        + r" \\"
        for row in rows
    ]
    lines = [
        r"% \usepackage{booktabs}",
        rf"\begin{{tabular}}{{{shape}}}",
        r"\toprule",
        " & ".join(column.latex_head for column in columns) + r" \\",
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _latex_cell(value: Any, column: TableColumn) -> str:
    if value is None:
        return "--"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return escape_latex(str(value))
    if isinstance(value, int) or column.decimals is None:
        return f"${value:.10g}$"
    return f"${value:.{column.decimals}f}$"


_ENCODERS: Final = {
    ".csv": _csv_bytes,
    ".xlsx": _xlsx_bytes,
    ".parquet": _parquet_bytes,
    ".tex": _latex_bytes,
}
TABLE_SUFFIXES: Final = tuple(_ENCODERS)
"""Endings of the files that :func:`write_table` writes."""
