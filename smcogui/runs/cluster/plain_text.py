"""Text from a cluster made fit to be shown: nothing in it moves a cursor or hides a word."""

from __future__ import annotations

import unicodedata
from typing import Final

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, invisible marks that turn the direction of writing, and what is no character."""


def plain(text: str, keep: str = "") -> str:
    r"""Return text with control characters written out, as ``\x1b``.

    Parameters
    ----------
    text : str
    keep : str
        Control characters that stay, such as a line break.
    """
    return "".join(
        char
        if char in keep or unicodedata.category(char) not in _HIDDEN
        else char.encode("unicode_escape", "backslashreplace").decode("ascii")
        for char in text
    )
