"""Regular expressions that are compiled at their first use: a start needs few of those that are written down."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

__all__ = ["pattern"]


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern as `re.compile` does, later.  Its first use raises re.error where the text is wrong."""
    return cast("re.Pattern[AnyStr]", _Later(text, flags))


class _Later:
    """What becomes a compiled pattern by the first look at one of its methods."""

    def __init__(self, text: Any, flags: int) -> None:
        self.pattern, self.flags = text, flags

    def __getattr__(self, name: str) -> Any:
        made = re.compile(self.pattern, self.flags)
        self.__dict__.update((each, getattr(made, each)) for each in _METHODS)
        return getattr(made, name)


_METHODS = ("match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer")
