"""Names of files of a stored model, for those who look for models and load none."""

from __future__ import annotations

from typing import Final

CARD_FILE: Final = "card.json"
WEIGHTS_FILE: Final = "weights.safetensors"
