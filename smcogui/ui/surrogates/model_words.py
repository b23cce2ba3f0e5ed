"""What a model's card says, in sentences and rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smcogui.app.surrogate_choice import SHIPPED
from smcogui.app.training_folder import TrainingState
from smcogui.ui.surrogate_words import READINGS, condition_words, reading_symbol, reading_text
from smcogui.ui.widgets.list_table import Row
from smcogui.units import NO_VALUE, decimal_text
from smcogui.units.durations import duration_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smcogui.app.suggestion_gain import SuggestionGain
    from smcogui.app.surrogate_views import SurrogateView
    from smcogui.surrogates.forward import Surrogate
    from smcogui.ui.field_unit import FieldUnit

MODEL_TITLES: Final = ("Surrogate", "State", "Designs", "R² of Hc", "RMSE of Hc", "In use")
SCORE_TITLES: Final = (
    "Reading",
    "R² (95 %)",
    "R², shipped",
    "R² (paper)",
    "RMSE",
    "Best possible",
    "Covered",
)
SCORE_TIP: Final = (
    "On designs that were never trained on, without field angles of 90°. R² is 1 − SSE/SST with "
    "its 95 % interval, R² (paper) a ratio of variances. Best possible: the RMSE that the scatter "
    "among half-cycles leaves. Covered: the share of true values inside the intervals."
)
_HASH_DIGITS: Final = 12


def scores_of(surrogate: Surrogate | None) -> Mapping[str, Mapping[str, Any]]:
    """Return the scores of each reading on test designs; empty where there are none."""
    if surrogate is None:
        return {}
    found: Mapping[str, Mapping[str, Any]] = surrogate.about.get("test", {}).get("outputs", {})
    return found


def model_row(view: SurrogateView, used: str, unit: FieldUnit) -> Row:
    """Return a surrogate as a row of the list."""
    scores = scores_of(view.surrogate).get("mu0_Hc_T", {})
    designs = 0 if view.surrogate is None else view.surrogate.designs
    r2, rmse = scores.get("r2"), scores.get("rmse")
    is_used = view.name == used
    return Row(
        row_id=view.name,
        cells=(
            (view.name, view.name.casefold()),
            (state_text(view), state_text(view)),
            (str(designs) if designs else NO_VALUE, float(designs)),
            (decimal_text(r2, 3), float("-inf") if r2 is None else float(r2)),
            (reading_text("mu0_Hc_T", rmse, unit), float("inf") if rmse is None else float(rmse)),
            ("✔ predicts" if is_used else "", "0" if is_used else "1"),
        ),
        tip=view.trouble or about_text(view),
    )


def state_text(view: SurrogateView) -> str:
    """Return where a surrogate stands, in a few words."""
    status = view.status
    if status is None:
        return "comes with the program"
    if status.state is TrainingState.RUNNING:
        if not status.steps:
            return "training begins"
        if status.step == status.steps:
            return "scores are computed"
        left = "" if status.eta_s is None else f", {duration_text(status.eta_s)} to go"
        return f"step {status.step} of {status.steps}{left}"
    if status.state is TrainingState.DONE and view.surrogate is None:
        return "cannot be used"
    return {TrainingState.DONE: "trained", TrainingState.NONE: "trained elsewhere"}.get(
        status.state, f"training {status.state}"
    )


def score_rows(
    surrogate: Surrogate | None, shipped: Surrogate | None, unit: FieldUnit
) -> list[Row]:
    """Return the scores of a surrogate by reading, with those of the shipped one beside."""
    scores, others = scores_of(surrogate), scores_of(shipped)
    rows = []
    for number, name in enumerate(READINGS):
        if name not in scores:
            continue
        each, other = scores[name], others.get(name, {})
        r2 = f"{decimal_text(each['r2'], 3)} ({_range(each)})"
        cells = (
            reading_symbol(name, unit),
            r2 if each["r2"] is not None else NO_VALUE,
            decimal_text(other.get("r2"), 3),
            decimal_text(each["r2_paper"], 3),
            reading_text(name, each["rmse"], unit),
            reading_text(name, each["best_rmse"], unit),
            NO_VALUE if each["coverage"] is None else f"{100 * each['coverage']:.0f} %",
        )
        row: list[tuple[str, float | str]] = [(cells[0], str(number))]
        row += [(cell, float(number)) for cell in cells[1:]]
        rows.append(Row(row_id=name, cells=tuple(row)))
    return rows


def about_text(view: SurrogateView) -> str:
    """Return what a card says besides scores: designs, conditions, data, date."""
    if view.surrogate is None:
        return ""
    about, surrogate = view.surrogate.about, view.surrogate
    test, split = about.get("test", {}), about.get("split", {})
    created = str(about.get("created", ""))[:10]
    parts = (
        f"Learned from {surrogate.designs} simulated designs"
        + (f" on {created}" if created else "")
        + f", tested on {test.get('designs', 0)} others, {_trust(test.get('trust', {}))}.",
        f"Holds for: {condition_words(surrogate.conditions)}.",
        f"Intervals hold {100 * _level(surrogate):g} % of the true values, as far as the badge "
        "does not say otherwise.",
        f"Data: SHA-256 {_short(split.get('training_sha256'))} trained on, "
        f"{_short(split.get('test_sha256'))} tested on.",
    )
    return " ".join(parts)


def comparison_text(surrogate: Surrogate | None, shipped: Surrogate | None) -> str:
    """Return how far scores can be compared with those of the shipped surrogate."""
    if surrogate is None or shipped is None or surrogate.name == SHIPPED:
        return ""
    own, its = (each.about.get("split", {}).get("test_sha256") for each in (surrogate, shipped))
    if own == its:
        return "Both were tested on the same designs: their scores compare."
    return "The shipped surrogate was tested on other designs, so that scores compare only roughly."


def peers_text(surrogate: Surrogate | None, unit: FieldUnit) -> str:
    """Return the scores of models that were trained on the same designs; empty for none."""
    peers: Mapping[str, Any] = {} if surrogate is None else surrogate.about.get("peers", {})
    told = [
        f"{name} R² {decimal_text(each['mu0_Hc_T']['r2'], 3)}"
        for name, each in peers.items()
        if each.get("mu0_Hc_T", {}).get("r2") is not None
    ]
    if not told:
        return ""
    return f"On the same designs, {reading_symbol('mu0_Hc_T', unit)} by {', '.join(told)}."


def curve_text(surrogate: Surrogate | None, unit: FieldUnit) -> str:
    """Return how far more designs would carry by the learning curve; empty without one."""
    curve: Mapping[str, Any] = (
        {} if surrogate is None else surrogate.about.get("learning_curve", {})
    )
    told = []
    for name in ("mu0_Hc_T", "Phi_p"):
        if name not in curve:
            continue
        designs = curve[name].get("designs_for_half_the_rmse")
        told.append(
            f"{reading_symbol(name, unit)} "
            + ("cannot be told" if designs is None else f"about {designs:,.0f}")
        )
    return (
        f"Designs for half of the error, by the learning curve: {'; '.join(told)}." if told else ""
    )


def gains_text(gains: Sequence[SuggestionGain], unit: FieldUnit) -> str:
    """Return what suggested designs brought, beside what as many others would have."""
    return " ".join(_gain_text(each, unit) for each in gains)


def _gain_text(gain: SuggestionGain, unit: FieldUnit) -> str:
    before, after = (
        reading_text(gain.reading, value, unit) for value in (gain.rmse_before, gain.rmse_after)
    )
    expected = (
        "what as many others would have brought is not known, without a learning curve"
        if gain.rmse_expected is None
        else "as many others would have brought it to "
        f"{reading_text(gain.reading, gain.rmse_expected, unit)}, by the learning curve"
    )
    return (
        f"{gain.designs_after - gain.designs_before} suggested designs more than "
        f"{gain.before!r} ({gain.designs_before}) brought the RMSE of "
        f"{reading_symbol(gain.reading, unit)} from {before} to {after}, tested on the same "
        f"designs; {expected}."
    )


def paragraphs(texts: Sequence[str]) -> str:
    """Return sentences below each other, without empty ones."""
    return "\n".join(text for text in texts if text)


def _level(surrogate: Surrogate) -> float:
    calibration = surrogate.model.calibration
    return 0.9 if calibration is None else calibration.level


def _range(scores: Mapping[str, Any]) -> str:
    low, high = (decimal_text(scores[key], 2) for key in ("r2_low", "r2_high"))
    return NO_VALUE if NO_VALUE in (low, high) else f"{low}–{high}"


def _short(sha256: Any) -> str:
    return str(sha256)[:_HASH_DIGITS] if sha256 else "not known"


def _trust(counts: Mapping[str, int]) -> str:
    told = [f"{count} of them {name}" for name, count in counts.items() if count]
    return ", ".join(told) or "of unknown trust"
