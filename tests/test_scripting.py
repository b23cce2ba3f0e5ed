"""docs/scripting.md is one script: every block of it runs, as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from smcogui.curves.origin import Origin

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(checkout: Path) -> list[tuple[int, str]]:
    """Return the line number and the code of every Python block."""
    text = (checkout / "docs" / "scripting.md").read_text(encoding="utf-8")
    return [(text.count("\n", 0, found.start(1)), found[1]) for found in BLOCK.finditer(text)]


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> tuple[Path, dict[str, Any]]:
    """Run the whole script in an empty folder; return the folder and what it has defined."""
    folder = tmp_path_factory.mktemp("script")
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for line, code in blocks(checkout):
            # Empty lines in front make a traceback name the line of the document.
            exec(compile("\n" * line + code, "docs/scripting.md", "exec"), names)
    for worker in names["session"].engines.builtin._workers:
        worker.wait(60)
    return folder, names


def test_script_reads_what_it_has_run(script: tuple[Path, dict[str, Any]]) -> None:
    _, names = script
    result, session = names["result"], names["session"]
    assert result["mu0_Hc_T"] > 0
    assert result["Phi_p"] is not None
    runs = {run.run_id: run for run in session.runs()}
    assert {names["run"].run_id, names["other"].run_id} <= set(runs)
    assert runs[names["other"].run_id].design.parameters.w_S == 6e-9
    assert [point.state.value for point in session.series.points("Hc against alpha")] == [
        "DONE"
    ] * 3
    assert pytest.approx(1 / 3) == names["measured"].curve.N


def test_script_writes_every_file_with_its_companions(
    script: tuple[Path, dict[str, Any]],
) -> None:
    folder, _ = script
    for name in (
        "series.csv",
        "series.svg",
        "figures/mh.pdf",
        "figures/runs.xlsx",
        "figures/runs.tex",
        "figures/curves.parquet",
    ):
        for path in (name, f"{name}.json", f"{name}.methods.md"):
            assert (folder / path).stat().st_size > 100, path
    assert "@article" in (folder / "figures/cited.bib").read_text(encoding="utf-8")
    assert (folder / "figures/cells.vti.json").exists()
    assert (folder / "figures/state.ovf.json").exists()
    figure = (folder / "figures/mh.pdf.json").read_text(encoding="utf-8")
    assert f"{Origin.ANALYTIC}" in figure
    assert '"sample 1"' in figure


def test_every_word_of_code_is_run(checkout: Path) -> None:
    text = (checkout / "docs" / "scripting.md").read_text(encoding="utf-8")
    assert text.count("```") == 2 * len(blocks(checkout))
