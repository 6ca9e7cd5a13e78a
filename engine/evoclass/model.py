"""Courses, lessons and their blocks: frozen data, each block with its source line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, assert_never

from evoclass.errors import Problem
from evoclass.frozen import frozen
from evoclass.pluginhost.renamed import earlier_names
from evoclass.wording.inlinetext import Inline, Inlines, LineBreak, Live, Mark, Span, marked, plain_text

if TYPE_CHECKING:
    from evoclass.exercise import Exercise
    from evoclass.reading.budget import Budget

__all__ = [
    "AnyBlock",
    "Block",
    "Callout",
    "ClassNames",
    "CodeBlock",
    "Course",
    "Drawing",
    "Evidence",
    "ExerciseBlock",
    "Expectation",
    "Fault",
    "Footnotes",
    "Guess",
    "Heading",
    "Image",
    "Inline",
    "Inlines",
    "Item",
    "Knob",
    "Lab",
    "Lesson",
    "LessonEntry",
    "LineBreak",
    "ListBlock",
    "Live",
    "Mark",
    "MathBlock",
    "OptionLine",
    "Paragraph",
    "Passage",
    "Quote",
    "Span",
    "Steps",
    "Table",
    "ThematicBreak",
    "inlines",
    "marked",
    "plain_text",
    "walk",
]


@frozen
class Item:
    """One line of a task list: `- [x] text`, with the indented quote below it."""

    key: str
    """`a`, `b`, … in source order."""
    text: Inlines
    checked: bool
    line: int
    feedback: Inlines = ()


@frozen
class OptionLine:
    """One `:key: value` line."""

    key: str
    value: str
    line: int


@frozen(kw_only=True)
class Block:
    """One piece of a lesson, with its line and its id."""

    id: str
    """The same in every language: given by the author for directives, else counted (`s2.3`)."""
    line: int
    """Line of the source file where the block starts, counted from 1."""
    end_line: int = 0
    """Last line of the block."""


class Variants(Protocol):
    """The source of a question with drawn values."""

    @property
    def settings(self) -> tuple[OptionLine, ...]:
        """The options that draw and compute the values."""
        ...

    def text(self, seed: str, budget: Budget) -> tuple[str, ...]:
        """Return the source lines with the values of a seed: seeds with the same lines have the same block."""
        ...

    @property
    def lines(self) -> Sequence[str]:
        """The source lines, with holes for the values."""
        ...

    def draw(self, seed: str, budget: Budget | None = None) -> AnyBlock:
        """Return the block with the values of a seed: the same for the same seed."""
        ...

    def edges(self) -> Sequence[tuple[str, Variants]]:
        """Return variants limited to the first or last values that can be drawn, each with these values in words."""
        ...


@frozen(kw_only=True)
class Heading(Block):
    """A heading of the lesson."""

    level: int
    text: Inlines


@frozen(kw_only=True)
class Paragraph(Block):
    """A paragraph of prose."""

    text: Inlines


@frozen(kw_only=True)
class ListBlock(Block):
    """A bullet list, or a numbered one that counts from `start`."""

    ordered: bool
    start: int
    items: tuple[tuple[AnyBlock, ...], ...]


@frozen(kw_only=True)
class Quote(Block):
    """A quotation."""

    children: tuple[AnyBlock, ...]


@frozen(kw_only=True)
class Table(Block):
    """A table with its header."""

    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    align: tuple[Literal["left", "center", "right"], ...]


@frozen(kw_only=True)
class CodeBlock(Block):
    """Code to read."""

    language: str
    code: str


@frozen(kw_only=True)
class MathBlock(Block):
    """A formula on a separate line."""

    tex: str
    text: str
    """The formula in Unicode characters, as a terminal can show it."""


@frozen(kw_only=True)
class Image(Block):
    """A picture of the course."""

    source: str
    """As written; relative to the lesson's file."""
    alt: str
    title: str = ""


@frozen(kw_only=True)
class ThematicBreak(Block):
    """A thematic break."""


CALLOUTS = ("note", "tip", "important", "warning", "caution")
"""Kinds of callouts, and the names of their directives."""


@frozen(kw_only=True)
class Callout(Block):
    """A note, tip, warning or another kind of box from `CALLOUTS`."""

    kind: str
    """One of `CALLOUTS`."""
    title: Inlines
    children: tuple[AnyBlock, ...]


@frozen(kw_only=True)
class Footnotes(Block):
    """The lesson's notes, at its end."""

    notes: tuple[tuple[str, tuple[AnyBlock, ...]], ...]
    """Label and content of each note."""


@frozen
class Expectation:
    """A condition on a lab's variables that holds after a run of its program as the lesson has it."""

    expression: str
    line: int


@frozen
class Knob:
    """A constant of a program that the learner turns."""

    name: str
    values: tuple[str, ...]
    """As a program writes them, in their order; the lesson's own is among them."""
    line: int


@frozen
class ClassNames:
    """Names of the classes that a program's numbers stand for."""

    classes: tuple[str, ...]
    """The name of class 0, of class 1, and so on."""
    values: tuple[str, ...] = ()
    """Values that they are for; empty for each matrix with as many rows or columns."""


@frozen(kw_only=True)
class Lab(Block):
    """A program that the learner edits and runs."""

    file: str
    code: str
    seconds: float = 30.0
    """Time after which a run is stopped."""
    takes: float = 0.0
    """Processor seconds that the program took where the lesson was written; 0 if the lesson does not say."""
    watch: tuple[str, ...] = ()
    """Names that the inspector shows first."""
    arguments: tuple[str, ...] = ()
    """Arguments in the program's `sys.argv`, after its name."""
    limits: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Limits of a run other than time, by the names of `Limits`; they can only lower the learner's limits."""
    code_line: int = 1
    """Line where the code starts: of the source file, or of the passage that is the program."""
    after: tuple[str, ...] = ()
    """Files of the labs that have to run before this one."""
    expect: tuple[Expectation, ...] = ()
    threads: int = 0
    """Threads that PyTorch computes with; 0 for as many as usual."""
    data: tuple[OptionLine, ...] = ()
    """Files of the course that the program needs beside it; the values are paths as written."""
    knobs: tuple[Knob, ...] = ()
    lighter: tuple[tuple[str, str], ...] = ()
    """Constants with which the program needs less time and memory: each name with its value as a program writes it."""
    names: tuple[ClassNames, ...] = ()
    """Names of classes, for the inspector."""


@frozen(kw_only=True)
class Guess(Block):
    """A prediction of what a run of a lab will give: kept, compared with the run, never graded."""

    file: str
    """File of the lab."""
    asks: Literal["number", "option", "curve"]
    prompt: tuple[AnyBlock, ...]
    value: str = ""
    """Expression of the program that gives the number."""
    curve: str = ""
    """Name of the watched value whose curve is guessed."""
    low: float = 0.0
    high: float = 1.0
    """Ends of the range of a number, or of a curve's vertical axis."""
    log: bool = False
    """Whether equal distances in the range are equal ratios."""
    unit: str = ""
    options: tuple[Item, ...] = ()
    when: tuple[str, ...] = ()
    """Condition on the program for each option, in their order; the last option may have none."""
    having: tuple[str, ...] = ()
    """Code that a program must have for its run to count."""
    without: tuple[str, ...] = ()
    """Code that it must not have."""
    explanation: tuple[AnyBlock, ...] = ()
    """Shown once a run has answered the guess, or when the learner asks for it."""
    settings: tuple[OptionLine, ...] = field(default=(), compare=False, repr=False)
    """Options of the directive as written."""


@frozen(kw_only=True)
class ExerciseBlock(Block):
    """A question: the prompt (blocks), and the exercise, which takes and grades the answer."""

    exercise: Exercise
    prompt: tuple[AnyBlock, ...]
    hints: tuple[Inlines, ...] = ()
    explanation: tuple[AnyBlock, ...] = ()
    """Shown with the solution, and after a right answer."""
    number: int = 0
    """Counted through the lesson for questions outside a challenge, and within a challenge for its steps."""
    tries: int = 0
    """How many attempts there are before the solution is shown; 0 for unlimited."""
    settings: tuple[OptionLine, ...] = field(default=(), compare=False, repr=False)
    """Options of the directive as written."""
    variants: Variants | None = field(default=None, compare=False, repr=False)
    """Makes this question with other values, if its values are drawn."""


@frozen(kw_only=True)
class Steps(Block):
    """Exercises that open one after the other: the next when the one before is passed or revealed."""

    kind: str
    title: Inlines
    intro: tuple[AnyBlock, ...]
    steps: tuple[ExerciseBlock, ...]
    variants: Variants | None = field(default=None, compare=False, repr=False)
    """Makes these steps with other values, if they share drawn ones."""


LADDER = "ladder"
"""Name of the directive, and kind of the drawing, that shows numbers of the author above the learner's own."""


@frozen(kw_only=True)
class Drawing(Block):
    """A plugin's own drawing, in several forms: each target takes the form that it can draw.

    A terminal takes the text.  A page takes the SVG, or else the text.  Where neither can be drawn,
    `blocks` replace the drawing.
    """

    kind: str
    """Name of the directive."""
    alt: str
    """A sentence that describes the drawing, for readers who cannot see it."""
    text: tuple[str, ...] = ()
    """Lines for a terminal, in plain characters without styles."""
    narrower: tuple[tuple[str, ...], ...] = ()
    """The drawing in fewer columns, the widest first, for terminals too narrow for `text`."""
    svg: str = ""
    """A self-contained picture: shapes, words and gradients.  Scripts, links and style sheets are left out."""
    blocks: tuple[AnyBlock, ...] = ()
    """The content as blocks to read; questions and labs are not allowed."""


@frozen(kw_only=True)
class Fault(Block):
    """Replaces a block that could not be understood, so that the rest of the lesson stays usable."""

    problem: Problem
    source: str
    """The block's lines, as written."""
    source_line: int = 0
    """Number of the first of these lines in its file, if that is not `line`."""


Leaf: TypeAlias = Heading | Paragraph | Table | CodeBlock | MathBlock | Image | ThematicBreak | Lab | Fault
"""The kinds of blocks that hold no other blocks."""

AnyBlock: TypeAlias = Leaf | ListBlock | Quote | Callout | Footnotes | Drawing | Guess | ExerciseBlock | Steps
"""Every kind of block; mypy checks that code that goes through blocks handles each kind."""


@frozen(kw_only=True)
class Passage:
    """A further file that is part of a lesson: an included text, or the program of a lab.

    Blocks of one lesson share one count of lines: first those of its own file, then those of each passage.
    """

    path: Path
    first: int
    """Number that its line 1 has in the lesson."""
    last: int
    at: int
    """Line of the directive that takes it in; if that is in a passage too, as the lesson counts."""
    digest: str
    """SHA-256 of the bytes that were read."""
    text: str
    is_program: bool = False


@frozen
class Evidence:
    """What shows that a learner has reached an objective."""

    shown_by: tuple[str, ...] = ()
    """Ids of questions and challenges, and files of labs."""
    said: Inlines = ()
    """A sentence with values of the learner's runs, which is true only if a run has all of them."""
    line: int = 1


@frozen(kw_only=True)
class Lesson:
    """One lesson in one language."""

    id: str
    number: int
    title: str
    language: str
    blocks: tuple[AnyBlock, ...]
    minutes: int = 0
    objectives: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    """What shows each of the objectives, in their order; empty if the lesson says it of none."""
    needs: tuple[str, ...] = ()
    """Ids of the lessons that this one builds on."""
    path: Path | None = None
    digest: str = ""
    """SHA-256 of the source file, and of the texts that it includes."""
    file_digest: str = ""
    """SHA-256 of the bytes that were read, for the learner's trust; empty for a text that is not a file."""
    updated: date | None = None
    problems: tuple[Problem, ...] = ()
    """Errors and warnings of the file, with lines as its blocks have them; empty for a clean file."""
    course: Path | None = None
    """Folder of its course, where the paths of other files begin."""
    passages: tuple[Passage, ...] = ()
    """Other files that are part of it."""
    files: tuple[Path, ...] = ()
    """All other files that it names, also those that cannot be read."""
    source: str = ""
    """For a translation: language and start of the digest of its source file, as `en 3f9a…`."""
    license: str = ""
    """Licence of the text, as an SPDX identifier."""
    requires: tuple[str, ...] = ()
    """For a course page: packages that the course's programs need, as PEP 508 requirements."""
    keys: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    """Line of each key of the front matter; for a title from a heading, the line of that heading."""

    # Found once: who opens a lesson asks for them a dozen times, and a lesson may have thousands of blocks.

    @cached_property
    def labs(self) -> tuple[Lab, ...]:
        """The lab tabs in order."""
        return tuple(block for block in self.walk() if isinstance(block, Lab))

    @cached_property
    def exercises(self) -> tuple[ExerciseBlock, ...]:
        """Every question in order, challenge steps included."""
        return tuple(block for block in self.walk() if isinstance(block, ExerciseBlock))

    @cached_property
    def guesses(self) -> tuple[Guess, ...]:
        """Every guess before a run, in order."""
        return tuple(block for block in self.walk() if isinstance(block, Guess))

    def walk(self) -> Iterator[AnyBlock]:
        """Yield every block in reading order, the nested ones after the block that holds them."""
        return iter(self._all_blocks)

    @cached_property
    def _all_blocks(self) -> tuple[AnyBlock, ...]:
        return tuple(walk(self.blocks))

    @property
    def live(self) -> tuple[str, ...]:
        """Every distinct `{live}` expression of its own runs, in order; those of its objectives come last."""
        of_blocks = (item for block in self.walk() for item in inlines(block))
        of_objectives = (item for evidence in self.evidence for item in evidence.said)
        items = (item for item in (*of_blocks, *of_objectives) if isinstance(item, Live))
        return tuple(dict.fromkeys(item.expression for item in items if not item.place[0]))

    @cached_property
    def recalled(self) -> tuple[tuple[Live, int], ...]:
        """Every value of another lesson's runs, with the line of its block."""
        found = ((item, block.line) for block in self.walk() for item in inlines(block))
        return tuple((item, line) for item, line in found if isinstance(item, Live) and item.place[0])

    @property
    def data(self) -> tuple[str, ...]:
        """Every file that labs need beside them, by its path as written."""
        return tuple(dict.fromkeys(option.value for lab in self.labs for option in lab.data))

    def passage(self, line: int) -> Passage | None:
        """Return the passage that has a line; None for a line of the lesson's own file."""
        return next((part for part in self.passages if part.first <= line <= part.last), None)

    def own_line(self, line: int) -> int:
        """Return the line of the lesson's own file where a line appears: in a passage, its directive's."""
        while (part := self.passage(line)) is not None:
            line = part.at
        return line

    def placed(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Yield problems with the file that each is in, and with its line there."""
        for problem in problems:
            part = self.passage(problem.line) if self.passages else None
            if part is None:
                yield replace(problem, path=self.path)
            else:
                yield replace(problem, path=part.path, line=problem.line - part.first + 1)

    def find(self, block_id: str) -> AnyBlock | None:
        """Return the block of that id, or None."""
        return next((block for block in self.walk() if block.id == block_id), None)


@frozen(kw_only=True)
class LessonEntry:
    """The course map's data on a lesson, known without parsing it."""

    id: str
    number: int
    title: str
    language: str
    """Language of this file; differs from the requested language when there is no translation."""
    path: Path
    minutes: int = 0
    needs: tuple[str, ...] = ()
    """Ids of the lessons that this one builds on."""
    languages: tuple[str, ...] = ()
    """Languages that the lesson exists in."""
    problem: Problem | None = None
    """Why the file cannot be opened as a lesson; None if it can."""


@frozen(kw_only=True)
class Course:
    """One course in one language."""

    id: str
    code: str
    title: str
    language: str
    lessons: Sequence[LessonEntry]
    """In the order of their numbers; a large course makes each entry on demand."""
    description: str = ""
    blocks: tuple[AnyBlock, ...] = ()
    """Prose of the course page."""
    folder: Path | None = None
    """Folder that holds one folder for each language."""
    languages: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    """Packages that its programs need, as PEP 508 requirements."""
    problems: tuple[Problem, ...] = ()
    """Errors and warnings of the course page."""
    end: LessonEntry | None = None
    """The page after the last lesson, which counts as none; None if there is none."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the lessons in order."""
        known: tuple[str, ...] | None = getattr(self.lessons, "ids", None)
        return known if known is not None else tuple(entry.id for entry in self.lessons)

    @property
    def minutes(self) -> int:
        """How long a learner needs for all lessons, about."""
        known: int | None = getattr(self.lessons, "minutes", None)
        return known if known is not None else sum(entry.minutes for entry in self.lessons)

    def place(self, lesson_id: str) -> int | None:
        """Return a lesson's position in the course, from 0, or None when it is not there."""
        known: Mapping[str, int] | None = getattr(self.lessons, "places", None)
        if known is not None:
            return known.get(lesson_id)
        return self.ids.index(lesson_id) if lesson_id in self.ids else None

    def beside(self, lesson_id: str, by: int) -> LessonEntry | None:
        """Return the lesson so many places after this one, or before it; behind the last one is the course's end."""
        total = len(self.lessons)
        place = total if self.end is not None and lesson_id == self.end.id else self.place(lesson_id)
        there = -1 if place is None else place + by
        return self.end if there == total else self.lessons[there] if 0 <= there < total else None

    def entry(self, lesson_id: str) -> LessonEntry | None:
        """Return the lesson of that id, or None."""
        place = self.place(lesson_id)
        return None if place is None else self.lessons[place]

    def page(self, page_id: str) -> LessonEntry | None:
        """Return the lesson of that id, or the course's end, or None."""
        return self.end if self.end is not None and page_id == self.end.id else self.entry(page_id)

    @property
    def pages(self) -> Iterator[LessonEntry]:
        """The lessons in order, and the course's end."""
        yield from self.lessons
        if self.end is not None:
            yield self.end


def walk(blocks: tuple[AnyBlock, ...]) -> Iterator[AnyBlock]:
    """Yield `blocks` and everything inside them, in reading order."""
    for block in blocks:
        yield block
        if isinstance(block, Leaf):
            continue
        match block:
            case ListBlock(items=items):
                for item in items:
                    yield from walk(item)
            case Quote(children=children) | Callout(children=children) | Drawing(blocks=children):
                yield from walk(children)
            case (
                Guess(prompt=prompt, explanation=explanation)
                | ExerciseBlock(prompt=prompt, explanation=explanation)
            ):
                yield from walk(prompt)
                yield from walk(explanation)
            case Steps(intro=intro, steps=steps):
                yield from walk(intro)
                yield from walk(steps)
            case Footnotes(notes=notes):
                for _, children in notes:
                    yield from walk(children)
            case _:
                assert_never(block)


def inlines(block: AnyBlock) -> Iterator[Inline]:
    """Yield the inline items that belong to `block` itself, not to blocks inside it."""
    match block:
        case Heading(text=text) | Paragraph(text=text) | Callout(title=text) | Steps(title=text):
            yield from text
        case Table(header=header, rows=rows):
            for row in (header, *rows):
                for cell in row:
                    yield from cell
        case ExerciseBlock(hints=hints):
            for hint in hints:
                yield from hint
        case Guess(options=options):
            for option in options:
                yield from option.text
        case ListBlock() | Quote() | Footnotes() | Drawing():
            pass
        case CodeBlock() | MathBlock() | Image() | ThematicBreak() | Lab() | Fault():
            pass
        case _:
            assert_never(block)


if not TYPE_CHECKING:  # for a type checker, a name that never existed is still an error
    __getattr__ = earlier_names(__name__, Rule="ThematicBreak", Setting="OptionLine")
