"""The parts of a lesson that no export of some kind can carry."""

from __future__ import annotations

import re
from dataclasses import replace

from evoclass.exporter import Losses
from evoclass.model import ExerciseBlock, Fault, Guess, Lesson, Steps
from evoclass.reading.supplies import supplies
from evoclass_author.asked import Question

__all__ = ["Losses", "note_answer", "note_structure"]


def note_answer(losses: Losses, asked: Question) -> bool:
    """Note why a question has no solution, or no form that other formats have; return whether anything was noted."""
    name = asked.block.id
    if asked.failure:
        losses.add("broken", f"{name} ({asked.failure})")
    elif not asked.known:
        losses.add("kinds", name)
    elif not asked.solved and asked.block.exercise.runs_code:
        losses.add("unsolved", name)
    else:
        return False
    return True


def note_structure(losses: Losses, lesson: Lesson, labs: str = "", questions_only: bool = False) -> None:
    """Note the parts that a format never carries: `labs` is its effect on labs, if it loses them."""
    for lab in lesson.labs if labs else ():
        losses.add(labs, lab.file)
    if labs and not questions_only:
        for name in supplies(lesson):
            stem = name.removesuffix(".py")
            if stem == name or any(re.search(rf"\b{re.escape(stem)}\b", lab.code) for lab in lesson.labs):
                losses.add("beside", name)
    if questions_only:
        losses.add("prose", lesson.id)
    else:
        for expression in replace(lesson, evidence=()).live:  # no format carries the evidence of objectives
            losses.add("live", expression)
        for item, _ in lesson.recalled:
            losses.add("live", item.expression)
    for block in lesson.walk():
        if isinstance(block, Fault) and block.source:
            file = block.problem.path or lesson.path
            place = f"{file.name if file is not None else lesson.id}:{block.source_line or block.line}"
            losses.add("faults_gone" if questions_only else "faults", f"{place} ({block.problem.code})")
        if isinstance(block, Guess):
            losses.add("guesses_gone" if questions_only else "guesses", block.id)
        if isinstance(block, (ExerciseBlock, Steps)) and block.variants is not None:
            losses.add("drawn", block.id)
