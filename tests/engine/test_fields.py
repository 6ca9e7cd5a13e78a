"""What fields say of themselves: what they offer, how they read, a value in words, what a translation keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evoclass.exercise import (
    Choice,
    Code,
    Field,
    InvalidAnswer,
    Match,
    Number,
    Option,
    Order,
    Text,
    Value,
)
from evoclass.fields.letters import letters
from evoclass.i18n import Catalog
from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.model import CodeBlock, Span, plain_text
from evoclass.plain.frontend import PlainFrontEnd

TEXT = Catalog("en")


def options(prefix: str, count: int) -> tuple[Option, ...]:
    return tuple(Option(f"{prefix}{n}", (Span(f"{prefix.upper()} {n}"),)) for n in range(1, count + 1))


MANY = options("o", 60)
CHOICE = Choice(name="c", options=MANY)
SEVERAL = Choice(name="c", options=MANY, multiple=True)
ORDER = Order(name="c", items=MANY, indent=True)
LINES = Order(name="c", items=MANY, indent=True, language="python")
MATCH = Match(name="c", left=options("l", 30), right=MANY)


def shown(rows: Any) -> list[str]:
    return [row.code if isinstance(row, CodeBlock) else plain_text(row) for row in rows]


def test_letters_go_on_after_z() -> None:
    found = letters(26 + 26 * 26 + 1)
    assert [found[n] for n in (0, 25, 26, 27, 51, 52, 701, 702)] == [
        *("a", "z", "aa", "ab", "az", "ba", "zz", "aaa")
    ]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("field", "value", "typed"),
    [
        (CHOICE, "o27", "aa"),
        (SEVERAL, ["o2", "o60"], "b bh"),
        (ORDER, ["o30:0", "o2:2"], "30 2++"),
        (MATCH, {"l1": "o60", "l30": "o1"}, "1bh 30a"),
        (Number(name="n", unit="MB"), 0.1 + 0.2, "0.30000000000000004"),
        (Number(name="n"), 512.0, "512"),
        (Number(name="n"), "many", "many"),
        (Text(name="t"), "a b", "a b"),
        (Code(name="t", starter=""), "a\nb", "a\nb"),
        (Field(name="x"), "a", "a"),
    ],
)
def test_a_value_is_typed_and_read_back(field: Field, value: Value, typed: str) -> None:
    assert field.typed(value) == typed
    assert field.read(typed, TEXT) == value
    assert field.typed(None) == ""


@pytest.mark.parametrize("field", [CHOICE, ORDER, MATCH, LINES, SEVERAL])
def test_values_from_elsewhere_have_no_words_and_are_no_error(field: Field) -> None:
    strange: list[Value] = [None, "nobody", ["nobody", "o1:x"], {"l1": "nobody"}, 3.0, True]
    for value in strange:
        assert "nobody" not in "".join(shown(field.words(value)))
        assert isinstance(field.typed(value), str)


def test_what_is_offered_is_marked_with_what_one_types() -> None:
    assert shown(CHOICE.offered())[25:27] == ["z) O 26", "aa) O 27"]
    assert shown(ORDER.offered())[29] == "30) O 30"
    offered = shown(MATCH.offered())
    assert (offered[0], offered[30], offered[31], offered[-1]) == ("1) L 1", "", "a) O 1", "bh) O 60")
    assert shown(Code(name="c", starter="x = 1").offered()) == ["x = 1"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (SEVERAL, ["o2", "o1"], ["O 1", "O 2"]),
        (ORDER, ["o2:0", "o1:1"], ["O 2", "    O 1"]),
        (LINES, ["o2:0", "o1:1"], ["O 2\n    O 1"]),
        (MATCH, {"l2": "o1"}, ["L 2 → O 1"]),
        (Number(name="n", unit="MB"), 512.0, ["512 MB"]),
        (Number(name="n", unit="%"), 78.5, ["78.5%"]),
        (Field(name="x"), 0.5, ["0.5"]),
        (Field(name="x"), ["a", "b"], ["a", "b"]),
        (Field(name="x"), {"a": "b"}, ["a → b"]),
        (Field(name="x"), "", []),
    ],
)
def test_a_value_in_words(field: Field, value: Value, words: list[str]) -> None:
    assert shown(field.words(value)) == words


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        (CHOICE, "a b", "from a to bh"),
        (CHOICE, "zz", "pick from a to bh"),
        (ORDER, "1 61", "pick from 1 to 60"),
        (MATCH, "a1", "not one of the choices"),
        (Choice(name="c", options=()), "a", "not one of the choices"),
    ],
)
def test_what_does_not_fit_says_what_would(field: Field, typed: str, told: str) -> None:
    with pytest.raises(InvalidAnswer, match=told):
        field.read(typed, TEXT)


@pytest.mark.parametrize(
    ("field", "value", "other"),
    [
        (CHOICE, "o1", (CHOICE, "o2")),
        (SEVERAL, ["o1"], (CHOICE, ["o1"])),
        (Number(name="n"), 1.0, (Number(name="n"), 2.0)),
        (Field(name="x"), 1.0, (Field(name="x"), 2.0)),
        (MATCH, {"l1": "o1"}, (MATCH, {"l1": "o2"})),
        (Code(name="c", starter="x = 1"), "x = 2", (Code(name="c", starter="x = 1"), "x = 3")),
    ],
)
def test_a_translation_keeps_the_right_value(field: Field, value: Value, other: tuple[Field, Value]) -> None:
    assert field.signature(value) != other[0].signature(other[1])


def test_a_translation_may_change_words_order_and_strings() -> None:
    assert Text(name="t").signature("yes") == Text(name="t").signature("sì")
    assert Field(name="t").signature("yes") == Field(name="t").signature("sì")
    assert SEVERAL.signature(["o1", "o2"]) == SEVERAL.signature(["o2", "o1"])
    assert Code(name="c", starter="").signature("f('a')") == Code(name="c", starter="").signature('f("b")')


LESSON = "---\nid: many\nnumber: 1\ntitle: Many\nlanguage: en\n---\n\n:::{choice} many\nWhich?\n\n%s\n:::\n\nAfter.\n"


@pytest.mark.parametrize(("typed", "place"), [("q", 17), ("n", 14), ("s", 19), ("aa", 27), ("28", 28)])
def test_every_letter_is_an_answer_in_plain_mode(
    typed: str,
    place: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    items = "\n".join(f"- [{'x' if n == place else ' '}] item {n}" for n in range(1, 31))
    lesson = tmp_path / "01-many.md"
    lesson.write_text(LESSON % items)
    space = Workspace(content=tmp_path, asked_language="en")
    session = Session.open(space.library, space.store, space.plugins, space.settings, lesson, "en")
    (tmp_path / "typed").write_text(f"{typed}\n")
    with (tmp_path / "typed").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        PlainFrontEnd(session, space.plugins.make_runners()).run()
    space.store.close()
    said = capsys.readouterr().out
    assert "ad) item 30" in said
    assert "Right." in said
    assert "After." in said
