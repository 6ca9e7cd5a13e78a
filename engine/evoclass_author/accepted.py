"""The typed answers that are right, written out, for formats that compare only texts and know no shapes or code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from evoclass.exercise import Field, Number
from evoclass.wording.numerals import separators
from evoclass_author.asked import Question
from evoclass_author.magics import is_python


def accepted(asked: Question) -> Mapping[str, Sequence[str]]:
    """Return the right texts by field name; the first one is the one to show."""
    solution = asked.solution
    gaps = asked.own("gaps", ())
    if len(gaps) == len(solution):
        return {name: gap.accepted for name, gap in zip(solution, gaps, strict=True)}
    several = [text for text in asked.own("accepted", ()) if isinstance(text, str)]
    if several and len(solution) == 1:
        return dict.fromkeys(solution, several)
    return {name: spellings(str(value)) for name, value in solution.items() if value not in ("", None)}


def rule(asked: Question, part: Field, language: str) -> tuple[Sequence[object], Mapping[str, object]]:
    """Return a field's right answers and the way to compare them, for a page that does so without EvoClass."""
    if isinstance(part, Number):
        tolerance = float(asked.own("tolerance", 0))
        how = {"kind": "number", "tolerance": tolerance, "unit": part.unit, "group": separators(language)[0]}
        return [asked.value(part)], how
    shapes = [shape for shape in asked.own("accepted", ()) if isinstance(shape, tuple)]
    if shapes:
        return [[size.text for size in shape] for shape in shapes], {"kind": "shape"}
    texts = list(accepted(asked).get(part.name, ()))
    folds = sorted(asked.own("folds", ("code",)))  # gaps are in code
    if "code" in folds:
        return texts, {"kind": "code", "python": [is_python(text) for text in texts]}
    return texts, {"kind": "text", "folds": folds}


def takes_more(asked: Question) -> bool:
    """Whether EvoClass also accepts spellings that are not written out, apart from capitals."""
    texts = [text for several in accepted(asked).values() for text in several]
    folds = asked.own("folds", ("code",))
    if "accents" in folds or "punctuation" in folds:
        return True
    loose = r"\w+|\W" if "code" in folds else r"\S+" if "spaces" in folds else r".*"
    return not all(re.fullmatch(loose, text, re.DOTALL) for text in texts)


def without_accents(text: str) -> str:
    """Return a text with its accents removed."""
    bare = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(sign for sign in bare if not unicodedata.combining(sign)))


def spellings(text: str) -> list[str]:
    """Return the ways to write a shape: `(N, 512)`, `(N,512)`, `[N, 512]`, `N, 512`; another text is returned alone."""
    inner = re.fullmatch(r"\((.*?),?\)", text)
    if inner is None:
        return [text]
    spaced = ", ".join(part.strip() for part in inner[1].split(","))
    tight = spaced.replace(", ", ",")
    forms = [text, f"({spaced})", f"({tight})", f"[{spaced}]", f"[{tight}]", spaced, tight]
    return list(dict.fromkeys(form for form in forms if form))
