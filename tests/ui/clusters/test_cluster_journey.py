"""Through the whole wizard to a real Slurm over a real sshd, submitted and fetched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from smcogui.runs.cluster.profile import POLL_VARIABLE
from smcogui.runs.place import read_place
from smcogui.runs.state import RunState
from smcogui.ui.clusters.host_key_dialog import HostKeyDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopback.cluster import Cluster
    from pytestqt.qtbot import QtBot

    from smcogui.design.design import Design
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.wizard.wizard_dialog import WizardDialog

WAIT_MS = 60_000
COMPUTED_MS = 240_000
"""A node compiles the solver before its first run."""


def describe(wizard: WizardDialog, cluster: Cluster) -> None:
    """Type in the first step where the cluster is."""
    rows = wizard.host.rows.fields
    rows["host"].show_value(cluster.sshd.host)
    rows["name"].show_value("loopback")
    rows["port"].show_value(cluster.sshd.port)
    rows["user"].show_value(cluster.sshd.user)


def sign_in(wizard: WizardDialog, window: MainWindow, cluster: Cluster, qtbot: QtBot) -> None:
    """Sign in with a key, after the host key was compared."""
    page = wizard.sign_in
    for way, box in page.ways.items():
        box.setChecked(way == "key")
    page.rows.fields["identity_file"].show_value(str(cluster.sshd.identity_file))
    wizard.next_button.click()
    qtbot.waitUntil(lambda: bool(window.clusters.asker.dialogs), timeout=WAIT_MS)
    dialog = window.clusters.asker.dialogs[0]
    assert isinstance(dialog, HostKeyDialog)
    dialog.published.setText(dialog.fingerprint.text())
    dialog.trust.click()


def ask_for_little(wizard: WizardDialog) -> None:
    """Ask for what the small node has."""
    rows = wizard.resources.rows["Each job"].fields
    for name, value in (("time_limit_min", 10), ("memory_MB", 400), ("cpus", 1)):
        rows[name].show_value(value)


@pytest.mark.cluster
def test_design_is_submitted_and_fetched(
    make_window: Callable[..., MainWindow],
    tiny: Design,
    cluster: Cluster,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(POLL_VARIABLE, "0.2")
    window = make_window()
    small = replace(tiny, mesh=replace(tiny.mesh, domain=12e-9), name="small")
    window.document.apply(small, "a small design")
    window.actions_by_id["cluster.submit"].trigger()
    wizard = window.clusters.starts.wizard
    assert wizard is not None
    describe(wizard, cluster)

    def go_on() -> None:
        page = wizard.page
        qtbot.waitUntil(wizard.next_button.isEnabled, timeout=WAIT_MS)
        wizard.next_button.click()
        qtbot.waitUntil(lambda: wizard.page is not page, timeout=WAIT_MS)

    go_on()
    sign_in(wizard, window, cluster, qtbot)
    qtbot.waitUntil(lambda: wizard.page is wizard.check, timeout=WAIT_MS)
    go_on()
    assert wizard.draft.known.partitions
    ask_for_little(wizard)
    go_on()
    wizard.engine.rows.fields["python"].show_value(cluster.python)
    wizard.draft.change(poll_s=0.2)
    go_on()
    qtbot.waitUntil(lambda: "#SBATCH" in wizard.script.script.toPlainText(), timeout=WAIT_MS)
    go_on()
    banner = wizard.submit.check_banner
    qtbot.waitUntil(lambda: "would take it" in banner.text(), timeout=WAIT_MS)
    qtbot.waitUntil(wizard.next_button.isEnabled)
    wizard.next_button.click()
    tab = window.clusters.tab
    qtbot.waitUntil(lambda: tab.submission is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: tab.submission.fetched == 1, timeout=COMPUTED_MS)
    assert tab.submission.is_over
    (run,) = window.session.runs()
    assert run.state is RunState.DONE
    place = read_place(run.folder)
    assert place is not None
    assert place.cluster == "loopback"
    qtbot.waitUntil(
        lambda: [each.run_id for each in window.analysis_tab.table.runs] == [run.run_id],
        timeout=WAIT_MS,
    )
