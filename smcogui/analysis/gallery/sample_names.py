"""How samples of the literature are called where designs are called by their runs."""

from __future__ import annotations

from typing import Final

SAMPLE_PREFIX: Final = "literature row "
"""In front of the number of a row of Suppl. Table 1."""
