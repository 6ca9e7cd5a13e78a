"""Checks of a runner ask for what it declares, and learners are told what it does not do."""

from __future__ import annotations

from types import SimpleNamespace
from unittest import SkipTest

import pytest

from evoclass import hookimpl
from evoclass.commands import doctor
from evoclass.contracts.features import require_features
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost.plugins import Plugins
from evoclass.runner import Features, Limits
from tui.fakes import FakeRunner

WHOLE = Features(terminal=True, limits=frozenset(Limits.__slots__))


def runner_with(features: Features) -> FakeRunner:
    return type("Declares", (FakeRunner,), {"features": features})()


@pytest.mark.parametrize("name", ["terminal", "exit_code", "same_files", *Limits.__slots__])
def test_a_check_of_what_is_not_declared_is_skipped_with_its_reason(name: str) -> None:
    require_features(runner_with(WHOLE), name)
    with pytest.raises(SkipTest, match=f"local-cpu does not declare {name}"):
        require_features(runner_with(Features(exit_code=False, same_files=False, limits=frozenset())), name)


def findings(features: Features) -> list[str]:
    """Return what `doctor` says of a runner."""
    space = Workspace()
    brought = SimpleNamespace(register_runners=hookimpl(lambda: [type(runner_with(features))]))
    space.plugins = Plugins(entries=(), extra=[("pipes", brought)])
    return [finding.value for finding in doctor._runners(space) if finding.ok]


def test_doctor_tells_what_a_runner_does_not_do() -> None:
    assert findings(WHOLE) == ["CPU · 2 threads"]
    assert findings(Features(same_files=False)) == [
        "CPU · 2 threads · files that a program writes stay out of your folder · "
        "sets no limit on memory, the number of processes, open files, the size of a file, output"
    ]
