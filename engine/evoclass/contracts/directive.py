"""What every further directive must do.  Subclass in your tests, and pytest does the rest:

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

from textwrap import dedent
from types import SimpleNamespace
from typing import Any, ClassVar

from evoclass import hookimpl
from evoclass.contracts.lessons import parser_for, sample_lesson
from evoclass.model import AnyBlock, Fault, Lesson, walk


class DirectiveContract:
    """Tests of one directive, on a sample of it."""

    directive: ClassVar[type[Any]]
    sample: ClassVar[str]
    """A whole directive."""

    def lesson(self, body: str) -> Lesson:
        """Return a lesson that a parser with this directive has read."""
        offered = SimpleNamespace(register_directives=hookimpl(lambda: [self.directive]))
        return sample_lesson(body, parser_for(plugins=[("directive", offered)]))

    def blocks(self) -> tuple[AnyBlock, ...]:
        """Return the blocks that the sample becomes."""
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
        """The rest of the lesson stays, and an exception that is no `LessonError` is the plugin's fault."""
        lesson = self.lesson(f"{body}\n\nThe end.\n")
        assert "E101" not in {problem.code for problem in lesson.problems}, f"{lesson.problems}\n{body}"
        faults = [block for block in lesson.blocks if isinstance(block, Fault)]
        assert bool(faults) <= bool(lesson.problems)
        assert lesson.blocks[-1].line == body.count("\n") + 3 + self._start

    @property
    def _start(self) -> int:
        """Lines of a sample lesson above its body."""
        return self.lesson("Text.").blocks[0].line - 1
