"""A stored model comes back as it was; whatever else lies in its place is refused in words."""

from __future__ import annotations

import io
import json
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known_table import INPUTS, OUTPUTS, Table
from safetensors.numpy import load_file, save

from models import store
from models.errors import ModelFileError
from models.forward import ForwardModel
from models.onnx_export import check_onnx
from models.store import check_fits, load_model, save_model
from models.variables import Variable

onnx = pytest.importorskip("onnx")


@pytest.fixture(scope="module")
def stored(trained: ForwardModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a model; not to be changed."""
    folder = tmp_path_factory.mktemp("models") / "known"
    save_model(folder, trained, {"dataset": "known", "rmse": [0.1, 0.2]})
    return folder


@pytest.fixture
def copy(stored: Path, tmp_path: Path) -> Path:
    """Return a copy of it, to be spoilt."""
    return shutil.copytree(stored, tmp_path / "copy")


def put(folder: Path, name: str, data: bytes) -> None:
    """Write a file and name it on the card as its author would."""
    import hashlib

    (folder / name).write_bytes(data)
    change(
        folder,
        lambda card: card["files"].update(
            {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}}
        ),
    )


def change(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    card = json.loads((folder / store.CARD_FILE).read_text())
    edit(card)
    (folder / store.CARD_FILE).write_text(json.dumps(card))


def test_a_model_predicts_as_before(stored: Path, trained: ForwardModel, table: Table) -> None:
    found = load_model(stored)

    before, after = (each.predict(table.X, table.X) for each in (trained, found.model))
    for part in ("mean", "spread", "low", "high"):
        np.testing.assert_array_equal(getattr(before, part), getattr(after, part))
    assert before.trust == after.trust
    assert found.about["dataset"] == "known"
    assert sorted(path.name for path in stored.iterdir()) == [
        "card.json",
        "model.onnx",
        "weights.safetensors",
    ]


def test_onnx_gives_the_same_mean_and_spread(
    stored: Path, trained: ForwardModel, table: Table
) -> None:
    from onnx.reference import ReferenceEvaluator

    check_onnx(stored / "model.onnx")
    session = ReferenceEvaluator(str(stored / "model.onnx"))

    mean, spread = session.run(None, {"features": table.X[:9].astype(np.float32)})

    expected = trained.mean_and_spread(table.X[:9])
    by_name = dict(zip(session.output_names, (mean, spread), strict=True))
    np.testing.assert_allclose(by_name["mean"], expected[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(by_name["spread"], expected[1], rtol=1e-2, atol=1e-4)


def test_an_existing_model_is_replaced_only_when_asked(stored: Path, trained: ForwardModel) -> None:
    with pytest.raises(ModelFileError, match="exists already"):
        save_model(stored, trained, {})


def test_replacing_leaves_one_complete_model(copy: Path, trained: ForwardModel) -> None:
    save_model(copy, trained, {"dataset": "newer"}, replace=True)

    assert load_model(copy).about == {"dataset": "newer"}
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps([1]))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (pickle.dumps({"a": np.ones(50)}), "Python pickle"),
        (zipped(), "ZIP archive"),
        (b"not a model at all", "no safetensors file"),
        (b"", "no safetensors file"),
        ((10**15).to_bytes(8, "little") + b"{}", "no safetensors file"),
    ],
)
def test_renamed_files_of_other_kinds_are_refused(copy: Path, data: bytes, words: str) -> None:
    put(copy, "weights.safetensors", data)

    with pytest.raises(ModelFileError, match=words):
        load_model(copy)


def respelt(copy: Path, **changes: np.ndarray | None) -> bytes:
    arrays = load_file(copy / "weights.safetensors") | changes
    return save({key: value for key, value in arrays.items() if value is not None})


def test_tensors_of_other_shapes_types_or_names_are_refused(copy: Path) -> None:
    arrays = load_file(copy / "weights.safetensors")
    weight = arrays["weight.1"]
    spoilt = [
        (respelt(copy, **{"weight.1": weight[:, :-1]}), "bytes of numbers; the card announces"),
        (respelt(copy, **{"weight.1": weight.transpose(1, 0, 2).copy()}), r"weight.1 is F32"),
        (respelt(copy, **{"weight.1": weight.view(np.int32)}), "weight.1 is I32"),
        (respelt(copy, **{"weight.1": None, "strange": weight}), "strange"),
        (respelt(copy, **{"weight.1": weight * np.nan}), "not finite"),
    ]

    for data, words in spoilt:
        put(copy, "weights.safetensors", data)
        with pytest.raises(ModelFileError, match=words):
            load_model(copy)


def test_a_giant_tensor_is_refused_before_it_is_read(copy: Path) -> None:
    header = json.dumps(
        {"weight.0": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}
    ).encode()
    put(copy, "weights.safetensors", len(header).to_bytes(8, "little") + header + b"\0" * 64)
    with pytest.raises(ModelFileError, match="holds 64 bytes of numbers"):
        load_model(copy)
    change(copy, lambda card: card["network"].update(sizes=[2, 10**9, 2]))
    with pytest.raises(ModelFileError, match="width is 1000000000; allowed is 1 to 2048"):
        load_model(copy)


def test_a_huge_file_is_refused_by_its_size(copy: Path) -> None:
    with (copy / "card.json").open("r+b") as stream:
        stream.truncate(store.LARGEST_CARD + 1)

    with pytest.raises(ModelFileError, match="at most 4000000 are read"):
        load_model(copy)


def test_a_changed_byte_is_noticed(copy: Path) -> None:
    path = copy / "weights.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)

    with pytest.raises(ModelFileError, match="changed or damaged"):
        load_model(copy)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda card: card.update(format_version=3), "format_version 3.*update the program"),
        (lambda card: card.pop("calibration"), "calibration"),
        (lambda card: card["y_scaler"].update(scale=[1.0, 0.0]), "not above 0"),
        (lambda card: card["x_scaler"].update(mean=["1", 2]), "2 numbers are expected"),
        (lambda card: card["network"].update(activation="eval"), "allowed are relu, silu"),
        (lambda card: card["features"].append("more"), "has not 3 features"),
        (lambda card: card["network"].update(members=True), "members is True"),
    ],
)
def test_a_wrong_card_is_refused(copy: Path, edit: Callable[[Any], object], words: str) -> None:
    change(copy, edit)

    with pytest.raises(ModelFileError, match=words):
        load_model(copy)


def test_cards_that_are_no_json_are_refused(copy: Path) -> None:
    for text in ("", "[1]", '{"format_version": NaN}', "[" * 100_000):
        (copy / "card.json").write_text(text)
        with pytest.raises(ModelFileError, match="card"):
            load_model(copy)


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="cannot be read"):
        load_model(tmp_path / "none")


def test_models_of_other_columns_or_units_do_not_fit(stored: Path) -> None:
    model = load_model(stored)
    micrometres = (Variable(name="a_nm", unit="µm"), INPUTS[1])

    check_fits(model, INPUTS, ("a", "b"), OUTPUTS[:1])
    for inputs, features, outputs, words in (
        (INPUTS[:1], ("a", "b"), (), "inputs of the model are a_nm, b_nm"),
        (INPUTS, ("a", "c"), (), "features of the model"),
        (INPUTS, ("a", "b"), (Variable(name="Hp"),), "does not predict Hp"),
        (micrometres, ("a", "b"), (), "a_nm in nm, this program in µm"),
    ):
        with pytest.raises(ModelFileError, match=words):
            check_fits(model, inputs, features, outputs)


def test_onnx_that_reads_other_files_is_refused(copy: Path) -> None:
    path = copy / "model.onnx"
    model = onnx.load_model(str(path))
    tensor = model.graph.initializer[0]
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"
    path.write_bytes(model.SerializeToString())

    with pytest.raises(ModelFileError, match="lie in another file"):
        check_onnx(path)
    with pytest.raises(ModelFileError, match="on the card"):
        load_model(copy)


def test_onnx_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(pickle.dumps([1, 2, 3]))

    with pytest.raises(ModelFileError, match="no ONNX model"):
        check_onnx(path)
