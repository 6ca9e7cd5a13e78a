"""The learner's own paths in what a program prints: the folder that it runs in there has a name of no use here."""

from __future__ import annotations

import msgspec

from evoclass.protocol import MAX_PATH, MAX_TITLE, ErrorReport, Figure, Frame, Output, RunEvent, Warned

HOLD = 0.01
"""Seconds that a short beginning of a path waits for its rest: a single `/` is often no path."""

LONG = 8
"""Characters from which on the beginning of a path is hardly anything else."""

LONG_HOLD = 1.0
"""Seconds that such a beginning waits."""


class Spelling:
    """Replaces the folder there by the folder here, in a stream that may be cut anywhere."""

    def __init__(self, there: str, here: str) -> None:
        self._there, self._here = there, here
        self._held = ""

    @property
    def patience(self) -> float:
        """Seconds that the beginning of a path waits for its rest; 0 if there is none."""
        if not self._held:
            return 0.0
        return HOLD if len(self._held) < LONG else LONG_HOLD

    def feed(self, text: str) -> str:
        """Return the text that is certain by now."""
        text = (self._held + text).replace(self._there, self._here)
        # The earliest place from which the end of the text could grow into the path.
        for place in range(max(0, len(text) - len(self._there) + 1), len(text)):
            if self._there.startswith(text[place:]):
                self._held = text[place:]
                return text[:place]
        self._held = ""
        return text

    def rest(self) -> str:
        """Return the text that was held back."""
        text, self._held = self._held, ""
        return text

    def event(self, event: RunEvent) -> RunEvent:
        """Return an event with the learner's own paths; output goes through `feed`."""
        match event:
            case ErrorReport():
                return msgspec.structs.replace(
                    event,
                    file=self._text(event.file),
                    text=self._text(event.text),
                    traceback=self._text(event.traceback),
                )
            case Warned():
                return msgspec.structs.replace(event, text=self._text(event.text))
            case Frame() if event.live:
                live = {name: self._text(value) for name, value in event.live.items()}
                return msgspec.structs.replace(event, live=live)
            case Figure():
                file, title = self._text(event.file), self._text(event.title)
                return msgspec.structs.replace(event, file=file[:MAX_PATH], title=title[:MAX_TITLE])
            case Output():
                return Output(text=self.feed(event.text))
        return event

    def _text(self, text: str) -> str:
        return text.replace(self._there, self._here)
