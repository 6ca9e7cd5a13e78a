"""Keys take effect in the order in which they were pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.widget import Widget

from evoclass_tui.textual_bindings import bindings_for

# A widget only for the type checker: as a real base class it would override the looks of the other one.
if TYPE_CHECKING:
    _Base = Widget
else:
    _Base = object


class KeysInOrder(_Base):
    """Carries out its own key bindings at once, as it does with letters.

    Textual lets a key bubble up to the app before it looks at bindings, while a letter goes into the text at once.
    When keys come in a burst (a macro, a slow line), `End Enter a b` would write `ab` before the cursor has moved.
    """

    async def _on_key(self, event: events.Key) -> None:
        for binding in bindings_for(self, event.key):
            if not binding.priority and await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
        if event.key.startswith("alt+"):
            event.prevent_default()  # Textual would type the letter; the key may be one of the window's
