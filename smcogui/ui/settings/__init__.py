"""The user's settings in the window: in use at once, kept on disk, chosen in a dialog."""
