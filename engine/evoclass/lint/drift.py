"""Where a translation says something else than its source: blocks, ids, options, right answers, code, numbers."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from evoclass.errors import Problem
from evoclass.exercise import Choice, Code, Exercise, Match, Order, Text
from evoclass.lint.python import tree
from evoclass.model import (
    Block,
    CodeBlock,
    ExerciseBlock,
    Fault,
    Inline,
    Lab,
    Lesson,
    Live,
    MathBlock,
    Span,
    Steps,
    inlines,
    walk,
)


def drift(source: Lesson, translated: Lesson) -> Iterator[Problem]:
    """Yield what differs in `translated` although a translation must not change it."""
    other = source.language
    for key in ("id", "number"):
        ours, theirs = getattr(translated, key), getattr(source, key)
        if ours != theirs:
            yield Problem(
                "E088", 1, fields={"key": key, "value": ours, "wanted_value": theirs, "language": other}
            )
    language, _, digest = translated.source.partition(" ")
    if digest and language == other and not source.digest.startswith(digest.strip()):
        yield Problem("W089", 1, fields={"language": other})
    left, right = list(source.walk()), list(translated.walk())
    yield from _named(left, right, other)
    yield from _prose(source, translated)


def _is_named(block: Block) -> bool:
    return isinstance(block, (Lab, ExerciseBlock, Steps))


def _named(left: Sequence[Block], right: Sequence[Block], language: str) -> Iterator[Problem]:
    """Compare questions, challenges and labs by id."""
    mine = {block.id: block for block in right if _is_named(block)}
    theirs = {block.id: block for block in left if _is_named(block)}
    faulty = any(isinstance(block, Fault) for block in (*left, *right))
    for block_id, block in theirs.items():
        if block_id not in mine and not faulty:
            fields = {"id": block_id, "language": language, "line": block.line}
            yield Problem("E083", 1, fields=fields)
    for block_id, block in mine.items():
        if block_id not in theirs:
            if not faulty:
                yield Problem("E084", block.line, fields={"id": block_id, "language": language})
            continue
        other = theirs[block_id]
        if type(other) is not type(block):
            yield Problem("E084", block.line, fields={"id": block_id, "language": language})
        elif isinstance(block, Lab) and isinstance(other, Lab):
            yield from _lab(other, block, language)
        elif isinstance(block, ExerciseBlock) and isinstance(other, ExerciseBlock):
            yield from _exercise(other, block, language)
    ours = [block_id for block_id in mine if block_id in theirs]
    if ours != [block_id for block_id in theirs if block_id in mine]:
        yield Problem("E087", mine[ours[0]].line, fields={"language": language})


def _lab(source: Lab, lab: Lab, language: str) -> Iterator[Problem]:
    line = code_difference(source.code, lab.code)
    if line is not None:
        yield Problem("E086", lab.code_line + line, fields={"id": lab.id, "language": language})
    for option in ("seconds", "watch"):
        if getattr(source, option) != getattr(lab, option):
            fields = {"id": lab.id, "language": language, "option": option}
            yield Problem("E085", lab.line, fields=fields)


def _exercise(source: ExerciseBlock, block: ExerciseBlock, language: str) -> Iterator[Problem]:
    fields = {"id": block.id, "language": language}
    if source.exercise.kind != block.exercise.kind:
        yield Problem("E085", block.line, fields=fields | {"option": block.exercise.kind})
    elif _signature(source.exercise) != _signature(block.exercise):
        yield Problem("E090", block.line, fields=fields)
    elif list(map(normal_code, source.exercise.programs())) != list(
        map(normal_code, block.exercise.programs())
    ):
        yield Problem("E086", block.line, fields=fields)
    elif len(source.hints) != len(block.hints):
        yield Problem("E085", block.line, fields=fields | {"option": "hint"})
    elif bool(source.explanation) != bool(block.explanation):
        yield Problem("E085", block.line, fields=fields | {"option": "solution"})


def _signature(exercise: Exercise) -> list[object]:
    """Return what a translation of a question must keep: its fields, its options, which of them are right."""
    solution = exercise.solution()
    signature: list[object] = []
    for field in exercise.form():
        value: object = solution.get(field.name)
        shape: object = None
        match field:
            case Choice(options=options, multiple=multiple):
                shape = (len(options), multiple)
                value = sorted(value) if isinstance(value, list) else value
            case Order(items=items):
                shape = len(items)
            case Match(left=left, right=right):
                shape = (len(left), len(right))
                value = sorted(value.items()) if isinstance(value, dict) else value
            case Code(starter=starter):
                shape = normal_code(starter)
                value = normal_code(str(value))
            case Text(language=language):
                # A word may be translated; code may not.
                value = normal_code(str(value)) if language == "python" else None
        signature.append((type(field).__name__, field.name, shape, value))
    return signature


# -------------------------------------------------------------------------------------------------------- code


def normal_code(code: str) -> str:
    """Return Python code without what a translation may change: comments, docstrings and other strings."""
    try:
        parsed = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.sub(r"#.*|\s+", "", code)
    return ast.dump(_Blank().visit(parsed))


class _Blank(ast.NodeTransformer):
    """Empties the strings of a program; what stands in the braces of an f-string stays."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return ast.Constant("f" + "|".join(_fields_of(node)))


def code_difference(source: str, other: str) -> int | None:
    """Return the first line (from 0) of `other` that is not what `source` has, or None when they do the same."""
    if source == other:
        return None
    before, after = tree(source), tree(other)
    if not isinstance(before, ast.Module) or not isinstance(after, ast.Module):
        same = normal_code(source) == normal_code(other)
        return None if same else _first_difference(source.splitlines(), other.splitlines())
    left, right = before.body, after.body
    for ours, theirs in zip(right, left, strict=False):
        if not _alike(ours, theirs):
            return ours.lineno - 1
    if len(left) == len(right):
        return None
    shorter = min(len(left), len(right))
    return right[shorter].lineno - 1 if shorter < len(right) else max(other.count("\n") - 1, 0)


def _alike(left: object, right: object) -> bool:
    """Whether two pieces of a syntax tree are the same but for their strings."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_alike, left, right))
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
        words = isinstance(left.value, str) and isinstance(right.value, str)
        return words or (type(left.value) is type(right.value) and left.value == right.value)
    if isinstance(left, ast.JoinedStr) and isinstance(right, ast.JoinedStr):
        return _fields_of(left) == _fields_of(right)
    if isinstance(left, ast.AST):
        return all(_alike(getattr(left, name, None), getattr(right, name, None)) for name in left._fields)
    return left == right


def _fields_of(text: ast.JoinedStr) -> list[str]:
    """Return what stands in the braces of an f-string; a translation may put it in another order."""
    return sorted(ast.dump(value.value) for value in text.values if isinstance(value, ast.FormattedValue))


def _first_difference(left: Sequence[str], right: Sequence[str]) -> int:
    for number, (ours, theirs) in enumerate(zip(right, left, strict=False)):
        if ours.split("#")[0].strip() != theirs.split("#")[0].strip():
            return number
    return min(len(left), len(right))


# ------------------------------------------------------------------------------------------------------- prose


def _prose(source: Lesson, translated: Lesson) -> Iterator[Problem]:
    """Compare structure, code, formulas, live values and numbers of prose, block by block."""
    left = [block for block in source.blocks if not isinstance(block, Fault)]
    right = [block for block in translated.blocks if not isinstance(block, Fault)]
    matcher = SequenceMatcher(None, [_kind(b) for b in left], [_kind(b) for b in right], autojunk=False)
    for tag, start, stop, first, last in matcher.get_opcodes():
        if tag == "equal":
            for theirs, ours in zip(left[start:stop], right[first:last], strict=True):
                yield from _tree(theirs, ours, source.language, translated.language)
            continue
        for block in right[first:last]:
            if not _is_named(block):
                yield Problem("W092", block.line, fields={"language": source.language})
        for block in left[start:stop]:
            if not _is_named(block):
                place = (
                    right[first].line if first < len(right) else max((b.end_line for b in right), default=1)
                )
                yield Problem("W091", place, fields={"language": source.language, "line": block.line})


def _kind(block: Block) -> str:
    level = getattr(block, "level", "")
    kind = getattr(block, "kind", "")
    return f"{type(block).__name__}{level}{kind}{block.id if _is_named(block) else ''}"


def _tree(source: Block, block: Block, language: str, own: str) -> Iterator[Problem]:
    """Compare two blocks with all that stands inside them."""
    if isinstance(block, Lab):
        return
    left, right = list(walk((source,))), list(walk((block,)))
    for theirs, ours in zip(left, right, strict=False):
        if _kind(theirs) != _kind(ours):
            yield Problem("W095", ours.line, fields={"language": language, "line": theirs.line})
            return
        yield from _pair(theirs, ours, language, own)
    if len(left) != len(right):
        yield Problem("W095", block.line, fields={"language": language, "line": source.line})


def _pair(source: Block, block: Block, language: str, own: str) -> Iterator[Problem]:
    """Compare what belongs to two blocks themselves."""
    fields = {"language": language, "line": source.line}
    if isinstance(source, CodeBlock) and isinstance(block, CodeBlock):
        if source.language == block.language == "python":
            line = code_difference(source.code, block.code)
            if line is not None:
                yield Problem("E086", block.line + 1 + line, fields={"id": block.id, "language": language})
        return
    if isinstance(source, MathBlock) and isinstance(block, MathBlock):
        if re.sub(r"\\text\{.*?\}|\s+", "", source.tex) != re.sub(r"\\text\{.*?\}|\s+", "", block.tex):
            yield Problem("W093", block.line, fields=fields)
        return
    theirs, ours = list(_items(source)), list(_items(block))
    if _live(theirs) != _live(ours):
        yield Problem("E091", block.line, fields=fields)
    wanted, found = numbers(theirs, language), numbers(ours, own)
    if wanted != found:
        shown = fields | {"missing": _list(wanted - found), "extra": _list(found - wanted)}
        yield Problem("W094", block.line, fields=shown)


def _items(block: Block) -> Iterator[Inline]:
    """Yield the inline items of a block itself, those of a question's options among them."""
    yield from inlines(block)
    if isinstance(block, ExerciseBlock):
        for field in block.exercise.form():
            for name in ("options", "items", "left", "right"):
                for option in getattr(field, name, ()):
                    yield from option.text


def _live(items: Sequence[Inline]) -> list[str]:
    return sorted(item.expression for item in items if isinstance(item, Live))


NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,\u00a0\u202f'’]\d+)*(?![\w])")


def numbers(items: Iterable[Inline], language: str) -> Counter[str]:
    """Return the numbers in inline items, each in one spelling, whatever the language's comma."""
    found: Counter[str] = Counter()
    for item in items:
        if isinstance(item, Span) and not item.marks & {"footnote", "math"}:
            spelling = "en" if "code" in item.marks else language
            for match in NUMBER.findall(item.text):
                found[_canonical(match, spelling)] += 1
    return found


def _canonical(number: str, language: str) -> str:
    """Return a number without group separators and with a decimal point, as `language` writes it."""
    if number.isdigit():
        return number
    group, decimal = (",", ".") if language == "en" else (".", ",")
    bare = re.sub(r"[\u00a0\u202f'’]", "", number)
    # A group has three digits, so 3.10 is no thousand in any language.
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", bare):
        bare = bare.replace(group, "")
    return bare.replace(decimal, ".").rstrip(".")


def _list(found: Counter[str]) -> str:
    return ", ".join(sorted(found.elements())) or "–"
