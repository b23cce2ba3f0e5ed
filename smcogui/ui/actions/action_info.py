"""What the window knows about an action before it exists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionInfo:
    """What an action is called and what it does.

    Parameters
    ----------
    id : str
        Unique name, ``group.verb``.
    menu : str
        Menu that holds the action, with a mnemonic.
    text : str
        Shown in the menu, with a mnemonic.
    description : str
        One sentence for tool tips, the status bar, the palette and the list of shortcuts.
    icon : str
        Name of a Material Design icon; empty for none.
    shortcut : str
        Portable key sequence; empty for none.
    checkable : bool
        Whether it switches something on and off.
    starts_group : bool
        Whether the menu draws a line above it.
    submenu : str
        Menu inside the menu that holds the action; empty for none.
    in_place : bool
        Whether its shortcut works only where the focus is on what it acts upon, such as a plot, so
        that the same keys mean something else elsewhere.
    """

    id: str
    menu: str
    text: str
    description: str
    icon: str = ""
    shortcut: str = ""
    checkable: bool = False
    starts_group: bool = False
    submenu: str = ""
    in_place: bool = False

    @property
    def name(self) -> str:
        """The text without its mnemonic."""
        return self.text.replace("&", "")
