"""A small course in two languages, for tests that need lessons but not the flagship."""

from __future__ import annotations

import os
from pathlib import Path

from evoclass.disk import paths
from evoclass.learner.config import Settings
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.reading.source import read

ENGLISH = """\
---
format: 1
id: adding
number: 1
title: "Adding: the first sum"
language: en
minutes: 5
objectives:
  - Add two numbers
---

# Adding

Two and two. The sum was {live}`total`, and half of it {live}`total / 2:.2f`.

```{lab} sum.py
:seconds: 20
:watch: total
# Change me.
total = 2 + 2
print("total", total)
```

:::{choice} two-and-two
What is 2 + 2?

- [x] 4
  > Exactly.
- [ ] 5
  > One too many.
- [ ] 22
  > That glues the digits together.

:hint: Count on your fingers.
:hint: It is even.
:solution: Four, as the run shows.
:::

::::{challenge} bigger
:title: Bigger sums

Two steps.

:::{number} ten
What is 5 + 5?
:answer: 10
:solution: Ten.
:::

:::{text} plus
Which operator adds?
:answer: +
:::
::::
"""

ITALIAN = (
    ENGLISH.replace("language: en", "language: it")
    .replace('"Adding: the first sum"', '"Sommare: la prima somma"')
    .replace("Add two numbers", "Sommare due numeri")
    .replace("# Adding", "# Sommare")
    .replace("Two and two. The sum was", "Due più due. La somma era")
    .replace("and half of it", "e la metà")
    .replace("# Change me.", "# Cambiami.")
    .replace("What is 2 + 2?", "Quanto fa 2 + 2?")
    .replace("Exactly.", "Esatto.")
    .replace("One too many.", "Uno di troppo.")
    .replace("That glues the digits together.", "Così si incollano le cifre.")
    .replace("Count on your fingers.", "Conta sulle dita.")
    .replace("It is even.", "È pari.")
    .replace("Four, as the run shows.", "Quattro, come mostra l'esecuzione.")
    .replace("Bigger sums", "Somme più grandi")
    .replace("Two steps.", "Due passi.")
    .replace("What is 5 + 5?", "Quanto fa 5 + 5?")
    .replace("Ten.", "Dieci.")
    .replace("Which operator adds?", "Quale operatore somma?")
)

INDEX = """\
---
format: 1
id: sums
code: SUM1
title: {title}
language: {language}
description: {description}
---

{description}
"""


def write_course(folder: Path) -> Path:
    """Write the course below `folder` and return its folder."""
    for language, lesson, title, description in (
        ("en", ENGLISH, "Sums", "A course about sums."),
        ("it", ITALIAN, "Somme", "Un corso sulle somme."),
    ):
        place = folder / language
        place.mkdir(parents=True)
        page = INDEX.format(title=title, language=language, description=description)
        for name, text in (("index.md", page), ("01-adding.md", lesson)):
            if language != "en":
                stamp = read((folder / "en" / name).read_bytes()).digest[:12]
                head, rest = text.split("\n---\n", 1)
                text = f"{head}\nsource: en {stamp}\n---\n{rest}"
            (place / name).write_text(text)
    return folder


def opened(folder: Path) -> Session:
    """Open the first lesson of a course folder as another process, or another window, would."""
    plugins = Plugins()
    library = Library([folder], Parser(plugins))
    return Session.open(library, Store(paths.progress_file()), plugins, Settings(), "1", "en")


def make_strange(path: Path, kind: str) -> None:
    """Put something at `path` that is no ordinary file."""
    match kind:
        case "fifo":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "device":
            path.symlink_to("/dev/zero")
        case "circle":
            path.symlink_to(path)
        case "huge":
            with path.open("wb") as file:
                file.truncate(2**40)
        case _:
            raise ValueError(kind)
