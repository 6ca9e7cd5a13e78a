"""A learner's notes and bookmarks, each at the block where it belongs now.

The id of prose is its place, so it changes when the author writes a paragraph above it.  Each note keeps the beginning
of the text that it was put at, and is found again by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from evoclass.frozen import frozen
from evoclass.learner.progress import Anchor, LessonState
from evoclass.learner.session import Session
from evoclass.learner.store import Verb
from evoclass.model import Lesson, LessonEntry

if TYPE_CHECKING:
    from evoclass.reading.spots import Spot

ALIKE = 0.6
"""Least likeness of a text that was edited to what it was."""


@frozen
class Annotation:
    """A note, a bookmark, or both, at one block."""

    key: str
    """The id under which the log has it: that of the block where it was first written."""
    block: str
    """Id of the block at which it is shown."""
    note: str
    bookmarked: bool
    quote: str
    """Beginning of the text that it is about."""
    section: str = ""
    """The heading above the block."""
    astray: bool = False
    """Whether that text is no longer in the lesson, so that the block is only near to where it was."""


def annotations_of(lesson: Lesson | None, state: LessonState) -> list[Annotation]:
    """Return the notes and bookmarks of a lesson in reading order; those of a lesson that is gone, as they were."""
    keys = dict.fromkeys((*state.notes, *state.bookmarks))
    if not keys:
        return []
    from evoclass.reading.spots import spots

    every = [(spot, spot.quote) for spot in spots(lesson)] if lesson is not None else []
    order = {spot.id: number for number, (spot, _) in reversed(list(enumerate(every)))}
    language = lesson.language if lesson is not None else ""
    found = [_annotation(key, state, language, every) for key in keys]
    return sorted(found, key=lambda one: order.get(one.block, len(every)))


_Quoted = Sequence[tuple["Spot", str]]
"""Spots of a lesson, each with the beginning of its text."""


def _annotation(key: str, state: LessonState, language: str, every: _Quoted) -> Annotation:
    anchor = state.anchors.get(key) or Anchor(key.partition("~")[0])
    found = _find(anchor, language, every)
    astray = found is None
    spot, quote = found or _nearby(anchor, every) or (None, "")
    return Annotation(
        key=key,
        block=spot.id if spot is not None else "",
        note=state.notes.get(key, ""),
        bookmarked=key in state.bookmarks,
        quote=anchor.text if astray else quote,
        section=spot.heading if spot is not None else "",
        astray=astray,
    )


def _find(anchor: Anchor, language: str, every: _Quoted) -> tuple[Spot, str] | None:
    """Return where the text of an anchor is now, or None if it is gone."""
    here = [pair for pair in every if pair[0].id == anchor.block]
    if not anchor.text or anchor.language != language or not _counted(anchor.block):
        return here[0] if here else None
    same = [pair for pair in every if pair[1] == anchor.text and _counted(pair[0].id)]
    # A text that stands in the lesson twice belongs where it was, or else to the same section.
    section = [pair for pair in same if pair[0].heading == anchor.heading]
    for near in ([pair for pair in here if pair in same], section, same):
        if near:
            return near[0]
    edited = [*here, *(pair for pair in every if pair[0].heading == anchor.heading and _counted(pair[0].id))]
    rated = [(_likeness(text, anchor.text), (spot, text)) for spot, text in edited]
    best = max(rated, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= ALIKE else None


def _likeness(text: str, other: str) -> float:
    from difflib import SequenceMatcher  # of no use before something was edited

    matcher = SequenceMatcher(None, text, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _nearby(anchor: Anchor, every: _Quoted) -> tuple[Spot, str] | None:
    """Return the end of the section in which the text was."""
    inside = [pair for pair in every if anchor.heading and pair[0].heading == anchor.heading]
    inside = inside or [pair for pair in every if anchor.section and pair[0].section == anchor.section]
    near = inside or every
    return near[-1] if near else None


def _counted(block_id: str) -> bool:
    """Whether an id is a place in the lesson and not a name that the author gave."""
    return block_id[:1] == "s" and block_id[1:].replace(".", "").isdecimal()


class Notebook:
    """The notes and bookmarks of the course that is open in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def here(self) -> list[Annotation]:
        """Those of the open lesson."""
        return annotations_of(self._session.lesson, self._session.state)

    def at(self, block_id: str) -> list[Annotation]:
        """Return those that are shown at a block; several where some went astray."""
        return [one for one in self.here if one.block == block_id]

    def write(self, block_id: str, note: str) -> None:
        """Write a note at a block of the open lesson, in place of the one there; an empty one takes that away."""
        own = self._own(block_id)
        note = note.strip("\n").rstrip()
        if note != (own.note if own is not None else ""):
            self._log(Verb.COMMENTED, block_id, own, note=note)

    def bookmark(self, block_id: str) -> bool:
        """Set a bookmark at a block of the open lesson, or take it away; return whether it is set now."""
        own = self._own(block_id)
        wanted = own is None or not own.bookmarked
        self._log(Verb.BOOKMARKED, block_id, own, set=wanted)
        return wanted

    def take_away(self, one: Annotation, lesson_id: str) -> None:
        """Take away a note and a bookmark of any lesson of the course."""
        self._set(one, lesson_id, note="", bookmarked=False)

    def bring_back(self, one: Annotation, lesson_id: str) -> None:
        """Bring back what was taken away."""
        self._set(one, lesson_id, note=one.note, bookmarked=one.bookmarked)

    def _set(self, one: Annotation, lesson_id: str, *, note: str, bookmarked: bool) -> None:
        place = (self._session.course.id, lesson_id)
        if one.note:
            self._session.log_at(place, Verb.COMMENTED, one.key, note=note)
        if one.bookmarked:
            self._session.log_at(place, Verb.BOOKMARKED, one.key, set=bookmarked)

    def note_at(self, block_id: str) -> str:
        """Return the note at a block, as it is edited."""
        own = self._own(block_id)
        return own.note if own is not None else ""

    def _own(self, block_id: str) -> Annotation | None:
        """Return the annotation that an edit at a block changes: not one that only ended up there."""
        return next((one for one in self.at(block_id) if not one.astray), None)

    def _log(self, verb: Verb, block_id: str, own: Annotation | None, **payload: object) -> None:
        from evoclass.reading.spots import spots

        lesson, state = self._session.lesson, self._session.state
        spot = next((spot for spot in spots(lesson) if spot.id == block_id), None)
        if spot is None:
            return
        key, number = block_id, 2
        while own is None and (key in state.notes or key in state.bookmarks):
            # It belongs to a text that has moved away.
            key, number = f"{block_id}~{number}", number + 1
        anchor = {
            "block": spot.id,
            "text": spot.quote,
            "language": lesson.language,
            "section": spot.section,
            "heading": spot.heading,
        }
        self._session.log(verb, own.key if own is not None else key, at=anchor, **payload)

    def everywhere(self) -> Iterator[tuple[LessonEntry, list[Annotation]]]:
        """Yield each lesson of the course that has notes or bookmarks, with these; others are not read."""
        session = self._session
        for entry in session.course.pages:
            if entry.id == session.lesson.id:
                found = self.here
            else:
                state = session.lesson_state(entry.id)
                if state is None or not (state.notes or state.bookmarks) or entry.problem is not None:
                    continue
                found = annotations_of(session.library.open(entry.path), state)
            if found:
                yield entry, found
