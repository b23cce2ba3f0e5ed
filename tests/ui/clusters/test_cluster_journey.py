"""Through the whole wizard to a real Slurm over a real sshd, submitted and fetched."""

from __future__ import annotations

import platform
import sys
import sysconfig
import venv
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smcogui.campaigns.axes import Axis
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design_file import design_to_toml
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

sys.path.insert(0, str(Path(__file__).parents[2] / "mumax3" / "stand_in"))
from install import install

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


def go_on(wizard: WizardDialog, qtbot: QtBot) -> None:
    """Go to the next step."""
    page = wizard.page
    qtbot.waitUntil(wizard.next_button.isEnabled, timeout=WAIT_MS)
    wizard.next_button.click()
    qtbot.waitUntil(lambda: wizard.page is not page, timeout=WAIT_MS)


def open_at_solvers(window: MainWindow, cluster: Cluster, qtbot: QtBot) -> WizardDialog:
    """Go through the first steps of the wizard that was just opened, to the solvers."""
    wizard = window.clusters.starts.wizard
    assert wizard is not None
    describe(wizard, cluster)
    go_on(wizard, qtbot)
    sign_in(wizard, window, cluster, qtbot)
    qtbot.waitUntil(lambda: wizard.page is wizard.check, timeout=WAIT_MS)
    go_on(wizard, qtbot)
    assert wizard.draft.known.partitions
    ask_for_little(wizard)
    go_on(wizard, qtbot)
    wizard.draft.change(poll_s=0.2)
    return wizard


def go_to_the_submission(wizard: WizardDialog, qtbot: QtBot) -> None:
    """Go from the solvers past the script to the last step, and let the scheduler check it."""
    go_on(wizard, qtbot)
    qtbot.waitUntil(lambda: "#SBATCH" in wizard.script.script.toPlainText(), timeout=WAIT_MS)
    go_on(wizard, qtbot)
    banner = wizard.submit.check_banner
    qtbot.waitUntil(lambda: "would take it" in banner.text(), timeout=WAIT_MS)


def try_out(wizard: WizardDialog, words: str, qtbot: QtBot) -> None:
    """Run the trial job, and wait until its end is told in these words."""
    wizard.submit.smoke.click()
    banner = wizard.submit.smoke_banner
    qtbot.waitUntil(lambda: words in banner.text(), timeout=COMPUTED_MS)


def draw_campaign(window: MainWindow, design: Design) -> None:
    """Make a campaign of two designs, and show it."""
    sampling = Sampling(
        name="angles",
        method="sobol",
        base=design_to_toml(design),
        axes=(Axis(key="alpha_deg", low=20, high=60),),
        count=2,
    )
    window.session.campaigns.create("walls")
    window.session.campaigns.add("walls", sampling, Feasibility())
    window.campaigns.refresh()
    window.tabs.setCurrentWidget(window.campaigns.tab)


def python_with_torch(folder: Path) -> Path:
    """Return a Python whose torch was built for CUDA, and finds no card; it has all else."""
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    (packages / "torch").mkdir()
    (packages / "torch" / "version.py").write_text("cuda = '12.8'\n")
    (packages / "torch" / "__init__.py").write_text(
        "from torch import version\n"
        "__version__ = '2.13.0'\n"
        "class cuda:\n"
        "    is_available = staticmethod(lambda: False)\n"
    )
    return folder / "bin" / "python"


@pytest.fixture
def small(tiny: Design) -> Design:
    """Return a design of 12 x 12 cells."""
    return replace(tiny, mesh=replace(tiny.mesh, domain=12e-9), name="small")


@pytest.mark.cluster
def test_campaign_is_computed_by_mumax3_and_followed_in_its_tab(
    make_window: Callable[..., MainWindow],
    small: Design,
    cluster: Cluster,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(POLL_VARIABLE, "0.2")
    program = install(tmp_path / "mu max3")
    window = make_window()
    draw_campaign(window, replace(small, run=replace(small.run, cycles=1)))
    tab = window.campaigns.tab
    qtbot.waitUntil(lambda: tab.current is not None, timeout=WAIT_MS)
    window.actions_by_id["cluster.submit_campaign"].trigger()
    wizard = open_at_solvers(window, cluster, qtbot)
    page = wizard.engine
    assert not page.engine.text_of("mumax3")
    page.rows.fields["mumax3"].show_value(str(program))
    page.again.click()
    qtbot.waitUntil(lambda: bool(page.engine.text_of("mumax3")), timeout=WAIT_MS)
    page.engine.set_value("mumax3")
    page.ask_gpu.click()
    go_to_the_submission(wizard, qtbot)
    assert "MuMax3 computes all of it" in wizard.script.banner.text()
    # The version is a part of every run: nothing is submitted without it.
    assert "trial job first" in wizard.missing.text()
    try_out(wizard, "ran as it should, with MuMax3 3.11.1", qtbot)
    qtbot.waitUntil(wizard.next_button.isEnabled, timeout=WAIT_MS)
    assert wizard.next_button.text() == "&Submit 2 runs"
    wizard.next_button.click()

    def has_two(state: MemberState) -> bool:
        return tab.current is not None and tab.current.overview.counts[state] == 2

    qtbot.waitUntil(lambda: has_two(MemberState.SUBMITTED), timeout=WAIT_MS)
    assert tab.current.campaign.engine == "mumax3"
    qtbot.waitUntil(lambda: has_two(MemberState.DONE), timeout=COMPUTED_MS)
    assert {run.info.engine.label for run in window.session.runs()} == {"MuMax3 3.11.1"}
    # The tab of clusters is out of sight, and looks more rarely.
    qtbot.waitUntil(lambda: window.clusters.tab.submission.is_over, timeout=WAIT_MS)


@pytest.mark.cluster
def test_trial_job_says_before_anything_is_submitted_that_a_gpu_is_none(
    make_window: Callable[..., MainWindow],
    small: Design,
    cluster: Cluster,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(POLL_VARIABLE, "0.2")
    window = make_window()
    window.document.apply(small, "a small design")
    window.actions_by_id["cluster.submit"].trigger()
    wizard = open_at_solvers(window, cluster, qtbot)
    page = wizard.engine
    page.rows.fields["python"].show_value(str(python_with_torch(tmp_path / "python")))
    page.engine.set_value("builtin_gpu")
    page.ask_gpu.click()
    go_to_the_submission(wizard, qtbot)
    assert "--gres=gpu:1" in wizard.script.script.toPlainText()
    # The node gives a GPU, which is a file without a card behind it.
    try_out(wizard, "finds no NVIDIA card; install a card and a driver for CUDA 12.8", qtbot)
    assert wizard.submit.log.isVisible()
    wizard.go_back()
    wizard.go_back()
    page.engine.set_value("builtin")
    go_to_the_submission(wizard, qtbot)
    try_out(wizard, "ran as it should", qtbot)
    assert platform.node() in wizard.submit.smoke_banner.text()
    wizard.reject()
    assert not window.session.runs()


@pytest.mark.cluster
def test_design_is_submitted_and_fetched(
    make_window: Callable[..., MainWindow],
    small: Design,
    cluster: Cluster,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(POLL_VARIABLE, "0.2")
    window = make_window()
    window.document.apply(small, "a small design")
    window.actions_by_id["cluster.submit"].trigger()
    wizard = open_at_solvers(window, cluster, qtbot)
    wizard.engine.rows.fields["python"].show_value(cluster.python)
    go_to_the_submission(wizard, qtbot)
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
    fetch_states_and_clean_up(window, run.run_id, qtbot, monkeypatch)


def fetch_states_and_clean_up(
    window: MainWindow, run_id: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fetch the field states of the run that came, remove its folder there, forget it."""
    asked: list[str] = []

    def confirm(question: str, *_words: str) -> bool:
        asked.append(question)
        return True

    side, actions = window.clusters, window.actions_by_id
    monkeypatch.setattr(side, "_confirm", confirm)
    monkeypatch.setattr(side._states, "_confirm", confirm)
    window.show_run(run_id)
    qtbot.waitUntil(actions["run.fetch_states"].isEnabled, timeout=WAIT_MS)
    actions["run.fetch_states"].trigger()
    view = window.simulation_tab.states
    qtbot.waitUntil(lambda: view.state is not None, timeout=WAIT_MS)
    assert not actions["run.fetch_states"].isEnabled()
    window.tabs.setCurrentWidget(side.tab)
    folder = Path(side.tab.submission.folder)
    assert folder.is_dir()
    qtbot.waitUntil(actions["cluster.clean"].isEnabled, timeout=WAIT_MS)
    actions["cluster.clean"].trigger()
    qtbot.waitUntil(lambda: not folder.exists(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not side.tab.submission.can_clean, timeout=WAIT_MS)
    actions["cluster.forget_submission"].trigger()
    qtbot.waitUntil(lambda: side.tab.submission is None, timeout=WAIT_MS)
    assert [words.split(" ")[0] for words in asked] == ["Fetch", "Remove", "Forget"]
    assert window.session.run(run_id).state is RunState.DONE
    assert window.session.snapshots(run_id)
