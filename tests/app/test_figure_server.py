"""The process that draws figures of datasets, and what is asked of it."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pytest

from smcogui.analysis.figure_spec import FigureSpec
from smcogui.app.dataset_designs import design_of_row
from smcogui.app.figure_child import export_in_child
from smcogui.app.figure_request import FigureRequest, SourceRequest, request_from
from smcogui.app.figure_server import FigureServer
from smcogui.app.shipped_dataset import shipped_dataset
from smcogui.cli.analyse_verb import read_options
from smcogui.cli.parser import make_parser
from smcogui.rendering.messages import Message


@pytest.fixture(scope="module")
def source() -> SourceRequest:
    """Return the shipped dataset."""
    folder = shipped_dataset()
    assert folder is not None
    return SourceRequest(place=str(folder))


@pytest.fixture(scope="module")
def ask():
    """Return a function that asks one server, in this process."""
    answers: list[Message] = []
    server = FigureServer(answers.append)

    def put(order: str, **facts: object) -> Message:
        server.handle(Message(facts={"do": order, "number": 7, **facts}))
        return answers[-1]

    return put


def test_picture_comes_with_the_places_of_its_designs(ask, source: SourceRequest) -> None:
    spec = FigureSpec(width_mm=120.0, height_mm=80.0, dpi=72)
    request = FigureRequest(source=source, name="boxplots", spec=spec)

    answer = ask("figure", figure=request.facts(), dpi=90, is_dark=True)

    facts, content = answer.facts, answer.array
    assert content is not None
    assert (facts["is"], facts["number"]) == ("figure", 7)
    assert content[:4].tobytes() == b"\x89PNG"
    marks = facts["marks"]
    assert content.size == facts["png"] + 12 * marks
    rows = np.frombuffer(content[facts["png"] :].tobytes(), dtype=np.int32, count=marks)
    assert rows.max() < len(facts["ids"])
    assert [each["key"] for each in facts["options"]] == ["reading", "second", "z-phase"]


def test_designs_come_with_the_figures_that_are_possible(ask, source: SourceRequest) -> None:
    facts = ask("designs", source=source.facts()).facts

    assert len(facts["designs"]) == facts["overview"]["designs"]
    kinds = {kind["name"]: kind for kind in facts["overview"]["figures"]}
    assert kinds["boxplots"]["possible"]
    assert kinds["contours"]["least_width_mm"] == 125
    assert kinds["contours"]["width_mm"] == 178


def test_row_of_a_dataset_is_its_design(ask, source: SourceRequest) -> None:
    known = ask("designs", source=source.facts()).facts["designs"][0]

    row = ask("design", source=source.facts(), run_id=known["run_id"]).facts["row"]
    design = design_of_row(row)

    assert pytest.approx(known["L_nm"] * 1e-9) == design.parameters.L
    assert design.z_phase.name == known["z_phase"]
    assert np.degrees(design.alpha) == pytest.approx(known["alpha_deg"])
    # The domain that goes with L stays so; another one, other cells and another solver are kept.
    assert design.domain == pytest.approx(row["domain_nm"] * 1e-9)
    other = design_of_row(
        row | {"domain_nm": 64.0, "cell_nm": 1.0, "dimension": "3d", "demag": "off"}
    )
    assert other.domain == pytest.approx(64e-9)
    assert other.mesh.cell == pytest.approx(1e-9)
    assert other.mesh.dimension == "3d"
    assert not other.solver.demag
    assert design.solver.demag


def test_what_is_wrong_is_answered(ask, source: SourceRequest) -> None:
    missing = SourceRequest(place="/no/such/place")
    unknown = FigureRequest(source=source, name="boxplot")

    first = ask("designs", source=missing.facts()).facts
    second = ask("figure", figure=unknown.facts(), dpi=90, is_dark=False).facts

    assert first["is"] == second["is"] == "refused"
    assert "does not exist" in first["message"]
    assert "nearest is 'boxplots'" in second["message"]


def test_choice_that_is_gone_is_the_default_again(ask, source: SourceRequest) -> None:
    request = FigureRequest(source=source, name="boxplots", options={"z-phase": "gone"})

    answer = ask("figure", figure=request.facts(), dpi=72, is_dark=False)

    assert answer.facts["is"] == "figure"


def test_command_draws_the_same_figure(source: SourceRequest) -> None:
    request = FigureRequest(
        source=source,
        name="contours",
        options={"pairs": "3,3 6,5", "surface-alpha": "30"},
        spec=FigureSpec(width_mm=150.0, dpi=300, title="Hc & Φp"),
    )

    words = shlex.split(request.command("out dir/figure.tiff"))

    assert words[:2] == ["python", "main.py"]
    parsed = make_parser().parse_args(words[2:])
    assert parsed.source == Path(source.place)
    assert (parsed.figure, parsed.out) == ("contours", Path("out dir/figure.tiff"))
    assert read_options(parsed.option) == request.options
    assert (parsed.width, parsed.dpi, parsed.title) == (150.0, 300, "Hc & Φp")
    assert request_from(request.facts()) == request


def test_figure_too_narrow_is_refused(ask, tmp_path: Path, source: SourceRequest) -> None:
    spec = FigureSpec(width_mm=85.0, dpi=100)
    request = FigureRequest(source=source, name="literature", spec=spec)

    facts = ask("export", figure=request.facts(), path=str(tmp_path / "narrow.tiff")).facts

    assert "at least 125 mm, 85 mm are given" in facts["message"]
    assert not list(tmp_path.iterdir())


def test_child_writes_the_figure_with_its_companions(tmp_path: Path, source: SourceRequest) -> None:
    spec = FigureSpec(width_mm=130.0, dpi=100)
    path = tmp_path / "literature.tiff"

    provenance = export_in_child(FigureRequest(source=source, name="literature", spec=spec), path)

    assert path.read_bytes()[:2] in (b"II", b"MM")
    assert provenance.exists()
    rows = (tmp_path / "literature.data.csv").read_text().splitlines()
    assert rows[0].startswith("row,sample,zr_at_percent,L_nm")
    assert len(rows) == 1 + 34
