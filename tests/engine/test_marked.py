"""Sentences outside of a lesson's text may have marks too: aims, and what a check says."""

from __future__ import annotations

import pytest

from evoclass.model import Span, marked, plain_text


def test_marks_of_a_sentence() -> None:
    assert marked("Use `a*b*c`, *not* the **`loop` here**.") == (
        Span("Use "),
        Span("a*b*c", frozenset({"code"})),
        Span(", "),
        Span("not", frozenset({"em"})),
        Span(" the "),
        Span("loop", frozenset({"strong", "code"})),
        Span(" here", frozenset({"strong"})),
        Span("."),
    )


@pytest.mark.parametrize(
    "text", ["", "3*4*5", "a * b * c", "one ` alone", "*", "f(*args, **kwargs)", "2 ** 3 ** 4"]
)
def test_what_is_no_mark_stays_as_it_is(text: str) -> None:
    assert plain_text(marked(text)) == text
