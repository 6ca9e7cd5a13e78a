"""Requirements for every further directive.  Subclass in your tests, and pytest does the rest:

class TestPaper(DirectiveContract):
    directive = Paper
    sample = '''
        :::{paper} imagenet
        :title: ImageNet
        :arxiv: 1409.0575
        :::
        '''
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from types import SimpleNamespace
from typing import Any, ClassVar

import click
from click.testing import CliRunner

from evoclass import hookimpl
from evoclass.contracts.lessons import FRONT_MATTER, parser_for, sample_lesson
from evoclass.i18n import Catalog
from evoclass.layout import layout
from evoclass.learner.workspace import Workspace
from evoclass.lint.drift import drift
from evoclass.model import AnyBlock, Drawing, Fault, Lesson, walk
from evoclass.plain.speech import spoken
from evoclass.pluginhost.plugins import Plugins
from evoclass.wording.printable import printable


class DirectiveContract:
    """Tests of one directive, on a sample of it."""

    directive: ClassVar[type[Any]]
    sample: ClassVar[str]
    """A whole directive."""

    def lesson(self, body: str) -> Lesson:
        """Return a lesson that a parser with this directive has read."""
        return sample_lesson(body, parser_for(plugins=[("directive", self._offered)]))

    @property
    def _offered(self) -> SimpleNamespace:
        return SimpleNamespace(register_directives=hookimpl(lambda: [self.directive]))

    def blocks(self) -> tuple[AnyBlock, ...]:
        """Return the blocks of the sample."""
        return self.lesson(self.sample).blocks

    def test_the_sample_becomes_blocks_without_a_problem(self) -> None:
        lesson = self.lesson(self.sample)
        assert not lesson.problems, lesson.problems
        assert lesson.blocks

    def test_its_blocks_have_ids_of_their_own_and_lines_of_the_sample(self) -> None:
        blocks = list(walk(self.blocks()))
        ids = [block.id for block in blocks]
        assert len(set(ids)) == len(ids), ids
        last = self.lesson(self.sample + "\nThe end.\n").blocks[-1].line
        assert all(0 < block.line < last for block in blocks), [(block.id, block.line) for block in blocks]

    def test_it_gives_the_same_each_time(self) -> None:
        assert self.blocks() == self.blocks()

    def test_a_terminal_of_any_width_draws_it(self) -> None:
        catalog = Catalog("en")
        for block in self.blocks():
            for width in (1, 8, 20, 40, 84):
                lines = layout((block,), width, catalog=catalog)
                assert all(line.width <= max(width, 2) for line in lines), f"wider than {width}: {lines}"
                assert lines or not isinstance(block, Drawing), f"nothing at a width of {width}"

    def test_it_can_be_read_aloud(self) -> None:
        said = "\n".join(spoken(self.blocks(), {}, Catalog("en")))
        assert printable(said) == said
        for block in walk(self.blocks()):
            assert not isinstance(block, Drawing) or block.alt in said

    def test_a_translation_that_is_the_same_differs_in_nothing(self) -> None:
        lesson = self.lesson(self.sample)
        found = [problem for problem in drift(lesson, lesson) if problem.code != "W046"]  # not translated yet
        assert not found, found

    def test_a_page_shows_it(self) -> None:
        self._has_its_pictures(self._exported("html"))

    def test_a_notebook_shows_it(self) -> None:
        if find_spec("nbformat") is not None:  # it comes with `evoclass[author]`
            self._has_its_pictures(self._exported("notebook"))

    def _has_its_pictures(self, written: str) -> None:
        """An SVG is left out if it cannot be read, or if none of its parts is known to only draw."""
        pictures = sum(isinstance(block, Drawing) and bool(block.svg) for block in walk(self.blocks()))
        assert written.count("image/svg+xml") >= pictures

    def _exported(self, kind: str) -> str:
        """Return the output of `evoclass export` for the sample."""
        space = Workspace()
        space.plugins = Plugins(extra=[("directive", self._offered)])
        commands = click.Group()
        space.plugins.each("register_commands", cli=commands)
        with TemporaryDirectory() as folder:
            source, target = Path(folder, "01-sample.md"), Path(folder, "exported")
            source.write_text(
                FRONT_MATTER.format(language="en") + "\n" + dedent(self.sample), encoding="utf-8"
            )
            arguments = ["export", str(source), "--to", kind, "--output", str(target)]
            result = CliRunner().invoke(commands, arguments, obj=space, catch_exceptions=False)
            assert result.exit_code == 0, result.output
            return target.read_text(encoding="utf-8")

    def test_without_an_option_it_is_a_block_or_a_fault_of_the_lesson(self) -> None:
        lines = dedent(self.sample).strip().splitlines()
        for place, line in enumerate(lines):
            if line.startswith(":") and not line.startswith("::"):
                self._is_no_plugin_fault("\n".join((*lines[:place], *lines[place + 1 :])))

    def test_odd_values_are_blocks_or_faults_of_the_lesson(self) -> None:
        lines = dedent(self.sample).strip().splitlines()
        for place, line in enumerate(lines):
            if line.startswith(":") and not line.startswith("::"):
                name = line.split(":")[1]
                for value in ("", "9" * 50, "-1", "[x](javascript:0)", "é" * 300, "`*_$"):
                    self._is_no_plugin_fault(
                        "\n".join((*lines[:place], f":{name}: {value}", *lines[place + 1 :]))
                    )

    def _is_no_plugin_fault(self, body: str) -> None:
        """The rest of the lesson stays, and an exception other than `LessonError` is the plugin's fault."""
        lesson = self.lesson(f"{body}\n\nThe end.\n")
        assert "E101" not in {problem.code for problem in lesson.problems}, f"{lesson.problems}\n{body}"
        faults = [block for block in lesson.blocks if isinstance(block, Fault)]
        assert bool(faults) <= bool(lesson.problems)
        assert lesson.blocks[-1].line == body.count("\n") + 3 + self._start

    @property
    def _start(self) -> int:
        """Lines of a sample lesson above its body."""
        return self.lesson("Text.").blocks[0].line - 1
