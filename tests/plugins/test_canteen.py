"""The data sets of the canteen: what lessons say of them, measured."""

from __future__ import annotations

import hashlib
import math
import subprocess
import sys
from collections import Counter
from importlib.resources import files
from inspect import ismodule
from itertools import chain

import pytest
import torch

import evoclass_canteen
from evoclass_canteen import (
    PRICES,
    CanteenLanguage,
    digits,
    dish_names,
    menus,
    number_words,
    queue,
    spiral,
)

LANGUAGES = ("en", "it")


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> CanteenLanguage:
    return CanteenLanguage(request.param)


# ------------------------------------------------------------------------------------------------ the package


def test_words_and_sentences_need_no_torch() -> None:
    code = (
        "import sys; from evoclass_canteen import CanteenLanguage, dish_names, number_words;"
        "CanteenLanguage('it').draw(1), dish_names(), number_words(3);"
        "sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_name_stays_what_it_was_after_its_module_is_loaded() -> None:
    for name in evoclass_canteen.__all__:
        first = getattr(evoclass_canteen, name)
        assert getattr(evoclass_canteen, name) is first
        assert not ismodule(first), name
    with pytest.raises(AttributeError, match="cutlery"):
        evoclass_canteen.cutlery  # noqa: B018


@pytest.mark.parametrize("ask", [CanteenLanguage, dish_names, lambda language: number_words(1, language)])
def test_a_language_that_the_canteen_does_not_speak_is_refused(ask: object) -> None:
    with pytest.raises(ValueError, match="one of en, it, not 'fr'"):
        ask("fr")  # type: ignore[operator]


# ------------------------------------------------------------------------------------------------ the queue


def test_least_squares_finds_the_line_of_the_queue() -> None:
    people, minutes = queue()
    assert people.shape == minutes.shape == (60,)
    assert people.dtype == minutes.dtype == torch.float32
    columns = torch.stack([people, torch.ones(60)], 1).double()
    line = torch.linalg.lstsq(columns, minutes.double()[:, None]).solution
    loss = (columns @ line - minutes[:, None]).square().mean()
    assert [round(number, 3) for number in (*line.flatten().tolist(), loss.item())] == [0.825, 1.761, 2.273]


def test_a_long_queue_shows_what_is_behind_it() -> None:
    people, minutes = queue(20_000, seed=3)
    assert (people.min(), people.max()) == (0, 39)
    assert people.mean().item() == pytest.approx(19.5, abs=0.3)
    spread = minutes - 0.8 * people - 2
    assert spread.mean().item() == pytest.approx(0, abs=0.05)
    assert spread.std().item() == pytest.approx(1.5, abs=0.03)
    assert torch.equal(queue(20_000, seed=3).minutes, minutes)
    assert not torch.equal(queue(20_000, seed=4).minutes, minutes)


# ------------------------------------------------------------------------------------------------ the spiral


def test_the_spiral_has_three_arms_that_turn_as_they_leave_the_middle() -> None:
    points, labels = spiral()
    assert points.shape == (300, 2)
    assert labels.bincount().tolist() == [100, 100, 100]
    radius = points.norm(dim=1)
    assert 0.05 <= radius.min() < 0.1
    assert 0.95 < radius.max() <= 1.0001
    angle = torch.atan2(points[:, 1], points[:, 0])
    off = angle - radius * 1.5 * math.pi - labels * 2 * math.pi / 3
    off = (off + math.pi).remainder(2 * math.pi) - math.pi
    assert off.mean().item() == pytest.approx(0, abs=0.03)
    assert off.std().item() == pytest.approx(0.15, abs=0.02)


def test_no_line_through_the_spiral_tells_the_menus_apart() -> None:
    """The best linear scores, by least squares, stay far from what a bent line reaches."""
    points, labels = spiral()
    columns = torch.cat([points, torch.ones(300, 1)], 1)
    scores = columns @ torch.linalg.lstsq(columns, torch.eye(3)[labels]).solution
    assert 0.3 < (scores.argmax(1) == labels).float().mean() < 0.6


def test_queue_and_spiral_are_drawn_for_good() -> None:
    """Lessons quote what was measured on exactly these numbers."""
    assert [round(number, 4) for number in queue().minutes[:3].tolist()] == [7.0467, 7.5774, 20.8785]
    assert [round(number, 4) for number in spiral().points[0].tolist()] == [-0.7217, -0.2678]
    without = spiral(2, seed=5, noise=0)
    assert without.menus.tolist() == [0, 0, 1, 1, 2, 2]
    assert not torch.equal(without.points, spiral(2, seed=5).points)


# ------------------------------------------------------------------------------------------------ menus


def test_a_menu_has_each_dish_once_and_any_price() -> None:
    drawn = menus(3000)
    assert drawn.dishes.shape == drawn.prices.shape == (3000, 6)
    assert all(len(set(menu)) == 6 for menu in drawn.dishes.tolist())
    for numbers, kinds in ((drawn.dishes, 20), (drawn.prices, 10), (drawn.asked, 20), (drawn.line, 6)):
        counts = numbers.flatten().bincount().double()
        assert len(counts) == kinds
        expected = numbers.numel() / kinds
        assert (counts - expected).square().sum() / expected < 2.5 * kinds, "chi squared"


def test_the_answer_stands_on_the_line_of_the_dish() -> None:
    dishes, prices, asked, answer, line = menus(500, seed=2, lines=4)
    row = torch.arange(500)
    assert torch.equal(dishes[row, line], asked)
    assert torch.equal(prices[row, line], answer)
    assert torch.equal(menus(500, seed=2, lines=4).dishes, dishes)
    assert not torch.equal(menus(500, seed=3, lines=4).dishes, dishes)


def test_the_dish_alone_does_not_tell_its_price() -> None:
    drawn = menus(20_000)
    guess = torch.zeros(20, 10).index_put((drawn.asked, drawn.answer), torch.ones(20_000), accumulate=True)
    assert guess.max(1).values.sum() / 20_000 < 0.13


def test_a_menu_of_more_dishes_than_there_are_is_refused() -> None:
    assert menus(1, lines=20).dishes.sort().values.tolist() == [list(range(20))]
    with pytest.raises(ValueError, match="from 1 to 20, not 21"):
        menus(1, lines=21)


def test_dishes_have_twenty_names_and_prices_ten() -> None:
    assert all(len(set(dish_names(language))) == 20 for language in LANGUAGES)
    assert (dish_names()[3], dish_names("it")[3]) == ("soup", "zuppa")
    assert len(PRICES) == 10


# ------------------------------------------------------------------------------------------------ sentences


def test_no_sentence_comes_about_in_two_ways(language: CanteenLanguage) -> None:
    """Otherwise one string would have two probabilities, and neither would be right."""
    assert len(language.log_probabilities) == 10_536
    assert math.fsum(map(math.exp, language.log_probabilities.values())) == pytest.approx(1, abs=1e-12)


def test_the_entropy_is_exact_and_what_draws_cost(language: CanteenLanguage) -> None:
    patterns = (12 * 2 * 7, 12 * 2 * 6 * 4 * 7, 12 * 2 * 6 * 4 * 7, 12 * 2 * 6 * 4 * 4)
    assert language.entropy == pytest.approx(math.log(4) + sum(map(math.log, patterns)) / 4, abs=1e-9)
    drawn = language.draw(5000, seed=11)
    cost = -sum(sentence.log_probability for sentence in drawn)
    assert cost / len(drawn) == pytest.approx(language.entropy, abs=0.08)
    characters = sum(len(sentence.text) + 1 for sentence in drawn)
    assert cost / characters == pytest.approx(language.entropy_per_character, abs=0.003)


@pytest.mark.parametrize(("code", "floor"), [("en", 0.2668), ("it", 0.2657)])
def test_the_floor_of_the_loss_is_nearly_the_same_in_both_languages(code: str, floor: float) -> None:
    assert CanteenLanguage(code).entropy_per_character == pytest.approx(floor, abs=0.00005)


def test_sentences_are_drawn_as_often_as_they_say(language: CanteenLanguage) -> None:
    drawn = language.draw(12_000)
    assert all(
        language.log_probabilities[sentence.text] == sentence.log_probability for sentence in drawn[:500]
    )
    short = [text for text, logarithm in language.log_probabilities.items() if logarithm > -7]
    assert len(short) == 12 * 2 * 7
    counts = Counter(sentence.text for sentence in drawn)
    expected = 12_000 / 4 / len(short)
    # Chi squared of 168 sentences: 168 on average, above 260 once in a hundred thousand draws.
    assert sum((counts[text] - expected) ** 2 for text in short) / expected < 260


def test_a_seed_draws_the_same_sentences_and_more_of_them() -> None:
    italian = CanteenLanguage("it")
    assert italian.draw(20)[:5] == italian.draw(5)
    assert italian.draw(5) != italian.draw(5, seed=11)
    assert italian.draw(3)[2].text == "Anna assaggia l'insalata e la prepara."
    assert CanteenLanguage("en").draw(3)[2].text == "Anna tastes the salad and makes it."


def test_italian_agrees_in_gender_and_number() -> None:
    sentences = CanteenLanguage("it").log_probabilities
    for right, wrong in [
        ("La zuppa è calda.", "La zuppa è caldo."),
        ("Gli gnocchi che la cuoca porta sono caldi.", "Gli gnocchi che la cuoca porta è caldi."),
        ("Anna porta l'insalata salata.", "Anna porta la insalata salata."),
        ("Il cuoco compra le arance e le assaggia.", "Il cuoco compra le arance e li assaggia."),
        ("I sufflè sono dolci.", "I sufflè è dolci."),
    ]:
        assert right in sentences
        assert wrong not in sentences


def test_english_agrees_in_number() -> None:
    sentences = CanteenLanguage("en").log_probabilities
    for right, wrong in [
        ("The donut is cold.", "The donut are cold."),
        ("The sandwiches that the cook brings are big.", "The sandwiches that the cook brings is big."),
        ("Marta makes the salty ice creams.", "Marta makes the ice creams salty."),
        ("Paolo buys the oranges and tastes them.", "Paolo buys the oranges and tastes it."),
    ]:
        assert right in sentences
        assert wrong not in sentences


# ------------------------------------------------------------------------------------------------ numbers in words


@pytest.mark.parametrize(
    ("number", "italian", "english"),
    [
        (0, "zero", "zero"),
        (3, "tre", "three"),
        (8, "otto", "eight"),
        (21, "ventuno", "twenty-one"),
        (23, "ventitré", "twenty-three"),
        (28, "ventotto", "twenty-eight"),
        (40, "quaranta", "forty"),
        (81, "ottantuno", "eighty-one"),
        (100, "cento", "one hundred"),
        (101, "centouno", "one hundred and one"),
        (103, "centotré", "one hundred and three"),
        (108, "centotto", "one hundred and eight"),
        (111, "centoundici", "one hundred and eleven"),
        (118, "centodiciotto", "one hundred and eighteen"),
        (180, "centottanta", "one hundred and eighty"),
        (200, "duecento", "two hundred"),
        (237, "duecentotrentasette", "two hundred and thirty-seven"),
        (888, "ottocentottantotto", "eight hundred and eighty-eight"),
        (1000, "mille", "one thousand"),
        (1001, "milleuno", "one thousand and one"),
        (1003, "milletré", "one thousand and three"),
        (1008, "milleotto", "one thousand and eight"),
        (1100, "millecento", "one thousand one hundred"),
        (1861, "milleottocentosessantuno", "one thousand eight hundred and sixty-one"),
        (3000, "tremila", "three thousand"),
        (3003, "tremilatré", "three thousand and three"),
        (21_000, "ventunomila", "twenty-one thousand"),
        (23_023, "ventitremilaventitré", "twenty-three thousand and twenty-three"),
        (108_000, "centottomila", "one hundred and eight thousand"),
        (
            999_999,
            "novecentonovantanovemilanovecentonovantanove",
            "nine hundred and ninety-nine thousand nine hundred and ninety-nine",
        ),
    ],
)
def test_numbers_in_words(number: int, italian: str, english: str) -> None:
    assert number_words(number, "it") == italian
    assert number_words(number) == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_numbers_have_the_same_words(language: str) -> None:
    numbers = chain(range(20_000), range(20_000, 1_000_000, 997))
    words = [number_words(number, language) for number in numbers]
    assert len(set(words)) == len(words)
    assert all("tré" not in word[:-3] for word in words), "only a final three has an accent"


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_numbers_that_have_no_words_here_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 999999"):
        number_words(number)


# ------------------------------------------------------------------------------------------------ digits


def test_the_digits_are_those_of_the_test_set() -> None:
    images, labels = digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == torch.uint8
    assert (images.min(), images.max()) == (0, 16)
    assert labels.bincount().tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert labels.dtype == torch.int64
    kept = hashlib.sha256(images.numpy().tobytes() + labels.to(torch.uint8).numpy().tobytes()).hexdigest()
    assert kept == "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"


def test_digits_look_like_what_they_are() -> None:
    """The nearest average tells most of them: labels and pictures belong together."""
    images, labels = digits()
    points = images.flatten(1).float()
    centers = torch.stack([points[:1000][labels[:1000] == digit].mean(0) for digit in range(10)])
    guesses = torch.cdist(points[1000:], centers).argmin(1)
    assert (guesses == labels[1000:]).float().mean() > 0.85


def test_the_digits_of_one_caller_are_not_those_of_another() -> None:
    digits().images.zero_()
    assert digits().images.any()


def test_credit_is_given_beside_the_digits() -> None:
    credit = files(evoclass_canteen).joinpath("digits.txt").read_text(encoding="utf-8")
    for said in ("E. Alpaydin and C. Kaynak", "10.24432/C50P49", "creativecommons.org/licenses/by/4.0"):
        assert said in credit
