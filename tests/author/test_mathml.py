"""Formulas of a page: whatever TeX says, it is a tree of MathML or the TeX itself, and never gone."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import latex2mathml
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import get_default_latex_context_db as texts
from pylatexenc.latexwalker import get_default_latex_context_db as walkers

from evoclass_author.mathml import ATTRIBUTES, ELEMENTS, formula

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"


def known() -> list[str]:
    """Return every command that one of the two libraries has a name for."""
    found = set()
    for file in Path(latex2mathml.__file__).parent.iterdir():
        if file.suffix in (".py", ".txt"):
            found |= set(re.findall(r"\\[A-Za-z]+\*?", file.read_text(encoding="utf-8")))
    for database in (texts(), walkers()):
        found |= {f"\\{spec.macroname}" for spec in database.iter_macro_specs()}
    return sorted(found)


def words(tex: str) -> str:
    """Return what can be read of a formula; whatever is markup must be MathML of ours."""
    shown = formula(tex)
    if shown.startswith("<code class='math'>"):
        assert shown.endswith("</code>")
        inner = shown.removeprefix("<code class='math'>").removesuffix("</code>")
        assert "<" not in inner
        return unescape(inner)
    tree = ElementTree.fromstring(shown)
    for element in tree.iter():
        assert element.tag.removeprefix(NAMESPACE) in ELEMENTS
        for name, value in element.attrib.items():
            assert ATTRIBUTES[name].fullmatch(value)
    return "".join(tree.itertext())


VARIANTS = re.compile(r"\\math(?!rm|op|bin|rel|ord)|\\[Bb]b|\\frak")
"""Commands that give letters another form, which is another character."""


def test_every_command_is_shown_without_an_argument_with_one_and_with_an_open_one():
    names = known()
    assert len(names) > 2000
    for name in names:
        for form in (
            "{0}",
            "a {0}",
            "{0}{{x}}",
            "{0}{{x",
            "{0}{{x}}{{y}}",
            "{0}[x]{{y}}",
            "{0}{{{0}{{x}}}}",
            "{0}}}",
        ):
            tex = form.format(name)
            shown = words(tex)
            assert shown.strip(), tex
            if form == "{0}{{x}}" and not VARIANTS.match(name):
                assert "x" in shown, (tex, shown)


@pytest.mark.parametrize(
    "tex",
    [
        *(
            "",
            " ",
            "{}",
            "\\",
            "$",
            "}",
            "{",
            "&",
            "\\\\",
            "^",
            "_",
            "x^",
            "x_",
            "^^",
            "\\begin{pmatrix}",
            "\\end{a}",
        ),
        *(
            r"\sqrt",
            r"\href{a}{b}",
            r"\textcolor{red}",
            r"\footnote",
            r"\phantom{x}",
            r"\quad",
            r"\left(",
            r"\frac1",
        ),
        *("\x1b[31m", "\x00", "\ud800", "\u202e", "{" * 3000, "\\frac" * 800, "x" * 5000, r"\unicode{xd800}"),
        *(r"\unicode{x110000}", r"&#xffffffffff;", r"\newcommand{\a}{\a\a}\a", r"\def\a{\a}\a", r"\color{x"),
    ],
)
def test_odd_formulas_are_shown(tex):
    shown = words(tex)
    assert shown.strip() or not tex.strip()
    assert not re.search("[\x00-\x08\x1b\ud800-\udfff\u202e]", formula(tex))


@pytest.mark.parametrize(
    "tex", ["E = mc^2", r"\frac{1}{n}\sum_{i=1}^n x_i", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}"]
)
def test_honest_formulas_are_drawn(tex):
    assert formula(tex).startswith("<math")
    assert formula(tex, display=True).startswith("<math")
    assert 'display="block"' in formula(tex, display=True)


def test_signs_of_a_formula_are_those_that_were_meant():
    assert words(r"a \le b") == "a≤b"
    assert formula(r"x\phantom{y}").count("<mphantom>") == 1
    assert 'display="inline"' in formula("x")


@pytest.mark.parametrize(
    "tex", ["x" * 5000, r"\def\a{x}\a", r"\newcommand{\a}{x}\a", r"\unicode{x110000}", r"\phantom{x}"]
)
def test_what_is_not_drawn_is_shown_as_it_was_written(tex):
    assert formula(tex) == f"<code class='math'>{tex}</code>"


def test_text_in_a_formula_is_text():
    shown = formula(r"\text{<script>a & b</script>}")
    assert "<script" not in shown
    assert "<script>a" in words(r"\text{<script>a & b</script>}").replace("\xa0", " ")


def test_what_a_formula_measures_has_bounds():
    assert 'width="1em"' in formula(r"\rule{1em}{1em}x")
    assert "9999" not in re.sub(">[^<]*<", "><", formula(r"\rule{9999em}{9999em}x"))
    assert "href" not in formula(r"\href{javascript:x}{y}")


SIGNS = (
    r"\frac \sqrt \text \left( \right) { } _ ^ & \\ $ ' < > "
    + r'" \begin{array} \end{array} \href \unicode x 1'
)


@given(st.lists(st.sampled_from(SIGNS.split()), max_size=25))
def test_no_mixture_raises_or_vanishes(parts):
    tex = "".join(parts)
    assert words(tex).strip() or not tex


@pytest.mark.parametrize(
    "unit", ["{", "x^{", "a'", "]", "\\left(", "\\frac", "&", "\\text{", "x_", "\\begin{array}{c}"]
)
def test_a_long_formula_ends_soon(unit):
    def seconds(size: int) -> float:
        start = time.process_time()
        formula((unit * size)[:size])
        return time.process_time() - start

    assert min(seconds(3900) for _ in range(3)) < 12 * max(min(seconds(975) for _ in range(3)), 0.005)
