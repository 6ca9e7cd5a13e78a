"""Markdown of a notebook made into the dialect of lessons; code, formulas and inline code stay unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from evoclass_author.magics import is_python
from evoclass_author.paragraphs import Lines, cut
from evoclass_author.pieces import Piece, joined, pieces

SIGNS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "s": "~~", "del": "~~"}

_TAGS = (
    "a abbr address article aside audio b bdi bdo big blockquote body br button canvas caption center "
    "cite code col colgroup dd del details dfn div dl dt em embed figcaption figure font footer form h1 "
    "h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label li link main map mark meta nav "
    "object ol option p param picture pre q s samp script section select small source span strike strong "
    "style sub summary sup svg path table tbody td textarea tfoot th thead time title tr track tt u ul "
    "var video wbr"
)
TAGS = frozenset(_TAGS.split())
"""Elements of HTML; anything else in angle brackets is a word such as `<unk>`."""

EMBEDDED = frozenset(("iframe", "video", "audio", "embed", "object", "canvas", "svg", "script", "table"))
"""Elements that show content which a lesson cannot."""

ATTRIBUTE = re.compile(r"""\b(src|alt|href)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)

ESCAPED = {
    "W033": re.compile(r"(?<!\\)<(?=[A-Za-z/!?])"),
    "E030": re.compile(r"(?<!\\)\{"),
    "E032": re.compile(r"(?<!\\)\{"),
    "E033": re.compile(r"\[\^"),
}
"""Markdown that is not ours, by the code of the problem that reports it."""

Find = Callable[[str], str | None]
"""Returns the new target of a link or an image, or None when it leads nowhere."""


def lesson_markdown(
    text: str, find: Find, embedded: Callable[[str], None], picture: Find | None = None
) -> str:
    """Return Markdown of a notebook in our dialect; `embedded` is called with elements that are left out.

    `picture` finds the targets of images; without it, `find` does.
    """
    finds = find, picture or find
    done = []
    for group in cut(text.replace("\r\n", "\n").replace("\r", "\n")):
        match group.kind:
            case "fence":
                done.append(_fence(group))
            case "prose":
                done.append(_prose(group.text, finds, embedded))
            case "html":  # its lines are indented to show nesting, which would make them code
                shown = _prose(group.text, finds, embedded)
                done.append("\n".join(line.lstrip() for line in shown.split("\n")))
            case "heading":
                done.append(_heading(group, finds, embedded))
            case _:
                done.append(group.text)
    return "\n".join(done).rstrip()


def relinked(text: str, find: Find) -> str:
    """Return a lesson's Markdown with other targets for its links; one that leads nowhere becomes plain words."""
    return "\n".join(
        joined(_links(pieces(group.text), find, find)) if group.kind in ("prose", "html") else group.text
        for group in cut(text)
    )


def escaped(text: str, found: Mapping[int, Iterable[str]]) -> str:
    """Return Markdown in which the causes of problems, by their line from 0, are plain characters."""
    done = []
    for group in cut(text):
        shown = group.text
        if group.kind in ("prose", "html"):
            lines = range(group.start, group.start + len(group.lines))
            for code in sorted({code for line in lines for code in found.get(line, ())}):
                shown = joined(_escaped(pieces(shown), code))
        done.append(shown)
    return "\n".join(done)


def _prose(text: str, finds: tuple[Find, Find], embedded: Callable[[str], None]) -> str:
    shown = joined(_links(pieces(joined(_without_html(pieces(text), embedded))), *finds))
    shown = re.sub(r"(?m)^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[([ xX])\](?=\s)", _box, shown)
    return re.sub(r"(?m)^([ \t>]*)(:{3,})", r"\1\\\2", shown)


def _box(found: re.Match[str]) -> str:
    """Return a task list's box as a symbol; a box in our dialect would be an answer."""
    return f"{found[1]}{'☐' if found[2] == ' ' else '☑'}"


def _heading(group: Lines, finds: tuple[Find, Find], embedded: Callable[[str], None]) -> str:
    """Return an underlined heading in our dialect."""
    assert group.token is not None
    mark = "#" if group.token.markup == "=" else "##"
    first = group.lines[0]
    prefix = first[: len(first) - len(first.lstrip(" >"))]
    words = " ".join(line.lstrip(" >").strip() for line in group.lines[:-1])
    return f"{prefix}{mark} {_prose(words, finds, embedded)}"


def _fence(group: Lines) -> str:
    """Return a code fence: one that claims to be Python but is not becomes text, and an open one is closed."""
    token = group.token
    assert token is not None
    first, *rest = group.lines
    prefix, marker, info = first.partition(token.markup)
    words = re.match(r"\{?\.?([\w+#-]*)", info.strip())
    language = words[1] if words is not None else ""
    if language in ("python", "py") and not is_python(token.content):
        language = "text"
    if info.strip().startswith("{") or language == "text":
        info = language
    closing = rest[-1].strip(" >") if rest else ""
    if not (closing.startswith(token.markup) and not closing.strip(token.markup[0])):
        rest.append(prefix + token.markup)
    return "\n".join([f"{prefix}{marker}{info}", *rest])


def _without_html(parts: list[Piece], embedded: Callable[[str], None]) -> list[Piece]:
    """Return pieces with HTML replaced by Markdown if there is an equivalent, and removed otherwise."""
    done: list[Piece] = []
    waiting: dict[str, list[int]] = {}
    closed = {part.name[1:]: place for place, part in enumerate(parts) if part.name.startswith("/")}
    silent = ""
    for place, part in enumerate(parts):
        if silent:
            silent = "" if part.name == f"/{silent}" else silent
            continue
        if part.kind == "comment":
            continue
        if part.kind != "tag":
            after_break = done and done[-1].text == "  \n"
            done.append(_text(part.text.removeprefix("\n")) if after_break and part.kind == "text" else part)
            continue
        name = part.name.removeprefix("/")
        if name not in TAGS:
            done.append(_text("\\" + part.text))
        elif name == "br":
            done.append(_text("  \n"))
        elif part.name == "img":
            done.append(_text(_image(part.text)))
        elif part.name in ("script", "style"):
            silent = name if place < closed.get(name, 0) else ""
        elif name in SIGNS or name == "a":
            _pair(part, name, done, waiting)
        if part.name in EMBEDDED:
            embedded(name)
    return done


def _pair(part: Piece, name: str, done: list[Piece], waiting: dict[str, list[int]]) -> None:
    """Note an opening tag, or replace it and its closing tag with Markdown."""
    opened = waiting.setdefault(name, [])
    if not part.name.startswith("/"):
        opened.append(len(done))
        done.append(Piece("text", "", name=part.text))  # stays empty when no tag closes it
        return
    if not opened:
        return
    place = opened.pop()
    first = done[place]
    if name == "a":
        target = _target(_attribute(first.name, "href"))
        if target:
            first.text = "["
            done.append(_text(f"]({target})"))
        return
    inner = done[place + 1 :] if len(done) - place < 3 else [done[place + 1], done[-1]]
    if not inner or any(part.kind != "text" for part in (inner[0], inner[-1])):
        first.text = SIGNS[name] if inner else ""
        done.append(_text(first.text))
        return
    # Spaces stay outside the marks, where Markdown wants them.
    words = inner[0].text.lstrip()
    first.text = inner[0].text[: len(inner[0].text) - len(words)] + SIGNS[name]
    inner[0].text = words
    words = inner[-1].text.rstrip()
    after = inner[-1].text[len(words) :]
    inner[-1].text = words
    done.append(_text(SIGNS[name] + after))


def _image(tag: str) -> str:
    target = _target(_attribute(tag, "src"))
    if not target:
        return ""
    alt = re.sub(r"([\[\]])", r"\\\1", " ".join(_attribute(tag, "alt").split()))
    return f"![{alt or _stem(target)}]({target})"


def _attribute(tag: str, name: str) -> str:
    for found in ATTRIBUTE.finditer(tag):
        if found[1].lower() == name:
            return unescape(found[2].strip("\"'"))
    return ""


def _target(address: str) -> str:
    """Return an address that is valid between the round brackets of a link."""
    return quote(address.strip(), safe="%/:?#[]@!$&'*+,;=~")


def _stem(target: str) -> str:
    if target.startswith("data:"):
        return "image"
    return PurePosixPath(unquote(target)).stem.replace("[", "").replace("]", "") or "image"


def _links(parts: list[Piece], find: Find, picture: Find) -> list[Piece]:
    """Return pieces with new targets for links and images; a link without a target keeps its words."""
    done = list(parts)
    for place, part in enumerate(parts):
        if part.kind != "close" or part.partner < 0:
            continue
        opening = parts[part.partner]
        image = opening.kind == "image"
        target = picture(part.target) if image else find(part.target)
        # Checked only if it is one piece: nested brackets would be read again and again.
        empty = place - part.partner < 3 and not joined(parts[part.partner + 1 : place]).strip()
        if target is None:
            done[part.partner] = _text("")
            done[place] = _text(_stem(part.target) if empty else "")
        else:
            title = f" {part.title}" if part.title else ""
            shown = target if not re.search(r"[\s()<>]", target) else f"<{target}>"
            done[place] = _text(f"{_stem(target) if empty and image else ''}]({shown}{title})")
    return done


def _escaped(parts: list[Piece], code: str) -> list[Piece]:
    """Return pieces with a backslash before the cause of the problem `code`."""
    done = []
    for place, part in enumerate(parts):
        if code == "E033":
            follows = parts[place + 1].text if place + 1 < len(parts) else ""
            changed = part.kind == "open" and follows.startswith("^")
            done.append(_text("\\[") if changed else part)
        elif part.kind in ("text", "tag", "comment"):
            done.append(_text(ESCAPED[code].sub(r"\\\g<0>", part.text)))
        else:
            done.append(part)
    return done


def _text(text: str) -> Piece:
    return Piece("text", text)
