"""TeX -> Unicode text, as far as a terminal can show a formula."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

SUPERSCRIPT = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθ⊤′*∗",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿᵀ′**",
        strict=True,
    )
)
SUBSCRIPT = dict(
    zip("0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True)
)

_SCRIPT = re.compile(r"\\(?:[A-Za-z]+|.)|[_^]", re.DOTALL)
_DEPTH = 20


@lru_cache(maxsize=4096)
def unicode_formula(tex: str) -> str:
    """Return `tex` in Unicode characters: `x_i^2` becomes `xᵢ²`; what has no character stays readable ASCII."""
    if len(tex) > 4000:
        return tex
    text = _text(tex, _DEPTH)
    text = re.sub(r" ([·×÷±∓∘⊙⊗⊕≤≥≠≈≡∈→←↦]) ?(?=\S)", r" \1 ", text)  # a macro eats the space behind it
    return re.sub(r"[ \t\n]+", " ", text).strip()


def _text(tex: str, depth: int) -> str:
    return _converter().latex_to_text(_flat(tex, depth)) if depth else tex


@lru_cache(maxsize=1)
def _converter() -> Any:
    # Imported late: most pages have no formula, and the import costs 30 ms.
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="text")


def _flat(tex: str, depth: int) -> str:
    """Replace scripts, fractions and roots, which the converter would join without brackets."""
    out: list[str] = []
    position = 0
    while match := _SCRIPT.search(tex, position):
        out.append(tex[position : match.start()])
        token, position = match[0], match.end()
        if token in "_^":
            argument, position = _argument(tex, position)
            # The braces end a command before: `\theta` and a letter-like `ₜ` would read as one name.
            out.append("{}" + _script(token, _text(argument, depth - 1).strip()))
        elif token in (r"\frac", r"\dfrac", r"\tfrac"):
            top, position = _argument(tex, position)
            bottom, position = _argument(tex, position)
            parts = [_text(part, depth - 1).strip() for part in (top, bottom)]
            out.append("/".join(part if _is_simple(part) else f"({part})" for part in parts))
        else:
            out.append(token)
    out.append(tex[position:])
    return "".join(out)


def _argument(tex: str, position: int) -> tuple[str, int]:
    """Return what a script or fraction applies to: a group, a command or one character."""
    while position < len(tex) and tex[position] == " ":
        position += 1
    if position >= len(tex):
        return "", position
    if tex[position] == "{":
        depth = 0
        for place in range(position, len(tex)):
            if tex[place] == "{" and tex[place - 1] != "\\":
                depth += 1
            elif tex[place] == "}" and tex[place - 1] != "\\":
                depth -= 1
                if depth == 0:
                    return tex[position + 1 : place], place + 1
        return tex[position + 1 :], len(tex)
    command = re.compile(r"\\[A-Za-z]+(?:\{[^{}]*\})?").match(tex, position)
    if command:
        return command[0], command.end()
    return tex[position], position + 1


def _script(mark: str, text: str) -> str:
    table = SUPERSCRIPT if mark == "^" else SUBSCRIPT
    bare = text.replace(" ", "")
    if bare and all(character in table for character in bare):
        return "".join(table[character] for character in bare)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"


def _is_simple(text: str) -> bool:
    return re.search(r"[-+−/ ·×]", text) is None or (
        text.startswith("(") and text.endswith(")") and text.count("(") == 1
    )
