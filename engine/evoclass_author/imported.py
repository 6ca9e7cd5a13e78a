"""A Jupyter notebook as a lesson: the text of the lesson, its pictures, and what did not come along."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from evoclass.i18n import Catalog
from evoclass.reading import pictures
from evoclass.wording.printable import printable
from evoclass_author.foreign import is_python, lesson_markdown
from evoclass_author.markdown import words
from evoclass_author.notebook import META, digest
from evoclass_author.tongue import language

PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
"""Kinds of outputs that are kept, the best first."""


@dataclass
class Imported:
    """What a notebook gives."""

    name: str
    """Name of the lesson, and start of the names of its pictures."""
    taken: Container[str] = ()
    """Names of files that are there already."""
    title: str = ""
    language: str = ""
    body: str = ""
    front_matter: str = ""
    """As the notebook carries it, if it was made from a lesson."""
    metadata: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    """What did not come along, by its kind."""

    def picture(self, data: bytes) -> str | None:
        """Keep a picture and return its file, or None when it is none that can be shown."""
        kind = pictures.kind(data)
        if kind is None or len(data) > pictures.LIMIT:
            return None
        for known, content in self.pictures.items():
            if content == data:
                return known
        number = len(self.pictures) + 1
        while (
            file := f"{self.name}-{number}{pictures.SUFFIXES[kind]}"
        ) in self.taken or file in self.pictures:
            number += 1
        self.pictures[file] = data
        return file


def from_notebook(notebook: Any, name: str, catalog: Catalog, taken: Container[str] = ()) -> Imported:
    """Return what an nbformat notebook gives."""
    made = Imported(name, taken)
    made.metadata = dict(notebook.metadata)
    ours = made.metadata.get(META)
    if isinstance(ours, dict) and isinstance(ours.get("front_matter"), str):
        made.front_matter = ours["front_matter"]
    parts: list[str] = []
    programs: list[str] = []
    prose: list[str] = []
    for cell in notebook.cells:
        meta = cell.metadata.get(META)
        meta = meta if isinstance(meta, dict) else {}
        text = cell.source if isinstance(cell.source, str) else "".join(cell.source)
        text = printable(text.replace("\r\n", "\n").replace("\r", "\n"))
        if meta.get("kind") == "file":
            continue  # made for the notebook alone
        if meta.get("shown") == digest(text) and isinstance(meta.get("source"), str):
            parts.append(meta["source"])
            made.dropped.update(_kind(output) for output in cell.get("outputs", ()))
        elif cell.cell_type == "code" and meta.get("kind") == "lab" and isinstance(meta.get("source"), str):
            parts.append(_relab(meta["source"], text))
            made.dropped.update(_kind(output) for output in cell.get("outputs", ()))
        elif cell.cell_type == "code":
            code = plain_python(text)
            if code.strip():
                valid = is_python(code)
                programs += [code] if valid else []
                parts.append(_fenced(code, "python" if valid else "text"))
            parts += _outputs(cell, made, catalog)
        elif cell.cell_type == "markdown":
            parts.append(_markdown(text, cell, made))
            prose.append(parts[-1])
        elif text.strip():
            parts.append(_fenced(text, "text"))
    made.language = language("\n".join(prose))
    made.title, parts = _title(parts, str(made.metadata.get("title") or "") if not made.front_matter else "")
    if programs:
        code = "\n\n".join(program.rstrip() for program in programs)
        parts.append(_fenced(f":seconds: 120\n{code}", f"{{lab}} {name.replace('-', '_')}.py"))
    made.body = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    return made


def _outputs(cell: Any, made: Imported, catalog: Catalog) -> Iterator[str]:
    """Yield the pictures among the outputs of a cell; the rest is counted."""
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        files = (made.picture(_bytes(data[kind], kind)) for kind in PICTURES if kind in data)
        file = next(filter(None, files), None)
        if file is None:
            made.dropped[_kind(output)] += 1
        else:
            yield f"![{words(catalog('author.import.output'))}]({file})"


def _kind(output: Any) -> str:
    """Return what an output is, in a word."""
    if output.get("output_type") == "stream":
        return "text/plain"
    if output.get("output_type") == "error":
        return "error"
    kinds = [kind for kind in output.get("data", {}) if isinstance(kind, str)]
    return next((kind for kind in kinds if kind != "text/plain"), "text/plain")[:60]


def _bytes(value: Any, kind: str) -> bytes:
    """Return the bytes of a picture as a notebook holds it."""
    text = "".join(part for part in value if isinstance(part, str)) if isinstance(value, list) else value
    if not isinstance(text, str):
        return b""
    if kind == "image/svg+xml":
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _markdown(text: str, cell: Any, made: Imported) -> str:
    """Return a Markdown cell as our dialect has it, with its attached pictures as files."""
    attached: dict[str, str | None] = {}
    attachments = cell.get("attachments", {})
    for key, contents in attachments.items() if isinstance(attachments, dict) else ():
        kind, value = next(iter(contents.items()), ("", "")) if isinstance(contents, dict) else ("", "")
        attached[key] = made.picture(_bytes(value, kind))
        if attached[key] is None:
            made.dropped[f"attachment {printable(key)[:60]}"] += 1

    def find(target: str) -> str | None:
        if target.startswith("attachment:"):
            name = target.removeprefix("attachment:")
            return attached.get(name) or attached.get(unquote(name))
        if target.startswith("data:"):
            head, _, data = target.partition(",")
            kind = "" if head.endswith(";base64") else "image/svg+xml"
            file = made.picture(_bytes(unquote(data), kind))
            if file is None:
                made.dropped[printable(head[:40])] += 1
            return file
        return target

    return lesson_markdown(text, find, lambda element: made.dropped.update([f"<{element}>"]))


def _title(parts: list[str], title: str) -> tuple[str, list[str]]:
    """Take the title from the first heading of the first level, if there is none yet."""
    for number, part in enumerate(parts):
        match = re.match(r"#[ \t]+(.+)", part.lstrip("\n"))
        if match and not title:
            rest = part.lstrip("\n")[match.end() :]
            bare = re.sub(r"[*_`]|\[([^\[\]]*)\]\([^()]*\)", r"\1", match[1].strip().rstrip("#").strip())
            return bare, [*parts[:number], rest, *parts[number + 1 :]]
    return title, parts


def _relab(source: str, code: str) -> str:
    """Return a lab with the code of its cell, which was changed in the notebook."""
    first, *lines = source.split("\n")
    options = []
    for line in lines:
        if not re.match(r":[A-Za-z][\w-]*:", line):
            break
        options.append(line)
    code = plain_python(re.sub(r"\A%%writefile .*\n", "", code)).rstrip("\n")
    info = first.lstrip("`~")
    return _fenced("\n".join([*options, code]), info)


def _fenced(code: str, info: str) -> str:
    """Return a fence around code, longer than any that stands in it."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`{3,}", code))])
    return f"{fence}{info}\n{code.rstrip()}\n{fence}"


def plain_python(code: str) -> str:
    """Return a cell's code without what only a notebook understands: magics and shell lines become comments."""
    if is_python(code):
        return code  # a line may begin with `%` inside of an expression or a string
    lines = code.split("\n")
    if lines and lines[0].startswith("%%"):
        return "\n".join(f"# {line}" for line in lines)
    return "\n".join(
        re.sub(r"^(\s*)([%!?].*|[\w.]+\?{1,2})$", r"\1pass  # \2", line) if line.strip() else line
        for line in lines
    )
