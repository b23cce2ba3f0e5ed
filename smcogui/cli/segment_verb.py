"""``segment IMAGE``: a picture is cut, segmented into phases, and written as a design."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smcogui.app.exports import base_design, write_text
from smcogui.cli.output import format_value, write_json, write_line, write_table
from smcogui.data.exporters import file_to_write, write_file
from smcogui.design.canonical import NM, to_unit
from smcogui.design.design_file import design_to_toml
from smcogui.design.mesh_advice import mesh_advice
from smcogui.design.phases import Phase
from smcogui.errors import InputError
from smcogui.micrographs.drawn_design import FOUND_BY, DrawnDesign, drawn_design
from smcogui.micrographs.picture import Micrograph, read_micrograph
from smcogui.micrographs.picture_scale import check_scale
from smcogui.micrographs.placement import Placement, cut_domain
from smcogui.micrographs.segmentation import Recipe, Segmented, segment

if TYPE_CHECKING:
    import argparse

PHASE_WORDS: Final = {phase.label.replace(" ", "-"): phase for phase in Phase}
"""Phases as they are called on the command line."""


def execute(options: argparse.Namespace) -> int:
    """Segment a picture, and tell what was found."""
    picture = read_micrograph(options.image)
    base = base_design(options.base)
    nm_per_pixel, source = _scale(picture, options.nm_per_pixel)
    placement = Placement(
        nm_per_pixel=nm_per_pixel,
        length_nm=to_unit(base.domain, NM) if options.domain is None else options.domain,
        cell_nm=to_unit(base.mesh.cell, NM) if options.cell is None else options.cell,
        c_axis_deg=options.c_axis,
        centre=None if options.centre is None else tuple(options.centre),
    )
    recipe = Recipe(
        phases=tuple(PHASE_WORDS[word] for word in options.phases),
        thresholds=None if options.thresholds is None else tuple(options.thresholds),
        filter=options.filter,
        filter_nm=options.filter_nm,
        least_nm=options.least,
    )
    found = segment(cut_domain(picture, placement), recipe)
    drawn = drawn_design(base, found.regions, placement.cell_nm, picture.name)
    write_text(options.out, design_to_toml(drawn.design))
    if options.preview is not None:
        _write_preview(found, options)
    facts = {
        "file": str(options.out),
        "name": drawn.design.name,
        "nm_per_pixel": nm_per_pixel,
        "scale_from": source,
        **_facts(drawn, found),
        "notes": [*picture.notes, *drawn.notes],
    }
    _tell(facts, as_json=options.json)
    return 0


def _scale(picture: Micrograph, given: float | None) -> tuple[float, str]:
    if given is not None:
        return check_scale(given), "the command line"
    if picture.scale is None:
        raise InputError(
            f"{picture.name} does not tell its scale; --nm-per-pixel X gives the edge of a pixel "
            "in nm: the length of the scale bar over its pixels",
            key="nm-per-pixel",
            given="nothing",
            allowed="--nm-per-pixel X",
        )
    return picture.scale.nm_per_pixel, picture.scale.source


def _facts(drawn: DrawnDesign, found: Segmented) -> dict[str, Any]:
    design, estimates = drawn.design, drawn.estimates
    region_map = design.region_map
    assert region_map is not None  # noqa: S101  (drawn_design put it there)
    return {
        "domain_nm": to_unit(design.domain, NM),
        "cells": [region_map.edge, region_map.edge],
        "cell_nm": to_unit(region_map.cell, NM),
        "sha256": region_map.sha256,
        "thresholds": list(found.thresholds),
        "counted_fractions": {phase.label: estimates.fractions[phase] for phase in Phase},
        **estimates.lengths(),
        "theta_deg": estimates.theta_deg,
        "lengths_source": FOUND_BY,
        "taken_from_base": list(drawn.taken),
        "mesh_advice": [each.message for each in mesh_advice(design) if each.level == "warning"],
    }


def _write_preview(found: Segmented, options: argparse.Namespace) -> None:
    import io

    from PIL import Image

    from smcogui.rendering.colours import phase_image

    path = options.preview.absolute()
    if path.suffix.lower() != ".png":
        raise InputError(
            f"--preview is {path.name!r}; allowed is a name that ends in .png",
            key="preview",
            given=path.name,
            allowed=".png",
        )
    content = io.BytesIO()
    Image.fromarray(phase_image(found.regions)).save(content, "PNG")
    with file_to_write(path):
        write_file(path, content.getvalue())


def _tell(facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        write_json(facts)
        return
    lists = {key: facts.pop(key) for key in ("notes", "mesh_advice")}
    write_table([(key, format_value(value)) for key, value in facts.items()])
    for sentence in (*lists["notes"], *lists["mesh_advice"]):
        write_line(sentence)
