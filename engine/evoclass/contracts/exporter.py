"""Requirements for every export format.  Subclass in your tests, and pytest does the rest:

class TestOutline(ExporterContract):
    exporter = Outline
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import ClassVar

import pytest

from evoclass.contracts.lessons import FRONT_MATTER
from evoclass.errors import ConfigError
from evoclass.exporter import Export, Exporter, Losses
from evoclass.i18n import Catalog
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser

PARTS = ("Headword", "Proseword", "Codeword", "Labword", "Askedword", "Rightword", "Hintword")
"""A word from each part of the sample lesson."""

SAMPLE = """
## Headword

Proseword and a [link](https://example.org).

```text
Codeword
```

```{lab} sum.py
print("Labword")
```

:::{choice} sum
Askedword?

- [x] Rightword
- [ ] Another
:hint: Hintword
:::
"""

HOSTILE = (
    "../../../../tmp/out",
    "<script>hostile()</script>",
    "'\"]]>&amp; {0} %s $(id) `id` \\\\",
    "= 1 + 1",
    "a\u202eb\u200bc" + "é" * 300,
)
"""Hostile titles that must not harm any format."""


class ExporterContract:
    """Tests of one exporter, on a small lesson with one of each part."""

    exporter: ClassVar[type[Exporter]]

    def content(self, target: Path) -> str:
        """Return the content of a file, and fail if it cannot be read; override it for files that are not text."""
        return target.read_text(encoding="utf-8")

    def export(self, target: Path, title: str = "Sample", body: str = SAMPLE) -> Losses:
        """Write the sample lesson, and return the losses."""
        file = target.parent.parent / "01-sample.md"
        quoted = title.replace("\\", "\\\\").replace('"', '\\"')
        head = FRONT_MATTER.format(language="en").replace("title: Sample", f'title: "{quoted}"')
        file.write_text(f"{head}\n{body}", encoding="utf-8")
        lesson = Parser(Plugins()).lesson(file.read_bytes(), file)
        assert lesson.title, lesson.problems
        losses = Losses(lesson)
        package = self.exporter.__module__.partition(".")[0]
        catalog = Catalog("en", [package], lambda *file: None)
        count = self.exporter().write(Export(lesson, catalog, losses), target)
        assert type(count) is int
        assert count >= 0
        return losses

    @pytest.fixture
    def target(self, tmp_path: Path) -> Path:
        """A file to write, in a separate folder."""
        (tmp_path / "out").mkdir()
        return tmp_path / "out" / f"sample{self.exporter.suffix}"

    def test_it_writes_a_file_that_can_be_read(self, target: Path) -> None:
        self.export(target)
        assert target.is_file()
        assert self.content(target)

    def test_the_same_lesson_becomes_the_same_file(self, target: Path) -> None:
        self.export(target)
        first = self.content(target)
        self.export(target)
        assert self.content(target) == first

    def test_what_it_leaves_out_is_told(self, target: Path) -> None:
        losses = self.export(target)
        content = self.content(target)
        gone = [word for word in PARTS if word not in content]
        told = list(losses.sentences(Catalog("en")))
        assert bool(told) or not gone, f"{gone} are gone, and nothing is said"
        assert all("{" not in sentence for sentence in told), told

    def test_it_writes_nowhere_else(
        self, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here = tmp_path / "here"
        here.mkdir()
        monkeypatch.chdir(here)
        for title in HOSTILE:
            self.export(target, title)
        assert [name for _, folders, files in os.walk(here) for name in (*folders, *files)] == []
        assert list(target.parent.iterdir()) == [target]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["01-sample.md", "here", "out"]

    @pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
    def test_a_hostile_title_is_a_title(self, target: Path, title: str) -> None:
        self.export(target, title)
        content = self.content(target)
        assert "\u202e" not in content, "characters that turn the direction of text reach the file"
        if self.exporter.suffix in (".html", ".xhtml", ".svg", ".xml"):
            assert "<script>hostile" not in content

    def test_an_empty_lesson_is_a_file_or_a_reason(self, target: Path) -> None:
        with contextlib.suppress(ConfigError):
            self.export(target, body="")
            self.content(target)
