"""A generated course with any number of lessons in two languages, each of which builds on earlier ones."""

from __future__ import annotations

from pathlib import Path

from course import INDEX
from evoclass.reading.source import read

TOPICS = {
    "en": (
        "Tensors: numbers in shape",
        "Gradients: which way is down",
        "A line through points",
        "Layers and activations",
        "The training loop, step by step",
        "Overfitting and what helps against it",
        "Transfer learning: putting knowledge to work",
        "Convolutions",
        "Embeddings: words as places",
        "Attention",
        "A small transformer",
        "From notebook to service",
    ),
    "it": (
        "I tensori: numeri con una forma",
        "I gradienti: da che parte si scende",
        "Una retta tra i punti",
        "Strati e attivazioni",
        "Il ciclo di addestramento, passo per passo",
        "Il sovradattamento e i suoi rimedi",
        "Il transfer learning: mettere a frutto ciò che si sa",
        "Le convoluzioni",
        "Gli embedding: parole come luoghi",
        "L'attenzione",
        "Un piccolo transformer",
        "Dal notebook al servizio",
    ),
}

WORDS = {
    "en": (
        "Aims",
        "A first part",
        "Read this slowly.",
        "What is {n} + 1?",
        "A second part",
        "What is {n} + 2?",
    ),
    "it": (
        "Mete",
        "Prima parte",
        "Leggi con calma.",
        "Quanto fa {n} + 1?",
        "Seconda parte",
        "Quanto fa {n} + 2?",
    ),
}

LESSON = """\
---
id: lesson-{number}
number: {number}
title: "{title}"
language: {language}
minutes: {minutes}
objectives:
  - {0} {number}
{more}---

## {1}

{2}

:::{{number}} first-{number}
{3}
:answer: {one}
:solution: {one}
:::

## {4}

:::{{number}} second-{number}
{5}
:answer: {two}
:solution: {two}
:::
"""


def lesson(number: int, language: str, more: str = "") -> str:
    """Return the text of one lesson; `more` is further lines of its front matter."""
    title = TOPICS[language][(number - 1) % len(TOPICS[language])]
    needs = {2: "needs: [lesson-1]\n", 3: ""}.get(
        number, f"needs: [lesson-{number - 2}, lesson-{number - 1}]\n"
    )
    words = [word.format(n=number) for word in WORDS[language]]
    return LESSON.format(
        *words,
        number=number,
        title=title,
        language=language,
        minutes=20 + number % 4 * 10,
        more=(needs if number > 1 else "") + more,
        one=number + 1,
        two=number + 2,
    )


def write_many(folder: Path, count: int = 12) -> Path:
    """Write a course of `count` lessons below `folder` and return the folder."""
    for language in TOPICS:
        place = folder / language
        place.mkdir(parents=True)
        title = {"en": "Learning by doing", "it": "Imparare facendo"}[language]
        told = {"en": "Every lesson runs real code.", "it": "Ogni lezione esegue codice vero."}[language]
        page = INDEX.format(title=title, language=language, description=told)
        files = {"index.md": page.replace("id: sums", "id: many").replace("SUM1", "MANY")}
        files |= {f"{n:05}-lesson.md": lesson(n, language) for n in range(1, count + 1)}
        for name, text in files.items():
            if language != "en":
                stamp = read((folder / "en" / name).read_bytes()).digest[:12]
                text = text.replace("\n---\n", f"\nsource: en {stamp}\n---\n", 1)
            (place / name).write_text(text, encoding="utf-8")
    return folder
