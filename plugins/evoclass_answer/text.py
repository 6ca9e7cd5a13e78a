"""`:::{text}`: a short text, compared with the accepted ones after irrelevant differences are folded away."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

from evoclass.directive import Directive
from evoclass.errors import Problem
from evoclass.exercise import Answer, Bench, Exercise, Feedback, Field, Text, Verdict
from evoclass.frozen import frozen
from evoclass.model import ExerciseBlock, Span

FIELD = "text"

FOLDS = ("case", "accents", "spaces", "punctuation", "code")


@frozen
class TextQuestion(Exercise):
    """Ask for a short text; several wordings may be right."""

    kind: ClassVar[str] = "text"
    options: ClassVar[dict[str, str]] = {
        "answer": "The right text, shown as the solution.",
        "accept": "Another text that is right too; repeat it for more.",
        "fold": "What may differ: any of `case accents spaces punctuation`, or `code` for Python code.",
        "placeholder": "Grey text in the empty field.",
    }
    repeatable: ClassVar[frozenset[str]] = frozenset({"accept"})
    fixed: ClassVar[frozenset[str]] = frozenset({"fold"})

    accepted: tuple[str, ...]
    """The right texts, the one to show first."""
    folds: frozenset[str]
    placeholder: str = ""

    @classmethod
    def parse(cls, block: Directive) -> Self:
        answer = block.require("answer")
        folds = frozenset((block.setting("fold") or "case spaces").replace(",", " ").split())
        for fold in folds:
            if fold not in FOLDS:
                raise block.not_allowed("fold", fold, " ".join(FOLDS))
        accepted = tuple(_bare(text) for text in (answer, *block.all("accept")))
        return cls(accepted, folds, block.setting("placeholder") or "")

    def check(self, block: ExerciseBlock) -> Iterable[Problem]:
        if "code" not in self.folds:
            return
        lines = [setting.line for setting in block.settings if setting.key in ("answer", "accept")]
        for place, text in enumerate(self.accepted):
            why = _unreadable(text)
            if why:
                line = lines[place] if place < len(lines) else block.line
                fields = {"text": text[:50], "detail": why, "variant": "fold"}
                yield Problem("W051", line, fields=fields)

    def form(self) -> Sequence[Field]:
        language = "python" if "code" in self.folds else ""
        return [Text(name=FIELD, language=language, placeholder=self.placeholder)]

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        value = answer.get(FIELD)
        if not isinstance(value, str) or not value.strip():
            return Verdict.incomplete(Feedback((Span(bench.text("text.empty")),), False, FIELD))
        given = folded(value, self.folds)
        if any(given == folded(text, self.folds) for text in self.accepted):
            return Verdict.right()
        if "code" in self.folds:
            return Verdict.wrong(Feedback((Span(bench.text(f"text.{self._slip(value)}")),), False, FIELD))
        loosely = frozenset({"case", "accents", "spaces", "punctuation"})
        if any(folded(value, loosely) == folded(text, loosely) for text in self.accepted):
            return Verdict.wrong(Feedback((Span(bench.text("text.nearly")),), False, FIELD))
        return Verdict.wrong(Feedback((Span(bench.text("text.wrong")),), False, FIELD))

    def _slip(self, code: str) -> str:
        """Return the error in code, described without giving the answer away."""
        if not _parses(code):
            return "not_python"
        for key, change in (("other_name", _Nameless()), ("other_arguments", _Argumentless())):
            given = ast.dump(change.visit(_tree(code)))
            if any(_parses(text) and given == ast.dump(change.visit(_tree(text))) for text in self.accepted):
                return key
        return "wrong"

    def solution(self) -> Answer:
        return {FIELD: self.accepted[0]}


def folded(text: str, folds: frozenset[str]) -> str:
    """Return `text` without the differences that `folds` names, for comparing."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'").strip()
    if "code" in folds:
        return folded_code(text)
    if "accents" in folds:
        decomposed = unicodedata.normalize("NFD", text)
        text = "".join(character for character in decomposed if not unicodedata.combining(character))
    if "case" in folds:
        text = text.casefold()
    if "punctuation" in folds:
        text = re.sub(r"[^\w\s]|_", "", text)
    if "spaces" in folds:
        text = re.sub(r"\s+", " ", text).strip()
    return text


def folded_code(code: str) -> str:
    """Return Python code in one spelling: its syntax tree, or without spaces if it does not parse."""
    try:
        return ast.dump(_tree(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.sub(r"\s+", "", code)


def _tree(code: str) -> ast.AST:
    """Return the syntax tree of code, with keyword arguments in the order of their names."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords.sort(key=lambda keyword: keyword.arg or "")
    return tree


class _Nameless(ast.NodeTransformer):
    """Leaves out the names that results are assigned to."""

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        return ast.Expr(node.value)


class _Argumentless(ast.NodeTransformer):
    """Leaves out the arguments of calls."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return ast.Call(self.visit(node.func), [], [])


def _unreadable(code: str) -> str:
    """Return why code is not Python, or an empty string; the head of a block, `for x in data:`, may be alone."""
    try:
        ast.parse(f"{code} pass" if code.rstrip().endswith(":") else code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return str(getattr(error, "msg", error))
    return ""


def _parses(code: str) -> bool:
    return folded_code(code) != re.sub(r"\s+", "", code)


def _bare(text: str) -> str:
    """Return an option's text without the backticks that an author may put around code."""
    text = text.strip()
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "`" and "`" not in text[1:-1] else text
