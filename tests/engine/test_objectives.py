"""Objectives that say what shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass import lint
from evoclass.i18n import Catalog
from evoclass.lint.describe import describe
from evoclass.lint.drift import drift
from evoclass.lint.places import placed_in
from evoclass.model import Evidence, Live, Span
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser
from evoclass.reading.plainfront import read_plain

HEAD = "---\nid: a\nnumber: 1\ntitle: T\nlanguage: {}\nobjectives:\n"
BODY = """---

```{lab} train.py
accuracy = 0.93
```

:::{number} half
What is half of 4?
:answer: 2
:::

::::{challenge} all
:::{number} third
What is a third of 9?
:answer: 3
:::
::::
"""


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser(Plugins())


def written(*lines: str, language: str = "en") -> str:
    return HEAD.format(language) + "".join(f"  {line}\n" for line in lines) + BODY


SAID = "    evidence: You reached {live}`accuracy:.0%`, *really*"


def test_an_objective_says_what_shows_it(parser: Parser) -> None:
    lesson = parser.lesson(
        written("- Halve", "- text: Train", "  shown_by: [train.py, half, all, all/third]", SAID[2:])
    )
    assert lint.check_lesson(lesson, parser) == []
    assert lesson.objectives == ("Halve", "Train")
    nothing, shown = lesson.evidence
    assert nothing == Evidence(line=7)
    assert shown.shown_by == ("train.py", "half", "all", "all/third")
    live = Live("accuracy:.0%")
    assert shown.said == (Span("You reached "), live, Span(", "), Span("really", frozenset({"em"})))
    assert lesson.live == ("accuracy:.0%",)


def test_plain_objectives_say_nothing_more(parser: Parser) -> None:
    assert parser.lesson(written("- Halve", "- Train")).evidence == ()


def test_it_is_read_without_a_yaml_parser() -> None:
    block = "objectives:\n  - text: Train\n    shown_by: [train.py, half]\n" + SAID + "\n  - Halve\n"
    node = (read_plain(block) or {})["objectives"]
    assert node.value == [
        {"text": "Train", "shown_by": ["train.py", "half"], "evidence": SAID.partition(": ")[2]},
        "Halve",
    ]
    assert node.entry_lines == (3, 6)


@pytest.mark.parametrize(
    ("lines", "code", "line", "word"),
    [
        (["- text: Train", "  shown_by: [trian.py]"], "E094", 8, "train.py"),
        (["- text: Train", "  shown_by: nothing"], "E094", 8, "file of a lab"),
        (["- text: Train", "  evidence: You trained"], "E095", 8, "value"),
        (["- text: Train", "  evidence: You got {live}`1 +`"], "E032", 8, "accuracy"),
        (["- text: Train", "  shown: [half]"], "E010", 7, "shown_by"),
        (["- shown_by: [half]"], "E010", 7, "text"),
        (["- Train", "- text: [half]"], "E010", 8, "text"),
        (["- text: Train", "  shown_by: [half, [a]]"], "E007", 8, ""),
        (["- text: Train", "  evidence: {a: b}"], "E010", 7, ""),
        (["- Learn: a lot"], "E010", 7, "double quotes"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    parser: Parser, lines: list[str], code: str, line: int, word: str, tmp_path: Path
) -> None:
    file = tmp_path / "01-a.md"
    file.write_text(written(*lines))
    lesson = parser.lesson(file.read_bytes(), file)
    (problem,) = placed_in(lint.check_lesson(lesson, parser), file)
    assert (problem.code, problem.line) == (code, line)
    assert word in " ".join(describe(problem, Catalog("en")))


def test_a_value_needs_a_lab(parser: Parser) -> None:
    text = HEAD.format("en") + "  - text: Train\n" + SAID + "\n---\n\nText.\n"
    assert [problem.code for problem in lint.check_lesson(parser.lesson(text), parser)] == ["E056"]


def test_a_translation_keeps_what_shows_an_objective(parser: Parser) -> None:
    source = parser.lesson(written("- Halve", "- text: Train", "  shown_by: [train.py]", SAID[2:]))
    same = written(
        "- Dimezza", "- text: Addestra", "  shown_by: [train.py]", "  evidence: Sei al {live}`accuracy:.0%`",
        language="it",
    )  # fmt: skip
    front = ("E088", "E091")
    assert not [p for p in drift(source, parser.lesson(same)) if p.code in front]
    other = same.replace("[train.py]", "[half]").replace(":.0%", ":.1%")
    found = [p for p in drift(source, parser.lesson(other)) if p.code in front]
    assert [(p.code, p.line) for p in found] == [("E088", 8), ("E091", 8)]
    assert "half" in describe(found[0], Catalog("en"))[0]
    bare = parser.lesson(written("- Dimezza", "- Addestra", language="it"))
    assert [(p.code, p.line) for p in drift(source, bare) if p.code in front] == [("E088", 6), ("E091", 6)]
