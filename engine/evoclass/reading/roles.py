"""Inline roles, ``{name}`content` ``: values of the learner's run, and the roles of plugins."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches

from markdown_it.token import Token

from evoclass.directive import ENGINE_ROLES, RoleType
from evoclass.errors import LessonError, Problem
from evoclass.model import Inlines, Live, Span
from evoclass.pluginhost.blame import reason
from evoclass.reading.budget import ELEMENT, SEARCH, Budget
from evoclass.reading.livevalue import is_expression

_SHORTCUT = re.compile(r"([a-z_]+(?:\.[\w-]+)?) +(\S(?:.*\S)?)")

NEAR = 0.65
"""Least similarity of a name and a suggestion."""

CALL = 50
"""Steps of one call to a plugin."""


class RoleReader:
    """Reads the roles of one file; an unreadable role is shown as written."""

    def __init__(
        self,
        roles: Mapping[str, type[RoleType]],
        missing: Collection[str],
        budget: Budget,
        report: Callable[[Problem], None],
    ) -> None:
        self._roles = roles
        self._missing = missing
        """Plugins that are switched off."""
        self._budget = budget
        self._report = report

    def read(self, token: Token, line: int) -> Inlines:
        """Return the items of a role that begins on `line`."""
        items: Inlines | None
        if token.info == "live":
            items = (Live(token.content),)
        elif token.info == "shortcut":
            items = self._shortcut(token.content, line)
        elif token.info in self._roles:
            items = self._asked(token.info, token.content, line)
        else:
            self._report(self._unknown(token.info, line))
            items = None
        for item in items or ():
            if isinstance(item, Live) and not is_expression(item.place[1]):
                self._report(Problem("E032", line, fields={"expression": item.expression}))
                items = None
                break
        return (Span(token.markup, frozenset({"code"})),) if items is None else items

    def _shortcut(self, content: str, line: int) -> Inlines | None:
        """Return the key that a lesson names: what it does, then the key that it has if nobody changes it."""
        found = _SHORTCUT.fullmatch(content)
        if found is None:
            self._report(Problem("E031", line, fields={"text": content}))
            return None
        return (Span(found[2], frozenset({"strong"}), shortcut=found[1]),)

    def _asked(self, name: str, content: str, line: int) -> Inlines | None:
        """Return a plugin's items for its role, or None when the plugin refuses or fails.  Raises TooMuch."""
        self._budget.spend(CALL)
        try:
            items = tuple(self._roles[name].read(content, line))
        except LessonError as error:
            for problem in error.problems:
                self._report(problem)
            return None
        except Exception as error:
            self._report(Problem("E101", line, fields={"directive": name, "error": reason(error)}))
            return None
        for item in items:
            self._budget.spend(ELEMENT + (len(item.text) + len(item.href) if isinstance(item, Span) else 0))
        return items

    def _unknown(self, name: str, line: int) -> Problem:
        self._budget.spend(SEARCH)
        known = (*ENGINE_ROLES, *self._roles)
        near = get_close_matches(name[:60], known, 1, NEAR)
        if not near and self._missing:
            more = {"variant": "missing", "near": "", "plugins": ", ".join(self._missing)}
        else:
            more = {"near": near[0] if near else ""}
        return Problem("E030", line, fields={"role": name, "known": ", ".join(sorted(known)), **more})
