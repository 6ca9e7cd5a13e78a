"""No module imports another that imports it back, be it for types alone."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

KNOWN = {
    # A block holds its exercise, and an exercise is asked about its block.
    ("evoclass.model", "evoclass.exercise"),
}
"""Imports that close a circle of their own, and that nobody has opened yet."""


@pytest.mark.parametrize(
    "package",
    ["evoclass", "evoclass_author", "evoclass_tui", "evoclass_tensors", "evoclass_local", "evoclass_explain"],
)
def test_no_module_is_imported_back(package: str) -> None:
    graph = grimp.build_graph(package, cache_dir=None)
    imports = {
        module: {other for other in graph.find_modules_directly_imported_by(module)}
        for module in graph.modules
    }
    closing = {(module, other) for module, others in imports.items() for other in others} & KNOWN
    for module, other in closing:
        imports[module].discard(other)
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))
    assert closing == {pair for pair in KNOWN if pair[0].startswith(f"{package}.")}
