"""The syntax of mx3: the statements and expressions that MuMax3 compiles."""

from __future__ import annotations

from dataclasses import dataclass, field

from mx3_tokens import CompileError, Token, tokenize


@dataclass(slots=True, kw_only=True)
class Node:
    line: int


@dataclass(slots=True, kw_only=True)
class Literal(Node):
    """A number or a text; ``kind`` is int, float or string."""

    kind: str
    text: str


@dataclass(slots=True, kw_only=True)
class Name(Node):
    name: str


@dataclass(slots=True, kw_only=True)
class Unary(Node):
    operator: str
    operand: Node


@dataclass(slots=True, kw_only=True)
class Binary(Node):
    operator: str
    left: Node
    right: Node


@dataclass(slots=True, kw_only=True)
class Selector(Node):
    operand: Node
    name: str


@dataclass(slots=True, kw_only=True)
class Index(Node):
    operand: Node
    index: Node


@dataclass(slots=True, kw_only=True)
class Call(Node):
    function: Node
    arguments: list[Node]


@dataclass(slots=True, kw_only=True)
class Assign(Node):
    """``operator`` is one of := = += -= ++ --."""

    operator: str
    target: Node
    value: Node | None


@dataclass(slots=True, kw_only=True)
class Block(Node):
    statements: list[Node] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class If(Node):
    condition: Node
    body: Block
    otherwise: Node | None


@dataclass(slots=True, kw_only=True)
class For(Node):
    first: Node | None
    condition: Node | None
    after: Node | None
    body: Block


_PRECEDENCE = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/"))


def parse(source: str) -> Block:
    """Return the script as a tree; raises CompileError."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = tokenize(source)
        self._position = 0

    def parse(self) -> Block:
        block = Block(line=1)
        self._statements(block, until="end")
        return block

    # --- tokens --------------------------------------------------------------------------

    @property
    def _token(self) -> Token:
        return self._tokens[self._position]

    def _is(self, *texts: str) -> bool:
        return self._token.kind in {"operator", "keyword"} and self._token.text in texts

    def _next(self) -> Token:
        token = self._token
        self._position += 1
        return token

    def _expect(self, text: str) -> Token:
        if not self._is(text):
            found = self._token.text or "the end"
            raise CompileError(self._token.line, f"expected {text!r}, found {found!r}")
        return self._next()

    # --- statements ----------------------------------------------------------------------

    def _statements(self, block: Block, until: str) -> None:
        while not (self._token.kind == until or self._is(until)):
            if self._is(";"):
                self._next()
                continue
            start = self._token.start
            statement = self._statement()
            end = self._tokens[self._position - 1].end
            block.statements.append(statement)
            block.sources.append(self._source[start:end])
            if not (self._is(";", until) or self._token.kind == until):
                found = self._token.text or "the end"
                raise CompileError(self._token.line, f"expected a new line, found {found!r}")

    def _block(self) -> Block:
        block = Block(line=self._expect("{").line)
        self._statements(block, until="}")
        self._expect("}")
        return block

    def _statement(self) -> Node:
        if self._is("if"):
            return self._if()
        if self._is("for"):
            return self._for()
        if self._is("{"):
            return self._block()
        return self._simple()

    def _simple(self) -> Node:
        left = self._expression()
        if self._is("++", "--"):
            token = self._next()
            return Assign(line=token.line, operator=token.text, target=left, value=None)
        if self._is(":=", "=", "+=", "-="):
            token = self._next()
            value = self._expression()
            return Assign(line=token.line, operator=token.text, target=left, value=value)
        return left

    def _if(self) -> If:
        line = self._expect("if").line
        condition = self._expression()
        body = self._block()
        otherwise: Node | None = None
        if self._is("else"):
            self._next()
            otherwise = self._if() if self._is("if") else self._block()
        return If(line=line, condition=condition, body=body, otherwise=otherwise)

    def _for(self) -> For:
        line = self._expect("for").line
        if self._is("{"):
            return For(line=line, first=None, condition=None, after=None, body=self._block())
        first = None if self._is(";") else self._simple()
        if self._is("{"):
            return For(line=line, first=None, condition=first, after=None, body=self._block())
        self._expect(";")
        condition = None if self._is(";") else self._expression()
        self._expect(";")
        after = None if self._is("{") else self._simple()
        return For(line=line, first=first, condition=condition, after=after, body=self._block())

    # --- expressions ---------------------------------------------------------------------

    def _expression(self, level: int = 0) -> Node:
        if level == len(_PRECEDENCE):
            return self._unary()
        left = self._expression(level + 1)
        while self._is(*_PRECEDENCE[level]):
            token = self._next()
            right = self._expression(level + 1)
            left = Binary(line=token.line, operator=token.text, left=left, right=right)
        return left

    def _unary(self) -> Node:
        if self._is("-", "!"):
            token = self._next()
            return Unary(line=token.line, operator=token.text, operand=self._unary())
        return self._postfix(self._operand())

    def _operand(self) -> Node:
        token = self._next()
        if token.kind in {"int", "float", "string"}:
            return Literal(line=token.line, kind=token.kind, text=token.text)
        if token.kind == "name":
            return Name(line=token.line, name=token.text)
        if token.text == "(" and token.kind == "operator":
            inner = self._expression()
            self._expect(")")
            return inner
        raise CompileError(token.line, f"expected an operand, found {token.text or 'the end'!r}")

    def _postfix(self, node: Node) -> Node:
        while self._is(".", "(", "["):
            token = self._next()
            if token.text == "[":
                index = self._expression()
                self._expect("]")
                node = Index(line=token.line, operand=node, index=index)
            elif token.text == ".":
                name = self._next()
                if name.kind != "name":
                    raise CompileError(name.line, f"expected a name, found {name.text!r}")
                node = Selector(line=token.line, operand=node, name=name.text)
            else:
                node = Call(line=token.line, function=node, arguments=self._arguments())
        return node

    def _arguments(self) -> list[Node]:
        arguments: list[Node] = []
        while not self._is(")"):
            arguments.append(self._expression())
            if not self._is(")"):
                self._expect(",")
        self._expect(")")
        return arguments
