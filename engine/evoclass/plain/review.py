"""A sitting of reviews on standard input and output."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Mapping

from evoclass.learner.reviewing import Review
from evoclass.learner.standing import numbered
from evoclass.model import Lab
from evoclass.plain.console import Console, Leave
from evoclass.plain.frontend import CLOSING_SECONDS
from evoclass.plain.labs import Labs
from evoclass.plain.questions import Questions
from evoclass.plain.speech import spoken
from evoclass.plain.steering import GoTo, Steering
from evoclass.runner import Runner


class PlainReview:
    """Asks what is due, one question after the other."""

    def __init__(self, review: Review, runners: Mapping[str, Runner], console: Console | None = None) -> None:
        self._review, self._runners = review, runners
        self._console = console or Console()
        self._catalog = review.catalog
        steering = Steering(self._console, self._catalog)
        self._labs = Labs(review, self._console, steering, self._runner)
        self._questions = Questions(review, self._console, steering, self._labs)

    def run(self) -> None:
        """Go through the sitting; leaving early loses nothing."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        self._review.lab_runner = self._runner
        self._review.on_notice = self._console.say
        signal.signal(signal.SIGINT, signal.default_int_handler)
        say = self._catalog
        self._console.say(*self._review.syncing.troubles(say))
        try:
            if not self._review.left:
                self._console.say(say("review.nothing"))
                return
            self._console.say(say("review.begin", count=self._review.left, minutes=self._review.minutes), "")
            with contextlib.suppress(Leave, KeyboardInterrupt):
                await self._sitting()
            self._console.say("", self._review.said())
        finally:
            closing = asyncio.gather(
                *(runner.close() for runner in self._runners.values()), return_exceptions=True
            )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(closing, CLOSING_SECONDS)

    async def _sitting(self) -> None:
        while (block := self._review.next()) is not None:
            entry = self._review.course.entry(self._review.lesson.id)
            title = numbered(entry) if entry is not None else self._review.lesson.title
            self._console.say(self._catalog("review.from", title=title, left=self._review.left))
            self._labs.live = {}
            challenge = self._review.challenge
            if challenge:
                self._console.say(self._catalog("plain.steps", title=challenge), "")
            prose = [part for part in self._review.story if not isinstance(part, Lab)]
            self._console.say(*spoken(tuple(prose), {}, self._catalog))
            try:
                await self._questions.ask(block, step=bool(challenge))
            except GoTo:
                continue  # there are no sections here: the question is left for another time
            finally:
                self._review.settle()

    async def _runner(self) -> Runner:
        return self._runners[self._review.settings.runner]
