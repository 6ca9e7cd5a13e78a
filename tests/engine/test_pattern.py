"""A pattern that is compiled at its first use does what one of `re.compile` does."""

from __future__ import annotations

import re

import pytest

from evoclass.pattern import pattern


@pytest.mark.parametrize("text", ["a+b", "", "xaab aab", "AAB\naab"])
@pytest.mark.parametrize("flags", [0, re.IGNORECASE | re.MULTILINE])
def test_it_finds_what_a_compiled_one_finds(text: str, flags: int) -> None:
    ours, theirs = (
        [
            [found.span() for found in one.finditer(text)],
            one.findall(text),
            one.sub(r"<\1>", text),
            one.subn("", text),
            one.split(text),
            [bool(find(text)) for find in (one.match, one.search, one.fullmatch)],
            one.pattern,
        ]
        for one in (make(r"^a+(b)|\bb", flags) for make in (pattern, re.compile))
    )
    assert ours == theirs


def test_it_is_compiled_once_and_late(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    compiled = re.compile
    monkeypatch.setattr(re, "compile", lambda text, flags=0: (made.append(text), compiled(text, flags))[1])
    late = pattern("a")
    assert not made
    assert late.match("a")
    assert late.search("ba")
    assert made == ["a"]


def test_bytes_are_found() -> None:
    assert pattern(rb"\d+").findall(b"1 22") == [b"1", b"22"]


def test_a_wrong_one_fails_at_its_first_use() -> None:
    with pytest.raises(re.error):
        pattern("(").match("")
