"""Step by step to a submission, back again, and stopped where one has to stop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from focus_checks import nameless, unseen_focus
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid
from shown_clusters import NAME, SCRIPT, ShownClusters

from smcogui.app.cluster_report import Finding
from smcogui.errors import HostKeyChangedError, SignInError
from smcogui.runs.cluster import scheduler
from smcogui.ui.wizard.preview_words import cost_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.wizard.wizard_dialog import WizardDialog
    from smcogui.ui.wizard.wizard_page import WizardPage

WAIT_MS = 20_000


@pytest.fixture
def wizard(cluster_window: MainWindow, qtbot: QtBot) -> WizardDialog:
    """Return the wizard as it opens for the current design."""
    cluster_window.actions_by_id["cluster.submit"].trigger()
    wizard = cluster_window.clusters.starts.wizard
    assert wizard is not None
    qtbot.waitUntil(lambda: wizard.host.profile.count() > 1, timeout=WAIT_MS)
    wizard.activateWindow()
    qtbot.waitUntil(wizard.isActiveWindow)
    return wizard


def go_to(wizard: WizardDialog, page: WizardPage, qtbot: QtBot) -> None:
    """Go on, as Enter does, until a page is in sight and at rest."""
    if not wizard.host.draft.saved:
        wizard.host.profile.set_value(NAME)
    while wizard.page is not page:
        before = wizard.page
        qtbot.waitUntil(wizard.next_button.isEnabled, timeout=WAIT_MS)
        wizard.next_button.click()
        qtbot.waitUntil(lambda before=before: wizard.page is not before, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not page.why_not(), timeout=WAIT_MS)


def test_keyboard_alone_gets_to_a_submission(
    wizard: WizardDialog, cluster_window: MainWindow, shown: ShownClusters, qtbot: QtBot
) -> None:
    assert QApplication.focusWidget() is wizard.host.profile
    qtbot.keyClick(wizard.host.profile, Qt.Key.Key_Home)
    qtbot.keyClick(wizard.host.profile, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is wizard.host.rows.fields["host"].control
    qtbot.keyClicks(QApplication.focusWidget(), "login7.hpc.example")
    assert wizard.draft.name == "hpc"
    for page in wizard.pages[1:]:
        qtbot.waitUntil(wizard.next_button.isEnabled, timeout=WAIT_MS)
        qtbot.keyClick(wizard, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda page=page: wizard.page is page, timeout=WAIT_MS)
        assert page.isAncestorOf(QApplication.focusWidget()), page.title
    assert wizard.next_button.text() == "&Submit 100 runs"
    qtbot.waitUntil(lambda: "14:20" in wizard.submit.check_banner.text(), timeout=WAIT_MS)
    qtbot.waitUntil(wizard.next_button.isEnabled)
    qtbot.keyClick(wizard, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "submit smco-3f9c2a71" in shown.asked, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: cluster_window.clusters.starts.wizard is None, timeout=WAIT_MS)
    assert "walls: 100 runs were submitted" in cluster_window.clusters.tab.banner.text()
    assert [profile.host for profile in shown.saved] == ["login7.hpc.example"]


def test_submitting_begins_with_the_cluster_of_the_last_submission(
    wizard: WizardDialog, cluster_window: MainWindow
) -> None:
    assert cluster_window.clusters.tab.submission.cluster == NAME
    assert wizard.host.profile.value() == NAME
    assert wizard.host.rows.fields["host"].value() == "login.hpc.example"
    assert wizard.next_button.isEnabled()


def test_back_remembers_everything_and_asks_nothing_twice(
    wizard: WizardDialog, shown: ShownClusters, qtbot: QtBot
) -> None:
    go_to(wizard, wizard.resources, qtbot)
    rows = wizard.resources.rows["Each job"]
    rows.fields["time_limit_min"].show_value(90)
    go_to(wizard, wizard.script, qtbot)
    for _ in range(5):
        wizard.go_back()
    assert wizard.page is wizard.host
    assert not wizard.back_button.isEnabled()
    go_to(wizard, wizard.resources, qtbot)
    assert rows.fields["time_limit_min"].value() == 90
    assert shown.asked == [f"connect {NAME}"]
    qtbot.waitUntil(lambda: [each.time_limit_min for each in shown.saved] == [90])


def test_software_is_looked_for_again_with_other_modules(
    wizard: WizardDialog, shown: ShownClusters, qtbot: QtBot
) -> None:
    go_to(wizard, wizard.engine, qtbot)
    assert shown.probed == [("cuda/12.4",)]
    assert wizard.engine.again.isHidden()
    wizard.go_back()
    wizard.resources.rows["Environment"].fields["modules"].show_value(("mumax3/3.11",))
    go_to(wizard, wizard.engine, qtbot)
    qtbot.waitUntil(lambda: shown.probed[1:] == [("mumax3/3.11",)], timeout=WAIT_MS)
    qtbot.waitUntil(wizard.engine.again.isHidden, timeout=WAIT_MS)
    # A path that is typed here is looked for when somebody asks for it.
    wizard.engine.rows.fields["mumax3"].show_value("/opt/mumax3")
    assert wizard.engine.again.isVisible()
    wizard.engine.again.click()
    qtbot.waitUntil(wizard.engine.again.isHidden, timeout=WAIT_MS)
    assert len(shown.probed) == 3


def test_other_host_is_signed_in_to_anew(
    wizard: WizardDialog, shown: ShownClusters, qtbot: QtBot
) -> None:
    go_to(wizard, wizard.check, qtbot)
    wizard.steps.itemClicked.emit(wizard.steps.item(0))
    wizard.host.rows.fields["user"].show_value("somebody")
    go_to(wizard, wizard.check, qtbot)
    assert shown.asked == [f"connect {NAME}"] * 2


def test_changed_host_key_is_a_hard_stop(
    wizard: WizardDialog, shown: ShownClusters, qtbot: QtBot
) -> None:
    shown.refusal = HostKeyChangedError("The host key of login.hpc.example has changed.")
    go_to(wizard, wizard.sign_in, qtbot)
    wizard.next_button.click()
    qtbot.waitUntil(wizard.sign_in.banner.isVisible)
    qtbot.waitUntil(lambda: "has changed" in wizard.sign_in.banner.text(), timeout=WAIT_MS)
    assert "no way around it" in wizard.sign_in.banner.text()
    assert wizard.page is wizard.sign_in
    shown.refusal = SignInError("the password was refused")
    wizard.next_button.click()
    qtbot.waitUntil(lambda: "password was refused" in wizard.sign_in.banner.text(), timeout=WAIT_MS)
    assert "no way around" not in wizard.sign_in.banner.text()


def test_what_is_not_allowed_is_explained_while_it_is_typed(
    wizard: WizardDialog, qtbot: QtBot
) -> None:
    go_to(wizard, wizard.resources, qtbot)
    queue, job = wizard.resources.rows["Queue"], wizard.resources.rows["Each job"]
    job.fields["time_limit_min"].show_value(2000)
    assert "wait for ever" in job.fields["time_limit_min"].note.text()
    assert wizard.next_button.isEnabled()
    queue.fields["account"].show_value("two words")
    assert "Allowed: letters" in queue.fields["account"].note.text()
    assert not wizard.next_button.isEnabled()
    assert "account" in wizard.missing.text()
    queue.fields["account"].show_value("")
    assert wizard.next_button.isEnabled()


def test_tab_comes_to_the_buttons_behind_the_page(wizard: WizardDialog, qtbot: QtBot) -> None:
    go_to(wizard, wizard.resources, qtbot)
    seen = []
    while QApplication.focusWidget() is not wizard.cancel_button:
        seen.append(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert len(seen) < 60
    outside = [each for each in seen if not wizard.resources.isAncestorOf(each)]
    assert not outside, [each.accessibleName() or type(each).__name__ for each in seen]
    wanted = wizard.resources.rows["Each job"].fields
    assert [each for each in seen if each in [field.control for field in wanted.values()]] == [
        field.control for field in wanted.values()
    ]


def test_solver_on_a_gpu_asks_for_one(wizard: WizardDialog, qtbot: QtBot) -> None:
    go_to(wizard, wizard.resources, qtbot)
    wizard.resources.rows["Queue"].fields["gres"].show_value("")
    go_to(wizard, wizard.engine, qtbot)
    assert "none is asked for" in wizard.engine.banner.text()
    wizard.engine.ask_gpu.click()
    assert wizard.draft.values["gres"] == "gpu:1"
    assert not wizard.engine.banner.isVisible()


def test_mumax3_is_offered_only_where_it_was_found(wizard: WizardDialog, qtbot: QtBot) -> None:
    go_to(wizard, wizard.engine, qtbot)
    page, report = wizard.engine, wizard.draft.report
    assert report is not None
    assert not page.engine.text_of("mumax3")
    found = Finding(check="mumax3", level="ok", message="/opt/mumax3.")
    found_now = replace(report, solvers=(found, *report.solvers[1:]))
    wizard.draft.learn(found_now, wizard.draft.to_look_at())
    page.enter()
    assert page.engine.text_of("mumax3")
    work = wizard.draft.work
    assert work is not None
    wizard.draft.work = replace(work, campaigns=("walls",), engine="mumax3")
    page.enter()
    assert page.engine.text_of("mumax3")
    assert "MuMax3 has begun this campaign" in page.why_not()
    page.engine.set_value("mumax3")
    assert not page.why_not()
    wizard.draft.work = replace(work, campaigns=("walls",), engine="builtin")
    page.enter()
    assert "The built-in solver has begun this campaign" in page.banner.text()


def test_version_of_mumax3_is_told_by_the_trial_job_before_anything_is_submitted(
    wizard: WizardDialog, shown: ShownClusters, qtbot: QtBot
) -> None:
    shown.version = ""
    go_to(wizard, wizard.script, qtbot)
    wizard.next_button.click()
    assert "trial job first" in wizard.missing.text()
    assert not wizard.next_button.isEnabled()
    wizard.submit.smoke.click()
    qtbot.waitUntil(wizard.next_button.isEnabled, timeout=WAIT_MS)
    preview = wizard.draft.preview
    assert preview is not None
    assert preview.software.engine.version == "3.11.1"
    # How fast a card is nobody knows beforehand.
    unknown = replace(preview, gpu_h=None)
    assert "hangs on the GPU; at most 4 h a job" in cost_text(unknown)
    assert "GPU h" in cost_text(replace(preview, gpu_h=2.0))


def test_scheduler_is_chosen_among_those_that_are_spoken_to(
    wizard: WizardDialog, qtbot: QtBot
) -> None:
    go_to(wizard, wizard.resources, qtbot)
    box = wizard.resources.rows["For experts"].fields["scheduler"]
    assert box.value() == "as_found"
    assert [box.control.itemText(n) for n in range(4)] == ["As found", "Slurm", "PBS", "SGE"]
    box.control.setCurrentText("SGE")
    assert wizard.draft.profile is not None
    assert wizard.draft.profile.scheduler == "sge"


def test_script_that_no_scheduler_checked_is_not_called_good(
    wizard: WizardDialog, shown: ShownClusters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = scheduler.TestedScript(is_accepted=True, is_checked=False, words="PBS checks no script")
    monkeypatch.setattr(shown, "test_only", lambda _preview: told)
    go_to(wizard, wizard.submit, qtbot)
    banner = wizard.submit.check_banner
    qtbot.waitUntil(lambda: "PBS checks no script" in banner.text(), timeout=WAIT_MS)
    assert "would take it" not in banner.text()


def test_script_is_shown_and_copied_as_it_is_sent(wizard: WizardDialog, qtbot: QtBot) -> None:
    go_to(wizard, wizard.script, qtbot)
    assert wizard.script.script.toPlainText() == SCRIPT
    assert wizard.script.counts.text() == "100 runs in 4 jobs of up to 25 runs, at most 2 at once"
    assert "28 runs left out: done already" in wizard.script.left_out.text()
    wizard.script.copy.click()
    assert QGuiApplication.clipboard().text() == SCRIPT


def test_trial_job_tells_what_it_found(wizard: WizardDialog, qtbot: QtBot) -> None:
    go_to(wizard, wizard.submit, qtbot)
    wizard.submit.smoke.click()
    assert not wizard.next_button.isEnabled()
    qtbot.waitUntil(lambda: "gpu07" in wizard.submit.smoke_banner.text(), timeout=WAIT_MS)
    assert "relaxed" in wizard.submit.log.toPlainText()


def test_everything_has_a_name_and_shows_the_focus(wizard: WizardDialog, qtbot: QtBot) -> None:
    wrong = []
    for page in wizard.pages:
        go_to(wizard, page, qtbot)
        wrong += [f"{page.title}: {each}" for each in [*nameless(wizard), *unseen_focus(wizard)]]
    assert not wrong, "\n".join(wrong)


def test_closed_at_any_time_the_wizard_remembers_what_was_typed(
    wizard: WizardDialog, shown: ShownClusters, qtbot: QtBot
) -> None:
    go_to(wizard, wizard.resources, qtbot)
    wizard.resources.rows["Each job"].fields["chunk"].show_value(40)
    wizard.next_button.click()
    wizard.next_button.click()
    # The script is being prepared.
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(wizard), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: [each.chunk for each in shown.saved] == [40], timeout=WAIT_MS)


def test_cluster_alone_is_described_in_five_steps(
    cluster_window: MainWindow, shown: ShownClusters, qtbot: QtBot
) -> None:
    cluster_window.actions_by_id["cluster.add"].trigger()
    wizard = cluster_window.clusters.starts.wizard
    assert wizard is not None
    wizard.host.rows.fields["host"].show_value("gate.hpc.example")
    qtbot.waitUntil(wizard.next_button.isEnabled)
    go_to(wizard, wizard.engine, qtbot)
    assert wizard.next_button.text() == "&Save"
    wizard.next_button.click()
    qtbot.waitUntil(lambda: cluster_window.clusters.starts.wizard is None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: [each.name for each in shown.saved] == ["hpc"], timeout=WAIT_MS)
