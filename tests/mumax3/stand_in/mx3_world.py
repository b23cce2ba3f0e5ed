"""The names that scripts of this program use, declared over the engine with MuMax3's types."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from mx3_compile import (
    Compiled,
    Function,
    Quantity,
    ScalarFunction,
    Scope,
    Vector,
    VectorFunction,
)
from mx3_engine import Array, Engine
from mx3_fields import field_functions
from mx3_output import FatalError, Log, Table, go_float

from solver.mumax3.ovf import write_ovf

NAMES = Path(__file__).resolve().parent / "names.txt"


@dataclass(frozen=True, slots=True)
class Slice:
    """An array in memory."""

    data: Array


@dataclass(frozen=True, slots=True)
class Config:
    """A magnetisation as a function of the place; here only a uniform one."""

    m: Vector


@dataclass(frozen=True, slots=True)
class Field(Quantity):
    """A quantity in space; ``read`` gives (components, nz, ny, nx)."""

    name: str
    unit: str
    components: int
    read: Callable[[], Array]

    def averages(self) -> list[float]:
        return [float(component.mean()) for component in self.read()]


class ScalarField(Field):
    __slots__ = ()


class VectorField(Field):
    __slots__ = ()


class Magnetization(VectorField):
    __slots__ = ()


class RegionsField(ScalarField):
    __slots__ = ()


class RegionwiseScalar(ScalarField):
    __slots__ = ()


class RegionwiseVector(VectorField):
    __slots__ = ()


class Excitation(VectorField):
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ScalarValue(Quantity):
    name: str
    unit: str
    get: Callable[[], float]
    components: int = 1

    def averages(self) -> list[float]:
        return [self.get()]


ScalarField.METHODS = {"Average": Function(lambda q: q.averages()[0], (), float)}
ScalarValue.METHODS = {
    "Average": Function(lambda q: q.get(), (), float),
    "Get": Function(lambda q: q.get(), (), float),
}
VectorField.METHODS = {
    "Average": Function(lambda q: Vector(q.averages()), (), Vector),
    "Comp": Function(
        lambda q, c: ScalarField(f"{q.name}_{'xyz'[c]}", q.unit, 1, lambda: q.read()[c : c + 1]),
        (int,),
        ScalarField,
    ),
}
Slice.METHODS = {
    "HostCopy": Function(lambda s: Slice(s.data.copy()), (), Slice),
    "Get": Function(lambda s, c, i, j, k: float(s.data[c, k, j, i]), (int, int, int, int), float),
}


def make_world(
    engine: Engine, log: Log, table: Table, hooks: Any, lacks: Collection[str] = ()
) -> Scope:
    """Return the outermost scope; what MuMax3 has and this has not is a compile error that says so.

    Parameters
    ----------
    hooks : object
        Its ``before_descent(engine)`` is called before every Minimize and Relax.
    lacks : collection of str
        Names that this version does not declare.
    """
    world = Scope()
    if engine.exchange_rule == "mumax3_2014":
        lacks = {*lacks, *field_functions(engine)}
    for name, value in {
        **_mathematics(),
        **_mesh_and_run(engine, hooks),
        **_quantities(engine),
        **field_functions(engine),
        **_output(engine, log, table),
    }.items():
        if name not in lacks and not world.declare(name, value):
            raise AssertionError(f"{name} is declared twice")
    for line in NAMES.read_text(encoding="utf-8").splitlines():
        for name in [] if line.startswith("#") else line.split():
            if name not in lacks:
                world.declare(name, _unknown(name))
    return world


def _unknown(name: str) -> Compiled:
    """Return a name of MuMax3 that the stand-in has no use for: nothing can be done with it."""
    return Compiled(type(f"<{name}, which the stand-in does not know>", (), {}), lambda: None)


# --- functions -------------------------------------------------------------------------------


def _mathematics() -> dict[str, Any]:
    one = {"abs": abs, "ceil": math.ceil, "floor": math.floor, "sqrt": math.sqrt}
    two = {"max": max, "min": min}
    return {
        "true": Compiled(bool, lambda: True),
        "false": Compiled(bool, lambda: False),
        "inf": Compiled(float, lambda: math.inf),
        "isNaN": Function(math.isnan, (float,), bool),
        "sprintf": Function(sprintf, (str, ...), str),
        "Vector": Function(lambda x, y, z: Vector((x, y, z)), (float, float, float), Vector),
        "Uniform": Function(lambda *m: Config(Vector(m)), (float, float, float), Config),
        **{
            name: Function(lambda x, f=f: float(f(x)) if math.isfinite(x) else x, (float,), float)
            for name, f in one.items()
        },
        **{
            name: Function(
                lambda x, y, f=f: math.nan if x != x or y != y else f(x, y), (float, float), float
            )
            for name, f in two.items()
        },
    }


_VERB = re.compile(r"%([-+0 #]*)(\d*)(?:\.(\d+))?([a-zA-Z%])")


def sprintf(text: str, *values: Any) -> str:
    """Format as Go does, with its complaint where verb and type do not agree."""
    rest = list(values)

    def replace(match: re.Match[str]) -> str:
        verb = match[4]
        if verb == "%":
            return "%"
        if not rest:
            return f"%!{verb}(MISSING)"
        value = rest.pop(0)
        if verb == "v":
            return go_float(value) if isinstance(value, float) else str(value)
        kinds: dict[str, type] = {"d": int, "s": str} | dict.fromkeys("eEfFgG", float)
        if type(value) is not kinds.get(verb):
            name = {float: "float64"}.get(type(value), type(value).__name__)
            return f"%!{verb}({name}={value})"
        return match[0] % value

    return _VERB.sub(replace, text)


def _mesh_and_run(engine: Engine, hooks: Any) -> dict[str, Any]:
    def descend() -> None:
        hooks.before_descent(engine)
        engine.descend()

    def setter(name: str) -> Callable[..., None]:
        return lambda *values: setattr(engine, name, values)

    return {
        "SetGridSize": Function(engine.set_grid, (int, int, int)),
        "SetCellSize": Function(setter("cell_size"), (float, float, float)),
        "SetPBC": Function(setter("pbc"), (int, int, int)),
        "SetSolver": Function(lambda kind: setattr(engine, "solver", kind), (int,)),
        "ThermSeed": Function(lambda seed: setattr(engine, "seed", seed), (int,)),
        "ext_ScaleExchange": Function(
            lambda a, b, S: engine.scales.__setitem__((min(a, b), max(a, b)), S), (int, int, float)
        ),
        "Steps": Function(engine.steps, (int,)),
        "Minimize": Function(descend, ()),
        "Relax": Function(descend, ()),
        "MinimizerStop": _variable(engine, "minimizer_stop", float),
        "FixDt": _variable(engine, "fix_dt", float),
        "DoPrecess": _variable(engine, "do_precess", bool),
        "EnableDemag": _variable(engine, "enable_demag", bool),
    }


def _variable(engine: Engine, name: str, kind: type) -> Compiled:
    return Compiled(
        kind, lambda: getattr(engine, name), lambda value: setattr(engine, name, value), kind
    )


# --- quantities ------------------------------------------------------------------------------


def _quantities(engine: Engine) -> dict[str, Any]:
    units = {"Msat": "A/m", "Aex": "J/m", "Ku1": "J/m3", "Temp": "K", "alpha": ""}
    m = Magnetization("m", "", 3, lambda: engine.m)
    B = Excitation("B_ext", "T", 3, lambda: engine.B_ext[:, None, None, None])
    return {
        **{name: _regionwise_scalar(engine, name, unit) for name, unit in units.items()},
        "anisU": _regionwise_vector(engine),
        "m": _lvalue(m, lambda config: _set_uniform(engine, config), Config, _m_methods(engine)),
        "B_ext": _lvalue(B, lambda value: _set_field(engine, value), VectorFunction, {}),
        "regions": _regions(engine),
        "m_full": _constant(VectorField("m_full", "A/m", 3, lambda: _Ms(engine) * engine.m)),
        "maxTorque": _constant(ScalarValue("maxTorque", "T", lambda: engine.readings()[0])),
        "NEval": _constant(ScalarValue("NEval", "", lambda: engine.effort.demag_evaluations)),
        "Edens_total": _constant(_energy_density(engine)),
    }


def _constant(value: Any) -> Compiled:
    return Compiled(type(value), lambda: value)


def _lvalue(
    value: Any, assign: Callable[[Any], None], kind: Any, methods: dict[str, Function]
) -> Compiled:
    # a type of its own, with the methods of this engine
    own = type(type(value).__name__, (type(value),), {"METHODS": {**value.METHODS, **methods}})
    return Compiled(own, lambda: value, assign, kind)


def _Ms(engine: Engine) -> Array:
    return engine.scalars["Msat"][engine.regions]


def _energy_density(engine: Engine) -> ScalarField:
    def read() -> Array:
        return np.full((1, *engine.mesh.shape), engine.readings()[1])

    return ScalarField("Edens_total", "J/m3", 1, read)


def _set_uniform(engine: Engine, config: Config) -> None:
    m = np.empty((3, *engine.mesh.shape))
    m[...] = np.array(config.m)[:, None, None, None]
    engine.set_m(m)


def _set_field(engine: Engine, value: Any) -> None:
    engine.B_ext = np.array(value.evaluate(), dtype=float)


def _m_methods(engine: Engine) -> dict[str, Function]:
    def set_array(_: Any, source: Slice) -> None:
        engine.set_m(source.data)

    return {
        "Buffer": Function(lambda _: Slice(engine.m), (), Slice),
        "SetArray": Function(set_array, (Slice,)),
        "LoadFile": Function(lambda _, name: engine.set_m(engine.load(name, 3)), (str,)),
    }


def _regionwise_scalar(engine: Engine, name: str, unit: str) -> Compiled:
    table = engine.scalars[name]
    quantity = RegionwiseScalar(name, unit, 1, lambda: table[engine.regions][None])

    def set_region(_: Any, region: int, value: ScalarFunction) -> None:
        table[slice(None) if region == -1 else region] = value.evaluate()

    return _lvalue(
        quantity,
        lambda value: table.__setitem__(slice(None), value.evaluate()),
        ScalarFunction,
        {"SetRegion": Function(set_region, (int, ScalarFunction))},
    )


def _regionwise_vector(engine: Engine) -> Compiled:
    def read() -> Array:
        return np.moveaxis(engine.anisU[engine.regions], -1, 0)

    def set_region(_: Any, region: int, value: Any) -> None:
        engine.anisU[slice(None) if region == -1 else region] = value.evaluate()

    return _lvalue(
        RegionwiseVector("anisU", "", 3, read),
        lambda value: engine.anisU.__setitem__(slice(None), value.evaluate()),
        VectorFunction,
        {"SetRegion": Function(set_region, (int, VectorFunction))},
    )


def _regions(engine: Engine) -> Compiled:
    quantity = RegionsField("regions", "", 1, lambda: engine.regions[None].astype(float))
    methods = {
        "LoadFile": Function(lambda _, name: engine.load_regions(name), (str,)),
        "GetCell": Function(lambda _, i, j, k: int(engine.regions[k, j, i]), (int, int, int), int),
    }
    own = type("Regions", (RegionsField,), {"METHODS": {**quantity.METHODS, **methods}})
    return Compiled(own, lambda: quantity)


# --- output ----------------------------------------------------------------------------------


def _output(engine: Engine, log: Log, table: Table) -> dict[str, Any]:
    def expect(text: str, have: float, want: float, error: float) -> None:
        if math.isnan(have) or math.isnan(want) or abs(have - want) > error:
            log.say(
                f"{text} :  have:  {go_float(have)}  want:  {go_float(want)} ± {go_float(error)}"
            )
            raise SystemExit(1)
        log.say(f"{text} : {go_float(have)} OK")

    def add_variable(value: ScalarFunction, name: str, unit: str) -> None:
        table.add(name, unit, 1, lambda: [value.evaluate()])

    def add(quantity: Any) -> None:
        table.add(quantity.name, quantity.unit, quantity.components, quantity.averages)

    return {
        "Expect": Function(expect, (str, float, float, float)),
        "Print": Function(lambda *words: log.say(_words(words)), (...,)),
        "TableAdd": Function(add, (Quantity,)),
        "TableAddVar": Function(add_variable, (ScalarFunction, str, str)),
        "TableSave": Function(lambda: table.save(engine.time), ()),
        "SaveAs": Function(lambda q, name: _save(engine, table.folder, q, name), (Quantity, str)),
        "Flush": Function(lambda: None, ()),
    }


def _words(words: Sequence[Any]) -> str:
    return " ".join(go_float(word) if isinstance(word, float) else str(word) for word in words)


def _save(engine: Engine, folder: Path, quantity: Field, name: str) -> None:
    if "." not in name:
        name += ".ovf"
    data = quantity.read().astype(np.float32)
    labels = [f"{quantity.name}_{c}" for c in "xyz"] if len(data) == 3 else [quantity.name]
    try:
        write_ovf(
            folder / name, data, engine.mesh, title=quantity.name, unit=quantity.unit, labels=labels
        )
    except OSError as error:
        raise FatalError(f"open {folder / name}: {error.strerror}") from error
