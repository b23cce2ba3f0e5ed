"""Messages between the window and the drawing process."""

from __future__ import annotations

import io

import numpy as np
import pytest

from smcogui.rendering.messages import Message, Unpacker, pack, read_message


def test_message_comes_back_with_facts_and_array() -> None:
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    found = read_message(io.BytesIO(pack(Message(facts={"do": "x", "n": [1, 2]}, array=array))))
    assert found is not None
    assert found.facts == {"do": "x", "n": [1, 2]}
    np.testing.assert_array_equal(found.array, array)


def test_unpacker_puts_messages_together_from_any_pieces() -> None:
    sent = pack(Message(facts={"a": 1})) + pack(Message(array=np.zeros((5, 7), dtype=np.uint8)))
    unpacker = Unpacker()
    found = [each for byte in sent for each in unpacker.feed(bytes([byte]))]
    assert [each.facts for each in found] == [{"a": 1}, {}]
    assert found[1].array is not None
    assert found[1].array.shape == (5, 7)


def test_end_of_stream_inside_a_message_is_the_end() -> None:
    sent = pack(Message(facts={"a": 1}))
    assert read_message(io.BytesIO(sent[:-1])) is None
    assert read_message(io.BytesIO(b"")) is None


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(ValueError, match="none of ours"):
        Unpacker().feed(b"Traceback (most recent call last):")
    odd = Message(array=np.zeros(3, dtype=np.complex64))
    with pytest.raises(ValueError, match="complex64"):
        read_message(io.BytesIO(pack(odd)))
