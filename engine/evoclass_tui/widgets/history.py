"""Lines entered at the prompt, to go back to and to search."""

from __future__ import annotations


class History:
    """The lines of this visit, oldest first."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._at = 0
        self._unsent = ""
        """The text in the field before going back."""
        self._found = 0
        """Position of the line that the search found last."""

    def add(self, line: str) -> None:
        """Take a line that was entered."""
        if line.strip() and (not self._lines or self._lines[-1] != line):
            self._lines.append(line)
        self._at, self._unsent = len(self._lines), ""

    def go(self, by: int, now: str) -> str:
        """Return the line `by` places on (-1 for the previous one); `now` is the text in the field."""
        if self._at == len(self._lines):
            self._unsent = now
        self._at = max(0, min(len(self._lines), self._at + by))
        return self._lines[self._at] if self._at < len(self._lines) else self._unsent

    def search(self, text: str, *, earlier: bool = False) -> str | None:
        """Return the latest line that contains a text (with `earlier`, the one before the last match), or None."""
        end = self._found if earlier else len(self._lines)
        for place in range(end - 1, -1, -1):
            if text in self._lines[place]:
                self._found = place
                return self._lines[place]
        return None
