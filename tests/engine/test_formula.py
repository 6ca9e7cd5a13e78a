"""Formulas as a terminal can show them."""

import pytest

from evoclass.formula import unicode_formula


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("x_i", "xᵢ"),
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
    ],
)
def test_formulas(tex, text):
    assert unicode_formula(tex) == text


@pytest.mark.parametrize(
    "tex", ["{", "}", "_", "^", r"\frac", r"x^{", "\\", "$", "{" * 200, "_{" * 200, "x" * 10_000]
)
def test_broken_formulas_do_not_raise(tex):
    assert isinstance(unicode_formula(tex), str)
