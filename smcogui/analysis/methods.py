"""The methods paragraph of an export, written from the records of its runs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smcogui.analysis.citations import PAPER_KEY, PROGRAM_KEY, Citation, citations
from smcogui.design.canonical import NM, to_degrees, to_unit
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from smcogui.data.measurements import Measurement
    from smcogui.data.store import RunRecord
    from smcogui.design.design import Design

_RULES: Final = {
    "conservative": "the conservative rule, in which the exchange constant between two cells is "
    "the harmonic mean of A",
    "mumax3_2014": "the rule of MuMax3's 2014 release (Vansteenkiste et al. 2014), which takes "
    "the harmonic mean of A/Ms and misses the pinning field where Ms changes between phases",
}
_READINGS: Final = {
    "jump": "the field of the first irreversible drop of more than 2 % of Ms",
    "slope": "the first field at which −d(M/Ms)/d(μ0H) exceeds 0.13 per tesla on a grid of 0.1 T",
}
_LAYERS: Final = {
    "one_perpendicular_c": "on the face of the domain normal to c at the largest y",
    "one_parallel_c": "on the face of the domain parallel to c at the largest x",
    "both_perpendicular_c": "on both faces of the domain normal to c",
    "both_parallel_c": "on both faces of the domain parallel to c",
    "all": "on all four faces of the domain",
}
_SHAPE_WORKS: Final = {
    "prism": ("Aharoni1998",),
    "cylinder_along": ("Chen1991",),
    "cylinder_across": ("Chen1991",),
}


def methods_paragraph(
    records: Sequence[RunRecord], *, pinning_formula: bool = False, measured: Sequence[str] = ()
) -> str:
    """Return an English paragraph that says how the runs were computed.

    Parameters
    ----------
    records : sequence of RunRecord
    pinning_formula : bool, optional
        Whether analytic pinning or switching fields are shown beside the runs.
    measured : sequence of str, optional
        Sentences about measured curves that are shown beside the runs.

    Raises
    ------
    InputError
        If there is neither a run nor a measured curve.
    """
    if not records and not measured:
        raise InputError(
            "a methods paragraph needs at least one run or one measured curve",
            key="runs",
            given="0",
            allowed=">= 1",
        )
    sentences: list[str] = []
    if records:
        designs = [record.design for record in records]
        sentences = [
            _opening(records),
            _structure(designs),
            _mesh(designs),
            _energy(designs),
            *_engines(records),
            _cycles(designs),
            _readings(designs),
            _presets(designs),
            _unfinished(records),
        ]
    if pinning_formula:
        sentences.append(
            "Fields marked as analytic are closed formulas and were not simulated: the pinning "
            "field of a straight wall at a phase boundary (Heistracher et al. 2022) and coherent "
            "rotation (Stoner and Wohlfarth 1948)."
        )
    return " ".join(sentence for sentence in [*sentences, *measured] if sentence)


def works_cited(
    records: Sequence[RunRecord], *, pinning_formula: bool = False, more: Iterable[str] = ()
) -> list[Citation]:
    """Return the works that :func:`methods_paragraph` names, and the program itself."""
    keys = [PROGRAM_KEY]
    if records:
        keys += ["Exl2014", "BarzilaiBorwein1988"]
        if any(r.design.solver.demag and r.design.mesh.dimension == "3d" for r in records):
            keys.append("Newell1993")
        old_rule = any(r.design.solver.exchange_rule == "mumax3_2014" for r in records)
        if old_rule or any("mumax3" in _engine(record).lower() for record in records):
            keys.append("Vansteenkiste2014")
        keys.append(PAPER_KEY)
    if pinning_formula:
        keys += ["Heistracher2022", "StonerWohlfarth1948"]
    return citations([*keys, *more])


def measured_sentences(measured: Sequence[Measurement]) -> tuple[list[str], list[str]]:
    """Return a sentence per measured curve, and the keys of the works that they name."""
    sentences, keys = [], []
    for each in measured:
        meta, N = each.meta, each.curve.N
        shape = meta["choice"]["shape"]["kind"]
        words = {
            "factor": "given",
            "sphere": "sphere",
            "prism": "rectangular prism, Aharoni 1998",
            "cylinder_along": "cylinder along its axis, Chen et al. 1991",
            "cylinder_across": "cylinder across its axis, Chen et al. 1991",
        }
        keys += [k for k in _SHAPE_WORKS.get(shape, ()) if k not in keys]
        correction = (
            "without demagnetisation correction"
            if N == 0
            else f"with the internal field H − N·M and N = {N:.4g} ({words[shape]})"
        )
        sentences.append(
            f"The curve “{each.name}” was measured; it was read from {meta['imported_from']} "
            f"(columns {meta['columns']['field']} and {meta['columns']['moment']}), {correction}, "
            f"and M/Ms refers to {each.curve.Ms / 1e3:.4g} kA/m ({meta['Ms_source']})."
        )
    return sentences, keys


def methods_text(paragraph: str, works: Sequence[Citation]) -> str:
    """Return paragraph, citations and BibTeX as one Markdown text."""
    listed = "\n".join(f"- {work.plain}" for work in works)
    bibtex = "\n\n".join(work.bibtex for work in works)
    return (
        f"# Methods\n\n{paragraph}\n\n# References\n\n{listed}\n\n"
        f"# BibTeX\n\n```bibtex\n{bibtex}\n```\n"
    )


def _opening(records: Sequence[RunRecord]) -> str:
    solvers = sorted({f"{r.info.solver} {r.info.solver_version}" for r in records})
    versions = sorted({r.info.program_version for r in records})
    n = len(records)
    subject = (
        "The demagnetising curve of one design was"
        if n == 1
        else (f"The demagnetising curves of {n} designs were")
    )
    return (
        f"{subject} computed by micromagnetic energy minimisation with SmCo Studio "
        f"{' and '.join(versions)} (solver {' and '.join(solvers)})."
    )


def _structure(designs: Sequence[Design]) -> str:
    values = ", ".join(
        (
            f"L = {_span(designs, lambda d: to_unit(d.parameters.L, NM))} nm",
            f"d = {_span(designs, lambda d: to_unit(d.parameters.d, NM))} nm",
            f"w_S = {_span(designs, lambda d: to_unit(d.parameters.w_S, NM))} nm",
            f"w_Z = {_span(designs, lambda d: to_unit(d.parameters.w_Z, NM))} nm",
        )
    )
    phases = sorted({d.z_phase.name for d in designs})
    layers = sorted({_layer(d) for d in designs})
    theta = _span(designs, lambda d: to_degrees(d.parameters.theta))
    return (
        "The structure, after Yang et al. 2024, consists of 2:17 cells, 1:5 walls (interval L, "
        f"thickness w_S, at {theta}° to c) and Zr-rich platelets normal to c "
        f"(interval d, thickness w_Z): {values}, with the constants "
        f"{' and '.join(phases)} of the Z phase. {'; '.join(layers)}.{_drawn(designs)}"
    )


def _drawn(designs: Sequence[Design]) -> str:
    """Say which structures were not built from their lengths but segmented."""
    images = sorted({d.region_map.source for d in designs if d.region_map is not None})
    if not images:
        return ""
    return (
        f" What was computed of {' and '.join(images)} was segmented from the image and continued "
        "along z without change; its lengths are estimates of the segmentation."
    )


def _layer(design: Design) -> str:
    layer = design.grain_boundary
    if layer.layer == "none":
        return "No grain-boundary layer was used"
    return (
        f"A grain-boundary layer of {to_unit(layer.thickness, NM):g} nm with "
        f"{layer.k_gb:g} times the anisotropy of 2:17 lies {_LAYERS[layer.layer]}"
    )


def _mesh(designs: Sequence[Design]) -> str:
    parts = []
    flat = [d for d in designs if d.mesh.dimension == "2d"]
    solid = [d for d in designs if d.mesh.dimension == "3d"]
    if flat:
        parts.append(
            f"The cross-section of a body without end along z, {_extent(flat)}, was divided into "
            f"square cells of {_span(flat, lambda d: to_unit(d.mesh.cell, NM))} nm."
        )
    if solid:
        parts.append(
            f"A domain of {_extent(solid)} and "
            f"{_span(solid, lambda d: to_unit(d.mesh.thickness, NM))} nm along z, periodic along "
            f"z, was divided into cells of {_span(solid, lambda d: to_unit(d.mesh.cell, NM))} nm "
            f"in x and y and {_span(solid, lambda d: to_unit(d.mesh.cell_z, NM))} nm along z."
        )
    return " ".join(parts)


def _extent(designs: Sequence[Design]) -> str:
    side = _span(designs, lambda d: to_unit(d.domain, NM))
    return f"{side} nm × {side} nm in x and y (free boundaries)"


def _energy(designs: Sequence[Design]) -> str:
    rules = sorted({d.solver.exchange_rule for d in designs})
    factor = _span(designs, lambda d: d.solver.interface_factor)
    demag = {d.solver.demag for d in designs}
    tensor = {
        "2d": "the exact tensor of infinitely long cells",
        "3d": "the tensor of uniformly magnetised cells (Newell et al. 1993), periodic along z",
    }
    used = sorted({tensor[d.mesh.dimension] for d in designs if d.solver.demag})
    stray = f"a demagnetising field by FFT with {' or '.join(used)}" if used else ""
    if demag == {False}:
        stray = "no demagnetising field"
    elif False in demag:
        stray += " (left out in some of the runs)"
    return (
        f"The energy holds exchange by {' or '.join(_RULES[rule] for rule in rules)} (interface "
        f"factor S = {factor}), uniaxial anisotropy, the applied field and {stray}; the precision "
        f"was {' and '.join(sorted({d.solver.precision for d in designs}))}."
    )


def _engine(record: RunRecord) -> str:
    """Return what computed a run: builtin, mumax3, or what an imported run says of itself."""
    info = record.info
    return info.solver_version if info.solver == "imported" else info.solver


def _engines(records: Sequence[RunRecord]) -> list[str]:
    """Return how each kind of run was minimised."""
    by_solver: dict[str, list[RunRecord]] = {}
    for record in records:
        by_solver.setdefault(record.info.solver, []).append(record)
    sentences = []
    if "builtin" in by_solver:
        sentences.append(_minimiser([record.design for record in by_solver["builtin"]]))
    if "mumax3" in by_solver:
        versions = sorted({record.info.solver_version for record in by_solver["mumax3"]})
        sentences.append(
            f"{_which(by_solver, 'mumax3')} computed with MuMax3 {' and '.join(versions)} "
            "(Vansteenkiste et al. 2014) in single precision: its steepest descent (Exl et al. "
            "2014) at every field, its own demagnetising tensor, and for a body without end along "
            "z a long stack of periodic images."
        )
    if "imported" in by_solver:
        programs = sorted({record.info.solver_version for record in by_solver["imported"]})
        sentences.append(
            f"{_which(by_solver, 'imported')} computed elsewhere with {' and '.join(programs)} and "
            "imported; mesh, energy and half-cycle are as the design says as far as that run "
            "followed it."
        )
    return sentences


def _which(by_solver: dict[str, list[RunRecord]], solver: str) -> str:
    if len(by_solver) == 1:
        return "The curves were"
    return f"The curves of {', '.join(record.run_id[:6] for record in by_solver[solver])} were"


def _minimiser(designs: Sequence[Design]) -> str:
    frozen = (
        ", the demagnetising field being renewed at intervals of up to 50 iterations and at "
        "convergence"
        if any(d.solver.demag for d in designs)
        else ""
    )
    return (
        "At every field the energy was minimised by steepest descent with Cayley steps (Exl et al. "
        "2014) and alternating step lengths of Barzilai and Borwein (Barzilai and Borwein 1988)"
        f"{frozen}; no dynamics and no thermal fluctuations are included."
    )


def _cycles(designs: Sequence[Design]) -> str:
    offsets = sorted({d.offsets if isinstance(d.offsets, str) else "given" for d in designs})
    words = {
        "random": "a random placement of the pattern in each half-cycle",
        "centred": "a centred pattern, the same in all half-cycles",
        "given": "a pattern at given offsets, the same in all half-cycles",
    }
    counts, seeds = {d.run.cycles for d in designs}, {d.run.seed for d in designs}
    half_cycles = "half-cycle per design was" if counts == {1} else "half-cycles per design were"
    return (
        f"{_span(designs, lambda d: d.run.cycles)} {half_cycles} run from "
        f"{_span(designs, lambda d: d.field.start_T)} T downwards (to at most "
        f"{_span(designs, lambda d: d.field.stop_T)} T) at α = "
        f"{_span(designs, lambda d: to_degrees(d.alpha))}° between field and c axis, with "
        f"{' or '.join(words[o] for o in offsets)} and seed{'s' if len(seeds) > 1 else ''} "
        f"{_span(designs, lambda d: d.run.seed)}; field steps of up to "
        f"{_span(designs, lambda d: d.field.largest_step_T)} T were refined to "
        f"{_span(designs, lambda d: d.field.smallest_step_T)} T at the first irreversible drop and "
        "at the coercive field."
    )


def _readings(designs: Sequence[Design]) -> str:
    found = sorted({d.hp_reading for d in designs})
    return (
        "Hc is the field at which M along the field passes zero; Hp is "
        f"{' or (by preset) '.join(_READINGS[reading] for reading in found)}; "
        "Φp = (Hc − Hp)/Hc. Values are means over the half-cycles, ± is their standard deviation."
    )


def _presets(designs: Sequence[Design]) -> str:
    if not any(d.preset == "paper" for d in designs):
        return ""
    which = "" if all(d.preset == "paper" for d in designs) else " of some of the designs"
    return (
        f"The preset “paper”{which} (layer of 1 nm, centred pattern, Hp by the slope, unless "
        "stated otherwise above) is a fit to two values reported by Yang et al. 2024; it is not a "
        "record of what the authors of that work did."
    )


def _unfinished(records: Sequence[RunRecord]) -> str:
    open_runs = [r for r in records if r.result is None]
    if not open_runs:
        return ""
    names = ", ".join(f"{r.name} ({r.state.value.lower()})" for r in open_runs[:5])
    return (
        f"Not finished when this was written: {names}"
        f"{' and others' if len(open_runs) > 5 else ''}; their curves are incomplete."
    )


def _span(designs: Sequence[Design], value: Callable[[Design], Any]) -> str:
    """Return one value, a short list, or a range."""
    found = sorted({value(design) for design in designs})
    if len(found) > 4:
        return f"{found[0]:g} to {found[-1]:g}"
    return " / ".join(f"{each:g}" for each in found)
