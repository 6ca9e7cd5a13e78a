"""What a lesson can be made of, in any amount: a beginning, a piece that is repeated, and an end.

`%` in a piece stands for its number.
"""

from __future__ import annotations

HEAD = "---\nid: a\nnumber: 1\ntitle: T\nlanguage: en\n---\n\n"


def text(name: str, count: int) -> str:
    """Return a lesson with `count` pieces of a construct."""
    before, piece, after = CONSTRUCTS[name]
    many = (
        "".join(piece.replace("%", str(number)) for number in range(count)) if "%" in piece else piece * count
    )
    return before + many + after if before.startswith("---\n") else HEAD + before + many + after


# fmt: off
INLINE = (
    "[", "[a", "![", "![](", "[a](b", "[a](<b", "[](", "[a][", "[[a](b)", "![a", "<![CDATA[", "<!--", "<?", "<!A ",
    "<a ", '<a x="', "<a x='", "<b>", "</", "<http:", "a@b.c ", "*a ", "**a*", "*a_b ", "**a**b_c*", "~~a", "~~a ~",
    "_a ", "`a ", "``a`", "$a ", "$a$", "$$a ", "\\[", "[^a", "[^a]", "[^a[", "^[", "^[a]", "{a}`", "{a}`b` ", "{a}```",
    "{{", "\\{", "&#x1;", '[a](b "', "[a](b (", "$\\frac ", "$\\text{", "$a^", "$\\sqrt{", "$\\left(", "< ", "é", "🎉",
    ":", "|", "(", "!", "^", "-", "=", "'", '"',
)
"""Pieces of one paragraph."""
# fmt: on

NESTED = {
    "brackets": ("[", "]"),
    "links": ("[", "](b)"),
    "images": ("![", "](b)"),
    "footnotes": ("^[", "]"),
    "emphasis": ("*a ", "a*"),
    "strong": ("**a ", "a**"),
    "strikes": ("~~a ", "a~~"),
    "references": ("[", "][b]"),
    "mixed emphasis": ("*a **b ", "b** a*"),
    "scripts": ("a^{", "}"),
    "fractions": ("\\frac{a}{", "}"),
}

QUESTION = ":::{number} q%\n:answer: 3\n\nWhat?\n:::\n\n"
DRAWN = ":::{number} q%\n:draw: a in 1..9\n:answer: {{a * 2}}\n\nTwice {{a}}?\n:::\n\n"

GUESS = ":::{guess} g%\n:lab: a%.py\n:value: a\n:range: 0..1\n:with: a\n\nWhat?\n:::\n\n"

CONSTRUCTS: dict[str, tuple[str, str, str]] = {
    **{f"inline {piece}": ("", piece, "") for piece in INLINE},
    **{f"lines {piece}": ("", piece + "x\n", "") for piece in INLINE},
    "blocks": ("", "".join(f"{piece}x\n\n" for piece in INLINE), ""),
    "guesses": ("", GUESS, ""),
    # blocks
    "quotes deep": ("", ">", " a"),
    "quotes deep, lazy lines": ("> " * 30 + "a\n", "a\n", ""),
    "quotes deep, lines": ("", "> " * 30 + "a\n", ""),
    "quote lines": ("", "> a\n", ""),
    "quotes": ("", "> a\nb\n\n", ""),
    "list deep": ("", "- ", "a"),
    "list deep, lines": ("", "- " * 15 + "a\n", ""),
    "list items": ("", "- a\n", ""),
    "list, loose": ("", "- a\n\n  b\n\n", ""),
    "list, empty items": ("", "-\n", ""),
    "lists": ("", "- a\n* b\n+ c\n", ""),
    "list with quotes": ("", "- > a\n", ""),
    "numbered list": ("", "1. a\n", ""),
    "paragraph": ("", "word ", ""),
    "paragraph lines": ("", "a\n", ""),
    "paragraphs": ("", "a\n\n", ""),
    "headings": ("", "# a\n", ""),
    "heading": ("# a", " #", ""),
    "rules": ("", "---\n", ""),
    "underlined": ("", "a\n===\n", ""),
    "underline": ("a\n=", " ", "x"),
    "indented code": ("", "    a\n\n", ""),
    "fences, open": ("", "```python\n\n", ""),
    "fences": ("", "```python\na = 1\n```\n\n", ""),
    "fence, long": ("````", "`", "\na\n"),
    "fence info": ("```a", " ", "b\n```"),
    "table rows": ("|a|b|\n|-|-|\n", "|1|2|\n", ""),
    "table rows, short": ("|" + "a|" * 50 + "\n|" + "-|" * 50 + "\n", "|\n", ""),
    "tables": ("", "|a|\n|-|\n|b|\n\n", ""),
    "table cells": ("|a|\n|-|\n", "|`|", ""),
    "HTML blocks": ("", "<div>\n\n", ""),
    "HTML comments": ("", "<!--\n\n", ""),
    "HTML attributes": ("<a", " a=b", "\n\n"),
    "comment to translate": ("<!--", " ", "translat"),
    "link definitions": ("", "[a%]: b\n", ""),
    "link definitions, open": ("", "[a\n", ""),
    "link titles, open": ("[a]: b '", "x\n", ""),
    "links used": ("[a]: b\n\n", "[a] ", ""),
    "links to files": ("", "[a](f%.md) ", ""),
    "links to anchors": ("", "[a](#f%)\n\n", ""),
    "images": ("", "![a](f%.png)\n\n", ""),
    "footnotes, missing": ("", "[^%]\n\n", ""),
    "footnotes": ("", "x[^%]\n\n[^%]: a\n\n", ""),
    "footnotes, unused": ("", "[^%]: a\n\n", ""),
    "footnotes in footnotes": ("[^0]\n\n", "[^%]: a [^1%]\n\n", ""),
    "footnote of footnotes": ("", "[^1]: ", "a"),
    "footnote, used often": ("", "[^0] ", "\n\n[^0]: a"),
    "math blocks, open": ("", "$$x\n\n", ""),
    "math, scripts": ("$", "a^b ", "$"),
    "math, distinct": ("", "$x_{%}$ ", ""),
    "math, spaces": ("$a", " ", "b$"),
    "math, roots": ("$$\n", "\\sqrt{", "\n$$"),
    "math, matrices": ("$$\n", "\\begin{matrix}", "\n$$"),
    "blank lines": ("", "\n", ""),
    "trailing blanks": ("a", " ", "\n"),
    "leading blanks": ("a\n", " ", "b\n"),
    # directives
    "opener, blanks": (":::{note} x", " ", "x\na\n:::"),
    "opener, braces": (":::", "{", "}\n:::"),
    "opener, name": (":::{", "a", "}\n:::"),
    "openers, open": ("", ":::{note} x\na\n\n", ""),
    "openers, open, no blank line": ("", ":::{note} x\n", ""),
    "openers": ("", ":::{note} x\na\n:::\n\n", ""),
    "openers, unknown": ("", ":::{nix%} x\na\n:::\n\n", ""),
    "closers": ("", ":::\n", ""),
    "closers in a lab": (":::{note}\n```{lab} a.py\n", ":::\n", "```\n:::"),
    "labs, open": ("", "```{lab} a.py\n\n", ""),
    "labs in notes, open": ("", ":::{note}\n```{lab} a.py\n\n", ""),
    "labs, two kinds of fence": ("", "~~~{lab} a.py\n\n```{lab} b.py\n\n", ""),
    "labs in lists, open": ("", "- ```{lab} a.py\n\n", "```\n"),
    "notes in quotes, open": ("", "> :::{note}\n\n", ":::\n"),
    "labs": ("", "```{lab} a%.py\na = 1\n```\n\n", ""),
    "lab lines": ("```{lab} a.py\n", "a = 1\n", "```\n"),
    "options": (":::{number} q\n:answer: 3\n", ":hint: a\n", "\nWhat?\n:::\n"),
    "options, unknown": (":::{number} q\n:answer: 3\n", ":nix%: a\n", "\nWhat?\n:::\n"),
    "option, blanks": (":::{number} q\n:answer: 3\n:hint: x", " ", "x\n\nWhat?\n:::\n"),
    "option, key": (":::{number} q\n:answer: 3\n:", "a-", "\n\nWhat?\n:::\n"),
    "option, going on": (":::{number} q\n:answer: 3\n:hint: a\n", "  and so on\n", "\nWhat?\n:::\n"),
    "option, digits": (":::{number} q\n:answer: ", "9", "\n\nWhat?\n:::\n"),
    "option, tolerance": (":::{number} q\n:answer: 3\n:tolerance: 1", " ", "%x\n\nWhat?\n:::\n"),
    "choice options": (":::{choice} q\nWhat?\n\n- [x] a\n", "- [ ] b%\n  > no\n", ":::\n"),
    "choice, broken boxes": (":::{choice} q\nWhat?\n\n- [x] a\n", "- []b%\n", ":::\n"),
    "choice, stray quotes": (":::{choice} q\nWhat?\n\n- [x] a\n- [ ] b\n", "\n> x\n", ":::\n"),
    "choice, feedback": (":::{choice} q\nWhat?\n\n- [x] a\n- [ ] b\n", "  > no\n  >\n", ":::\n"),
    "choice, box": (":::{choice} q\nWhat?\n\n- [x]", " ", "a\n- [ ] b\n:::\n"),
    "questions": ("", QUESTION, ""),
    "questions, one id": ("", QUESTION.replace("%", ""), ""),
    "questions in a challenge": ("::::{challenge} c\n", QUESTION, "::::\n"),
    "match rows": (":::{match} q\nWhat?\n\n|a|b|\n|-|-|\n", "|l%|r%|\n", ":::\n"),
    "order rows": (":::{order} q\nWhat?\n\n", "1. l%\n", ":::\n"),
    "order lines": (":::{order} q\nWhat?\n\n```python\n", "a% = 1\n", "```\n:::\n"),
    "blanks": (":::{blanks} q\n:blank: a\n\nWhat? ", "____ ", "\n:::\n"),
    "blanks, underscores": (":::{blanks} q\n:blank: a\n\nWhat? ", "_", "\n:::\n"),
    "blanks, answers": (":::{blanks} q\n:blank: a", " | a", "\n\nWhat? ____\n:::\n"),
    "shape": (":::{shape} q\n:answer: (", "1, ", ")\n\nWhat?\n:::\n"),
    "shape, blanks": (":::{shape} q\n:answer: (1", " ", "2)\n\nWhat?\n:::\n"),
    "text, accepted": (":::{text} q\n:answer: a\n", ":accept: b%\n:hint: c%\n", "\nWhat?\n:::\n"),
    "code, checks": (":::{code} q\n", ":check: a == 1\n", "\nWhat?\n\n```python\na = 1\n```\n:::\n"),
    "predict": (":::{predict} q\n\nWhat?\n\n```python\n", "print(1)\n", "```\n:::\n"),
    "live values": ("", "{live}`a` ", ""),
    "live value, long": ("{live}`", "a+", "a`"),
    "roles, unknown": ("", "{nix%}`a` ", ""),
    "Python, dots": ("```{lab} a.py\na", ".a", "\n```\n"),
    "Python, brackets": ("```{lab} a.py\n", "(", "\n```\n"),
    # drawn values
    "drawn questions": ("", DRAWN, ""),
    "drawn questions in a challenge": ("::::{challenge} c\n", DRAWN, "::::\n"),
    "drawn challenge": ("::::{challenge} c\n:draw: b in 1..9\n", QUESTION, "::::\n"),
    "drawn, lines": (":::{number} q\n:draw: a in 1..9\n:answer: {{a}}\n", "{{a}} x\n", ":::\n"),
    "drawn, holes": (":::{number} q\n:draw: a in 1..9\n:answer: {{a}}\n", "{{a}}", "\n:::\n"),
    "drawn, open holes": (":::{number} q\n:draw: a in 1..9\n:answer: {{a}}\n", "{{a ", "\n:::\n"),
    "drawn, long hole": (":::{number} q\n:draw: a in 1..9\n:answer: {{a", " + a", "}}\n\nWhat?\n:::\n"),
    "drawn, range": (":::{number} q\n:draw: a in 1", " ", "2\n:answer: {{a}}\n\nWhat?\n:::\n"),
    "drawn, dots": (":::{number} q\n:draw: a in 1", "..", "2\n:answer: {{a}}\n\nWhat?\n:::\n"),
    "drawn, steps": (":::{number} q\n:draw: a in 1..2", " step", "2\n:answer: {{a}}\n\nWhat?\n:::\n"),
    "drawn, names": (":::{number} q\n", ":draw: a% in 1..9\n", ":answer: {{a0}}\n\nWhat?\n:::\n"),
    "drawn, list": (":::{number} q\n:draw: a in [", "1,", "]\n:answer: {{a}}\n\nWhat?\n:::\n"),
    "drawn, conditions": (
        ":::{number} q\n:draw: a in 1..9\n",
        ":where: a > 0\n",
        ":answer: {{a}}\n\nWhat?\n:::\n",
    ),
    "drawn, never": (
        ":::{number} q\n:draw: a in 1..9\n",
        ":draw: b% in 1..9\n",
        ":where: a > 9\n:answer: {{a}}\n\n?\n:::\n",
    ),
    # front matter
    "front matter, blanks": ("---\nid: a", " ", ": x\n---\n"),
    "front matter, end": ("---\nid: a\n---", " ", "x\n---\n"),
    "front matter, keys": ("---\nid: a\n", "k%: a\n", "---\n"),
    "front matter, objectives": ("---\nid: a\nobjectives:\n", "  - a\n", "---\n"),
    "front matter, brackets": ("---\nid: a\nobjectives: ", "[", "\n---\n"),
    "front matter, dashes": ("---\nid: a\nobjectives:\n  ", "- ", "\n---\n"),
    "front matter, anchors": ("---\nid: a\nobjectives: ", "&a ", "\n---\n"),
    "front matter, quotes": ('---\nid: a\nobjectives: ["a"', ', "b"', "]\n---\n"),
}
