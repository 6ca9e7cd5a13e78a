"""The guesses of the lessons: each is about a program as it is, or about the change that its lesson asks for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from evoclass.model import AnyBlock, Guess, Inlines, Lesson, inlines, plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.guesses import counts
from evoclass.reading.markup import Parser

CONTENT = Path(__file__).parents[2] / "content"

CHANGES = {
    "wrong-pictures": [
        ("reshape(7, 30, 3, 16, 16)", "reshape(30, 7, 3, 16, 16)"),
        ("mean(dim=1)", "mean(dim=0)"),
    ],
    "one-axis-off": [("by_dish.mean(dim=1)", "by_dish.mean(dim=0)")],
    "old-slopes": [("    optimizer.zero_grad()\n", "")],
    "one-bracket-less": [("model(inputs)[:, 0]", "model(inputs)")],
    "two-softmaxes": [("cross_entropy(logits, menus)", "cross_entropy(logits.softmax(dim=1), menus)")],
    "too-large-a-step": [("learning_rate = 0.01", "learning_rate = 1.0")],
    "shuffle-the-test": [('shuffled", make_cnn, shuffle(x), ', 'shuffled", make_cnn, x, ')],
    "no-frame": [(", padding=1", "")],
    "not-shuffled": [("shuffle=True", "shuffle=False")],
    "by-heart-noise": [("# --", "pictures = torch.randn_like(pictures)\n# --")],
    "wrong-mode": [
        ("network.eval()", "network.train()"),
        (
            "network(test_points).argmax(1)",
            "torch.cat([network(part).argmax(1) for part in test_points.split(300)])",
        ),
    ],
    "half-the-variance": [("2 / width", "1 / width")],
    "base-in-training": [("base.eval()", "base.train()")],
    "without-knowledge": [("load_backbone()", "load_backbone(pretrained=False)")],
    "five-a-class": [("images_per_class = 30", "images_per_class = 5")],
    "best-of-many": [("candidates = 60", "candidates = 200")],
    "one-seed-for-all": [("train(100 * seed + number)", "train(100 * seed)")],
    "no-positions": [("positions = True", "positions = False")],
    "no-mask": [("masked = True", "masked = False")],
    "more-pictures": [("images_per_class = 30", "images_per_class = 100")],
    "rounded-down": [("(weight / scale).round()", "(weight / scale).floor()")],
    "blue-for-red": [("photos = test ", "photos = test.flip(1) ")],
    "few-digits": [("training = 1500", "training = 30")],
    "wrong-way": [("direction = data - noise", "direction = noise - data")],
    "not-shifted": [("targets = batch[:, 1:]", "targets = batch[:, :-1]")],
    "filling-counts": [("rows, True, -1", "rows, True, 0")],
}
"""What the lesson tells the learner to change for each guess."""

AS_IT_IS = {"one-step-spread"}
"""Guesses about a program that nobody has changed."""


@cache
def lessons(language: str) -> list[Lesson]:
    parser = Parser(Plugins())
    pages = sorted((CONTENT / language).glob("[0-9]*.md"))
    return [parser.lesson(page.read_bytes(), page, CONTENT) for page in pages]


def found(language: str) -> dict[str, tuple[Lesson, Guess]]:
    return {guess.id: (lesson, guess) for lesson in lessons(language) for guess in lesson.guesses}


def inlines_of(block: AnyBlock) -> Inlines:
    return tuple(inlines(block))


@pytest.mark.parametrize("language", ["en", "it"])
def test_each_lesson_asks_for_guesses_in_what_it_breaks(language: str) -> None:
    assert set(found(language)) == CHANGES.keys() | AS_IT_IS
    assert all(lesson.guesses for lesson in lessons(language))


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_guess_is_about_its_own_change(name: str, language: str) -> None:
    lesson, guess = found(language)[name]
    code = next(lab.code for lab in lesson.labs if lab.file == guess.file)
    changed = code
    for before, after in CHANGES[name]:
        assert before in changed
        changed = changed.replace(before, after)
    assert counts(guess, changed)
    assert not counts(guess, code)
    beside = [other for other in lesson.guesses if other.file == guess.file and other is not guess]
    assert not any(counts(other, changed) for other in beside)


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("name", AS_IT_IS)
def test_a_guess_about_a_program_as_it_is_counts_for_it(name: str, language: str) -> None:
    lesson, guess = found(language)[name]
    assert counts(guess, next(lab.code for lab in lesson.labs if lab.file == guess.file))


@pytest.mark.parametrize("language", ["en", "it"])
def test_what_a_change_brings_is_told_by_its_guess_and_nowhere_else(language: str) -> None:
    for name in CHANGES:
        lesson, guess = found(language)[name]
        [paragraph] = guess.explanation
        told = plain_text(inlines_of(paragraph))
        others = [plain_text(inlines_of(block)) for block in lesson.walk() if block is not paragraph]
        assert not any(told[:60] in other for other in others), name


@pytest.mark.parametrize("language", ["en", "it"])
def test_a_program_is_read_on_two_screens(language: str) -> None:
    """A lab has at most 80 lines."""
    long = {
        lab.file: lines
        for lesson in lessons(language)
        for lab in lesson.labs
        if (lines := len(lab.code.strip().splitlines())) > 80
    }
    assert not long
