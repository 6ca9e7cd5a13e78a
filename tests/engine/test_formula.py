"""Formulas as a terminal can show them."""

import re
from types import SimpleNamespace

import pytest
from latex2mathml import commands
from latex2mathml.symbols_parser import SYMBOLS
from pylatexenc import latex2text, latexwalker

from evoclass.contracts.lessons import sample_lesson
from evoclass.reading import formula
from evoclass.reading.budget import MOST
from evoclass.reading.formula import draw, nearest, unicode_formula


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("x_i", "xᵢ"),
        ("x +\\\n y", "x + y"),
        (r"\theta_{t+1} = \theta_t - \eta \nabla L(\theta_t)", "θₜ₊₁ = θₜ - η∇L(θₜ)"),
        (r"\frac{1}{n}\sum_{i=1}^{n} (y_i - \hat y_i)^2", "1/n∑ᵢ₌₁ⁿ (yᵢ - ŷᵢ)²"),
        (r"\frac{a+b}{c_{i}}", "(a+b)/cᵢ"),
        (r"W \in \mathbb{R}^{7\times 512}", "W ∈ ℝ^(7×512)"),
        (r"x^\top W", "xᵀ W"),
        (r"512 \cdot 7 + 7 = 3591", "512 · 7 + 7 = 3591"),
        (r"10^{-3}", "10⁻³"),
        (r"a_{\text{max}}", "aₘₐₓ"),
        (r"50\%", "50%"),
        (r"a\_b", "a_b"),
        (r"\alpha* + \sum*_i", "α* + ∑*ᵢ"),
        ("x^{ab", "xᵃᵇ"),
        (r"P(\{x : x_{\{1\}} > 0\})", "P({x : x_({1}) > 0})"),
        (r"x^{a\}b}y", "x^(a}b)y"),
        (r"x^{a\\}y", "xᵃy"),
        (r"\frac{50\%}{\{a\}}", "50%/{a}"),
        (r"\binom{\{n\}}{k} \pmod{\{m\}}", "C({n}, k) (mod {m})"),
        (r"\left. x \right|", "x |"),
        (r"\sqrt{6} + 1/\sqrt n + \sqrt{\pi}", "√6 + 1/√n + √π"),
        (r"\sqrt{6/n} + \sqrt{ab} + \sqrt[3]{x}", "√(6/n) + √(ab) + ∛x"),
        (r"-\ln 3 + \ln(1/4)", "-ln 3 + ln(1/4)"),
        (r"x\sin\theta", "x sin θ"),
        (r"\arg\max_i p_i \log p_i", "arg maxᵢ pᵢ log pᵢ"),
        (r"\log\left(x\right)", "log(x)"),
    ],
)
def test_formulas(tex, text):
    assert unicode_formula(tex) == text


@pytest.mark.parametrize("tex", ["^" * 3900, "_" * 3900, r"x_{-}" * 700, r"\\hat{\\bar x}" * 300])
def test_formulas_spend_from_the_budget_of_reading(tex, monkeypatch):
    converted = []
    converter = formula._converter()
    monkeypatch.setattr(
        formula,
        "_converter",
        lambda: SimpleNamespace(
            latex_to_text=lambda *a, **k: converted.append(a) or converter.latex_to_text(*a, **k)
        ),
    )
    lesson = sample_lesson("".join(f"a ${tex}{number}$ b\n\n" for number in range(60)))
    assert {problem.code for problem in lesson.problems} <= {"E035", "W048"}
    assert "E035" in {problem.code for problem in lesson.problems}
    assert len(converted) < MOST / 150


def test_honest_formulas_fit_into_the_budget():
    line = r"The loss is $\frac{1}{n}\sum_{i=1}^n (y_i - \hat y_i)^2 + %d$ here."
    assert not sample_lesson("\n\n".join(line % number for number in range(2000))).problems


def test_a_formula_may_be_nested_only_so_deep():
    nested = "\\binom{" * 25 + "n" + "}{k}" * 25
    assert not draw(nested).drawn
    assert draw(nested.removeprefix("\\binom{" * 15).removesuffix("}{k}" * 15)).drawn


@pytest.mark.parametrize("text", ["", "abc", "X1=2+b"])
def test_plain_text_needs_no_converter(text):
    assert formula._PLAIN.fullmatch(text)
    assert formula._converter().latex_to_text(text, tolerant_parsing=False) == text


@pytest.mark.parametrize(
    "tex", ["{", "}", "_", "^", r"\frac", r"x^{", "\\", "$", "{" * 200, "_{" * 200, "x" * 10_000]
)
def test_broken_formulas_do_not_raise(tex):
    assert isinstance(unicode_formula(tex), str)


def every_macro() -> list[str]:
    """Return the commands that the libraries for formulas know, and some that none does."""
    names = {spec.macroname for spec in latex2text.get_default_latex_context_db().iter_macro_specs()}
    names |= {spec.macroname for spec in latexwalker.get_default_latex_context_db().iter_macro_specs()}
    names |= {symbol[1:] for symbol in SYMBOLS if symbol.startswith("\\")}
    known = (
        value for value in vars(commands).values() if isinstance(value, str | dict | tuple | list | frozenset)
    )
    for value in known:
        for command in [value] if isinstance(value, str) else value:
            if isinstance(command, str) and command.startswith("\\"):
                names.add(command[1:])
    return sorted(names | {"foo", "frca", "alpah", "", "1", " "})


FORMS = ("%s", "%s{x}", "%s{", "%s{x}{y}", "a %s b", "%s[3]{x}", "{%s", "x_%s", "%s^2", r"\begin{%s}", "%s}")


@pytest.mark.parametrize("form", FORMS)
def test_no_command_makes_a_formula_raise_vanish_or_log(form, capfd, caplog):
    macros = every_macro()
    assert len(macros) > 3000
    for macro in macros:
        tex = form % (macro if "begin" in form else f"\\{macro}")
        drawn = draw(tex)
        assert drawn.text, tex
        if not drawn.drawn:
            assert drawn.text == re.sub(r"\s+", " ", tex).strip()
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("tex", "command", "near"),
    [
        (r"\frca{1}{2}", r"\frca", r"\frac"),
        (r"2 \alpah + 1", r"\alpah", r"\alpha"),
        (r"\foo", r"\foo", ""),
        (r"x^{\sqrtt{2}}", r"\sqrtt", r"\sqrt"),
        (r"\href{a}{b}", r"\href", ""),
        (r"\begin{foo}a\end{foo}", r"\begin{foo}", ""),
        (r"\input{/etc/hostname}", r"\input", None),
        (r"\frac{1}", r"\frac", None),
        (r"\sqrt", "", ""),
        (r"a}b", "", ""),
        (r"{a", "", ""),
        (r"\begin{pmatrix}", "", ""),
        (r"\label{x}", "", ""),
    ],
)
def test_what_cannot_be_drawn_is_shown_as_written_and_told(tex, command, near):
    drawn = draw(tex)
    assert (drawn.text, drawn.drawn, drawn.command) == (tex, False, command)
    if near is not None:
        assert nearest(command) == near
    for text, line in ((f"Text.\n\nA formula\n${tex}$ here.\n", 11), (f"$$\n{tex}\n$$\n", 8)):
        (problem,) = sample_lesson(text).problems
        assert (problem.code, problem.line) == ("W048", line)
        assert problem.fields.get("command", "") == command


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("50% of x", "50% of x"),
        ("x_ i^  2 + 1", "xᵢ² + 1"),
        (r"\frac {1}  {2}", "1/2"),
        (r"\binom{n}{k}", "C(n, k)"),
        (r"\operatorname{softmax}(z)", "softmax(z)"),
        (r"\left\| x \right\|_2", "‖ x ‖₂"),
        (r"\left( a \right.", "( a"),
        (r"x^\frac{1}{2}", "x^(1/2)"),
        (r"a \coloneqq b", "a ≔ b"),
        (r"\begin{pmatrix}1&2\\3&4\\\end{pmatrix}", "[ 1 2; 3 4 ]"),
        (r"\sum\limits_{i=1}^n x_i", "∑ᵢ₌₁ⁿ xᵢ"),
        (r"a \\", "a"),
    ],
)
def test_more_formulas(tex, text):
    assert draw(tex).drawn
    assert unicode_formula(tex) == text


def test_a_formula_brings_no_control_character():
    assert "\x1b" not in unicode_formula("a\x1b[31m") + unicode_formula(r"\text{a\x1b}")
