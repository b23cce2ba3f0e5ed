"""What the editor shows, as the keys of a design file, and the way to a design and back.

A draft may be impossible (a platelet thicker than its period while both are being changed); a
:class:`~smcogui.design.design.Design` never is. Drafts are judged by the same validation as files.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import tomli_w

from smcogui.design.design_file import design_to_toml, parse_design_text
from smcogui.design.region_map import KEY as REGION_MAP
from smcogui.errors import InputError

if TYPE_CHECKING:
    from smcogui.design.design import Design

Draft = dict[str, Any]
"""Value per key of the design file; keys inside a table are ``table.key``."""

_SOURCE = "design"
_MAP = f"{REGION_MAP}."
_REQUIRED = (
    "name",
    "nanostructure.L_nm",
    "nanostructure.d_nm",
    "nanostructure.wS_nm",
    "nanostructure.wZ_nm",
    "material.z_phase",
    "field.alpha_deg",
)


def draft_of(design: Design) -> Draft:
    """Return every key of a design with its value in the unit of the file."""
    draft: Draft = {}
    for name, value in tomllib.loads(design_to_toml(design)).items():
        if isinstance(value, dict):
            draft.update({f"{name}.{key}": inner for key, inner in value.items()})
        else:
            draft[name] = value
    return draft


def design_of(draft: Draft) -> Design:
    """Return the design that a draft describes.

    Raises
    ------
    InputError
        If the draft is not possible; the message says which key is wrong and what is allowed.
    """
    try:
        return parse_design_text(_toml(draft), _SOURCE)[0]
    except InputError as error:
        # The person looks at the editor, not at a file: the source in front would only confuse.
        message = error.message.removeprefix(f"{_SOURCE}: ")
        raise InputError(
            message, key=error.key, given=error.given, allowed=error.allowed
        ) from error


def with_preset(draft: Draft, preset: str) -> Draft:
    """Return the draft with everything optional set as the preset has it.

    Raises
    ------
    InputError
        If what a preset leaves alone is not possible as it stands.
    """
    kept = {key: draft[key] for key in draft if key in _REQUIRED or key.startswith(_MAP)}
    return draft_of(design_of({**kept, "preset": preset}))


def _toml(draft: Draft) -> str:
    tree: dict[str, Any] = {}
    for key, value in draft.items():
        table, _, name = key.rpartition(".")
        (tree.setdefault(table, {}) if table else tree)[name] = value
    return tomli_w.dumps(tree)
