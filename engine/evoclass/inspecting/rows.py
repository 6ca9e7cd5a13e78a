"""The rows of the inspector that the front end has, and what a new frame changes in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from evoclass.inspecting.values import failed
from evoclass.probe import Picture, Probe
from evoclass.protocol import MAX_ROWS, Frame, Parameters, Summary

LOOKED_AT = 200
"""Rows of a frame that are checked for fields that a front end could not read, in addition to those of new names."""


@dataclass(slots=True)
class Shot:
    """A frame whose rows may still be on their way."""

    frame: Frame
    pictures: list[tuple[Probe, Picture]]
    strangers: Sequence[Summary] = ()
    """Rows of what the lesson watches, for those values that have no other row, nor parts with rows."""

    def ready(self) -> bool:
        """Whether all figures have arrived."""
        return all(picture.ready() for _, picture in self.pictures)


class Rows:
    """Knows each probe's rows as they were last sent."""

    def __init__(self, probes: Iterable[Probe]) -> None:
        self._known: dict[str, dict[str, Summary]] = {probe.name: {} for probe in probes}
        self._parameters: dict[str, Parameters] = {}
        self._kept = _Kept({}, {})
        self.total = 0
        """How many values there were in the last frame."""

    def keep(self, scope: Mapping[str, Any]) -> None:
        """Keep the rows of the names in `scope`, of a function that has ended, for the frame at the end."""
        self._kept = _Kept.of(scope, self._known, self._parameters)

    def frame(self, shot: Shot, order: Mapping[str, int]) -> Frame:
        """Return the frame with the rows that are new since the last one; `order` is where the program names values."""
        whole = shot.frame.whole or not any(self._known.values())
        every: list[Summary] = []
        changed: list[Summary] = []
        gone: set[str] = set()
        total = 0
        for probe, picture in shot.pictures:
            kept = self._known[probe.name]
            try:
                rows = picture.rows()
                news = _sound([row for row in rows if kept.get(row.name) != row], kept)
            except Exception as error:
                rows = [failed(probe.name, error)]
                news = [row for row in rows if kept.get(row.name) != row]
            kept.update((row.name, row) for row in news)
            changed += news
            lost = kept.keys() - set(picture.names) if len(kept) != len(picture.names) or rows else set()
            for name in lost:
                del kept[name]
            gone |= lost
            total += picture.total
            if picture.parameters is not None:
                self._parameters[probe.name] = picture.parameters
            if whole:
                every += [kept[name] for name in picture.names if name in kept]
            if shot.frame.cause == "end":
                every += self._kept.rows.get(probe.name, ())
                total += len(self._kept.rows.get(probe.name, ()))
                self._kept.count(probe.name, self._parameters)
        for row in shot.strangers:
            if not any(
                one.name == row.name or one.name.startswith((f"{row.name}.", f"{row.name}[")) for one in every
            ):
                every.append(row)
                total += 1
        self.total = total
        gone.difference_update(*self._known.values())
        return msgspec.structs.replace(
            shot.frame,
            rows=tuple(_in_order(every, order) if whole else changed)[:MAX_ROWS],
            whole=whole,
            gone=() if whole else tuple(sorted(gone)),
            total=total,
            parameters=self.parameters(),
        )

    def parameters(self) -> Parameters | None:
        """Return the numbers of trainable and of frozen parameters, as of the last frame; None without a model."""
        counts = self._parameters.values()
        if not counts:
            return None
        return Parameters(
            trainable=sum(count.trainable for count in counts),
            frozen=sum(count.frozen for count in counts),
            nameless=sum(count.nameless for count in counts),
        )


def _in_order(rows: list[Summary], order: Mapping[str, int]) -> list[Summary]:
    """Return rows in the order in which the program named the values, each tree in one piece."""
    place = 0
    keyed = []
    for row in rows:
        if not row.parent:
            place = order.get(row.name, place)
        keyed.append((place, row))
    return [row for _, row in sorted(keyed, key=lambda pair: pair[0])]


@dataclass(slots=True)
class _Kept:
    """The kept part of a function that has ended: the rows of its locals, never the values."""

    rows: dict[str, list[Summary]]
    """By the name of the probe."""
    parameters: dict[str, Parameters]

    @classmethod
    def of(
        cls,
        scope: Mapping[str, Any],
        rows: Mapping[str, Mapping[str, Summary]],
        parameters: Mapping[str, Parameters],
    ) -> _Kept:
        """Return the rows of the names in `scope`."""
        return cls(
            {
                probe: [row for name, row in known.items() if _ROOT.split(name, maxsplit=1)[0] in scope]
                for probe, known in rows.items()
            },
            dict(parameters),
        )

    def count(self, probe: str, parameters: dict[str, Parameters]) -> None:
        """Use the function's parameter counts if they exceed those of the models that are left."""
        mine, others = self.parameters.get(probe), parameters.get(probe, Parameters())
        if mine is not None and mine.trainable + mine.frozen > others.trainable + others.frozen:
            parameters[probe] = mine


_ROOT = re.compile(r"[.\[]")


def _sound(news: list[Summary], known: Mapping[str, Summary]) -> list[Summary]:
    """Return rows that a front end can read; any other row would end the run.

    Rows of new names are checked and, if there are very many others, some of those: a wrong row is wrong from the
    start.
    """
    looked_at = (
        news if len(news) <= LOOKED_AT else [row for row in news if row.name not in known] + news[:LOOKED_AT]
    )
    try:
        msgspec.msgpack.decode(msgspec.msgpack.encode(looked_at), type=list[Summary])
        return news
    except (msgspec.MsgspecError, TypeError, OverflowError, UnicodeEncodeError):
        return [row for row in map(_or_failed, news) if known.get(row.name) != row]


def _or_failed(row: Summary) -> Summary:
    try:
        return msgspec.msgpack.decode(msgspec.msgpack.encode(row), type=Summary)
    except (msgspec.MsgspecError, TypeError, OverflowError, UnicodeEncodeError) as error:
        return failed(str(row.name), error)
