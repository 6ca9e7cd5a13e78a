"""Checks whole courses: each file separately, then the files against each other."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from evoclass.errors import Problem
from evoclass.lint.cache import CheckCache, FileResult, PairResult, Stamp
from evoclass.lint.drift import drift
from evoclass.lint.lesson import NAMELESS, by_plugins, check_text, ordered
from evoclass.lint.links import anchors_of, missing, targets
from evoclass.lint.needs import needs_of_course
from evoclass.lint.places import placed_in
from evoclass.lint.recalled import recalled_by, recalled_of_course
from evoclass.lint.shared import shared_problems
from evoclass.lint.strays import strays
from evoclass.model import Lesson
from evoclass.pluginhost.keptrule import FAILED
from evoclass.reading.filenames import COURSE_PAGE, END_PAGE, course_folder
from evoclass.reading.lessonfiles import read_file
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.wording.sentences import DEFAULT


class Checker:
    """Finds problems in lessons; with a cache, it reads only changed files."""

    def __init__(self, parser: Parser, cache: CheckCache | None = None) -> None:
        self._parser = parser
        self._cache = cache or CheckCache(None, "")
        self._folder: Path | None = None
        """Folder of the current course."""
        self._open: dict[Path, Lesson] = {}
        """Lessons of the current group of files."""
        self.checked: list[Path] = []
        """Lesson files that were checked."""
        self.paused: list[Path] = []
        """Translations that were not compared with their source, because the source itself has errors."""

    def libraries(self, libraries: Iterable[Library]) -> list[Problem]:
        """Return the problems of all courses."""
        found: list[Problem] = []
        for library in libraries:
            for folder in library.folders:
                sources = library.sources(folder)
                self._folder = folder
                found += self._course(sources)
                self._folder = None
                found += strays(folder, sources)
                found += shared_problems(folder)
        self._cache.save()
        return list(dict.fromkeys(found))

    def file(self, path: Path) -> list[Problem]:
        """Return the problems of one file; a translation is also compared with its English source."""
        known = {path: self._result(path)}
        problems = self._told(known[path], path)
        if known[path].recalled:
            others = (other for other in path.absolute().parent.glob("*.md") if other.name != path.name)
            beside = {other: self._result(other) for other in sorted(others) if other.name != COURSE_PAGE}
            problems += (
                problem for problem in recalled_of_course({**beside, **known}) if problem.path == path
            )
        origin = path.absolute().parent.parent / DEFAULT / path.name
        language = known[path].language
        if path.absolute().parent.name == language != DEFAULT and origin.is_file():
            known[origin] = self._result(origin)
            problems += self._drift({DEFAULT: origin, language: path}, known)
        self._note(path)
        self._open.clear()
        self._cache.save()
        return problems

    def _note(self, path: Path) -> None:
        if path.name not in (COURSE_PAGE, END_PAGE):
            self.checked.append(path)

    def _course(self, sources: Mapping[str, Mapping[str, Path]]) -> Iterator[Problem]:
        languages = sorted({language for files in sources.values() for language in files})
        known: dict[Path, FileResult] = {}
        for _, files in sorted(sources.items()):
            for path in files.values():
                self._note(path)
                known[path] = result = self._result(path)
                yield from self._told(result, path)
            yield from _untranslated(files, languages)
            yield from self._drift(files, known)
            self._open.clear()
        yield from _clashes(known, sources)
        yield from needs_of_course(
            {path: result for path, result in known.items() if path.name not in (COURSE_PAGE, END_PAGE)}
        )
        yield from recalled_of_course(known)

    # --------------------------------------------------------------------------------------------- one file

    def _result(self, path: Path) -> FileResult:
        key = str(path.absolute())
        stamp = _stamp(path)
        known = self._cache.files.get(key)
        if known is not None and known.stamp == stamp and stamp[1] >= 0 and _as_before(known.files):
            return known
        lesson = self._lesson(path)
        found = [*check_text(lesson, runs=path.name != COURSE_PAGE), *by_plugins(lesson, self._parser)]
        problems = [replace(problem, path=None) for problem in placed_in(found, path)]
        result = FileResult(
            stamp=stamp,
            digest=lesson.digest,
            id=lesson.id,
            number=lesson.number,
            language=lesson.language,
            source=lesson.source,
            readable=not any(problem.code in NAMELESS for problem in problems),
            problems=problems,
            targets=targets(lesson),
            keys=dict(lesson.keys),
            anchors=sorted(anchors_of(lesson)),
            files={str(file): _stamp(file) for file in lesson.files},
            passages=[(str(part.path), part.first, part.last) for part in lesson.passages],
            needs=list(lesson.needs),
            values=list(lesson.live),
            recalled=recalled_by(lesson),
        )
        if stamp[1] >= 0 and not any(problem.code == FAILED for problem in problems):
            self._cache.files[key] = result
            self._cache.changed = True
        return result

    def _lesson(self, path: Path) -> Lesson:
        if path not in self._open:
            raw = read_file(path)
            if isinstance(raw, Problem):
                lesson = self._parser.lesson("", path)
                self._open[path] = replace(lesson, problems=(raw,))
            else:
                self._open[path] = read(self._parser, raw, path, course_folder(path, self._folder))
        return self._open[path]

    def _told(self, result: FileResult, path: Path) -> list[Problem]:
        problems = [*result.problems, *placed_in(list(missing(result.targets, path, self._anchors)), path)]
        return ordered(_placed(problems, path, result))

    def _anchors(self, path: Path) -> Collection[str] | None:
        """Return the places that links can lead to in another file of a course; None if it is not a lesson."""
        if path.suffix.lower() not in (".md", ".markdown") or not path.is_file():
            return None
        path = Path(os.path.normpath(path))
        return self._result(path).anchors

    # ---------------------------------------------------------------------------------- files by each other

    def _drift(self, files: Mapping[str, Path], known: Mapping[Path, FileResult]) -> Iterator[Problem]:
        """Compare each translation with its source: the English file, or else the first language."""
        origin = DEFAULT if DEFAULT in files else min(files)
        source = files[origin]
        for language, path in sorted(files.items()):
            if language == origin or not (known[source].readable and known[path].readable):
                continue
            # Text hidden by an error would seem missing in the source and extra in the translation.
            if any(problem.is_error for problem in known[source].problems):
                self.paused.append(path)
                continue
            if known[path].source.partition(" ")[0] != origin:
                line = known[path].keys.get("source", known[path].keys.get("language", 1))
                yield Problem("W047", line, fields={"language": origin}, path=path)
            digests = (known[source].digest, known[path].digest)
            key = str(path.absolute())
            pair = self._cache.pairs.get(key)
            if pair is None or pair.digests != digests:
                problems = list(drift(self._lesson(source), self._lesson(path)))
                pair = self._cache.pairs[key] = PairResult(digests, problems)
                self._cache.changed = True
            yield from ordered(_placed(pair.problems, path, known[path]))


def read(parser: Parser, text: str | bytes, path: Path, course: Path | None = None) -> Lesson:
    """Return the lesson or course page in a file."""
    return (parser.page if path.name == COURSE_PAGE else parser.lesson)(text, path, course)


def _stamp(path: Path) -> Stamp:
    """Return what changes with each change of a file; its size is -1 if there is none."""
    try:
        status = path.stat()
    except OSError:
        return 0, -1
    return status.st_mtime_ns, status.st_size


def _as_before(files: Mapping[str, Stamp]) -> bool:
    """Whether none of these files has changed."""
    return all(_stamp(Path(file)) == before for file, before in files.items())


def _placed(problems: Iterable[Problem], path: Path, result: FileResult) -> Iterator[Problem]:
    """Yield problems with the file that each is in, and with its line there."""
    for problem in problems:
        for file, first, last in result.passages:
            if first <= problem.line <= last:
                yield replace(problem, path=Path(file), line=problem.line - first + 1)
                break
        else:
            yield replace(problem, path=path)


def _untranslated(files: Mapping[str, Path], languages: Iterable[str]) -> Iterator[Problem]:
    """Report the languages of the course in which a file does not exist."""
    path = files.get(DEFAULT) or files[min(files)]
    for language in languages:
        if language not in files:
            yield Problem("W082", 1, fields={"language": language, "file": path.name}, path=path)


def _clashes(
    known: Mapping[Path, FileResult], sources: Mapping[str, Mapping[str, Path]]
) -> Iterator[Problem]:
    """Report two lessons of one language with the same number or id."""
    for attribute, code in (("number", "E081"), ("id", "E080")):
        seen: dict[tuple[str, object], Path] = {}
        for files in sources.values():
            for language, path in files.items():
                result = known.get(path)
                if result is None or not result.readable or path.name == COURSE_PAGE:
                    continue
                value = getattr(result, attribute)
                other = seen.setdefault((language, value), path)
                if other != path:
                    line = result.keys.get(attribute, 1)
                    yield Problem(code, line, fields={attribute: value, "other": other.name}, path=path)
