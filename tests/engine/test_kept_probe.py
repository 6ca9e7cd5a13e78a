"""A probe that fails is told of with its plugin's name; the rows of others are as they were."""

from __future__ import annotations

import itertools
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from evoclass.inspecting.aliases import Aliases
from evoclass.inspecting.inspection import Inspector
from evoclass.inspecting.values import NamespaceReader
from evoclass.pluginhost.keptprobe import KeptProbe
from evoclass.probe import Glance, Picture, Probe
from evoclass.protocol import Detail, Frame, Look, Parameters, Summary
from evoclass.runner import Program


class Good(Probe):
    name = "good"
    priority = -1

    def matches(self, value: Any) -> bool:
        return type(value) is int

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        return [
            Summary(name=name, kind="other", type="int", text=str(value)) for name, value in named.items()
        ]


class Bad(Good):
    name = "bad"
    priority = 1

    def matches(self, value: Any) -> bool:
        return type(value) is float


class Odd(BaseException):
    pass


def loop() -> bool:
    while True:
        pass


def fail(error: BaseException) -> Any:
    raise error


class MatchesRaises(Bad):
    def matches(self, value: Any) -> bool:
        return bool(fail(ValueError("boom")))


class MatchesExits(Bad):
    def matches(self, value: Any) -> bool:
        sys.exit(3)


class MatchesLoops(Bad):
    def matches(self, value: Any) -> bool:
        return loop()


class RowsRaise(Bad):
    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        if named:
            raise Odd("odd")
        return []


class RowsLoop(Bad):
    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        return [] if not named else fail(ValueError()) if loop() else []


class NoPicture(Bad):
    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        return 7  # type: ignore[return-value]


class LatePicture(Bad):
    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        class Late(Picture):
            def rows(self) -> list[Summary]:
                raise ValueError("late")

        return Late()


class StillRaises(Bad):
    def still(self) -> bool:
        return bool(fail(ValueError("boom")))


class QuietRaises(Bad):
    @contextmanager
    def quiet(self) -> Iterator[None]:  # type: ignore[override]
        raise ValueError("boom")
        yield


class OddNames(Bad):
    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        return Picture(names=[["a"]])  # type: ignore[list-item]


class OddTotal(Bad):
    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        return Picture(total="many")  # type: ignore[arg-type]


class OddParameters(Bad):
    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        return Picture(parameters=Parameters(trainable="many"))  # type: ignore[arg-type]


class NoRows(Bad):
    def matches(self, value: Any) -> bool:
        return type(value) in (float, str)

    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        raise ValueError("boom")

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        return [7]  # type: ignore[list-item]


class InstallRaises(Bad):
    def install(self, step: Any) -> None:
        raise RecursionError("deep")


CASES = {
    MatchesRaises: "plugin brk: ValueError: boom",
    MatchesExits: "plugin brk: SystemExit: 3",
    MatchesLoops: "plugin brk: TimeoutError: took more than",
    RowsRaise: "plugin brk: Odd: odd",
    RowsLoop: "plugin brk: TimeoutError: took more than",
    NoPicture: "TypeError: picture() gave a int, not a Picture",
    LatePicture: "plugin brk: ValueError: late",
    StillRaises: "plugin brk: ValueError: boom",
    QuietRaises: "plugin brk: ValueError: boom",
    InstallRaises: "plugin brk: RecursionError: deep",
    OddNames: "plugin brk: TypeError: the names of a picture",
    OddTotal: "plugin brk: TypeError: the total of a picture",
    OddParameters: "plugin brk: TypeError: the parameters of a picture",
    NoRows: "plugin brk: TypeError: gave a int, not a row",
}


@pytest.mark.parametrize("cls", CASES, ids=lambda cls: cls.__name__)
def test_a_probe_costs_its_own_rows_and_is_named(cls: type[Bad], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evoclass.pluginhost.keptprobe.SECONDS", 0.3)
    sent: list[Any] = []
    namespace = {"__name__": "__main__", "count": 3, "rate": 0.5, "letters": "ab"}
    program = Program(source="", file=Path("x.py"), folder=Path("/"), live=("count",))
    inspector = Inspector(
        namespace, program, [KeptProbe(cls(), "brk"), KeptProbe(Good(), "fine")], sent.append
    )
    inspector.start()
    inspector.finish()
    inspector.after_prompt()
    frames = [message for message in sent if isinstance(message, Frame)]
    rows = {row.name: row for frame in frames for row in frame.rows}
    assert rows["count"].text == "3"
    assert frames[-1].live == {"count": "3"}
    assert any(CASES[cls] in row.badge for row in rows.values()), rows
    assert inspector.look(Look(request=1, expression="count")).summary is not None


class Endless(Good):
    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        return (Summary(name="again", kind="other") for _ in itertools.count())


class EndlessPicture(Good):
    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        class Late(Picture):
            def rows(self) -> list[Summary]:
                return (Summary(name="again", kind="other") for _ in itertools.count())  # type: ignore[return-value]

        return Late()


@pytest.mark.parametrize("cls", [Endless, EndlessPicture])
def test_rows_without_end_are_told_by_their_number_and_not_after_seconds_of_memory(
    cls: type[Probe], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass.probe.ENDLESS", 1000)
    kept = KeptProbe(cls(), "brk")
    with pytest.raises(RuntimeError, match="plugin brk: TimeoutError: gave more than 1,000 rows"):
        kept.summarise({"n": 1}) if cls is Endless else kept.picture({"n": 1}, Glance()).rows()
    assert kept.given_up


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let Ctrl+C through: a shell that starts the tests in the background has them ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_stop_goes_through_a_probe() -> None:
    import _thread

    class Waits(Bad):
        def matches(self, value: Any) -> bool:
            _thread.interrupt_main()
            return loop()

    kept = KeptProbe(Waits(), "brk")
    with pytest.raises(KeyboardInterrupt):
        kept.matches(1)


def test_what_a_probe_prints_stays_out_of_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    class Prints(Bad):
        def matches(self, value: Any) -> bool:
            print("noise")
            sys.stderr.write("noise")
            return True

    assert KeptProbe(Prints(), "brk").matches(1)
    print("mine")
    assert capsys.readouterr() == ("mine\n", "")


def test_everything_that_a_probe_can_do_is_passed_on() -> None:
    own = {name for name, member in vars(Probe).items() if callable(member) and not name.startswith("_")}
    assert own <= vars(KeptProbe).keys(), "a method that is not passed on answers as if there was none"


@pytest.mark.parametrize(
    "answer",
    [
        {"a": 1},
        Detail(request=1, expression="n", quantiles=(("a", 1),)),  # type: ignore[arg-type]
        Detail(request=1, expression="n", plus_inf=10**30),
    ],
)
def test_a_close_look_that_no_front_end_can_read_is_an_error(answer: Any) -> None:
    class Odd(Good):
        def detail(self, value: Any, look: Look) -> Detail | None:
            return answer

    reader = NamespaceReader({"n": 1}, [KeptProbe(Odd(), "brk")], Aliases(""))
    found = reader.look(Look(request=3, expression="n"), {})
    assert found.request == 3
    assert "Error" in found.error


@pytest.mark.parametrize("error", [SystemExit("no"), ValueError("boom")])
def test_a_value_that_a_probe_fails_to_find_is_missing(error: BaseException) -> None:
    class Lost(Good):
        def find(self, named: Mapping[str, Any], name: str) -> Any:
            return fail(error)

    kept = KeptProbe(Lost(), "brk")
    with pytest.raises(LookupError, match=r"x\.y"):
        kept.find({}, "x.y")
    assert kept.failure.startswith("plugin brk: ")


@pytest.mark.parametrize(
    ("answer", "wanted"), [(2, 2.0), (2.5, 2.5), (None, None), ("3", None), ([1], None), (10**400, None)]
)
def test_the_number_of_a_probe_is_one_or_none(answer: Any, wanted: float | None) -> None:
    class Numbered(Good):
        def number(self, value: Any, path: tuple[str, ...] = ()) -> float | None:
            return answer

    assert KeptProbe(Numbered(), "theirs").number(1) == wanted
