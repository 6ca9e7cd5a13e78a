"""Every broken plugin in the terminal interface: the lesson stays, other questions and labs work."""

from __future__ import annotations

from pathlib import Path

import pytest

import broken
from broken import CASES, Case
from evoclass_tui.widgets.prose import Prose
from tui.stage import OpenStage, Stage

HEAD = """---
format: 1
id: adding
number: 1
title: Adding
language: en
---

"""

QUESTION = """Question of {name}.

:::{{{kind}}} {kind}
What is one?
:::

"""

END = """End of all.

```{lab} sum.py
total = 2 + 2
```

:::{choice} two-and-two
What is 2 + 2?

- [x] 4
- [ ] 5
:::
"""

GROUPS = 11
"""How many lessons share the broken plugins: opening one for each plugin takes minutes."""

KINDS = ("zzzz", "yyyy", "xxxx", "wwww", "vvvv", "uuuu", "qqqq", "kkkk")
"""Names for what the plugins of one lesson offer, none like another: `check` would ask whether that was meant."""

pytestmark = pytest.mark.usefixtures("impatient")


def on_screen(case: Case) -> bool:
    """Whether a case has a way of its own into the screen; of those that are never loaded, a few stand for all.

    A widget that dies as it is mounted keeps Textual's pilot waiting; `test_faults` has those.
    """
    if case.name in ("handler_raises", "panel_mount", "panel_blocks"):
        return False
    return case.lesson != broken.OFF or case.name in (
        "sys_exit",
        "loops_at_import",
        "rude_message",
        "duplicate_kind",
    )


def shown_text(stage: Stage) -> str:
    """Return the prose on the page, the notes in place of broken questions among it."""
    parts = [part for part in stage.screen.reader.query(Prose) if part.display]
    lines = [
        "".join(segment.text for segment in line.segments) for part in parts for line in part.make_lines(80)
    ]
    return " ".join(" ".join(lines).replace("│", " ").split())


SHOWN = list(filter(on_screen, CASES))


@pytest.mark.parametrize("cases", [SHOWN[first::GROUPS] for first in range(GROUPS)], ids=range(GROUPS))
async def test_a_lesson_goes_on_in_the_terminal_interface(
    cases: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_stage: OpenStage
) -> None:
    broken.forget()
    (tmp_path / "course").mkdir()
    site, lesson = tmp_path / "site", HEAD
    kinds = dict(zip(KINDS, cases, strict=False))
    assert len(kinds) == len(cases)
    for kind, case in kinds.items():
        source = case.source.replace("brk", kind)
        broken.install(site, case.name, source, locale=case.locale, requires=case.requires)
        lesson += QUESTION.format(name=case.name, kind=kind)
    monkeypatch.syspath_prepend(site)
    (tmp_path / "course" / "01-adding.md").write_text(lesson + END)
    async with open_stage(content=tmp_path / "course", size=(160, 50)) as stage:
        reader = stage.screen.reader
        for question in list(reader.questions):
            question.build()
        await stage.pilot.pause()
        shown = shown_text(stage)
        for case in kinds.values():
            part = shown.partition(f"Question of {case.name}.")[2]
            assert case.lesson in part.partition("Question of ")[0].partition("End of all.")[0], case.name
        for question in [one for one in reader.questions if one.block.id in kinds and one.display]:
            case = kinds[question.block.id]
            question.fields[0].show_value(1)
            question.check()
            await stage.until(lambda question=question: not question.busy or not question.display)
            if case.graded:
                assert case.graded in question.remarks.trouble, case.name
        other = reader.question("two-and-two")
        other.fields[0].show_value("a")
        other.check()
        await stage.until(lambda: other.remarks.state.passed)
        await stage.run()
        stage.runner.run.finishes("total 4\r\n")
        await stage.until(lambda: stage.lab.phase == "ended")
        assert "total 4" in stage.terminal_text
        assert stage.app._exception is None
        reports = stage.session.plugins.reports
        for name in {"prints", "thread_writes", "locale_clash"} & set(reports):
            assert not reports[name].error
