"""Makes widget classes faster: import this before any other part of Textual that defines one.

For each new class Textual looks through the names of all its ancestors, some 800, for methods that compute a value.
The ancestors' are known by then.  A start makes a hundred such classes; this took a twentieth of it.
"""

from __future__ import annotations

import builtins

from textual import dom


def names_of(made: type[dom.DOMNode]) -> list[str]:
    """Return the names that `DOMNode.__init_subclass__` looks for, as `dir` would among others."""
    names = [name for name in vars(made) if name.startswith(("compute_", "_compute_"))]
    for base in made.__bases__:
        known = getattr(base, "_computes", None)
        names += builtins.dir(base) if known is None else [f"compute_{name}" for name in known]
    return names


# The name hides the built-in function from that method, which alone uses it.
if "dir" in dom.DOMNode.__init_subclass__.__func__.__code__.co_names:  # type: ignore[attr-defined]
    vars(dom)["dir"] = names_of
