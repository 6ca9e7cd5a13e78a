"""Markdown with YAML front matter -> a lesson: each fault becomes a block and a problem, never an exception."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evoclass.disk.log import logger_of
from evoclass.errors import LessonError, Problem
from evoclass.model import CALLOUTS, LADDER, AnyBlock, Course, Fault, Heading, Lesson, Passage, plain_text
from evoclass.pluginhost.loading import is_bundled
from evoclass.reading import frontmatter, objectives, source
from evoclass.reading.budget import Budget
from evoclass.reading.filenames import course_folder, keys_of, language_of, name_parts
from evoclass.reading.frontmatter import COURSE_KEYS, FrontMatter, Key
from evoclass.reading.keptbody import Body, KeptBodies
from evoclass.wording.printable import printable

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from evoclass.directive import BlockType, RoleType
    from evoclass.exercise import Exercise
    from evoclass.pluginhost.keptrule import KeptRule
    from evoclass.pluginhost.plugins import Plugins

CODE_DIRECTIVES = ("lab",)
"""Directives whose content is a program."""


SHOWN = 500
"""How many characters are shown of a line in a file that is not a lesson."""


NOWHERE = KeptBodies(None)
"""Keeps nothing."""

logger = logger_of(__name__)


class Parser:
    """Reads lessons and course pages, and knows the directives of its plugins."""

    def __init__(self, plugins: Plugins) -> None:
        self._exercises: Mapping[str, type[Exercise]] = plugins.kept_exercises
        self._directives: Mapping[str, type[BlockType]] = plugins.kept_directives
        self._roles: Mapping[str, type[RoleType]] = plugins.kept_roles
        self._missing = plugins.missing
        self._plugins = plugins
        self._containers = frozenset(
            (*self._exercises, *self._directives, *CALLOUTS, "guess", LADDER, "include")
        )

    @property
    def rules(self) -> Mapping[str, KeptRule]:
        """The plugins' rules for lessons, by code."""
        return self._plugins.rules

    @property
    def names(self) -> tuple[str, ...]:
        """Every directive that lessons may use."""
        return tuple(sorted((*self._containers, *CODE_DIRECTIVES)))

    def bodies(self, cache: Path | None) -> KeptBodies:
        """Return the bodies that are kept in the folder of a cache, as this parser reads them."""
        kinds = (self._plugins.exercises, self._plugins.directives, self._plugins.roles)
        asked: list[tuple[str, type]] = [pair for named in kinds for pair in named.items()]
        return KeptBodies(
            cache,
            (*self.names, "", *self._roles, "", *self._missing),
            {kind.__module__ for _, kind in asked if is_bundled(kind)},
            [name for name, kind in asked if not is_bundled(kind)],
        )

    def lesson(
        self,
        source_text: str | bytes,
        path: Path | None = None,
        course: Path | None = None,
        kept: KeptBodies = NOWHERE,
    ) -> Lesson:
        """Return the lesson in `source_text`; its faults are in `problems` and in `Fault` blocks.

        A first heading that repeats the title is left out, because front ends show the title themselves.  `course` is
        the folder of its course, if that is not what its path says.
        """
        begun = time.perf_counter()
        lesson = self._read(source_text, path, keys_of(path), course, kept)
        spent = (time.perf_counter() - begun) * 1000
        logger.debug("read %s, %d characters, in %.2f ms", path, len(source_text), spent)
        match lesson.blocks:
            case [Heading(level=1, text=text, line=line), *rest]:
                if plain_text(text).strip() == lesson.title.strip() or lesson.keys.get("title") == line:
                    lesson = replace(lesson, blocks=tuple(rest))
        return replace(lesson, blocks=(*_broken_front(lesson.problems, not lesson.blocks), *lesson.blocks))

    def page(self, source_text: str | bytes, path: Path | None = None, course: Path | None = None) -> Lesson:
        """Parse a course page as a lesson, so that the same checks work on both."""
        return self._read(source_text, path, COURSE_KEYS, course, NOWHERE)

    def _read(
        self,
        source_text: str | bytes,
        path: Path | None,
        keys: Mapping[str, Key],
        course: Path | None,
        kept: KeptBodies,
    ) -> Lesson:
        digest = ""
        course = course_folder(path) if course is None and path is not None else course
        try:
            text = source.read(source_text)
            digest = text.digest
            front = front_matter(text.text, keys)
        except LessonError as error:
            return _unreadable(error, source_text, path, digest)
        language = front.text("language", language_of(path))
        body = self._body(text.text, front.body_line, path, course, language, kept)
        evidence, unclear = objectives.evidence(front)
        number, slug = name_parts(path)
        return Lesson(
            id=front.text("id", slug),
            number=int(front.values.get("number", number)),
            title=front.text("title", printable(slug)),
            language=language,
            blocks=body.blocks,
            minutes=int(front.values.get("minutes", 0)),
            objectives=objectives.sentences(front),
            evidence=evidence,
            needs=front.values.get("needs", ()),
            path=path,
            digest=_digest(digest, body.passages),
            updated=front.values.get("updated"),
            problems=_placed((*text.problems, *front.problems, *unclear, *body.problems), path),
            source=front.text("source"),
            license=front.text("license"),
            requires=front.values.get("requires", ()),
            keys=dict(front.lines),
            course=course,
            passages=body.passages,
            files=body.files,
        )

    def course(
        self,
        source_text: str | bytes,
        path: Path | None = None,
        folder: Path | None = None,
        kept: KeptBodies = NOWHERE,
    ) -> Course:
        """Return the course page in `source_text`, without its lessons."""
        folder = course_folder(path) if folder is None and path is not None else folder
        try:
            text = source.read(source_text)
            front = front_matter(text.text, COURSE_KEYS)
        except LessonError as error:
            lesson = _unreadable(error, source_text, path, "")
            return Course(
                id=lesson.id,
                code="",
                title=lesson.title,
                language=lesson.language,
                lessons=(),
                blocks=lesson.blocks,
                problems=lesson.problems,
            )
        language = front.text("language", language_of(path))
        body = self._body(text.text, front.body_line, path, folder, language, kept)
        faults = _broken_front(front.problems, not body.blocks)
        problems = _placed((*text.problems, *front.problems, *body.problems), path)
        return course_from(front, path, (*faults, *body.blocks), problems)

    def course_id(self, source_text: str | bytes, path: Path) -> str:
        """Return the id of the course page in `source_text`."""
        try:
            front = front_matter(source.read(source_text).text, COURSE_KEYS)
        except LessonError as error:
            return _unreadable(error, source_text, path, "").id
        return course_from(front, path).id

    def _body(
        self,
        text: str,
        body_line: int,
        path: Path | None,
        course: Path | None,
        language: str,
        kept: KeptBodies,
    ) -> Body:
        place = (os.path.abspath(path or ""), path, course, language, body_line)
        return kept.read(text, place, lambda: self._parse(text, body_line, path, course, language))

    @cached_property
    def _markdown(self) -> MarkdownIt:
        from evoclass.reading.dialect import dialect

        return dialect()

    def _parse(
        self, text: str, body_line: int, path: Path | None, course: Path | None, language: str
    ) -> Body:
        """Parse the text after the front matter; the front matter becomes blank lines, to keep line numbers right."""
        # With a lesson that was read before, the first picture does without all of this.
        from evoclass.reading.assembly import LessonBuilder
        from evoclass.reading.dialect import environment
        from evoclass.reading.fences import Fences
        from evoclass.reading.foreign import PROSE
        from evoclass.reading.passages import Passages

        lines = text.split("\n")
        body = "\n" * (body_line - 1) + "\n".join(lines[body_line - 1 :])
        fences = Fences(self._containers | PROSE, CODE_DIRECTIVES)
        env = environment(fences, Budget(len(body)))
        env |= {"missing": self._missing, "roles": self._roles, "language": language}
        passages = env["passages"] = Passages(path, course, lines)
        tokens: list[Any] = []
        self._markdown.block.parse(body, self._markdown, env, tokens)
        builder = LessonBuilder(self._markdown, env, tokens, lines, self._exercises, self._directives)
        blocks = builder.document()
        problems = [*builder.problems, *fences.problems]
        if "<<<<<<< " in text:
            from evoclass.reading.conflicts import conflicts, without_consequences

            merges = conflicts(lines)
            problems = [*merges, *without_consequences(problems, merges)]
        problems.sort(key=lambda problem: (problem.line, problem.column))
        return Body(
            blocks=blocks,
            problems=tuple(problems),
            passages=tuple(passages.taken),
            files=tuple(passages.files),
        )


def front_matter(text: str, keys: Mapping[str, Key]) -> FrontMatter:
    """Return the front matter of a file, or the parts that can be salvaged.  Raises LessonError."""
    try:
        return frontmatter.read(text, keys)
    except LessonError as error:
        from evoclass.reading.conflicts import conflicts
        from evoclass.reading.salvage import salvaged

        front = salvaged(text, keys, error)
        if "<<<<<<< " in text and any(m.line < front.body_line for m in conflicts(text.split("\n"))):
            # The markers make it invalid YAML, and they are reported separately.
            front.problems = []
        return front


def course_from(
    front: FrontMatter,
    path: Path | None,
    blocks: tuple[AnyBlock, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> Course:
    """Return the course that a front matter describes."""
    folder = path.parent if path is not None else None
    fallback = folder.parent.name if folder is not None else "course"
    return Course(
        id=front.text("id", fallback),
        code=front.text("code"),
        title=front.text("title", printable(fallback)),
        language=front.text("language", language_of(path)),
        lessons=(),
        description=front.text("description"),
        requires=front.values.get("requires", ()),
        blocks=blocks,
        folder=folder,
        problems=problems,
    )


def _digest(digest: str, passages: Sequence[Passage]) -> str:
    """Return the digest of a file with the texts that it includes; programs are the same in every language."""
    texts = [part.text for part in passages if not part.is_program]
    if not texts:
        return digest
    total = hashlib.sha256(digest.encode())
    for text in texts:
        total.update(source.normal(text).encode("utf-8", "surrogatepass") + b"\0")
    return total.hexdigest()


def _broken_front(problems: Sequence[Problem], alone: bool) -> Sequence[Fault]:
    """Return the fault for a front matter that could not be read.

    A file without a front matter has no fault, unless it has no other blocks to show.
    """
    broken = ("E005", "E006", "E007") if alone else ("E006", "E007")
    found = [problem for problem in problems if problem.code in broken]
    return [Fault(id="front-matter", line=p.line, end_line=p.line, problem=p, source="") for p in found[:1]]


def _placed(problems: tuple[Problem, ...], path: Path | None) -> tuple[Problem, ...]:
    """Return the problems with the path of their file."""
    return tuple(replace(problem, path=path) for problem in problems)


def _unreadable(error: LessonError, raw: str | bytes, path: Path | None, digest: str) -> Lesson:
    """Return a lesson that says why the file is not a lesson."""
    problems = _placed(error.problems, path)
    line = problems[0].line
    shown = ""
    if problems[0].code not in ("E001", "E002", "E003", "E004"):
        text = raw.decode("utf-8-sig", "replace") if isinstance(raw, bytes) else raw
        lines = source.harmless(text).split("\n")
        shown = "\n".join(part[:SHOWN].rstrip("\r\ufffd") for part in lines[max(line - 3, 0) : line + 2])
    number, slug = name_parts(path)
    fault = Fault(id="s0.1", line=line, end_line=line, problem=problems[0], source=shown)
    return Lesson(
        id=slug,
        number=number,
        title=printable(path.name) if path is not None else slug,
        language=language_of(path),
        blocks=(fault,),
        path=path,
        digest=digest,
        problems=problems,
    )
