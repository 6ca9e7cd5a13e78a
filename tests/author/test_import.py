"""Notebooks from anywhere: what is code stays as it is, what is a picture comes along, what is hostile ends soon."""

from __future__ import annotations

import base64
import gc
import json
import os
import time
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from evoclass import lint
from evoclass.errors import ConfigError
from evoclass.model import CodeBlock, Image, Span, inlines
from evoclass.reading.library import Library
from evoclass_author.foreign import lesson_markdown, relinked
from evoclass_author.magics import plain_python
from evoclass_author.paragraphs import cut
from evoclass_author.pieces import joined, pieces
from evoclass_author.tongue import language
from pngs import jpeg, png

PNG = png()
SVG = "<svg xmlns='http://www.w3.org/2000/svg'/>"
JPEG = jpeg()


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def imported(tmp_path: Path, command, parser, *cells, name: str = "n", into: str = "made", **metadata):
    """Import a notebook of these cells; return the lesson, its text and what was said on standard error."""
    file = tmp_path / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=list(cells), metadata=metadata), file)
    before = set((tmp_path / into).glob("*.md"))
    result = command("import", file, "--in", tmp_path / into)
    (made,) = set((tmp_path / into).glob("*.md")) - before
    text = made.read_text(encoding="utf-8")
    return parser.lesson(text, made), text, result.stderr


def test_code_formulas_and_inline_code_stay_as_they_are(tmp_path, command, parser):
    codes = ["y = layers[0](x)", "x = self.enc_layers[i](x)  # <b>not bold</b>", "a = '[x](y) <br> <!-- -->'"]
    prose = (
        "# T\n\nThe `a[i](x)` and `<unk>`, `List<int>`, ``a ` b[0](c)`` and $f[i](x)$, $a<b$, $$\nW[i](x) <b>\n$$\n\n"
        "    indented[0](x) <b>\n\n```python\nz = layers[1](x)  # <i>\n```\n\n~~~\n<b>[a](b)</b>\n~~~\n\n"
        "> quoted `b[1](y)` [gone](gone.md)\n\n| a | `c[2](z)` |\n|---|---|\n| `<pad>` | <b>bold</b> |\n"
    )
    lesson, text, _ = imported(
        tmp_path, command, parser, new_markdown_cell(prose), *map(new_code_cell, codes)
    )
    shown = [block.code.rstrip("\n") for block in lesson.walk() if isinstance(block, CodeBlock)]
    assert all(code in shown for code in codes)
    assert all(code in lesson.labs[0].code for code in codes)
    spans = [item for block in lesson.walk() for item in inlines(block) if isinstance(item, Span)]
    inline = [span.text for span in spans if "code" in span.marks]
    for code in ("a[i](x)", "<unk>", "List<int>", "a ` b[0](c)", "b[1](y)", "c[2](z)", "<pad>"):
        assert code in inline
    assert {"f[i](x)", "a<b"} <= {span.tex for span in spans}
    for kept in ("indented[0](x) <b>", "z = layers[1](x)  # <i>", "<b>[a](b)</b>", "W[i](x) <b>", "**bold**"):
        assert kept in text
    assert "gone.md" not in text


WORDS = "` `` $ [a](b) <b> </b> <x> <!-- --> \\ x ![ ]( <a </a> - > # ~~~"
SIGNS = [*WORDS.split(), " ", "\n", "```\n", "<a href='c'>"]


@given(st.lists(st.sampled_from(SIGNS), max_size=30))
def test_whatever_is_code_in_a_cell_is_the_same_code_afterwards(parts):
    text = "".join(parts)
    assert joined(pieces(text)) == text
    assert "\n".join(line for group in cut(text) for line in group.lines) == text
    codes = [
        piece.text
        for group in cut(text)
        if group.kind == "prose"
        for piece in pieces(group.text)
        if piece.kind in ("code", "math")
    ]
    done = lesson_markdown(text, lambda target: target, lambda _: None)
    again = relinked(done, lambda _: None)
    if "<!--" not in text and "<a" not in text and "<b>" not in text:
        for code in codes:
            assert code.strip() in done
            assert code.strip() in again


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<b>bold</b> and <i> it </i>", "**bold** and  *it* "),
        ("<b>open", "open"),
        ("</b>closed", "closed"),
        ("<a href='x.html'>there</a> <a>no</a> <a href=''>none</a>", "[there](x.html) no none"),
        ("<img src='a b.png' width=3>", "![a b](a%20b.png)"),
        ("<img src=a.png alt='An [x]'>", "![An \\[x\\]](a.png)"),
        ("![](https://x.org/cat.png)", "![cat](https://x.org/cat.png)"),
        ("a <unk> token, <PAD> and List<int>", "a \\<unk> token, \\<PAD> and List\\<int>"),
        ("one<br>two", "one  \ntwo"),
        ("<script>x = '<b>'</script>text", "text"),
        ("<script>open", "open"),
        ("text <!-- note --> more", "text  more"),
        (":::{tip}", "\\:::{tip}"),
        ("Title\n=====\nText\n---", "# Title\n## Text"),
        ("- [ ] to do\n- [x] done", "- ☐ to do\n- ☑ done"),
        ("```{code-cell} python\nx\n```", "```code-cell\nx\n```"),
        ("```python\nno python at all\n```", "```text\nno python at all\n```"),
        ("```\nopen", "```\nopen\n```"),
        ("costs $5 and <b>$6</b>", "costs $5 and **$6**"),
        ("\\<b> and \\`<i>x</i>\\`", "\\<b> and \\`*x*\\`"),
        ("<https://x.org> <me@x.org>", "<https://x.org> <me@x.org>"),
        ("<div>\n    <img src='a.png'>\n</div>", "\n![a](a.png)\n"),
    ],
)
def test_html_becomes_markdown(html, markdown):
    assert lesson_markdown(html, lambda target: target, lambda _: None) == markdown.rstrip()


UNITS = [
    *(
        "<!--",
        '<a href="">',
        "<b>",
        "<a ",
        "![](",
        "[",
        "`",
        "``` `",
        "$",
        "$$ ",
        "\\",
        "](",
        "](a",
        '](a "',
        "<x>",
    ),
    *("<script>", "[a](b) ", "<b>x</b>", "> ", "- [ ] x\n", "a\n=\n", "[a]: b\n", "<div>\n", ":::\n", "&"),
]


@pytest.mark.parametrize("unit", UNITS)
def test_every_scan_is_linear(unit):
    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        gc.freeze()  # what a collection costs grows with all that the process has, not with the text
        start = time.process_time()
        relinked(lesson_markdown(text, lambda target: target, lambda _: None), lambda _: None)
        ended = time.process_time()
        gc.unfreeze()
        return ended - start

    small, large = seconds(10_000), seconds(40_000)
    for _ in range(12):  # other work on the machine only ever adds: the least of several is the truth
        # Four times as much may take six times as long; what was quadratic takes sixteen times.
        if large < 6 * max(small, 0.005):
            break
        small, large = min(small, seconds(10_000)), min(large, seconds(40_000))
    assert large < 6 * max(small, 0.005)


def test_pictures_among_the_outputs_come_along_and_the_rest_is_told(tmp_path, command, parser):
    outputs = [
        new_output("stream", text="hello"),
        new_output("display_data", data={"image/png": encoded(PNG), "text/plain": "<Figure>"}),
        new_output("display_data", data={"image/svg+xml": SVG}),
        new_output("execute_result", data={"text/html": "<table>", "text/plain": "x"}),
        new_output("display_data", data={"image/png": encoded(b"no picture")}),
        new_output("error", ename="E", evalue="x", traceback=[]),
    ]
    cells = [new_markdown_cell("# T"), new_code_cell("print('hello')", outputs=outputs)]
    lesson, _, told = imported(tmp_path, command, parser, *cells)
    sources = [block.source for block in lesson.walk() if isinstance(block, Image)]
    assert sources == ["n-1.png", "n-2.svg"]
    assert (tmp_path / "made" / "n-1.png").read_bytes() == PNG
    for kind in ("text/plain × 1", "text/html × 1", "image/png × 1", "error × 1"):
        assert kind in told


def test_attachments_overwrite_nothing_and_are_named_by_what_they_are(tmp_path, command, parser):
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "n-1.png").write_text("mine")
    names = ["evil.py", "../../x.bashrc", "photo.png", "a b.png"]
    datas = [PNG, JPEG, b"print('no picture')", SVG.encode()]
    attachments = {name: {"image/png": encoded(data)} for name, data in zip(names, datas, strict=True)}
    links = " ".join(f"![x](<attachment:{name}>)" for name in names)
    cell = new_markdown_cell(f"# T\n\n{links}", attachments=attachments)
    _, text, told = imported(tmp_path, command, parser, cell)
    files = {path.name for path in (tmp_path / "made").iterdir()}
    assert files == {"01-n.md", "n-1.png", "n-1.jpg", "n-2.svg", "n-3.png"}
    assert (tmp_path / "made" / "n-1.png").read_text() == "mine"
    assert "attachment photo.png × 1" in told
    assert "attachment:" not in text
    assert {path.name for path in tmp_path.iterdir()} == {"made", "n.ipynb"}


def test_pictures_inside_of_links_become_files(tmp_path, command, parser):
    inside = f"data:image/png;base64,{encoded(PNG)}"
    cell = new_markdown_cell(
        f"# T\n\n![one]({inside})\n\n<img src='{inside}' alt='two'>\n\n![x](data:text/html,<b>)"
    )
    lesson, text, _ = imported(tmp_path, command, parser, cell)
    assert [block.source for block in lesson.walk() if isinstance(block, Image)] == ["n-1.png", "n-1.png"]
    assert "data:" not in text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("これはニューラルネットワークの入門です。PyTorchを使います。", "ja"),
        ("이것은 신경망 입문입니다. 파이토치를 사용합니다.", "ko"),
        ("这是一个关于神经网络的介绍。", "zh"),
        ("Это введение в нейронные сети.", "ru"),
        ("In questa lezione vediamo che cos'è una rete e come si addestra con i dati del corso.", "it"),
        ("In this lesson we look at what a network is and how it can be trained with data.", "en"),
        ("Dans ce cours nous allons voir ce que sont les réseaux et une façon de les entraîner.", "fr"),
        ("In dieser Lektion sehen wir, was ein Netz ist und wie man es mit den Daten trainiert.", "de"),
        ("En esta lección vemos qué es una red y cómo se entrena con los datos del curso para ella.", "es"),
        ("x = 1", "en"),
        ("a a a a a a a", "en"),
        ("We translate the sentence 東京 into English, and this is what you get from the model.", "en"),
    ],
)
def test_the_language_is_noticed(text, code):
    assert language(text) == code


def test_a_language_without_an_interface_is_told(tmp_path, command, parser):
    lesson, _, told = imported(
        tmp_path, command, parser, new_markdown_cell("# これ\n\nこれはニューラルです。")
    )
    assert lesson.language == "ja"
    assert "`ja`" in told
    assert imported(tmp_path, command, parser, new_markdown_cell("# T\n\nText."), name="m")[2] == ""


def test_the_number_comes_from_the_files_name_or_is_the_next_free_one(tmp_path, command, parser):
    numbers = []
    for name in ("03_tensors", "Chapter 7 - Nets", "03-other", "resnet50", "2024-notes", "00_start"):
        lesson, _, _ = imported(tmp_path, command, parser, new_markdown_cell(f"# {name}\n\nx"), name=name)
        numbers.append((lesson.number, lesson.id, lesson.path.name))
    assert numbers == [
        (3, "tensors", "03-tensors.md"),
        (7, "nets", "07-nets.md"),
        (8, "other", "08-other.md"),
        (9, "resnet50", "09-resnet50.md"),
        (10, "2024-notes", "10-2024-notes.md"),
        (11, "start", "11-start.md"),
    ]


def test_authors_licence_and_objectives_come_from_the_metadata(tmp_path, command, parser):
    metadata = {
        "authors": [{"name": 'Ada "A" Lovelace'}, {"name": "Alan: Turing"}, {"mail": "x"}, 3],
        "license": "CC-BY-4.0",
        "objectives": ["Learn #1", "---"],
        "title": "A title: of\nits own",
    }
    lesson, text, _ = imported(tmp_path, command, parser, new_markdown_cell("Text"), **metadata)
    assert lesson.problems == ()
    assert lesson.title == "A title: of its own"
    assert lesson.objectives == ("Learn #1", "---")
    assert 'authors:\n  - "Ada \\"A\\" Lovelace"\n  - "Alan: Turing"\nlicense: "CC-BY-4.0"' in text


@pytest.mark.parametrize("kind", ["deep", "pipe", "device", "long line", "numbers", "no utf-8"])
def test_notebooks_that_are_none_end_with_a_message(tmp_path, command, kind):
    file = tmp_path / "n.ipynb"
    if kind == "deep":
        file.write_text('{"cells": ' + "[" * 100_000)
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "device":
        file.symlink_to("/dev/zero")
    elif kind == "long line":
        file.write_text(json.dumps(new_notebook(cells=[new_markdown_cell("[" * 240_000)])))
    elif kind == "numbers":
        file.write_text('{"cells": [], "nbformat": ' + "9" * 5000 + "}")
    else:
        file.write_bytes(b"\xff\xfe{}")
    with pytest.raises(ConfigError, match=r"n\.ipynb"):
        command("import", file, "--in", tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_a_hostile_front_matter_does_not_choose_the_file(tmp_path, command):
    file = tmp_path / "n.ipynb"
    front = "id: ../../evil\nnumber: 1\ntitle: T\nlanguage: en\n"
    nbformat.write(new_notebook(cells=[], metadata={"evoclass": {"front_matter": front}}), file)
    command("import", file, "--in", tmp_path / "a" / "b")
    assert [path.name for path in tmp_path.rglob("*.md")] == ["01-lesson.md"]
    assert (tmp_path / "a" / "b" / "01-lesson.md").exists()


def test_pictures_beside_the_notebook_come_along_and_those_that_do_not_are_counted(tmp_path, command, parser):
    (tmp_path / "fig.png").write_bytes(PNG)
    (tmp_path / "due fig.png").write_bytes(JPEG)
    (tmp_path / "fake.png").write_text("no picture")
    (tmp_path.parent / "outside.png").write_bytes(PNG)
    prose = (
        "# T\n\n![](fig.png)\n\n<img src='fig.png' alt='again'>\n\n![due](due%20fig.png)\n\n![x](gone.png)\n\n"
        "![x](fake.png)\n\n![x](../outside.png)\n\n![x](/etc/hostname)\n\n[there](other.ipynb)"
    )
    lesson, _, told = imported(tmp_path, command, parser, new_markdown_cell(prose))
    sources = [block.source for block in lesson.walk() if isinstance(block, Image)]
    assert sources == ["n-1.png", "n-1.png", "n-2.jpg"]
    assert (tmp_path / "made" / "n-2.jpg").read_bytes() == JPEG
    for name in ("gone.png", "fake.png", "../outside.png", "/etc/hostname"):
        assert f"image {name} × 1" in told
    assert "link other.ipynb × 1" in told
    assert lint.check_lesson(lesson, parser) == []


def test_a_picture_that_lies_with_the_lesson_stays_where_it_is(tmp_path, command, parser):
    (tmp_path / "fig.png").write_bytes(PNG)
    lesson, _, told = imported(tmp_path, command, parser, new_markdown_cell("# T\n\n![a](fig.png)"), into=".")
    assert [block.source for block in lesson.walk() if isinstance(block, Image)] == ["fig.png"]
    assert told == ""
    assert not (tmp_path / "n-1.png").exists()


def test_what_a_magic_runs_stays_code_and_each_magic_is_counted(tmp_path, command, parser):
    codes = (
        "%%time\nx = 1",
        "%%writefile util.py\ny = 2",
        "%%writefile src/util.py\nz = 3",
        "%%writefile util.py\ny = 4",
        "files = !ls\na = %pwd\nprint(x)",
        "%matplotlib inline\nimport util",
        "%%bash\nls",
        "help?",
    )
    lesson, _, told = imported(tmp_path, command, parser, *map(new_code_cell, codes))
    assert [lab.file for lab in lesson.labs] == ["util.py", "n.py"]
    assert lesson.labs[0].code.strip() == "y = 2"
    program = lesson.labs[1].code
    compile(program, "n.py", "exec")
    assert "\nx = 1\n" in f"\n{program}"
    assert "pass  # files = !ls\npass  # a = %pwd\nprint(x)" in program
    for name in (
        *("%%time", "%%writefile src/util.py", "%%writefile util.py", "!ls", "%pwd", "%matplotlib", "%%bash"),
        "?",
    ):
        assert f"{name} × 1" in told
    assert lint.check_lesson(lesson, parser) == []


def test_more_kinds_than_can_be_named_are_counted(tmp_path, command, parser):
    cells = [new_code_cell(f"%%magic{number}\nx") for number in range(15)]
    assert "… (+3)" in imported(tmp_path, command, parser, *cells)[2]


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}},
        {"language_info": {"name": "julia"}},
    ],
)
def test_a_notebook_that_is_not_in_python_is_refused(tmp_path, command, parser, metadata):
    with pytest.raises(ConfigError, match=r"n\.ipynb: its programs are in (R|julia)"):
        imported(tmp_path, command, parser, new_code_cell("x <- 1"), **metadata)
    assert not (tmp_path / "made").exists()


def test_a_short_text_has_the_language_of_its_folder(tmp_path, command, parser):
    assert imported(tmp_path, command, parser, new_markdown_cell("# T"), into="c/it")[0].language == "it"
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "index.md").write_text("---\nid: c\ntitle: C\nlanguage: it\n---\n")
    assert imported(tmp_path, command, parser, new_markdown_cell("# T"), into="alone")[0].language == "it"


@pytest.mark.parametrize("name", ["math", "torch", "seaborn", "util"])
def test_the_lab_hides_no_module_and_no_other_lab(tmp_path, command, parser, name):
    cells = [new_code_cell("%%writefile util.py\nx = 1"), new_code_cell("import seaborn\nimport util")]
    lesson, _, _ = imported(tmp_path, command, parser, *cells, name=name)
    assert [lab.file for lab in lesson.labs] == ["util.py", f"{name}_lab.py"]
    assert lint.check_lesson(lesson, parser) == []


def test_an_exported_lesson_comes_back_beside_its_own(tmp_path, command, parser):
    command("new", "course", tmp_path / "c", "--title", "Sums")
    folder = tmp_path / "c" / "en"
    (folder / "01-sums.md").rename(folder / "01-first.md")  # neither name tells its id
    command("export", folder / "01-first.md", "--to", "notebook", "-o", tmp_path / "mine.ipynb")
    command("import", tmp_path / "mine.ipynb", "--in", folder)
    made = parser.lesson((folder / "02-mine.md").read_bytes())
    assert (made.number, made.id) == (2, "mine")
    assert lint.check_course(Library([tmp_path / "c"], parser)) == []
    with pytest.raises(ConfigError, match="already exists"):
        command("import", tmp_path / "mine.ipynb", "--in", folder)
    command("import", tmp_path / "mine.ipynb", "--in", tmp_path / "d" / "en")
    assert (tmp_path / "d" / "en" / "01-sums.md").exists()


def test_headings_of_an_old_notebook_have_levels_that_exist(tmp_path, command, parser):
    levels = (99_999_999, 0, -5, 2)
    cells = [
        {"cell_type": "heading", "level": level, "metadata": {}, "source": [f"H{level}"]} for level in levels
    ]
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [{"cells": cells, "metadata": {}}],
    }
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    started = time.process_time()
    command("import", tmp_path / "old.ipynb", "--in", tmp_path / "made")
    assert time.process_time() - started < 5
    text = (tmp_path / "made" / "01-old.md").read_text()
    assert "\n###### H99999999\n" in text
    assert "\n# H-5\n" in text
    assert "\n## H2\n" in text


def test_numbers_after_a_very_large_one(tmp_path, command, parser):
    (tmp_path / "made").mkdir()
    other = tmp_path / "made" / "999999999-last.md"
    other.write_text("---\nid: last\nnumber: 999999999\ntitle: L\nlanguage: en\n---\n\nx\n")
    lesson, _, _ = imported(tmp_path, command, parser, new_markdown_cell("# T\n\nx"))
    assert lesson.path.name == "01-n.md"


def test_an_svg_among_the_attachments_comes_along(tmp_path, command, parser):
    cell = new_markdown_cell(
        "# T\n\n![x](attachment:a.svg)", attachments={"a.svg": {"image/svg+xml": encoded(SVG.encode())}}
    )
    _, _, told = imported(tmp_path, command, parser, cell)
    assert told == ""
    assert (tmp_path / "made" / "n-1.svg").read_text() == SVG


MAGICS = [
    *(
        "%time -q ",
        "%",
        "a.",
        "a = ",
        "x?\n",
        "!\\\n",
        "'",
        "'''",
        '"\\',
        "(",
        "%%time\n",
        "%x\n",
        "a=%x\n",
        "\t",
    ),
    *("x ", " \\\n", "%%timeit -n 1\n", "#"),
]


@pytest.mark.parametrize("unit", MAGICS)
@pytest.mark.parametrize("before", ["", "%time "])
def test_cells_of_any_size_are_soon_through(unit, before):
    started = time.process_time()
    plain_python(f"{before}{(unit * 200_000)[:200_000]}\n$")
    assert time.process_time() - started < 3  # what was quadratic took forty seconds
