"""Candidates become designs of a campaign, with what was predicted of them written down."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from smcogui.app.session import Session
from smcogui.app.verification import CAMPAIGN, Verifications, compare_readings
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.progress import MemberState
from smcogui.data.dataset import design_columns
from smcogui.surrogates.features import features_of
from smcogui.surrogates.forward import readings_of
from smcogui.surrogates.queries import make_query
from smcogui.surrogates.search_space import SearchSpace
from smcogui.surrogates.suggestions import suggest_queries


def test_candidates_wait_in_a_paused_campaign_with_their_predictions(tmp_path: Path) -> None:
    session = Session(tmp_path / "magnets")
    surrogate = session.surrogates.surrogate()
    base = {"L_nm": 90.0, "d_nm": 25.0, "wS_nm": 6.0, "wZ_nm": 4.0, "alpha_deg": 20.0}
    own = {"Ms_z_kA_m": 400.0, "sigma_dw_z_mJ_m2": 15.0, "l_dw_z_nm": 4.0}
    queries = np.vstack(
        [make_query(base, "DFT"), make_query(base | own), make_query(base | {"L_nm": 95.5}, "Mod")]
    )
    readings = readings_of(surrogate.predict(queries))
    verifications = Verifications(session)

    keys = verifications.add(surrogate, queries, readings, {"mu0_Hc_T": 4.0})
    again = verifications.add(surrogate, queries[:1], readings[:1], {"mu0_Hc_T": 4.1})

    assert len(set(keys)) == 3
    assert again == [keys[0]]
    assert session.campaigns.load(CAMPAIGN).order is CampaignOrder.PAUSE
    rows = {row.key: row for row in verifications.rows()}
    assert set(rows) == set(keys)
    assert all(row.state is MemberState.WAITING for row in rows.values())
    assert rows[keys[0]].wanted == {"mu0_Hc_T": 4.1}
    assert rows[keys[1]].predicted == readings[2]  # named phases come first
    assert rows[keys[0]].facts()["readings"] is None


def test_designs_of_a_campaign_have_the_conditions_of_the_surrogate(tmp_path: Path) -> None:
    session = Session(tmp_path / "magnets")
    surrogate = session.surrogates.surrogate()

    selection = session.surrogates.suggest("next", 4)

    assert len(selection.members) == 4
    for member in selection.members:
        assert surrogate.differences(member.design) == {}
        columns = design_columns(member.design)
        assert columns["wS_nm"] <= columns["L_nm"] / 2
    queries = [tuple(member.point.values()) for member in selection.members]
    assert len(set(queries)) == 4
    more = session.surrogates.suggest("next", 2)
    assert not {m.key for m in more.members} & {m.key for m in selection.members}


def test_suggestions_are_unsure_and_far_from_each_other(tmp_path: Path) -> None:
    surrogate = Session(tmp_path / "magnets").surrogates.surrogate()
    space = SearchSpace.of(surrogate, {}, ("DFT", "Mod"))
    none = np.empty((0, 8))

    chosen = suggest_queries(surrogate, space, 12, none)
    other = suggest_queries(surrogate, space, 12, chosen[:6])

    assert space.accepts(chosen).all()
    U, phase = space.even_points(256, 1)
    usual = space.designs(U, phase)
    for judge in (
        lambda X: surrogate.remoteness(features_of(X)),
        lambda X: surrogate.predict(X).spread[:, 0],
    ):
        assert np.median(judge(chosen)) > np.median(judge(usual))
    assert not {tuple(x) for x in other} & {tuple(x) for x in chosen[:6]}


def test_predicted_and_simulated_are_compared_reading_by_reading() -> None:
    predicted = {"mu0_Hc_T": 4.0, "mu0_Hc_T_low": 3.5, "mu0_Hc_T_high": 4.5, "Phi_p": 0.1}
    predicted |= {"Phi_p_low": 0.0, "Phi_p_high": 0.2}

    found = compare_readings(predicted, {"mu0_Hc_T": 4.6, "Phi_p": None})

    assert found["mu0_Hc_T"]["error"] == 4.6 - 4.0
    assert found["mu0_Hc_T"]["inside"] is False
    assert found["Phi_p"]["error"] is None
    assert found["mu0_Hp_T"]["predicted"] is None
