"""Feedback in words on the result of a run."""

from __future__ import annotations

from evoclass.exercise import Bench, Feedback
from evoclass.model import Inlines, LineBreak, Mark, Span, marked
from evoclass_code.harness import Raised, Report

CODE: frozenset[Mark] = frozenset({"code"})
STRONG: frozenset[Mark] = frozenset({"strong"})
LINES = 20
"""Most lines of output that feedback quotes."""


def sentence(bench: Bench, key: str, **fields: object) -> Inlines:
    """Return an interface sentence."""
    return marked(bench.text(key, **fields))


def raised(bench: Bench, what: Raised, name: str) -> Feedback:
    """Say where the learner's program stopped and why."""
    key = "code.syntax" if what.type in ("SyntaxError", "IndentationError", "TabError") else "code.stopped"
    if not what.line:
        key = "code.stopped_somewhere"
    text = f"{what.type}: {what.text}".rstrip(": ").replace("`", "'")
    said = (*sentence(bench, key, line=what.line), Span(" "), Span(text, CODE), *explained(bench, what))
    return Feedback(said, False, name)


def explained(bench: Bench, what: Raised) -> Inlines:
    """Return what a lab says of an exception, on a line of its own, without what to try: that is the question here."""
    found = bench.explain(what.facts) if what.facts is not None else None
    if found is None:
        return ()
    # Plain mode has no line breaks in a sentence: without a stop it would run on.
    stop = "" if what.text.endswith((".", "!", "?")) else "."
    return (Span(stop), LineBreak(), *marked(found.title, STRONG), Span(". "), *marked(found.what))


def ended(bench: Bench, report: Report, seconds: float, name: str) -> Feedback:
    """Say how a program ended that did not run to its end."""
    reason = report.result.exit.reason
    key = {"timeout": "code.timeout", "memory": "code.memory"}.get(reason, "code.lost")
    return Feedback(sentence(bench, key, seconds=f"{seconds:g}"), False, name)


def printed(bench: Bench, output: str, name: str) -> Feedback:
    """Quote the program's output."""
    lines = output.rstrip().split("\n")
    shown = [*lines[:LINES], "…"] if len(lines) > LINES else lines
    quoted: list[Span | LineBreak] = []
    for line in shown:
        quoted += [LineBreak(), Span(line[:200], CODE)]
    return Feedback((*sentence(bench, "code.printed"), *quoted), True, name)
