"""Write `docs/api.md`: every name that plugins may use, with its sentence."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise, zip_longest
from pathlib import Path
from types import ModuleType

PAGE = Path(__file__).parents[1] / "docs" / "api.md"

MODULES = (
    *("evoclass", "evoclass.hookspecs", "evoclass.directive", "evoclass.exercise", "evoclass.model"),
    *("evoclass.errors", "evoclass.events", "evoclass.explanation", "evoclass.exporter", "evoclass.importer"),
    *(
        "evoclass.curves",
        "evoclass.frozen",
        "evoclass.i18n",
        "evoclass.pattern",
        "evoclass.pluginstore",
        "evoclass.probe",
    ),
    *("evoclass.protocol", "evoclass.quantities"),
    *("evoclass.rules", "evoclass.runner", "evoclass.settings", "evoclass.timeline", "evoclass.worker"),
    "evoclass.testing",
    *("evoclass_tui.actions", "evoclass_tui.chart", "evoclass_tui.fields", "evoclass_tui.hookspecs"),
    *("evoclass_tui.panel", "evoclass_tui.testing"),
)
"""The public modules."""

WITH_MEMBERS = (
    *(
        "evoclass.directive",
        "evoclass.exercise",
        "evoclass.explanation",
        "evoclass.exporter",
        "evoclass.importer",
    ),
    *("evoclass.probe", "evoclass.rules", "evoclass.runner", "evoclass.settings"),
    *("evoclass_tui.actions", "evoclass_tui.fields", "evoclass_tui.panel"),
)
"""Those whose classes a plugin subclasses or is handed."""

HEAD = """# What plugins may use

These modules and names are public; everything else in EvoClass is private and may change at any time.

A public name is never taken away without notice. One that is to go works for a whole minor version more (0.3 to 0.4),
warns with a `DeprecationWarning` that names its successor, and is listed in the changelog. `scripts/api_page.py` makes
this page from the code.
"""


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the page."""
    return HEAD + "".join(map(_section, map(import_module, MODULES)))


def _section(module: ModuleType) -> str:
    rows = []
    for name in module.__all__:
        rows.append(f"| `{name}` | {_sentence(module, name)} |")
        value = getattr(module, name)
        if inspect.isclass(value) and (fields := _fields(value)):
            rows.append(f"| · `{name}` | fields: {fields} |")
        if inspect.isclass(value) and module.__name__ in WITH_MEMBERS:
            rows += [f"| · `{name}.{member}` | {told} |" for member, told in _members(value)]
    return (
        f"\n## {module.__name__}\n\n{_first(module.__doc__)}\n\n| name | |\n|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def _fields(cls: type) -> str:
    """Return the fields of a class that is data, in the order of its arguments."""
    names = [field.name for field in dataclasses.fields(cls)] if dataclasses.is_dataclass(cls) else []
    names += getattr(cls, "__struct_fields__", ())
    return ", ".join(f"`{name}`" for name in names if not name.startswith("_"))


def _members(cls: type) -> Iterator[tuple[str, str]]:
    """Yield the documented members of a class, each with its first sentence."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(tree, ast.ClassDef)
    for statement, below in zip_longest(tree.body, tree.body[1:]):
        match statement, below:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name), _:
                told = ast.get_docstring(statement)
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(told))):
                pass
            case _:
                continue
        if told and not name.startswith("_"):
            yield name, _first(told).replace("|", "\\|")


def _sentence(module: ModuleType, name: str) -> str:
    value = getattr(module, name)
    if inspect.isclass(value) or inspect.isroutine(value):
        return _first(value.__doc__).replace("|", "\\|")
    return _comment(module, name).replace("|", "\\|")


def _comment(module: ModuleType, name: str) -> str:
    """Return the text below a name that is neither a class nor a function."""
    body = ast.parse(inspect.getsource(module)).body
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and name in [part.name for part in statement.names]:
            return _comment(import_module(statement.module or ""), name)
    for statement, below in pairwise(body):
        targets = (
            statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        )
        named = [target.id for target in targets if isinstance(target, ast.Name)]
        if name in named and isinstance(below, ast.Expr):
            return _first(str(ast.literal_eval(below.value)))
    return ""


def _first(text: str | None) -> str:
    """Return the first sentence of a docstring."""
    paragraph = " ".join((text or "").strip().split("\n\n")[0].split())
    return paragraph if "  " not in (text or "") else paragraph.split(".  ")[0]


if __name__ == "__main__":
    main()
