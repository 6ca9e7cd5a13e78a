"""Listeners of plugins hear everything once, in order, late or not, and hold nothing up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import broken
from evoclass import cli, hookimpl
from evoclass.events import Event, RunEnded, Verb
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost.listeners import Listeners
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Exit
from evoclass.running.recording import Recording

Heard = Callable[[Any], None]


def plugins(*listeners: Heard) -> Plugins:
    def plugin(listener: Heard) -> Any:
        return SimpleNamespace(
            on_event=hookimpl(lambda event: listener(event)), on_run=hookimpl(lambda record: listener(record))
        )

    extra = [(f"ears{number}", plugin(listener)) for number, listener in enumerate(listeners)]
    return Plugins(extra=extra)


@pytest.fixture
def opened(course: Path, tmp_path: Path) -> Iterator[Callable[..., Session]]:
    stores: list[Store] = []

    def session(*listeners: Heard, store: Store | None = None) -> Session:
        space = Workspace(content=course, asked_language="en")
        space.__dict__["plugins"] = plugins(*listeners)
        stores.append(store or Store(tmp_path / "progress.db"))
        return Session.open(space.library, stores[-1], space.plugins, space.settings, None, "en")

    yield session
    for store in stores:
        store.close()


def test_every_event_is_heard_once_in_order_and_after_it_was_stored(opened: Callable[..., Session]) -> None:
    heard: list[Event] = []
    session = opened(heard.append)
    for number in range(50):
        session.studied(float(number + 1))
    session.plugins.listeners.close()
    assert [event.id for event in heard] == [event.id for event in session.store.events()]
    assert [event.verb for event in heard] == [Verb.INITIALIZED, *[Verb.ATTENDED] * 50]


def test_what_only_memory_holds_is_heard_too(opened: Callable[..., Session]) -> None:
    heard: list[Event] = []
    session = opened(heard.append, store=Store(None, trouble="no disk"))
    session.studied(3.0)
    session.plugins.listeners.close()
    assert [event.verb for event in heard] == [Verb.INITIALIZED, Verb.ATTENDED]


def test_a_run_is_heard_with_how_it_ended(opened: Callable[..., Session]) -> None:
    heard: list[Any] = []
    session = opened(heard.append)
    session.trust.grant_for_now(session.place)
    recording = Recording(session.desk.program(session.lesson.labs[0].file), "dry")
    recording.take(Exit(reason="finished", code=0, seconds=1.5))
    session.desk.record(recording)
    session.plugins.listeners.close()
    (ended,) = [thing for thing in heard if isinstance(thing, RunEnded)]
    assert (ended.lesson, ended.file, ended.runner) == (session.lesson.id, session.lesson.labs[0].file, "dry")
    assert (ended.exit.reason, ended.exit.seconds) == ("finished", 1.5)


def test_an_author_who_previews_is_not_listened_to(opened: Callable[..., Session]) -> None:
    heard: list[Event] = []
    session = opened(heard.append)
    session.for_author = True
    session.studied(3.0)
    session.plugins.listeners.close()
    assert [event.verb for event in heard] == [Verb.INITIALIZED]


def test_one_that_waits_for_ever_holds_neither_the_learner_nor_the_others_nor_the_end_up(
    opened: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass.pluginhost.listeners.PATIENCE", 0.2)
    free, heard = threading.Event(), list[Event]()
    begun = time.monotonic()
    session = opened(lambda event: free.wait(60), heard.append)
    for _ in range(20):
        session.studied(1.0)
    session.plugins.listeners.close()
    assert time.monotonic() - begun < 5
    assert len(heard) == 21
    free.set()


@pytest.mark.parametrize("wrong", ["raise", "exit", "loop"])
def test_one_that_fails_is_told_nothing_more_and_the_learner_knows(
    opened: Callable[..., Session], monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setattr("evoclass.pluginhost.listeners.SECONDS", 0.2)
    calls: list[Event] = []
    failed = threading.Event()

    def listener(event: Event) -> None:
        calls.append(event)
        if wrong == "raise":
            raise ValueError("boom")
        if wrong == "exit":
            raise SystemExit("boom")
        while True:
            pass

    fail = Listeners.fail
    monkeypatch.setattr(Listeners, "fail", lambda *words: (fail(*words), failed.set()))
    session = opened(listener)
    told: list[str] = []
    session.on_notice = told.append
    assert failed.wait(30)
    session.studied(1.0)
    session.plugins.listeners.close()
    assert len(calls) == 1
    (sentence,) = told
    assert "The plugin ears0 failed at what it listened to" in sentence
    assert ("took more than" if wrong == "loop" else "boom") in sentence
    assert session.plugins.reports["ears0"].error == ""
    assert session.plugins.reports["ears0"].failures


def test_one_that_lags_far_behind_is_let_go(
    opened: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass.pluginhost.listeners.PATIENCE", 0.1)
    monkeypatch.setattr("evoclass.pluginhost.listeners.WAITING", 5)
    free = threading.Event()
    session = opened(lambda event: free.wait(60))
    for _ in range(20):
        session.studied(1.0)
    session.plugins.listeners.close()
    assert "5 things wait for it" in session.plugins.reports["ears0"].trouble
    free.set()


def test_what_a_listener_changes_changes_for_nobody(opened: Callable[..., Session]) -> None:
    heard: list[Event] = []
    session = opened(lambda event: event.payload.clear(), heard.append)
    session.studied(7.0)
    session.plugins.listeners.close()
    assert heard[-1].payload == {"seconds": 7.0}
    assert session.state.seconds == 7.0


def test_a_command_waits_for_them_and_tells_of_one_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], without_torch: None
) -> None:
    source = (
        "from pathlib import Path\nfrom evoclass import hookimpl\n@hookimpl\n"
        f"def on_run(record):\n    Path({str(tmp_path / 'heard')!r}).write_text(record.file)\n    1 / 0\n"
    )
    broken.forget()
    broken.install(tmp_path / "site", "ears", source)
    monkeypatch.syspath_prepend(tmp_path / "site")
    (tmp_path / "one.py").write_text("print(1)\n")
    with pytest.raises(SystemExit) as ended:
        cli.run(["run", str(tmp_path / "one.py")])
    assert ended.value.code == 0
    assert (tmp_path / "heard").read_text() == "one.py"
    printed = capfd.readouterr()
    assert printed.out == "1\n"
    assert "The plugin ears failed at what it listened to" in printed.err
