"""The figures of Lesson 8 that follow from arithmetic are right, in both languages."""

from __future__ import annotations

from math import exp, lgamma, log, sqrt

import pytest

from evoclass.disk.paths import content_folder


def text(language: str) -> str:
    path = content_folder() / language / "08-experiments.md"
    return " ".join(path.read_text(encoding="utf-8").split())


def best(candidates: int, truth: float, pictures: int) -> float:
    """Return the mean accuracy of the best of equally good networks that are right independently of each other."""
    at_most, total = 0.0, 0.0
    for right in range(pictures):
        wrong = pictures - right
        ways = lgamma(pictures + 1) - lgamma(right + 1) - lgamma(wrong + 1)
        at_most += exp(ways + right * log(truth) + wrong * log(1 - truth))
        total += 1 - min(at_most, 1.0) ** candidates
    return total / pictures


@pytest.mark.parametrize(
    ("english", "italian", "places", "value"),
    [
        ("$2 \\sqrt{{10}}$ = {}.", "$2 \\sqrt{{10}}$ = {}.", 1, 2 * sqrt(6 + 4)),
        ("$2 \\sqrt{{45}}$ = {}.", "$2 \\sqrt{{45}}$ = {}.", 1, 2 * sqrt(33 + 12)),
        ("uncertain by {} and 6 points", "incerte di {} e di 6 punti", 1, 200 * sqrt(0.95 * 0.05 / 100)),
        ("uncertain by 4.4 and {} points", "incerte di 4,4 e di {} punti", 0, 200 * sqrt(0.9 * 0.1 / 100)),
        ("is worth {} points", "vale {} punti", 2, 100 / 280),
        ("about {} spreads above", "circa {} dispersioni sopra", 1, (best(60, 0.82, 280) - 0.82) / 0.02296),
        ("show about {}%", "circa il {}%", 1, 100 * best(8, 0.76, 500)),
        ("show about {}%", "circa l'{}%", 1, 100 * best(60, 0.82, 280)),
        ("is {} points above", "sta {} punti sopra", 1, 100 * best(8, 0.76, 2000) - 76),
    ],
)
def test_a_figure_follows(english: str, italian: str, places: int, value: float) -> None:
    stated = f"{value:.{places}f}"
    assert english.format(stated) in text("en")
    assert italian.format(stated.replace(".", ",")) in text("it")


def test_the_best_of_sixty_on_seventy_pictures_shows_more_than_ninety_percent() -> None:
    assert best(60, 0.82, 70) > 0.9
