"""From what pydantic finds wrong in a design file to a sentence that helps."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from smcogui.design.limits import LIMITS
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError

_EXPECTED = {
    "string_type": "a text in quotes",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "model_type": "a table of keys",
    "dict_type": "a table of keys",
    "list_type": "a list",
    "too_short": "three numbers in nm",
    "too_long": "three numbers in nm",
}

_CHOICES = {
    "nanostructure.offsets": "random, centred, or three numbers in nm",
    "material.z_phase": "Lit, DFT, Mod, or a table with A_pJ_m, K_MJ_m3, Ms_kA_m or with "
    "sigma_dw_mJ_m2, l_dw_nm, Ms_kA_m",
}


def input_error(error: ValidationError, model: type[BaseModel], prefix: str = "") -> InputError:
    """Return the error for people: the first thing that is wrong, and what else is.

    Parameters
    ----------
    error : ValidationError
        What pydantic raised.
    model : type of BaseModel
        The model that was validated; unknown keys are compared with its fields.
    prefix : str
        Put before every key, such as ``material.z_phase.``.
    """
    # A misspelt key shows up as one unknown and one missing; the unknown one explains both.
    found = sorted(error.errors(), key=lambda item: item["type"] != "extra_forbidden")
    first = found[0]
    path = _path(first["loc"], model)
    key = prefix + ".".join(path) or "design"
    given = _shown(first.get("input"))
    if first["type"] == "extra_forbidden":
        sentence, allowed = _unknown_key(key, path, model)
        given = key
    elif first["type"] == "missing":
        allowed = _allowed(key, first)
        sentence = f"{key} is missing; it is required, {allowed}."
        given = "nothing"
    else:
        allowed = _allowed(key, first)
        sentence = f"{key} is {given}; allowed is {allowed}.{_nearest_choice(first, allowed)}"
    others = sorted({prefix + ".".join(_path(item["loc"], model)) for item in found[1:]} - {key})
    if others:
        sentence += f" To be looked at as well: {', '.join(others[:5])}."
    return InputError(sentence, key=key, given=given, allowed=allowed)


def nearest(word: str, known: Sequence[str]) -> str:
    """Return `` Did you mean X?`` for the known word nearest to this one, or nothing."""
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.3)
    return f" Did you mean {by_lower[near[0]]}?" if near else ""


def _unknown_key(key: str, path: list[str], model: type[BaseModel]) -> tuple[str, str]:
    section = _model_at(path[:-1], model)
    known = list(section.model_fields)
    hint = _other_section(path[-1], model) or nearest(path[-1], known)
    allowed = ", ".join(known)
    return f"{key} is not a known key.{hint} Known here: {allowed}.", allowed


def _other_section(word: str, model: type[BaseModel]) -> str:
    """Say in which section a key belongs that stands in the wrong one."""
    for name in model.model_fields:
        section = _model_at([name], model)
        if section is not model and word in section.model_fields:
            return f" It belongs into [{name}]."
    return ""


def _model_at(path: list[str], model: type[BaseModel]) -> type[BaseModel]:
    for name in path:
        field = model.model_fields.get(name)
        annotation = field.annotation if field else None
        # Of an optional table, the table.
        for each in (annotation, *get_args(annotation)):
            if isinstance(each, type) and issubclass(each, BaseModel):
                model = each
    return model


def _path(loc: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    """Return the keys of a location, without the steps that pydantic adds for unions and lists."""
    path: list[str] = []
    for step in loc:
        path.append(str(step))
        if _model_at(path, model) is _model_at(path[:-1], model):
            break
    return path


def _allowed(key: str, item: Any) -> str:
    if key in _CHOICES:
        return _CHOICES[key]
    if key in LIMITS:
        kind = "a whole number" if key.startswith("run.") else "a number"
        return f"{kind}, {LIMITS[key].describe()}"
    if item["type"] == "literal_error":
        return str(item["ctx"]["expected"]).replace("'", "")
    if item["type"] == "missing":
        return "a table of keys"
    return _EXPECTED.get(item["type"], str(item["msg"]))


def _nearest_choice(item: Any, allowed: str) -> str:
    if isinstance(item["input"], str) and item["type"] == "literal_error":
        return nearest(item["input"], allowed.replace(" or ", ", ").split(", "))
    return ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
