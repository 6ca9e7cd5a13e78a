"""Points in time in everyday words: today, 07:10."""

from __future__ import annotations

import time

from evoclass.i18n import Catalog

_DAY = 86_400


def said(when: float, catalog: Catalog, now: float | None = None) -> str:
    """Return a time (seconds since 1970) in words: today, yesterday or its date, and the clock."""
    then, today = time.localtime(when), time.localtime(now)
    clock = time.strftime("%H:%M", then)
    noon = time.mktime((*today[:3], 12, 0, 0, 0, 0, -1))
    for name, day in (("today", noon), ("yesterday", noon - _DAY)):
        if time.localtime(day)[:3] == then[:3]:
            return catalog(f"date.{name}", time=clock)
    return catalog("date.other", time=clock, day=then.tm_mday, month=f"{then.tm_mon:02}", year=then.tm_year)
