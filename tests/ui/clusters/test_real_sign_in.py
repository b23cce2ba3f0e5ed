"""The wizard against a real SSH server that asks for a key and a code, and later shows another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import paramiko
from hostile import HostileServer, SignIn

from smcogui.app.settings import user_config_folder
from smcogui.ui.clusters.host_key_dialog import HostKeyDialog
from smcogui.ui.clusters.prompts_dialog import PromptsDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

WAIT_MS = 30_000
CODE = "canary-917 406"


def test_key_and_code_sign_in_and_another_host_key_is_a_hard_stop(
    make_window: Callable[..., MainWindow], hostile_server: HostileServer, qtbot: QtBot
) -> None:
    server = hostile_server
    server.sign_in = SignIn(
        methods=("publickey", "keyboard-interactive"),
        instructions="Look at your phone",
        rounds=[[("Verification code: ", False)]],
        answers=[[CODE]],
    )
    window = make_window()
    window.actions_by_id["cluster.add"].trigger()
    wizard, asker = window.clusters.starts.wizard, window.clusters.asker
    assert wizard is not None
    for name, value in (
        ("host", server.host),
        ("name", "strict"),
        ("port", server.port),
        ("user", server.user),
    ):
        wizard.host.rows.fields[name].show_value(value)
    wizard.next_button.click()
    wizard.sign_in.rows.fields["identity_file"].show_value(str(server.identity_file))

    def question() -> QDialog:
        qtbot.waitUntil(lambda: bool(asker.dialogs), timeout=WAIT_MS)
        return asker.dialogs[0]

    wizard.next_button.click()
    host_key = question()
    assert isinstance(host_key, HostKeyDialog)
    assert host_key.parent() is wizard
    host_key.trust.click()
    prompts = question()
    assert isinstance(prompts, PromptsDialog)
    assert prompts.instructions.text() == "Look at your phone"
    qtbot.keyClicks(prompts.lines[0], CODE)
    prompts.accept()
    qtbot.waitUntil(lambda: wizard.page is wizard.check, timeout=WAIT_MS)
    # Jobs that ask for other resources need no second code.
    qtbot.waitUntil(wizard.check.again.isEnabled, timeout=WAIT_MS)
    assert server.connections == 1
    server.host_keys = [paramiko.ECDSAKey.generate()]
    wizard.go_back()
    wizard.go_back()
    wizard.host.rows.fields["user"].show_value("somebody")
    wizard.next_button.click()
    wizard.next_button.click()
    qtbot.waitUntil(lambda: "no way around it" in wizard.sign_in.banner.text(), timeout=WAIT_MS)
    assert not asker.dialogs
    assert not wizard.draft.is_signed_in
    wizard.reject()
    kept = [*window.session.project.rglob("*"), *user_config_folder().rglob("*")]
    assert not [path for path in kept if path.is_file() and CODE.encode() in path.read_bytes()]
