"""Fields of plugins from elsewhere: a failure in one is shown in its place, and the question continues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any, TypeVar

from evoclass.disk.crashlog import write_down
from evoclass.exercise import Field, InvalidAnswer, Option, Row, Value
from evoclass.frozen import mutable
from evoclass.i18n import Catalog
from evoclass.model import Span
from evoclass.pluginhost import checked
from evoclass.pluginhost.blame import reason, shown
from evoclass.pluginhost.loading import contained

SECONDS = 5.0
"""Seconds that a call may take."""

Result = TypeVar("Result")


@mutable
class FieldRecord:
    """The failures of one field class in this process."""

    plugin: str
    failures: dict[str, str] = field(default_factory=dict)
    """The reason, by the name of the method."""
    stuck: bool = False
    """Whether a call did not end; then no method is called again."""


class KeptField(Field):
    """A field of a plugin's class; every call into it is checked and has a time limit."""

    def __init__(self, field: Field, record: FieldRecord) -> None:
        for name, value in {
            "name": field.name,
            "label": field.label,
            "field": field,
            "record": record,
        }.items():
            object.__setattr__(self, name, value)  # a field is frozen

    field: Field
    record: FieldRecord

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # `isinstance` must see the plugin's class
        return type(self.field)

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "field"), name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Field) and own(other) is self.field

    def __hash__(self) -> int:
        return id(self.field)

    @property
    def failures(self) -> Sequence[str]:
        """Failures so far."""
        return tuple(self.record.failures.values())

    @property
    def several_lines(self) -> bool:
        return self._ask("several_lines", lambda: _truth(self.field.several_lines), False)

    @property
    def ordered(self) -> bool:
        return self._ask("ordered", lambda: _truth(self.field.ordered), False)

    def takes(self, word: str) -> bool:
        return self._ask("takes", lambda: _truth(self.field.takes(word)), Field.takes(self, word))

    def parts(self) -> Sequence[Option]:
        return self._ask("parts", lambda: checked.options(self.field.parts(), "it"), ())

    def offered(self) -> Sequence[Row]:
        nothing: tuple[Row, ...] = ()
        rows = self._ask("offered", lambda: checked.rows(self.field.offered(), "it"), nothing)
        # A failure that would appear later and unseen must be reported with the question.
        _ = self.parts(), self.several_lines, self.ordered, self.takes("n"), self.typed(None)
        return (*rows, *((Span(failure),) for failure in self.failures))

    def instruction(self, catalog: Catalog) -> str:
        said = self._ask("instruction", lambda: checked.sentence(self.field.instruction(catalog), "it"), "")
        why = self._why("instruction")
        return " ".join(said.split()) or Field.instruction(self, catalog) + (f" ({why})" if why else "")

    def read(self, typed: str, catalog: Catalog) -> Value:
        def work() -> tuple[Value, InvalidAnswer | None]:
            try:
                return checked.value(self.field.read(typed, catalog), "it"), None
            except InvalidAnswer as error:
                return None, InvalidAnswer(checked.sentence(str(error), "it") or self.instruction(catalog))

        nothing: tuple[Value, InvalidAnswer | None] | None = None
        found = self._ask("read", work, nothing)
        if found is None:
            raise InvalidAnswer(self._why("read"))
        value, refused = found
        if refused is not None:
            raise refused
        return value

    def typed(self, value: Value) -> str:
        return self._ask("typed", lambda: _text(self.field.typed(value)), "")

    def words(self, value: Value) -> Sequence[Row]:
        nothing: tuple[Row, ...] | None = None
        rows = self._ask("words", lambda: checked.rows(self.field.words(value), "it"), nothing)
        if rows is None:
            return (*Field.words(self, value), (Span(self._why("words")),))
        return rows

    def signature(self, value: Value) -> object:
        return self._ask("signature", lambda: checked.data(self.field.signature(value), "it"), None)

    def _ask(self, method: str, work: Callable[[], Result], otherwise: Result) -> Result:
        """Return the plugin's result, or `otherwise` when the call fails."""
        if self.record.stuck:
            return otherwise
        try:
            return contained(work, SECONDS)
        except Exception as error:
            if method not in self.record.failures:
                write_down(error)
            kind = type(self.field).__name__
            self.record.failures[method] = f"plugin {self.record.plugin}, {kind}.{method}: {reason(error)}"
            self.record.stuck = self.record.stuck or isinstance(error, TimeoutError)
            return otherwise

    def _why(self, method: str) -> str:
        """Return the failure of a method, or of the one that did not end."""
        return self.record.failures.get(method, "".join(self.failures[:1]) if self.record.stuck else "")


def own(field: Field) -> Field:
    """Return the object that the plugin made."""
    return field.field if type(field) is KeptField else field


def kept_form(fields: Sequence[Field], plugin: str, records: dict[type, FieldRecord]) -> tuple[Field, ...]:
    """Return the fields of a form, with those of plugins' own classes contained."""
    return tuple(
        field
        if _is_ours(type(field))
        else KeptField(field, records.setdefault(type(field), FieldRecord(plugin)))
        for field in fields
    )


def _is_ours(cls: type) -> bool:
    return cls.__module__.partition(".")[0] == "evoclass"


def _truth(found: object) -> bool:
    if not isinstance(found, bool):
        raise TypeError(f"it gave {shown(found)}, not True or False")
    return found


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError(f"it gave {shown(found)}, not a text")
    return str.__str__(found)
