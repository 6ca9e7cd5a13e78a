"""Inline roles that plugins bring: read where they stand, checked, and no reason for a lesson to stop."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from evoclass import hookimpl
from evoclass.errors import LessonError
from evoclass.i18n import Catalog
from evoclass.lint.describe import describe
from evoclass.model import AnyBlock, Fault, Heading, Inline, Lesson, LineBreak, Live, Paragraph, Span, inlines
from evoclass.pluginhost import kept
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser
from evoclass.testing import parser_for, sample_lesson

CODE = frozenset({"code"})


def offered(read: Any, name: Any = "key") -> SimpleNamespace:
    """Return a plugin with a role that gives what `read` makes of its content and line."""
    role = type(
        "Key", (), {"name": name, "read": classmethod(lambda cls, content, line: read(content, line))}
    )
    return SimpleNamespace(register_roles=hookimpl(lambda: [role]))


def lesson(body: str, read: Any) -> Lesson:
    return sample_lesson(body, parser_for(plugins=[("demo", offered(read))]))


def items(block: AnyBlock) -> list[Inline]:
    return list(inlines(block))


def span(content: str, line: int) -> Sequence[Span]:
    return [Span(content.upper(), CODE)]


def test_a_role_is_read_wherever_a_sentence_stands() -> None:
    found = lesson(
        "# Press {key}`a`\n\n> **Or {key}`b`** and [{key}`c`](https://x.org)\n\n| {key}`d` |\n|--|\n"
        "| {key}``e`f`` |\n\nA note[^1].\n\n[^1]: {key}`g`\n",
        span,
    )
    assert found.problems == ()
    spans = [item for block in found.walk() for item in items(block) if isinstance(item, Span)]
    shown = {item.text: item.marks for item in spans if "code" in item.marks}
    strong, link = frozenset({"strong"}), frozenset({"link"})
    assert shown == {"A": CODE, "B": CODE | strong, "C": CODE | link, "D": CODE, "E`F": CODE, "G": CODE}
    assert [item.href for item in spans if item.text == "C"] == ["https://x.org"]
    assert isinstance(found.blocks[0], Heading)


def test_it_gives_any_inline_items_or_none() -> None:
    made = (Span("x", frozenset({"link"}), "https://y.org"), LineBreak(), Live("loss:.2f"))
    found = lesson("a {key}`b`", lambda content, line: made)
    assert items(found.blocks[0]) == [Span("a "), *made]
    assert found.live == ("loss:.2f",)
    assert items(lesson("a {key}`b`", lambda content, line: ()).blocks[0]) == [Span("a ")]


def test_it_is_told_its_line() -> None:
    told: list[tuple[str, int]] = []
    found = lesson("a\nb {key}`c\nd` e\n{key}`f` {nokey}`x`\n", lambda *given: told.append(given) or ())
    first = found.blocks[0].line
    assert told == [("c\nd", first + 1), ("f", first + 3)]
    assert [(problem.code, problem.line) for problem in found.problems] == [("E030", first + 3)]


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (lambda content, line: 1 / 0, "ZeroDivisionError"),
        (lambda content, line: None, "not a list"),
        (lambda content, line: "text", "not a list"),
        (lambda content, line: ["text"], "'text'"),
        (lambda content, line: [Span(7)], "Span(text=7"),  # type: ignore[arg-type]
        (lambda content, line: [Span("x", frozenset({"blink"}))], "blink"),  # type: ignore[arg-type]
        (lambda content, line: [Paragraph(id="x", line=1, text=())], "Paragraph"),
        (lambda content, line: iter(lambda: Span("x"), None), "more than 10,000"),
        (lambda content, line: (_ for _ in ()).throw(SystemExit), "SystemExit"),
    ],
)
def test_one_that_fails_is_shown_as_written_and_its_plugin_named(read: Any, told: str) -> None:
    found = lesson("a {key}`b` c", read)
    assert items(found.blocks[0]) == [Span("a "), Span("{key}`b`", CODE), Span(" c")]
    (problem,) = found.problems
    assert problem.code == "E101"
    assert told in str(problem.fields["error"])
    message, _ = describe(problem, Catalog("en"))
    assert "`key`" in message
    assert "plugin demo, key.read()" in message


def test_what_it_refuses_is_a_problem_at_its_line() -> None:
    def refuse(content: str, line: int) -> Sequence[Inline]:
        raise LessonError(f"no {content}", line + 50, fix="Write another.")

    found = lesson("a\n{key}`b`", refuse)
    (problem,) = found.problems
    assert (problem.message, problem.fix, problem.line) == (
        "no b",
        "Write another.",
        found.blocks[0].line + 1,
    )
    assert items(found.blocks[0]) == [Span("a "), Span("{key}`b`", CODE)]


def test_a_value_that_is_no_expression_is_told() -> None:
    found = lesson("a {key}`b`", lambda content, line: [Live("1 +")])
    assert [problem.code for problem in found.problems] == ["E032"]
    assert found.live == ()


def test_nothing_of_it_acts_on_the_terminal() -> None:
    found = lesson("{key}`b`", lambda content, line: [Span("\x1b[2J", CODE, "\x9bx")])
    assert items(found.blocks[0]) == [Span("\\x1b[2J", CODE, "\\x9bx")]


def test_one_that_hangs_is_given_up_at_once_after_the_first_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SECONDS", 0.05)

    def hang(content: str, line: int) -> Sequence[Inline]:
        while True:
            time.sleep(0.01)

    found = lesson("{key}`b`\n\n" * 20, hang)
    assert len(found.problems) == len(found.blocks) == 20
    assert all("took more than" in str(problem.fields["error"]) for problem in found.problems)


def test_what_roles_give_counts_as_reading() -> None:
    found = lesson("{key}`a` " * 300 + "\n\nAfter.\n", lambda content, line: [Span("x" * 50_000)])
    assert isinstance(found.blocks[0], Fault)
    assert [problem.code for problem in found.problems] == ["E035"]
    assert items(found.blocks[-1]) == [Span("After.")]


def test_a_name_that_nobody_claims_is_reported_as_before() -> None:
    plain = sample_lesson("{lve}`a` {cite}`b`", Parser(Plugins()))
    assert [problem.code for problem in plain.problems] == ["E030", "E030"]
    assert items(plain.blocks[0])[0] == Span("{lve}`a`", CODE)
    assert describe(plain.problems[1], Catalog("en"))[1].startswith("The roles are live, shortcut")


@pytest.mark.parametrize("language", ["en", "it"])
def test_an_unknown_name_is_told_with_those_that_there_are(language: str) -> None:
    near, far = lesson("{kez}`a` {cite}`b`", span).problems
    assert near.fields["near"] == "key"
    assert "`key`" in describe(near, Catalog(language))[1]
    assert "key, live" in describe(far, Catalog(language))[1]


def test_a_role_of_a_plugin_that_is_switched_off_is_told_as_such() -> None:
    plugins = Plugins(entries=(), extra=[("demo", SimpleNamespace(register_roles=hookimpl(lambda: 7)))])
    (problem,) = sample_lesson("{cite}`b`", Parser(plugins)).problems
    assert "demo" in describe(problem, Catalog("en"))[0]


@pytest.mark.parametrize(
    ("name", "told"), [("live", "EvoClass has that name"), ("", "has no name"), (3, "no name")]
)
def test_a_wrong_offer_switches_its_plugin_off(name: Any, told: str) -> None:
    plugins = Plugins(entries=(), extra=[("demo", offered(span, name))])
    assert plugins.roles == {}
    assert told in plugins.reports["demo"].error
