"""Mermaid diagrams as text: they fit, they say what they show, and a hostile one costs little."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

import pytest

from evoclass.i18n import Catalog
from evoclass.layout import cell_width, description, diagram, layout
from evoclass.model import CodeBlock
from evoclass.plain.speech import spoken

NET = """graph LR
  accDescr: Pixels go through a hidden layer to ten classes.
  A[28x28 pixels] --> B(Linear 784 to 128)
  B --> C{ReLU}
  C --> D[10 classes]
"""
WORDS = ("28x28", "Linear", "ReLU", "classes")


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    module = sys.modules["evoclass.layout.diagram"]
    module._slow = 0
    module._fitting.cache_clear()
    yield
    module._slow = 0
    module._fitting.cache_clear()


def block(code: str) -> CodeBlock:
    return CodeBlock(id="net", line=1, language="mermaid", code=code)


@pytest.mark.parametrize("width", [82, 60, 40, 30, 20])
def test_a_diagram_fits_the_width(width: int) -> None:
    lines = diagram(NET, width)
    assert lines
    assert max(map(cell_width, lines)) <= width
    assert all(word in "\n".join(lines) for word in WORDS)
    assert "accDescr" not in "\n".join(lines)


@pytest.mark.parametrize(
    "code",
    [
        "graph LR\n  A[broken --> B",
        "graph LR\n  A --> B{broken\n  B --> C[c]",
        "flowchart TD\n  A -->",
        "flowchart TD\n  A[a] ==> %% nothing\n  B -.->",
        "---\ntitle: T\n---\ngraph LR\n  A --- ",
        "sequenceDiagram\n  A->>",
        "stateDiagram-v2\n  [*] -->",
    ],
)
def test_a_diagram_that_is_not_whole_is_shown_as_it_is_written(code: str) -> None:
    assert diagram(code, 80) == ()


@pytest.mark.parametrize(
    "code",
    [
        'graph LR\n  A["a [b --> c"] --> B>flag]\n  %% C[ -->',
        "---\ntitle: T\n---\ngraph LR\n  A[/a/] --> B((b))\n  B -- no --> A",
        "sequenceDiagram\n  A->>B: f(x ...\n  B-->>A: see -->",
        "stateDiagram-v2\n  [*] --> Idle\n  Idle --> [*]",
        "erDiagram\n  A ||--o{ B : has",
    ],
)
def test_a_diagram_that_is_whole_is_drawn(code: str) -> None:
    assert diagram(code, 80)


@pytest.mark.parametrize(
    "source",
    [
        "sequenceDiagram\n    title Pets at home\n    Dog->>Cat: woof",
        "sequenceDiagram\n    participant Dog\n    title: Pets at home\n    Dog->>Cat: woof",
        "---\ntitle: Pets at home\n---\nsequenceDiagram\n    Dog->>Cat: woof",
        '---\nconfig:\n  look: neo\ntitle: "Pets at home"\n---\ngraph LR\n  Dog --> Cat',
        "---\ntitle: Pets at home\n---\nstateDiagram-v2\n  Dog --> Cat",
    ],
)
def test_a_title_that_the_drawing_leaves_out_stands_above_it(source: str) -> None:
    lines = diagram(source, 60)
    assert (lines[0].strip(), lines[1]) == ("Pets at home", "")
    middle = cell_width(lines[0]) - len("Pets at home") / 2
    assert abs(middle - max(map(cell_width, lines)) / 2) <= 1
    assert "Dog" in "\n".join(lines[2:])
    assert "Pets" not in "\n".join(lines[2:])


def test_a_long_title_is_wrapped_and_one_that_is_drawn_stands_there_once() -> None:
    long = "Pets that live at home and what they say to each other all day long"
    lines = diagram(f"sequenceDiagram\n  title {long}\n  Dog->>Cat: woof", 40)
    assert " ".join(line.strip() for line in lines[:2]) == long
    assert max(map(cell_width, lines)) <= 40
    plan = diagram("gantt\n  title Plan\n  section S\n  a :a1, 2024-01-01, 3d", 100)
    assert "\n".join(plan).count("Plan") == 1
    said = diagram("sequenceDiagram\n  Dog->>Cat: the title is mine", 60)
    assert said[0].lstrip().startswith("┌")


@pytest.mark.parametrize("title", ["pie title Pets", "pie showData title Pets", "pie\n  title Pets"])
def test_a_pie_has_its_title(title: str) -> None:
    lines = diagram(f'{title}\n  "Dogs" : 386\n  "Cats" : 85', 80)
    assert lines[0].strip() == "Pets"
    assert "[386]" in "\n".join(lines) or "showData" not in title


def test_where_it_is_wide_it_goes_down() -> None:
    assert len(diagram(NET, 82)) < len(diagram(NET, 20))


def test_a_description_is_for_those_who_cannot_see_it() -> None:
    assert description(NET) == "Pixels go through a hidden layer to ten classes."
    assert description("graph LR\n accTitle: A net\n A --> B") == "A net"
    assert description("graph LR\n A --> B") == ""


def test_the_page_and_plain_mode_show_the_drawing() -> None:
    page = [line.text for line in layout((block(NET),), 80)]
    assert any("28x28 pixels ├" in line for line in page)
    assert not any("-->" in line for line in page)
    said = list(spoken((block(NET),), {}, Catalog("en")))
    assert said[0] == "Drawing: Pixels go through a hidden layer to ten classes."
    assert any("28x28 pixels ├" in line for line in said)


@pytest.mark.parametrize(
    "code",
    ["", "no diagram", "graph LR\n" + "A --> B\n" * 3000, "graph LR\n A[" + "x" * 300 + "]"],
    ids=["empty", "other", "long", "wide"],
)
def test_what_cannot_be_drawn_is_shown_as_it_is_written(code: str) -> None:
    assert diagram(code, 40) == ()
    page = "\n".join(line.text for line in layout((block(code),), 40))
    assert code.strip()[:8] in page


def test_nothing_in_it_acts_on_a_terminal() -> None:
    lines = diagram('graph LR\n A["\x1b[31mred\u202e"] --> B', 60)
    assert lines
    assert "\x1b" not in "".join(lines)
    assert "\u202e" not in "".join(lines)


def tangle(seed: int) -> str:
    chance = random.Random(seed)
    return "graph TD\n" + "\n".join(f" N{chance.randrange(40)}-->N{chance.randrange(40)}" for _ in range(120))


def test_a_hostile_one_is_given_up_and_after_some_none_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["evoclass.layout.diagram"]
    monkeypatch.setattr(module, "SECONDS", 0.05)
    assert [diagram(tangle(seed), 82) for seed in range(module.SLOW)] == [()] * module.SLOW
    monkeypatch.setattr(module, "SECONDS", 10.0)
    assert diagram(NET, 82) == ()
