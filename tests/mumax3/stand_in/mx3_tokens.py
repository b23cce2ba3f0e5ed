"""Tokens of mx3, which are those of Go: MuMax3 parses its scripts with go/parser."""

from __future__ import annotations

import re
from dataclasses import dataclass


class CompileError(Exception):
    """What MuMax3 says of a script before it runs a line of it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"script line {line}: {message}")


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind, its text, its line, where it begins and ends in the source."""

    kind: str
    text: str
    line: int
    start: int
    end: int


_PATTERNS = (
    ("space", r"[ \t\r]+"),
    ("newline", r"\n"),
    ("comment", r"//[^\n]*"),
    ("block comment", r"/\*.*?\*/"),
    ("float", r"(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+"),
    ("int", r"\d+"),
    ("name", r"[^\W\d]\w*"),
    ("string", r'"(?:\\.|[^"\\\n])*"|`[^`]*`'),
    ("operator", r":=|\+\+|--|\+=|-=|==|!=|<=|>=|&&|\|\||[-+*/<>=!(){}\[\],.;]"),
)
_TOKEN = re.compile("|".join(f"(?P<g{i}>{p})" for i, (_, p) in enumerate(_PATTERNS)), re.DOTALL)
_KINDS = {f"g{i}": kind for i, (kind, _) in enumerate(_PATTERNS)}
_ENDS_A_STATEMENT = {")", "]", "}", "++", "--"}
KEYWORDS = {"if", "else", "for"}
_REFUSED = {"func", "var", "const", "break", "continue", "return", "switch", "range", "goto"}


def tokenize(source: str) -> list[Token]:
    """Return the tokens, with ``;`` where Go's rule puts one at a line's end."""
    tokens: list[Token] = []
    position, line = 0, 1
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            raise CompileError(line, f"illegal character {source[position]!r}")
        kind, text = _KINDS[str(match.lastgroup)], match.group()
        if kind == "newline" and tokens and _can_end(tokens[-1]):
            tokens.append(Token("operator", ";", line, position, position))
        elif kind not in {"space", "newline", "comment", "block comment"}:
            if text in _REFUSED:
                raise CompileError(line, f"not allowed: {text}")
            is_word = kind == "name" and text in KEYWORDS
            tokens.append(Token("keyword" if is_word else kind, text, line, position, match.end()))
        line += text.count("\n")
        position = match.end()
    if tokens and _can_end(tokens[-1]):
        tokens.append(Token("operator", ";", line, position, position))
    tokens.append(Token("end", "", line, position, position))
    return tokens


def _can_end(token: Token) -> bool:
    return token.kind in {"name", "int", "float", "string"} or token.text in _ENDS_A_STATEMENT
