"""The keys of front matters as JSON Schema (draft 2020-12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evoclass.reading.frontblock import SLUG
from evoclass.reading.frontmatter import COURSE_KEYS, END_KEYS, FORMAT, LANGUAGE, LESSON_KEYS, Key

KINDS: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "number"]},  # YAML reads `title: 3.10` as a number; we take it as written
    "integer": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    "date": {"type": "string", "format": "date"},
    "slug": {"type": "string", "pattern": f"^{SLUG.pattern.removesuffix(chr(92) + 'Z')}$"},
    "language": {"type": "string", "pattern": f"^{LANGUAGE.pattern.removesuffix(chr(92) + 'Z')}$"},
    "requirements": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
    "texts": {"type": "array", "items": {"type": ["string", "number"], "minLength": 1}},
    "objectives": {
        "type": "array",
        "items": {
            "type": ["string", "number", "object"],
            "minLength": 1,
            "properties": {
                "text": {"type": ["string", "number"], "minLength": 1},
                "shown_by": {
                    "type": ["string", "array"],
                    "items": {"type": "string", "minLength": 1},
                    "minItems": 1,
                },
                "evidence": {"type": "string", "minLength": 1},
            },
            "required": ["text"],
            "additionalProperties": False,
        },
    },
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of the front matter of a lesson, of a course page and of a course's end."""
    kinds = {"lesson": LESSON_KEYS, "course": COURSE_KEYS, "end": END_KEYS}
    return {kind: _schema(kind, keys) for kind, keys in kinds.items()}


def _schema(kind: str, keys: Mapping[str, Key]) -> dict[str, Any]:
    properties = {name: {**KINDS[key.kind], "description": key.meaning} for name, key in keys.items()}
    properties["format"] |= {"minimum": 0, "maximum": FORMAT, "default": FORMAT}
    properties["title"] |= {"minLength": 1}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"EvoClass {kind}, format {FORMAT}",
        "type": "object",
        "properties": properties,
        "required": [name for name, key in keys.items() if key.required],
        "additionalProperties": False,
    }
