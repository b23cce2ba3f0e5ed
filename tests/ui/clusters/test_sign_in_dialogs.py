"""Host keys are compared letter by letter, prompts are answered, and nothing typed is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from focus_checks import nameless
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QWidget
from structure_checks import problems

from smcogui.errors import SignInCancelledError
from smcogui.runs.cluster.asker import HostKeyQuestion, Prompt
from smcogui.ui.application import make_application
from smcogui.ui.clusters.host_key_dialog import HostKeyDialog
from smcogui.ui.clusters.prompts_dialog import PromptsDialog
from smcogui.ui.clusters.window_asker import WindowAsker
from smcogui.ui.run_bridge import RunBridge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

FINGERPRINT = "SHA256:" + 43 * "a"
OTHER = "SHA256:" + 42 * "a" + "b"
QUESTION = HostKeyQuestion(
    host="login.cluster.example", port=22, key_type="ssh-ed25519", fingerprint=FINGERPRINT
)
PROMPTS = (Prompt("Password: ", False), Prompt("Your name: ", True))


@pytest.fixture
def over(qtbot: QtBot) -> QWidget:
    """Return a window that dialogs lie over."""
    make_application()
    over = QWidget()
    qtbot.addWidget(over)
    over.show()
    return over


@pytest.fixture
def asked(over: QWidget) -> Iterator[tuple[RunBridge, WindowAsker]]:
    """Return a bridge, and who answers through it."""
    bridge = RunBridge()
    yield bridge, WindowAsker(bridge, lambda: over)
    bridge.close()


def shown(dialog: HostKeyDialog, qtbot: QtBot) -> HostKeyDialog:
    dialog.open()
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def test_host_key_is_trusted_where_the_published_one_is_the_same(
    over: QWidget, qtbot: QtBot
) -> None:
    dialog = shown(HostKeyDialog(QUESTION, over), qtbot)
    assert dialog.fingerprint.text() == FINGERPRINT
    assert not problems(dialog)
    assert not nameless(dialog)
    dialog.published.setText(f"256 {FINGERPRINT} login (ED25519)")
    assert "the same" in dialog.verdict.text()
    assert dialog.trust.isEnabled()
    dialog.trust.click()
    assert dialog.result() == dialog.DialogCode.Accepted


@pytest.mark.parametrize(
    ("pasted", "words"), [(OTHER, "Do not go on"), ("MD5:16:27:ac", "no SHA256 fingerprint")]
)
def test_host_key_is_not_trusted_where_another_one_is_published(
    over: QWidget, qtbot: QtBot, pasted: str, words: str
) -> None:
    dialog = shown(HostKeyDialog(QUESTION, over), qtbot)
    dialog.published.setText(pasted)
    assert words in dialog.verdict.text()
    assert not dialog.trust.isEnabled()


def test_enter_trusts_no_host_key(over: QWidget, qtbot: QtBot) -> None:
    dialog = shown(HostKeyDialog(QUESTION, over), qtbot)
    qtbot.keyClick(dialog.published, Qt.Key.Key_Return)
    assert dialog.result() == dialog.DialogCode.Rejected


def test_key_of_another_type_than_the_known_one_is_explained(over: QWidget, qtbot: QtBot) -> None:
    question = HostKeyQuestion(
        host="login", port=22, key_type="ssh-rsa", fingerprint=OTHER, known_types=("ssh-ed25519",)
    )
    dialog = shown(HostKeyDialog(question, over), qtbot)
    assert "ssh-ed25519" in dialog.verdict.text()


def test_prompts_show_only_what_may_be_shown(over: QWidget, qtbot: QtBot) -> None:
    dialog = PromptsDialog("Sign in to login", "Two questions.", PROMPTS, over)
    dialog.open()
    qtbot.waitUntil(dialog.isVisible)
    assert not problems(dialog)
    assert not nameless(dialog)
    modes = [line.echoMode() for line in dialog.lines]
    assert modes == [QLineEdit.EchoMode.Password, QLineEdit.EchoMode.Normal]
    dialog.show_typed.click()
    assert dialog.lines[0].echoMode() == QLineEdit.EchoMode.Normal


def test_thread_that_connects_gets_the_answers_and_nothing_is_kept(
    asked: tuple[RunBridge, WindowAsker], qtbot: QtBot
) -> None:
    bridge, asker = asked
    answers: list[object] = []
    bridge.ask("connect", lambda: asker.answer_prompts("Sign in", "", PROMPTS), answers.append)
    qtbot.waitUntil(lambda: bool(asker.dialogs))
    dialog = asker.dialogs[0]
    assert isinstance(dialog, PromptsDialog)
    qtbot.keyClicks(dialog.lines[0], "secret")
    qtbot.keyClicks(dialog.lines[1], "me")
    qtbot.keyClick(dialog.lines[1], Qt.Key.Key_Return)
    assert [line.text() for line in dialog.lines] == ["", ""]
    qtbot.waitUntil(lambda: answers == [["secret", "me"]])


def test_closing_a_question_says_no(asked: tuple[RunBridge, WindowAsker], qtbot: QtBot) -> None:
    bridge, asker = asked
    errors: list[Exception] = []
    bridge.ask(
        "sign in",
        lambda: asker.answer_prompts("Sign in", "", PROMPTS),
        lambda _: None,
        errors.append,
    )
    qtbot.waitUntil(lambda: bool(asker.dialogs))
    dialog = asker.dialogs[0]
    assert isinstance(dialog, PromptsDialog)
    dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], SignInCancelledError)
    trusted: list[bool] = []
    bridge.ask("host key", lambda: asker.trust_host_key(QUESTION), trusted.append)
    qtbot.waitUntil(lambda: bool(asker.dialogs))
    asker.give_up()
    qtbot.waitUntil(lambda: trusted == [False])
