"""The order of sets of texts: forks of one process share it, so it is the same in each run, on every day."""

from __future__ import annotations

import os
from collections.abc import Mapping

_SEED, _OURS = "PYTHONHASHSEED", "EVOCLASS_HASHSEED_IS_OURS"


def fixed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment that gives new interpreters the same order of sets; a hash seed set by the user is kept."""
    if _SEED in environment:
        return dict(environment)
    return {**environment, _SEED: "0", _OURS: "1"}


def hide() -> dict[str, str]:
    """Remove the additions of `fixed` from this process's environment, because the program sees it; return them."""
    ours = {name: os.environ[name] for name in (_SEED, _OURS) if _OURS in os.environ}
    for name in ours:
        del os.environ[name]
    return ours
