"""Numbers as each language writes them."""

from __future__ import annotations

import pytest

from evoclass.i18n import Catalog, read_number
from evoclass.protocol import Exit
from evoclass.quantities import byte_text
from evoclass.running import ending
from evoclass.wording.numerals import localised, localised_values


@pytest.mark.parametrize(
    ("text", "english", "italian"),
    [
        ("8_967", "8,967", "8.967"),
        ("3,371,008", "3,371,008", "3.371.008"),
        ("-0.27%", "-0.27%", "-0,27%"),
        ("5.5", "5.5", "5,5"),
        ("1280", "1280", "1280"),
        ("1e-05", "1e-05", "1e-05"),
        ("7 × 1280", "7 × 1280", "7 × 1280"),
        ("torch.float32", "torch.float32", "torch.float32"),
        ("2.14.1", "2.14.1", "2.14.1"),
        ("(1, 2.5)", "(1, 2.5)", "(1, 2.5)"),
        ("", "", ""),
    ],
)
def test_numbers_and_only_numbers_change(text: str, english: str, italian: str) -> None:
    assert localised(text, "en") == english
    assert localised(text, "it") == italian


def test_values_keep_their_expressions() -> None:
    assert localised_values({"loss:.2f": "0.50", "name": "a.b"}, "it") == {"loss:.2f": "0,50", "name": "a.b"}


def test_the_end_of_a_run_is_told_with_the_language_s_decimals() -> None:
    done = Exit(reason="finished", code=0, seconds=7.14)
    assert ending.sentence(done, Catalog("it")) == "Terminato in 7,1 s."
    assert ending.sentence(done, Catalog("en")) == "Finished in 7.1 s."
    assert byte_text(1610612736, "it", kilo=1024) == "1,5 GB"


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize(
    ("text", "number"),
    [
        (" 512 ", 512),
        ("1 000 000", 1e6),
        ("14'000", 14e3),
        ("−3", -3),
        ("1e-3", 0.001),
        (".5", 0.5),
        (",5", 0.5),
        ("1,5", 1.5),
        ("0,125", 0.125),
        ("2.303", 2.303),
        ("1 234,5", 1234.5),
        ("many", None),
        ("", None),
        ("5 12", None),
        ("1,23,456", None),
        ("nan", None),
        ("1e999", None),
        ("٣", None),
    ],
)
def test_numbers_as_they_are_typed(text: str, number: float | None, language: str) -> None:
    assert read_number(text, language) == number


@pytest.mark.parametrize(
    ("text", "english", "italian"),
    [
        ("8,967", 8967, 8.967),
        ("3,371,008", 3371008, None),
        ("3.371.008", None, 3371008),
        ("1,000.5", 1000.5, None),
        ("1.000,5", None, 1000.5),
        ("-8,967", -8967, -8.967),
    ],
)
def test_groups_are_read_as_the_language_writes_them(
    text: str, english: float | None, italian: float | None
) -> None:
    assert read_number(text, "en") == english
    assert read_number(text, "it") == italian


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("number", ["1_234_567", "1234.5", "0.125", "-1_234.5", "1e-05"])
def test_what_the_interface_prints_is_read_back(number: str, language: str) -> None:
    assert read_number(localised(number, language), language) == float(number)
