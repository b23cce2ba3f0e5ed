"""A three-dimensional picture that the pointer and the keys turn; another process draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from smcogui.rendering.content import Camera, Look
from smcogui.rendering.orders import frame_order, look_order
from smcogui.ui.widgets.rgb_image import rgb_image

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QResizeEvent, QShowEvent

    from smcogui.rendering.content import ViewName
    from smcogui.rendering.messages import Message
    from smcogui.ui.render_process import RenderProcess

_REST_MS: Final = 180
_COARSE_FROM_S: Final = 0.03
_COARSE: Final = 0.5
_TURN_PER_PIXEL: Final = 0.01
_TURN_PER_KEY: Final = 0.12
_ZOOM_PER_NOTCH: Final = 1.15


class SceneView(QWidget):
    """Shows what a :class:`RenderProcess` draws and asks it for the next picture.

    At most one picture is under way; what changes meanwhile goes into the next. Where drawing is
    slow, pictures are half as fine while something moves and become sharp when it rests.

    Signals
    -------
    drawn : Signal(float)
        A picture was shown; seconds that drawing it took.
    trouble : Signal(str)
        What could not be drawn, in words.
    """

    drawn = Signal(float)
    trouble = Signal(str)

    def __init__(self, process: RenderProcess, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._process = process
        self._image: QImage | None = None
        self._content: Message | None = None
        self._look = Look()
        self._unsent: dict[str, Message] = {}
        self._camera = Camera.named("reset")
        self._number = 0
        self._is_waiting = False
        self._is_wanted = False
        self._is_coarse_shown = False
        self._seconds = 0.0
        self._last: QPointF | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._sharpen)
        process.ready.connect(self._begin)
        process.answered.connect(self._take)
        process.stopped.connect(self._stopped)
        self.setAccessibleName("3-D view")
        self.setAccessibleDescription("Arrow keys turn, plus and minus zoom, 0 fits the view.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def image(self) -> QImage | None:
        """The picture on show."""
        return self._image

    @property
    def camera(self) -> Camera:
        """From where the block is seen."""
        return self._camera

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is under way or wanted."""
        return self._is_waiting or self._is_wanted

    @property
    def is_settled(self) -> bool:
        """Whether the picture on show is sharp and the newest."""
        return not (self.is_waiting or self._is_coarse_shown)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(560, 480)

    def show_content(self, message: Message, *, moving: bool = False) -> None:
        """Show another block; ``moving`` where more will follow at once."""
        self._content = message
        self._unsent["content"] = message
        self._ask(moving=moving)

    def set_look(self, look: Look, *, moving: bool = False) -> None:
        """Show the block in another way."""
        self._look = look
        self._unsent["look"] = look_order(look)
        self._ask(moving=moving)

    def set_view(self, name: ViewName) -> None:
        """Look along an axis, or from an angle."""
        self._set_camera(Camera.named(name), moving=False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the newest picture, stretched where the widget has grown since."""
        painter = QPainter(self)
        if self._image is None:
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), "Drawing…")
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), self._image)
        if self.hasFocus():
            painter.setPen(self.palette().highlight().color())
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for a picture of the new size."""
        self._ask(moving=True)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what was not drawn while hidden."""
        self._ask(moving=False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the block."""
        self._last = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn with the left button, move with the middle or with Shift, zoom with the right."""
        if self._last is None:
            return
        step = event.position() - self._last
        self._last = event.position()
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.buttons() & Qt.MouseButton.MiddleButton or (
            shifted and event.buttons() & Qt.MouseButton.LeftButton
        ):
            height = max(self.height(), 1)
            self._set_camera(self._camera.moved(step.x() / height, -step.y() / height))
        elif event.buttons() & Qt.MouseButton.LeftButton:
            turn = _TURN_PER_PIXEL
            self._set_camera(self._camera.turned(step.x() * turn, -step.y() * turn))
        elif event.buttons() & Qt.MouseButton.RightButton:
            self._set_camera(self._camera.zoomed(1 - step.y() * 0.01))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the block go."""
        self._last = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom."""
        notches = event.angleDelta().y() / 120
        self._set_camera(self._camera.zoomed(_ZOOM_PER_NOTCH**notches))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn by the arrow keys, zoom by plus and minus, fit by 0."""
        turn = _TURN_PER_KEY
        cameras = {
            Qt.Key.Key_Left: lambda: self._camera.turned(-turn, 0.0),
            Qt.Key.Key_Right: lambda: self._camera.turned(turn, 0.0),
            Qt.Key.Key_Up: lambda: self._camera.turned(0.0, turn),
            Qt.Key.Key_Down: lambda: self._camera.turned(0.0, -turn),
            Qt.Key.Key_Plus: lambda: self._camera.zoomed(_ZOOM_PER_NOTCH),
            Qt.Key.Key_Minus: lambda: self._camera.zoomed(1 / _ZOOM_PER_NOTCH),
            Qt.Key.Key_0: lambda: Camera.named("reset"),
        }
        made = cameras.get(Qt.Key(event.key()))
        if made is None:
            super().keyPressEvent(event)
        else:
            self._set_camera(made())

    def _set_camera(self, camera: Camera, *, moving: bool = True) -> None:
        self._camera = camera
        self._ask(moving=moving)

    def _begin(self, _support: object) -> None:
        """Begin with a process that has only just started."""
        self._is_waiting = False
        self._ask(moving=False)

    def _ask(self, *, moving: bool) -> None:
        """Ask for a picture as soon as the one under way has come."""
        self._is_wanted = True
        if moving:
            self._rest.start()
        if self._is_waiting or not self._process.is_ready or not self.isVisible():
            return
        if self._content is None:
            return
        if self._process.claim(self):
            self._unsent = {"content": self._content, "look": look_order(self._look)}
        for message in self._unsent.values():
            self._process.send(message)
        self._unsent.clear()
        self._number = self._process.next_number()
        self._is_waiting, self._is_wanted = True, False
        scale = self.devicePixelRatioF()
        if self._rest.isActive() and self._seconds > _COARSE_FROM_S:
            scale *= _COARSE
        width, height = (max(round(e * scale), 16) for e in (self.width(), self.height()))
        self._process.send(frame_order(self._number, (width, height), scale, self._camera))

    def _take(self, message: Message) -> None:
        if message.facts["is"] == "error":
            if self._is_waiting:
                self.trouble.emit(str(message.facts["message"]))
            return
        if message.array is None or message.facts.get("number") != self._number:
            return
        self._image = rgb_image(message.array)
        scale = message.facts["scale"]
        self._is_coarse_shown = scale < self.devicePixelRatioF()
        # Time grows about as the number of pixels; what counts is that of a sharp picture.
        self._seconds = message.facts["seconds"] * (self.devicePixelRatioF() / scale) ** 2
        self._is_waiting = False
        self.update()
        self.drawn.emit(message.facts["seconds"])
        if self._is_wanted:
            self._ask(moving=False)

    def _sharpen(self) -> None:
        if self._is_coarse_shown or self._is_waiting:
            self._ask(moving=False)

    def _stopped(self, _reason: str) -> None:
        self._is_waiting = False
