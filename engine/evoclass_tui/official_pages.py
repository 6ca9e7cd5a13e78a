"""Addresses of the official documentation of names, where their pattern is sure."""

from __future__ import annotations

import re
import sys

_TORCH = "https://docs.pytorch.org/docs/stable/"
_VISION = "https://docs.pytorch.org/vision/stable/"
_NUMPY = "https://numpy.org/doc/stable/reference/"
_MATPLOTLIB = "https://matplotlib.org/stable/api/"
_PYTHON = "https://docs.python.org/3/library/"

_WORD = r"[A-Za-z]\w*"

_PATTERNS: tuple[tuple[str, str, str], ...] = (
    # kinds, name, address: {0} is the whole name, {1} its first group
    ("module", r"torch", f"{_TORCH}torch.html"),
    (
        "module",
        r"torch\.(nn|nn\.functional|nn\.init|optim|linalg|fft|special|cuda|autograd|hub|random)",
        f"{_TORCH}{{1}}.html",
    ),
    ("module", r"torch\.utils\.data", f"{_TORCH}data.html"),
    ("class", r"torch\.Tensor", f"{_TORCH}tensors.html"),
    ("class", r"torch\.(?:device|dtype)", f"{_TORCH}tensor_attributes.html#{{0}}"),
    ("class", r"torch\.optim\.Optimizer", f"{_TORCH}optim.html#{{0}}"),
    ("class function", rf"torch\.utils\.data\.{_WORD}", f"{_TORCH}data.html#{{0}}"),
    ("function", rf"torch\.nn\.init\.{_WORD}", f"{_TORCH}nn.init.html#{{0}}"),
    (
        "function",
        rf"torch\.(?:(?:Tensor|nn\.functional|nn\.utils|linalg|fft|special|cuda)\.)?{_WORD}",
        f"{_TORCH}generated/{{0}}.html",
    ),
    ("class", rf"torch\.(?:nn|optim|optim\.lr_scheduler)\.{_WORD}", f"{_TORCH}generated/{{0}}.html"),
    # Methods stand on the page of their class.
    (
        "function value",
        rf"(torch\.(?:nn|optim\.lr_scheduler)\.[A-Z]\w*)\.{_WORD}",
        f"{_TORCH}generated/{{1}}.html",
    ),
    ("function", r"torchvision\.models\.[a-z]\w*", f"{_VISION}models/generated/{{0}}.html"),
    (
        "class",
        rf"torchvision\.(?:transforms|transforms\.v2|datasets)\.{_WORD}",
        f"{_VISION}generated/{{0}}.html",
    ),
    ("function", rf"torchvision\.utils\.{_WORD}", f"{_VISION}generated/{{0}}.html"),
    ("module", r"torchvision\.(models|transforms|datasets|utils)", f"{_VISION}{{1}}.html"),
    ("module", r"numpy", f"{_NUMPY}index.html"),
    ("function", rf"numpy\.(?:(?:linalg|fft|ndarray)\.)?{_WORD}", f"{_NUMPY}generated/{{0}}.html"),
    ("class", r"numpy\.ndarray", f"{_NUMPY}generated/{{0}}.html"),
    ("module", r"numpy\.random", f"{_NUMPY}random/index.html"),
    ("module", r"matplotlib\.pyplot", f"{_MATPLOTLIB}pyplot_summary.html"),
    (
        "function",
        rf"matplotlib\.(?:pyplot|axes\.Axes|figure\.Figure)\.{_WORD}",
        f"{_MATPLOTLIB}_as_gen/{{0}}.html",
    ),
)

# fmt: off
_TYPES = frozenset((
    "bool", "bytearray", "bytes", "classmethod", "complex", "dict", "float", "frozenset", "int", "list",
    "memoryview", "object", "property", "range", "set", "slice", "staticmethod", "str", "super", "tuple", "type",
))

_SUBMODULES = frozenset((
    "collections.abc", "concurrent.futures", "html.parser", "http.client", "http.server", "importlib.metadata",
    "importlib.resources", "logging.config", "logging.handlers", "multiprocessing.shared_memory", "os.path",
    "unittest.mock", "urllib.error", "urllib.parse", "urllib.request", "xml.dom.minidom", "xml.etree.ElementTree",
))
"""Modules within packages of the standard library that have a page of their own."""

# fmt: on
_NO_PAGE = frozenset(
    ("antigravity", "genericpath", "idlelib", "lib2to3", "ntpath", "nturl2path", "opcode", "posixpath")
)
"""Modules of the standard library without a page."""


def address(name: str, kind: str) -> str:
    """Return the address of a name's page; empty if it is not sure that there is one."""
    if not re.fullmatch(r"[A-Za-z_]\w*(?:\.[A-Za-z]\w*)*", name, re.ASCII):
        return ""
    for kinds, pattern, page in _PATTERNS:
        found = re.fullmatch(pattern, name) if kind in kinds.split() else None
        if found is not None:
            return page.format(name, *found.groups())
    return _python(name, kind)


def _python(name: str, kind: str) -> str:
    """Return the address in the documentation of Python's library."""
    package, _, rest = name.partition(".")
    if package == "builtins":
        return _built_in(rest, kind)
    module = next((one for one in _SUBMODULES if name == one or name.startswith(f"{one}.")), package)
    if module == package and (
        package not in sys.stdlib_module_names or package.startswith("_") or package in _NO_PAGE
    ):
        return ""
    if kind == "module":
        return f"{_PYTHON}{module.lower()}.html" if name == module else ""
    return f"{_PYTHON}{module.lower()}.html#{name}"


def _built_in(name: str, kind: str) -> str:
    first, _, rest = name.partition(".")
    if first in _TYPES:
        on_functions = first in (
            "object",
            "slice",
            "type",
            "property",
            "super",
            "classmethod",
            "staticmethod",
        )
        page = "functions" if on_functions else "stdtypes"
        return f"{_PYTHON}{page}.html#{name}" if not (on_functions and rest) else ""
    if kind == "class":
        return f"{_PYTHON}exceptions.html#{name}" if name.endswith(("Error", "Exception", "Warning")) else ""
    return f"{_PYTHON}functions.html#{name}" if kind == "function" and not rest else ""
