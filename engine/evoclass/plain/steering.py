"""Navigation in a lesson that is read aloud: sections, repeat, help, leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import shorten

from evoclass.i18n import Catalog
from evoclass.plain.console import Console, Leave
from evoclass.wording.language import Meaning
from evoclass.wording.languages import means

LONGEST = 40
"""Characters of what was typed that a sentence repeats."""


class GoTo(Exception):
    """The learner wants to continue at another section."""

    def __init__(self, section: int) -> None:
        super().__init__(section)
        self.section = section


class Steering:
    """Understands the commands that work at every question of the console."""

    def __init__(self, console: Console, catalog: Catalog) -> None:
        self._console, self._catalog = console, catalog
        self.titles: Sequence[str] = ()
        """Titles of the sections."""
        self.here = 0
        """Current section."""
        self.also: Callable[[str], bool] = lambda word: False
        """Carries out further commands, and says whether a word was one."""

    def ask(self, question: str, takes: Callable[[str], bool] = lambda word: False) -> str:
        """Ask, and carry out commands meanwhile; a command that the question `takes` as an answer needs a `:` first.

        Raises Leave and GoTo.
        """
        while True:
            typed = self._console.ask(question)
            if not self._carried_out(typed.lower(), takes):
                return typed

    def _carried_out(self, typed: str, takes: Callable[[str], bool]) -> bool:
        if not typed.startswith(":") and takes(typed):
            return False
        command = typed.removeprefix(":")
        if self._means(command, "section"):
            self._choose_section()
            return True
        if self._means(command, "repeat"):
            raise GoTo(self.here)
        if self._means(command, "skip"):
            raise GoTo(self.here + 1)
        if self._means(command, "back"):
            raise GoTo(max(0, self.here - 1))
        if self._means(command, "quit"):
            raise Leave
        if self._means(command, "help"):
            self._console.say(self._catalog("plain.help"), "")
            return True
        return self.also(command)

    def _choose_section(self) -> None:
        """Ask which section to go to; Enter stays here.  Raises GoTo."""
        last = len(self.titles)
        for number, title in enumerate(self.titles, 1):
            here = f" {self._catalog('plain.here')}" if number == self.here + 1 else ""
            self._console.say(f"{self._catalog('plain.section', number=number, title=title)}{here}")
        while typed := self.ask(self._catalog("plain.which_section", last=last)):
            number = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
            if 0 < number <= last:
                raise GoTo(number - 1)
            typed = shorten(typed, LONGEST, placeholder=" …")
            self._console.say(self._catalog("plain.not_there", typed=typed, first=1, last=last))

    def agrees(self, question: str) -> str:
        """Ask for a yes or a no, and return what was typed; the other commands work here too."""
        return self.ask(question, lambda word: self._means(word, "yes") or self._means(word, "no"))

    def is_next(self, typed: str) -> bool:
        """Whether the learner wants to continue with the next part."""
        return self._means(typed, "next")

    def _means(self, typed: str, meaning: Meaning) -> bool:
        return means(typed, meaning, self._catalog.language)
