"""The panel in a small app of its own, fed with the frames of a real run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from evoclass.i18n import Catalog
from evoclass.protocol import Exit
from evoclass_tensors.screen.detail import DetailView
from evoclass_tensors.screen.panel import TensorPanel
from evoclass_tensors.screen.table import TensorTable
from evoclass_tui.panel import Panel
from evoclass_tui.themes import THEMES

from .session import Session

PROGRAM = """
import torch
from torch import nn
torch.manual_seed(0)
base = nn.Sequential(*[nn.Linear(6, 6) for _ in range(8)])
for p in base.parameters():
    p.requires_grad = False
head = nn.Linear(6, 3)
x = torch.rand(4, 6)
photo = torch.rand(3, 16, 16)
cube = torch.arange(60.0).reshape(3, 4, 5)
optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
loss = 3.0
for step in range(6):
    value = head(base(x)).square().mean()
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    loss = value.item()
    wait()
broken = torch.tensor([1.0, float("nan")])
"""


class Recorded:
    """A run, and a way to ask it for close looks."""

    def __init__(self) -> None:
        import time

        def wait() -> None:
            end = time.perf_counter() + 0.002
            while time.perf_counter() < end:
                pass

        self.session = Session(
            PROGRAM, {"wait": wait}, live=("loss:.3f",), frames_per_second=1000, budget=1.0
        ).run()
        self.frames = self.session.frames


@cache
def recorded() -> Recorded:
    return Recorded()


class Bench(App[None]):
    """The panel alone, and the screen's part played by the test."""

    def __init__(self, language: str = "en") -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "evoclass-dark"
        self.panel = TensorPanel(catalog(language))
        self.messages: list[Message] = []
        self.answers = True

    def compose(self) -> ComposeResult:
        yield self.panel

    def hear(self, message: Message) -> None:
        self.messages.append(message)
        if (
            isinstance(message, Panel.LookWanted)
            and self.answers
            and message is not getattr(self, "_last", None)
        ):
            self._last = message
            detail = recorded().session.look(message.expression, *message.slice)
            self.call_later(self.panel.show_detail, detail)

    def of(self, kind: type[Message]) -> list[Any]:
        return list(dict.fromkeys(message for message in self.messages if isinstance(message, kind)))

    @property
    def table(self) -> TensorTable:
        return self.panel.query_one(TensorTable)

    @property
    def detail(self) -> DetailView:
        return self.panel.query_one(DetailView)

    def text(self, widget: Any) -> str:
        return "\n".join(widget.render_line(y).text.rstrip() for y in range(widget.size.height))


def catalog(language: str) -> Catalog:
    return Catalog(language, ["evoclass_tui", "evoclass_tensors"])


@asynccontextmanager
async def bench(
    size: tuple[int, int] = (100, 30), language: str = "en", fed: bool = True
) -> AsyncIterator[tuple[Bench, Pilot[None]]]:
    app = Bench(language)
    async with app.run_test(size=size, message_hook=app.hear) as pilot:
        if fed:
            app.panel.begin(("head.weight",))
            for frame in recorded().frames:
                app.panel.receive(frame)
            app.panel.receive(Exit(reason="finished", code=0, seconds=1.0))
            await pilot.pause()
            app.table.focus()
        await pilot.pause()
        yield app, pilot


Panel.LookWanted.__hash__ = object.__hash__  # type: ignore[method-assign]
Panel.Attending.__hash__ = object.__hash__  # type: ignore[method-assign]
Panel.LiveChanged.__hash__ = object.__hash__  # type: ignore[method-assign]
Panel.StatusChanged.__hash__ = object.__hash__  # type: ignore[method-assign]
