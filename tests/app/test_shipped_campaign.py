"""The packed project with the simulations that are shipped."""

from __future__ import annotations

from pathlib import Path

from smcogui.app.jobs import no_progress
from smcogui.app.project_campaigns import dataset_rows
from smcogui.app.session import Session
from smcogui.data.dataset import check_unmixed, dataset_row

SHIPPED = Path(__file__).resolve().parents[2] / "models" / "data" / "campaign.smco"


def test_shipped_simulations_are_unpacked_distinct_and_comparable(tmp_path: Path) -> None:
    project = Session.import_project(SHIPPED, tmp_path / "project", no_progress)
    campaigns = Session(project).campaigns
    rows = {
        name: [dataset_row(row) for row in dataset_rows(campaigns.statuses(name))]
        for name in ("train", "test_offgrid", "seed_scatter")
    }
    assert len(rows["test_offgrid"]) == 54
    assert {row["cycles"] for row in rows["seed_scatter"]} == {8}
    everything = [row for table in rows.values() for row in table]
    assert len({row["run_id"] for row in everything}) == len(everything)
    check_unmixed(everything)
    keys = {name: {entry.key for entry in campaigns.store.entries(name)} for name in rows}
    assert not keys["train"] & keys["test_offgrid"]
    assert all(row["mu0_Hc_T"] > 0 for row in rows["seed_scatter"])
