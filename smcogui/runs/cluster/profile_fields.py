"""What the fields of a cluster's profile are made of: sections, patterns, words, whole numbers."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

WHERE: Final = "Connection"
JOBS: Final = "What jobs ask for"
SOFTWARE: Final = "Software"
FOLLOW: Final = "Following"

NAME: Final = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}"
_WORD: Final = r"[A-Za-z0-9._:,+=/@%-]{0,256}"
"""What partitions, accounts, resources and constraints are made of."""
CONSTRAINT: Final = r"[A-Za-z0-9._:,+=/@%&|*()\[\]-]{0,256}"
RESOURCE: Final = r"[A-Za-z][A-Za-z0-9_.-]{0,63}"
MODULE: Final = r"[A-Za-z0-9_][A-Za-z0-9._+/@:=-]{0,127}"


def _one_line(value: str) -> str:
    value = value.strip()
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ValueError(value)
    return value


def about(section: str, allowed: str, unit: str = "") -> dict[str, Any]:
    """Return what forms and messages tell of a field: its section, what it may be, its unit."""
    return {"section": section, "allowed": allowed, "unit": unit}


Line = Annotated[str, AfterValidator(_one_line)]
_A_WORD: Final = "letters, digits and . _ : , + = / @ % -, or nothing"


def word(title: str, description: str) -> Any:
    """Return the field of a word that jobs ask for."""
    return Field(
        pattern=f"^{_WORD}$",
        title=title,
        description=description,
        json_schema_extra=about(JOBS, _A_WORD),
    )


def whole_number(
    section: str, bounds: tuple[int, int], title: str, description: str, unit: str = ""
) -> Any:
    """Return the field of a whole number within bounds, which both count."""
    least, most = bounds
    allowed = f"a whole number from {least} to {most} {unit}".rstrip()
    return Field(
        ge=least,
        le=most,
        title=title,
        description=description,
        json_schema_extra=about(section, allowed, unit),
    )
