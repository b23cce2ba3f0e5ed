"""3-D pictures and films as files, with their provenance; a child process draws them."""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.provenance import environment_facts, write_companions
from smcogui.app.states import STATE_SOURCES, reasons_of, reversal, state_facts
from smcogui.data.exporters import file_to_write, write_provenance
from smcogui.design.design_file import design_to_toml
from smcogui.design.nanostructure import build_nanostructure
from smcogui.errors import InputError
from smcogui.rendering.drawing_process import DrawingProcess
from smcogui.rendering.film import check_film_path
from smcogui.rendering.messages import Message
from smcogui.rendering.orders import look_order, state_order, structure_order
from smcogui.units import FIELD_UNITS, format_field, from_tesla
from solver.problem import load_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.data.store import RunRecord, SnapshotRecord
    from smcogui.design.design import Design
    from smcogui.rendering.content import PictureFormat
    from solver.mesh import Mesh

RATE_LIMITS: Final = (0.2, 25.0)


def export_structure_picture(
    design: Design, path: Path, form: PictureFormat, cycle: int = 0
) -> Path:
    """Draw the structure of a design as .png; return the provenance.

    Raises
    ------
    InputError
        If the suffix is another one, or nothing can draw here.
    RunFolderError
        If the file cannot be written.
    """
    _check_png(path)
    order = structure_order(build_nanostructure(design, cycle), design.alpha)
    _draw_png(order, path, form, design.name)
    target = path.with_name(f"{path.name}.json")
    write_provenance(
        target,
        file=path.name,
        source="given by the design",
        design=design_to_toml(design),
        cycle=cycle,
        **_form_facts(form),
        **environment_facts(),
    )
    return target


def export_state_picture(
    record: RunRecord,
    snapshots: Sequence[SnapshotRecord],
    shown: SnapshotRecord,
    path: Path,
    form: PictureFormat,
    unit: str = "T",
) -> Path:
    """Draw a stored magnetisation as .png; return the provenance."""
    _check_png(path)
    mesh = _mesh_of(record, shown.cycle)
    order = state_order(shown.path, mesh, record.design.alpha)
    _draw_png(order, path, form, state_title(record, snapshots, shown, unit))
    return write_companions(
        path, [record], sources=STATE_SOURCES, **state_facts(shown), **_form_facts(form)
    )


def export_film(
    record: RunRecord,
    snapshots: Sequence[SnapshotRecord],
    cycle: int,
    path: Path,
    form: PictureFormat,
    *,
    rate: float,
    unit: str,
    progress: ReportProgress,
) -> Path:
    """Draw the stored states of a half-cycle one after the other as .gif or .mp4.

    Parameters
    ----------
    record : RunRecord
    snapshots : sequence of SnapshotRecord
        All stored states of the run.
    cycle : int
    path : Path
    form : PictureFormat
    rate : float
        States per second, 0.2 to 25.
    unit : {"T", "kA/m", "kOe"}
    progress : callable
        Told the share that is done; it may raise to stop, and then no file is left.

    Returns
    -------
    Path
        ``PATH.json``.

    Raises
    ------
    InputError
        If the file cannot be a film, its encoder is missing, the rate is not allowed, nothing can
        draw here, or the half-cycle has fewer than two states.
    RunFolderError
        If the file cannot be written.
    """
    check_film_path(path)
    low, high = RATE_LIMITS
    if not low <= rate <= high:
        raise InputError(
            f"the rate is {rate:g} states per second; allowed are {low:g} to {high:g}",
            key="rate",
            given=f"{rate:g}",
            allowed=f"{low:g} to {high:g}",
        )
    shots = reversal(snapshots, cycle)
    if len(shots) < 2:
        raise InputError(
            f"half-cycle {cycle + 1} of {record.name} has {len(shots)} stored states; a film needs "
            "two. Store states at more fields, or wait for the run",
            key="cycle",
            given=str(len(shots)),
            allowed=">= 2 stored states",
        )
    titles = [state_title(record, snapshots, shot, unit) for shot in shots]
    form = form.for_film()
    with _written(path) as part, DrawingProcess() as drawing:
        _draw_film(drawing, record, shots, titles, part, path.suffix.lower(), form, rate, progress)
    return write_companions(
        path,
        [record],
        sources=STATE_SOURCES,
        cycle=cycle,
        states=[state_facts(shot) for shot in shots],
        states_per_s=rate,
        **_form_facts(form),
    )


def state_title(
    record: RunRecord, snapshots: Sequence[SnapshotRecord], shown: SnapshotRecord, unit: str
) -> str:
    """Return what stands above the picture of a state: run, field with its unit, and why."""
    applied = format_field(from_tesla(shown.mu0_H_T), unit)
    field = f"{FIELD_UNITS[unit].symbol} = {applied}"
    why = reasons_of(snapshots, shown.cycle, shown.index)
    return f"{record.name}, half-cycle {shown.cycle + 1}: {field}, {why}, simulated"


def _draw_film(
    drawing: DrawingProcess,
    record: RunRecord,
    shots: Sequence[SnapshotRecord],
    titles: Sequence[str],
    part: Path,
    suffix: str,
    form: PictureFormat,
    rate: float,
    progress: ReportProgress,
) -> None:
    size = [form.width, form.height]
    opening = {"path": str(part), "suffix": suffix, "rate": rate, "size": size}
    drawing.ask(Message(facts={"do": "open film", **opening}))
    drawing.send(look_order(form.look))
    mesh = _mesh_of(record, shots[0].cycle)
    for number, (shot, title) in enumerate(zip(shots, titles, strict=True)):
        progress(number / (len(shots) + 1), "" if number else f"drawing {len(shots)} states")
        drawing.send(state_order(shot.path, mesh, record.design.alpha))
        view = {"size": size, "scale": form.scale, "camera": asdict(form.camera), "title": title}
        drawing.ask(Message(facts={"do": "add to film", **view}))
    progress(len(shots) / (len(shots) + 1))
    drawing.ask(Message(facts={"do": "close film"}))


def _draw_png(order: Message, path: Path, form: PictureFormat, title: str) -> None:
    with _written(path) as part, DrawingProcess() as drawing:
        drawing.send(look_order(form.look))
        drawing.send(order)
        facts = {
            "do": "picture",
            "path": str(part),
            "dpi": form.dpi,
            "size": [form.width, form.height],
            "scale": form.scale,
            "camera": asdict(form.camera),
            "title": title,
        }
        drawing.ask(Message(facts=facts))


@contextlib.contextmanager
def _written(path: Path) -> Iterator[Path]:
    """Give the path of a temporary file; it takes the name of ``path`` only when all went well."""
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    with file_to_write(path):
        # What cannot be written is known before anything is drawn.
        part.touch()
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _check_png(path: Path) -> None:
    if path.suffix.lower() != ".png":
        raise InputError(
            f"a picture goes into a file that ends in .png, not {path.name}",
            key="path",
            given=path.suffix,
            allowed=".png",
        )


def _mesh_of(record: RunRecord, cycle: int) -> Mesh:
    return load_problem(record.folder / record.info.cycles[cycle].folder).mesh


def _form_facts(form: PictureFormat) -> dict[str, Any]:
    return {
        "picture": {
            "size_px": [form.width, form.height],
            "dpi": form.dpi,
            "camera": asdict(form.camera),
            "look": asdict(form.look),
        }
    }
