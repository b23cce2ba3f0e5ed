"""Constants of nature."""

from __future__ import annotations

import math
from typing import Final

MU0: Final = 4e-7 * math.pi
"""Vacuum permeability in T m/A, the value that MuMax3 uses (CODATA differs by 5e-10)."""
