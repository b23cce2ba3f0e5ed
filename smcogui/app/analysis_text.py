"""The methods paragraph of a figure of a dataset, and the page of verdicts on claims."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from smcogui.analysis.bootstrap import RESAMPLES
from smcogui.analysis.citations import PAPER_KEY, PROGRAM_KEY, citations
from smcogui.analysis.claims import Verdict
from smcogui.analysis.methods import methods_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.analysis.claims import ClaimResult
    from smcogui.analysis.gallery.registry import FigureKind
    from smcogui.analysis.gallery.subject import Subject
    from smcogui.app.analysis_source import AnalysisSource


def methods_of_figure(kind: FigureKind, source: AnalysisSource, subject: Subject) -> dict[str, str]:
    """Return the methods ``paragraph`` of a figure, its ``bibtex``, and both as ``text``."""
    sentences = [f"The figure shows {kind.title}."]
    keys = [PROGRAM_KEY, PAPER_KEY]
    if "simulated" in kind.origins:
        shown = set(subject.table.run_ids)
        sentences.append(_simulated([row for row in source.rows if row["run_id"] in shown]))
        keys += ["Exl2014", "BarzilaiBorwein1988"]
    if "predicted" in kind.origins:
        sentences.append(f"Predicted values come from: {kind.predicted_by(subject)}.")
    if kind.facts is not None:
        sentences.append(
            f"Intervals hold 95 % of {RESAMPLES} bootstrap resamples of structures (seed "
            f"{subject.seed})."
        )
    paragraph = " ".join(sentences)
    works = citations(keys)
    return {
        "paragraph": paragraph,
        "bibtex": "\n\n".join(work.bibtex for work in works) + "\n",
        "text": methods_text(paragraph, works),
    }


def _simulated(rows: Sequence[dict[str, Any]]) -> str:
    def values(key: str) -> str:
        return ", ".join(sorted({f"{row[key]}" for row in rows}))

    cycles = sorted({int(row["cycles"]) for row in rows})
    shown = f"{cycles[0]}" if len(cycles) == 1 else f"{cycles[0]} to {cycles[-1]}"
    return (
        f"{len(rows)} designs were simulated by micromagnetic energy minimisation (solver "
        f"{values('solver')}, preset {values('preset')}, exchange rule {values('exchange_rule')}, "
        f"cells of {values('cell_nm')} nm), each for {shown} half-cycles."
    )


def claims_page(results: Sequence[ClaimResult], source: AnalysisSource, command: str) -> str:
    """Return the page of verdicts as Markdown."""
    counts = {verdict: sum(r.verdict is verdict for r in results) for verdict in Verdict}
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict)
    structures = {
        tuple(row[key] for key in ("L_nm", "d_nm", "wS_nm", "wZ_nm")) for row in source.rows
    }
    head = f"""# What the paper says of its dataset, tested

Written by `{command}`; do not edit. Items count the claims of arXiv:2408.03198v1.

Designs: **{len(source.rows)}** of {len(structures)} structures. Verdicts: **{told}**.
{_simulated(source.rows)}

A statistic is above 0 where its claim holds. *Reproduced*: its 95 % bootstrap interval
({RESAMPLES} resamples of structures) lies above 0; *not reproduced*: below 0; *open*: it holds 0,
or fewer designs tell of the claim than it needs, or no dataset can. With few designs most claims
about a corner of the parameters stay open, which is no verdict against them. Where a claim names a
place, the place itself and its interval stand here. Verdicts are not corrected for their number:
one in twenty intervals misses by chance.

A verdict is on these designs, which may differ from the paper's in more than their number: in the
preset, in how Hp is read, in the domain, in the constants of the Z phase, and in how they were
sampled. Clusters (54) and ranks among all inputs hang on the sampling: off a grid with bounds on
φS and φZ, wS grows with L and wZ with d.

| item | the paper says | statistic | value | 95 % interval | n | verdict |
| --- | --- | --- | --- | --- | --- | --- |
"""
    return head + "".join(_line(each) for each in results)


def _line(each: ClaimResult) -> str:
    found = each.statistic
    interval = "–" if math.isnan(found.low) else f"{found.low:.3f} to {found.high:.3f}"
    value = "–" if math.isnan(found.value) else f"{found.value:.3f}"
    bold = each.verdict is not Verdict.OPEN
    verdict = f"**{each.verdict}**" if bold else f"open: {each.reason}"
    how = each.how.replace("|", "\\|")
    return f"| {each.item} | {each.text} | {how} | {value} | {interval} | {found.n} | {verdict} |\n"
