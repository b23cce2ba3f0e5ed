"""The works that results stand on, as BibTeX and as plain text; resources/references.bib."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import resources
import smcogui

if TYPE_CHECKING:
    from collections.abc import Iterable

PROGRAM_KEY: Final = "SmCoStudio"
PAPER_KEY: Final = "Yang2024"

_ENTRY: Final = re.compile(r"@\w+\{(?P<key>\w+),\n.*?\n\}", re.DOTALL)
_FIELD: Final = re.compile(r"^\s*(\w+)\s*=\s*\{(.*)\},?$", re.MULTILINE)
_ACCENTS: Final = {r"{\"u}": "ü", "--": "–"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One work: its key, how it is named in a text, in a list, and in BibTeX."""

    key: str
    short: str
    plain: str
    bibtex: str


def citations(keys: Iterable[str]) -> list[Citation]:
    """Return the works of these keys, each once, in the order given.

    Raises
    ------
    KeyError
        If there is no work of a key.
    """
    known = _known()
    return [known[key] for key in dict.fromkeys(keys)]


@cache
def _known() -> dict[str, Citation]:
    text = resources.path("references.bib").read_text(encoding="utf-8")
    works = {match["key"]: _citation(match["key"], match[0]) for match in _ENTRY.finditer(text)}
    return {PROGRAM_KEY: _program(), **works}


def _program() -> Citation:
    version = smcogui.__version__
    bibtex = (
        f"@software{{{PROGRAM_KEY},\n"
        "  author  = {{The SmCo Studio authors}},\n"
        "  title   = {{SmCo Studio}},\n"
        f"  version = {{{version}}}\n}}"
    )
    return Citation(
        key=PROGRAM_KEY,
        short="SmCo Studio",
        plain=f"The SmCo Studio authors, SmCo Studio, version {version}.",
        bibtex=bibtex,
    )


def _citation(key: str, bibtex: str) -> Citation:
    fields = {name: _as_text(value) for name, value in _FIELD.findall(bibtex)}
    authors = [name.split(",")[0] for name in fields["author"].split(" and ")]
    year = fields["year"]
    first = authors[0] if len(authors) == 1 else f"{authors[0]} and {authors[1]}"
    names = first if len(authors) <= 2 else f"{authors[0]} et al."
    if "eprint" in fields:
        place = f"arXiv:{fields['eprint']} ({year})"
    else:
        place = f"{fields['journal']} {fields['volume']}, {fields['pages']} ({year})"
    doi = f", doi:{fields['doi']}" if "doi" in fields else ""
    return Citation(
        key=key,
        short=f"{names} {year}",
        plain=f"{names}, “{fields['title']}”, {place}{doi}.",
        bibtex=bibtex,
    )


def _as_text(value: str) -> str:
    for accent, letter in _ACCENTS.items():
        value = value.replace(accent, letter)
    return value.replace("{", "").replace("}", "")
