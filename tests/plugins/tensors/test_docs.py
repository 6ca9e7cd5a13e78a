"""The page on probes: its code is run as it stands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from evoclass.inspecting.inspection import Inspector
from evoclass.pluginhost.plugins import Plugins
from evoclass.probe import Probe
from evoclass.protocol import Frame, Look
from evoclass.runner import Program

PAGE = Path(__file__).parents[3] / "docs" / "write-a-probe.md"


def snippets(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def module() -> dict[str, Any]:
    pytest.importorskip("pandas")
    namespace: dict[str, Any] = {"__name__": "evoclass_pandas"}
    exec(snippets("python")[0], namespace)
    return namespace


def test_the_example_keeps_the_contract(module: dict[str, Any]) -> None:
    exec(snippets("python")[1], module)
    contract = module["TestFrameProbe"]()
    checks = [name for name in dir(contract) if name.startswith("test_")]
    assert len(checks) >= 7
    for name in checks:
        getattr(contract, name)()


def test_the_example_is_a_plugin(module: dict[str, Any]) -> None:
    class Package:
        register_probes = staticmethod(module["register_probes"])

    plugins = Plugins(entries=[], extra=[("pandas", Package)])
    assert plugins.probes["pandas"] is module["FrameProbe"]
    assert tomllib.loads(snippets("toml")[0])["project"]["entry-points"]["evoclass"] == {
        "pandas": "evoclass_pandas"
    }


def test_tables_of_a_real_run(module: dict[str, Any]) -> None:
    program = (
        "import pandas, numpy\ntable = pandas.DataFrame({'x': numpy.arange(5000.0), 'label': list('ab') * 2500})\n"
        "table.loc[3, 'x'] = float('nan')\nempty = pandas.DataFrame()\n"
    )
    messages: list[Any] = []
    namespace: dict[str, Any] = {"__name__": "__main__"}
    probe: Probe = module["FrameProbe"]()
    whole = Program(source=program, file=Path("a.py"), folder=Path())
    inspector = Inspector(namespace, whole, [probe], messages.append)
    inspector.start()
    exec(program, namespace)
    inspector.finish()
    last = messages[-1]
    assert isinstance(last, Frame)
    rows = {row.name: row for row in last.rows}
    assert rows["table"].shape == (5000, 2)
    assert rows["table['x']"].parent == "table"
    assert (rows["table['x']"].nan, rows["table['x']"].sampled) == (1, True)
    assert sum(rows["table['x']"].histogram) > 900
    assert rows["table['label']"].text == "2 different"
    assert rows["empty"].shape == (0, 0)
    detail = inspector.look(Look(request=1, expression="table"))
    assert detail.grid_shape == (64, 1)
    assert inspector.look(Look(request=2, expression="table['x']")).summary is not None


def test_every_method_that_can_be_overridden_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, member in vars(Probe).items():
        if not name.startswith("_") and callable(getattr(Probe, name)) and name not in ("name", "priority"):
            assert member is not None
            assert f"{name}(" in text, name
