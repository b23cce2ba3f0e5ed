"""``invert``: designs that are predicted to have wanted readings, verified on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smcogui.app.running import run_here
from smcogui.app.verification import CAMPAIGN, Verifications, compare_readings
from smcogui.app.worker import StopSignals
from smcogui.cli.output import format_value, write_json, write_line
from smcogui.cli.paper_invert import tell_i_nn, tell_table_1
from smcogui.cli.predict_verb import about_model, chosen_surrogate
from smcogui.cli.project_verb import open_project
from smcogui.cli.run_verb import ProgressLog
from smcogui.cli.surrogate_arguments import FREE, GEOMETRY_WORDS, TARGET_WORDS
from smcogui.design.limits import check_choice, check_number
from smcogui.design.tables import Z_PHASES
from smcogui.errors import InputError
from smcogui.surrogates.designs import design_of_query
from smcogui.surrogates.inverse import invert
from smcogui.surrogates.optimise import OBJECTIVES, pareto_front
from smcogui.surrogates.search_space import SearchSpace

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from smcogui.surrogates.candidates import Candidate
    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.inverse import InverseAnswer


def execute(options: argparse.Namespace) -> int:
    """Search, and simulate the best candidates where that was asked for."""
    _check_numbers(options)
    surrogate = chosen_surrogate(options)
    if options.table_1:
        return tell_table_1(options, surrogate)
    space = space_of(options, surrogate)
    wanted = {
        name: value
        for word, name in TARGET_WORDS.items()
        if (value := getattr(options, word.replace("-", "_"))) is not None
    }
    if options.pareto is not None:
        return _optimise(options, surrogate, space, wanted)
    if options.i_nn is not None:
        return tell_i_nn(options, surrogate, space, wanted)
    answer = invert(
        surrogate,
        space,
        wanted,
        count=options.n,
        scatter_nm=options.scatter,
        # What is simulated is the mean of so many half-cycles.
        cycles=options.cycles if options.verify else None,
    )
    facts = _facts(answer, surrogate, wanted)
    if options.verify:
        chosen = answer.candidates or ([answer.nearest] if answer.nearest is not None else [])
        facts["verified"] = _verified(options, surrogate, wanted, chosen[: options.verify])
    if options.json:
        write_json(facts)
    else:
        _tell(answer, facts, surrogate, options.project)
    return 0


def _optimise(
    options: argparse.Namespace,
    surrogate: Surrogate,
    space: SearchSpace,
    wanted: dict[str, float],
) -> int:
    """Tell the Pareto front of the readings that ``--pareto`` names."""
    if wanted or options.verify or options.scatter:
        raise _refused(
            "pareto", "beside wishes, --verify or --scatter", "the box, --n, --project and --model"
        )
    names = options.pareto or list(OBJECTIVES)
    for name in names:
        check_choice("pareto", name, tuple(OBJECTIVES))
    objectives = {name: OBJECTIVES[name] for name in names}
    front = pareto_front(surrogate, space, objectives, count=options.n)
    if options.json:
        write_json(
            {
                "objectives": {
                    name: "more" if more else "less" for name, more in objectives.items()
                },
                "front": [each.facts() for each in front.candidates],
                "notes": list(front.notes),
                **about_model(surrogate),
            }
        )
        return 0
    for each in front.candidates:
        write_line(_in_words(each, tuple(names)))
    for note in front.notes:
        write_line(note)
    write_line(_source_of(surrogate))
    return 0


def space_of(options: argparse.Namespace, surrogate: Surrogate) -> SearchSpace:
    """Return the box that the options allow; raises InputError where it is empty."""
    ranges = {
        name: _ends(word, getattr(options, word))
        for word, name in GEOMETRY_WORDS.items()
        if getattr(options, word) is not None
    }
    if options.alpha != [FREE]:
        ranges["alpha_deg"] = _ends("alpha", options.alpha)
    z_phases: list[str] = []
    if options.z_phase != [FREE]:
        z_phases = list(dict.fromkeys(options.z_phase))
        for name in z_phases:
            check_choice("z-phase", name, (*Z_PHASES, FREE))
            if name == FREE:
                raise _refused("z-phase", "free among names", "names, or free alone")
    return SearchSpace.of(surrogate, ranges, z_phases, options.max_zr_at_percent)


def _ends(word: str, given: list[Any]) -> tuple[float, float]:
    """Return the two ends of a range, equal for one number."""
    allowed = "a number, or the two ends of a range"
    if len(given) > 2:
        raise _refused(word, f"{len(given)} values", allowed)
    try:
        low, high = float(given[0]), float(given[-1])
    except ValueError as error:
        told = " ".join(str(each) for each in given)
        raise _refused(word, told, f"{allowed}, or {FREE}") from error
    key = "field.alpha_deg" if word == "alpha" else f"nanostructure.{GEOMETRY_WORDS[word]}"
    for end in (low, high):
        check_number(key, end)
    return low, high


def _verified(
    options: argparse.Namespace,
    surrogate: Surrogate,
    wanted: dict[str, float],
    chosen: list[Candidate] | tuple[Candidate, ...],
) -> list[dict[str, Any]]:
    """Simulate candidates in the project, or in ``runs`` of the working directory."""
    if options.project is None:
        with StopSignals() as should_stop:
            return [
                _run(number, each, options, surrogate, should_stop)
                for number, each in enumerate(chosen, start=1)
            ]
    import numpy as np

    verifications = Verifications(open_project(options.project))
    queries = np.array([each.query for each in chosen])
    readings = [each.readings for each in chosen]
    keys = verifications.add(surrogate, queries, readings, wanted, cycles=options.cycles)
    with StopSignals() as should_stop:
        verifications.run(keys, on_events=ProgressLog("verify"), should_stop=should_stop)
    return [each.facts() for each in verifications.rows() if each.key in keys]


def _run(
    number: int,
    candidate: Candidate,
    options: argparse.Namespace,
    surrogate: Surrogate,
    should_stop: StopSignals,
) -> dict[str, Any]:
    name = f"candidate {number}"
    design = design_of_query(candidate.query, surrogate.conditions, name, cycles=options.cycles)
    result = run_here(design, on_events=ProgressLog(name), should_stop=should_stop)
    return {
        "name": name,
        "run_dir": str(result["run_dir"]),
        "readings": compare_readings(candidate.readings, result),
    }


def _facts(answer: InverseAnswer, surrogate: Surrogate, wanted: dict[str, float]) -> dict[str, Any]:
    return {
        "reachable": answer.is_reachable,
        "wanted": wanted,
        "candidates": [each.facts() for each in answer.candidates],
        "nearest": answer.nearest.facts() if answer.nearest is not None else None,
        "notes": list(answer.notes),
        "standing": {name: each.facts() for name, each in answer.standings.items()},
        **about_model(surrogate),
    }


def _tell(
    answer: InverseAnswer, facts: dict[str, Any], surrogate: Surrogate, project: Path | None
) -> None:
    for number, each in enumerate(answer.candidates, start=1):
        write_line(f"{number}. {_in_words(each)}")
    if answer.nearest is not None:
        write_line(f"nearest: {_in_words(answer.nearest)}")
    for name, standing in answer.standings.items():
        write_line(f"{name} is {standing.words()}")
    for note in answer.notes:
        write_line(note)
    for row in facts.get("verified", []):
        write_line(f"verified: {row['name']}")
        for name, each in (row["readings"] or {}).items():
            told = ", ".join(f"{key} {format_value(value)}" for key, value in each.items())
            write_line(f"  {name}: {told}")
    if "verified" in facts and project is not None:
        write_line(
            f"they are in the campaign {CAMPAIGN!r}; `train {project} --campaign ... {CAMPAIGN}` "
            "learns from them"
        )
    write_line(_source_of(surrogate))


def _source_of(surrogate: Surrogate) -> str:
    return (
        f"predicted by {surrogate.name}, learned from {surrogate.designs} designs; only a "
        "simulation verifies (--verify N)"
    )


def _in_words(candidate: Candidate, names: tuple[str, ...] = ("mu0_Hc_T", "Phi_p")) -> str:
    facts = candidate.facts()
    geometry = ", ".join(f"{word} {facts[name]:g}" for word, name in GEOMETRY_WORDS.items())
    readings = ", ".join(
        f"{name} {format_value(facts[name])} ({format_value(facts[name + '_low'])} to "
        f"{format_value(facts[name + '_high'])})"
        for name in names
    )
    return (
        f"{geometry} nm, alpha {facts['alpha_deg']:g}°, Z {facts['z_phase']}, "
        f"Zr {facts['zr_at_percent']:.2f} at%: {readings}, "
        f"{'; '.join((facts['trust'], *candidate.doubts))}"
    )


def _check_numbers(options: argparse.Namespace) -> None:
    for word, value, low, high in (
        ("verify", options.verify, 0, options.n),
        ("cycles", options.cycles, 1, 1000),
    ):
        if not low <= value <= high:
            raise _refused(word, str(value), f"{low} to {high}")
    limit = options.max_zr_at_percent
    if limit is not None and not 0 < limit <= 100:
        raise _refused("max-zr-at-percent", f"{limit:g}", "above 0 and at most 100")


def _refused(key: str, given: str, allowed: str) -> InputError:
    return InputError(
        f"--{key} is {given}; allowed is {allowed}", key=key, given=given, allowed=allowed
    )
