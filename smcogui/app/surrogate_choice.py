"""Which surrogate answers: one that is named, else the last that was trained or chosen.

A choice is a file beside the surrogates; what is trained after it is the newer choice. Without any
the shipped surrogate answers.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import models
from models.file_names import CARD_FILE
from smcogui.app.training_folder import MODEL_FOLDER
from smcogui.data.exporters import write_file
from smcogui.design.design_errors import nearest
from smcogui.errors import InputError
from smcogui.runs.folder import folder_error

if TYPE_CHECKING:
    from smcogui.surrogates.forward import Surrogate

SHIPPED: Final = "shipped"
"""Name of the surrogate that comes with the program, trained on the shipped designs."""
CHOICE_FILE: Final = "chosen.json"
SHIPPED_FOLDER: Final = Path(models.__file__).parent / "pretrained" / "forward" / MODEL_FOLDER


def trained_surrogates(folder: Path) -> dict[str, Path]:
    """Return the folders of finished models below the surrogates of a project, the newest first."""
    cards = sorted(
        folder.glob(f"*/{MODEL_FOLDER}/{CARD_FILE}"),
        key=lambda card: (-card.stat().st_mtime_ns, card),
    )
    return {card.parent.parent.name: card.parent for card in cards}


def remember_choice(folder: Path, name: str) -> None:
    """Let a surrogate answer where none is named; raises RunFolderError where that fails.

    Parameters
    ----------
    folder : Path
        The surrogates of a project; made where there is none.
    name : str
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / CHOICE_FILE, json.dumps({"surrogate": name}).encode())
    except OSError as error:
        raise folder_error(folder, error) from error


def default_surrogate(folder: Path) -> str:
    """Return the name of the surrogate that was trained or chosen last, else the shipped one."""
    trained = trained_surrogates(folder)
    newest = next(iter(trained), SHIPPED)
    choice = folder / CHOICE_FILE
    try:
        chosen = json.loads(choice.read_text(encoding="utf-8"))["surrogate"]
        time_ns = choice.stat().st_mtime_ns
    except (OSError, ValueError, KeyError, TypeError):
        return newest
    if chosen not in (*trained, SHIPPED):
        return newest
    is_older = newest in trained and time_ns < (trained[newest] / CARD_FILE).stat().st_mtime_ns
    return newest if is_older else str(chosen)


def choose_surrogate(name: str | None = None, folder: Path | None = None) -> Surrogate:
    """Return a surrogate.

    Parameters
    ----------
    name : str, optional
        Of one below ``folder``, ``shipped``, or a folder with a ``card.json``. By default the
        one that was trained or chosen last below ``folder``, else the shipped one.
    folder : Path, optional
        The surrogates of a project.

    Raises
    ------
    InputError
        If there is none of this name, or it cannot be used; another is not taken instead.
    """
    trained = trained_surrogates(folder) if folder is not None else {}
    if name is None:
        name = SHIPPED if folder is None else default_surrogate(folder)
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
