"""From syntax to something that runs, with MuMax3's types and conversions (its package script).

Names do not tell capitals apart. Arithmetic gives float64 whatever it is made of, comparisons give
bool; int turns into float64 and, where it is whole, back; nothing else is converted. A script is
compiled as a whole before its first line runs.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import mx3_parser as syntax
from mx3_tokens import CompileError


class RunError(Exception):
    """A failure while the script runs; MuMax3 panics, with exit code 2."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression: its type (None for none), how to evaluate it, how to assign to it."""

    type: Any
    evaluate: Callable[[], Any]
    assign: Callable[[Any], None] | None = None
    assigned_type: Any = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language; a last parameter of ``...`` takes anything, unconverted."""

    call: Callable[..., Any]
    parameters: tuple[Any, ...]
    result: Any = None


class Quantity:
    """Whatever the table and files take."""


class ScalarFunction:
    """A number that is computed again whenever it is asked for."""

    def __init__(self, evaluate: Callable[[], float]) -> None:
        self.evaluate = evaluate


class VectorFunction(ScalarFunction):
    """The same of three numbers."""


class Numbers(tuple):
    """A list of numbers, which can be indexed."""

    __slots__ = ()


class Vector(Numbers):
    """Three numbers."""

    __slots__ = ()


@dataclass(slots=True)
class Scope:
    names: dict[str, Compiled | Function] = field(default_factory=dict)
    parent: Scope | None = None

    def declare(self, name: str, value: Compiled | Function) -> bool:
        key = name.lower()
        if key in self.names:
            return False
        self.names[key] = value
        return True

    def resolve(self, line: int, name: str) -> Compiled | Function:
        scope: Scope | None = self
        while scope is not None:
            if name.lower() in scope.names:
                return scope.names[name.lower()]
            scope = scope.parent
        raise CompileError(line, f"undefined: {name}")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement at the top of a script, with its text, which is logged before it runs."""

    source: str
    run: Callable[[], Any]


_ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
_COMPARISONS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def compile_script(source: str, world: Scope) -> list[Statement]:
    """Return the statements of a script; raises CompileError."""
    block = syntax.parse(source)
    compiler = _Compiler(world)
    return [
        Statement(text, compiler.statement(node))
        for node, text in zip(block.statements, block.sources, strict=True)
    ]


class _Compiler:
    def __init__(self, world: Scope) -> None:
        self._scope = world

    # --- statements ----------------------------------------------------------------------

    def statement(self, node: syntax.Node) -> Callable[[], Any]:
        match node:
            case syntax.Assign():
                return self._assignment(node)
            case syntax.If():
                return self._in_scope(self._if, node)
            case syntax.For():
                return self._in_scope(self._for, node)
            case syntax.Block():
                return self._in_scope(self._block, node)
            case _:
                return self._expression(node).evaluate

    def _in_scope(self, compile_: Callable[[Any], Any], node: syntax.Node) -> Callable[[], Any]:
        self._scope = Scope(parent=self._scope)
        try:
            return compile_(node)
        finally:
            self._scope = self._scope.parent or Scope()

    def _block(self, block: syntax.Block) -> Callable[[], Any]:
        statements = [self.statement(node) for node in block.statements]

        def run() -> None:
            for statement in statements:
                statement()

        return run

    def _if(self, node: syntax.If) -> Callable[[], Any]:
        condition = self._converted(node.condition, bool).evaluate
        body = self._block(node.body)
        otherwise = None if node.otherwise is None else self.statement(node.otherwise)

        def run() -> None:
            if condition():
                body()
            elif otherwise is not None:
                otherwise()

        return run

    def _for(self, node: syntax.For) -> Callable[[], Any]:
        nothing: Callable[[], Any] = lambda: None  # noqa: E731
        first = nothing if node.first is None else self.statement(node.first)
        condition: Callable[[], Any] = lambda: True  # noqa: E731
        if node.condition is not None:
            condition = self._converted(node.condition, bool).evaluate
        after = nothing if node.after is None else self.statement(node.after)
        body = self._block(node.body)

        def run() -> None:
            first()
            while condition():
                body()
                after()

        return run

    def _assignment(self, node: syntax.Assign) -> Callable[[], Any]:
        if node.operator == ":=":
            return self._definition(node)
        target = self._target(node)
        if node.operator == "=":
            value = self._expression(node.value)
        elif node.operator in {"++", "--"}:
            one = Compiled(float, lambda: 1.0)
            value = self._arithmetic(node.line, node.operator[0], target, one)
        else:
            right = self._expression(node.value)
            value = self._arithmetic(node.line, node.operator[0], target, right)
        converted = convert(node.line, value, target.assigned_type or target.type)
        assign, evaluate = target.assign, converted.evaluate
        return lambda: assign(evaluate())

    def _target(self, node: syntax.Assign) -> Compiled:
        if not isinstance(node.target, syntax.Name):
            raise CompileError(node.line, "cannot assign to it")
        target = self._scope.resolve(node.line, node.target.name)
        if not isinstance(target, Compiled) or target.assign is None:
            raise CompileError(node.line, f"cannot assign to {node.target.name}")
        return target

    def _definition(self, node: syntax.Assign) -> Callable[[], Any]:
        if not isinstance(node.target, syntax.Name):
            raise CompileError(node.line, "non-name on left side of :=")
        value = self._expression(node.value)
        if value.type is None:
            raise CompileError(node.line, "void used as value")
        cell: list[Any] = [None]
        variable = Compiled(
            value.type, lambda: cell[0], lambda given: cell.__setitem__(0, given), value.type
        )
        if not self._scope.declare(node.target.name, variable):
            raise CompileError(node.line, f"already defined: {node.target.name}")
        return lambda: cell.__setitem__(0, value.evaluate())

    # --- expressions ---------------------------------------------------------------------

    def _converted(self, node: syntax.Node, wanted: Any) -> Compiled:
        return convert(node.line, self._expression(node), wanted)

    def _expression(self, node: syntax.Node | None) -> Compiled:
        match node:
            case syntax.Literal(kind="int"):
                return _constant(int, int(node.text))
            case syntax.Literal(kind="float"):
                return _constant(float, float(node.text))
            case syntax.Literal():
                # MuMax3 strips the quotes and reads no escapes
                return _constant(str, node.text[1:-1])
            case syntax.Name():
                found = self._scope.resolve(node.line, node.name)
                return found if isinstance(found, Compiled) else _constant(Function, found)
            case syntax.Unary():
                return self._unary(node)
            case syntax.Binary():
                return self._binary(node)
            case syntax.Call():
                return self._call(node)
            case syntax.Index():
                return self._index(node)
            case _:
                raise CompileError(node.line if node else 0, "not allowed here")

    def _unary(self, node: syntax.Unary) -> Compiled:
        if node.operator == "-":
            number = self._converted(node.operand, float).evaluate
            return Compiled(float, lambda: -number())
        flag = self._converted(node.operand, bool).evaluate
        return Compiled(bool, lambda: not flag())

    def _binary(self, node: syntax.Binary) -> Compiled:
        if node.operator in {"&&", "||"}:
            left = self._converted(node.left, bool).evaluate
            right = self._converted(node.right, bool).evaluate
            if node.operator == "&&":
                return Compiled(bool, lambda: left() and right())
            return Compiled(bool, lambda: left() or right())
        left_value, right_value = self._expression(node.left), self._expression(node.right)
        if node.operator in _ARITHMETIC:
            return self._arithmetic(node.line, node.operator, left_value, right_value)
        compare = _COMPARISONS[node.operator]
        a = convert(node.line, left_value, float).evaluate
        b = convert(node.line, right_value, float).evaluate
        return Compiled(bool, lambda: compare(a(), b()))

    def _arithmetic(self, line: int, symbol: str, left: Compiled, right: Compiled) -> Compiled:
        a, b = convert(line, left, float).evaluate, convert(line, right, float).evaluate
        apply = _ARITHMETIC[symbol]

        def compute() -> float:
            try:
                return apply(a(), b())
            except ZeroDivisionError:
                numerator = a()
                return float("nan") if numerator == 0 else float("inf") * numerator

        return Compiled(float, compute)

    def _index(self, node: syntax.Index) -> Compiled:
        operand = self._expression(node.operand)
        if not (isinstance(operand.type, type) and issubclass(operand.type, Numbers)):
            raise CompileError(node.line, f"can not index {_type_name(operand.type)}")
        values, index = operand.evaluate, self._converted(node.index, int).evaluate
        return Compiled(float, lambda: values()[index()])

    def _call(self, node: syntax.Call) -> Compiled:
        function, owner = self._callee(node.function)
        parameters = function.parameters
        is_variadic = bool(parameters) and parameters[-1] is ...
        fixed = len(parameters) - is_variadic
        given = len(node.arguments)
        if given < fixed or (given > fixed and not is_variadic):
            raise CompileError(node.line, f"needs {fixed} arguments, got {given}")
        arguments = [
            # without conversion where the function is variadic, as in MuMax3
            self._expression(argument).evaluate
            if is_variadic
            else self._converted(argument, parameters[position]).evaluate
            for position, argument in enumerate(node.arguments)
        ]
        call = function.call
        if owner is None:
            return Compiled(function.result, lambda: call(*[each() for each in arguments]))
        return Compiled(function.result, lambda: call(owner(), *[each() for each in arguments]))

    def _callee(self, node: syntax.Node) -> tuple[Function, Callable[[], Any] | None]:
        if isinstance(node, syntax.Selector):
            operand = self._expression(node.operand)
            methods = getattr(operand.type, "METHODS", {})
            method = {name.lower(): method for name, method in methods.items()}.get(
                node.name.lower()
            )
            if method is None:
                raise CompileError(
                    node.line, f"{_type_name(operand.type)} has no method {node.name}"
                )
            return method, operand.evaluate
        if isinstance(node, syntax.Name):
            function = self._scope.resolve(node.line, node.name)
            if isinstance(function, Function):
                return function, None
        raise CompileError(node.line, "can not call it")


def _constant(kind: Any, value: Any) -> Compiled:
    return Compiled(kind, lambda: value)


def _type_name(kind: Any) -> str:
    return {None: "void", float: "float64", str: "string"}.get(kind, kind.__name__ if kind else "")


def convert(line: int, given: Compiled, wanted: Any) -> Compiled:
    """Return the expression as one of the wanted type; raises CompileError where it is none."""
    evaluate = given.evaluate
    if given.type is None:
        raise CompileError(line, "void used as value")
    if isinstance(given.type, type) and issubclass(given.type, wanted) and given.type is not bool:
        return given
    if given.type is wanted:
        return given
    if (given.type, wanted) == (int, float):
        return Compiled(float, lambda: float(evaluate()))
    if (given.type, wanted) == (float, int):
        return Compiled(int, lambda: _whole(evaluate()))
    if wanted is ScalarFunction and given.type in {int, float}:
        return Compiled(wanted, lambda: ScalarFunction(lambda: float(evaluate())))
    if wanted is VectorFunction and given.type is Vector:
        return Compiled(wanted, lambda: VectorFunction(evaluate))
    raise CompileError(
        line, f"type mismatch: can not use type {_type_name(given.type)} as {_type_name(wanted)}"
    )


def _whole(value: float) -> int:
    if value != int(value):
        raise RunError(f"can not use {value} as int")
    return int(value)
