"""What a question says above its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evoclass.errors import Problem
from evoclass.model import ExerciseBlock, Span, inlines, walk


def asked(block: ExerciseBlock) -> Iterator[Problem]:
    """Report a question that asks nothing, and names of drawn values in single braces."""
    if not block.prompt:
        yield Problem("W055", block.line, fields={"id": block.id})
    if block.variants is None:
        return
    names = {
        re.split(r"\W", setting.value.strip())[0]
        for setting in block.variants.settings
        if setting.key != "where"
    }
    for part in walk(block.prompt):
        for item in inlines(part):
            if isinstance(item, Span) and not item.marks & {"code", "math"}:
                for found in re.finditer(r"\{([A-Za-z_]\w*)\}", item.text):
                    if found[1] in names:
                        yield Problem(
                            "W039", part.line, fields={"text": found[0], "name": found[1], "variant": "brace"}
                        )
