"""A forward model as ONNX, for other programs: features in, mean and spread out, in units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.errors import MissingPackageError, ModelFileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models.forward import ForwardModel

ONNX_FILE: Final = "model.onnx"
OPSET: Final = 18
_IR_VERSION: Final = 9
LARGEST: Final = 256_000_000


def onnx_bytes(model: ForwardModel) -> bytes:
    """Return a model in ONNX, all numbers inside.

    Input ``features``, shape (n, n_features), float32; outputs ``mean`` and ``spread``, shape
    (n, n_outputs), in units of the outputs; names and units are in its metadata.

    Raises
    ------
    MissingPackageError
        Without onnx.
    """
    onnx = _load_onnx()
    graph = _Graph(onnx)
    value = graph.add("Sub", "features", graph.constant(model.x_scaler.mean))
    value = graph.add("Div", value, graph.constant(model.x_scaler.scale))
    value = graph.add("Unsqueeze", value, graph.constant(np.array([0]), np.int64))
    network = model.network
    for number, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        value = graph.add("MatMul", value, graph.constant(weight))
        value = graph.add("Add", value, graph.constant(bias))
        if number == len(network.weights) - 1:
            break
        if network.activation == "relu":
            value = graph.add("Relu", value)
        else:
            value = graph.add("Mul", value, graph.add("Sigmoid", value))
    first = graph.constant(np.array([0]), np.int64)
    mean = graph.add("ReduceMean", value, first, keepdims=0)
    apart = graph.add("Sub", value, mean)
    square = graph.add("ReduceMean", graph.add("Mul", apart, apart), first, keepdims=0)
    scale = graph.constant(model.y_scaler.scale)
    graph.add("Mul", graph.add("Sqrt", square), scale, output="spread")
    graph.add(
        "Add", graph.add("Mul", mean, scale), graph.constant(model.y_scaler.mean), output="mean"
    )
    return graph.finish(model)


def check_onnx(path: Path) -> None:
    """Refuse an ONNX file that is too large, damaged, or reads other files.

    Raises
    ------
    ModelFileError
    MissingPackageError
        Without onnx.
    """
    onnx = _load_onnx()
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise _refused(path, f"it has {size} bytes; at most {LARGEST} are read")
        model = onnx.load_model_from_string(path.read_bytes())
    except OSError as error:
        raise _refused(path, f"it cannot be read ({error.strerror})") from error
    except (ValueError, onnx.shape_inference.InferenceError, _decode_error()) as error:
        raise _refused(path, f"it is no ONNX model ({error})") from error
    for tensor in _tensors(onnx, model):
        if tensor.external_data or tensor.data_location == onnx.TensorProto.EXTERNAL:
            place = {entry.key: entry.value for entry in tensor.external_data}.get("location", "")
            raise _refused(path, f"the numbers of {tensor.name!r} lie in another file, {place!r}")
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise _refused(path, f"it is no ONNX model ({error})") from error


class _Graph:
    """Nodes and constants of an ONNX graph, added one after the other."""

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, values: Any, dtype: Any = np.float32) -> str:
        name = f"c{len(self._constants)}"
        array = np.ascontiguousarray(values, dtype=dtype)
        self._constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        name = output or f"v{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(operator, inputs, [name], **attributes))
        return name

    def finish(self, model: ForwardModel) -> bytes:
        helper, kind = self._onnx.helper, self._onnx.TensorProto.FLOAT
        outputs = [
            helper.make_tensor_value_info(name, kind, ["n", len(model.outputs)])
            for name in ("mean", "spread")
        ]
        features = helper.make_tensor_value_info("features", kind, ["n", len(model.features)])
        graph = helper.make_graph(self._nodes, "forward", [features], outputs, self._constants)
        made = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR_VERSION
        )
        names = {
            "features": ", ".join(model.features),
            "outputs": ", ".join(f"{v.name} [{v.unit or '1'}]" for v in model.outputs),
        }
        helper.set_model_props(made, names)
        self._onnx.checker.check_model(made)
        data: bytes = made.SerializeToString()
        return data


def _tensors(onnx: Any, model: Any) -> Iterator[Any]:
    """Yield every tensor of a model, in subgraphs and attributes too."""
    waiting = [model.graph, *model.functions]
    while waiting:
        graph = waiting.pop()
        yield from getattr(graph, "initializer", ())
        for sparse in getattr(graph, "sparse_initializer", ()):
            yield from (sparse.values, sparse.indices)
        for attribute in (each for node in graph.node for each in node.attribute):
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            if attribute.HasField("g"):
                waiting.append(attribute.g)
            waiting.extend(attribute.graphs)
    yield from (part for each in model.training_info for part in each.initialization.initializer)


def _load_onnx() -> Any:
    try:
        import onnx
        import onnx.checker
        import onnx.helper
        import onnx.numpy_helper
        import onnx.shape_inference
    except ImportError as error:
        raise MissingPackageError(
            "storing a model needs onnx, which is not installed; `pip install -r "
            "requirements-train.lock` brings it. Prediction works without it",
            key="onnx",
        ) from error
    return onnx


def _decode_error() -> type[Exception]:
    from google.protobuf.message import DecodeError

    error: type[Exception] = DecodeError
    return error


def _refused(path: Path, why: str) -> ModelFileError:
    return ModelFileError(
        f"the model file {path} is refused: {why}",
        key=path.name,
        given=str(path),
        allowed="an ONNX model with all numbers inside",
    )
