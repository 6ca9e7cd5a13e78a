"""The prompt of a question, above its answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from evoclass.errors import Problem
from evoclass.model import ExerciseBlock, Inline, Span, Steps, inlines, walk
from evoclass.reading.draw import holes


def asked(block: ExerciseBlock) -> Iterator[Problem]:
    """Report a question without a prompt, and names of drawn values in single braces."""
    if not block.prompt:
        yield Problem("W055", block.line, fields={"id": block.id})
    if block.variants is None:
        return
    names = {
        re.split(r"\W", setting.value.strip())[0]
        for setting in block.variants.settings
        if setting.key != "where"
    }
    lines = [setting.line for setting in block.settings if setting.key == "hint"]
    for part in walk(block.prompt):
        yield from _braces(inlines(part), part.line, names)
    for number, hint in enumerate(block.hints):
        yield from _braces(hint, lines[number] if number < len(lines) else block.line, names)


BRACES = re.compile(r"(?<!\{)\{{1,2}[ \t]*([A-Za-z_]\w*)[ \t]*\}{1,2}(?!\})")


def _braces(items: Iterable[Inline], line: int, names: Collection[str]) -> Iterator[Problem]:
    """Report drawn values without two braces on each side."""
    for item in items:
        if isinstance(item, Span) and not item.marks & {"code", "math"}:
            for found in BRACES.finditer(item.text):
                if found[1] in names:
                    fields = {"text": found[0], "name": found[1], "variant": "brace"}
                    yield Problem("W039", line, fields=fields)


def idle_draws(block: ExerciseBlock | Steps) -> Iterator[Problem]:
    """Report values that are drawn or computed but not used."""
    if block.variants is None:
        return
    used: set[str] = set()
    for line in block.variants.lines:
        for start, end in holes(line):
            used.update(WORD.findall(line, start, end))
    named = []
    for setting in block.variants.settings:
        name, sign, rest = re.match(r"\s*(\w*)\s*(in\b|=)?(.*)", setting.value, re.DOTALL).groups()  # type: ignore[union-attr]
        if setting.key == "where":
            used.update(WORD.findall(setting.value))
        elif sign:
            used.update(WORD.findall(rest))
            named.append((name, setting))
    for name, setting in named:
        if name not in used:
            yield Problem("W072", setting.line, fields={"name": name, "option": setting.key})


WORD = re.compile(r"[A-Za-z_]\w*")
