"""A Jupyter notebook as a lesson: the lesson's text, its pictures, and the list of dropped parts."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import unquote, urlsplit

from evoclass.i18n import Catalog
from evoclass.importer import Imported
from evoclass.lint.programs import hides_a_module
from evoclass.reading import pictures
from evoclass.wording.printable import printable
from evoclass_author.foreign import lesson_markdown
from evoclass_author.magics import is_python, plain_python
from evoclass_author.markdown import words
from evoclass_author.notebook import META, digest, imported_names
from evoclass_author.tongue import language

PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
"""Kinds of outputs that are kept, the best first."""


def from_notebook(notebook: Any, made: Imported, catalog: Catalog) -> None:
    """Fill in the contents of an nbformat notebook; `made.language` is the default for a text of unknown language."""
    made.metadata = dict(notebook.metadata)
    ours = made.metadata.get(META)
    if isinstance(ours, dict) and isinstance(ours.get("front_matter"), str):
        made.front_matter = ours["front_matter"]
    parts: list[str] = []
    programs: list[str] = []
    prose: list[str] = []
    written: set[str] = set()
    whole = False
    """Whether the last block of a lesson is unchanged here, with everything that belongs to it."""
    for cell in notebook.cells:
        meta = cell.metadata.get(META)
        meta = meta if isinstance(meta, dict) else {}
        text = cell.source if isinstance(cell.source, str) else "".join(cell.source)
        text = printable(text.replace("\r\n", "\n").replace("\r", "\n"))
        source = meta["source"] if isinstance(meta.get("source"), str) else ""
        kind, same = meta.get("kind"), meta.get("shown") == digest(text)
        if kind == "file" or (kind == "part" and same and whole):
            continue  # made only for the notebook
        if kind == "part" and whole and source and source in parts[-1]:
            parts[-1] = parts[-1].replace(source, _relab(source, text, made), 1)
            made.dropped.update(_kind(output) for output in cell.get("outputs", ()))
            continue
        if kind != "part":
            whole = same and "source" in meta
        if whole and kind != "part":
            parts.append(source)
            made.dropped.update(_kind(output) for output in cell.get("outputs", ()))
        elif cell.cell_type == "code" and kind in ("lab", "part") and source:
            parts.append(_relab(source, text, made))
            made.dropped.update(_kind(output) for output in cell.get("outputs", ()))
        elif cell.cell_type == "code" and (lab := _written(text, written)):
            parts.append(lab)
            parts += _outputs(cell, made, catalog)
        elif cell.cell_type == "code":
            code = plain_python(text, lambda name: made.dropped.update([name]))
            if code.strip():
                valid = is_python(code)
                programs += [code] if valid else []
                parts.append(_fenced(code, "python" if valid else "text"))
            parts += _outputs(cell, made, catalog)
        elif cell.cell_type == "markdown":
            parts.append(_markdown(text, cell, made, catalog))
            prose.append(parts[-1])
        elif text.strip():
            parts.append(_fenced(text, "text"))
    made.language = language("\n".join(prose), made.language)
    made.title, parts = _title(parts, str(made.metadata.get("title") or "") if not made.front_matter else "")
    if programs:
        code = "\n\n".join(program.rstrip() for program in programs)
        parts.append(_fenced(f":seconds: 120\n{code}", f"{{lab}} {_file(made.name, code, parts)}"))
    made.body = "\n\n".join(part.strip("\n") for part in parts if part.strip())


def _written(text: str, written: set[str]) -> str:
    """Return a cell that writes a Python file as a lab, which others can still import; otherwise nothing."""
    head, _, code = text.lstrip("\n").partition("\n")
    found = re.fullmatch(r"%%(?:writefile|file)[ \t]+(?:\./)?([A-Za-z0-9_][\w.-]*\.py)[ \t]*", head)
    if found is None or not code.strip() or not is_python(code) or found[1] in written:
        return ""
    written.add(found[1])
    return _fenced(code, f"{{lab}} {found[1]}")


def _file(name: str, code: str, parts: list[str]) -> str:
    """Return a name for the lab with the whole program; it hides no module and belongs to no other lab."""
    stem = base = name.replace("-", "_")
    labs = (re.findall(r"(?m)^[`~:]{3,}\{lab\}[ \t]+(\S+)\.py", part) for part in parts)
    taken = {*imported_names(code), *chain.from_iterable(labs)}
    copy = 1
    while hides_a_module(stem) or stem in taken:
        stem, copy = f"{base}_lab{copy if copy > 1 else ''}", copy + 1
    return f"{stem}.py"


def _outputs(cell: Any, made: Imported, catalog: Catalog) -> Iterator[str]:
    """Yield the pictures among a cell's outputs; the rest is counted."""
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        files = (made.picture(_bytes(data[kind], kind)) for kind in PICTURES if kind in data)
        file = next(filter(None, files), None)
        if file is None:
            made.dropped[_kind(output)] += 1
        else:
            yield f"![{words(catalog('author.import.output'))}]({file})"


def _kind(output: Any) -> str:
    """Return the kind of an output in one word."""
    if output.get("output_type") == "stream":
        return "text/plain"
    if output.get("output_type") == "error":
        return "error"
    kinds = [kind for kind in output.get("data", {}) if isinstance(kind, str)]
    return next((kind for kind in kinds if kind != "text/plain"), "text/plain")[:60]


def _bytes(value: Any, kind: str) -> bytes:
    """Return the bytes of a picture in a notebook."""
    text = "".join(part for part in value if isinstance(part, str)) if isinstance(value, list) else value
    if not isinstance(text, str):
        return b""
    if kind == "image/svg+xml" and text.lstrip().startswith("<"):  # among attachments it is Base64 too
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _markdown(text: str, cell: Any, made: Imported, catalog: Catalog) -> str:
    """Return a Markdown cell in our dialect, with its attached pictures as files."""
    attached: dict[str, str | None] = {}
    attachments = cell.get("attachments", {})
    for key, contents in attachments.items() if isinstance(attachments, dict) else ():
        kind, value = next(iter(contents.items()), ("", "")) if isinstance(contents, dict) else ("", "")
        attached[key] = made.picture(_bytes(value, kind))
        if attached[key] is None:
            made.dropped[catalog("author.import.kind.attachment", name=printable(key)[:60])] += 1

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

    def picture(target: str) -> str | None:
        if not pictures.is_file(target):
            return find(target)
        if target not in made.beside:
            made.beside[target] = _beside(target, made)
        file = made.beside[target]
        if file is None:
            made.dropped[catalog("author.import.kind.image", name=printable(target)[:60])] += 1
        return file

    return lesson_markdown(text, find, lambda element: made.dropped.update([f"<{element}>"]), picture)


def _beside(target: str, made: Imported) -> str | None:
    """Keep an image from the notebook's folder and return its file; None if it is elsewhere or is not an image."""
    if made.source is None:
        return None
    try:
        name = unquote(urlsplit(target).path)
        folder = made.source.absolute().parent
        place = (folder / name).resolve()
        if not place.is_relative_to(folder.resolve()):
            return None
        data = pictures.read(target, made.source).data
        if made.into is not None and place == (made.into.absolute() / name).resolve():
            return target  # it is beside the lesson too
    except (OSError, ValueError, RuntimeError, pictures.Refused):
        return None
    return made.picture(data)


def _title(parts: list[str], title: str) -> tuple[str, list[str]]:
    """Take the title from the first top-level heading, if there is none yet."""
    for number, part in enumerate(parts):
        match = re.match(r"#[ \t]+(.+)", part.lstrip("\n"))
        if match and not title:
            rest = part.lstrip("\n")[match.end() :]
            bare = re.sub(r"[*_`]|\[([^\[\]]*)\]\([^()]*\)", r"\1", match[1].strip().rstrip("#").strip())
            return bare, [*parts[:number], rest, *parts[number + 1 :]]
    return title, parts


def _relab(source: str, code: str, made: Imported) -> str:
    """Return a lab with the code of its cell, which was changed in the notebook."""
    first, *lines = source.split("\n")
    options = []
    for line in lines:
        if not re.match(r":[A-Za-z][\w-]*:", line):
            break
        if not line.startswith(":file:"):  # the program is no longer what that file holds
            options.append(line)
    code = re.sub(r"\A%%writefile .*\n", "", code)
    code = plain_python(code, lambda name: made.dropped.update([name])).rstrip("\n")
    info = first.lstrip("`~")
    return _fenced("\n".join([*options, code]), info)


def _fenced(code: str, info: str) -> str:
    """Return a fence around code, longer than any fence in it."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`{3,}", code))])
    return f"{fence}{info}\n{code.rstrip()}\n{fence}"
