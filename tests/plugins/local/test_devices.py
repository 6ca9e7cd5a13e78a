"""What the machine offers is found out quickly, without torch, and said with a reason."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import evoclass_local
from evoclass.errors import RunnerUnavailable
from evoclass.i18n import Catalog
from evoclass.runner import Limits, Program
from evoclass_local import devices
from evoclass_local.pages import collapse
from evoclass_local.runners import LocalCpu, LocalCuda, LocalSandboxed
from pseudo import EVERY


class FakeDriver:
    """The part of NVIDIA's management library that is asked."""

    def __init__(self, names: list[bytes], status: int = 0) -> None:
        self.names = names
        self.status = status
        self.open = 0

    def nvmlInit_v2(self) -> int:
        self.open += self.status == 0
        return self.status

    def nvmlShutdown(self) -> int:
        self.open -= 1
        return 0

    def nvmlDeviceGetCount_v2(self, count: Any) -> int:
        count._obj.value = len(self.names)
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, index: int, device: Any) -> int:
        device._obj.value = index + 1
        return 0

    def nvmlDeviceGetName(self, device: Any, buffer: Any, size: int) -> int:
        buffer.value = self.names[device.value - 1]
        return 0


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    """A machine with one device and its driver."""
    fake = FakeDriver([b"NVIDIA H100"])
    monkeypatch.setattr(ctypes, "CDLL", lambda name: fake)
    monkeypatch.setattr(devices.os.path, "exists", lambda path: True)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return fake


def test_a_device(driver: FakeDriver) -> None:
    assert LocalCuda.available() == devices.Availability(True, device="NVIDIA H100")
    driver.names = [b"A", b"A"]
    assert LocalCuda.available().device == "A × 2"
    assert driver.open == 0


def test_no_device(driver: FakeDriver) -> None:
    driver.names = []
    assert (LocalCuda.available().ok, LocalCuda.available().reason) == (False, "runner.no_cuda")


def test_a_driver_that_does_not_answer(driver: FakeDriver) -> None:
    driver.status = 18
    answer = LocalCuda.available()
    assert (answer.ok, answer.reason) == (False, "runner.no_cuda_driver")
    assert "18" in answer.fields["detail"]


@pytest.mark.parametrize("hidden", ["", "-1"])
def test_a_hidden_device(hidden: str, driver: FakeDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert LocalCuda.available().reason == "runner.cuda_hidden"


def test_no_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(devices.os.path, "exists", lambda path: False)
    assert LocalCuda.available().reason == "runner.no_cuda"


def test_the_cpu() -> None:
    answer = LocalCpu.available()
    assert answer.ok
    assert answer.device.startswith("CPU · ")


async def test_a_system_without_terminals(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    (cls,) = evoclass_local.register_runners()
    assert (cls.name, cls.available().ok, cls.available().reason) == (
        "local-cpu",
        False,
        "runner.no_terminal",
    )
    runner = cls()
    assert not runner.ready
    with pytest.raises(RunnerUnavailable):
        await runner.warm_up()
    with pytest.raises(RunnerUnavailable):
        await runner.start(Program(source="", file=tmp_path / "x.py", folder=tmp_path), Limits())
    await runner.close()


@pytest.mark.parametrize("language", EVERY)
def test_every_reason_has_its_sentence(language: str) -> None:
    catalog = Catalog(language)
    for reason in ("no_cuda", "cuda_hidden", "no_cuda_driver", "no_terminal", "no_bwrap", "no_sandbox"):
        assert catalog.has(f"runner.{reason}")
    for cls in (LocalCpu, LocalCuda, LocalSandboxed):
        assert catalog.has(f"runner.{cls.name}")


def test_asking_loads_no_torch() -> None:
    source = (
        "import sys\n"
        "from evoclass_local.runners import LocalCpu, LocalCuda\n"
        "LocalCpu.available(), LocalCuda.available()\n"
        "sys.exit('torch' in sys.modules or 'textual' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", source], check=False).returncode == 0


def test_huge_pages_change_nothing() -> None:
    kept = [bytes([number % 256]) * 100_000 for number in range(100)]
    for _ in collapse():
        pass
    assert all(block == bytes([number % 256]) * 100_000 for number, block in enumerate(kept))
