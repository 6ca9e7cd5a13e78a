"""The inspector on probes of its own: when frames are made, what they say, and that the program never notices."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import pytest

from evoclass.inspecting import inspection, pace
from evoclass.inspecting.alarm import Alarm
from evoclass.inspecting.inspection import Glance, Inspector, Picture, Probe
from evoclass.inspecting.safepoints import compile_script
from evoclass.protocol import Detail, Frame, Look, Step, Summary
from evoclass.runner import Program


class Box:
    """A value that the test's probe knows."""

    def __init__(self, value: float = 0.0) -> None:
        self.value = value


class BoxProbe(Probe):
    """A probe as a third party would write it."""

    name = "boxes"

    def __init__(self) -> None:
        self.step: Callable[[], None] | None = None
        self.is_still = True
        self.asked = 0

    def install(self, step: Callable[[], None]) -> None:
        self.step = step

    def matches(self, value: Any) -> bool:
        return type(value) is Box

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        self.asked += 1
        return [Summary(name=name, kind="other", mean=value.value) for name, value in named.items()]

    def still(self) -> bool:
        return self.is_still


class NumberProbe(Probe):
    """Plain numbers."""

    name = "numbers"

    def matches(self, value: Any) -> bool:
        return type(value) in (int, float)

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        return [Summary(name=name, kind="scalar", mean=float(value)) for name, value in named.items()]


class Session:
    """A program under an inspector whose clock the test moves."""

    def __init__(self, source: str, *probes: Probe, clock: Clock | None = None, **settings: Any) -> None:
        self.sent: list[Frame | Step | Detail] = []
        self.source = source
        self.namespace: dict[str, Any] = {"__name__": "__main__", "Box": Box}
        program = Program(source=source, file=Path("train.py"), folder=Path(), **settings)
        self.probes = probes or (BoxProbe(), NumberProbe())
        self.inspector = Inspector(self.namespace, program, self.probes, self.sent.append)
        if clock is not None:
            clock.ring = self.inspector.ring
            self.inspector.alarm = clock
            self.namespace["wait"] = clock.wait

    def run(self) -> Session:
        """Run the program to its end."""
        code = compile_script(self.source, "train.py", self.inspector.tick)
        self.inspector.start()
        try:
            exec(code, self.namespace)
        except Exception as error:
            self.inspector.error(error)
            error.__traceback__ = None
        self.inspector.finish()
        return self

    @property
    def frames(self) -> list[Frame]:
        return [message for message in self.sent if isinstance(message, Frame)]

    @property
    def full(self) -> list[Frame]:
        """Frames that bring rows."""
        return [frame for frame in self.frames if frame.rows or frame.gone or frame.whole]

    def state(self) -> dict[str, float | None]:
        """Return the rows as a front end has them after all frames."""
        state: dict[str, float | None] = {}
        for frame in self.frames:
            if frame.whole:
                state = {}
            state |= {row.name: row.mean for row in frame.rows}
            for name in frame.gone:
                del state[name]
        return state


class Clock(Alarm):
    """A clock that stands still until the program waits, and an alarm that rings by it."""

    def __init__(self) -> None:
        super().__init__(lambda frame: None)
        self.now = 100.0
        self.ring: Callable[[FrameType | None], None] = lambda frame: None
        self.due = float("inf")

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds
        if self.now >= self.due:
            self.due = float("inf")
            self.ring(sys._getframe(1))

    def start(self) -> None:
        pass

    def set(self, seconds: float) -> None:
        self.due = self.now + seconds

    def stop(self) -> None:
        self.due = float("inf")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(inspection, "perf_counter", clock)
    monkeypatch.setattr(inspection, "cost_clock", lambda: 0.0)
    monkeypatch.setattr(inspection, "work_clock", clock)
    return clock


# ------------------------------------------------------------------------------------------------- what is seen


def test_first_and_last_frame_are_whole_and_deltas_lead_from_one_to_the_other() -> None:
    session = Session("a = Box(1)\nb = Box(2)\ndel a\nb.value = 5\nc = 7\n").run()
    first, last = session.full[0], session.full[-1]
    assert first.whole
    assert last.whole
    assert last.cause == "end"
    assert session.state() == {"b": 5, "c": 7}
    deltas = Session("a = Box(1)\nb = Box(2)\ndel a\nb.value = 5\nc = 7\n").run()
    deltas.sent = [
        message for message in deltas.sent if not (isinstance(message, Frame) and message.cause == "end")
    ]
    assert deltas.state() == {"b": 5, "c": 7}


def test_rows_come_in_the_order_of_the_program() -> None:
    session = Session("x = 1\na = Box(1)\ny = 2\nb = Box(2)\n").run()
    assert [row.name for row in session.frames[-1].rows] == ["x", "a", "y", "b"]


def test_containers_and_own_objects_are_opened() -> None:
    source = (
        "class Net:\n    def __init__(self):\n        self.w = Box(3)\n        self._hidden = Box(4)\n"
        "net = Net()\nparts = [Box(1), Box(2)]\nbatch = {'x': Box(5), 2: Box(6)}\n_private = Box(9)\ntext = ['a']\n"
        "deep = [[[Box(1)]]]\n"
    )
    assert set(Session(source).run().state()) == {"net.w", "parts[0]", "parts[1]", "batch['x']", "batch[2]"}


def test_locals_of_running_functions_are_seen_and_vanish(clock: Clock) -> None:
    source = (
        "def train(box):\n    local = Box(3)\n    for i in range(2):\n        wait(1)\n"
        "def last():\n    pass\nouter = Box(1)\ntrain(outer)\nlast()\n"
    )
    session = Session(source, clock=clock).run()
    seen = {row.name for frame in session.frames for row in frame.rows}
    assert {"outer", "box", "local", "i"} <= seen
    assert session.state() == {"outer": 1}


def test_a_local_hides_a_global_of_its_name(clock: Clock) -> None:
    source = "x = Box(1)\ndef f():\n    x = Box(2)\n    wait(1)\n    y = 1\n    return y\nf()\n"
    session = Session(source, clock=clock).run()
    means = [row.mean for frame in session.frames for row in frame.rows if row.name == "x"]
    assert 2 in means
    assert means[-1] == 1


MAIN = (
    "def train(n):\n    inner = Box(n)\n    return inner\n"
    "def main(n=3):\n    kept = train(n)\n    n += 1\n    {after}\n"
)


@pytest.mark.parametrize(
    "call",
    [
        "main()",
        "if __name__ == '__main__':\n    main()",
        "result = main(3)",
        "print(end=str(main())[:0])",
        "try:\n    main()\nfinally:\n    pass",
        "main(int(str(3)))",
        "import sys\nsys.exit(main())",
        "class App:\n    def start(self):\n        kept = Box(3)\n        n = 4\nApp().start()",
        "async def start():\n    kept = Box(3)\n    n = 4\nimport asyncio\nasyncio.run(start())",
        "main()\nprint(end='')\ndone = 1",
    ],
)
def test_the_last_values_of_a_function_stay_when_only_its_end_took_them_away(call: str) -> None:
    session = Session(MAIN.format(after="pass") + call + "\n")
    try:
        session.run()
    except SystemExit:
        session.inspector.finish()
    state = session.state()
    state.pop("done", None)
    assert state == {"kept": 3, "n": 4}
    assert session.frames[-1].cause == "end"


def test_a_function_that_has_ended_keeps_nothing_alive() -> None:
    source = MAIN.format(after="seen.append(ref(kept))") + "main()\nalive = seen[0]() is not None\n"
    source = source.replace("main", "mine")  # other tests have frames of that name
    session = Session(source)
    session.namespace.update(seen=[], ref=weakref.ref)
    session.run()
    assert session.namespace["alive"] is False
    assert session.state()["kept"] == 3
    assert not any(frame.f_code.co_name == "mine" for frame in gc.get_objects() if type(frame) is FrameType)


def test_an_error_inside_a_function_is_the_last_that_is_seen() -> None:
    session = Session(MAIN.format(after="1 / 0") + "main()\n").run()
    assert session.frames[-1].cause == "error"
    assert session.state() == {"kept": 3, "n": 4}


def test_values_for_a_grade_are_those_of_the_module_alone() -> None:
    session = Session("n = 1\n" + MAIN.format(after="pass") + "main()\n", values=("n", "kept")).run()
    assert session.frames[-1].live == {"n": "1"}
    failed = Session("n = 1\n" + MAIN.format(after="1 / 0") + "main()\n", values=("n",)).run()
    assert failed.frames[-1].live == {"n": "1"}
    assert failed.state() == {"kept": 3, "n": 4}


def test_locals_are_left_alone_where_the_program_reads_them_itself() -> None:
    source = (
        "def f():\n    a = Box(1)\n    names = locals()\n"
        "    for i in range(3):\n        pass\n    return sorted(names)\n"
        "result = f()\n"
    )
    session = Session(source).run()
    plain: dict[str, Any] = {"Box": Box}
    exec(source, plain)
    assert session.namespace["result"] == plain["result"]


@pytest.mark.parametrize(
    "line",
    ["kept.eval()", "vars(kept)", "kept = kept or locals()", "eval('kept')"],
    ids=["a method", "of a value", "locals", "eval"],
)
def test_the_last_values_of_a_function_are_there_whatever_it_calls(line: str) -> None:
    source = MAIN.format(after=f"len('x') or {line}" if "=" not in line else line) + "main()\n"
    assert Session(source).run().state()["kept"] == 3


def test_a_function_that_only_looks_into_a_value_is_seen_while_it_runs() -> None:
    source = "def f():\n    inside = Box(3)\n    vars(inside)\n    return 1 / 0\nf()\n"
    session = Session(source).run()
    assert {row.name for row in session.frames[-1].rows} == {"inside"}


def test_an_error_brings_the_locals_of_the_frame_that_raised() -> None:
    source = "def f(n):\n    inside = Box(n)\n    return 1 / 0\nf(7)\n"
    session = Session(source).run()
    error = next(frame for frame in session.frames if frame.cause == "error")
    assert error.whole
    assert error.line == 3
    assert {row.name for row in error.rows} == {"inside", "n"}


def test_lines_of_statements_are_told_before_they_run(clock: Clock) -> None:
    lines: list[int] = []
    session = Session("a = 1\nsee()\nb = 2\nsee()\n", clock=clock)
    session.namespace["see"] = lambda: lines.append(session.frames[-1].line)
    session.run()
    assert lines == [2, 4]


# ------------------------------------------------------------------------------------------------------- when


def test_loops_make_frames_at_the_rate_and_no_faster(clock: Clock) -> None:
    source = "box = Box(0)\nfor i in range(100):\n    box.value += 1\n    wait(0.01)\n"
    session = Session(source, clock=clock).run()
    frames = [frame for frame in session.full if frame.cause == "loop"]
    assert 9 <= len(frames) <= 11
    times = [frame.seconds for frame in frames]
    assert all(later - earlier >= 0.099 for earlier, later in pairwise(times))


def test_a_moment_is_due_at_its_time_and_never_before() -> None:
    fast = pace.Pace(10, 0.5)
    fast.begin(3.0)
    assert fast.due(3.0)
    fast.spent(3.0, 0.0)
    assert not fast.due(3.05)
    assert fast.due(3.1)
    slow = pace.Pace(0.5, 0.5)
    slow.begin(0.0)
    slow.spent(0.0, 0.0)
    assert not slow.due(1.9)
    assert slow.due(2.0)


def test_a_rate_of_none_gives_the_first_moment_only() -> None:
    never = pace.Pace(0, 0.5)
    never.begin(0.0)
    assert never.due(0.0)
    never.spent(0.0, 0.0)
    assert not never.due(1e9)


def test_in_the_long_run_the_share_is_used_except_for_what_no_clock_counts() -> None:
    paid = pace.Pace(1e6, 0.02)
    paid.begin(0.0)
    now = spent = 0.0
    while now < 100:
        if paid.due(now):
            now += 0.001
            spent += 0.001
            paid.spent(now, 0.001)
        now = max(now + 0.0001, paid.next)
    assert spent / now == pytest.approx(0.02 * (1 - pace.Pace.UNCOUNTED), rel=0.05)


def test_a_long_look_puts_the_next_moment_off_and_a_short_one_does_not() -> None:
    patient = pace.Pace(10, 0.1)
    patient.begin(0.0)
    patient.charge(0.0, 0.001)
    assert patient.next == 0.0
    patient.charge(0.0, 1.0)
    assert patient.next > 10
    assert not patient.due(9.0)
    assert patient.due(patient.next)


def test_without_a_share_what_may_be_spent_ahead_is_all_there_is() -> None:
    poor = pace.Pace(10, 0.0)
    poor.begin(0.0)
    assert poor.affords(0.0)
    poor.charge(0.0, pace.Pace.ALLOWANCE)
    assert not poor.affords(1e9)
    assert poor.next == float("inf")


def test_waiting_earns_a_quarter_of_what_work_earns() -> None:
    worked = 5.0
    patient = pace.Pace(10, 0.5, lambda: worked)
    patient.begin(0.0)
    patient.spent(0.0, 0.1)
    first = patient.next
    assert not patient.due(first)
    assert patient.next - first == pytest.approx(0.75 * first)
    worked += patient.next - first  # all of the time since then
    assert patient.due(patient.next)


def test_time_in_which_others_have_the_processors_earns_nothing() -> None:
    starved = 3.0
    patient = pace.Pace(10, 0.5, lambda: 0.0, lambda: starved)
    patient.begin(0.0)
    patient.spent(0.0, 0.1)
    starved += 1e6
    before = patient.next
    assert not patient.due(before)
    assert patient.next - before == pytest.approx(before)  # nothing was earned meanwhile


def test_the_system_tells_how_long_others_had_the_processors() -> None:
    before = pace.starved_clock()
    assert 0.0 <= before <= pace.starved_clock()


def test_several_threads_at_work_earn_no_more_than_one() -> None:
    worked = 0.0
    patient = pace.Pace(10, 0.5, lambda: worked)
    patient.begin(0.0)
    patient.spent(0.0, 0.1)
    worked = 1e9  # a clock that counts more than the time that has passed
    assert not patient.due(patient.next - 0.01)
    assert patient.due(patient.next)


def test_frames_of_the_size_asked_for_keep_the_full_rate() -> None:
    steady = pace.Pace(10, 0.1)
    steady.begin(0.0)
    now = 0.0
    for _ in range(50):
        assert steady.due(now)
        now += steady.slice()
        steady.spent(now, steady.slice())
        now = steady.next
    assert now == pytest.approx(50 * (0.1 + steady.slice()))
    assert pace.Pace(0.001, 0.1).slice() < 1


def test_the_budget_holds_frames_back(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    costs = iter(range(10_000))
    monkeypatch.setattr(inspection, "cost_clock", lambda: next(costs) * 0.01)
    source = "box = Box(0)\nfor i in range(2000):\n    box.value += 1\n    wait(0.01)\n"
    session = Session(source, clock=clock, budget=0.02).run()
    frames = [frame for frame in session.full if frame.cause == "loop"]
    spent = sum(frame.cost for frame in frames)
    assert len(frames) > 5
    assert spent <= 0.02 * 20 + pace.Pace.ALLOWANCE + 0.05


def test_a_value_is_seen_before_the_statement_after_it(clock: Clock) -> None:
    seen: list[set[str]] = []
    session = Session("a = Box(1)\nsee()\nb = Box(2)\nsee()\n", clock=clock)
    session.namespace["see"] = lambda: seen.append(set(session.state()))
    session.run()
    assert seen == [{"a"}, {"a", "b"}]


def test_steps_are_counted_and_make_frames(clock: Clock) -> None:
    probe = BoxProbe()
    session = Session(
        "box = Box(0)\nfor i in range(50):\n    box.value += 1\n    step()\n", probe, clock=clock
    )

    def step() -> None:
        clock.wait(0.01)
        assert probe.step is not None
        probe.step()

    session.namespace["step"] = step
    session.run()
    assert session.inspector.steps == 50
    assert session.frames[-1].step == 50
    causes = [frame.cause for frame in session.full]
    assert causes.count("step") >= 4
    assert causes.count("loop") <= 1


def test_a_short_training_is_seen_even_if_the_budget_is_spent(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = iter(range(10_000))
    monkeypatch.setattr(inspection, "cost_clock", lambda: next(costs) * 0.05)
    probe = BoxProbe()
    source = "box = Box(0)\nfor i in range(20):\n    wait(0.01)\nfor i in range(5):\n    step()\n"
    session = Session(source, probe, clock=clock)

    def step() -> None:
        clock.wait(0.01)
        assert probe.step is not None
        probe.step()

    session.namespace["step"] = step
    session.namespace["box"] = Box(0)
    session.run()
    assert [frame.step for frame in session.frames if frame.cause == "step"] == [1]


def test_a_program_without_inspection_still_answers_for_its_values() -> None:
    session = Session("a = 6 * 7\n", inspect=False, values=("a", "missing", "a + 1")).run()
    assert session.frames[-1].live == {"a": "42", "a + 1": "43"}
    assert session.frames[-1].rows == ()


def test_live_values_read_as_in_an_f_string() -> None:
    source = "accuracy = 0.8312\nd = {'k': [1]}\nname = 'x'\n"
    live = (
        "accuracy:.1%",
        "d['k'][0]",
        "name!r",
        "accuracy:>{8 + 2}.2f",
        "nothing",
        "{1: 2}",
        "1 if name else 2",
    )
    session = Session(source, live=live).run()
    assert session.frames[-1].live == {
        "accuracy:.1%": "83.1%",
        "d['k'][0]": "1",
        "name!r": "'x'",
        "accuracy:>{8 + 2}.2f": "      0.83",
        "{1: 2}": "{1: 2}",
        "1 if name else 2": "1",
    }


def test_the_poll_can_look_and_halt(clock: Clock) -> None:
    session = Session(
        "def f():\n    inside = Box(3)\n    while True:\n        wait(0.02)\nf()\n", clock=clock
    )
    details: list[Detail] = []

    def poll(safe: bool) -> bool:
        if safe and len(details) == 3:
            raise KeyboardInterrupt
        if safe:
            details.append(session.inspector.look(Look(request=len(details), expression="inside")))
        return True

    session.inspector.poll = poll
    code = compile_script(session.source, "train.py", session.inspector.tick)
    session.inspector.start()
    with pytest.raises(KeyboardInterrupt):
        exec(code, session.namespace)
    assert [detail.request for detail in details] == [0, 1, 2]
    assert details[-1].summary is not None
    assert details[-1].summary.mean == 3


# -------------------------------------------------------------------------------------------------- close looks


def test_looks_evaluate_expressions_and_tell_errors_in_the_words_of_the_exception() -> None:
    session = Session("a = Box(1)\nb = [1, 2]\n").run()
    look = session.inspector.look
    good = look(Look(request=1, expression="a"))
    assert good.summary is not None
    assert good.summary.mean == 1
    assert look(Look(request=2, expression="c.d")).error == "NameError: name 'c' is not defined"
    assert look(Look(request=3, expression="1 +")).error.startswith("SyntaxError")
    assert look(Look(request=4, expression="b[7]")).error == "IndexError: list index out of range"
    other = look(Look(request=5, expression="'text'.upper()"))
    assert other.summary is not None
    assert other.summary.text == "'TEXT'"


def test_a_look_finds_a_row_whose_name_is_no_expression() -> None:
    class Named(BoxProbe):
        def find(self, named: Mapping[str, Any], name: str) -> Any:
            if name == "model.0.odd-name":
                return Box(9)
            raise LookupError(name)

    detail = (
        Session("a = Box(1)\n", Named()).run().inspector.look(Look(request=1, expression="model.0.odd-name"))
    )
    assert detail.summary is not None
    assert detail.summary.mean == 9


# --------------------------------------------------------------------------------------------------- harmlessness


def test_one_odd_value_costs_only_its_own_row() -> None:
    class Picky(BoxProbe):
        def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
            if any(value.value < 0 for value in named.values()):
                raise ValueError("below zero")
            return super().summarise(named)

    session = Session("a = Box(1)\nb = Box(-1)\nc = Box(3)\n", Picky()).run()
    rows = {row.name: row for row in session.frames[-1].rows}
    assert set(rows) == {"a", "b", "c"}
    assert rows["b"].badge == "ValueError: below zero"
    assert rows["a"].mean == 1


@pytest.mark.parametrize("wrong", [{"kind": "number"}, {"min": "low"}, {"histogram": (1.5,)}, {"badge": 7}])
def test_a_row_that_no_front_end_could_read_becomes_one_that_says_so(wrong: dict[str, Any]) -> None:
    class Careless(BoxProbe):
        def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
            for row in super().summarise(named):
                yield msgspec.structs.replace(row, **wrong) if row.name == "b" else row

    session = Session("a = Box(1)\nb = Box(2)\nc = Box(3)\n", Careless()).run()
    frame = msgspec.msgpack.decode(msgspec.msgpack.encode(session.frames[-1]), type=Frame)
    rows = {row.name: row for row in frame.rows}
    assert rows.keys() == {"a", "b", "c"}
    assert "ValidationError" in rows["b"].badge
    assert not rows["a"].badge


@pytest.mark.parametrize("method", ["install", "picture", "still", "matches", "quiet"])
def test_a_broken_probe_never_breaks_the_program(method: str) -> None:
    def broken(*arguments: Any) -> Any:
        raise RuntimeError("broken probe")

    probe = BoxProbe()
    setattr(probe, method, broken)
    session = Session("a = Box(1)\nfor i in range(3): pass\ndone = True\n", probe, live=("done",)).run()
    assert session.namespace["done"] is True
    assert session.frames[-1].cause == "end"
    badges = [row.badge for frame in session.frames for row in frame.rows if row.badge]
    assert badges
    assert set(badges) == {"RuntimeError: broken probe"}


def test_no_value_is_kept_alive() -> None:
    source = (
        "def f():\n    big = Box(1)\n    seen.append(ref(big))\n    for i in range(2): pass\n    del big\n"
        "    for i in range(2): pass\n    alive.append(seen[-1]() is not None)\n"
        "f()\nf()\nx = Box(2)\nseen.append(ref(x))\ndel x\nalive.append(seen[-1]() is not None)\n"
    )
    session = Session(source, live=("x.value",))
    session.namespace.update(seen=[], alive=[], ref=weakref.ref)
    session.run()
    assert session.namespace["alive"] == [False, False, False]


def test_an_error_is_let_go() -> None:
    session = Session("def f():\n    big = Box(1)\n    seen.append(ref(big))\n    1 / 0\nf()\n")
    session.namespace.update(seen=[], ref=weakref.ref)
    session.run()
    gc.collect()
    assert session.namespace["seen"][0]() is None


def test_code_that_a_frame_runs_does_not_look_at_itself() -> None:
    loop = "def loop():\n    for i in range(1000):\n        count.append(1)\n    return len(count)\n"
    source = f"{loop}a = Box(1)\nb = Box(2)\n"
    session = Session(source, live=("loop()",))
    session.namespace["count"] = []
    session.run()
    assert len(session.namespace["count"]) == 1000 * sum("loop()" in frame.live for frame in session.frames)


def test_other_threads_do_not_make_frames() -> None:
    source = (
        "import threading\nbox = Box(1)\n"
        "def work():\n    mine = Box(2)\n    for i in range(1000): pass\n"
        "thread = threading.Thread(target=work)\nthread.start()\nthread.join()\n"
    )
    session = Session(source).run()
    assert not any(row.name == "mine" for frame in session.frames for row in frame.rows)
    assert threading.active_count() >= 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_says_nothing() -> None:
    source = (
        "box = Box(1)\npid = os.fork()\nif pid == 0:\n    before = len(sent)\n"
        "    for i in range(100): box = Box(i)\n    os._exit(len(sent) - before)\ncode = os.waitpid(pid, 0)[1]\n"
    )
    session = Session(source)
    session.namespace.update(os=os, sent=session.sent)
    session.run()
    assert session.namespace["code"] == 0


def test_nothing_is_looked_at_while_a_probe_asks_for_stillness(clock: Clock) -> None:
    probe = BoxProbe()
    probe.is_still = False
    session = Session(
        "a = Box(1)\nfor i in range(100):\n    wait(0.05)\nquiet(True)\nb = Box(1)\n", probe, clock=clock
    )
    asked: list[int] = []
    session.namespace["quiet"] = lambda value: (asked.append(probe.asked), setattr(probe, "is_still", value))
    session.run()
    assert asked == [0]
    assert session.state() == {"a": 1, "b": 1}


def test_what_is_in_view_is_asked_for_first_beside_what_is_pinned(clock: Clock) -> None:
    asked: list[frozenset[str]] = []

    class Attentive(BoxProbe):
        def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
            asked.append(glance.first)
            return super().picture(named, glance)

    session = Session("a = Box(1)\nattend()\nb = Box(2)\n", Attentive(), clock=clock, watch=("a",))
    session.namespace["attend"] = lambda: session.inspector.attend(("b", "c"))
    session.run()
    assert asked[0] == {"a"}
    assert asked[-1] == {"a", "b", "c"}


def test_pictures_on_their_way_are_sent_when_they_arrive(clock: Clock) -> None:
    class Slow(Picture):
        def ready(self) -> bool:
            return clock.now >= 101

        def rows(self) -> list[Summary]:
            return [Summary(name="far", kind="other", mean=1.0)]

    class Far(BoxProbe):
        def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
            return Slow(names=["far"]) if named else Picture()

    session = Session("a = Box(1)\nfor i in range(100):\n    wait(0.02)\n", Far(), clock=clock).run()
    first = next(frame for frame in session.frames if frame.rows)
    assert first.cause == "statement"
    assert first.seconds < 0.1
    assert session.frames.index(first) > 0


def test_figures_that_come_a_turn_late_do_not_halve_the_rate(clock: Clock) -> None:
    class Late(Picture):
        def __init__(self, asked: float) -> None:
            super().__init__(names=["far"])
            self.asked = asked

        def ready(self) -> bool:
            return clock.now > self.asked

        def rows(self) -> list[Summary]:
            return [Summary(name="far", kind="other", mean=self.asked)]

    class Far(BoxProbe):
        def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
            return Late(clock.now) if named else Picture()

    turns = 50
    source = f"a = Box(1)\nfor i in range({turns}):\n    wait(0.104)\n"
    session = Session(source, Far(), clock=clock).run()
    frames = [frame for frame in session.full if frame.cause == "loop"]
    assert turns - 3 <= len(frames) <= turns


def test_the_engine_half_needs_neither_torch_nor_textual() -> None:
    code = (
        "import sys, evoclass.inspecting.inspection, evoclass.inspecting.safepoints\n"
        "import evoclass.timeline, evoclass.worker\n"
        "raise SystemExit(any(name in sys.modules for name in ('torch', 'textual', 'rich', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
