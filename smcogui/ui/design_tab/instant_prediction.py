"""Keeps the predicted readings in step with the design, in the time of one frame.

The surrogate is read by a worker thread; one query of it takes half a millisecond and needs no
file, so that it is answered in the window's thread, within the very step of a slider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal

from smcogui.errors import InputError
from smcogui.ui.design_tab.design_words import in_words
from smcogui.ui.design_tab.predicted_card import PredictedCard, ShownPrediction
from smcogui.ui.surrogate_words import difference_words, range_words, score_words, trust_words

if TYPE_CHECKING:
    from smcogui.app.session import Session
    from smcogui.design.design import Design
    from smcogui.surrogates.forward import Surrogate
    from smcogui.ui.design_document import DesignDocument
    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch
    from smcogui.ui.run_bridge import RunBridge

_TOPIC: Final = "surrogate"


class InstantPrediction(QObject):
    """Predicts the current design whenever it changes.

    Signals
    -------
    surrogate_changed : Signal()
        Another surrogate answers, or none.
    """

    surrogate_changed = Signal()

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        document: DesignDocument,
        units: FieldUnitSwitch,
        card: PredictedCard,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge = session, bridge
        self._document, self._units, self._card = document, units, card
        self._surrogate: Surrogate | None = None
        self._ghost: dict[str, Any] = {}
        self._why_none = "The surrogate is being read…"
        document.changed.connect(lambda _design: self._predict())
        document.ghost_changed.connect(lambda _ghost: self._ghost_changed())
        units.changed.connect(lambda _unit: self._predict())
        self._predict()

    @property
    def surrogate(self) -> Surrogate | None:
        """The surrogate that answers; None while it is read and where it cannot be used."""
        return self._surrogate

    def use(self, name: str | None = None) -> None:
        """Let a surrogate of the project answer, by default the newest, else the shipped one."""
        design = self._document.design

        def read() -> Surrogate:
            surrogate = self._session.surrogates.surrogate(name)
            # The first answer takes longer than those that a slider waits for.
            shown_prediction(surrogate, design, {}, self._units.unit)
            return surrogate

        self._bridge.ask(_TOPIC, read, self._answered_by, self._failed)

    def leave_project(self) -> None:
        """Predict nothing until a surrogate of the next project is read."""
        self._bridge.drop(_TOPIC)
        self._set(None, "The surrogate is being read…")

    def _answered_by(self, surrogate: Surrogate) -> None:
        self._set(surrogate, "")

    def _failed(self, error: Exception) -> None:
        self._set(None, f"There is no prediction: {error}")

    def _set(self, surrogate: Surrogate | None, why_none: str) -> None:
        self._surrogate, self._why_none = surrogate, why_none
        if surrogate is not None and surrogate.model.calibration is not None:
            self._card.show_level(surrogate.model.calibration.level)
        self._ghost_changed()
        self.surrogate_changed.emit()

    def _ghost_changed(self) -> None:
        ghost = self._document.ghost
        self._ghost = {}
        if self._surrogate is not None and ghost is not None:
            self._ghost = dict(
                shown_prediction(self._surrogate, ghost, {}, self._units.unit).readings
            )
        self._predict()

    def of(self, design: Design, old: dict[str, Any] | None = None) -> ShownPrediction:
        """Return what is shown of a design, or in words why there is no prediction.

        ``old`` are readings to compare with.
        """
        if self._surrogate is None:
            why = self._why_none
            return ShownPrediction(readings={}, old={}, trust="", why=why, note=why)
        return shown_prediction(self._surrogate, design, old or {}, self._units.unit)

    def _predict(self) -> None:
        self._card.show_prediction(self.of(self._document.design, self._ghost), self._units.unit)


def shown_prediction(
    surrogate: Surrogate, design: Design, old: dict[str, Any], unit: FieldUnit
) -> ShownPrediction:
    """Return what is shown of a design: its readings and badge, or in words why there are none."""
    from smcogui.surrogates.features import query_of
    from smcogui.surrogates.forward import readings_of
    from smcogui.surrogates.queries import check_queries

    differing = surrogate.differences(design)
    if differing:
        why = difference_words(surrogate, differing)
        return ShownPrediction(readings={}, old={}, trust="", why=why, note=why)
    try:
        X = check_queries(query_of(design)[None])
    except InputError as error:
        why = in_words(str(error), unit)
        return ShownPrediction(readings={}, old={}, trust="", why=why, note=why)
    readings = readings_of(surrogate.predict(X))[0]
    trust: str = readings["trust"]
    outside = "; ".join(range_words(each) for each in surrogate.ranges_left(X[0]))
    meaning = trust_words(surrogate, trust)
    told = [meaning, f"{outside}." if outside else "", score_words(surrogate, unit)]
    return ShownPrediction(
        readings=readings,
        old=old,
        trust=trust,
        why=" ".join(each for each in told if each),
        note="" if trust == "interpolating" else (f"{outside}." if outside else meaning),
    )
