"""The learner's own goal for a week: minutes of study, counted and never judged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from evoclass.i18n import Catalog
from evoclass.learner.config import Settings
from evoclass.learner.event import NIGHT, Verb, day_of, now
from evoclass.learner.store import Store


def said(store: Store, settings: Settings, catalog: Catalog, seconds: float = 0.0) -> str:
    """Return in a sentence how much was studied this week, if the learner has set a goal; empty if not.

    `seconds` of study are not in the log yet.
    """
    goal = settings.weekly_minutes
    if not goal:
        return ""
    minutes = round((studied(store) + seconds) / 60)
    return catalog("week.reached" if minutes >= goal else "week.so_far", minutes=minutes, goal=goal)


def studied(store: Store, moment: datetime | None = None) -> float:
    """Return the seconds of study in the week of a moment, which begins on Monday where the learner is."""
    today = day_of(moment or now())
    monday = today - timedelta(days=today.weekday())
    # A day more, for entries that were made in another time zone.
    since = datetime(monday.year, monday.month, monday.day, tzinfo=UTC) - timedelta(days=1) + NIGHT
    found = store.events_since(Verb.ATTENDED, since)
    return sum(
        float(seconds)
        for event in found
        if monday <= day_of(event.time) <= today
        and isinstance(seconds := event.payload.get("seconds"), int | float)
        and 0 < seconds < LONGEST
    )


LONGEST = 7 * 86_400.0
"""Most seconds of study in one entry; an entry with more is damaged."""
