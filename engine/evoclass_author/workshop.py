"""A plugin to start from: a distribution of its own, whose tests pass at once."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

from evoclass.errors import ConfigError
from evoclass.wording.sentences import own_languages
from evoclass_author.scaffold import slug, template, write

KINDS = ("question", "directive", "probe", "panel", "explanation")
"""What a new plugin can begin with."""

_SENTENCES = {"question": ("wrong",), "panel": ("events",), "explanation": ("title", "what", "try")}
"""Which sentences of the templates each kind uses."""


def make_plugin(name: str, kind: str, folder: Path) -> list[Path]:
    """Make a plugin in a new folder below `folder`; return the files.  Raises ConfigError."""
    entry = re.sub(r"^(evoclass-)+", "", slug(name))
    if not entry[0].isalpha():
        raise ConfigError(f"{name!r} is no name for a plugin: it has to begin with a letter")
    package = f"evoclass_{entry.replace('-', '_')}"
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
    if kind == "panel":
        files[f"src/{package}/panel.py"] = "panel_module.py.txt"
    made = [write(place / path, template(f"plugin/{source}", fields)) for path, source in files.items()]
    made.append(write(place / "src" / package / "py.typed", ""))
    for language in own_languages() if kind in _SENTENCES else ():
        text = _sentences(template(f"plugin/locale.{language}.txt", fields), kind)
        made.append(write(place / "src" / package / "locale" / f"{language}.toml", text))
    return made


def _sentences(text: str, kind: str) -> str:
    """Return the part of a locale file that a kind uses."""
    own, panel = text.split("\n[panel]")
    lines = [
        line for line in own.splitlines() if line.startswith("[") or line.split(" ")[0] in _SENTENCES[kind]
    ]
    return "\n".join(lines) + "\n" + (f"\n[panel]{panel}" if kind == "panel" else "")
