"""Fingerprints of host keys as people paste them."""

from __future__ import annotations

import re
from typing import Final

_HASH: Final = re.compile(r"(?:SHA256:)?([A-Za-z0-9+/]{43})=?(?![A-Za-z0-9+/])")


def pasted_fingerprint(text: str) -> str:
    """Return the SHA256 fingerprint in what was pasted; empty where there is none.

    Taken are the fingerprint alone, with or without ``SHA256:``, and the whole line of
    ``ssh-keygen -l``.

    Examples
    --------
    >>> pasted_fingerprint("256 SHA256:" + 43 * "a" + " login (ED25519)")[:10]
    'SHA256:aaa'
    >>> pasted_fingerprint("MD5:16:27:ac")
    ''
    """
    found = _HASH.search(text.strip())
    return f"SHA256:{found.group(1)}" if found else ""
