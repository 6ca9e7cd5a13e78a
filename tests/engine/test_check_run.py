"""What shows only when a lesson runs, found by the local runner."""

from __future__ import annotations

import pytest

from evoclass import lint
from evoclass.contracts.lessons import sample_lesson
from evoclass.i18n import Catalog
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser
from evoclass.runner import Limits, Runner
from evoclass.running.bench import RunnerBench
from pseudo import EVERY

pytestmark = pytest.mark.usefixtures("without_torch")

PLUGINS = Plugins()
PARSER = Parser(PLUGINS)

LESSON = """
```{lab} endless.py
:seconds: 1
import time
while True:
    time.sleep(0.1)
```

```{lab} broken.py
x = 1
y = x / 0
```

```{lab} fine.py
z = 2
```

Values: {live}`z`, {live}`z:.2f`, {live}`nowhere.shape`.

:::{code} passes-at-once
Write

```python starter
x = 1
```

```python solution
x = 1 + 0
```

:expect: x == 1 | One.
:::

:::{fix} already-mended
Mend

```python starter
y = 1
```

```python solution
y = 2 - 1
```

:expect: y == 1 | One.
:::

:::{code} wrong-solution
Write

```python starter
x = 0
```

```python solution
x = 2
```

:expect: x == 1 | It must be one.
:::

:::{code} endless-solution
Write

```python solution
while True: pass
```

:expect: True
:seconds: 1
:::

:::{predict} stops
What?

```python
print(1 / 0)
```
:::

:::{predict} told
What?

```python
print(6 * 7)
```

:hint: 42
:::
"""


SECOND = """
```{lab} asks.py
:seconds: 1
x = 1
name = input("Who? ")
weight = 5
```

```{lab} fine.py
z = 2
```

Values: {live}`weight`, {live}`weight + z`, {live}`z`, {live}`nowhere`.

:::{predict} random
What?

```python
import random
print("a")
print(random.random())
```
:::

:::{predict} time
What?

```python setup
import time
```

```python
t = time.perf_counter()
```

:value: t
:::

:::{predict} seeded
What?

```python
import random
random.seed(0)
print(random.random())
```
:::

:::{predict} tolerant
What?

```python
import random
print(5 + random.random() / 100)
```

:tolerance: 0.1
:::
"""


async def checked(text, limits=None):
    lesson = sample_lesson(text, PARSER)
    assert lesson.problems == ()
    runner: Runner = PLUGINS.runners["local-cpu"]()

    async def ready() -> Runner:
        return runner

    try:
        problems = await lint.check_run(
            lesson, RunnerBench(Catalog("en", PLUGINS.packages), ready, Limits()), runner, limits
        )
    finally:
        await runner.close()
    return lesson, problems


async def test_a_lesson_raises_no_limit_of_who_checks_it() -> None:
    raising = """
```{lab} greedy.py
:files: 1000000
import resource
assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] <= 100
```
"""
    assert (await checked(raising, Limits(files=100)))[1] == []


async def test_what_a_lab_watches_has_a_row_when_it_has_run() -> None:
    watching = """
```{lab} watching.py
:watch: values['a'], values['c'], count.real, local['x'], values['a'].grad
values = {"a": 1.0, "b": 2.0}
count = 3
local = {"x": 1.0}
del local
```
"""
    _, problems = await checked(watching)
    assert [(problem.code, problem.fields["name"]) for problem in problems] == [
        ("W054", "values['c']"),
        ("W054", "count.real"),
    ]
    assert "no row `count.real`" in lint.describe(problems[1], Catalog("en"))[0]


async def test_a_watched_name_that_never_shows_is_reported_with_the_reason() -> None:
    watching = """
```{lab} watching.py
:watch: words, never.weight, _loss, kept, later, gone, values, count, alone
import sys
words = "a text"
_loss = 2.0
kept = [{"loss": 1.0}]
values = [1.0, 2.0]
def train(later):
    count = later
    return count
if len(sys.argv) > 3:
    never = gone = 1.0
    del gone
alone = []
alone.append(1.0)
train(3)
```
"""
    _, problems = await checked(watching)
    assert [(one.code, one.fields["name"], one.fields["variant"]) for one in problems] == [
        ("W054", "words", "kind"),
        ("W054", "never.weight", "never"),
        ("W054", "alone", "kind"),
    ]
    said, _ = lint.describe(problems[0], Catalog("en"))
    assert (
        said == "`words` is a `str` when `watching.py` has run, of which the inspector has nothing to show."
    )
    assert lint.describe(problems[1], Catalog("en"))[0].startswith("`never.weight` never appears when")


async def test_input_chance_and_what_follows_from_a_lab_that_fails() -> None:
    lesson, problems = await checked(SECOND)
    line = {block.id: block.line for block in lesson.walk()}
    found = {(problem.code, problem.line): lint.describe(problem, Catalog("en"))[0] for problem in problems}
    assert found.keys() == {
        ("E071", line["asks.py"] + 3),
        ("E072", line["s0.1"]),
        ("E102", line["random"]),
        ("E102", line["time"]),
    }
    assert "input" in found["E071", line["asks.py"] + 3]
    assert "nowhere" in found["E072", line["s0.1"]]
    assert len([problem for problem in problems if problem.code == "E072"]) == 1


REASONS = """
```{lab} leaves.py
import sys
sys.exit(3)
```

```{lab} greedy.py
:memory: 100
block = bytearray(400 * 2**20)
```

```{lab} killed.py
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
```

```{lab} fine.py
x = 2.5
```

{live}`x`, {live}`x:.1f`, {live}`x:.3q`, {live}`nothing:.3f`

:::{fix} same
Mend.

```python starter
y = 2
```

```python solution
y = 2
```

:expect: y == 1 | One.
:::

:::{fix} many
:lines: 1
Mend.

```python starter
y = 2
z = 2
```

```python solution
y = 1
z = 1
```

:expect: y == z == 1 | One.
:::

:::{predict} pages
What?

```python
for number in range(5000):
    print(number)
```
:::

:::{predict} long-value
What?

```python
x = list(range(5000))
```

:value: x
:::

:::{predict} aside
What?

```python
import sys
print("no", file=sys.stderr)
```
:::

:::{predict} some
What?

```python
for number in range(1000):
    print(number)
```
:::

:::{predict} divided
:draw: n in 0..300
What?

```python
print(6 // {{n}})
```
:::

:::{predict} divided-well
:draw: n in 0..300
:where: n > 0
What?

```python
print(6 // {{n}})
```
:::

::::{challenge} steps
:draw: k in 1..300

:::{code} wrong-at-the-end
Write {{k}}.

```python solution
a = {{k}} % 300
```

:expect: a == {{k}} | No.
:::
::::
"""


@pytest.mark.usefixtures("third_language")
async def test_the_reason_is_the_true_one() -> None:
    lesson, problems = await checked(REASONS)
    line = {block.id: block.line for block in lesson.walk()}
    found = [(problem.code, problem.line, problem.fields.get("variant", "")) for problem in problems]
    assert sorted(found) == sorted(
        [
            ("E070", line["leaves.py"], "code"),
            ("E070", line["greedy.py"], "own"),
            ("E070", line["killed.py"], "signal"),
            ("E072", line["s0.1"], "format"),
            ("E072", line["s0.1"], ""),
            ("E075", line["pages"], "much"),
            ("E075", line["long-value"], "much"),
            ("E075", line["aside"], "nothing"),
            ("E075", line["divided"], "drawn"),
            ("E073", line["steps/wrong-at-the-end"], "drawn"),
        ]
    )
    for language in EVERY:
        said = {
            problem.fields.get("variant"): lint.describe(problem, Catalog(language)) for problem in problems
        }
        assert "3" in said["code"][0]
        assert ":memory: 100" in said["own"][0]
        assert "SIGKILL" in said["signal"][0]
        assert ".3q" in said["format"][0]
    drawn = [problem.fields["values"] for problem in problems if problem.fields.get("variant") == "drawn"]
    assert drawn == ["n = 0", "k = 300"]


async def test_labs_live_values_solutions_starters_and_hints() -> None:
    lesson = sample_lesson(LESSON, PARSER)
    assert lesson.problems == ()
    runner: Runner = PLUGINS.runners["local-cpu"]()

    async def ready() -> Runner:
        return runner

    bench = RunnerBench(Catalog("en", PLUGINS.packages), ready, Limits())
    try:
        problems = await lint.check_run(lesson, bench, runner)
    finally:
        await runner.close()
    line = {block.id: block.line for block in lesson.walk()}
    found = {(problem.code, problem.line): lint.describe(problem, Catalog("en"))[0] for problem in problems}
    assert found.keys() == {
        ("E071", line["endless.py"]),
        ("E070", line["broken.py"] + 2),
        ("E072", line["s0.1"]),
        ("E074", line["passes-at-once"]),
        ("E074", line["already-mended"]),
        ("E073", line["wrong-solution"]),
        ("E073", line["endless-solution"]),
        ("E075", line["stops"]),
        ("W052", line["told"] + 7),
    }
    assert "nowhere.shape" in found["E072", line["s0.1"]]
    assert "It must be one" in found["E073", line["wrong-solution"]]
    assert "1 s" in found["E073", line["endless-solution"]]
    assert "ZeroDivisionError" in found["E070", line["broken.py"] + 2]


async def test_a_value_that_is_another_thing_in_each_of_two_labs_is_told_once() -> None:
    several = """
```{lab} first.py
seed, accuracy, size, own = 1, 0.912, 3, 1
```

Right: {live}`accuracy:.0%`, {live}`accuracy:.0%`, of {live}`size`, {live}`own`, {live}`seed`.

```{lab} second.py
:after: first.py
seed, accuracy, size = 1, 0.5, 3
```
"""
    lesson, problems = await checked(several)
    [problem] = problems
    assert (problem.code, problem.line) == ("W075", next(b.line for b in lesson.walk() if b.id == "s0.1"))
    said = lint.describe(problem, Catalog("en"))[0]
    assert (
        "`accuracy:.0%` is another thing in each of these labs: `first.py` (91%), `second.py` (50%)." in said
    )
