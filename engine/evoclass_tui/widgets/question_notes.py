"""The notes under a question: the verdict, remarks, hints, the solution and the explanation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from evoclass.exercise import Answer, Feedback, Field, Verdict
from evoclass.frozen import mutable
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, layout, layout_inlines
from evoclass.learner.progress import ExerciseState
from evoclass.model import AnyBlock, CodeBlock, Inlines, Span
from evoclass_tui.widgets.fields.rows import row_lines
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.prose import live_names


@mutable
class Remarks:
    """All current remarks on an answer."""

    state: ExerciseState = field(default_factory=ExerciseState)
    verdict: Verdict | None = None
    hints: Sequence[Inlines] = ()
    solution: Answer | None = None
    explanation: Sequence[AnyBlock] = ()
    trouble: str = ""
    """Why the answer could not be checked."""
    confirm: bool = False
    """Whether the learner is being asked to confirm that the solution should be shown."""
    stale: bool = False
    """Whether the answer was changed since it was checked."""


class QuestionNotes(LineView):
    """Draws remarks, one part below the other."""

    def __init__(
        self, fields: Sequence[Field], catalog: Catalog, live: Mapping[str, str], *, own: bool = False
    ) -> None:
        """`own` is for a question that only the learner can judge: nothing says that the answer is right."""
        super().__init__(classes="notes")
        self._passed = "question.done" if own else "question.passed"
        self.fields = tuple(fields)
        self.catalog = catalog
        self.live = live
        self.remarks = Remarks()
        self.done = False

    def show_later(self, remarks: Remarks, done: bool) -> None:
        """Take new remarks without drawing them."""
        self.remarks, self.done = remarks, done

    def show(self, remarks: Remarks, done: bool) -> None:
        """Take new remarks; `done` says whether the explanation may be seen."""
        self.show_later(remarks, done)
        self.display = any(self._parts(40))
        self.changed()

    def show_live(self, live: Mapping[str, str]) -> None:
        """Take the values of the run."""
        before, self.live = self.live, live
        if any(live.get(name) != before.get(name) for name in live_names(self.remarks.explanation)):
            self.changed()

    def make_lines(self, width: int) -> list[Line]:
        parts = [part for part in self._parts(width) if part]
        lines: list[Line] = []
        for part in parts:
            lines += [Line(), *part] if lines else part
        return lines

    def _parts(self, width: int) -> Iterable[list[Line]]:
        remarks = self.remarks
        yield self._verdict(width)
        if remarks.trouble:
            yield self._say(remarks.trouble, "question.failed", width)
        for number, hint in enumerate(remarks.hints, 1):
            label = Segment(self.catalog("question.hint_label", number=number) + "  ", "hint.label")
            yield row_lines([label], hint, width, "")
        if remarks.confirm:
            yield self._say(self.catalog("question.confirm"), "hint.label", width)
        if remarks.solution is not None:
            yield self._solution(remarks.solution, width)
        if self.done:
            yield layout(remarks.explanation, width, live=self.live, catalog=self.catalog, room=self.room)

    def _say(self, text: str, style: str, width: int) -> list[Line]:
        return layout_inlines((Span(text),), width, style=style)

    def _verdict(self, width: int) -> list[Line]:
        state, verdict, say = self.remarks.state, self.remarks.verdict, self.catalog
        if self.remarks.stale:
            return []
        if self.done and self.remarks.solution is not None and not state.passed:
            # Nothing can be changed and checked any more, whatever the last answer was.
            return self._say(f"◇ {say('question.seen')}", "question.note", width)
        if verdict is None:
            if state.passed and self.done:
                return self._say(f"✓ {say(self._passed)}", "question.passed", width)
            if state.attempts and state.answer is not None and not state.done:
                return self._say(f"✗ {say('question.failed')}", "question.failed", width)
            return []
        lines: list[Line] = []
        if verdict.passed:
            text = say(self._passed if state.passed else "question.passed_after_reveal")
            lines = self._say(f"✓ {text}", "question.passed", width)
        elif not verdict.valid:
            if not any(item.text for item in verdict.feedback):
                lines = self._say(f"◇ {say('question.incomplete')}", "hint.label", width)
        elif verdict.score > 0:
            text = say("question.partly", percent=round(verdict.score * 100))
            lines = self._say(f"◐ {text}", "hint.label", width)
        else:
            lines = self._say(f"✗ {say('question.failed')}", "question.failed", width)
        for item in verdict.feedback:
            if item.text and not item.option:
                lines += self._remark(item, verdict.valid, width)
        return lines

    def _remark(self, item: Feedback, valid: bool, width: int) -> list[Line]:
        style = "feedback.good" if item.good else "feedback.bad" if valid else "hint.label"
        marker = [Segment("  " if valid else "◇ ", "list.pad" if valid else style)]
        label = next((f.label for f in self.fields if f.name == item.field), "")
        if label and len(self.fields) > 1:
            marker.append(Segment(f"{label}: ", "strong"))
        return row_lines(marker, item.text, width, "", style)

    def _solution(self, solution: Answer, width: int) -> list[Line]:
        lines: list[Line] = []
        for form_field in self.fields:
            label = self.catalog("question.solution_label")
            if form_field.label and len(self.fields) > 1:
                label = f"{label} · {form_field.label}"
            marker = [Segment(label + "  ", "answer.label")]
            shown = form_field.words(solution.get(form_field.name))
            if len(shown) == 1 and isinstance(shown[0], tuple):
                lines += row_lines(marker, shown[0], width, "")
                continue
            lines.append(Line(tuple(marker)))
            for number, item in enumerate(shown, 1):
                if isinstance(item, CodeBlock):
                    lines += layout((item,), width)
                else:
                    text = (Span(f"{number}. "), *item) if form_field.ordered else item
                    lines += row_lines([Segment(" • ", "list.marker")], text, width, "")
        return lines
