"""What a window manager and a user do to the windows of other programs, through Xlib."""

from __future__ import annotations

import ctypes
import sys


class _ClientMessage(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
    ]


class _KeyEvent(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("root", ctypes.c_ulong),
        ("subwindow", ctypes.c_ulong),
        ("time", ctypes.c_ulong),
        ("place", ctypes.c_int * 4),
        ("state", ctypes.c_uint),
        ("keycode", ctypes.c_uint),
        ("same_screen", ctypes.c_int),
    ]


class _Event(ctypes.Union):
    _fields_ = [("client", _ClientMessage), ("key", _KeyEvent), ("pad", ctypes.c_long * 24)]


_KEY_PRESS, _KEY_RELEASE, _CLIENT_MESSAGE = 2, 3, 33
_REVERT_TO_PARENT, _CURRENT_TIME = 2, 0


class Desktop:
    """What a window manager and a user do to the windows of other programs."""

    def __init__(self) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        for name in ("XOpenDisplay", "XDefaultRootWindow", "XInternAtom"):
            getattr(self._x, name).restype = ctypes.c_void_p
        # A window that is gone meanwhile must not end this process.
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
        self._ignore = kind(lambda _display, _error: 0)
        self._x.XSetErrorHandler(self._ignore)
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(None))
        self._root = self._x.XDefaultRootWindow(self._display)

    def window_of(self, pid: int, title: str = "SmCo Studio") -> int | None:
        """Return the window of a process whose title ends so."""
        for window in self._children(self._root):
            number = self._property(window, b"_NET_WM_PID")[:4]
            is_its = len(number) == 4 and int.from_bytes(number, sys.byteorder) == pid
            if is_its and self.title(window).endswith(title):
                return window
        return None

    def title(self, window: int) -> str:
        """Return a window's title."""
        return self._property(window, b"_NET_WM_NAME").decode()

    def press(self, window: int, key: str) -> None:
        """Give a window the keyboard and press a key."""
        self._x.XSetInputFocus(
            self._display, ctypes.c_ulong(window), _REVERT_TO_PARENT, _CURRENT_TIME
        )
        self._x.XSync(self._display, 0)
        code = self._x.XKeysymToKeycode(
            self._display, ctypes.c_ulong(self._x.XStringToKeysym(key.encode()))
        )
        for kind in (_KEY_PRESS, _KEY_RELEASE):
            event = _Event(
                key=_KeyEvent(
                    type=kind, window=window, root=self._root, keycode=code, same_screen=1
                )
            )
            self._send(window, event)

    def close(self, window: int) -> None:
        """Ask a window to close, as its frame's button does."""
        data = (ctypes.c_long * 5)(self._atom(b"WM_DELETE_WINDOW"), _CURRENT_TIME)
        message = _ClientMessage(
            type=_CLIENT_MESSAGE,
            window=window,
            message_type=self._atom(b"WM_PROTOCOLS"),
            format=32,
            data=data,
        )
        self._send(window, _Event(client=message))

    def disconnect(self) -> None:
        """Leave the display."""
        self._x.XCloseDisplay(self._display)

    def _send(self, window: int, event: _Event) -> None:
        self._x.XSendEvent(self._display, ctypes.c_ulong(window), 0, 0, ctypes.byref(event))
        self._x.XSync(self._display, 0)

    def _atom(self, name: bytes) -> int:
        return int(self._x.XInternAtom(self._display, name, 0) or 0)

    def _children(self, window: int) -> list[int]:
        ids = [ctypes.c_ulong() for _ in range(2)]
        children, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        self._x.XQueryTree(
            self._display,
            ctypes.c_ulong(window),
            *(ctypes.byref(one) for one in (*ids, children, count)),
        )
        found = [children[index] for index in range(count.value)]
        if children:
            self._x.XFree(children)
        return found

    def _property(self, window: int, name: bytes) -> bytes:
        kind, form = ctypes.c_ulong(), ctypes.c_int()
        count, left = ctypes.c_ulong(), ctypes.c_ulong()
        value = ctypes.POINTER(ctypes.c_ubyte)()
        self._x.XGetWindowProperty(
            self._display,
            ctypes.c_ulong(window),
            ctypes.c_ulong(self._atom(name)),
            ctypes.c_long(0),
            ctypes.c_long(256),
            0,
            ctypes.c_ulong(0),
            *(ctypes.byref(one) for one in (kind, form, count, left, value)),
        )
        if not value:
            return b""
        # Numbers of 32 bits come as C longs; the first is all that is asked for.
        size = count.value * max(form.value // 8, 1)
        data = bytes(value[:size])
        self._x.XFree(value)
        return data
