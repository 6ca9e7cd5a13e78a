"""What `frozen` and `mutable` make is what `dataclass` makes."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import msgspec
import pytest

from evoclass.frozen import frozen, mutable


def classes(make: Callable[..., Any]) -> tuple[Any, Any]:
    """Return a class and a subclass, made by one or the other."""

    class Base:
        """A base."""

        kind: ClassVar[str] = "base"
        name: str
        size: int = 3
        tags: tuple[str, ...] = ()
        notes: dict[str, int] = field(default_factory=dict, hash=False)
        _hidden: int = field(default=7, repr=False, compare=False)

    made = make(Base)

    class Sub(made):  # type: ignore[misc, valid-type]
        """One with more."""

        wide: bool
        size: int = 5
        twice: int = field(init=False, compare=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "twice", 2 * self.size)

    return made, make(Sub, kw_only=True)


@pytest.mark.parametrize("number", [0, 1])
def test_it_is_as_a_frozen_dataclass(number: int) -> None:
    more = {"wide": True} if number else {}
    ours = classes(lambda cls, **how: frozen(**how)(cls) if how else frozen(cls))[number]
    theirs = classes(lambda cls, **how: dataclass(frozen=True, **how)(cls))[number]
    told = []
    for cls in (ours, theirs):
        one, other = cls("a", **more), cls("a", tags=("x",), notes={"n": 1}, **more)
        with pytest.raises(FrozenInstanceError):
            one.size = 9
        with pytest.raises(FrozenInstanceError):
            del one.size
        with pytest.raises(TypeError):
            cls(**more)
        with pytest.raises(TypeError):
            cls("a", unknown=1, **more)
        assert one.notes is not cls("a", **more).notes
        assert is_dataclass(cls)
        told.append(
            (
                [one == other, one == cls("a", **more), one == replace(other, tags=(), notes={}), one == "a"],
                [hash(one) == hash(cls("a", **more)), repr(one), repr(other), asdict(other)],
                [(each.name, each.type, each.kw_only, each.init, each.compare) for each in fields(cls)],
                [repr(copy(other)), deepcopy(other) == other, replace(one, size=8).size, cls.__match_args__],
                [getattr(one, "twice", None), cls.kind, msgspec.to_builtins(other)],
            )
        )
    assert told[0] == told[1]


def test_a_subclass_that_dataclass_makes_has_the_fields_of_both() -> None:
    base, _ = classes(lambda cls, **how: frozen(**how)(cls) if how else frozen(cls))

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Plugin(base):  # type: ignore[misc, valid-type]
        more: str

    made = Plugin("a", more="b")
    assert (made.name, made.size, made.more) == ("a", 3, "b")
    assert made == Plugin("a", more="b") != Plugin("a", more="c")
    with pytest.raises(FrozenInstanceError):
        made.more = "c"


def test_methods_of_the_class_itself_stay() -> None:
    @frozen
    class Own:
        name: str

        def __repr__(self) -> str:
            return "own"

        def __hash__(self) -> int:
            return 1

    assert (repr(Own("a")), hash(Own("b")), Own("a") == Own("a")) == ("own", 1, True)


def test_the_first_and_all_later_ones_are_the_same() -> None:
    @frozen
    class Empty:
        """Nothing."""

    assert Empty() == Empty()
    assert hash(Empty()) == hash(Empty())


def test_a_mutable_one_is_as_a_dataclass() -> None:
    def both(make: Callable[..., Any]) -> Any:
        return classes(lambda cls, **how: make(**how)(cls) if how else make(cls))[1]

    ours, theirs = both(mutable), both(dataclass)
    for cls in (ours, theirs):
        one, other = cls("a", wide=True), cls("a", wide=True)
        assert one == other
        assert one.notes is not other.notes
        one.size, one.notes["n"] = 9, 1
        assert one != other
        assert replace(other, size=9, notes={"n": 1}) == one
        del one.size
        assert one.size == 5  # that of the class
        with pytest.raises(TypeError, match="unhashable"):
            hash(one)
    assert repr(ours("a", wide=False)) == repr(theirs("a", wide=False))
    assert asdict(ours("a", wide=False)) == asdict(theirs("a", wide=False))
    assert [each.name for each in fields(ours)] == [each.name for each in fields(theirs)]


def test_a_mutable_class_has_no_frozen_subclass_by_dataclass() -> None:
    base = classes(lambda cls, **how: mutable(**how)(cls) if how else mutable(cls))[0]
    with pytest.raises(TypeError, match="frozen"):
        dataclass(frozen=True)(type("Cold", (base,), {}))
