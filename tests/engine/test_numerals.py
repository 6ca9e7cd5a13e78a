"""Numbers as each language writes them."""

from __future__ import annotations

import pytest

from evoclass.i18n import Catalog
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
    exit = Exit(reason="finished", code=0, seconds=7.14)
    assert ending.sentence(exit, Catalog("it")) == "Terminato in 7,1 s."
    assert ending.sentence(exit, Catalog("en")) == "Finished in 7.1 s."
    assert byte_text(1610612736, "it", kilo=1024) == "1,5 GB"
