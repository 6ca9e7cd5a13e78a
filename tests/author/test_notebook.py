"""Lessons as notebooks, notebooks as lessons."""

import base64
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from evoclass import lint
from evoclass.errors import ConfigError
from evoclass.model import CodeBlock, Image, Lab
from evoclass_author.magics import plain_python
from pngs import png

CONTENT = Path(__file__).parents[2] / "content"


@pytest.mark.parametrize("language", ["en", "it"])
def test_lesson_7_round_trips_through_a_notebook(tmp_path, command, parser, language):
    file = tmp_path / "lesson.ipynb"
    source = CONTENT / language / "07-transfer-learning.md"
    command("export", source, "--to", "notebook", "-o", file)
    nbformat.validate(nbformat.read(file, as_version=4))
    command("import", file, "--in", tmp_path / language)
    (made,) = (tmp_path / language).iterdir()
    assert made.name == source.name
    before, after = (parser.lesson(path.read_bytes()) for path in (source, made))
    found = lint.check_lesson(parser.lesson(made.read_bytes(), made), parser)
    assert {problem.code for problem in found} == {"E055"}  # the lessons before it are not there

    def bare(lesson):
        return [
            (type(block), block.id, getattr(block, "text", None), getattr(block, "exercise", None))
            for block in lesson.walk()
        ]

    assert bare(after) == bare(before)
    assert [lab.code for lab in after.labs] == [lab.code for lab in before.labs]
    assert (after.title, after.objectives, after.minutes) == (before.title, before.objectives, before.minutes)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_lesson_7_runs_in_a_jupyter_kernel(tmp_path, command, monkeypatch):
    from nbclient import NotebookClient

    monkeypatch.setenv(
        "OMP_NUM_THREADS", "1"
    )  # threads of several programs that wait for each other take minutes
    file = tmp_path / "lesson.ipynb"
    command("export", CONTENT / "en" / "07-transfer-learning.md", "--to", "notebook", "-o", file)
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:  # that the labs keep their promises is tested elsewhere: less of all will do
        cell.source = cell.source.replace("images_per_class = 30", "images_per_class = 5")
        cell.source = cell.source.replace("patience = 1 ", "patience = 0.1 ")
    NotebookClient(notebook, timeout=400, kernel_name="python3").execute()
    printed = [
        "".join(output.text for output in cell.outputs if "text" in output)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    assert len(printed) == 3
    assert "Test accuracy" in printed[0]
    assert "From scratch" in printed[1]
    assert "still frozen" in printed[2]


HELPERS = """---
id: h
number: 1
title: H
language: en
---

```{lab} main.py
from model import build
from late import shown
print(build(3), shown)
```

```{lab} model.py
from pathlib import Path
import base_part
print("model in", Path(__file__).name)
def build(n): return n + base_part.ONE
```

```{lab} base_part.py
ONE = 1
```

```{lab} late.py
shown = "late"
if __name__ == "__main__":
    print("run by itself")
```
"""


def executed(file, folder):
    """Return what the code cells of a notebook print in a real kernel."""
    from nbclient import NotebookClient

    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=400, kernel_name="python3", resources=resources).execute()
    return "".join(
        output.get("text", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", ["en", "it"])
def test_the_template_of_a_lesson_runs_in_a_jupyter_kernel(tmp_path, command, language):
    command("new", "course", tmp_path / "c", "--title", "T", "--languages", "en,it")
    command("export", tmp_path / "c" / language / "01-t.md", "--to", "notebook", "-o", tmp_path / "t.ipynb")
    assert "loss 0.0" in executed(tmp_path / "t.ipynb", tmp_path)


@pytest.mark.slow
def test_labs_that_import_each_other_run_in_a_jupyter_kernel_and_come_back(tmp_path, command, parser):
    source = tmp_path / "01-h.md"
    source.write_text(HELPERS)
    command("export", source, "--to", "notebook", "-o", tmp_path / "h.ipynb")
    (tmp_path / "run").mkdir()
    printed = executed(tmp_path / "h.ipynb", tmp_path / "run")
    for line in ("4 late\n", "model in model.py\n", "run by itself\n"):
        assert line in printed
    notebook = nbformat.read(tmp_path / "h.ipynb", as_version=4)
    cell = next(
        cell for cell in notebook.cells if "ONE = 1" in cell.source and cell.metadata.evoclass.kind == "lab"
    )
    cell.source = cell.source.replace("ONE = 1", "ONE = 2")
    nbformat.write(notebook, tmp_path / "h.ipynb")
    command("import", tmp_path / "h.ipynb", "--in", tmp_path / "back")
    back = (tmp_path / "back" / "01-h.md").read_text()
    assert back == HELPERS.replace("ONE = 1", "ONE = 2")


def test_questions_show_their_options_and_hide_their_solutions(tmp_path, command):
    file = tmp_path / "lesson.ipynb"
    command("export", CONTENT / "en" / "07-transfer-learning.md", "--to", "notebook", "-o", file)
    cells = nbformat.read(file, as_version=4).cells
    (question,) = [cell.source for cell in cells if "advantage of using a model pretrained" in cell.source]
    assert "- It removes the need for any training data." in question
    assert "<details><summary>Solution</summary>" in question
    assert not any(":::" in cell.source or "{live}" in cell.source for cell in cells)


def test_changed_cells_win(tmp_path, command, parser):
    file = tmp_path / "lesson.ipynb"
    command("export", CONTENT / "en" / "07-transfer-learning.md", "--to", "notebook", "-o", file)
    notebook = nbformat.read(file, as_version=4)
    lab = next(cell for cell in notebook.cells if cell.cell_type == "code")
    lab.source = lab.source.replace("epochs = 15", "epochs = 5")
    prose = next(cell for cell in notebook.cells if cell.source.startswith("Welcome"))
    prose.source = "Hello, **changed**."
    nbformat.write(notebook, file)
    command("import", file, "--in", tmp_path / "en")
    (made,) = (tmp_path / "en").iterdir()
    text = made.read_text(encoding="utf-8")
    assert "Hello, **changed**." in text
    assert "Welcome to Lesson 7." not in text
    lesson = parser.lesson(text)
    assert "epochs = 5  # " not in lesson.labs[0].code
    assert "epochs = 5\n" in lesson.labs[0].code
    assert (lesson.labs[0].seconds, lesson.labs[0].watch[0]) == (60.0, "head.weight")


PICTURE = base64.b64encode(png()).decode()


def foreign() -> nbformat.NotebookNode:
    """A notebook as people write them: magics, HTML, attachments, dead links, odd Markdown."""
    return new_notebook(
        cells=[
            new_markdown_cell(
                "# My *first* notebook\n\nHello<br>world, <b>bold</b> and <font color=red>red</font>."
            ),
            new_markdown_cell(
                "Text\n---\n\nSee [there](other.ipynb), [here](#my-part), [gone](#Nowhere) and [^1]."
            ),
            new_markdown_cell(
                "## My part\n\n![](attachment:shot.png)\n\n<img src='https://x.org/a.png' width=3>\n\n"
                "<table><tr><td>x</td></tr></table>",
                attachments={"shot.png": {"image/png": PICTURE}},
            ),
            new_markdown_cell("```python\nnot python at all\n```\n\n:::{nope}\n\n{role}`x` costs $5"),
            new_code_cell("%matplotlib inline\nimport math\n!pip install x\nx = math.pi"),
            new_code_cell("%%bash\nls"),
            new_code_cell("print(x"),
            new_code_cell("x + 1\nx.real?"),
            new_raw_cell("raw text"),
            new_markdown_cell("- [x](link.md)\n- [ ] task\n\n<!-- a comment -->"),
        ]
    )


def test_a_notebook_from_elsewhere_becomes_a_lesson_that_passes_the_check(tmp_path, command, parser):
    file = tmp_path / "My Notebook.ipynb"
    nbformat.write(foreign(), file)
    result = command("import", file, "--in", tmp_path / "made")
    assert "10 cells" in result.output
    made = tmp_path / "made" / "01-my-notebook.md"
    lesson = parser.lesson(made.read_bytes(), made)
    assert [
        (problem.code, problem.line, problem.fields) for problem in lint.check_lesson(lesson, parser)
    ] == []
    assert lesson.title == "My first notebook"
    (lab,) = [block for block in lesson.blocks if isinstance(block, Lab)]
    assert lab.file == "my_notebook.py"
    compile(lab.code, "lab", "exec")
    assert "x = math.pi" in lab.code
    assert "pass  # !pip install x" in lab.code
    assert "print(x" not in lab.code
    assert [block.language for block in lesson.walk() if isinstance(block, CodeBlock)] == [
        "text",
        "python",
        "python",
        "text",
        "python",
        "text",
    ]
    pictures = [block.source for block in lesson.walk() if isinstance(block, Image)]
    assert pictures == ["my-notebook-1.png", "https://x.org/a.png"]
    assert (tmp_path / "made" / "my-notebook-1.png").read_bytes() == png()


def test_files_that_are_no_notebook(tmp_path, command):
    for name, content in (("a", "{"), ("b", "[]"), ("c", '{"cells": 5}'), ("d", "\x00")):
        file = tmp_path / f"{name}.ipynb"
        file.write_text(content)
        with pytest.raises(ConfigError, match="not a readable notebook"):
            command("import", file, "--in", tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_nothing_is_overwritten(tmp_path, command):
    file = tmp_path / "n.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# T\n\nx")]), file)
    command("import", file, "--in", tmp_path)
    with pytest.raises(ConfigError, match="already exists"):
        command("import", file, "--in", tmp_path)


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        ("%time x = 1", "x = 1"),
        ("%timeit -n 10 -r3 f(x)", "f(x)"),
        ("%time", "pass  # %time"),
        ("%matplotlib inline\ny", "pass  # %matplotlib inline\ny"),
        ("%%time\nx = 1", "x = 1"),
        ("\n%%timeit -n 5 y = 2\n%%capture out\n!ls\nx = y", "y = 2\npass  # !ls\nx = y"),
        ("files = !ls\na = %pwd\nb = 3", "pass  # files = !ls\npass  # a = %pwd\nb = 3"),
        ("!pip install a \\\n  b\nx", "pass  # !pip install a \\\n#   b\nx"),
        ("%time x\nt = '''\n%no\n!ls\n'''\nf(\n%y)", "x\nt = '''\n%no\n!ls\n'''\nf(\n%y)"),
        ("!echo it's\nprint('a=%d' % x)", "pass  # !echo it's\nprint('a=%d' % x)"),
        ("if a:\n    !ls\nb", "if a:\n    pass  # !ls\nb"),
        ("torch.nn?", "pass  # torch.nn?"),
        ("x = 5 % 3", "x = 5 % 3"),
        ("%%html\n<b>", "# %%html\n# <b>"),
    ],
)
def test_magics_become_comments(code, plain):
    assert plain_python(code) == plain


def test_prose_and_code_are_kept_apart_and_valid_code_as_it_is(tmp_path, command, parser):
    file = tmp_path / "mixed.ipynb"
    code = "print('%s has %d'\n      % (name, n))\ntext = '''\n%matplotlib\n!ls\n'''"
    ticks = "fence = '''\n```\n'''"
    cells = [
        new_markdown_cell(
            "# Mixed\n\nInstall it first:\n\n```bash\npip install torch\n```\n\nThen go on.\n\n- a\n\n```text\nb\n```"
        ),
        new_code_cell(code),
        new_code_cell(ticks),
    ]
    nbformat.write(new_notebook(cells=cells), file)
    command("import", file, "--in", tmp_path / "en")
    (made,) = (tmp_path / "en").iterdir()
    text = made.read_text(encoding="utf-8")
    assert "Install it first:\n\n```bash\npip install torch\n```\n\nThen go on." in text
    lesson = parser.lesson(text)
    blocks = [block.code.rstrip() for block in lesson.blocks if isinstance(block, CodeBlock)]
    assert code in blocks
    assert ticks in blocks
    (lab,) = lesson.labs
    assert code in lab.code
    assert ticks in lab.code


INSIDE = """---
id: h
number: 1
title: H
language: en
---

::::{challenge} c
:title: Count

A story.

```{lab} args.py
:arguments: --n 3 --name "two words"
import sys

print("given", sys.argv)
```

:::{number} n
What is 1 + 1?

:answer: 2
:::
::::

:::{tip}
Run it.

```{lab} plain.py
import sys

print("nothing given", sys.argv)
```
:::

> Quoted.
>
> ```{lab} quoted.py
> print("quoted")
> ```

```{lab} uses.py
:arguments: "*.csv" $HOME {x} ~ "it's"
import args
import sys

print("uses", __file__ and sys.argv)
```
"""


def exported(tmp_path, command, text):
    source = tmp_path / "01-h.md"
    source.write_text(text)
    command("export", source, "--to", "notebook", "-o", tmp_path / "h.ipynb")
    return nbformat.read(tmp_path / "h.ipynb", as_version=4)


def test_every_lab_is_a_cell_to_run_wherever_it_stands(tmp_path, command):
    notebook = exported(tmp_path, command, INSIDE)
    kinds = [(cell.cell_type, cell.source.split("\n")[0]) for cell in notebook.cells if cell.source.strip()]
    assert [source for kind, source in kinds if kind == "code"] == [
        "%%writefile args.py",
        "%run args.py --n 3 --name 'two words'",
        "import sys",
        "import sys",
        'print("quoted")',
        "%%writefile uses.py",
        """%run -G uses.py '*.csv' '$$HOME' '{{x}}' '~' 'it'"'"'s'""",
    ]
    texts = [cell.source for cell in notebook.cells]
    (story,) = [place for place, text in enumerate(texts) if "A story." in text]
    (step,) = [place for place, text in enumerate(texts) if "1 + 1" in text]
    assert story < texts.index("%run args.py --n 3 --name 'two words'") < step


@pytest.mark.slow
def test_labs_find_their_own_arguments_in_a_jupyter_kernel(tmp_path, command):
    exported(tmp_path, command, INSIDE)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "a.csv").touch()
    printed = executed(tmp_path / "h.ipynb", tmp_path / "run")
    for line in (
        "given ['args.py', '--n', '3', '--name', 'two words']\n",
        "nothing given ['plain.py']\n",
        "uses ['uses.py', '*.csv', '$HOME', '{x}', '~', \"it's\"]\n",
    ):
        assert line in printed


def test_arguments_of_one_lab_are_not_left_to_the_next(tmp_path, command):
    labs = "```{lab} a.py\n:arguments: --n 3\nx = 1\n```\n\n```{lab} b.py\nx = 2\n```\n\n```{lab} c.py\nx = 3\n```"
    notebook = exported(tmp_path, command, INSIDE.partition("::::")[0] + labs)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert sources == [
        "import sys\n\nsys.argv = ['a.py', '--n', '3']",
        "x = 1",
        "import sys\n\nsys.argv = ['b.py']",
        "x = 2",
        "x = 3",
    ]


def test_labs_inside_of_blocks_come_back_once_changed_or_not(tmp_path, command):
    notebook = exported(tmp_path, command, INSIDE)
    command("import", tmp_path / "h.ipynb", "--in", tmp_path / "same")
    assert (tmp_path / "same" / "01-h.md").read_text() == INSIDE
    for cell in notebook.cells:
        cell.source = cell.source.replace('"given"', '"changed"')
    nbformat.write(notebook, tmp_path / "h.ipynb")
    command("import", tmp_path / "h.ipynb", "--in", tmp_path / "lab")
    assert (tmp_path / "lab" / "01-h.md").read_text() == INSIDE.replace('"given"', '"changed"')
    for cell in notebook.cells:
        cell.source = cell.source.replace("A story.", "Another story.")
    nbformat.write(notebook, tmp_path / "h.ipynb")
    command("import", tmp_path / "h.ipynb", "--in", tmp_path / "story")
    text = (tmp_path / "story" / "01-h.md").read_text()
    for words in ("Another story.", "```{lab} args.py\n:arguments: --n 3", '"changed"', "1 + 1"):
        assert words in text
