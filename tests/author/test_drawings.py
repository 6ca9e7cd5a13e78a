"""What a plugin draws is in every export, in the best form that the export can show; what is not is told."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, Self

import click
import pytest
from click.testing import CliRunner, Result

from evoclass import hookimpl
from evoclass.directive import Directive
from evoclass.exercise import Answer, Bench, Choice, Exercise, Field, Option, Verdict
from evoclass.learner.workspace import Workspace
from evoclass.model import AnyBlock, Drawing, Paragraph, Span
from evoclass.pluginhost.plugins import Plugins

SVG = "<svg onload='alert(1)'><rect width='9' height='9'/><script>alert(2)</script></svg>"


def drawing(id: str, line: int, names: str) -> Drawing:
    """Return a drawing with the alternatives that are named."""
    inner = (Paragraph(id=f"{id}.1", line=line, text=(Span("in blocks"),)),)
    parts: dict[str, Any] = {"text": ("|<one> line", "|  two lines"), "svg": SVG, "blocks": inner}
    parts["broken"] = "<svg><script/></svg>"
    chosen = {"svg" if name == "broken" else name: parts[name] for name in names.split()}
    return Drawing(id=id, line=line, kind="draw", alt="What <there> is.", **chosen)


class Draw:
    """Draws what its option names."""

    name = "draw"
    options: ClassVar[dict[str, str]] = {"as": "Which alternatives there are"}

    @classmethod
    def expand(cls, directive: Directive, block_id: str) -> Sequence[AnyBlock]:
        return [drawing(block_id, directive.line, directive.require("as"))]


class Count(Exercise):
    """Asks about what its option names."""

    kind = "count"
    options = Draw.options

    @classmethod
    def parse(cls, block: Directive) -> Self:
        return cls()

    def form(self) -> Sequence[Field]:
        return [Choice(name="n", options=(Option("a", (Span("A"),)), Option("b", (Span("B"),))))]

    def prompt(self, block: Directive) -> tuple[AnyBlock, ...]:
        return (*block.body, drawing(f"{block.argument}.drawn", block.line, block.require("as")))

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        return Verdict.right() if answer.get("n") == "a" else Verdict.wrong()

    def solution(self) -> Answer:
        return {"n": "a"}


PLUGIN = SimpleNamespace(
    register_directives=hookimpl(lambda: [Draw]), register_exercises=hookimpl(lambda: [Count])
)


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return Plugins(extra=[("demo", PLUGIN)])


@pytest.fixture
def export(tmp_path: Path, plugins: Plugins) -> Any:
    """Export a lesson with one drawing that has the alternatives named; return what was written and what was said."""
    space = Workspace()
    space.plugins = plugins
    commands = click.Group()
    plugins.each("register_commands", cli=commands)

    def call(kind: str, names: str, directive: str = "draw") -> tuple[str, Result]:
        lesson, target = tmp_path / "01-a.md", tmp_path / "out"
        lesson.write_text(
            f"---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n:::{{{directive}}} it\n:as: {names}\nLook.\n:::\n",
            encoding="utf-8",
        )
        arguments = ["export", str(lesson), "--to", kind, "-o", str(target)]
        result = CliRunner().invoke(commands, arguments, obj=space, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        if kind not in ("qti", "anki"):
            return target.read_text(encoding="utf-8"), result
        with zipfile.ZipFile(target) as package:
            if kind == "anki":
                (tmp_path / "cards").write_bytes(package.read("collection.anki2"))
                with sqlite3.connect(tmp_path / "cards") as deck:
                    return "".join(row[0] for row in deck.execute("select flds from notes")), result
            return "".join(package.read(name).decode() for name in package.namelist()), result

    return call


def test_a_page_shows_the_picture_as_an_image_in_which_nothing_acts(export: Any) -> None:
    page, result = export("html", "text svg blocks")
    (url,) = re.findall(r"<img src='data:image/svg\+xml;base64,([^']*)' alt='What &lt;there&gt; is.'>", page)
    picture = base64.b64decode(url).decode()
    assert "<rect" in picture
    assert "alert" not in picture + page.partition("<body>")[2].partition("<script>")[0]
    assert "one&gt; line" not in page
    assert "in blocks" not in page
    assert "description" not in result.stderr


def test_a_page_shows_text_else_blocks_else_the_sentence(export: Any) -> None:
    page, _ = export("html", "text blocks")
    assert "role='img' aria-label='What &lt;there&gt; is.'" in page
    assert "|&lt;one&gt; line\n|  two lines" in page
    assert "in blocks" not in page
    page, _ = export("html", "blocks")
    assert "<p>in blocks</p>" in page


def test_a_notebook_holds_the_picture_as_an_attachment(export: Any) -> None:
    notebook = json.loads(export("notebook", "text svg")[0])
    (cell,) = [cell for cell in notebook["cells"] if "attachments" in cell]
    ((name, kinds),) = cell["attachments"].items()
    assert f"(attachment:{name})" in "".join(cell["source"])
    assert "alert" not in base64.b64decode("".join(kinds["image/svg+xml"])).decode()
    source = "".join(json.loads(export("notebook", "text")[0])["cells"][-1]["source"])
    assert source == "```text\n|<one> line\n|  two lines\n```"
    assert "in blocks" in export("notebook", "blocks")[0]


def test_a_question_package_has_the_text_or_blocks_and_tells_of_a_picture_that_is_gone(export: Any) -> None:
    items, result = export("qti", "text svg blocks", "count")
    assert "<code>|&lt;one&gt;&#160;line<br/>|&#160;&#160;two&#160;lines</code>" in items
    assert "in blocks" not in items
    assert "drawings" not in result.stderr
    items, result = export("qti", "blocks", "count")
    assert "in blocks" in items
    items, result = export("qti", "svg", "count")
    assert "[What &lt;there&gt; is.]" in items
    assert "drawings are replaced by their descriptions: it" in result.stderr


def test_a_card_has_the_picture(export: Any) -> None:
    (url,) = re.findall(
        r"base64,([^']*)' alt='What &lt;there&gt; is.'", export("anki", "text svg", "count")[0]
    )
    assert "alert" not in base64.b64decode(url).decode()


def test_an_unreadable_picture_gives_way_and_without_anything_else_is_told(export: Any) -> None:
    page, result = export("html", "broken text")
    assert "|&lt;one&gt; line" in page
    assert "drawings" not in result.stderr
    page, result = export("html", "broken")
    assert "<p class='absent'>What &lt;there&gt; is.</p>" in page
    assert "drawings are replaced by their descriptions: it (8)" in result.stderr
