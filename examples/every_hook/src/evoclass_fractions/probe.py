"""Rows of the inspector for `fractions.Fraction`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from evoclass.probe import Probe
from evoclass.protocol import Summary


class FractionProbe(Probe):
    """Shows fractions by their value."""

    name = "fractions"

    def matches(self, value: Any) -> bool:
        fractions = sys.modules.get("fractions")  # what the program has not imported it cannot hold
        return fractions is not None and type(value) is fractions.Fraction

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        for name, value in named.items():
            yield Summary(name=name, kind="scalar", type="Fraction", text=str(value), mean=float(value))
