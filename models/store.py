"""Models on disk: card.json, weights.safetensors and model.onnx; nothing is ever unpickled.

Whatever a folder holds was made by somebody: sizes are checked before anything is read, shapes
against the card before anything is allocated, and checksums before anything is used. Predictions
come from the safetensors file; model.onnx is for other programs and never read here.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import math
import os
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.card import MODEL_FILES, Layout, forward_card, layout_of, parse_card
from models.errors import ModelError, ModelFileError
from models.file_names import CARD_FILE, WEIGHTS_FILE
from models.onnx_export import ONNX_FILE, onnx_bytes
from models.variables import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from models.forward import ForwardModel
    from models.variables import Variable

LARGEST_CARD: Final = 4_000_000
LARGEST_HEADER: Final = 1_000_000
LARGEST_WEIGHTS: Final = 256_000_000
"""Bytes; far above any model of this program."""
_PACKAGES: Final = ("numpy", "torch", "safetensors", "onnx")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """A model that was read, and what its card says of it.

    Parameters
    ----------
    model : ForwardModel
    card : dict
        All of card.json; ``about`` is what the caller of :func:`save_model` wrote.
    """

    model: ForwardModel
    card: dict[str, Any]

    @property
    def about(self) -> dict[str, Any]:
        """Metrics, dataset, conditions: what was said of the model when it was stored."""
        about: dict[str, Any] = self.card["about"]
        return about


def save_model(
    folder: Path, model: ForwardModel, about: Mapping[str, Any], *, replace: bool = False
) -> Path:
    """Write a model into a folder, which appears at once and complete; return the card.

    Parameters
    ----------
    folder : Path
    model : ForwardModel
        With calibration and trust.
    about : mapping
        Of JSON values: metrics, dataset and its SHA-256, split, conditions.
    replace : bool
        Whether a model that is there is replaced; refused otherwise.

    Raises
    ------
    ModelFileError
        If the folder exists.
    MissingPackageError
        Without onnx.
    """
    if folder.exists() and not replace:
        raise ModelFileError(
            f"{folder} exists already; choose another name, or replace it",
            key="name",
            given=str(folder),
            allowed="a folder that does not exist",
        )
    weights, onnx = _weights_bytes(model), onnx_bytes(model)
    card = forward_card(model) | {
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "versions": _versions(),
        "files": {
            name: _facts(data) for name, data in ((WEIGHTS_FILE, weights), (ONNX_FILE, onnx))
        },
        "about": dict(about),
    }
    text = json.dumps(card, indent=1, allow_nan=False, ensure_ascii=False)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, data in ((WEIGHTS_FILE, weights), (ONNX_FILE, onnx), (CARD_FILE, text.encode())):
        with (partial / name).open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    if folder.exists():
        old = folder.with_name(f".{folder.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        partial.rename(folder)
        shutil.rmtree(old)
    else:
        partial.rename(folder)
    return folder / CARD_FILE


def load_model(folder: Path) -> StoredModel:
    """Read a model.

    Raises
    ------
    ModelFileError
        If anything is missing, damaged, too large, not what the card says, or written by a newer
        version of the program.
    """
    card = parse_card(_read(folder / CARD_FILE, LARGEST_CARD), str(folder / CARD_FILE))
    layout = layout_of(card, str(folder))
    _check_files(folder, card)
    arrays = _read_weights(folder / WEIGHTS_FILE, layout)
    try:
        model = layout.build(arrays)
    except (ModelError, ValueError) as error:
        raise ModelFileError(f"the model {folder} does not fit its card: {error}") from error
    return StoredModel(model=model, card=card)


def check_fits(
    stored: StoredModel,
    inputs: Sequence[Variable],
    features: Sequence[str],
    outputs: Sequence[Variable] = (),
) -> None:
    """Refuse a model whose columns or units are not those of its caller.

    Parameters
    ----------
    stored : StoredModel
    inputs, features : sequence
        What the caller gives.
    outputs : sequence of Variable
        What the caller wants; the model may have more.

    Raises
    ------
    ModelFileError
    """
    model = stored.model
    _compare("inputs", names_of(model.inputs), names_of(inputs))
    _compare("features", model.features, tuple(features))
    missing = [name for name in names_of(outputs) if name not in names_of(model.outputs)]
    if missing:
        raise ModelFileError(
            f"the model does not predict {', '.join(missing)}; it predicts "
            f"{', '.join(names_of(model.outputs))}",
            key="outputs",
            given=", ".join(names_of(model.outputs)),
            allowed=", ".join(names_of(outputs)),
        )
    units = {variable.name: variable.unit for variable in (*model.inputs, *model.outputs)}
    for variable in (*inputs, *outputs):
        if units[variable.name] != variable.unit:
            raise ModelFileError(
                f"the model has {variable.name} in {units[variable.name] or 'no unit'}, this "
                f"program in {variable.unit or 'no unit'}; train it again",
                key=variable.name,
                given=units[variable.name],
                allowed=variable.unit,
            )


def _compare(what: str, given: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    if given != allowed:
        raise ModelFileError(
            f"the {what} of the model are {', '.join(given)}; this version of the program has "
            f"{', '.join(allowed)}. Train it again with this version",
            key=what,
            given=", ".join(given),
            allowed=", ".join(allowed),
        )


def _weights_bytes(model: ForwardModel) -> bytes:
    from safetensors.numpy import save

    arrays: dict[str, NDArray[Any]] = {}
    pairs = zip(model.network.weights, model.network.biases, strict=True)
    for number, (weight, bias) in enumerate(pairs):
        arrays[f"weight.{number}"] = np.ascontiguousarray(weight)
        arrays[f"bias.{number}"] = np.ascontiguousarray(bias)
    if model.trust is not None:
        arrays["trust.rows"] = np.ascontiguousarray(model.trust.rows, dtype=np.float64)
    data: bytes = save(arrays)
    return data


def _facts(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _read(path: Path, most: int) -> bytes:
    """Read a file unless it is larger than ``most`` bytes."""
    try:
        size = path.stat().st_size
        if size > most:
            raise _refused(path, f"it has {size} bytes; at most {most} are read")
        return path.read_bytes()
    except OSError as error:
        raise _refused(path, f"it cannot be read ({error.strerror})") from error


def _check_files(folder: Path, card: Mapping[str, Any]) -> None:
    """Compare size and SHA-256 of the files with the card, size first."""
    for name in MODEL_FILES:
        facts, path = card["files"][name], folder / name
        try:
            size = path.stat().st_size
        except OSError as error:
            if name == ONNX_FILE:
                continue  # for other programs; somebody may have left it out
            raise _refused(path, f"it cannot be read ({error.strerror})") from error
        if size != facts["bytes"]:
            raise _refused(path, f"it has {size} bytes, and {facts['bytes']} on the card")
        if hashlib.sha256(_read(path, LARGEST_WEIGHTS)).hexdigest() != facts["sha256"]:
            raise _refused(path, "it is not the file that the card names: changed or damaged")


def _read_weights(path: Path, layout: Layout) -> dict[str, NDArray[Any]]:
    """Read the tensors that the card announces; names, types and shapes are checked first."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(16)
    length = int.from_bytes(head[:8], "little")
    if size < 10 or length > min(LARGEST_HEADER, size - 8):
        raise _refused(path, f"it is no safetensors file{_what_it_is(head)}")
    expected = sum(math.prod(shape) * width for shape, _, width in layout.tensors.values())
    if size - 8 - length != expected:
        raise _refused(
            path, f"it holds {size - 8 - length} bytes of numbers; the card announces {expected}"
        )
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            names = set(file.keys())
            if names != set(layout.tensors):
                strange = ", ".join(sorted(names ^ set(layout.tensors)))
                raise _refused(path, f"its tensors are not those of the card: {strange}")
            for name, (shape, dtype, _) in layout.tensors.items():
                part = file.get_slice(name)
                if tuple(part.get_shape()) != shape or part.get_dtype() != dtype:
                    raise _refused(
                        path,
                        f"{name} is {part.get_dtype()} {tuple(part.get_shape())}; the card says "
                        f"{dtype} {shape}",
                    )
            arrays = {name: file.get_tensor(name) for name in layout.tensors}
    except (SafetensorError, OSError, ValueError) as error:
        raise _refused(path, f"it is no safetensors file ({error})") from error
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise _refused(path, f"{name} holds numbers that are not finite")
    return arrays


def _what_it_is(head: bytes) -> str:
    if head[:1] == b"\x80" and head[1:2] in {b"\x02", b"\x03", b"\x04", b"\x05"}:
        return " but a Python pickle, which could run any program; it was not opened"
    if head[:2] == b"PK":
        return (
            " but a ZIP archive, as torch.save writes, which may hold a pickle; it was not opened"
        )
    if head[:8] == b"\x89HDF\r\n\x1a\n":
        return " but an HDF5 file"
    return ""


def _refused(path: Path, why: str) -> ModelFileError:
    return ModelFileError(
        f"the model file {path} is refused: {why}",
        key=path.name,
        given=str(path),
        allowed="a folder that training wrote",
    )
