"""A lesson as one learner sees it: values are drawn and options shuffled, the same at every opening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from random import Random
from typing import Any, TypeVar, assert_never, cast

from evoclass.errors import LessonError, PluginError
from evoclass.model import (
    AnyBlock,
    Callout,
    Drawing,
    ExerciseBlock,
    Footnotes,
    Guess,
    Leaf,
    Lesson,
    ListBlock,
    Quote,
    Steps,
)

B = TypeVar("B", ExerciseBlock, Steps)

Seeds = Callable[[str], str]
"""Gives the seed of a question by its id; a new try gives another one."""


def seed_of(learner: str, lesson: str, block: str, turn: str) -> str:
    """Return the seed of one presentation of a question to one learner."""
    return f"{learner}/{lesson}/{block}/{turn}"


def personal(lesson: Lesson, seeds: Seeds, *, review: bool = False) -> Lesson:
    """Return the lesson with each question's values drawn and its options in the learner's own order.

    In a review they are also in another order where the page keeps the author's.
    """
    blocks = tuple(_personal(block, seeds, review) for block in lesson.blocks)
    return lesson if blocks == lesson.blocks and not varies(lesson) else replace(lesson, blocks=blocks)


def varies(lesson: Lesson) -> bool:
    """Whether any values are drawn in a lesson."""
    return any(
        isinstance(block, (ExerciseBlock, Steps)) and block.variants is not None for block in lesson.walk()
    )


def looks_new(block: ExerciseBlock, seed: str, before: str, *, review: bool = False) -> bool:
    """Whether a question has other values with a seed than with the one before; without values, another order."""

    def seen(seed: str) -> ExerciseBlock:
        return _drawn(block, seed) if block.variants is not None else _question(block, lambda _: seed, review)

    return seen(seed) != seen(before)


def _personal(block: AnyBlock, seeds: Seeds, review: bool) -> AnyBlock:
    if isinstance(block, Leaf):
        return block
    match block:
        case ExerciseBlock():
            return _question(block, seeds, review)
        case Steps(variants=variants):
            drawn = _drawn(block, seeds(block.id)) if variants is not None else block
            steps = tuple(_question(step, seeds, review) for step in drawn.steps)
            return replace(drawn, steps=steps, variants=variants)
        case ListBlock(items=items):
            return replace(
                block, items=tuple(tuple(_personal(inner, seeds, review) for inner in item) for item in items)
            )
        case Quote(children=children) | Callout(children=children):
            return replace(block, children=tuple(_personal(child, seeds, review) for child in children))
        case Footnotes() | Drawing() | Guess():
            return block  # as the author wrote them
    assert_never(block)


def _question(block: ExerciseBlock, seeds: Seeds, review: bool) -> ExerciseBlock:
    seed = seeds(block.id)
    variants = block.variants
    if variants is not None:
        block = replace(_drawn(block, seed), number=block.number, variants=variants)
    try:
        mix = block.exercise.reordered if review else block.exercise.shuffled
        exercise = mix(cast(Random, _LateRandom(seed)))
    except PluginError:
        return block  # in the order that the author wrote
    return block if exercise is block.exercise else replace(block, exercise=exercise)


class _LateRandom:
    """Random numbers that take their seed at their first use: most questions keep their order, and taking a seed takes
    longer than all else of a question at the opening of a lesson."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def __getattr__(self, name: str) -> Any:
        made = getattr(self._random, name)
        setattr(self, name, made)
        return made

    @cached_property
    def _random(self) -> Random:
        return Random(self._seed)


def _drawn(block: B, seed: str) -> B:
    """Return the block with the values of a seed; values that do not make a question fall back to the first ones."""
    assert block.variants is not None
    try:
        drawn = block.variants.draw(seed)
    except LessonError:
        return block
    return drawn if isinstance(drawn, type(block)) else block
