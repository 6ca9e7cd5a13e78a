"""A lesson of a stranger in every export: its words stay words, whatever stands in them."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from chromium import CHROMIUM, drawn

RUN = "document.documentElement.setAttribute(`data-pwned`,`yes`)"
TAGS = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"'\"><svg onload={RUN}>",
    f"</title></style></textarea></script></math></code></pre><script>{RUN}</script>",
    f"<details open ontoggle={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<math><mtext></mtext><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={RUN}&gt;'>",
    f"&lt;script&gt;{RUN}&lt;/script&gt; &#60;script&#62;{RUN}&#60;/script&#62;",
]
TEX = [
    *(rf"\text{{{tag}}}" for tag in TAGS),
    *(rf"\mbox{{</math>{tag}}}" for tag in TAGS[:3]),
    rf"\href{{javascript:{RUN}}}{{x}}",
    rf"\href{{x}}{{\text{{<script>{RUN}</script>}}}}",
    rf"\unicode{{x3c}}script\unicode{{x3e}}{RUN}",
    rf"\style{{background:url(javascript:{RUN})}}{{x}}",
    rf"\class{{a' onmouseover='{RUN}}}{{x}}",
    rf"\color{{red' onload='{RUN}}}x",
    rf"\textcolor{{'><script>{RUN}</script>}}{{x}}",
    rf"\hspace{{1em' onload='{RUN}}}x",
    rf"\rule{{1em' onload='{RUN}}}{{1em}}",
    rf"\operatorname{{<script>{RUN}</script>}}",
    rf"\begin{{array}}{{c' onload='{RUN}}}x\end{{array}}",
    rf"\newcommand{{\a}}{{\text{{<script>{RUN}</script>}}}}\a",
    rf"<script>{RUN}</script>",
    r"\sqrt[\text{<b>}]{x}",
]
LINKS = [
    f"javascript:{RUN}",
    f"JaVaScRiPt&colon;{RUN}",
    f"java&Tab;script:{RUN}",
    f"&#1;javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"vbscript:{RUN}",
    "file:///etc/passwd",
    "//evil.example/x",
    f"https://x.org/'onmouseover='{RUN}",
]


def lesson(folder: Path) -> Path:
    """Write a lesson that attacks at every place that takes words."""
    tags = " ".join(TAGS)
    mixed = " ".join(f"`{tag}` {tag}" for tag in TAGS)
    quoted = json.dumps(tags)
    parts = [
        f"---\nid: a\nnumber: 1\ntitle: {quoted}\nlanguage: en\nobjectives:\n  - {quoted}\nauthors:\n  - {quoted}\n"
        f"license: {quoted}\nminutes: 5\n---",
        f"# Other {tags}",
        *TAGS,
        f"Text {mixed}\\\n{tags}  \n{tags}",
        f"- {tags}\n  - {tags}\n\n1. {tags}",
        f"> {tags}\n> > {tags}",
        f"| {tags.replace('|', '')} | b |\n|:-:|--|\n| {tags} | `{TAGS[0]}` |",
        f"```{TAGS[0]}\n{tags}\n```",
        f"~~~python' onload='{RUN}\n{tags}\n~~~",
        f"```python\nx = '''\n{tags}\n'''\n```",
        *(f"${tex}$ and\n\n$$\n{tex}\n$$" for tex in TEX),
        *(f'[{TAGS[0]}]({link}) ![{TAGS[1]}]({link})\n\n![{TAGS[2]}]({link} "{TAGS[0]}")' for link in LINKS),
        "[ref] and <javascript:alert(1)> and <https://x.org/'><script>>\n\n[ref]: javascript:alert(1) 'x'",
        f":::{{tip}} {tags}\n{tags}\n:::",
        f"```{{lab}} x.py\n:watch: {TAGS[1]}\nx = 1  # {tags}\n```",
        f"{{live}}`x` {{live}}`'{TAGS[0]}'` {{odd}}`{TAGS[0]}`",
        f":::{{choice}} one\n{tags}\n\n- [x] {tags}\n  > {tags}\n- [ ] {TAGS[0]} `{TAGS[1]}` ${TEX[0]}$\n  > {tags}\n\n"
        f":hint: {tags}\n:solution: {tags}\n:::",
        f":::{{number}} two\n{tags}\n:answer: 4\n:unit: {TAGS[1]}\n:hint: {tags}\n:::",
        f":::{{text}} three\n{tags}\n:answer: {TAGS[0]}\n:accept: {TAGS[1]}\n:placeholder: {TAGS[2]}\n:::",
        f":::{{shape}} four\n{tags}\n:answer: (N, 2)\n:::",
        f":::{{blanks}} five\n{tags}\n\n```python\nx = ____\n# {tags}\n```\n\n:blank: '{TAGS[1]}'\n:why: {tags}\n:::",
        f":::{{order}} six\n{tags}\n\n1. {TAGS[0]}\n2. {TAGS[1]}\n:::",
        f":::{{match}} seven\n{tags}\n\n| a | b |\n|---|---|\n| {TAGS[0]} | {TAGS[1]} |\n| x | {TAGS[2]} |\n:::",
        f":::{{predict}} eight\n{tags}\n\n```python\nprint({TAGS[0]!r})\n```\n:::",
        f"::::{{challenge}} nine\n:title: {tags}\n\n{tags}\n\n:::{{reflect}} ten\n{tags}\n\n- [ ] {tags}\n\n"
        f":answer: {tags}\n:criteria: {tags}\n:::\n\n:::{{code}} eleven\n{tags}\n\n```python starter\n# {tags}\n```\n\n"
        f"```python solution\nx = 1 # {tags}\n```\n\n:expect: x == 1 | {tags}\n:::\n::::",
        f":::{{{TAGS[0]}}} x\n{tags}\n:::",
        f":::{{nosuch}} {tags}\n{tags}\n:::",
        f"A note[^n].\n\n[^n]: {mixed}",
        "`[sound:x.mp3]` [sound:x.mp3] [latex]\\input{/etc/passwd}[/latex] \\(\\href{javascript:1}{x}\\) {{Question}}",
    ]
    path = folder / "01-a.md"
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return path


class Live(HTMLParser):
    """Collects what of a page could act."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.acts: list[str] = []
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        if tag in ("iframe", "object", "embed", "base", "link", "svg", "video", "audio", "source"):
            self.acts.append(tag)
        for name, value in attrs:
            target = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name == "style" and re.fullmatch(r"text-align:\w+", value or ""):
                continue  # the reader of the notebook's cells puts it there
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "srcset", "xlink:href"):
                self.acts.append(f"{tag} {name}")
            if name == "href" and not target.startswith(("#", "http:", "https:", "mailto:")):
                self.acts.append(f"{tag} {name}={value}")
            if name == "src" and not target.startswith("data:image/"):
                self.acts.append(f"{tag} {name}={value}")


def exported(tmp_path: Path, command, kind: str) -> Path:
    target = tmp_path / f"out-{kind}"
    command("export", lesson(tmp_path), "--to", kind, "-o", target)
    return target


def cards(target: Path) -> str:
    with zipfile.ZipFile(target) as package:
        name = next(name for name in package.namelist() if name.startswith("collection"))
        database = target.with_suffix(".db")
        database.write_bytes(package.read(name))
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT flds FROM notes").fetchall()
    assert len(rows) >= 8
    return "<hr>".join(field for (fields,) in rows for field in fields.split("\x1f"))


def cells(target: Path) -> str:
    """Return the Markdown cells of a notebook drawn by a reader that lets HTML through, as Jupyter does."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    notebook = json.loads(target.read_text(encoding="utf-8"))
    return "".join(
        markdown.render("".join(cell["source"]))
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown"
    )


def shown(tmp_path: Path, command, kind: str) -> str:
    target = exported(tmp_path, command, kind)
    if kind == "html":
        return target.read_text(encoding="utf-8")
    return cards(target) if kind == "anki" else cells(target)


@pytest.mark.parametrize("kind", ["html", "anki", "notebook"])
def test_nothing_in_an_export_can_act(tmp_path, command, kind):
    live = Live(shown(tmp_path, command, kind))
    assert live.acts == []
    assert live.scripts == (1 if kind == "html" else 0)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize("kind", ["html", "anki", "notebook", "itself"])
def test_no_script_of_a_hostile_lesson_runs_in_a_browser(tmp_path, command, kind):
    # The last kind shows that the browser does run what gets through.
    text = f"<p>{TAGS[1]}</p>" if kind == "itself" else shown(tmp_path, command, kind)
    text = re.sub(
        r"<meta http-equiv='Content-Security-Policy'[^>]*>", "", text
    )  # without the second line of defence
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><meta charset='utf-8'>{text}<p>End of it</p>", encoding="utf-8")
    tree = drawn(page)
    assert "End of it" in tree
    assert ("data-pwned=" in tree) == (kind == "itself")
    assert tree.count("<script") == (1 if kind == "html" else 0)


def test_a_page_lets_only_its_own_script_run(tmp_path, command):
    text = shown(tmp_path, command, "html")
    policy = re.search(r"http-equiv='Content-Security-Policy' content=\"([^\"]*)\"", text)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "script-src 'sha256-" in policy[1]
    assert "unsafe" not in policy[1]


def test_a_question_package_is_clean_xml(tmp_path, command):
    with zipfile.ZipFile(exported(tmp_path, command, "qti")) as package:
        names = package.namelist()
        assert all(re.fullmatch(r"[A-Za-z0-9_.-]+\.xml", name) for name in names)
        trees = [ElementTree.fromstring(package.read(name)) for name in names]
    tags = {element.tag.rpartition("}")[2].lower() for tree in trees for element in tree.iter()}
    assert not tags & {"script", "img", "iframe", "svg", "object", "a", "math", "style"}
    names = {name for tree in trees for element in tree.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on")]


def test_a_card_has_nothing_that_anki_would_play_or_typeset(tmp_path, command):
    for source in re.split("<hr>", cards(exported(tmp_path, command, "anki"))):
        assert "[" not in source
        assert "{{" not in source
        assert source.startswith("<div class='tex2jax_ignore")
