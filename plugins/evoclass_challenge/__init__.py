"""A challenge: steps of any question type that open one after the other."""

from __future__ import annotations

from evoclass import hookimpl
from evoclass.directive import BlockType
from evoclass_challenge.challenge import Challenge


@hookimpl
def register_directives() -> list[type[BlockType]]:
    return [Challenge]
