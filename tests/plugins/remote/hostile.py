"""Messages that no honest side sends: valid ones with odd fields, damaged ones, and noise."""

from __future__ import annotations

import hashlib
import random
import struct
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import msgspec

from evoclass.protocol import RunEvent
from evoclass_remote import wire

RUNS = [f"{number:032x}" for number in range(6)]
CONTENTS = [b"", b"x = 1\n", b"y" * 3000]
DIGESTS = [hashlib.sha256(content).hexdigest() for content in CONTENTS] + ["0" * 64]
PATHS = [
    *(
        "new.txt",
        "sub/new.txt",
        "program.py",
        "../out",
        "/tmp/out",
        "a/../../out",
        ".hidden",
        "sub/.hidden/x",
    ),
    *(
        "",
        ".",
        "a" * 300,
        "x\0y",
        "link/out",
        "sub",
        "new.txt/below",
        "é\u202e",
        "\\..\\out",
        "a/" * 100 + "b",
    ),
]
TEXTS = ["", "x", "line\n", "\x1b]0;title\x07", "x" * 5000, "é\u202e\0", "while True: pass"]
NUMBERS = [0, 1, 2, 3, 7, 80, 1000, 65536, 2**31, 2**53, 2**53 + 1, 2**64 - 1, -1, -(2**63)]
ODD: list[Any] = [
    None,
    True,
    1.5,
    float("nan"),
    float("inf"),
    "",
    b"",
    [],
    {},
    [[]],
    {"key": "x", "self": "y"},
    2**63,
]
_fields = cache(msgspec.structs.fields)
COUNTED = {*get_args(wire.Order), *get_args(wire.News)}


class Forger:
    """Makes such messages, the same ones for the same seed."""

    def __init__(self, seed: int, messages: Any, *never: type[msgspec.Struct]) -> None:
        self._random = random.Random(seed)
        self._kinds = [kind for kind in _flat(messages) if kind not in never]
        self._events = _flat(RunEvent)
        self.number = 0
        """Number of the last order or news."""

    def messages(self, count: int) -> Iterator[bytes]:
        """Yield bytes that are about one message each."""
        chance = self._random
        for _ in range(count):
            data = self._message()
            match chance.randrange(40):
                case 0:
                    damaged = bytearray(data)
                    for _ in range(chance.randrange(1, 4)):
                        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
                    yield bytes(damaged)
                case 1:
                    yield data[: chance.randrange(len(data))]
                case 2:
                    yield chance.randbytes(chance.randrange(1, 60))
                case 3:
                    yield struct.pack(">I", chance.choice([2**32 - 1, 2**24 + 1, 2**24, 0])) + data
                case _:
                    yield data

    def _message(self) -> bytes:
        kind = self._random.choice(self._kinds)
        body = msgspec.msgpack.encode(self._plain(kind))
        return struct.pack(">I", len(body)) + body

    def _plain(self, kind: type[msgspec.Struct]) -> dict[str, Any]:
        """Return a message's plain data, mostly with fields that are possible."""
        made: dict[str, Any] = {"t": kind.__struct_config__.tag}
        for field in _fields(kind):
            if field.required or self._random.random() < 0.5:
                usual = self._random.random() < 0.998
                made[field.name] = self._field(field.name, kind) if usual else self._random.choice(ODD)
        return made

    def _field(self, name: str, kind: type[msgspec.Struct]) -> Any:
        chance = self._random
        match name:
            case "number":
                self.number += kind in COUNTED and chance.random() < 0.99
                return self.number if chance.random() < 0.998 else chance.choice(NUMBERS)
            case "version":
                return wire.VERSION
            case "run" | "session":
                return chance.choice(RUNS)
            case "runs":
                return chance.sample(RUNS, 3)
            case "digest":
                return chance.choice(DIGESTS)
            case "digests":
                return chance.choices(DIGESTS, k=3)
            case "path" | "file":
                return chance.choice(PATHS)
            case "data":
                return chance.choice([*CONTENTS, b"z" * 4000])
            case "first" | "last" | "whole" | "keep" | "more" | "begins":
                return chance.random() < 0.5
            case "program":
                program = {
                    "source": chance.choice(TEXTS),
                    "file": "/w/" + chance.choice(PATHS),
                    "folder": "/w",
                }
                return program | (
                    {"arguments": ["\0"], "environment": {"=": "\0"}} if chance.random() < 0.2 else {}
                )
            case "limits":
                return {} if chance.random() < 0.8 else {"seconds": chance.choice(NUMBERS)}
            case "files":
                size = chance.choice([0, 6, 3000, 2**40, 2**53])
                if kind is wire.Left:
                    return [[chance.choice(PATHS), size]]
                path, digest = chance.choice(PATHS), chance.choice(DIGESTS)
                return [{"t": "file", "path": path, "size": size, "digest": digest}]
            case "event":
                return self._plain(chance.choice(self._events))
            case "detail" if chance.random() < 0.5:
                return {"t": "detail", "request": 1, "expression": "x"}
            case "heard":
                return {chance.choice(RUNS): chance.choice(NUMBERS)}
            case "fields" | "live" | "values" | "environment":
                return {chance.choice(["x", "key", "message", "self", "reason"]): chance.choice(TEXTS)}
            case "names" | "gone" | "chain" | "close" | "homes":
                return chance.choices(TEXTS, k=2)
            case "rows" if kind is not wire.Begin and kind is not wire.Resize:
                return [{"name": "x", "kind": "tensor"}]
            case "axes" | "shape":
                return chance.choices(NUMBERS, k=2)
            case "lease" | "seconds" | "estimate":
                return chance.choice([0.0, 1.0, 600.0])
            case "stage":
                return "lost"
            case "cause":
                return "end"
            case "device":
                return "cpu"
            case "reason" if chance.random() < 0.5:
                return chance.choice(["finished", "error", "lost"])
            case "said" | "text" | "source" | "expression" | "problem" | "key" | "place" | "token" | "type":
                return chance.choice(TEXTS)
        return chance.choice([1, 2, 80]) if chance.random() < 0.95 else chance.choice(NUMBERS)


def _flat(union: Any) -> list[type[msgspec.Struct]]:
    return [kind for part in get_args(union) for kind in (_flat(part) if get_args(part) else [part])]
