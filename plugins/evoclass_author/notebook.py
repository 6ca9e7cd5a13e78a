"""A lesson as a Jupyter notebook, and a notebook as a lesson.

A cell remembers the lines of the lesson that it was made from.  If nobody has changed the cell, the way back gives
those lines again, questions and all.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from evoclass.errors import Problem
from evoclass.exercise import Choice, Code, Match, Order, Text
from evoclass.frontmatter import split
from evoclass.i18n import Catalog
from evoclass.markup import Parser
from evoclass.model import (
    Callout,
    ExerciseBlock,
    Inlines,
    Lab,
    Lesson,
    LineBreak,
    Live,
    Span,
    Steps,
    plain_text,
)
from evoclass_author.optional import optional
from evoclass_author.units import Unit, units

META = "evoclass"
"""Key of our metadata, in cells and in the notebook."""


def to_notebook(text: str, lesson: Lesson, parser: Parser, catalog: Catalog) -> Any:
    """Return a lesson as an nbformat notebook.  Raises ConfigError when nbformat is missing."""
    v4 = optional("nbformat.v4", catalog)
    block, _ = split(text)
    cells = [v4.new_markdown_cell(f"# {lesson.title}", metadata=_meta(f"# {lesson.title}", "title", ""))]
    for unit in units(text, parser, lesson.path):
        if isinstance(unit.block, Lab):
            extra = {"file": unit.block.file, "seconds": unit.block.seconds}
            source = unit.block.code.rstrip("\n")
            cells.append(v4.new_code_cell(source, metadata=_meta(source, "lab", unit.text, **extra)))
        else:
            source = _markdown(unit, catalog)
            cells.append(v4.new_markdown_cell(source, metadata=_meta(source, "prose", unit.text)))
    for number, cell in enumerate(cells):
        cell["id"] = (
            f"{lesson.id[:40]}-{number}"  # the same at every export, so that versions can be compared
        )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, META: {"front_matter": block}}
    return v4.new_notebook(cells=cells, metadata=metadata)


def _meta(shown: str, kind: str, source: str, **extra: Any) -> dict[str, Any]:
    return {META: {"kind": kind, "source": source, "shown": _digest(shown), **extra}}


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


# ------------------------------------------------------------------------------------------------- lesson to cells


def _markdown(unit: Unit, catalog: Catalog) -> str:
    """Return a unit as a notebook shows it."""
    block = unit.block
    if isinstance(block, Callout):
        lines = unit.text.split("\n")[1:-1]
        title = plain_text(block.title) or block.kind.capitalize()
        return "\n".join([f"> **{title}**", ">", *(f"> {line}".rstrip() for line in lines)])
    if isinstance(block, ExerciseBlock):
        return _question(block, f"{catalog('author.question.question')} {block.number}", catalog)
    if isinstance(block, Steps):
        intro = [line for part in block.intro for line in (_prose(part), "")]
        title = plain_text(block.title)
        steps = [
            _question(step, f"{catalog('author.question.step')} {step.number}", catalog)
            for step in block.steps
        ]
        head = f"**{catalog('author.question.challenge')}: {title}**" if title else ""
        return "\n\n".join(filter(None, [head, "\n".join(intro).strip(), *steps]))
    return re.sub(r"\{live\}(`+)(.+?)\1", r"\1\2\1", unit.text)


def _question(block: ExerciseBlock, title: str, catalog: Catalog) -> str:
    parts = [f"**{title}**"]
    parts += [_prose(part) for part in block.prompt]
    solution = block.exercise.solution()
    answers: list[str] = []
    for field in block.exercise.form():
        value = solution.get(field.name)
        match field:
            case Choice(options=options):
                parts.append("\n".join(f"- {markdown(option.text)}" for option in options))
                keys = value if isinstance(value, list) else [value]
                answers += [markdown(option.text) for option in options if option.key in keys]
            case Order(items=items):
                parts.append("\n".join(f"- {markdown(item.text)}" for item in items))
                texts = {item.key: markdown(item.text) for item in items}
                keys = [str(key).partition(":")[0] for key in value] if isinstance(value, list) else []
                answers.append(
                    "\n".join(f"{place}. {texts.get(key, '')}" for place, key in enumerate(keys, 1))
                )
            case Match(left=left, right=right):
                pairs = value if isinstance(value, dict) else {}
                rights = {option.key: markdown(option.text) for option in right}
                parts.append("\n".join(f"- {markdown(option.text)} → ?" for option in left))
                answers += [
                    f"{markdown(option.text)} → {rights.get(pairs.get(option.key, ''), '')}"
                    for option in left
                ]
            case Code(starter=starter):
                if starter.strip():
                    parts.append(f"```python\n{starter.rstrip()}\n```")
                answers.append(f"```python\n{str(value).rstrip()}\n```")
            case Text(language=language) if language and "\n" not in str(value):
                answers.append(f"`{value}`")
            case _:
                answers.append(_number(value))
    details = [answer for answer in answers if answer] + [_prose(part) for part in block.explanation]
    hints = [f"*{catalog('author.question.hint')}: {markdown(hint)}*" for hint in block.hints]
    for summary, inner in (
        (catalog("author.question.hint"), hints),
        (catalog("author.question.solution"), details),
    ):
        if inner:
            body = "\n\n".join(inner)
            parts.append(f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>")
    return "\n\n".join(part for part in parts if part)


def _number(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value or "")


def _prose(block: Any) -> str:
    text = getattr(block, "text", None)
    if isinstance(text, tuple):
        return markdown(text)
    code = getattr(block, "code", None)
    if isinstance(code, str):
        return f"```{getattr(block, 'language', '')}\n{code.rstrip()}\n```"
    tex = getattr(block, "tex", None)
    if isinstance(tex, str):
        return f"$$\n{tex}\n$$"
    items = getattr(block, "items", None)
    if isinstance(items, tuple):
        return "\n".join("- " + " ".join(_prose(inner) for inner in item) for item in items)
    children = getattr(block, "children", None)
    return "\n\n".join(_prose(child) for child in children) if isinstance(children, tuple) else ""


def markdown(items: Inlines) -> str:
    """Return inline items as Markdown."""
    parts = []
    for item in items:
        match item:
            case Span(text=text, marks=marks, href=href, tex=tex):
                if "math" in marks:
                    text = f"${tex}$"
                elif "code" in marks:
                    text = f"`{text}`"
                for mark, sign in (("strong", "**"), ("em", "*"), ("strike", "~~")):
                    text = f"{sign}{text}{sign}" if mark in marks else text
                parts.append(f"[{text}]({href})" if "link" in marks else text)
            case Live(expression=expression):
                parts.append(f"`{expression}`")
            case LineBreak():
                parts.append("  \n")
    return "".join(parts)


# ------------------------------------------------------------------------------------------------- cells to lesson


def from_notebook(notebook: Any, name: str, title: str = "") -> tuple[str, dict[str, bytes]]:
    """Return the text of a lesson made of a notebook, and the images that it carries, by file name."""
    ours = notebook.metadata.get(META, {}) if isinstance(notebook.metadata.get(META), dict) else {}
    parts: list[str] = []
    images: dict[str, bytes] = {}
    programs: list[str] = []
    for cell in notebook.cells:
        meta = cell.metadata.get(META, {})
        source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
        if meta.get("shown") == _digest(source) and isinstance(meta.get("source"), str):
            parts.append(meta["source"])
        elif cell.cell_type == "code" and meta.get("kind") == "lab":
            parts.append(_relab(str(meta["source"]), source))
        elif cell.cell_type == "code":
            code = plain_python(source)
            if code.strip():
                valid = is_python(code)
                programs += [code] if valid else []
                parts.append(_fenced(code, "python" if valid else "text"))
        elif cell.cell_type == "markdown":
            parts.append(_tidy(source, cell, name, images))
        elif source.strip():
            parts.append(_fenced(source, "text"))
    heading, parts = _title(parts, title)
    if programs:
        code = "\n\n".join(program.rstrip() for program in programs)
        parts.append(_fenced(f":seconds: 120\n{code}", f"{{lab}} {name.replace('-', '_')}.py"))
    block = ours.get("front_matter") if isinstance(ours.get("front_matter"), str) else _front(name, heading)
    body = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    return f"---\n{block}---\n\n{body}\n", images


def _front(name: str, title: str) -> str:
    shown = " ".join((title or name.replace("-", " ").capitalize()).split())
    shown = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'format: 1\nid: {name}\nnumber: 1\ntitle: "{shown}"\nlanguage: en\n'


def _title(parts: Sequence[str], title: str) -> tuple[str, list[str]]:
    """Take the title from the first heading of the first level, if there is none yet."""
    for number, part in enumerate(parts):
        match = re.match(r"#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)", part.lstrip("\n"))
        if match and not title:
            rest = part.lstrip("\n")[match.end() :]
            bare = re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", match[1])
            return bare, [*parts[:number], rest, *parts[number + 1 :]]
    return title, list(parts)


def _relab(source: str, code: str) -> str:
    """Return a lab with the code of its cell, which was changed in the notebook."""
    first, *lines = source.split("\n")
    options = []
    for line in lines:
        if not re.match(r":[A-Za-z][\w-]*:", line):
            break
        options.append(line)
    return "\n".join([first, *options, plain_python(code).rstrip("\n"), lines[-1]])


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


def _tidy(source: str, cell: Any, name: str, images: dict[str, bytes]) -> str:
    """Return a Markdown cell as our dialect has it: attached images as files, HTML as Markdown or text."""
    import base64

    for key, contents in dict(cell.get("attachments", {})).items():
        suffix = Path(key).suffix.lower() or ".png"
        file = f"{name}-{len(images) + 1}{suffix}"
        data = next(iter(contents.values()), "")
        images[file] = base64.b64decode("".join(data) if isinstance(data, list) else data)
        source = source.replace(f"attachment:{key}", file)
    parts = re.split(r"(?ms)(^(?:```|~~~).*?^(?:```|~~~)[ \t]*$)", source)
    tidied = (_fence(part) if number % 2 else _without_html(part) for number, part in enumerate(parts))
    return "".join(tidied).rstrip()


def _fence(text: str) -> str:
    """Return a code fence; one that says Python and is none is called text."""
    first, _, rest = text.partition("\n")
    if not re.match(r"(?:```|~~~)(?:python|py)\b", first) or is_python(rest.rsplit("\n", 1)[0]):
        return text
    return f"{first[:3]}text\n{rest}"


def is_python(code: str) -> bool:
    """Whether a piece of code parses."""
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _without_html(text: str) -> str:
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"<br\s*/?>\n?", "  \n", text, flags=re.IGNORECASE)
    text = re.sub(r"<img\b[^>]*>", _image, text, flags=re.IGNORECASE)
    for tag, sign in (("b", "**"), ("strong", "**"), ("i", "*"), ("em", "*"), ("code", "`")):
        text = re.sub(rf"<{tag}>(.*?)</{tag}>", rf"{sign}\1{sign}", text, flags=re.IGNORECASE | re.DOTALL)
    text = re.sub(
        r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', r"[\2](\1)", text, flags=re.IGNORECASE | re.DOTALL
    )
    text = re.sub(r"</?(?!https?:|mailto:)[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>", "", text)
    text = re.sub(r"!\[\]\(([^)\s]+)", lambda match: f"![{Path(match[1]).stem}]({match[1]}", text)
    text = re.sub(r"(?m)^(:{3,})", r"\\\1", text)
    return re.sub(r"(?m)^([^\s#>|-].*)\n(=+|-{3,})[ \t]*$", _setext, text)


def _setext(match: re.Match[str]) -> str:
    return f"{'#' if match[2][0] == '=' else '##'} {match[1]}"


def _image(match: re.Match[str]) -> str:
    def attribute(key: str) -> str:
        found = re.search(rf'\b{key}\s*=\s*["\']([^"\']*)', match[0], re.IGNORECASE)
        return found[1] if found else ""

    source = attribute("src")
    return f"![{attribute('alt') or Path(source).stem}]({source})" if source else ""


def without_dead_links(text: str, folder: Path, there: Iterable[str], anchors: Iterable[str]) -> str:
    """Return a lesson's text with links to files and places that did not come along as plain words."""
    known, places = set(there), set(anchors)

    def check(match: re.Match[str]) -> str:
        target = match[3].split("#")[0]
        if not target:
            anchor = match[3].lower()
            return f"[{match[2]}]({anchor})" if anchor[1:] in places else match[2]
        if re.match(r"[a-z][a-z0-9+.-]*:|//", match[3]) or target in known or (folder / target).exists():
            return match[0]
        return match[2] or target

    return re.sub(r"(!?)\[([^\]]*)\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)", check, text)


def escaped(text: str, problems: Iterable[Problem]) -> str:
    """Return a lesson's text with what is no Markdown of ours written as plain characters."""
    lines = text.split("\n")
    for problem in problems:
        place = problem.line - 1
        if problem.code == "W033":
            lines[place] = re.sub(r"(?<!\\)<(?=[A-Za-z/!?])", r"\\<", lines[place])
        elif problem.code == "E033":
            lines[place] = re.sub(r"(?<!\\)\[\^", r"\\[^", lines[place])
        elif problem.code in ("E030", "E032"):
            lines[place] = re.sub(r"(?<!\\)\{", r"\\{", lines[place])
    return "\n".join(lines)
