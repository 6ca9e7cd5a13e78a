"""Checks of a runner ask for what it declares, and learners are told what it does not do."""

from __future__ import annotations

from unittest import SkipTest

import pytest

from evoclass.contracts.runner import require_features
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
