"""Search over everything: all lessons of the courses, and the learner's notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from evoclass.frozen import frozen
from evoclass.learner.annotations import annotations_of
from evoclass.learner.progress import LessonState
from evoclass.learner.standing import numbered
from evoclass.model import Course, Lesson, LessonEntry
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.reading.searchindex import BEGIN, END, TERMS, SearchIndex, query_of
from evoclass.wording.folding import folded, occurrences

MOST = 50
"""Places that are listed."""

AROUND = 60
"""Characters of a note before what was found in it."""


@frozen
class Found:
    """A place in which the words were found."""

    course: Course
    entry: LessonEntry
    block: str
    heading: str
    text: str
    """What stands there; the found words are between `BEGIN` and `END`."""
    file: str
    line: int
    is_note: bool = False
    is_term: bool = False
    """Whether this is where the words are introduced as a term."""

    @property
    def title(self) -> str:
        """The lesson's title after its number."""
        return numbered(self.entry)

    @property
    def pieces(self) -> Iterator[tuple[str, bool]]:
        """Yield the text in pieces, each with whether it is what was sought."""
        for number, piece in enumerate(self.text.replace(END, BEGIN).split(BEGIN)):
            if piece:
                yield piece, bool(number % 2)


class Searching:
    """Finds words in the lessons of a library and in notes; made when somebody searches."""

    def __init__(self, library: Library, parser: Parser, cache: Path | None) -> None:
        """`parser` is not the library's own where a thread brings the index up to date."""
        self._library = library
        self._reading = Library(library.folders, parser)
        self._index = SearchIndex(cache, library.folders, parser.names)

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def entries(self) -> dict[str, tuple[Course, LessonEntry]]:
        """Return every lesson in every language, by its file."""
        found: dict[str, tuple[Course, LessonEntry]] = {}
        for language in self._library.languages:
            for course in self._library.courses(language):
                for entry in course.pages:
                    found.setdefault(str(entry.path.absolute()), (course, entry))
        return found

    def update(
        self,
        entries: Iterable[LessonEntry],
        progress: Callable[[int, int], object] = lambda done, total: None,
    ) -> None:
        """Bring the index up to date."""
        self._index.update(entries, self._reading.open, progress)

    def lessons(
        self, typed: str, language: str, places: Mapping[str, tuple[Course, LessonEntry]], most: int = MOST
    ) -> list[Found]:
        """Return where the words stand in lessons of a language; if in none, in those of the others.

        Where they are introduced as a term comes first.
        """
        passages = self._index.find(typed, language, most) or self._index.find(typed, "", most)
        if not passages:
            return []
        terms = self._index.terms(typed, passages[0].language)
        order = {file: number for number, file in enumerate(places)}
        terms.sort(key=lambda passage: (order.get(passage.file, len(order)), passage.line))
        introduced = {(passage.file, passage.block) for passage in terms[:TERMS]}
        others = (passage for passage in passages if (passage.file, passage.block) not in introduced)
        found = []
        for passage in (*terms[:TERMS], *others):
            if passage.file in places:
                course, entry = places[passage.file]
                found.append(
                    Found(
                        course,
                        entry,
                        passage.block,
                        passage.heading,
                        passage.text,
                        passage.path,
                        passage.line,
                        is_term=passage.is_term,
                    )
                )
        return found[:most]

    def notes(self, typed: str, course: Course, states: Mapping[str, LessonState]) -> Iterator[Found]:
        """Yield the notes in which the words are."""
        if not query_of(typed):
            return
        words = [folded(word) for word in typed.split()]
        for entry in course.pages:
            state = states.get(entry.id)
            if state is None or not any(_holds(note, words) for note in state.notes.values()):
                continue
            lesson = self._library.open(entry.path) if entry.problem is None else None
            for one in annotations_of(lesson, state):
                if _holds(one.note, words):
                    line = _line(lesson, one.block)
                    yield Found(
                        course,
                        entry,
                        one.block,
                        one.section or entry.title,
                        _shown(one.note, words),
                        str(entry.path),
                        line,
                        is_note=True,
                    )


def _holds(note: str, words: Iterable[str]) -> bool:
    text = folded(note)
    return all(word in text for word in words)


def _shown(note: str, words: Iterable[str]) -> str:
    """Return the part of a note that has the words, with signs around these."""
    text = " ".join(note.replace(BEGIN, "").replace(END, "").split())
    first = min((places[0][0] for word in words if (places := occurrences(text, word))), default=0)
    start = max(0, first - AROUND)
    text = ("…" if start else "") + text[start : start + 4 * AROUND]
    marks = sorted({place for word in words for place in occurrences(text, word)}, reverse=True)
    below = len(text) + 1
    for begin, end in marks:
        if end <= below:
            text = f"{text[:begin]}{BEGIN}{text[begin:end]}{END}{text[end:]}"
            below = begin
    return text


def _line(lesson: Lesson | None, block_id: str) -> int:
    block = lesson.find(block_id) if lesson is not None else None
    return lesson.own_line(block.line) if lesson is not None and block is not None else 1
