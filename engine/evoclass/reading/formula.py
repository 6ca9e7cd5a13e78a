"""TeX -> Unicode text, where a terminal can show the formula."""

from __future__ import annotations

import logging
import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from evoclass.errors import Problem
from evoclass.frozen import frozen
from evoclass.pattern import pattern
from evoclass.reading.source import harmless

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


def _words(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac"})
STYLES = frozenset(
    _words(
        "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits boldsymbol bm pmb mathop mathrel mathbin "
        "mathord mathopen mathclose mathpunct operatorname operatorname* left right middle rm bf it sf tt cal "
        "big Big bigg Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr Biggl Biggr nonumber notag"
    )
)
"""Commands that only change the look and add nothing to read."""

ASIDE = frozenset({"label", "color", "hspace", "vspace", "phantom", "hphantom", "vphantom"})
"""Commands whose argument is not shown."""

ABOVE = {"overset": "^", "stackrel": "^", "underset": "_"}
"""Commands that put their first argument above or below their second."""

NAMED = frozenset(
    _words(
        "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log "
        "max min Pr sec sin sinh sup tan tanh"
    )
)
"""Functions that are written as words: TeX sets them apart from a letter or number beside them."""

ENVIRONMENTS = frozenset(
    _words(
        "aligned alignedat split gathered cases dcases rcases matrix Bmatrix vmatrix Vmatrix pmatrix bmatrix "
        "smallmatrix array equation equation* align align* gather gather* multline multline*"
    )
)

_MARK = pattern(r"\\(?:[A-Za-z]+\*?|.|\Z)|[_^%]", re.DOTALL)
_NAME = pattern(r"\\begin\s*\{([A-Za-z*]*)\}")
_BRACE = pattern(r"\\.|[{}]", re.DOTALL)
"""A grouping brace; after a backslash, a brace is a character."""
_SPECIAL = pattern(r"[{}%&#$\\]")
_PLAIN = pattern(r"[A-Za-z0-9=+]*")
"""Text that the converter leaves as it is."""
_CONVERTED = pattern(
    r"[_^](?![A-Za-z0-9=+]|\{[A-Za-z0-9=+]*\})"
    r"|\\[A-Za-z]+(?!(?:\{[A-Za-z0-9=+]*\}){1,2}(?!\{))\s*\{"
)
"""A command or script with a part that the converter converts separately."""
_STARTS_WORD = pattern(r"\s*(?:[A-Za-z0-9]|\\([A-Za-z]+))")
_DEPTH = 20
_LONGEST = 4000


class _Undrawable(Exception):
    """The formula has something that Unicode text cannot show; the message is the command, or empty."""


@frozen
class Formula:
    """A formula as a terminal shows it."""

    text: str
    """The formula in Unicode characters, or as written where these cannot show it."""
    drawn: bool = True
    command: str = ""
    """The command that causes the formula to be shown as written, such as `\\frca`; empty for another reason."""


@lru_cache(maxsize=4096)
def draw(tex: str) -> Formula:
    """Return the formula of a TeX source; any source can be shown."""
    written = re.sub(r"\s+", " ", tex).strip()
    if len(tex) > _LONGEST:
        return Formula(written, False)
    try:
        text = _text(tex, _DEPTH)
    except _Undrawable as error:
        return Formula(written, False, str(error))
    except Exception:  # on bad input, the converter fails in more ways than it documents
        return Formula(written, False)
    text = re.sub(r" ([·×÷±∓∘⊙⊗⊕≤≥≠≈≡∈→←↦]) ?(?=\S)", r" \1 ", text)  # a macro eats the space after it
    text = harmless(re.sub(r"\s+", " ", text).strip())
    return Formula(text) if text or not written else Formula(written, False)


def steps(tex: str) -> int:
    """Return the cost of drawing a formula, in steps of the reading budget: each script is converted separately."""
    scripts = tex.count("_") + tex.count("^")
    return 6 * len(tex) + 60 * scripts + 250 * len(_CONVERTED.findall(tex))


def unicode_formula(tex: str) -> str:
    """Return `tex` in Unicode characters: `x_i^2` becomes `xᵢ²`; parts without a Unicode character stay as written."""
    return draw(tex).text


def trouble(tex: str, line: int) -> Problem | None:
    """Return the problem of a formula that is shown as it is written (W048), or None."""
    formula = draw(tex)
    if formula.drawn:
        return None
    if not formula.command:
        return Problem("W048", line, fields={"tex": formula.text[:60], "variant": "broken"})
    return Problem("W048", line, fields={"command": formula.command, "near": nearest(formula.command)})


@lru_cache(maxsize=4096)
def nearest(command: str) -> str:
    """Return the known command that an unknown one was probably meant to be, or an empty text."""
    near = get_close_matches(command.lstrip("\\")[:30], sorted(_known()), 1, 0.75)
    return "\\" + near[0] if near else ""


def _text(tex: str, depth: int) -> str:
    if not depth:
        raise _Undrawable
    if _PLAIN.fullmatch(tex):
        return tex
    flat = _flat(tex, depth).rstrip()
    if flat.endswith("\\\\"):  # a row that nothing follows
        flat = flat[:-2]
    return str(_converter().latex_to_text(flat, tolerant_parsing=False))


@lru_cache(maxsize=1)
def _converter() -> Any:
    # Imported late: most pages have no formula, and the import costs 30 ms.
    from pylatexenc.latex2text import LatexNodes2Text

    logging.getLogger("pylatexenc").addHandler(logging.NullHandler())
    logging.getLogger("pylatexenc").propagate = False
    return LatexNodes2Text(math_mode="text", fill_text=False)


_NO_FORMULA = frozenset(
    _words(
        "input include includegraphics footnote footnotetext href url cite citet citep ref eqref cref Cref "
        "documentclass usepackage newcommand renewcommand providecommand section subsection subsubsection paragraph "
        "item title author date maketitle today"
    )
)
"""Document commands, which a formula shows wrongly or not at all."""


_OWN = frozenset({"binom", "dbinom", "tbinom", "begin", "end", "pmod"})


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Return the commands that the converter can show."""
    from pylatexenc.latex2text import get_default_latex_context_db

    names = {str(spec.macroname) for spec in get_default_latex_context_db().iter_macro_specs()}
    return frozenset(
        (names - _NO_FORMULA) | FRACTIONS | NAMED | STYLES | {"binom", "dbinom", "tbinom", "begin", "end"}
    )


@lru_cache(maxsize=1024)
def _symbol(name: str) -> str:
    """Return the character of a command in Unicode's list of mathematical characters, or an empty text."""
    from latex2mathml.symbols_parser import convert_symbol

    codes = (convert_symbol("\\" + name) or "").split("-")
    return "".join(chr(int(code, 16)) for code in codes) if all(codes) else ""


def _flat(tex: str, depth: int) -> str:
    """Replace scripts, fractions and roots, which the converter would join without brackets.

    Raises _Undrawable at a command that the converter would silently skip.
    """
    out: list[str] = []
    position = 0
    while match := _MARK.search(tex, position):
        out.append(tex[position : match.start()])
        token, position = match[0], match.end()
        name = token[1:]
        if token == "%":
            out.append(r"\%")
        elif token in "_^":
            argument, position = _argument(tex, position)
            # The braces end a preceding command: `\theta` and a letter-like `ₜ` would read as one name.
            out.append("{}" + _written(_script(token, _text(argument, depth - 1).strip())))
        elif name in FRACTIONS:
            top, position = _argument(tex, position)
            bottom, position = _argument(tex, position)
            parts = [_text(part, depth - 1).strip() for part in (top, bottom)]
            if not all(parts):
                raise _Undrawable(token)
            out.append(_written("/".join(part if _is_simple(part) else f"({part})" for part in parts)))
        elif name == "sqrt":
            index, position = _index(tex, position, depth)
            argument, position = _argument(tex, position)
            if not argument:
                raise _Undrawable
            out.append(_written(_root(index, _text(argument, depth - 1).strip())))
        elif name in ("binom", "dbinom", "tbinom"):
            top, position = _argument(tex, position)
            bottom, position = _argument(tex, position)
            parts = [_text(part, depth - 1).strip() for part in (top, bottom)]
            out.append(_written(f"C({parts[0]}, {parts[1]})"))
        elif name == "begin":
            environment = _NAME.match(tex, match.start())
            if environment is None or environment[1] not in ENVIRONMENTS:
                raise _Undrawable(environment[0] if environment else token)
            out.append(token)
        elif name in STYLES:
            if name in ("left", "right") and tex[position : position + 1] == ".":  # no bracket on this side
                position += 1
            out.append("{}")
        elif name in ASIDE:
            _, position = _argument(tex, position)
            out.append("{}")
        elif name in ABOVE:
            over, position = _argument(tex, position)
            base, position = _argument(tex, position)
            script = _script(ABOVE[name], _text(over, depth - 1).strip())
            out.append("{}" + _written(_text(base, depth - 1) + script))
        elif name in NAMED:
            before = tex[: match.start()][-1:]
            apart = " " if before.isalnum() or before in {")", "}"} else ""
            follows = _STARTS_WORD.match(tex, position)
            out.append(apart + name + (" " if follows and follows[1] not in STYLES else ""))
        elif name == "pmod":
            argument, position = _argument(tex, position)
            out.append(_written(f" (mod {_text(argument, depth - 1).strip()})"))
        elif name == "\\" and tex[position:].lstrip().startswith("\\end"):  # a row that nothing follows
            out.append(" ")
        elif name in _known() or name == "\n":  # a space at the end of a line
            out.append(token)
        elif name == "|":
            out.append("‖{}")
        else:
            bare = name.rstrip("*")
            symbol = "" if bare in _known() or bare in _NO_FORMULA else _symbol(bare)
            if bare in _known():
                token = token.rstrip("*")
            elif not symbol:
                raise _Undrawable(token)
            out.append(f"{symbol}{{}}" if symbol else token + name[len(bare) :])
    out.append(tex[position:])
    return "".join(out)


def _index(tex: str, position: int, depth: int) -> tuple[str, int]:
    """Return what stands in brackets before the argument of a root, and the place after it."""
    end = tex.find("]", position)
    if tex[position : position + 1] != "[" or end < 0:
        return "", position
    return _text(tex[position + 1 : end], depth - 1).strip(), end + 1


def _root(index: str, text: str) -> str:
    sign = {"3": "∛", "4": "∜"}.get(index, _script("^", index) + "√" if index else "√")
    return f"{sign}{text}" if text.isdecimal() or len(text) == 1 else f"{sign}({text})"


def _written(text: str) -> str:
    """Return text as TeX that gives it, because a converted part goes through the converter again with the rest."""
    return _SPECIAL.sub(lambda found: "\\backslash{}" if found[0] == "\\" else f"\\{found[0]}", text)


def _argument(tex: str, position: int) -> tuple[str, int]:
    """Return the argument of a script or fraction: a group, a command or one character."""
    while position < len(tex) and tex[position] == " ":
        position += 1
    if position >= len(tex):
        return "", position
    if tex[position] == "{":
        depth = 0
        for brace in _BRACE.finditer(tex, position):
            depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if depth == 0:
                return tex[position + 1 : brace.start()], brace.end()
        return tex[position + 1 :], len(tex)
    command = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL).match(tex, position)
    if command:
        end = command.end()
        for _ in range(2 if command[0][1:] in FRACTIONS else 1):
            if tex[end : end + 1] == "{":
                end = _argument(tex, end)[1]
        return tex[position:end], end
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
