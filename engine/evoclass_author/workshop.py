"""A template for a plugin: a separate distribution, whose tests pass at once."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

from evoclass.errors import ConfigError
from evoclass.pluginhost.loading import bundled_packages
from evoclass.wording.sentences import own_languages
from evoclass_author.scaffold import slug, template, write

KINDS = ("question", "field", "block", "probe", "runner", "panel", "explanation", "exporter")
"""The kinds of a new plugin."""

_SENTENCES = {
    "question": ("wrong",),
    "field": ("instruction",),
    "panel": ("events",),
    "explanation": ("title", "what", "try"),
    "exporter": ("lost", "answers"),
}
"""The sentences of the templates that each kind uses; panels and runners also have a name."""

_NAMED = ("panel", "runner")

_MODULES = {"panel": "panel", "field": "widget"}
"""A screen module that some kinds have, imported only if there is one."""


def make_plugin(name: str, kind: str, folder: Path) -> list[Path]:
    """Make a plugin in a new folder below `folder`; return the files.  Raises ConfigError."""
    entry = re.sub(r"^(evoclass-)+", "", slug(name))
    if not entry[0].isalpha():
        raise ConfigError(f"{name!r} is no name for a plugin: it has to begin with a letter")
    package = f"evoclass_{entry.replace('-', '_')}"
    if package in (*bundled_packages(), "evoclass_tui"):
        raise ConfigError(
            f"EvoClass itself has a package {package}: choose another name",
            "author.new.taken",
            package=package,
        )
    fields = {
        "name": f"evoclass-{entry}",
        "entry": entry,
        "package": package,
        "kind": entry,
        "class": "".join(part.capitalize() for part in entry.split("-")),
        "version": ".".join(version("evoclass").split(".")[:2]),
    }
    fields["usage"] = template(f"plugin/{kind}_usage.txt", fields).rstrip()
    place = folder / fields["name"]
    if place.exists():
        raise ConfigError(f"{place} already exists; nothing was changed there")
    files = {
        "pyproject.toml": "pyproject.txt",
        "README.md": "README.md",
        ".github/workflows/test.yml": "workflow.yml",
        f"src/{package}/__init__.py": f"{kind}.py.txt",
        f"tests/test_{package}.py": f"{kind}_test.py.txt",
    }
    if kind in _MODULES:
        files[f"src/{package}/{_MODULES[kind]}.py"] = f"{kind}_module.py.txt"
    made = [write(place / path, template(f"plugin/{source}", fields)) for path, source in files.items()]
    made.append(write(place / "src" / package / "py.typed", ""))
    for language in own_languages() if kind in (*_SENTENCES, *_NAMED) else ():
        text = _sentences(template(f"plugin/locale.{language}.txt", fields), kind)
        made.append(write(place / "src" / package / "locale" / f"{language}.toml", text))
    return made


def _sentences(text: str, kind: str) -> str:
    """Return the part of a locale file that a kind uses."""
    own, *tables = text.split("\n\n[")
    used = [line for line in own.splitlines() if line.split(" ")[0] in _SENTENCES.get(kind, ())]
    kept = ["\n".join([own.splitlines()[0], *used])] if used else []
    return "\n\n".join([*kept, *(f"[{table}" for table in tables if table.startswith(kind))]).rstrip() + "\n"
