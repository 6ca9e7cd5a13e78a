"""The generated third language, and a course without a vowel: on a screen in that language no word has a plain one."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location(
    "pseudo_language", Path(__file__).parents[1] / "scripts" / "pseudo_language.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
PSEUDO = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(PSEUDO)

CODE: str = PSEUDO.CODE
EVERY = ("en", "it", CODE)
"""The languages of tests that are made once for each."""

LESSON = """\
---
format: 1
id: brr
number: 1
title: "Brr"
language: en
minutes: 5
objectives:
  - Zzz
---

# Brr

Hmm. Grr {live}`x`, {live}`x / 2:.2f`.

:::{note}
Psst.
:::

```{lab} x.py
x = 2 + 2
```

:::{choice} kk
Hmm?

- [x] 4
  > Mhm.
- [ ] 5
  > Pfft.

:hint: Psst.
:hint: Shh.
:solution: Mhm.
:::

## Tsk

::::{challenge} cc
:title: Brr

:::{number} nn
5 + 5?
:answer: 10
:solution: Mhm.
:::

:::{text} tt
Tsk?
:answer: +
:::
::::
"""

COURSE = '---\nformat: 1\nid: brrr\ncode: "BRR"\ntitle: "Brr"\nlanguage: en\ndescription: "Brr."\n---\n'


def write_course(folder: Path) -> Path:
    """Write a course in English with no vowel in it; return its folder."""
    place = folder / "en"
    place.mkdir(parents=True)
    (place / "index.md").write_text(COURSE, encoding="utf-8")
    (place / "01-brr.md").write_text(LESSON, encoding="utf-8")
    (place / "02-grr.md").write_text(
        LESSON.replace("id: brr", "id: grr").replace("number: 1", "number: 2"), encoding="utf-8"
    )
    return folder


def plain_words(text: str, *allowed: str) -> set[str]:
    """Return the words with plain vowels, but for code between backticks and what `allowed` patterns match."""
    bare = re.sub(r"`[^`]*`", "", text)
    for pattern in allowed:
        bare = re.sub(pattern, "", bare)
    return {word for word in re.findall(r"[^\W\d_]+", bare) if re.search("[aeiouAEIOU]", word)}


def without_accents(text: str) -> str:
    """Return text of the generated language with plain vowels."""
    return text.translate({accented: plain for plain, accented in PSEUDO.ACCENTS.items()})
