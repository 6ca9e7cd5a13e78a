"""A panel of the lab column: it receives every event of a run, and may ask for a close look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.dom import DOMNode
from textual.message import Message
from textual.widget import Widget

from evoclass.frozen import mutable
from evoclass.i18n import Catalog
from evoclass.model import ClassNames
from evoclass.protocol import Detail, RunEvent
from evoclass_tui.textual_bindings import bindings_of, rebind

__all__ = ["Panel", "rebind", "shown_keys"]


def shown_keys(*nodes: DOMNode) -> dict[str, str]:
    """Return how the keys in force are shown, by the `id` of their bindings; each id with its first key."""
    found: dict[str, str] = {}
    for node in nodes:
        for binding in bindings_of(node):
            if binding.id and binding.key_display:
                found.setdefault(binding.id, binding.key_display)
    return found


class Panel(Widget):
    """Base class of plugins' panels.  The screen calls the methods; the panel answers with messages."""

    panel_name: ClassVar[str]
    """Stable name, used for its tab and its settings."""
    KEYS: ClassVar[Mapping[str, str]] = {}
    """Keys that learners can change, by a name, each as Textual writes them (`slash`, `escape,backspace`).

    The panel binds them with the `id` `PANEL_NAME.name`; what they do is its sentence `PANEL_NAME.key.name`.
    """

    def __init__(self, catalog: Catalog) -> None:
        super().__init__(id=f"panel-{self.panel_name}")
        self.catalog = catalog

    @mutable
    class LookWanted(Message):
        """The panel wants a `Detail`; the screen asks the run and calls `show_detail`."""

        expression: str
        slice: tuple[int, ...] = ()

    @mutable
    class Attending(Message):
        """The learner is looking at these rows: from now on the run sends them before others."""

        names: tuple[str, ...]

    @mutable
    class LiveChanged(Message):
        """The learner went to another moment of the run: the prose now shows its values."""

        values: Mapping[str, str]
        line: int = 0

    @mutable
    class StatusChanged(Message):
        """A few words for the panel's title bar (`Live`, `step 120 · ended`); the last part is left out last."""

        panel_name: str
        text: str

    def switch_language(self, catalog: Catalog) -> None:
        """Use the interface text of another language."""
        self.catalog = catalog

    def name_classes(self, names: tuple[ClassNames, ...]) -> None:
        """The lesson names classes in the program of the run that begins next."""

    def prepare(self, file: str, knobs: Mapping[str, str]) -> None:
        """The run that begins next is of this file; `knobs` is what the lesson's knobs are set to in it."""

    def begin(self, watch: tuple[str, ...]) -> None:
        """A run starts; `watch` are the names that the lesson pins."""

    def receive(self, event: RunEvent) -> None:
        """Take one event of the run."""

    def show_detail(self, detail: Detail) -> None:
        """Take the answer to `LookWanted`."""
