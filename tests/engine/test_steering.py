"""The commands of plain mode work wherever it waits, also where it asks for a section, a yes or a no."""

from __future__ import annotations

import pytest

from evoclass.i18n import Catalog
from evoclass.plain.console import Console, Leave
from evoclass.plain.steering import GoTo, Steering


class Script(Console):
    """Types what it was given, and keeps what is said."""

    def __init__(self, *typed: str) -> None:
        super().__init__()
        self.typed, self.said = list(typed), ""

    def ask(self, question: str) -> str:
        self.said += f"{question}\n"
        return self.typed.pop(0)

    def say(self, *lines: str) -> None:
        self.said += "".join(f"{line}\n" for line in lines)


def steering(*typed: str, language: str = "en") -> tuple[Steering, Script]:
    console = Script(*typed)
    made = Steering(console, Catalog(language))
    made.titles, made.here = ["Flour", "1. Water", "2. Salt"], 1
    return made, console


def test_a_section_is_chosen_and_a_slip_asks_again() -> None:
    made, console = steering("s", "9", "salt", "3")
    with pytest.raises(GoTo) as wish:
        made.ask("Well?")
    assert wish.value.section == 2
    assert "2 goes to: 1. Water (you are here)" in console.said
    assert console.said.count("pick from 1 to 3") == 2


def test_enter_stays_at_the_question_and_quit_leaves_from_the_list() -> None:
    made, console = steering("s", "", "42")
    assert made.ask("Well?") == "42"
    assert console.said.count("Well?") == 2
    made, _ = steering("s", "q")
    with pytest.raises(Leave):
        made.ask("Well?")


def test_a_pause_goes_on_at_enter_and_at_nothing_that_has_no_meaning() -> None:
    made, console = steering("run", "", "more")
    made.pause("Enter continues")
    assert console.typed == ["more"]
    assert "“run” is nothing that one can do here." in console.said
    made, console = steering("n", "more")
    made.pause("Enter continues")
    assert console.typed == ["more"]


def test_a_reply_that_is_neither_yes_nor_no_asks_again() -> None:
    made, console = steering("maybe", "no")
    assert made.agrees("Again?") == "no"
    assert "“maybe” is neither yes nor no." in console.said


@pytest.mark.parametrize(("language", "yes", "no"), [("en", "y", "n"), ("it", "s", "n")])
def test_a_yes_or_a_no_is_an_answer_and_the_rest_are_commands(language: str, yes: str, no: str) -> None:
    for word in (yes, no, ""):
        made, _ = steering(word, language=language)
        assert made.agrees("Again?") == word
    made, _ = steering("q", language=language)
    with pytest.raises(Leave):
        made.agrees("Again?")
    made, _ = steering(":r", language=language)
    with pytest.raises(GoTo):
        made.agrees("Again?")
