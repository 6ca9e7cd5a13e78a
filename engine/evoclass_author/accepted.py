"""Which typed answers are right, written out, for formats that compare texts and know nothing of shapes or code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from evoclass_author.asked import Question


def accepted(asked: Question) -> Mapping[str, Sequence[str]]:
    """Return the texts that are right by the name of their field, the one to show first."""
    exercise = asked.block.exercise
    solution = asked.solution
    gaps = getattr(exercise, "gaps", ())
    if len(gaps) == len(solution):
        return {name: gap.accepted for name, gap in zip(solution, gaps, strict=True)}
    several = [text for text in getattr(exercise, "accepted", ()) if isinstance(text, str)]
    if several and len(solution) == 1:
        return dict.fromkeys(solution, several)
    return {name: spellings(str(value)) for name, value in solution.items() if value not in ("", None)}


def spellings(text: str) -> list[str]:
    """Return the ways to write a shape: `(N, 512)`, `(N,512)`, `[N, 512]`, `N, 512`; another text is itself."""
    inner = re.fullmatch(r"\((.*?),?\)", text)
    if inner is None:
        return [text]
    spaced = ", ".join(part.strip() for part in inner[1].split(","))
    tight = spaced.replace(", ", ",")
    forms = [text, f"({spaced})", f"({tight})", f"[{spaced}]", f"[{tight}]", spaced, tight]
    return list(dict.fromkeys(form for form in forms if form))
