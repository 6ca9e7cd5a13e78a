"""Numbers in words, as they are written in Italian and in English."""

from __future__ import annotations

from evoclass_canteen.languages import spoken

LIMIT = 1_000_000
"""The first number that is too large."""

_ITALIAN = (
    "zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", "undici", "dodici",
    "tredici", "quattordici", "quindici", "sedici", "diciassette", "diciotto", "diciannove",
)  # fmt: skip
_ITALIAN_TENS = ("venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta")
_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def number_words(number: int, language: str = "en") -> str:
    """Return a whole number from 0 to 999,999 in words: 237 is "two hundred and thirty-seven"."""
    write = spoken(language, {"en": _english, "it": _italian})
    if not 0 <= number < LIMIT:
        raise ValueError(f"number must be from 0 to {LIMIT - 1}, not {number}")
    return write(number)


def _english(number: int) -> str:
    if number < 20:
        return _ENGLISH[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        return _ENGLISH_TENS[tens - 2] + (f"-{_ENGLISH[unit]}" if unit else "")
    head, rest = divmod(number, 100 if number < 1000 else 1000)
    words = f"{_english(head)} {'hundred' if number < 1000 else 'thousand'}"
    if rest == 0:
        return words
    return f"{words} and {_english(rest)}" if rest < 100 else f"{words} {_english(rest)}"


def _italian(number: int) -> str:
    if number < 20:
        return _ITALIAN[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        word = _ITALIAN_TENS[tens - 2]
        return _joined(word[:-1] if unit in (1, 8) else word, unit)  # ventuno, ventotto
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        word = f"{'' if hundreds == 1 else _ITALIAN[hundreds]}cento"
        return _joined(word[:-1] if rest == 8 or 80 <= rest < 90 else word, rest)  # centotto, centottanta
    thousands, rest = divmod(number, 1000)
    # Three takes its accent at the end of a word only: ventitré, but ventitremila.
    word = "mille" if thousands == 1 else f"{_italian(thousands).replace('tré', 'tre')}mila"
    return _joined(word, rest)


def _joined(word: str, rest: int) -> str:
    """Return `word` with what follows it in the same word; a final three has an accent."""
    if rest == 0:
        return word
    return word + ("tré" if rest == 3 else _italian(rest))
