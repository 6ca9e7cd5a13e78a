"""Rules of plugins for lessons: each call is checked and limited in time, and a failure is a problem of the lesson."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from evoclass.errors import Problem
from evoclass.model import Lesson
from evoclass.pluginhost import checked
from evoclass.pluginhost.blame import reason, shown
from evoclass.pluginhost.loading import contained
from evoclass.rules import Edit, LessonRule

if TYPE_CHECKING:
    from evoclass.pluginhost.registry import Registry

HOOK = "register_rules"

FAILED = "E103"
"""Code of the problem that reports a failed rule."""

SECONDS = 5.0
"""Seconds that a call may take."""

LAST = 10**9
"""A number after the last line of any lesson."""

_CODE = re.compile(r"([A-Z]{1,4})\d{3}\Z")


class KeptRule:
    """A rule of a plugin."""

    def __init__(self, rule: LessonRule, plugin: str, registry: Registry) -> None:
        self.rule, self.plugin = rule, plugin
        self.code = rule.code
        self._registry = registry
        self._stuck = ""

    @property
    def about(self) -> str:
        """The first line of its class's docstring."""
        return str(type(self.rule).__doc__ or self.code).strip().split("\n")[0]

    def problems(self, lesson: Lesson) -> list[Problem]:
        """Return the problems of a lesson, or the rule's failure on it."""
        try:
            if self._stuck:
                raise TimeoutError(self._stuck)
            return contained(lambda: self._problems(lesson), SECONDS)
        except Exception as error:
            if isinstance(error, TimeoutError):
                self._stuck = str(error)
            fields = {"rule": self.code, "plugin": self.plugin, "error": reason(error)}
            return [Problem(FAILED, 1, fields=fields)]

    def _problems(self, lesson: Lesson) -> list[Problem]:
        found = checked.problems(self.rule.check(lesson), "check()", 1, LAST)
        if others := [problem.code for problem in found if problem.code != self.code]:
            raise ValueError(f"check() gave a problem {shown(others[0])}")
        severity: Literal["error", "warning"] = "error" if self.rule.error else "warning"
        return [replace(one, severity=severity, path=None, fields=_plain(one.fields)) for one in found]

    def edits(self, problem: Problem, lines: Sequence[str]) -> list[Edit]:
        """Return the edits for one of its problems; none when the rule fails."""
        try:
            return contained(lambda: self._edits(problem, lines), SECONDS)
        except Exception as error:
            self._registry.blame(self.plugin, f"{self.code}.fix(): {reason(error)}")
            return []

    def _edits(self, problem: Problem, lines: Sequence[str]) -> list[Edit]:
        found = checked.listed(self.rule.fix(problem, tuple(lines)), "fix()")
        for edit in found:
            if not isinstance(edit, Edit):
                raise TypeError(f"fix() gave {shown(edit)}, not an Edit")
            if type(edit.line) is not int or not 1 <= edit.line <= len(lines):
                raise ValueError(f"fix() gave an edit of line {shown(edit.line)} of {len(lines)}")
            if edit.text is not None and (
                type(edit.text) is not str or edit.text.splitlines() not in ([], [edit.text])
            ):
                raise ValueError(f"fix() gave {shown(edit.text)} for one line")
        return found


def kept_rules(registry: Registry) -> dict[str, KeptRule]:
    """Return the rules of all plugins by code; a prefix belongs to the first plugin that uses it."""
    rules: dict[str, KeptRule] = {}
    prefixes: dict[str, str] = {}
    codes: dict[str, str] = {}
    for plugin, found in registry.in_rank(registry.each(HOOK)):
        try:
            mine = [_rule(cls) for cls in found]
            taken = next((rule for rule in mine if prefixes.get(_prefix(rule), plugin) != plugin), None)
            if taken is not None:
                owner = prefixes[_prefix(taken)]
                raise ValueError(f"{taken.code}: the plugin {owner!r} has the codes that begin like this")
        except Exception as error:
            registry.switch_off(plugin, f"{HOOK}: {reason(error)}")
            continue
        if registry.claim(plugin, HOOK, [rule.code for rule in mine], codes):
            prefixes.update((_prefix(rule), plugin) for rule in mine)
            rules.update((rule.code, KeptRule(rule, plugin, registry)) for rule in mine)
    return rules


def _rule(cls: Any) -> LessonRule:
    """Make a rule from a class.  Raises TypeError, ValueError, and any exception of its constructor."""
    if not isinstance(cls, type) or not issubclass(cls, LessonRule):
        raise TypeError(f"{shown(cls)} is no LessonRule")
    code = getattr(cls, "code", "")
    match = _CODE.match(code) if isinstance(code, str) else None
    if match is None:
        raise ValueError(
            f"{cls.__name__}: the code is {shown(code)}, not one to four capitals and three digits"
        )
    if match[1] in ("E", "W"):
        raise ValueError(f"{code}: codes with E and W are EvoClass's own")
    if not isinstance(cls.wrong, str) or not isinstance(cls.right, str):
        raise TypeError(f"{code}: its examples are no texts")
    return contained(cls, SECONDS)


def _prefix(rule: LessonRule) -> str:
    return rule.code[:-3]


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a sentence's fields in a form that can be stored and printed."""
    return {
        key: value if isinstance(value, str | int | float) else shown(value) for key, value in fields.items()
    }
