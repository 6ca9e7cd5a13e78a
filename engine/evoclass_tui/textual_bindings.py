"""The private parts of Textual's key bindings that we use; each has a test that fails on the day it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from textual.app import ReturnType
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.widget import Widget

from evoclass_tui.keyname import types
from evoclass_tui.textual_private import SparingApp


class RekeyedApp(SparingApp[ReturnType]):
    """An app that gives the bindings of each widget the keys in force before it is shown.

    Textual's own `set_keymap` would apply them when a key has reached the app, which is too late for widgets that carry
    their bindings out in order with letters, and it cannot take a key away.
    """

    def rekey(self, node: DOMNode) -> None:
        """Give a node's bindings the keys in force."""
        raise NotImplementedError

    def rekey_all(self) -> None:
        """Give all bindings the keys in force, after these have changed."""
        self.rekey(self)
        for screen in self.screen_stack:
            for node in screen.walk_children(with_self=True):
                self.rekey(node)
        self.refresh_bindings()

    def _register(self, parent: DOMNode, *widgets: Widget, **options: Any) -> list[Widget]:
        for widget in widgets:
            if widget not in self._registry:
                self.rekey(widget)
        return super()._register(parent, *widgets, **options)


def bindings_of(node: DOMNode) -> Iterator[Binding]:
    """Yield the key bindings of a node, without those of its ancestors."""
    for _, binding in node._bindings:
        yield binding


def bindings_for(node: DOMNode, key: str) -> tuple[Binding, ...]:
    """Return a node's bindings of a key."""
    return tuple(node._bindings.key_to_bindings.get(key, ()))


def rebind(node: DOMNode, bindings: Iterable[Binding]) -> None:
    """Replace a node's key bindings: Textual's descriptions are fixed with the class, ours change with the language.

    Bindings with an `id` get the keys that the learner has chosen for it.
    """
    node._bindings = BindingsMap(bindings)
    vars(node).pop(_GIVEN, None)
    if node.is_attached and isinstance(node.app, RekeyedApp):
        node.app.rekey(node)


_GIVEN = "_evoclass_given_bindings"
"""Attribute of a node whose keys were changed: its bindings before that."""


def give_keys(
    node: DOMNode, keys: Callable[[str], Sequence[str] | None], shown: Callable[[str], str]
) -> None:
    """Give the bindings that have an `id` the keys of that id; None leaves them as they are.

    A new key takes precedence over what it meant in the widget before.  A key that is given up is free: a binding
    replaces those that the widget's base classes have for its keys.
    """
    given: BindingsMap = vars(node).setdefault(_GIVEN, node._bindings)
    found: dict[str, list[Binding]] = {}
    changed: dict[str, Binding] = {}
    for key, bindings in given.key_to_bindings.items():
        for binding in bindings:
            if binding.id and keys(binding.id) is not None:
                changed.setdefault(binding.id, binding)
            else:
                found.setdefault(key, []).append(binding)
    for name, template in changed.items():
        for number, key in enumerate(keys(name) or ()):
            binding = replace(
                template,
                key=key,
                key_display=shown(key) if template.key_display else None,
                priority=template.priority and not number and not types(key),
            )
            beside = [other for other in found.get(key, ()) if other.id]
            found[key] = [*beside, binding]
    node._bindings = BindingsMap()
    node._bindings.key_to_bindings.update(found)


def has_other_keys(node: DOMNode) -> bool:
    """Whether a node's bindings have been given other keys."""
    return _GIVEN in vars(node)


def bind_also(node: DOMNode, binding: Binding) -> None:
    """Add a binding to a node."""
    node._bindings.key_to_bindings.setdefault(binding.key, []).append(binding)
