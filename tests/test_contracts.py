"""The contracts for plugins hold for good ones, and each check fails for one that breaks it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from textual.widgets import Static

from evoclass.directive import Directive
from evoclass.exercise import Field, InvalidAnswer, Number, Row, Value
from evoclass.explanation import Explanation
from evoclass.i18n import Catalog
from evoclass.model import Block, Paragraph, Span
from evoclass.protocol import ErrorReport, RunEvent
from evoclass.testing import DirectiveContract, ExplanationContract
from evoclass_explain import explain_error
from evoclass_tensors.screen.panel import TensorPanel
from evoclass_tui.panel import Panel
from evoclass_tui.testing import FieldContract, PanelContract
from evoclass_tui.widgets.fields.line_input import NumberField
from evoclass_tui.widgets.fields.unknown import UnknownLine


class Sign:
    """A line of text."""

    name = "sign"
    options: ClassVar[dict[str, str]] = {"text": "What it says"}

    @classmethod
    def expand(cls, directive: Directive, block_id: str) -> Sequence[Block]:
        return [Paragraph(id=block_id, line=directive.line, text=(Span(directive.require("text")),))]


class TestSign(DirectiveContract):
    directive = Sign
    sample = ":::{sign} way-out\n:text: This way\n:::\n"


class TestExplanations(ExplanationContract):
    explain = staticmethod(explain_error)
    errors = (
        ErrorReport(type="ZeroDivisionError", text="division by zero", line=3),
        ErrorReport(type="IndexError", text="list index out of range", line=1),
        ErrorReport(
            type="RuntimeError", text="mat1 and mat2 shapes cannot be multiplied (3x99 and 1280x7)", line=1
        ),
    )


class TestTensorPanel(PanelContract):
    panel = TensorPanel


class TestNumberField(FieldContract):
    field = Number(name="n", label="n")
    widget = NumberField
    value = 7.0


def failing(contract: type, **changed: Any) -> set[str]:
    """Return the checks of a contract that fail for a changed plugin."""
    changed_contract = type("Changed", (contract,), changed)
    found = set()
    for name in dir(changed_contract):
        if name.startswith("test_"):
            try:
                getattr(changed_contract(), name)()
            except Exception:
                found.add(name)
    return found


def sign(expand: Any) -> type:
    return type("Broken", (Sign,), {"expand": classmethod(expand)})


COUNT = iter(range(1000))

BAD_SIGNS = {
    "raises on an odd value": (
        lambda cls, d, i: [Paragraph(id=i, line=d.line, text=(Span(str(int(d.require("text"), 36))),))],
        "test_the_sample_becomes_blocks_without_a_problem",
    ),
    "one id twice": (
        lambda cls, d, i: [Paragraph(id=i, line=d.line, text=())] * 2,
        "test_its_blocks_have_ids_of_their_own_and_lines_of_the_sample",
    ),
    "a line of its own": (
        lambda cls, d, i: [Paragraph(id=i, line=99, text=())],
        "test_its_blocks_have_ids_of_their_own_and_lines_of_the_sample",
    ),
    "never the same": (
        lambda cls, d, i: [Paragraph(id=i, line=d.line, text=(Span(str(next(COUNT))),))],
        "test_it_gives_the_same_each_time",
    ),
    "needs its option": (
        lambda cls, d, i: [Paragraph(id=i, line=d.line, text=(Span({"text": 1}[d.settings[0].key] * "x"),))],
        "test_without_an_option_it_is_a_block_or_a_fault_of_the_lesson",
    ),
}


@pytest.mark.parametrize("name", BAD_SIGNS)
def test_a_directive_that_breaks_the_contract_is_told(name: str) -> None:
    expand, check = BAD_SIGNS[name]
    assert check in failing(TestSign, directive=sign(expand))


def told(title: str = "A title", what: str = "What. {}", try_this: str = "Try.", line: int = 1) -> Any:
    def explain(error: ErrorReport, language: str) -> Explanation | None:
        if error.type == "NoSuchError":
            return None
        return Explanation(title, what.format(language) + ".", try_this, line)

    return staticmethod(explain)


@pytest.mark.parametrize(
    ("explain", "check"),
    [
        (told(what="The same"), "test_each_error_is_explained_in_every_language"),
        (told(title="x" * 81), "test_titles_are_short_and_sentences_are_sentences"),
        (told(try_this="Try `it."), "test_titles_are_short_and_sentences_are_sentences"),
        (told(try_this="\x1b[31mTry."), "test_titles_are_short_and_sentences_are_sentences"),
        (told(line=-1), "test_the_line_is_one_of_the_program_or_none"),
        (
            staticmethod(lambda error, language: Explanation("T", f"{language}.", "Try.")),
            "test_other_errors_are_passed_on",
        ),
        (
            staticmethod(lambda error, language: Explanation("T", f"{language} {error.text[0]}.", "Try.")),
            "test_errors_of_its_kinds_with_other_words_do_not_raise",
        ),
    ],
)
def test_an_explanation_that_breaks_the_contract_is_told(explain: Any, check: str) -> None:
    assert check in failing(TestExplanations, explain=explain)


class Plain(Panel):
    """Shows nothing much."""

    panel_name = "plain"

    def compose(self) -> Any:
        yield Static("plain")


class Markup(Plain):
    def receive(self, event: RunEvent) -> None:
        self.query_one(Static).update(str(event))


class Late(Plain):
    def on_mount(self) -> None:
        raise ValueError("boom")


class English(Plain):
    def switch_language(self, catalog: Any) -> None:
        """Stay with English."""


class NoLook(Plain):
    def show_detail(self, detail: Any) -> None:
        self.query_one(Static).update(detail.summary.name, layout=False)


@pytest.mark.parametrize(
    ("panel", "check"),
    [
        (Late, "test_it_is_shown_in_every_language_and_size"),
        (Markup, "test_it_takes_every_event_of_a_run_and_the_next_run"),
        (English, "test_its_language_can_be_changed"),
        (NoLook, "test_it_takes_a_close_look_that_it_did_not_ask_for"),
    ],
)
def test_a_panel_that_breaks_the_contract_is_told(panel: type[Panel], check: str) -> None:
    assert failing(TestTensorPanel, panel=Plain) == set()
    assert check in failing(TestTensorPanel, panel=panel)


class Loud(NumberField):
    def show_value(self, value: Any) -> None:
        super().show_value(value)
        self.post_message(self.Changed(self))


class Tall(NumberField):
    DEFAULT_CSS = "Tall { height: 9; }"


class Open(NumberField):
    def watch_locked(self) -> None:
        self.show_value(3.0)


@pytest.mark.parametrize(
    ("widget", "check"),
    [
        (Loud, "test_it_shows_a_value_and_is_emptied_without_a_message"),
        (Tall, "test_its_preview_takes_as_many_rows"),
        (Open, "test_a_locked_field_keeps_its_value_and_lets_go_of_the_keys"),
    ],
)
def test_a_field_that_breaks_the_contract_is_told(widget: Any, check: str) -> None:
    assert check in failing(TestNumberField, widget=widget)


class Tens(Field):
    """A number of tens: `3` is 30."""

    def read(self, typed: str, catalog: Catalog) -> Value:
        if not typed.strip().isdecimal() or len(typed) > 9:
            raise InvalidAnswer("A whole number, please.")
        return 10.0 * int(typed)

    def typed(self, value: Value) -> str:
        return f"{value / 10:g}" if isinstance(value, float) else ""


class Plus(Tens):
    def typed(self, value: Value) -> str:
        return "4"


class Strict(Tens):
    def read(self, typed: str, catalog: Catalog) -> Value:
        return 10.0 * int(typed)


class Silent(Tens):
    def words(self, value: Value) -> Sequence[Row]:
        return ()


class Coloured(Tens):
    def offered(self) -> Sequence[Row]:
        return [(Span("\x1b[31mred"),)]


class Keyed(Tens):
    def instruction(self, catalog: Catalog) -> str:
        return catalog("tens.how")


class Random(Tens):
    def signature(self, value: Value) -> object:
        return next(COUNT)


class Objects(Tens):
    def signature(self, value: Value) -> object:
        return self


class TestTens(FieldContract):
    field = Tens(name="n", label="n")
    widget = UnknownLine
    value = 30.0


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        (Plus, "test_without_the_widget_it_is_told_typed_and_read"),
        (Strict, "test_without_the_widget_it_is_told_typed_and_read"),
        (Silent, "test_without_the_widget_it_is_told_typed_and_read"),
        (Coloured, "test_without_the_widget_it_is_told_typed_and_read"),
        (Keyed, "test_without_the_widget_it_is_told_typed_and_read"),
        (Random, "test_its_signature_is_the_same_for_the_same_field"),
        (Objects, "test_its_signature_is_the_same_for_the_same_field"),
    ],
)
def test_a_field_without_words_of_its_own_is_told(kind: type[Field], check: str) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 - an assert, or what the field raises
        getattr(type("Changed", (TestTens,), {"field": kind(name="n", label="n")})(), check)()
