"""What is known of clusters, and the actions on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from focus_checks import nameless
from shown_clusters import ShownClusters

from smcogui.app.cluster_views import ClustersView, Contact, FetchReport, LogTail

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

WAIT_MS = 20_000


def test_jobs_failures_and_logs_are_shown(cluster_window: MainWindow, qtbot: QtBot) -> None:
    window, tab = cluster_window, cluster_window.clusters.tab
    assert not nameless(window)
    assert tab.title.text() == "1 submission at work, 63 runs to come"
    assert tab.pages.tabText(0) == "Queue (⚠ 1 stuck)"
    assert "Choose a shorter limit" in tab.queue.words.text()
    assert tab.pages.tabText(1) == "Failures (1)"
    assert "8 GB" in tab.failures.table.item(0, 3).text()
    assert window.actions_by_id.why_disabled("cluster.log") == "select one job in Queue"
    tab.queue.table.select(tab.queue.table.listed_ids()[:1])
    window.actions_by_id["cluster.log"].trigger()
    qtbot.waitUntil(lambda: "mu0_Hc" in tab.log.text.toPlainText(), timeout=WAIT_MS)
    assert tab.pages.currentWidget() is tab.log
    task = tab.submission.tasks[0]
    empty = LogTail(path="0.log", text="", size_B=0, is_cut=False)
    tab.log.show_tail(empty, task)
    assert "has ended" in tab.log.text.toPlainText()
    tab.log.show_tail(empty, replace(task, is_over=False))
    assert "nothing yet" in tab.log.text.toPlainText()


def test_what_a_fetch_brought_is_said_until_more_has_come(
    cluster_window: MainWindow, shown: ShownClusters, qtbot: QtBot
) -> None:
    side, banner = cluster_window.clusters, cluster_window.clusters.tab.banner
    side._fetched(FetchReport(fetched=("0" * 16,), left=63))
    assert "1 run came; 63 are to come." in banner.text()
    shown.is_over = True
    qtbot.waitUntil(banner.isHidden, timeout=WAIT_MS)


def test_submission_of_which_nothing_is_expected_is_forgotten(
    cluster_window: MainWindow,
    shown: ShownClusters,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    action = cluster_window.actions_by_id["cluster.forget_submission"]
    assert not action.isEnabled()
    shown.is_over = True
    qtbot.waitUntil(action.isEnabled, timeout=WAIT_MS)
    told: list[str] = []
    monkeypatch.setattr(
        cluster_window.clusters, "_confirm", lambda *words: told.append(words[1]) or True
    )
    action.trigger()
    qtbot.waitUntil(lambda: shown.asked == ["forget smco-3f9c2a71"], timeout=WAIT_MS)
    assert "stays on university" in told[0]


def test_field_states_come_after_their_size_was_shown(
    cluster_window: MainWindow,
    shown: ShownClusters,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    questions: list[tuple[str, ...]] = []
    answers = [False, True]
    monkeypatch.setattr(
        cluster_window.clusters._states,
        "_confirm",
        lambda *words: questions.append(words) or answers.pop(0),
    )
    action = cluster_window.actions_by_id["cluster.fetch_states"]
    action.trigger()
    qtbot.waitUntil(lambda: len(questions) == 1, timeout=WAIT_MS)
    assert questions[0][0] == "Fetch 2 field states of 1 run?"
    assert questions[0][2] == "Fetch 3 MB"
    action.trigger()
    banner = cluster_window.clusters.tab.banner
    qtbot.waitUntil(lambda: "2 field states came." in banner.text(), timeout=WAIT_MS)
    assert shown.asked == [*["states of ['smco-3f9c2a71']"] * 2, "fetch states"]


def test_run_whose_states_lie_elsewhere_offers_to_fetch_them(cluster_window: MainWindow) -> None:
    tab, action = cluster_window.simulation_tab, cluster_window.actions_by_id["run.fetch_states"]
    assert not action.isEnabled()
    tab._loader._run_id = "r"
    tab._loader._list("r", [], "university")
    assert action.isEnabled()
    assert not tab.states.fetch_button.isHidden()
    tab._loader.turn_to(None)
    assert not action.isEnabled()
    assert tab.states.fetch_button.isHidden()


def test_window_without_clusters_makes_none_to_close_them(opened_window: MainWindow) -> None:
    session = opened_window.session
    session.close()
    opened_window.clusters.close()
    assert session._clusters is None


def test_lost_contact_is_told_and_kept_apart_from_failure(
    cluster_window: MainWindow, shown: ShownClusters, qtbot: QtBot
) -> None:
    tab = cluster_window.clusters.tab
    shown.link = Contact.LOST
    model = tab.links.model()
    row = tab.links.listed_ids().index("university")

    def text(column: int) -> str:
        return str(model.data(model.index(row, column)))

    qtbot.waitUntil(lambda: text(1) == "⚠ no contact", timeout=WAIT_MS)
    assert "unknown since" in text(3)
    assert "trying again in" in text(3)
    tab.links.select(["university"])
    assert cluster_window.actions_by_id["cluster.connect"].isEnabled()


def test_selected_jobs_are_cancelled_after_a_question(
    cluster_window: MainWindow,
    shown: ShownClusters,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    side, tab = cluster_window.clusters, cluster_window.clusters.tab
    questions: list[str] = []
    answers = [False, True]

    def answer(question: str, *_words: str) -> bool:
        questions.append(question)
        return answers.pop(0)

    monkeypatch.setattr(side, "_confirm", answer)
    tab.queue.table.select([each for each in tab.queue.table.listed_ids() if each.endswith("2")])
    action = cluster_window.actions_by_id["cluster.cancel"]
    action.trigger()
    assert questions == ["Cancel the selected job of walls?"]
    action.trigger()
    qtbot.waitUntil(lambda: shown.asked == ["cancel smco-3f9c2a71 [2]"], timeout=WAIT_MS)


def test_missing_runs_are_submitted_again_with_the_remedy(
    cluster_window: MainWindow, shown: ShownClusters, qtbot: QtBot
) -> None:
    cluster_window.actions_by_id["cluster.resubmit"].trigger()
    starts = cluster_window.clusters.starts
    qtbot.waitUntil(lambda: starts.wizard is not None, timeout=WAIT_MS)
    wizard = starts.wizard
    assert wizard is not None
    assert wizard.page is wizard.script
    assert wizard.draft.values["memory_MB"] == 8000
    wizard.go_on()
    assert wizard.page is wizard.submit


def test_empty_tab_teaches(cluster_window: MainWindow) -> None:
    tab = cluster_window.clusters.tab
    tab.show_view(ClustersView())
    assert tab.title.text() == "No clusters yet"
    assert cluster_window.actions_by_id.why_disabled("cluster.connect") == "no cluster is selected"
    assert cluster_window.actions_by_id["cluster.add"].isEnabled()
