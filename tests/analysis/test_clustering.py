"""Clusters by rank correlation: scipy's linkage, read as names."""

from __future__ import annotations

import numpy as np
import pytest

from smcogui.analysis.clustering import cluster_quantities, cluster_table
from smcogui.analysis.design_table import DesignTable
from smcogui.errors import InputError


def test_merges_follow_the_correlations() -> None:
    correlation = np.array(
        [[1, -0.9, 0.2, 0.1], [-0.9, 1, 0.3, 0], [0.2, 0.3, 1, 0.6], [0.1, 0, 0.6, 1]]
    )

    tree = cluster_quantities("abcd", correlation)

    assert tree.first_pair() == {"a", "b"}
    distances = [merge["distance"] for merge in tree.merges()]
    # the last: the mean of the four distances between both pairs
    assert distances == pytest.approx([0.1, 0.4, 1 - (0.2 + 0.1 + 0.3 + 0) / 4])
    assert tree.holds(["c", "d"])
    assert not tree.holds(["a", "c"])


def test_aliased_constants_of_two_z_phases_are_joined_first(planted: DesignTable) -> None:
    tree = cluster_table(planted)

    assert tree.merges()[0]["distance"] == pytest.approx(0)
    assert tree.holds(["Ms_z_kA_m", "sigma_dw_z_mJ_m2", "l_dw_z_nm"])
    assert tree.holds(["wZ_nm", "Phi_p"])
    assert tree.holds(["alpha_deg", "mu0_Hc_T"])


def test_unknown_correlation_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be joined"):
        cluster_quantities("abc", np.full((3, 3), np.nan))
