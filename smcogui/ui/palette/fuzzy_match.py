"""How well a few typed letters fit a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_START_OF_WORD: Final = 8
_FOLLOWS: Final = 5
_LETTER: Final = 1
_IN_OTHER_TEXT: Final = 2
_LONG: Final = 4
"""A word of so many letters that stands elsewhere as it is outweighs such letters by chance."""


def letters_score(letters: str, text: str) -> int | None:
    """Return how well letters fit a text that holds them in this order; None where it does not.

    Letters at the start of a word and letters that follow each other weigh more, so that "rl"
    finds "Reset layout" before "Toolbar".
    """
    text = text.casefold()
    score, place = 0, -1
    for letter in letters.casefold():
        starts = _starts_of(letter, text, place + 1)
        follows = place + 1 < len(text) and text[place + 1] == letter and place >= 0
        if follows:
            place += 1
            score += _FOLLOWS
        elif starts is not None:
            place = starts
            score += _START_OF_WORD
        else:
            place = text.find(letter, place + 1)
            if place < 0:
                return None
        score += _LETTER
    return score


def query_score(query: str, name: str, others: Iterable[str]) -> int | None:
    """Return how well every word of a query fits a name, or stands in one of the other texts.

    Parameters
    ----------
    query : str
        Words in any order; an empty query fits everything.
    name : str
        Matched letter by letter.
    others : iterable of str
        Description, shortcut and the like: a word has to stand there as it is.

    Returns
    -------
    int or None
        Higher is better; None where a word fits nowhere.
    """
    total = 0
    known = [other.casefold() for other in others]
    for word in query.split():
        inside = word.casefold() in name.casefold()
        score = letters_score(word, name)
        if inside and score is not None:
            # Letters that stand together are what was meant; scattered ones may be chance.
            score = max(score, len(word) * (_FOLLOWS + _LETTER)) + _START_OF_WORD
        is_elsewhere = any(word.casefold() in other for other in known)
        weight = _FOLLOWS if len(word) >= _LONG else _IN_OTHER_TEXT
        elsewhere = weight * len(word) if is_elsewhere else None
        found = [each for each in (score, elsewhere) if each is not None]
        if not found:
            return None
        total += max(found)
    return total


def _starts_of(letter: str, text: str, first: int) -> int | None:
    """Return where a word that begins with the letter begins, at or after a place."""
    for place in range(first, len(text)):
        if text[place] == letter and (place == 0 or not text[place - 1].isalnum()):
            return place
    return None
