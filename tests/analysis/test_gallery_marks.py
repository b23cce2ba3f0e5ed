"""Where designs lie in drawn figures, and what can be chosen of figures."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.image import imread

from smcogui.analysis.design_table import DesignTable
from smcogui.analysis.figure_spec import FigureSpec
from smcogui.analysis.gallery.drawing import picture_of, subject_of
from smcogui.analysis.gallery.families import families_of
from smcogui.analysis.gallery.registry import FIGURES, figure_kind
from smcogui.analysis.gallery.subject import Subject
from smcogui.errors import InputError


def test_marks_lie_where_the_dots_are_drawn(planted: DesignTable) -> None:
    found = picture_of("boxplots", Subject(planted), dpi=100)

    pixels = imread(io.BytesIO(found.content))[:, :, :3]
    height, width = pixels.shape[:2]
    columns = np.clip(np.round(found.places[:, 0] * width).astype(int), 0, width - 1)
    rows = np.clip(np.round(found.places[:, 1] * height).astype(int), 0, height - 1)
    assert len(found.rows) == 240 + 216  # every design has Hc, nine of ten have Φp
    is_ground = (pixels[rows, columns] > 0.99).all(axis=1)
    assert is_ground.mean() < 0.02
    assert {found.ids[row] for row in found.rows} == set(planted.run_ids)


def test_marks_of_some_designs_keep_their_names(planted: DesignTable) -> None:
    found = picture_of("pairs", Subject(planted), options={"z-phase": "Mod"}, dpi=72)

    wanted = {
        run_id
        for run_id, name, Phi_p in zip(
            planted.run_ids, planted.z_names, planted["Phi_p"], strict=True
        )
        if name == "Mod" and np.isfinite(Phi_p)
    }
    assert {found.ids[row] for row in found.rows} == wanted


def test_dark_figure_has_light_words_on_dark_ground(planted: DesignTable) -> None:
    light, dark = (
        imread(io.BytesIO(picture_of("boxplots", Subject(planted), dpi=72, is_dark=on).content))
        for on in (False, True)
    )

    assert light[0, 0, :3].min() > 0.99
    assert dark[0, 0, :3].max() < 0.15
    assert dark[:, :, :3].max() > 0.85


def test_options_narrow_the_designs(planted: DesignTable) -> None:
    kind = figure_kind("spearman")

    shown = subject_of(kind, Subject(planted), {"z-phase": "DFT", "alpha": "0–15"})

    assert set(shown.table.z_names) == {"DFT"}
    assert shown.table["alpha_deg"].max() < 15
    assert shown.whole.table is planted


@pytest.mark.parametrize(
    ("name", "options", "why"),
    [
        ("boxplots", {"z-phase": "DFTT"}, r"Z phase \(z-phase\) is 'DFTT'.*nearest is 'DFT'"),
        ("boxplots", {"angle": "0"}, "no option 'angle'; it has: reading, second, z-phase"),
        ("contours", {"pairs": "3;3"}, "allowed are 1 to 6 pairs wS,wZ in nm"),
        ("contours", {"surface-alpha": "120"}, "allowed is 0 to 90 °"),
        ("contours-Hc", {"wS": "three"}, "allowed are 1 to 6 numbers in nm"),
        ("heatmaps", {"alpha": "0–15", "z-phase": "Lit"}, "Z phase .* is 'Lit'"),
    ],
)
def test_option_that_is_not_allowed_says_what_is(
    planted: DesignTable, name: str, options: dict[str, str], why: str
) -> None:
    with pytest.raises(InputError, match=why):
        subject_of(figure_kind(name), Subject(planted), options)


def test_defaults_of_every_option_are_allowed(planted: DesignTable) -> None:
    subject = Subject(planted)

    for kind in FIGURES.values():
        for option in kind.options:
            assert option.check(option.default(subject), subject) == option.default(subject)


def test_contours_have_a_column_for_each_pair(planted: DesignTable) -> None:
    subject = Subject(planted)
    options = {"pairs": "4,4 9,7", "surface-alpha": "30", "surface-z-phase": "Mod"}
    narrow = FigureSpec(width_mm=130.0, height_mm=90.0)

    found = picture_of("contours", subject, narrow, options=options, dpi=72)

    near = np.abs(planted["alpha_deg"] - 30) <= 10
    assert len(found.rows)
    assert near[found.rows].all()


def test_family_differs_in_the_angle_alone(planted: DesignTable) -> None:
    angles = np.array([60.0, 0.0, 30.0, 0.0, 30.0])
    table = planted.take(np.array([0, 0, 0, 2, 2]))
    table = DesignTable(
        columns={**table.columns, "alpha_deg": angles},
        run_ids=tuple("abcde"),
        z_names=table.z_names,
        groups=table.groups,
    )

    first, second = families_of(table)

    assert first.is_exact
    assert [table.run_ids[row] for row in first.rows] == ["b", "c", "a"]
    assert first.angles == "α 0, 30, 60°"
    assert [table.run_ids[row] for row in second.rows] == ["d", "e"]


def test_without_a_family_the_nearest_designs_are_offered(planted: DesignTable) -> None:
    best = families_of(planted)[0]

    assert not best.is_exact
    assert best.rows.size >= 4
    assert (np.diff(planted["alpha_deg"][best.rows]) > 0).all()
    spread = np.ptp(planted["L_nm"][best.rows])
    assert spread < np.ptp(planted["L_nm"])
    assert " to " in best.words
