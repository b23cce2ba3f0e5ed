"""Which surrogate answers: one that is named, else the project's newest, else the shipped one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import models
from models.store import CARD_FILE
from smcogui.app.training_folder import MODEL_FOLDER
from smcogui.design.design_errors import nearest
from smcogui.errors import InputError

if TYPE_CHECKING:
    from smcogui.surrogates.forward import Surrogate

SHIPPED: Final = "shipped"
"""Name of the surrogate that comes with the program, trained on the shipped designs."""
SHIPPED_FOLDER: Final = Path(models.__file__).parent / "pretrained" / "forward" / MODEL_FOLDER


def trained_surrogates(folder: Path) -> dict[str, Path]:
    """Return the folders of finished models below the surrogates of a project, the newest first."""
    cards = sorted(
        folder.glob(f"*/{MODEL_FOLDER}/{CARD_FILE}"),
        key=lambda card: (-card.stat().st_mtime_ns, card),
    )
    return {card.parent.parent.name: card.parent for card in cards}


def choose_surrogate(name: str | None = None, folder: Path | None = None) -> Surrogate:
    """Return a surrogate.

    Parameters
    ----------
    name : str, optional
        Of one below ``folder``, ``shipped``, or a folder with a ``card.json``. By default the
        newest below ``folder``, else the shipped one.
    folder : Path, optional
        The surrogates of a project.

    Raises
    ------
    InputError
        If there is none of this name, or it cannot be used; another is not taken instead.
    """
    trained = trained_surrogates(folder) if folder is not None else {}
    if name is None:
        name = next(iter(trained), SHIPPED)
    place = trained.get(name) or (SHIPPED_FOLDER if name == SHIPPED else _model_in(Path(name)))
    if place is None:
        known = (*trained, SHIPPED)
        raise InputError(
            f"there is no surrogate {name!r}.{nearest(name, known)} There are: {', '.join(known)}; "
            "a folder that `train` made can be named too",
            key="model",
            given=name,
            allowed=", ".join(known),
        )
    return _loaded(place, name, _stamp(place))


def _model_in(folder: Path) -> Path | None:
    """Return the model in a folder: the folder itself, or that of its training."""
    for each in (folder, folder / MODEL_FOLDER):
        if (each / CARD_FILE).is_file():
            return each
    return None


def _stamp(place: Path) -> int:
    """Return what changes when a model is replaced."""
    try:
        return (place / CARD_FILE).stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=16)
def _loaded(place: Path, name: str, _stamp: int) -> Surrogate:
    from smcogui.surrogates.forward import load_surrogate

    return load_surrogate(place, name)
