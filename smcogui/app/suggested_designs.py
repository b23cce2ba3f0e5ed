"""Active learning: what a surrogate would learn most from, put into a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smcogui.app.suggestion_gain import note_suggestion, suggested_campaigns
from smcogui.app.verification import list_of
from smcogui.campaigns.campaign import design_of_entry
from smcogui.campaigns.feasibility import Feasibility
from smcogui.data.dataset import design_columns
from smcogui.errors import InputError
from smcogui.surrogates.features import INPUTS, queries_of
from smcogui.surrogates.suggestions import MOST, suggest_queries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.app.session import Session
    from smcogui.campaigns.feasibility import Selection
    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.search_space import SearchSpace

    Array = NDArray[np.float64]


def add_suggestions(
    session: Session,
    surrogate: Surrogate,
    space: SearchSpace,
    campaign: str,
    count: int,
    cycles: int,
) -> Selection:
    """Add designs to a campaign; see :meth:`ProjectSurrogates.suggest`.

    Raises
    ------
    InputError
        If the number is not allowed, or named and free Z phases would mix.
    """
    if not 1 <= count <= MOST:
        raise InputError(
            f"{count} designs are to be suggested; allowed is 1 to {MOST}",
            key="suggest",
            given=str(count),
            allowed=f"1 to {MOST}",
        )
    campaigns = session.campaigns
    names = [each.name for each in campaigns.records()]
    if campaign not in names:
        campaigns.create(campaign)
        names.append(campaign)
    before = len(campaigns.store.entries(campaign))
    chosen = suggest_queries(surrogate, space, count, _known(session, names), seed=before)
    sampling = list_of(list(chosen), surrogate, campaign, cycles=cycles, seed=before)
    selection = campaigns.add(campaign, sampling, Feasibility())
    folder = session.surrogates.folder
    # Among others they could not be told apart later.
    if not before or campaign in suggested_campaigns(folder):
        note_suggestion(folder, campaign, len(selection.members), surrogate.name)
    return selection


def _known(session: Session, names: list[str]) -> Array:
    """Return all designs of campaigns as queries, shape (n, n_inputs)."""
    store = session.campaigns.store
    rows = []
    for name in names:
        loaded = store.load(name)
        rows += [design_columns(design_of_entry(loaded, each)) for each in store.entries(name)]
    return queries_of(rows) if rows else np.empty((0, len(INPUTS)))
