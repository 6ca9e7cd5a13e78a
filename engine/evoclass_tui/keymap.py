"""The keys in force: the table of keys with a preset and the learner's own changes, and what is wrong with these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from textual.dom import DOMNode

from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.wording.printable import printable
from evoclass_tui.keyname import is_sent, read_key, types
from evoclass_tui.keys import BY_ID, COMMANDS, display
from evoclass_tui.places import PLACES, TYPING, VIM, PlaceKey, same_in_places
from evoclass_tui.presets import PRESETS, TAKEN_BY_BROWSERS

PRESET = "preset"
"""Name in `[keys]` that stands for a whole table."""

VIM_KEYS = "vim"
"""Name in `[keys]` of the choice whether editors have vim's keys; one of `CHOICES`."""

CHOICES = ("auto", "on", "off")
"""`auto`: if the whole table is vim's."""

ANCHORS = ("palette", "quit")
"""Commands that never lose their last key: everything else is found through them."""


@frozen
class KeyEntry:
    """One line of the table."""

    id: str
    """Its name in `[keys]`: `run`, `reader.page`, `tensors.pin`, `action.NAME`."""
    place: str
    """Where it works; empty for the whole window."""
    keys: tuple[str, ...]
    """Its keys when nobody has changed them."""
    text: str
    """Key of its sentence."""
    fixed: bool = False
    """Whether it cannot be changed."""

    def said(self, catalog: Catalog) -> str:
        """Return what the keys do."""
        return printable(catalog(self.text) if catalog.has(self.text) else self.id.rpartition(".")[2])


@frozen
class KeyProblem:
    """Something in `[keys]` that does not work as it is written."""

    kind: str
    """Its sentences are `keymap.KIND` and `keymap.KIND_fix`."""
    id: str
    key: str = ""
    other: str = ""
    """The entry that has the key already, or that the key means in its place."""
    written: str = ""
    """The entry that the settings name, if it is another one."""

    def said(self, catalog: Catalog, entries: Mapping[str, KeyEntry]) -> str:
        """Return what is wrong and how to put it right."""
        fields = {
            "id": self.id,
            "key": display(self.key, catalog) if self.kind in _READABLE else self.key,
            "other": entries[self.other].said(catalog) if self.other in entries else self.other,
            "presets": ", ".join(PRESETS),
            "choices": ", ".join(CHOICES),
        }
        if self.kind == "shadowed":
            fields["place"] = place_name(self.other.partition(".")[0], catalog)
        near = get_close_matches(self.id, entries, 1) if self.kind == "unknown" else []
        fix = catalog(f"keymap.{self.kind}_{'near' if near else 'fix'}", **fields, near="".join(near))
        return f"{catalog(f'keymap.{self.kind}', **fields)} {fix}"


_READABLE = ("conflict", "shadowed", "taken", "editing", "letter", "lockout", "not_sent", "browser")
"""Kinds of problems whose key was understood."""


def own_entries(*, vim: bool = False) -> Iterator[KeyEntry]:
    """Yield EvoClass's own lines of the table; `vim` with those of editors that have vim's keys."""
    for command in COMMANDS:
        yield KeyEntry(command.id, "", command.keys, f"command.{command.id}.label")
    for place, keys in PLACES.items():
        for key in keys if vim or place not in VIM else ():
            if not key.same_as:
                name = f"{place}.{key.id}"
                yield KeyEntry(name, place, key.keys, f"keys.{name}", key.fixed)


def panel_entries(place: str, keys_of_panel: Mapping[str, str]) -> Iterator[KeyEntry]:
    """Yield the lines of a panel in the table of keys; the arguments are its `panel_name` and its `KEYS`."""
    for name, keys in keys_of_panel.items():
        yield KeyEntry(f"{place}.{name}", place, tuple(keys.split(",")), f"{place}.key.{name}")


def place_name(place: str, catalog: Catalog) -> str:
    """Return how a place is called in the interface."""
    if not place:
        return catalog("keymap.window")
    name = f"keys.{place}.name"
    if catalog.has(name):
        return catalog(name)
    panel = f"panel.{place}"
    return catalog("help.in", place=catalog(panel) if catalog.has(panel) else place)


class Keymap:
    """The table of keys as it is."""

    def __init__(self, entries: Iterable[KeyEntry] = (), wanted: Mapping[str, str] | None = None) -> None:
        """`entries` are those of plugins; `wanted` is what `[keys]` says."""
        self.others = tuple(entries)
        """The lines of plugins."""
        self.settings: Mapping[str, str] = dict(wanted or {})
        """What the settings say."""
        self.wanted = dict(self.settings)
        self.problems: list[KeyProblem] = []
        self.preset = self.wanted.pop(PRESET, "default")
        if self.preset not in PRESETS:
            self.problems.append(KeyProblem("preset", PRESET, self.preset))
            self.preset = "default"
        self.vim_keys = self.wanted.pop(VIM_KEYS, "auto")
        """One of `CHOICES`."""
        if self.vim_keys not in CHOICES:
            self.problems.append(KeyProblem("vim", VIM_KEYS, self.vim_keys))
            self.vim_keys = "auto"
        self.vim = self.vim_keys == "on" or (self.vim_keys == "auto" and self.preset == "vim")
        """Whether editors have vim's keys."""
        own = own_entries(vim=self.vim)
        self.entries = {entry.id: entry for entry in (*own, *self.others)}
        preset = PRESETS[self.preset]
        self.base = {
            name: tuple(preset[name].split()) if name in preset else entry.keys
            for name, entry in self.entries.items()
        }
        self._keys = dict(self.base)
        self._owners: dict[tuple[str, str], str] = {}
        if self.wanted or preset:
            self._resolve()
        self.changed = frozenset(name for name in self.entries if self.is_changed(name))
        """Every entry whose keys are others than those that the program comes with."""

    @property
    def places(self) -> Iterator[str]:
        """Yield the places that there are."""
        return (place for place in PLACES if self.vim or place not in VIM)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of an entry, the one that is shown first."""
        return self._keys.get(name, ())

    def is_of_window(self, key: str) -> bool:
        """Whether a key means something wherever one is in the window."""
        return any(key in self.keys(name) for name, entry in self.entries.items() if not entry.place)

    def is_changed(self, name: str) -> bool:
        """Whether the keys differ from those that the program comes with."""
        return self.keys(name) != self.entries[name].keys

    def is_own(self, name: str) -> bool:
        """Whether the learner has changed the entry, beyond the preset."""
        return self.keys(name) != self.base[name]

    def instead(self, name: str) -> tuple[str, ...] | None:
        """Return the keys of an entry that were changed; None for any other."""
        return self.keys(name) if name in self.changed else None

    def of_place(self, place: str, key: PlaceKey) -> tuple[str, ...]:
        """Return the keys of a line of `PLACES`; where one types, a letter that is a key elsewhere is a letter."""
        keys = self.keys(key.same_as or f"{place}.{key.id}")
        typed = key.same_as and place in TYPING
        return tuple(one for one in keys if not types(one)) if typed else keys

    def found_at(self, command: str, catalog: Catalog) -> tuple[tuple[str, ...], str]:
        """Return the keys of a command, and the name of the place where they work; empty for the whole window."""
        if keys := self.keys(command):
            return keys, ""
        for place, key in same_in_places(command):
            if keys := self.of_place(place, key):
                name = place_name(place, catalog)
                return keys, f"{name[:1].lower()}{name[1:]}"
        return (), ""

    def named(self, catalog: Catalog, field: str) -> str | None:
        """Return the key that a sentence names: `{key_run}` is the first one, `{keys_help}` all of them, and
        `{typingkey_run}` the first one that works where one types, too.
        """
        kind, _, name = field.partition("_")
        if kind not in ("key", "keys", "typingkey"):
            return None
        found = next((entry for entry in self.entries if entry.replace(".", "_") == name), None)
        if found is None:
            return None
        keys = self.keys(found)
        if kind == "typingkey" and keys:
            return display(min(keys, key=types), catalog)
        if kind == "key" or not keys:
            return self.first(catalog, found)
        return catalog("keymap.or").join(display(key, catalog) for key in keys)

    def first(self, catalog: Catalog, name: str) -> str:
        """Return an entry's first key as learners read it; without one, the way through the palette."""
        if keys := self.keys(name):
            return display(keys[0], catalog)
        return catalog(
            "keymap.through_palette",
            key=display(self.keys("palette")[0], catalog),
            what=self.entries[name].said(catalog),
        )

    # ---------------------------------------------------------------------------------------- the learner's changes

    def _resolve(self) -> None:
        """Let every wanted key take effect that can; note the others as problems and leave what was there."""
        wanted = {
            name: keys for name, text in self.wanted.items() if (keys := self._read(name, text)) is not None
        }
        for name in self.entries:
            if name not in wanted:
                self._keys[name] = self._claim(name, self.base[name], tell=False)
        for name in sorted(wanted, key=lambda name: name not in ANCHORS):
            keys = self._claim(name, wanted[name])
            if name in ANCHORS and all(map(types, keys)):
                self.problems.append(KeyProblem("lockout", name, self.base[name][0]))
                keys = (*self._claim(name, self.base[name], tell=False), *keys)
            elif wanted[name] and not keys:
                keys = self._claim(name, self.base[name], tell=False)
            self._keys[name] = tuple(dict.fromkeys(keys))
        for name in wanted:
            self._look_around(name)

    def _read(self, name: str, text: str) -> tuple[str, ...] | None:
        """Return the keys in a text; None if the entry stays as it is."""
        entry = self.entries.get(name)
        if entry is None:
            self.problems.append(KeyProblem("unknown", name))
            return None
        if entry.fixed:
            self.problems.append(KeyProblem("fixed", name))
            return None
        found: list[str] = []
        for word in text.replace(",", " ").split():
            key = read_key(word)
            if key is None:
                self.problems.append(KeyProblem("no_key", name, word))
            elif not is_sent(key) and key not in entry.keys:
                self.problems.append(KeyProblem("not_sent", name, key))
            elif entry.place in TYPING and types(key):
                self.problems.append(KeyProblem("letter", name, key))
            else:
                if self.preset == "browser" and key in TAKEN_BY_BROWSERS:
                    self.problems.append(KeyProblem("browser", name, key))
                found.append(key)
        if text.split() and not found:
            return None
        return tuple(dict.fromkeys(found))

    def _claim(self, name: str, keys: Sequence[str], *, tell: bool = True) -> tuple[str, ...]:
        """Return the keys that no other entry of the place has."""
        place, mine = self.entries[name].place, []
        for key in keys:
            owner = self._owners.setdefault((place, key), name)
            if owner == name or (key in self.base[name] and key in self.base[owner]):
                mine.append(key)
            elif tell:
                self.problems.append(KeyProblem("conflict", name, key, owner))
        return tuple(mine)

    def _look_around(self, name: str) -> None:
        """Note where a changed key of the window means something else, and whether one can reach it while typing."""
        keys, base = self.keys(name), self.base[name]
        if self.entries[name].place:
            for key in keys:
                if key not in base and (window := self._owners.get(("", key))):
                    self.problems.append(KeyProblem("shadowed", window, key, name, written=name))
            return
        if keys and all(map(types, keys)) and base and not all(map(types, base)):
            self.problems.append(KeyProblem("letter", name, keys[0]))
        for key in keys:
            if key in base:
                continue
            other = next(
                (owner for (place, taken), owner in self._owners.items() if place and taken == key), ""
            )
            if other and not types(key) and name in BY_ID and BY_ID[name].priority and key == keys[0]:
                self.problems.append(KeyProblem("taken", other, key, name, written=name))
            elif other:
                self.problems.append(KeyProblem("shadowed", name, key, other))
            elif key in _editing():
                self.problems.append(KeyProblem("editing", name, key))


def _editing() -> frozenset[str]:
    """Return the keys with which text is edited in every field."""
    from textual.widgets import Input, TextArea

    ours = {key for command in COMMANDS for key in command.keys}
    ours |= {key for line in PLACES["editor"] for key in line.keys}
    found: set[str] = set()
    for widget in (Input, TextArea):
        for binding in widget.BINDINGS:
            found.update(getattr(binding, "key", "").split(","))
    return frozenset(found - ours)


DEFAULT = Keymap()
"""The keys that the program comes with."""


def keymap_of(node: DOMNode) -> Keymap:
    """Return the keys in force around a widget."""
    found: Any = getattr(node.app, "keymap", None)
    return found if isinstance(found, Keymap) else DEFAULT
