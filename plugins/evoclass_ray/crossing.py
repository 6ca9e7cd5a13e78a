"""What a bridge does: it passes bytes between its standard streams and an actor."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import threading
import time
from typing import Any, NoReturn

import ray
from ray.exceptions import RayError

from evoclass.protocol import Message, encode
from evoclass_ray.actor import READ, HostActor
from evoclass_ray.cluster import Failure, connect, first_line, no_actor, queue
from evoclass_ray.messages import Joined, Waits, Wanted

LOOKING = 0.05
"""Seconds between two looks for an actor that was killed."""

PAUSE = 1.0
"""Seconds between two looks at the queue."""

FAREWELL = 0.5
"""Seconds in which an actor has to hear that this bridge goes."""

GIVING_UP = 8.0
"""Seconds in which the cluster has to forget an actor that has not begun; less than `link.LEAVING`."""


class Crossing:
    """Two threads: one passes bytes to the actor, the other gets those that come back.

    Each has one call in flight, so that bytes stay in order and a slow reader holds up the program, not the cluster's
    memory.  Calls also work through `ray://`, where Ray streams nothing.
    """

    def __init__(self, wanted: Wanted, ours: int) -> None:
        """`ours` is the descriptor for the messages."""
        self._wanted, self._ours = wanted, ours
        self._name = secrets.token_hex(8)
        """The actor knows the bridge by it."""
        self._lock = threading.Lock()
        self._actor: Any = None
        self._pending = False
        """Whether the actor was made here and has not begun."""

    def go(self) -> NoReturn:
        """Join, pass bytes on, and end this process."""
        try:
            self._tell(Waits(stage="connecting"))
            threading.Thread(target=self._inwards, daemon=True).start()
            connect(self._wanted)
            self._find()
            self._tell(Joined())
            while data := ray.get(self._actor.take.remote(self._name)):
                self._write(data)
        except Failure as failure:
            self._tell(failure.told)
        except Exception as error:  # whatever Ray raises, the link has to hear of it
            print(first_line(error), file=sys.stderr, flush=True)
        self._leave()

    def _find(self) -> None:
        """Find the actor, or make it.  Raises Failure."""
        try:
            self._actor = ray.get_actor(self._wanted.actor)
        except ValueError as error:
            if not self._wanted.begins:
                raise Failure("remote.refused.gone") from error
            self._make()

    def _make(self) -> None:
        wanted, waits = self._wanted, queue(self._wanted)
        self._tell(waits or Waits(stage="starting"))
        try:
            with self._lock:
                made = ray.remote(HostActor).options(
                    name=wanted.actor,
                    lifetime="detached",
                    num_cpus=wanted.num_cpus,
                    num_gpus=wanted.num_gpus,
                )
                self._actor, self._pending = made.remote(), True
            ready = self._actor.ready.remote()
            while not ray.wait([ready], timeout=PAUSE)[0]:
                if waits is not None and (news := queue(wanted)) not in (None, waits):
                    self._tell(waits := news)
            ray.get(ready)
        except (RayError, ValueError) as error:
            raise no_actor(error) from error
        with self._lock:
            self._pending = False

    def _inwards(self) -> None:
        """Pass on what the link sends; nothing comes before it has heard that we have joined."""
        with contextlib.suppress(Exception):
            while data := os.read(0, READ):
                ray.get(self._actor.feed.remote(self._name, data))
        self._leave()

    def _leave(self) -> NoReturn:
        """End this process, whatever Ray's threads do; an actor that has not begun is not wanted any more."""
        with self._lock:  # nobody makes an actor any more
            with contextlib.suppress(Exception):
                if self._pending:
                    self._give_up()
                elif self._actor is not None:
                    ray.wait([self._actor.leave.remote(self._name)], timeout=FAREWELL)
            os._exit(0)

    def _give_up(self) -> None:
        """Kill the actor that waits.

        Ray's `kill` returns before it has sent anything: a process that ends right after it would leave the actor in
        the queue, and at its turn it would take what nobody uses.
        """
        ray.kill(self._actor)
        end = time.monotonic() + GIVING_UP
        with contextlib.suppress(ValueError):  # there is no such actor any more
            while time.monotonic() < end:
                ray.get_actor(self._wanted.actor)
                time.sleep(LOOKING)

    def _tell(self, message: Message) -> None:
        self._write(encode(message))

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._ours, view) :]
