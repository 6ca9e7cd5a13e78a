"""Limits of the machine: memory, files, a GPU that failed."""

from __future__ import annotations

import ast
import re

from evoclass.quantities import byte_text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, always


def _gpu_memory(facts: Facts, match: re.Match[str]) -> Said:
    text = facts.error.text
    total = re.search(r"total capacity of ([\d.]+ \w+)", text)
    free = re.search(r"of which ([\d.]+ \w+) is free", text)
    if total is None or free is None:
        return Said("gpu_memory", {"wanted": match[1]})
    return Said("gpu_memory_known", {"wanted": match[1], "total": total[1], "free": free[1]})


def _memory(facts: Facts, match: re.Match[str]) -> Said:
    return Said("memory", {"wanted": byte_text(float(match[1]))})


def _no_file(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.went_through("/subprocess.py"):
        return Said("no_program", {"program": match[1]})
    path = match[1].replace("\\\\", "\\")
    folder = path.rpartition("/")[0]
    if folder and _writes(facts):
        return Said("no_folder", {"folder": folder})
    if path.startswith("~"):
        return Said("no_file", {"path": path}, "no_file.home", "no_file.tilde")
    return Said("no_file", {"path": path}, what="no_file.absolute" if path.startswith("/") else "")


def _writes(facts: Facts) -> bool:
    """Whether the expression writes a file: then the folder is missing, not the file."""
    expression = facts.expression
    mode = expression.argument(1, "mode") if expression.function == "open" else None
    return expression.called in (
        "savefig",
        "save",
        "to_csv",
        "mkdir",
        "save_image",
        "imsave",
        "to_json",
        "to_pickle",
        "savetxt",
    ) or (
        isinstance(mode, ast.Constant) and isinstance(mode.value, str) and mode.value[:1] in ("w", "a", "x")
    )


_WRITING = (
    *("savefig", "save", "to_csv", "mkdir", "save_image", "imsave", "to_json", "to_pickle", "savetxt"),
    *("to_excel", "imwrite", "write_text", "write_bytes"),
)


def _no_folder(facts: Facts, match: re.Match[str]) -> Said:
    return Said("no_folder", {"folder": match[1]})


def _device_name(facts: Facts, match: re.Match[str]) -> Said:
    name = match[1].lower()
    hint = "device_name.gpu" if name == "gpu" else "device_name.type" if name in _TYPES else ""
    return Said("device_name", {"name": match[1]}, hint)


_TYPES = (
    "float",
    "double",
    "half",
    "long",
    "int",
    "bool",
    "float16",
    "float32",
    "float64",
    "bfloat16",
    "int64",
)

RULES = (
    Rule(r"(?:CUDA|HIP|XPU) out of memory\. Tried to allocate ([\d.]+ \w+)", _gpu_memory),
    Rule(r"can't allocate memory: you tried to allocate (\d+) bytes", _memory),
    Rule(r"Found no NVIDIA driver|Torch not compiled with CUDA enabled", always("no_gpu")),
    Rule(r"device-side assert triggered", always("gpu_assert")),
    Rule(r"(?:CUDA|HIP) error: ", always("gpu_error")),
    Rule(r"^\[Errno 24\] ", always("open_files")),
    Rule(r"^\[Errno 27\] ", always("file_size")),
    Rule(r"^\[Errno 28\] ", always("disk_full")),
    Rule(r"^\[Errno 2\] No such file or directory: '([^']+)'", _no_file),
    Rule(r"^Parent directory (.+) does not exist", _no_folder),
    Rule(
        r"<urlopen error (?:\[Errno (?!2\])|timed out)|Max retries exceeded with url|"
        r"[Ff]ailed to establish a new connection",
        always("no_network"),
    ),
    Rule(r"Expected one of cpu, cuda, .* device type at start of device string: (\S+)", _device_name),
)
"""The machine."""
