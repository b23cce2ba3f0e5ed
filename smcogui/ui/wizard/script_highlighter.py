"""Colours of a job script, from the palette: options of the scheduler, comments, words of shell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QFont, QPalette, QSyntaxHighlighter, QTextCharFormat

if TYPE_CHECKING:
    from PySide6.QtGui import QTextDocument
    from PySide6.QtWidgets import QWidget

_Role = QPalette.ColorRole
_WORDS: Final = re.compile(
    r"(?<![\w./-])(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|in|set|export|exit|"
    r"trap|return|local|shift|break|continue|wait|exec|umask|cd|module)(?![\w./=-])"
)
_TEXTS: Final = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"")
_VARIABLES: Final = re.compile(r"\$(?:\w+|\{[^}]*\}|[#?@*!$0-9])")
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*$")
_OPTION: Final = re.compile(r"^#(?:SBATCH|PBS|\$)\s.*$")


class ScriptHighlighter(QSyntaxHighlighter):
    """Highlights a script in the colours of the theme.

    Parameters
    ----------
    document : QTextDocument
    owner : QWidget
        Whose palette gives the colours.
    """

    def __init__(self, document: QTextDocument, owner: QWidget) -> None:
        super().__init__(document)
        self._owner = owner

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        if _OPTION.match(text):
            self.setFormat(0, len(text), self._format(_Role.Link, is_bold=True))
            return
        for pattern, role, is_bold in (
            (_WORDS, _Role.Text, True),
            (_VARIABLES, _Role.Link, False),
            (_TEXTS, _Role.LinkVisited, False),
        ):
            for found in pattern.finditer(text):
                style = self._format(role, is_bold=is_bold)
                self.setFormat(found.start(), found.end() - found.start(), style)
        inside = [found.span() for found in _TEXTS.finditer(text)]
        comment = next(
            (
                found.start()
                for found in _COMMENT.finditer(text)
                if not any(begin < found.start() < end for begin, end in inside)
            ),
            None,
        )
        if comment is not None:
            self.setFormat(comment, len(text) - comment, self._format(_Role.PlaceholderText))

    def _format(self, role: QPalette.ColorRole, *, is_bold: bool = False) -> QTextCharFormat:
        style = QTextCharFormat()
        style.setForeground(self._owner.palette().color(role))
        if is_bold:
            style.setFontWeight(QFont.Weight.Bold)
        return style
