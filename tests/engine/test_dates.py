"""Points in time in words, in both languages."""

from __future__ import annotations

import time

import pytest

from evoclass.i18n import Catalog
from evoclass.wording import dates

NOON = time.mktime((2026, 11, 26, 12, 0, 0, 0, 0, -1))


@pytest.mark.parametrize(
    ("ago", "english", "italian"),
    [
        (0, "today, 12:00", "oggi alle 12:00"),
        (11.5 * 3600, "today, 00:30", "oggi alle 00:30"),
        (12.5 * 3600, "yesterday, 23:30", "ieri alle 23:30"),
        (3 * 86400, "2026-11-23, 12:00", "23/11/2026 alle 12:00"),
    ],
)
def test_a_time_is_said_as_people_do(ago: float, english: str, italian: str) -> None:
    assert dates.said(NOON - ago, Catalog("en"), NOON) == english
    assert dates.said(NOON - ago, Catalog("it"), NOON) == italian
