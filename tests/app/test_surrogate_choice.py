"""Which surrogate answers: the one that was trained or chosen last."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from smcogui.app.surrogate_choice import (
    CHOICE_FILE,
    SHIPPED,
    SHIPPED_FOLDER,
    choose_surrogate,
    default_surrogate,
    remember_choice,
)


def trained(folder: Path, name: str, time_s: float) -> None:
    place = folder / name / "model"
    shutil.copytree(SHIPPED_FOLDER, place)
    os.utime(place / "card.json", (time_s, time_s))


def test_a_choice_holds_until_another_surrogate_is_trained(tmp_path: Path) -> None:
    assert default_surrogate(tmp_path / "none") == SHIPPED
    trained(tmp_path, "first", 1000)
    trained(tmp_path, "second", 2000)
    assert default_surrogate(tmp_path) == "second"

    remember_choice(tmp_path, "first")
    assert default_surrogate(tmp_path) == "first"
    assert choose_surrogate(None, tmp_path).name == "first"
    remember_choice(tmp_path, SHIPPED)
    assert choose_surrogate(None, tmp_path).name == SHIPPED

    trained(tmp_path, "third", 4e9)
    assert default_surrogate(tmp_path) == "third"


@pytest.mark.parametrize("content", ["", "[]", '{"surrogate": "gone"}', '{"surrogate": 3}'])
def test_a_choice_of_nothing_leaves_the_newest(tmp_path: Path, content: str) -> None:
    trained(tmp_path, "first", 1000)
    (tmp_path / CHOICE_FILE).write_text(content)

    assert default_surrogate(tmp_path) == "first"
