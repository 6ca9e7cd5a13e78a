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
            self.not_understood("plain.not_there", typed, first="1", last=str(last))

    def agrees(self, question: str) -> str:
        """Ask until the answer is yes, no, or just Enter, and return it; the other commands work here too."""

        def takes(word: str) -> bool:
            return self._means(word, "yes") or self._means(word, "no")

        while (typed := self.ask(question, takes)) and not takes(typed):
            self.not_understood("plain.no_reply", typed)
        return typed

    def pause(self, question: str) -> None:
        """Wait for Enter, or for what else means to go on."""
        while (typed := self.ask(question)) and not (self.is_next(typed) or self._means(typed, "yes")):
            self.not_understood("plain.no_command", typed)

    def not_understood(self, sentence: str, typed: str, **fields: str) -> None:
        """Say that what was typed has no meaning here."""
        typed = shorten(typed, LONGEST, placeholder=" …")
        self._console.say(self._catalog(sentence, typed=typed, **fields))

    def is_next(self, typed: str) -> bool:
        """Whether the learner wants to continue with the next part."""
        return self._means(typed, "next")

    def means(self, typed: str, meaning: Meaning) -> bool:
        """Whether what was typed has a meaning; a colon before it makes no difference."""
        return self._means(typed.removeprefix(":"), meaning)

    def _means(self, typed: str, meaning: Meaning) -> bool:
        return means(typed, meaning, self._catalog.language)
