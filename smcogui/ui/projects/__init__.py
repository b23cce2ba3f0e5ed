"""Projects in the window: opening, saving, importing, what comes from other windows."""
