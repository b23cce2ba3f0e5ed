"""The desktop window: a thin Qt shell over :class:`smcogui.app.session.Session`."""
