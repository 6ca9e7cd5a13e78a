"""The names of a program, read from its text by tree-sitter; the program may be half written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Query, QueryCursor

_NAME = re.compile(r"[^\W\d]\w*")

_PARTS = """
(identifier) @word
(attribute attribute: (identifier) @beside)
(keyword_argument name: (identifier) @beside)
[(attribute) (import_statement) (import_from_statement) (assignment) (typed_parameter) (typed_default_parameter)
 (function_definition) (class_definition)] @part
"""

SELF = "self"
"""Name by which methods call their object."""


@dataclass(slots=True)
class OwnClass:
    """A class that the program defines."""

    row: int
    column: int
    """Where it begins."""
    base: str = ""
    """Its first base class, as it is written."""
    names: set[str] = field(default_factory=set)
    """Its methods and attributes."""
    attributes: dict[str, str] = field(default_factory=dict)
    """What its attributes are made of, as it is written."""


class ProgramNames:
    """What is defined in a program, as seen from one of its rows.

    The row itself is left out of what is parsed unless the `whole` program is wanted: it is being written, and could
    spoil the rest.
    """

    def __init__(self, source: str, row: int, *, whole: bool = False) -> None:
        lines = source.split("\n")
        current = lines[row] if row < len(lines) else ""
        self._row, self._lines = row, lines
        read = source if whole else "\n".join([*lines[:row], "", *lines[row + 1 :]])
        self.words: set[str] = set()
        """Every name that the program uses, attributes aside."""
        self.used: dict[str, set[str]] = {}
        """Attributes that the program uses, by the name before the dot."""
        self.signatures: dict[str, str] = {}
        """Parameters of the program's own functions and classes."""
        self.classes: dict[str, OwnClass] = {}
        self._behind: dict[str, str] = {}
        self._imported: set[str] = set()
        parser, query = _python()
        found = QueryCursor(query).captures(parser.parse(read.encode(errors="replace")).root_node)
        beside = Counter(map(_text, found.get("beside", ())))
        self.words |= (Counter(map(_text, found.get("word", ()))) - beside).keys()
        for node in sorted(found.get("part", ()), key=lambda node: node.start_byte):
            self._take(node)
        # Names that the row itself brings, as in a comprehension; not what is behind a dot.
        self.here = {
            word[0] for word in _NAME.finditer(current) if current[word.start() - 1 : word.start()] != "."
        }
        """Names of the row that is being written."""

    def _take(self, node: Node) -> None:
        match node.type:
            case "attribute":
                owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
                if owner is not None and name is not None and owner.type == "identifier":
                    self.used.setdefault(_text(owner), set()).add(_text(name))
            case "import_statement":
                for path, alias in _imported(node):
                    package = path.partition(".")[0]
                    self._bind(node, alias or package, path if alias else package, True)
            case "import_from_statement":
                module = node.child_by_field_name("module_name")
                if module is not None and module.type == "dotted_name":
                    for member, alias in _imported(node):
                        self._bind(node, alias or member, f"{_text(module)}.{member}", True)
            case "assignment":
                self._assign(node)
            case "typed_parameter" | "typed_default_parameter":
                kind = node.child_by_field_name("type")
                if kind is not None and node.named_child_count and _is_path(_text(kind)):
                    self._bind(node, _text(node.named_children[0]), f"{_text(kind)}()")
            case "function_definition":
                self._define(node)
            case "class_definition":
                self._define_class(node)

    def _bind(self, node: Node, name: str, path: str, imported: bool = False) -> None:
        if node.start_point.row <= self._row or name not in self._behind:
            self._behind[name] = path
            (self._imported.add if imported else self._imported.discard)(name)

    def _assign(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        kind = node.child_by_field_name("type")
        path = f"{_text(kind)}()" if kind is not None else _path(right)
        if left is None:
            return
        if left.type == "identifier":
            self._bind(node, _text(left), path)
        elif left.type == "attribute" and _text(left).startswith(f"{SELF}."):
            name = _text(left).removeprefix(f"{SELF}.")
            around = self._class_around(node.start_point.row)
            if around and "." not in name:
                self.classes[around].names.add(name)
                self.classes[around].attributes[name] = path

    def _define(self, node: Node) -> None:
        name, parameters = node.child_by_field_name("name"), node.child_by_field_name("parameters")
        if name is None or parameters is None:
            return
        signature = " ".join(_text(parameters).split())
        block = node.parent
        while block is not None and block.type in ("block", "decorated_definition"):
            block = block.parent
        owner = (
            block.child_by_field_name("name")
            if block is not None and block.type == "class_definition"
            else None
        )
        if owner is None:
            self.signatures[_text(name)] = signature
        elif _text(owner) in self.classes:
            self.classes[_text(owner)].names.add(_text(name))
            called = _text(owner) if _text(name) == "__init__" else f"{_text(owner)}.{_text(name)}"
            self.signatures[called] = signature

    def _define_class(self, node: Node) -> None:
        name, bases = node.child_by_field_name("name"), node.child_by_field_name("superclasses")
        if name is not None:
            base = _path(bases.named_children[0]) if bases is not None and bases.named_children else ""
            self.classes[_text(name)] = OwnClass(*node.start_point, base)

    # ------------------------------------------------------------------------------------------------- questions

    def path(self, written: str) -> str:
        """Return the full path behind what is written: `nn.Linear` is `torch.nn.Linear`; empty if it is not known.

        A class of the program is `:Net`, an instance of it `:Net()`.
        """
        seen: set[str] = set()
        while True:
            first, rest = _split(written)
            name = first.rstrip("()")
            calls = first[len(name) :]
            if name == SELF and not calls and (own := self.around()):
                attribute, beyond = _split(rest)
                behind = self.classes[own].attributes.get(attribute.rstrip("()"), "")
                if not rest or not behind:
                    return f":{own}()" + (f".{rest}" if rest else "")
                name, behind, rest = (
                    f"{SELF}.{attribute}",
                    behind + attribute[len(attribute.rstrip("()")) :],
                    beyond,
                )
                calls = ""
            elif name in self.classes:
                return f":{written}"
            else:
                behind = self._behind.get(name, "")
            if not behind or name in seen:
                return ""
            written = behind + calls + (f".{rest}" if rest else "")
            if name in self._imported:
                return written
            seen.add(name)

    def around(self) -> str:
        """Return the name of the class that the row is in."""
        return self._class_around(self._row)

    def _class_around(self, row: int) -> str:
        for name, own in reversed(self.classes.items()):
            inside = [line for line in self._lines[own.row + 1 : row + 1] if line.strip()]
            if own.row < row and all(len(line) - len(line.lstrip()) > own.column for line in inside):
                return name
        return ""


@cache
def _python() -> tuple[Parser, Query]:
    language = Language(tree_sitter_python.language())
    return Parser(language), Query(language, _PARTS)


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")


def _imported(node: Node) -> Iterator[tuple[str, str]]:
    """Yield what an import names, each with its other name if it gets one."""
    for name in node.children_by_field_name("name"):
        real, alias = name.child_by_field_name("name"), name.child_by_field_name("alias")
        yield (_text(real), _text(alias)) if real is not None and alias is not None else (_text(name), "")


def _path(node: Node | None) -> str:
    """Return an expression of names, dots and calls with the calls empty, `nn.Linear()`; else nothing."""
    if node is None:
        return ""
    if node.type == "identifier":
        return _text(node)
    if node.type == "attribute":
        owner, name = _path(node.child_by_field_name("object")), node.child_by_field_name("attribute")
        return f"{owner}.{_text(name)}" if owner and name is not None else ""
    if node.type == "call":
        called = _path(node.child_by_field_name("function"))
        return f"{called}()" if called else ""
    return ""


def _is_path(text: str) -> bool:
    return all(_NAME.fullmatch(part) for part in text.split("."))


def _split(path: str) -> tuple[str, str]:
    first, _, rest = path.partition(".")
    return first, rest
