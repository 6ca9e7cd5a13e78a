"""Make a plugin for an artificial language: each English sentence with accents, between « and ».

Text on a screen without accents did not come from a file of sentences.

.venv/bin/python scripts/pseudo_language.py FOLDER
"""

from __future__ import annotations

import argparse
import json
import re
import string
from collections.abc import Mapping
from pathlib import Path

from evoclass.wording.sentences import DEFAULT, own_sentences

CODE = "xx"
PACKAGE = "evoclass_pseudo"

ACCENTS = str.maketrans("aeiouAEIOU", "áéîöûÁÉÎÖÛ")

LANGUAGE = {
    "name": "«Pšéûdö»",
    "decimal": "·",
    "thousands": "'",
    "yes": "jép",
    "no": "nöpé",
    "next": "ván",
    "run": "rnn",
    "edit": "dtt",
    "print": "prn",
    "section": "štk",
    "skip": "škp",
    "back": "bkk",
    "repeat": "rpt",
    "help": "hlp",
    "quit": "qqq",
    "note": "nnt",
    "notes": "nnts",
    "bookmark": "bkm",
}
"""The values of the table `[language]`; each differs from those of every other language."""

ROOTS = (Path(__file__).parents[1] / "engine", Path(__file__).parents[1] / "plugins")


def packages() -> list[str]:
    """Return the packages of EvoClass that have sentences."""
    return sorted(path.parents[1].name for root in ROOTS for path in root.glob(f"*/locale/{DEFAULT}.toml"))


def pseudo(sentence: str) -> str:
    """Return a sentence with accents on its vowels, and with its `{fields}`, code and final stop unchanged."""
    if not sentence.strip():
        return sentence
    parts = []
    for text, name, spec, conversion in string.Formatter().parse(sentence):
        parts.append(text.replace("{", "{{").replace("}", "}}"))
        if name is not None:
            spec = (spec or "").translate(ACCENTS) if "|" in (spec or "") else spec  # two forms of a word
            parts.append(f"{{{name}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}}}")
    # A backspace alone on a line tells click to leave the next lines unchanged.
    lead, said, stop = re.fullmatch(r"(\x08\n|)(.*?)([.:?!…]*)", "".join(parts), re.DOTALL).groups()
    kept = re.split(r"(`+[^`]+`+|\{\w[^{}]*\})", said)
    kept[::2] = [text.translate(ACCENTS) for text in kept[::2]]
    return f"{lead}«{''.join(kept)}»{stop}"


def sentences(package: str) -> dict[str, str]:
    """Return a package's sentences in the pseudo-language, by key."""
    english = own_sentences(package, DEFAULT)
    return {
        key: LANGUAGE[key.removeprefix("language.")] if key.startswith("language.") else pseudo(sentence)
        for key, sentence in english.items()
    }


def toml(said: Mapping[str, str]) -> str:
    """Return sentences as a TOML file."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)  # JSON's string syntax is TOML's too

    return "".join(
        f"{'.'.join(map(quoted, key.split('.')))} = {quoted(value)}\n" for key, value in said.items()
    )


def make(folder: Path) -> Path:
    """Make the plugin's package below a folder; return it."""
    package = folder / PACKAGE
    place = package / "locale" / CODE
    place.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    for name in packages():
        (place / f"{name}.toml").write_text(toml(sentences(name)), encoding="utf-8")
    return package


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    print(make(parser.parse_args().folder))


if __name__ == "__main__":
    main()
