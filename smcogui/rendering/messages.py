"""What the drawing process and its clients tell each other: JSON, with at most one array behind.

A message is two 4-byte lengths (big-endian), then so many bytes of JSON, then so many of the array.
"""

from __future__ import annotations

import json
import math
import os
import struct
import sys
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LENGTHS: Final = struct.Struct(">II")
_LONGEST: Final = 1 << 30
_TYPES: Final = ("uint8", "float32")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Facts as JSON knows them, and an array of uint8 or float32."""

    facts: dict[str, Any] = field(default_factory=dict)
    array: NDArray[Any] | None = None


def pack(message: Message) -> bytes:
    """Return a message as bytes."""
    array = message.array
    head: dict[str, Any] = {"facts": message.facts, "array": None}
    body = b""
    if array is not None:
        head["array"] = {"type": array.dtype.name, "shape": list(array.shape)}
        body = np.ascontiguousarray(array).tobytes()
    text = json.dumps(head).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


def read_message(stream: IO[bytes]) -> Message | None:
    """Read one message from a stream, or None where it ended.

    Raises
    ------
    ValueError
        If what arrives is no message.
    """
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    text_length, body_length = _checked(lengths)
    text, body = stream.read(text_length), stream.read(body_length)
    if len(text) < text_length or len(body) < body_length:
        return None
    return _unpack(text, body)


class Unpacker:
    """Puts messages together from bytes as they arrive."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, arrived: bytes) -> list[Message]:
        """Add bytes and return the messages that are complete.

        Raises
        ------
        ValueError
            If what arrives is no message.
        """
        self._buffer += arrived
        found = []
        while len(self._buffer) >= _LENGTHS.size:
            text_length, body_length = _checked(self._buffer[: _LENGTHS.size])
            body_start = _LENGTHS.size + text_length
            end = body_start + body_length
            if len(self._buffer) < end:
                break
            text = bytes(self._buffer[_LENGTHS.size : body_start])
            found.append(_unpack(text, bytes(self._buffer[body_start:end])))
            del self._buffer[:end]
        return found


def take_standard_output() -> BinaryIO:
    """Keep standard output for messages: what libraries print there goes to standard error."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return out


def _checked(lengths: bytes | bytearray) -> tuple[int, int]:
    text_length, body_length = _LENGTHS.unpack(lengths)
    if text_length > _LONGEST or body_length > _LONGEST:
        raise ValueError(f"a message of {text_length} + {body_length} bytes is none of ours")
    return text_length, body_length


def _unpack(text: bytes, body: bytes) -> Message:
    head = json.loads(text)
    kind = head["array"]
    if kind is None:
        return Message(facts=head["facts"])
    if kind["type"] not in _TYPES:
        raise ValueError(f"an array of {kind['type']} is not among {', '.join(_TYPES)}")
    shape = tuple(int(n) for n in kind["shape"])
    array = np.frombuffer(body, dtype=kind["type"], count=math.prod(shape))
    return Message(facts=head["facts"], array=array.reshape(shape))
