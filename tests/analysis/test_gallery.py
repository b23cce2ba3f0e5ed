"""Figures of a dataset: drawn where the designs are enough, refused in words where not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import models
import resources
from smcogui.analysis.design_table import DesignTable, design_table
from smcogui.analysis.figure_spec import FigureSpec
from smcogui.analysis.gallery.drawing import render_of
from smcogui.analysis.gallery.families import families_of
from smcogui.analysis.gallery.parity import score_lines
from smcogui.analysis.gallery.registry import FIGURES, figure_kind
from smcogui.analysis.gallery.subject import Predictor, Subject
from smcogui.curves.mh_curve import MHCurve
from smcogui.data.dataset_import import read_rows
from smcogui.errors import InputError


def predictor(table: DesignTable) -> Predictor:
    """Return a surrogate that distrusts itself for L below 60 nm."""
    return Predictor(
        name="known",
        predict=lambda X: np.column_stack([8 - 0.01 * X[:, 0], 0.01 * X[:, 1]]),
        trusted=lambda X: X[:, 0] > 60,
        held_out=np.arange(len(table)) % 4 == 0,
    )


def text_of(name: str, subject: Subject) -> str:
    """Return a figure as SVG, in which text stays text."""
    return render_of(name, subject, kind="svg").content.decode()


def test_every_figure_of_the_paper_has_a_name() -> None:
    numbers = {kind.paper for kind in FIGURES.values()}

    assert {
        f"Fig. {letter}" for letter in ("1d", "2a", "2b", "2c", "2d", "2e", "2f", "2g")
    } <= numbers
    assert {f"Suppl. Fig. {number}" for number in range(1, 11)} <= numbers


def test_every_figure_has_a_picture_for_the_list() -> None:
    # packaging/make_figure_pictures.py draws them
    assert [name for name in FIGURES if not resources.path(f"figures/{name}.png").is_file()] == []


def test_origins_are_named_in_the_figure(planted: DesignTable) -> None:
    subject = Subject(planted, surrogate=predictor(planted))

    boxes, contours = text_of("boxplots", subject), text_of("contours", subject)

    assert "μ₀Hc (T), simulated" in boxes
    assert "surface: predicted by surrogate known, α = 0, Z phase DFT" in contours
    assert "hatched: the surrogate does not trust itself" in contours
    assert "dots: simulated" in contours


def test_parity_tells_both_r2_and_the_error_with_its_unit() -> None:
    truth = np.array([1.0, 2.0, 3.0, 4.0])

    lines = score_lines("mu0_Hc_T", truth, truth + 1)

    assert lines[0] == "n = 4"
    assert lines[1].startswith("R² = 0.200 [")
    # the paper's forgives the bias: (1 + 1 + 1.5² + ...) around the mean
    assert lines[2] == "R² (paper) = 1.800"
    assert lines[3:] == ["MSE = 1 T²", "RMSE = 1 T"]


def test_size_of_a_figure_is_that_asked_for(planted: DesignTable) -> None:
    subject = Subject(planted)

    png = render_of(
        "dendrogram", subject, FigureSpec(width_mm=100.0, height_mm=50.0), dpi=72
    ).content

    width, height = (int.from_bytes(png[start : start + 4]) for start in (16, 20))
    assert (width, height) == (int(100 / 25.4 * 72), int(50 / 25.4 * 72))


def test_narrow_figures_stack_their_panels_and_many_panels_need_room(planted: DesignTable) -> None:
    subject = Subject(planted)

    high = render_of("boxplots", subject, FigureSpec(width_mm=85.0), dpi=72).height_mm

    assert high == pytest.approx(1.6 * FIGURES["boxplots"].height_mm)
    with pytest.raises(InputError, match="'pairs' has many panels; it needs at least 125 mm"):
        render_of("pairs", subject, FigureSpec(width_mm=85.0))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("curves", "without curves"),
        ("permutation", "at least 40 designs"),
        ("parity-surrogate", "no trained surrogate"),
        ("learning-curve", "at least 120 designs"),
        ("fractions", "at least 20 different pairs"),
        ("contours", "at least 40 designs"),
    ],
)
def test_what_cannot_be_drawn_says_why(planted: DesignTable, name: str, why: str) -> None:
    with pytest.raises(InputError, match=f"the figure '{name}' cannot be drawn: .*{why}"):
        render_of(name, Subject(planted.take(np.arange(15))))


def test_designs_of_one_angle_have_no_boxes(planted: DesignTable) -> None:
    flat = planted.take(planted["alpha_deg"] < 3)

    why = figure_kind("boxplots").refuse(Subject(flat))

    assert why == "all designs have about the same angle α"


def test_unknown_figure_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no figure 'spearmen'\. The nearest is 'spearman'"):
        figure_kind("spearmen")


def test_curves_are_those_of_the_structure_with_most_angles(planted: DesignTable) -> None:
    rows = np.array([0, 1, 1, 1, 2, 2])
    table = planted.take(rows)
    angles = np.array([0.0, 30.0, 0.0, 30.0, 0.0, 60.0])
    table = DesignTable(
        columns={**table.columns, "alpha_deg": angles},
        run_ids=tuple("abcdef"),
        z_names=table.z_names,
        groups=rows,
    )
    asked: list[str] = []

    def load(run_ids: list[str]) -> dict[str, list[MHCurve]]:
        asked.extend(run_ids)
        H = np.linspace(1e6, -5e6, 30)
        M = np.where(H > -3e6, 1.0, -1.0)
        curve = MHCurve(H=H, M=M, Ms=1.0, jump=np.zeros(30, dtype=bool))
        return {run_id: [curve, curve] for run_id in run_ids}

    chosen = families_of(table)[0].rows
    text = text_of("curves", Subject(table, load_curves=load))  # type: ignore[arg-type]

    assert table["alpha_deg"][chosen].tolist() == [0, 30]
    assert set(table.groups[chosen]) == {1}
    assert len(asked) == 2
    assert "α = 30°" in text
    assert "means of 2 half-cycles" in text


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in FIGURES if name != "curves"])
def test_shipped_designs_are_enough_for_every_figure(name: str) -> None:
    folder = Path(models.__file__).parent / "data"
    table = design_table(
        [row for part in ("train", "test_offgrid") for row in read_rows(folder / f"{part}.parquet")]
    )

    found = render_of(name, Subject(table, surrogate=predictor(table)), kind="pdf")

    assert found.content.startswith(b"%PDF")
