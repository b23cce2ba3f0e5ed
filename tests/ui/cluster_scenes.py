"""Scenes of the Clusters tab, the wizard and the dialogs of a sign-in."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget
from scene import Scene, Wait, opened
from shown_clusters import NAME as CLUSTER
from shown_clusters import ShownClusters

from smcogui.runs.cluster.asker import HostKeyQuestion, Prompt
from smcogui.ui.clusters.host_key_dialog import HostKeyDialog
from smcogui.ui.clusters.prompts_dialog import PromptsDialog
from smcogui.ui.main_window import MainWindow

WIZARD_PAGES: Final = ("host", "sign-in", "check", "resources", "solver", "script", "submit")


def _clusters(window: MainWindow, wait: Wait) -> QWidget:
    session, tab = window.session, window.clusters.tab
    if not isinstance(session.clusters, ShownClusters):
        session.clusters.close()
        session._clusters = ShownClusters(session)
    window.tabs.setCurrentWidget(tab)
    wait(lambda: tab.submission is not None)
    tab.pages.setCurrentWidget(tab.queue)
    return window


def _cluster_failures(window: MainWindow, wait: Wait) -> QWidget:
    _clusters(window, wait)
    window.clusters.tab.pages.setCurrentWidget(window.clusters.tab.failures)
    return window


def _cluster_log(window: MainWindow, wait: Wait) -> QWidget:
    _clusters(window, wait)
    tab = window.clusters.tab
    tab.queue.table.select(tab.queue.table.listed_ids()[:1])
    window.actions_by_id["cluster.log"].trigger()
    wait(tab.log.text.toPlainText)
    return window


def _wizard(page: int, window: MainWindow, wait: Wait) -> QWidget:
    """Go through the wizard to one of its pages."""
    _clusters(window, wait)
    wizard = window.clusters.starts.open_for_design()
    wait(lambda: wizard.host.profile.count() > 1)
    wizard.host.profile.set_value(CLUSTER)
    while wizard.stack.currentIndex() < page:
        wait(lambda: not wizard.page.why_not())
        before = wizard.stack.currentIndex()
        wizard.go_on()
        wait(lambda before=before: wizard.stack.currentIndex() > before)
    wait(lambda: not wizard.page.why_not())
    if wizard.page is wizard.submit:
        wizard.submit.smoke.click()
        wait(wizard.submit.smoke.isEnabled)
    return wizard


def _host_key_dialog(window: MainWindow) -> QWidget:
    question = HostKeyQuestion(
        host="login.hpc.example",
        port=22,
        key_type="ssh-ed25519",
        fingerprint="SHA256:" + 14 * "Ab3" + "x",
        known_types=("ssh-rsa",),
    )
    return HostKeyDialog(question, window)


def _prompts_dialog(window: MainWindow) -> QWidget:
    prompts = (Prompt("Password: ", False), Prompt("Verification code: ", True))
    return PromptsDialog("Sign in to university", "Your second factor is due.", prompts, window)


CLUSTER_TABS: Final = (
    Scene(name="clusters", show=_clusters),
    Scene(name="cluster-failures", show=_cluster_failures),
    Scene(name="cluster-log", show=_cluster_log),
)
CLUSTER_DIALOGS: Final = (
    *(
        Scene(name=f"cluster-wizard-{number + 1}-{page}", show=partial(_wizard, number))
        for number, page in enumerate(WIZARD_PAGES)
    ),
    Scene(name="host-key", show=partial(opened, _host_key_dialog)),
    Scene(name="sign-in", show=partial(opened, _prompts_dialog)),
)
