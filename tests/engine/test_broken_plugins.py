"""Every broken plugin is a report: `evoclass plugins` names it, and a lesson goes on in plain mode."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import broken
from broken import CASES, Case
from evoclass import cli
from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.plain.frontend import PlainFrontEnd

LESSON = """---
format: 1
id: adding
number: 1
title: Adding
language: en
---

Before.

:::{brk} odd
What is one?
:::

:::{choice} two-and-two
What is 2 + 2?

- [x] 4
- [ ] 5
:::

After.
"""


pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def installed(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Install the broken plugin."""
    broken.forget()
    broken.install(tmp_path / "site", case.name, case.source, locale=case.locale, requires=case.requires)
    monkeypatch.syspath_prepend(tmp_path / "site")
    return case


def listing(capfd: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        cli.run(["plugins", *options])
    assert isinstance(ended.value.code, int)
    return ended.value.code, capfd.readouterr().out


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_listing_names_plugin_hook_and_reason(installed: Case, capfd: pytest.CaptureFixture[str]) -> None:
    code, printed = listing(capfd, "--json")
    document = json.loads(printed)
    reports = {report["name"]: report for report in document["plugins"]}
    report = reports.pop(installed.name)
    assert all(other["ok"] for other in reports.values()), reports
    told = bool(installed.hook or installed.reason)
    assert code == (1 if told else 0), report
    assert report["ok"] is not told
    for words in (installed.hook, installed.reason):
        assert words in (report["error"] or ""), report["error"]
    assert len(report["error"] or "") < 1000
    assert "\x1b" not in (report["error"] or "")


LISTED = (
    *(
        "rude_message",
        "message_raises",
        "kind_acts",
        "hook_raises",
        "prints",
        "prints_below",
        "command_clash",
    ),
    *(
        "locale_broken",
        "locale_clash",
        "widget_always_raises",
        "panel_mount",
        "probe_matches_raises",
        "wrong_version",
    ),
)
"""Plugins that want to get more into the list than belongs there, and one of each kind of fault."""


@pytest.mark.parametrize("case", [case for case in CASES if case.name in LISTED], ids=lambda case: case.name)
def test_the_listing_can_be_read(installed: Case, capfd: pytest.CaptureFixture[str]) -> None:
    code, printed = listing(capfd)
    assert code == (1 if installed.hook or installed.reason else 0)
    assert installed.name in printed
    assert "\x1b" not in printed.replace("\x1b[0m", "").replace("\x1b[31m✗", "").replace("\x1b[32m✓", "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_lesson_goes_on_in_plain_mode(
    installed: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "course").mkdir()
    lesson = tmp_path / "course" / "01-adding.md"
    lesson.write_text(LESSON)
    space = Workspace(content=tmp_path / "course", asked_language="en")
    session = Session.open(space.library, space.store, space.plugins, space.settings, lesson, "en")
    asks = not installed.lesson
    typed = ("1\n" if installed.graded else "!\n" if asks else "") + "a\n"
    (tmp_path / "typed").write_text(typed)
    with (tmp_path / "typed").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        PlainFrontEnd(session, space.plugins.make_runners()).run()
    space.store.close()
    shown = capsys.readouterr().out
    assert "Before." in shown
    assert "After." in shown
    assert "Right" in shown.split("What is 2 + 2?")[1], shown
    assert installed.lesson in shown
    assert installed.graded in shown
    if installed.lesson and installed.lesson != broken.OFF:
        assert installed.name in shown, "the plugin is named"


AUTHORED = [
    case
    for case in CASES
    if case.name in ("solution_raises", "solution_odd", "form_raises_later", "blocks_unknown")
]


@pytest.mark.parametrize("kind", ["html", "notebook", "anki", "qti"])
@pytest.mark.parametrize("case", AUTHORED, ids=lambda case: case.name)
def test_an_export_leaves_out_what_its_plugin_cannot_tell(
    installed: Case, kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lesson = tmp_path / "01-adding.md"
    lesson.write_text(LESSON)
    target = tmp_path / "made"
    with pytest.raises(SystemExit) as ended:
        cli.run(["export", str(lesson), "--to", kind, "-o", str(target)])
    assert not ended.value.code, capfd.readouterr().err
    assert target.exists()
    if installed.name.startswith("solution"):
        assert "odd" in capfd.readouterr().err


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_check_says_what_is_wrong_and_goes_on(
    installed: Case, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lesson = tmp_path / "01-adding.md"
    lesson.write_text(LESSON.replace("- [ ] 5", "- [ ] 5\n- [ ] 5"))
    with pytest.raises(SystemExit) as ended:
        cli.run(["check", str(lesson), "--json"])
    document = json.loads(capfd.readouterr().out)
    assert ended.value.code == 1
    codes = {problem["code"] for problem in document}
    assert "E048" in codes, "the problem of the other question is found too"
    if installed.lesson:
        assert codes & {"E101", "E012"}
