"""What a check asks of a runner beyond running a program."""

from __future__ import annotations

from unittest import SkipTest

from evoclass.runner import Limits, Runner


def require_features(runner: Runner, *features: str) -> None:
    """Skip a test that needs an undeclared feature of a runner: a field of `Features`, or a limit by its name."""
    for name in features:
        declared = runner.features
        if not (name in declared.limits if name in Limits.__slots__ else getattr(declared, name)):
            raise SkipTest(f"{runner.name} does not declare {name}")
