"""The text of a Python file as Python reads it, and its imports."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import warnings
from collections.abc import Iterator
from pathlib import Path

from evoclass.disk.regularfile import read_bytes

LARGEST = 16 * 2**20
"""Largest program file in bytes."""

_LIGHT = {
    "numpy", "matplotlib", "pandas", "scipy", "sklearn", "PIL", "requests", "yaml", "tqdm", "rich", "click",
    "seaborn", "sympy", "networkx", "joblib", "numba", "cv2", "gym", "gymnasium", "pygame", "psutil", "bs4",
}  # fmt: skip
"""Packages that do not import PyTorch; any other package may import it."""


def decoded(data: bytes) -> str:
    """Return the text of a Python file: a byte-order mark or a declared encoding counts, otherwise it is UTF-8.

    Raises SyntaxError for an encoding that does not exist, UnicodeDecodeError for bytes that do not fit it.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    try:
        return data.decode(encoding)
    except LookupError as error:  # a codec, but not for text
        raise SyntaxError(f"unknown encoding: {encoding}") from error


def encoded(text: str) -> bytes:
    """Return the text of a Python file in the encoding that it declares, otherwise in UTF-8.

    Raises SyntaxError for an encoding that does not exist, UnicodeEncodeError for text that does not fit into it.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(text.encode()).readline)
    try:
        return text.encode(encoding.removesuffix("-sig"))
    except LookupError as error:
        raise SyntaxError(f"unknown encoding: {encoding}") from error


def read(path: Path) -> str:
    """Return the text of a Python file.  Raises as `read_bytes` and `decoded` do."""
    return decoded(read_bytes(path, LARGEST))


def wants_torch(source: str, folder: Path) -> bool:
    """Whether a program's text shows that it imports PyTorch: itself, through files beside it, or through a package."""
    seen: set[str] = set()
    waiting = [source]
    while waiting:
        for name in _imported(waiting.pop()):
            if name in seen:
                continue
            seen.add(name)
            beside = [folder / f"{name}.py", *sorted((folder / name).glob("*.py"))]
            texts = [text for path in beside if (text := _text(path)) is not None]
            waiting += texts
            if not texts and name not in sys.stdlib_module_names and name not in _LIGHT:
                return True
    return "importlib" in seen or "runpy" in seen


def _imported(source: str) -> Iterator[str]:
    """Yield the first part of the names of modules that a program imports; nothing if it has a syntax error."""
    try:
        with warnings.catch_warnings(action="ignore"):  # the run itself shows them
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module:
                yield node.module.partition(".")[0]
            else:
                yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Name) and node.id == "__import__":
            yield "importlib"


def _text(path: Path) -> str | None:
    try:
        return read(path)
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
