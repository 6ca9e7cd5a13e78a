"""A synced folder: whatever happens to its files, every machine ends with the union, and nothing is half merged."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evoclass.learner import synclook, syncpictures
from evoclass.learner.event import Event, Verb
from evoclass.learner.figurefolder import FigureFolder, kept
from evoclass.learner.store import Store
from evoclass.learner.synced import Synced
from evoclass.learner.syncfile import SUFFIX, batches, first_checksum, head
from evoclass.learner.syncfolder import SyncFolder
from evoclass.learner.syncpictures import FIGURES
from evoclass.protocol import Figure
from pngs import png


class Machine:
    """A machine with its own log, and the folder as the service shows it there."""

    def __init__(self, place: Path, folder: Path | None = None, learner: str = "me") -> None:
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        self.folder = folder or place / "synced"
        self.folder.mkdir(exist_ok=True)
        self.store = Store(place / "progress.db", learner)
        self.figures = FigureFolder.beside(self.store.path)
        self.number = 0

    def works(self, count: int = 1) -> None:
        for _ in range(count):
            self.number += 1
            self.store.append(
                Verb.ANSWERED,
                course="c",
                lesson="l",
                block=f"{self.place.name}{self.number}",
                answer={"value": "è"},
                score=1.0,
                passed=True,
            )

    def sync(self, *, mine: bool = False) -> Synced:
        return SyncFolder(self.folder, self.store, self.records).sync(mine=mine)

    @property
    def records(self) -> Path:
        return self.place / "sync"

    @property
    def log(self) -> list[tuple[str, ...]]:
        return [event.row() for event in self.store.events()]

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{SUFFIX}"))


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Machine, Machine]]:
    """Two machines with one folder, on a network for example."""
    folder = tmp_path / "shared"
    folder.mkdir()
    home, school = Machine(tmp_path / "home", folder), Machine(tmp_path / "school", folder)
    yield home, school
    home.store.close()
    school.store.close()


def keys(outcome: Synced) -> list[str]:
    return [trouble.key for trouble in outcome.troubles]


def own_file(machine: Machine) -> Path:
    """Return the file to which a machine adds, by the events in it."""
    for file in machine.files:
        if any(event.block.startswith(machine.place.name) for event in read(file)):
            return file
    raise AssertionError(machine.files)


def read(file: Path) -> tuple[Event, ...]:
    data = file.read_bytes()
    _, start = head(data, file.name)
    return batches(data, start, first_checksum(data[: start - 1])).events


def test_two_machines_end_with_the_same(pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works(3)
    assert home.sync().written == 3
    first = school.sync()  # a machine on which nothing was done yet
    assert (first.taken, first.written, first.theirs) == (3, 0, None)
    school.works(2)
    assert school.sync().written == 2
    before = [file.read_bytes() for file in home.files]
    outcome = home.sync()
    assert (outcome.taken, outcome.written, outcome.troubles) == (2, 0, ())
    assert home.log == school.log
    assert len(home.log) == 5
    assert [file.read_bytes() for file in home.files] == before
    assert len(home.files) == 2
    assert {machine.own for machine in outcome.machines} <= {True, False}
    assert home.sync() == Synced(machines=outcome.machines)


def test_a_machine_only_adds_to_its_own_file(pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works()
    home.sync()
    (file,) = home.files
    begun = file.read_bytes()
    school.sync()
    for machine in (home, school, home):
        machine.works()
        machine.sync()
    assert file.read_bytes().startswith(begun)
    assert [event.block for event in read(file)] == ["home1", "home2", "home3"]
    assert len(home.files) == 2


def test_a_large_file_is_followed_by_another(
    pair: tuple[Machine, Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, school = pair
    monkeypatch.setattr(synclook, "SEGMENT", 1_000)
    for _ in range(5):
        home.works(20)
        home.sync()
    assert len(home.files) > 1
    school.sync()
    assert school.log == home.log


# --------------------------------------------------------------------------------------------- what happens to files


def test_half_of_a_file_is_taken_when_it_is_whole(pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works(2)
    home.sync()
    school.sync()
    file = own_file(home)
    before = file.stat().st_size
    home.works(2)
    home.sync()
    whole = file.read_bytes()
    for end in range(before + 1, len(whole)):
        file.write_bytes(whole[:end])
        assert (keys(school.sync()), len(school.log)) == (["sync.incomplete"], 2)
    file.write_bytes(whole[: before + 40] + bytes(len(whole) - before - 40))  # room that was made in advance
    assert len(school.log) == 2
    file.write_bytes(whole)
    assert keys(school.sync()) == []
    assert school.log == home.log


def test_damage_is_told_and_heals(pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works(3)
    home.sync()
    file = own_file(home)
    data = bytearray(file.read_bytes())
    data[-20] ^= 1
    file.write_bytes(data)
    outcome = school.sync()
    assert (keys(outcome), school.log) == (["sync.damaged"], [])
    school.works()
    assert keys(school.sync()) == ["sync.damaged"]
    assert keys(home.sync()) == []  # what it had written it writes again, in another file
    assert not file.exists()
    assert keys(school.sync()) == []
    home.sync()
    assert home.log == school.log
    assert len(home.log) == 4


def test_damage_that_left_no_trace_is_found_on_another_day(
    pair: tuple[Machine, Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, school = pair
    home.works()
    home.sync()
    file = own_file(home)
    status, data = file.stat(), bytearray(file.read_bytes())
    data[-20] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert home.sync().written == 0
    with closing(sqlite3.connect(next(home.records.glob("*.db")))) as record:
        record.execute("UPDATE fact SET value = '2000-01-01' WHERE name = 'looked'")
        record.commit()
    assert home.sync().written == 1
    assert keys(school.sync()) == []
    assert school.log == home.log


def test_a_conflicted_copy_is_only_another_file(pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works(2)
    home.sync()
    file = own_file(home)
    shutil.copy(file, file.with_name(f"{file.stem} (conflicted copy 2026-01-01){SUFFIX}"))
    home.works()
    home.sync()
    assert keys(school.sync()) == []
    assert school.log == home.log


def test_a_copied_machine_does_not_write_the_same_file(
    pair: tuple[Machine, Machine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = pair
    home.works(2)
    home.sync()
    home.store.close()
    shutil.copytree(home.place, tmp_path / "clone")
    clone = Machine(tmp_path / "clone", home.folder)
    home.store = Store(home.place / "progress.db")
    clone.works()
    clone.sync()
    home.works()
    home.sync()
    clone.sync()
    assert len(home.files) == 2
    assert home.log == clone.log
    assert len(home.log) == 4
    clone.store.close()


def test_a_file_that_goes_back_in_time_is_made_good(pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works(2)
    home.sync()
    file = own_file(home)
    before = file.read_bytes()
    home.works(2)
    home.sync()
    file.write_bytes(before)  # a service has brought an old version back
    home.sync()
    school.sync()
    assert school.log == home.log
    assert len(home.log) == 4
    file.unlink()
    home.sync()
    shutil.rmtree(school.place)
    again = Machine(school.place, school.folder)
    again.sync()
    assert again.log == home.log
    again.store.close()


def test_a_lost_log_comes_back(pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works(2)
    home.sync()
    school.sync()
    school.works()
    school.sync()
    home.sync()
    home.store.close()
    for part in home.place.glob("progress.db*"):
        part.unlink()
    home.store = Store(home.place / "progress.db")
    home.store.append(Verb.INITIALIZED, course="c", lesson="l")
    assert home.sync().taken == 3
    school.sync()
    assert home.log == school.log


def test_a_lost_record_costs_nothing(pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works(2)
    home.sync()
    for damage in (b"", b"no database at all", None):
        (record,) = home.records.glob("*.db")
        if damage is None:
            SyncFolder(home.folder, home.store, home.records).forget()
        else:
            record.write_bytes(damage)
        home.works()
        outcome = home.sync()
        assert (outcome.theirs, outcome.troubles) == (None, ())
    school.sync()
    assert school.log == home.log
    assert len(home.log) == 5


# ---------------------------------------------------------------------------------------------- the folder as a whole


def test_a_missing_folder_is_caught_up_with(pair: tuple[Machine, Machine], tmp_path: Path) -> None:
    home, school = pair
    home.works()
    home.sync()
    away = tmp_path / "away"
    home.folder.rename(away)
    home.works()
    assert keys(home.sync()) == ["sync.missing"]
    home.folder.mkdir()
    assert keys(home.sync()) == ["sync.empty"]  # nothing is mounted there
    assert list(home.folder.iterdir()) == []
    home.folder.rmdir()
    away.rename(home.folder)
    assert home.sync().written == 1
    school.sync()
    assert school.log == home.log


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_still_read(pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works()
    home.sync()
    school.sync()
    school.works()
    school.folder.chmod(0o500)
    assert keys(school.sync()) == ["sync.unwritable"]
    school.folder.chmod(0o700)
    assert school.sync().written == 1


def test_a_full_disk_is_told_and_caught_up_with(
    pair: tuple[Machine, Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, school = pair
    school.works()
    school.sync()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(synclook.os, "fsync", full)
        outcome = home.sync()
        assert (outcome.taken, keys(outcome)) == (1, [])
        home.works(2)
        outcome = home.sync()
        assert (keys(outcome), outcome.troubles[0].reason) == (["sync.unwritable"], "No space left on device")
    assert home.sync().troubles == ()
    school.sync()
    assert school.log == home.log


STRANGE: dict[str, tuple[Callable[[bytes], bytes], list[str]]] = {
    "text": (lambda data: b"Dear diary,\n", ["sync.foreign"]),
    "bytes": (lambda data: bytes(range(256)) * 9, ["sync.foreign"]),
    "empty": (lambda data: b"", ["sync.incomplete"]),
    "zeros": (lambda data: bytes(100_000), ["sync.incomplete"]),
    "newer": (lambda data: data.replace(b'"version":1', b'"version":2', 1), ["sync.newer"]),
    "half a head": (lambda data: data[:30], ["sync.incomplete"]),
    "deep": (lambda data: b"[" * 100_000, ["sync.foreign"]),
    "boastful": (
        lambda data: data + b'{"events":1,"bytes":99999999999999,"sha256":""}\n',
        ["sync.damaged"],
    ),
    "negative": (lambda data: data + b'{"events":1,"bytes":-5,"sha256":""}\n', ["sync.damaged"]),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_what_is_no_file_of_ours_is_left_alone(kind: str, pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works()
    home.sync()
    change, expected = STRANGE[kind]
    content = change(own_file(home).read_bytes())
    strange = home.folder / f"strange{SUFFIX}"
    strange.write_bytes(content)
    (home.folder / f"folder{SUFFIX}").mkdir()
    (home.folder / "thesis.txt").write_text("my thesis")
    (home.folder / f"link{SUFFIX}").symlink_to("/dev/zero")
    assert keys(school.sync()) == expected
    assert keys(home.sync()) == expected
    school.works()
    school.sync()
    home.sync()
    assert home.log == school.log
    assert strange.read_bytes() == content


def test_an_event_in_another_form_is_refused_whole(pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works(2)
    home.sync()
    school.sync()
    with closing(sqlite3.connect(school.place / "progress.db")) as other:
        other.execute("UPDATE event SET language = 'it' WHERE block = 'home2'")
        other.commit()
    SyncFolder(school.folder, school.store, school.records).forget()
    before = school.log
    assert keys(school.sync()) == ["sync.contradicts"]
    assert school.log == before


# --------------------------------------------------------------------------------------------------------- whose it is


def test_somebody_elses_progress_is_not_taken(pair: tuple[Machine, Machine]) -> None:
    home, school = pair
    home.works(2)
    school.works()
    home.sync()
    for _ in range(2):
        outcome = school.sync()
        assert outcome.theirs is not None
        assert (outcome.theirs.learner, outcome.theirs.count, outcome.written) == ("me", 2, 0)
        assert len(school.log) == 1
    assert len(home.files) == 1
    outcome = school.sync(mine=True)
    assert (outcome.taken, outcome.written, outcome.theirs) == (2, 1, None)
    home.sync()
    assert home.log == school.log


def test_another_name_is_somebody_else(pair: tuple[Machine, Machine], tmp_path: Path) -> None:
    home, _ = pair
    home.works()
    home.sync()
    anna = Machine(tmp_path / "anna", home.folder, learner="anna")
    assert anna.sync().theirs is not None
    anna.works()
    alone = Machine(tmp_path / "anna", tmp_path / "annas", learner="anna")
    alone.sync()
    shutil.copy(alone.files[0], home.folder)
    outcome = home.sync()
    assert [(trouble.key, trouble.learner) for trouble in outcome.troubles] == [("sync.others", "anna")]
    assert len(home.log) == 1
    anna.store.close()
    alone.store.close()


def test_two_that_began_at_once_find_each_other(tmp_path: Path) -> None:
    home, school = Machine(tmp_path / "home"), Machine(tmp_path / "school")
    home.works()
    with closing(Store(tmp_path / "x.db")):
        school.store.merge(home.store.events())
    school.works()
    home.sync()
    school.sync()
    for here, there in ((home, school), (school, home)):
        for file in here.files:
            shutil.copy(file, there.folder)
    assert (keys(home.sync()), keys(school.sync())) == ([], [])
    assert home.log == school.log
    home.store.close()
    school.store.close()


# ------------------------------------------------------------------------------------------------------------ pictures


def test_pictures_of_runs_come_along_within_a_bound(
    pair: tuple[Machine, Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, school = pair
    figures = [Figure(number=number, png=png(number, padding=1_000)) for number in (1, 2, 3)]
    for figure in figures:
        home.figures.put([figure.png])
        home.store.append(
            Verb.ATTEMPTED, course="c", block="a.py", run={"figures": [msgspec.to_builtins(kept(figure))]}
        )
    monkeypatch.setattr(syncpictures, "PICTURES", 2_500)
    home.sync()
    there = sorted((home.folder / FIGURES).iterdir())
    assert len(there) == 2
    late, half = there[0].read_bytes(), there[0]
    half.write_bytes(late[:500])
    school.sync()
    assert sum(school.figures.find(kept(figure)) is not None for figure in figures) == 1
    half.write_bytes(late)
    school.sync()
    assert [school.figures.find(kept(figure)) for figure in figures] == [None, *figures[1:]]


# -------------------------------------------------------------------------------------------------------- any order


def carried(source: Machine, target: Machine, chance: random.Random, *, whole: bool = False) -> None:
    """Bring files from one replica of the folder to another, as a service does: in part, late, or in conflict."""
    for file in source.files:
        place = target.folder / file.name
        data = file.read_bytes()
        known = place.read_bytes() if place.exists() else b""
        if not whole:
            match chance.randrange(4):
                case 0:
                    continue
                case 1:
                    data = data[: chance.randrange(len(data) + 1)]
        if len(data) < len(known) and known.startswith(data):
            continue
        if known and not data.startswith(known):
            place = place.with_name(f"{place.stem} (conflict {chance.randrange(10**6)}){SUFFIX}")
        place.write_bytes(data)


Step = tuple[str, int, int]


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["works", "sync", "carry", "crash", "forgets", "damage", "power"]),
            st.integers(0, 2),
            st.integers(0, 2),
        ),
        max_size=30,
    ),
    seed=st.integers(),
)
@settings(max_examples=30, deadline=None)
def test_any_order_of_work_syncs_and_crashes_ends_in_the_union(
    steps: list[Step], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place, chance = tmp_path_factory.mktemp("any"), random.Random(seed)
    machines = [Machine(place / name) for name in ("a", "b", "c")]
    clock = 0
    machines[0].works()
    machines[0].sync()
    for machine in machines[1:]:
        carried(machines[0], machine, chance, whole=True)
        machine.sync()
    for what, number, other in steps:
        machine = machines[number]
        match what:
            case "works":
                machine.works()
            case "sync":
                machine.sync()
            case "carry":
                carried(machine, machines[other], chance)
            case "crash":  # after the file was written, and before that was noted
                saved = place / "saved"
                machine.records.mkdir(exist_ok=True)
                shutil.copytree(machine.records, saved)
                machine.sync()
                shutil.rmtree(machine.records)
                saved.rename(machine.records)
            case "forgets":
                shutil.rmtree(machine.records, ignore_errors=True)
            case "power":  # the end of a file was not on the disk yet
                if machine.files:
                    file = chance.choice(machine.files)
                    os.truncate(file, chance.randrange(file.stat().st_size + 1))
            case "damage":
                if machine.files and (file := chance.choice(machine.files)).stat().st_size:
                    data = bytearray(file.read_bytes())
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                    file.write_bytes(data)
                    os.utime(file, ns=(clock := clock + 1, clock))  # the clock of files is a coarse one
    every = sorted({row for machine in machines for row in machine.log})
    for _ in range(4):
        for machine in machines:
            for target in machines:
                if target is not machine:
                    carried(machine, target, chance, whole=True)
        for machine in machines:
            machine.sync(mine=True)
    for machine in machines:
        assert machine.log == every
        machine.store.close()
    shutil.rmtree(place)
