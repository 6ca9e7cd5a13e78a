"""The machine's devices: detected from outside without torch, and prepared inside a process."""

from __future__ import annotations

import ctypes
import os
import sys

from evoclass.runner import Availability


def cpu() -> Availability:
    """Say how many threads the CPU runner has."""
    if threads() == 1:
        return Availability(True, device="CPU · 1 thread", device_key="runner.cpu_one")
    fields, device = {"threads": str(threads())}, f"CPU · {threads()} threads"
    return Availability(True, fields=fields, device=device, device_key="runner.cpu")


def threads() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cuda() -> Availability:
    """Say whether there is a CUDA device, by asking the driver's own library."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1"):
        return Availability(False, "runner.cuda_hidden")
    if sys.platform.startswith("linux") and not os.path.exists("/dev/nvidiactl"):
        return Availability(False, "runner.no_cuda")
    try:
        names = _nvml_names()
    except OSError as error:
        return Availability(False, "runner.no_cuda_driver", {"detail": str(error)})
    if not names:
        return Availability(False, "runner.no_cuda")
    return Availability(True, device=names[0] if len(names) == 1 else f"{names[0]} × {len(names)}")


def _nvml_names() -> list[str]:
    """Return the names of the NVIDIA devices; raises OSError when the driver's library is missing or refuses."""
    library = ctypes.CDLL("nvml.dll" if sys.platform == "win32" else "libnvidia-ml.so.1")
    status = library.nvmlInit_v2()
    if status != 0:
        raise OSError(f"NVML says {status}")
    try:
        count = ctypes.c_uint()
        if library.nvmlDeviceGetCount_v2(ctypes.byref(count)) != 0:
            return []
        names = []
        for index in range(count.value):
            device, name = ctypes.c_void_p(), ctypes.create_string_buffer(96)
            if library.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(device)) == 0:
                library.nvmlDeviceGetName(device, name, len(name))
                names.append(name.value.decode(errors="replace"))
        return names
    finally:
        library.nvmlShutdown()


def hide_cuda() -> None:
    """Let a program on the CPU runner see only the CPU."""
    os.environ["CUDA_VISIBLE_DEVICES"] = ""


def prepare(device: str) -> str:
    """Get `device` ready in this process, before its run; return its name in words."""
    if device != "cuda":
        hide_cuda()
        return f"{threads()} threads"
    import torch

    torch.zeros(8, device="cuda").sum().item()
    return torch.cuda.get_device_name()


def label(device: str) -> str:
    """Return the device as torch writes it."""
    return "cuda:0" if device == "cuda" else "cpu"


def torch_version() -> str:
    """Return the version of torch if it is imported."""
    torch = sys.modules.get("torch")
    return str(torch.__version__) if torch is not None else ""
