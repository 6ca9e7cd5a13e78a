"""The constants of a program that a lesson lets its learner turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.model import Lab, Lesson
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.constants import changed, constant, lighter
from evoclass.reading.markup import Parser

HEAD = "---\nid: knobs\nnumber: 1\ntitle: Knobs\nlanguage: en\n---\n"


def lesson(options: str, code: str = "rate = 0.1  # turn me\nsize = 30\n") -> Lesson:
    return Parser(Plugins()).lesson(
        f"{HEAD}```{{lab}} a.py\n{options}\n{code}```\n".encode(), Path("01-knobs.md")
    )


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("rate 1e-3..1 log", "0.001 0.002 0.005 0.01 0.02 0.05 0.1 0.2 0.5 1.0"),
        ("rate 0..0.4 step 0.1", "0.0 0.1 0.2 0.3 0.4"),
        ("rate 0.07..0.2 step 0.1", "0.07 0.1 0.17 0.2"),
        (
            "rate 0..1",
            "0.0 0.05 0.1 0.15 0.2 0.25 0.3 0.35 0.4 0.45 0.5 0.55 0.6 0.65 0.7 0.75 0.8 0.85 0.9 0.95 1.0",
        ),
        ("rate [0.3, 1e-1]", "0.3 0.1"),
        ("size 1..64", "1 5 10 15 20 25 30 35 40 45 50 55 60 64"),
        ("size 28..32", "28 29 30 31 32"),
        ("size 1..100 log", "1 2 5 10 20 30 50 100"),
        ("size [5, 30, 100]", "5 30 100"),
    ],
)
def test_a_knob_has_the_values_that_it_names_and_the_programs_own(option: str, values: str) -> None:
    read = lesson(f":knob: {option}")
    assert not read.problems
    (knob,) = read.labs[0].knobs
    assert knob.name == option.split()[0]
    assert " ".join(knob.values) == values


@pytest.mark.parametrize(
    ("options", "variant"),
    [
        (":knob: rate", ""),
        (":knob: rate from 1 to 2", ""),
        (":knob: rate 1..0.1", ""),
        (":knob: rate 0..1 log", ""),
        (":knob: rate 0..1 step 0", ""),
        (":knob: rate [0.1, open('x')]", ""),
        (":knob: rate 1..inf", ""),
        (":knob: rate 0..1" + "0" * 400, ""),
        (":knob: rate 0..1e-320", ""),
        (":knob: rate 0..1 step 1e-320", ""),
        (":knob: rate -1e308..1e308", ""),
        (":knob: rate 1.2.3..4", ""),
        (":knob: rate 0..1 step 1e-9", "count"),
        (":knob: speed 0..1", "name"),
        (":knob: rate 0.2..1", "start"),
        (":knob: rate [1, 2]", "start"),
        (":knob: size 1..1000 step 1", "count"),
        (":knob: size [30]", "count"),
        (":knob: size 1..64\n:knob: size 1..32", "twice"),
    ],
)
def test_a_knob_that_cannot_be_turned_is_told(options: str, variant: str) -> None:
    (problem,) = lesson(options).problems
    assert (problem.code, problem.fields["variant"]) == ("E115", variant)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("rate = 0.1  # a # b", "0.1"),
        ("rate: float = -1e-3", "-1e-3"),
        ("rate = 'a # b'  # c", "'a # b'"),
        ("rate=True", "True"),
        ("broken(\nrate = 5", "5"),
        ("rate = 2 * 3", None),
        ("rate = [1]", None),
        ("rate == 3", None),
        ("  rate = 3", None),
        ("rate = 1\nrate = 2", None),
        ("rate = 1; x = 2", None),
        ("rate = ", None),
        ("rate = 'è'  # ù", "'è'"),
        ("rate = x" + " #" * 50_000, None),
        ("rate :" + " " * 50_000, None),
        ("rate = " + "(" * 50_000, None),
    ],
)
def test_the_constant_is_found_in_its_line(line: str, text: str | None) -> None:
    found = constant(line, "rate")
    assert (found.text if found is not None else None) == text
    if found is not None:
        after = changed(line, found, "0.25")
        assert after == line.replace(str(text), "0.25")
        assert changed(line, found, "__import__('os')") is None


@pytest.mark.parametrize(
    ("options", "variant"),
    [
        (":lighter: speed = 1", ""),
        (":lighter: rate", "value"),
        (":lighter: size = 30", "value"),
        (":lighter: size = many", "value"),
        (":lighter: size = 1\\n:lighter: size = 2", "value"),
    ],
)
def test_a_lighter_version_that_is_none_is_told(options: str, variant: str) -> None:
    (problem,) = lesson(options.replace("\\n", "\n")).problems
    assert (problem.code, problem.fields.get("variant", "")) == ("E116", variant)


def test_the_lighter_version_is_what_the_program_is_not_yet() -> None:
    read = lesson(":lighter: rate = 0.5\n:lighter: size = 5")
    assert not read.problems
    (lab,) = read.labs
    assert lab.lighter == (("rate", "0.5"), ("size", "5"))
    assert lighter("rate = 0.1\nsize = 5\n", lab.lighter) == {"rate": "0.5"}


def test_a_lab_without_knobs_has_none() -> None:
    labs: tuple[Lab, ...] = lesson(":seconds: 5").labs
    assert labs[0].knobs == ()
