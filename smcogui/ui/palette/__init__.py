"""Finding an action by typing: the palette and the list of shortcuts."""
