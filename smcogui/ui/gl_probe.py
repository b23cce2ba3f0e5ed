"""Asks, in a child process, whether this display can draw OpenGL; a crash there harms nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TIMEOUT_S: Final = 20.0
_GL_RENDERER: Final = 0x1F01
MINIMUM: Final = (3, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlSupport:
    """Whether the 3-D view can be used, what draws it, and else why not."""

    available: bool
    renderer: str = ""
    reason: str = ""

    @property
    def is_software(self) -> bool:
        """Whether the processor draws, so that costly effects stay off."""
        return any(name in self.renderer.lower() for name in ("llvmpipe", "softpipe", "software"))


def probe_gl() -> GlSupport:
    """Return what OpenGL this display offers; takes about half a second.

    The answer is negative, never an exception, when there is no display, when the driver
    crashes, or when it offers less than OpenGL 3.2.
    """
    if os.environ.get("QT_QPA_PLATFORM") in {"offscreen", "minimal"}:
        return GlSupport(available=False, reason="this display shows no OpenGL windows")
    if getattr(sys, "frozen", False):
        command = [sys.executable, "--gl-probe"]
    else:
        command = [sys.executable, "-m", "smcogui.ui.gl_probe"]
    try:
        child = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
            cwd=Path(__file__).parents[2],
        )
        report = json.loads(child.stdout.strip().splitlines()[-1])
        version = (int(report["major"]), int(report["minor"]))
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError, KeyError):
        return GlSupport(available=False, reason="the OpenGL driver did not answer")
    if version < MINIMUM:
        found = f"OpenGL {version[0]}.{version[1]}" if version[0] else "no OpenGL"
        reason = f"this display offers {found}; 3.2 is needed"
        return GlSupport(available=False, renderer=str(report["renderer"]), reason=reason)
    return GlSupport(available=True, renderer=str(report["renderer"]))


def main() -> int:
    """Create an OpenGL context and report it as one line of JSON; the child's side."""
    from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext, QSurfaceFormat

    app = QGuiApplication([])
    wanted = QSurfaceFormat()
    wanted.setVersion(*MINIMUM)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    surface = QOffscreenSurface()
    surface.setFormat(wanted)
    surface.create()
    context = QOpenGLContext()
    context.setFormat(wanted)
    report = {"major": 0, "minor": 0, "renderer": ""}
    if context.create() and context.makeCurrent(surface):
        found = context.format()
        renderer = context.functions().glGetString(_GL_RENDERER)
        report = {
            "major": found.majorVersion(),
            "minor": found.minorVersion(),
            "renderer": renderer if isinstance(renderer, str) else "",
        }
        context.doneCurrent()
    sys.stdout.write(json.dumps(report) + "\n")
    del context, surface, app
    return 0


if __name__ == "__main__":
    sys.exit(main())
