"""What suggested runs brought is told from surrogates that differ in nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smcogui.app.suggestion_gain import note_suggestion, suggested_campaigns, suggestion_gains
from smcogui.app.surrogate_choice import choose_surrogate
from smcogui.surrogates.forward import Surrogate


def surrogate(name: str, designs: int, sets: list[str], rmse: float, **more: Any) -> Surrogate:
    about = {
        "designs": designs,
        "sources": {"training": sets},
        "split": {"test_sha256": "same"},
        "test": {"outputs": {"mu0_Hc_T": {"rmse": rmse}}},
        **more,
    }
    return replace(choose_surrogate("shipped"), name=name, about=about)


def curve(*pairs: tuple[float, float]) -> dict[str, Any]:
    points = [{"designs": designs, "rmse": rmse} for designs, rmse in pairs]
    return {"mu0_Hc_T": {"points": points}}


def test_a_gain_stands_beside_what_as_many_others_would_have_brought() -> None:
    points = curve((100, 0.8), (200, 0.4 * 2**0.5), (400, 0.4))  # falls with the root
    before = surrogate("old", 400, ["train"], 0.4, learning_curve=points)
    after = surrogate("new", 900, ["train", "next"], 0.25)

    (gain,) = suggestion_gains([after, before], {"next"})

    assert (gain.before, gain.after) == ("old", "new")
    assert (gain.rmse_before, gain.rmse_after) == (0.4, 0.25)
    assert gain.rmse_expected == pytest.approx(0.4 / 1.5)
    assert gain.reading == "mu0_Hc_T"


def test_without_a_learning_curve_nothing_is_expected() -> None:
    before = surrogate("old", 400, ["train"], 0.4)
    after = surrogate("new", 900, ["train", "next"], 0.25)

    assert suggestion_gains([before, after], {"next"})[0].rmse_expected is None


@pytest.mark.parametrize(
    ("sets", "more"),
    [
        (["train", "other"], {}),  # what it has more was not suggested
        (["next"], {}),  # it lacks what the other has
        (["train", "next"], {"split": {"test_sha256": "another"}}),
        (["train", "next"], {"split": {}}),
    ],
)
def test_pairs_that_differ_otherwise_tell_nothing(sets: list[str], more: dict[str, Any]) -> None:
    before = surrogate("old", 400, ["train"], 0.4)

    assert suggestion_gains([before, surrogate("new", 900, sets, 0.25, **more)], {"next"}) == []


def test_suggestions_are_written_down(tmp_path: Path) -> None:
    assert suggested_campaigns(tmp_path / "surrogates") == set()

    note_suggestion(tmp_path / "surrogates", "next", 20, "shipped")

    assert suggested_campaigns(tmp_path / "surrogates") == {"next"}
