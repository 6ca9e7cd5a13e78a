"""What a lab finds beside it: data and shared modules, whose content the learner has trusted."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from course import opened
from evoclass import lint
from evoclass.errors import ConfigError, NotTrustedError
from evoclass.i18n import Catalog
from evoclass.learner import supplyfiles
from evoclass.learner.session import Session
from evoclass.learner.trust import Trust
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading import supplies
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.runner import Limits
from evoclass.running.bench import RunnerBench

pytestmark = pytest.mark.usefixtures("without_torch")

PLUGINS = Plugins()


PROGRAMS = """
```{lab} sum.py
:data: data/menu.csv
import prices

print(prices.total([int(open("menu.csv").read()[5])]))
```

:::{code} priced
Write `double`.

```python starter
def double(menu):
    ...
```

```python solution
from prices import total


def double(menu):
    return 2 * total(menu)
```

```python checks
assert double([1, 2]) == 6, "Twice the total."
```
:::
"""


@pytest.fixture
def supplied(course: Path) -> Path:
    """A course whose lab has a data file, a shared module, and an included text."""
    for name, text in {
        "data/menu.csv": "soup,4\n",
        "shared/prices.py": "def total(menu):\n    return sum(menu)\n",
        "shared/not-a-module.py": "",
        "parts/intro.md": "An introduction.",
        "labs/sum.py": "print('from a file')\n",
    }.items():
        (course / name).parent.mkdir(exist_ok=True)
        (course / name).write_text(text)
    page = course / "en" / "01-adding.md"
    text = page.read_text()
    text = text.replace(":seconds: 20\n", ":seconds: 20\n:data: data/menu.csv\n", 1)
    page.write_text(text.replace("# Adding\n", "# Adding\n\n:::{include} parts/intro.md\n:::\n"))
    return course


def trusting(course: Path) -> Session:
    session = opened(course)
    session.permission.give()
    return session


def beside(session: Session) -> set[str]:
    return {path.name for path in session.desk.folder().iterdir() if path.name[0] != "."}


def test_files_lie_beside_the_program_before_it_runs(supplied):
    session = opened(supplied)
    with pytest.raises(NotTrustedError):
        session.desk.program("sum.py")
    assert beside(session) == set()
    session.permission.give()
    folder = session.desk.program("sum.py").folder
    assert beside(session) == {"sum.py", "menu.csv", "prices.py"}
    assert (folder / "menu.csv").read_text() == "soup,4\n"


@pytest.mark.parametrize("name", ["data/menu.csv", "shared/prices.py"])
def test_changed_files_ask_again_even_in_an_open_session(supplied, name):
    session = trusting(supplied)
    session.desk.program("sum.py")
    (supplied / name).write_text("import os  # hostile\n")
    with pytest.raises(NotTrustedError) as error:
        session.desk.program("sum.py")
    assert "hostile" not in (session.desk.folder() / Path(name).name).read_text()
    session.permission.give(error.value.digest)
    session.desk.program("sum.py")
    assert "hostile" in (session.desk.folder() / Path(name).name).read_text()


@pytest.mark.parametrize("name", ["parts/intro.md", "shared/prices.py", "data/menu.csv", "labs/sum.py"])
def test_a_yes_is_for_every_file_of_the_lesson(supplied, name):
    page = supplied / "en" / "01-adding.md"
    text = page.read_text()
    start = text.index("```{lab}")
    end = text.index("```\n", start + 3)
    page.write_text(
        f"{text[:start]}```{{lab}} sum.py\n:file: labs/sum.py\n:data: data/menu.csv\n{text[end:]}"
    )
    trusting(supplied).desk.program("sum.py")
    assert opened(supplied).desk.program("sum.py").source == "print('from a file')\n"
    (supplied / name).write_text("x = 1\n")
    with pytest.raises(NotTrustedError):
        opened(supplied).desk.program("sum.py")


def test_a_single_lesson_is_trusted_with_the_files_that_it_names(supplied, tmp_path):
    def alone() -> Session:
        library = Library([tmp_path / "elsewhere"], Parser(PLUGINS))
        return Session.open(
            library,
            opened(supplied).store,
            PLUGINS,
            opened(supplied).settings,
            supplied / "en/01-adding.md",
            "en",
        )

    session = alone()
    assert session.place == supplied / "en/01-adding.md"
    session.permission.give()
    session.desk.program("sum.py")
    assert alone().desk.program("sum.py")
    (supplied / "data/menu.csv").write_text("other")
    with pytest.raises(NotTrustedError):
        alone().desk.program("sum.py")


def test_the_learners_copy_stays_until_it_is_restored(supplied):
    session = trusting(supplied)
    copy = session.desk.program("sum.py").folder / "menu.csv"
    assert not session.desk.restorable("sum.py")
    copy.write_text("mine,1\n")
    session.desk.program("sum.py")
    assert copy.read_text() == "mine,1\n"
    (supplied / "data/menu.csv").write_text("soup,5\n")
    session.permission.give()
    session.desk.program("sum.py")
    assert copy.read_text() == "mine,1\n"
    assert session.desk.restorable("sum.py")
    session.desk.reset("sum.py")
    assert copy.read_text() == "soup,5\n"
    assert not session.desk.restorable("sum.py")
    (supplied / "data/menu.csv").write_text("soup,6\n")
    session.permission.give()
    session.desk.program("sum.py")
    assert copy.read_text() == "soup,6\n"


def test_what_is_in_the_way_is_kept_and_links_are_not_followed(supplied, tmp_path):
    session = trusting(supplied)
    outside = tmp_path / "outside.csv"
    outside.write_text("untouched")
    folder = session.desk.folder()
    (folder / "menu.csv").symlink_to(outside)
    os.mkfifo(folder / "prices.py")
    session.desk.program("sum.py")
    session.desk.reset("sum.py")
    assert outside.read_text() == "untouched"
    assert (folder / "menu.csv").read_text() == "soup,4\n"
    assert (folder / "menu.other-1.csv").is_symlink()
    assert "total" in (folder / "prices.py").read_text()


def test_content_that_changes_after_the_question_is_not_brought(supplied, tmp_path):
    path = supplied / "data/menu.csv"
    with pytest.raises(OSError, match="changed while it was read"):
        supplyfiles.SupplyFiles(tmp_path).bring({"menu.csv": (path, "0" * 64)})
    assert not (tmp_path / "menu.csv").exists()
    session = trusting(supplied)
    real = session.trust.supplies
    session.trust.supplies = lambda lesson: {
        name: (path, "0" * 64) for name, (path, _) in real(lesson).items()
    }
    session.permission.give()
    with pytest.raises(ConfigError):
        session.desk.program("sum.py")


def test_without_any_folder_nothing_was_changed(supplied, monkeypatch):
    session = trusting(supplied)
    monkeypatch.setattr("evoclass.disk.paths.Path.mkdir", refuse)
    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    assert not session.desk.supplies_changed()


def refuse(*_, **__):
    raise OSError(errno.ENOSPC, "no space left")


@pytest.mark.parametrize("record", [b"[]", b"{", b'{"menu.csv": 1}', b"[" * 100_000])
def test_a_damaged_record_loses_nothing(supplied, record):
    session = trusting(supplied)
    folder = session.desk.program("sum.py").folder
    (folder / "menu.csv").write_text("mine")
    (folder / supplyfiles.RECORD).write_bytes(record)
    session.desk.program("sum.py")
    assert (folder / "menu.csv").read_text() == "mine"
    assert "total" in (folder / "prices.py").read_text()


def test_shared_modules_are_plain_modules_inside_the_course(supplied, tmp_path):
    (tmp_path / "secret.py").write_text("")
    (supplied / "shared" / "out.py").symlink_to(tmp_path / "secret.py")
    os.mkfifo(supplied / "shared" / "pipe.py")
    (supplied / "shared" / "folder.py").mkdir()
    (supplied / "shared" / "__pycache__").mkdir()
    (supplied / "shared" / "__pycache__" / "prices.cpython-311.pyc").write_bytes(b"hostile")
    assert set(supplies.modules(supplied)) == {"prices.py"}
    lesson = opened(supplied).lesson
    assert set(supplies.supplies(lesson)) == {"menu.csv", "prices.py"}
    (supplied / "shared" / "sum.py").write_text("")  # the lab's own name stays the lab's
    assert set(supplies.supplies(lesson)) == {"menu.csv", "prices.py"}


async def test_labs_and_questions_import_and_read_them(supplied):
    page = supplied / "en" / "01-adding.md"
    head, _, _ = page.read_text().partition("# Adding")
    page.write_text(head + PROGRAMS)
    lesson = Library([supplied], Parser(PLUGINS)).open(page)
    assert lesson.problems == ()
    runner = PLUGINS.runners["local-cpu"]()

    async def ready():
        return runner

    bench = RunnerBench(
        Catalog("en", PLUGINS.packages), ready, Limits(), lambda: supplies.modules(lesson.course)
    )
    try:
        problems = await lint.check_run(lesson, bench, runner)
    finally:
        await runner.close()
    assert problems == []


def test_the_digest_of_a_check_and_of_a_session_is_the_same(supplied):
    session = trusting(supplied)
    trust = Trust([], session.trust.file)
    assert trust.holds(supplied)
    assert trust.holds(supplied, trust.digest(supplied, trust.files_of(session.lesson)))
