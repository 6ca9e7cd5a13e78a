"""Errors inside the processes of a pool, of an executor or of `mp.spawn`, and their limits."""

from __future__ import annotations

import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, always

_LONGEST = 200
"""Characters of a worker's error that are repeated."""


def _remote(facts: Facts, match: re.Match[str]) -> Said | None:
    """Find, in the traceback that came with it, the error that ended a worker and its place in the learner's file."""
    found = re.search(r'RemoteTraceback: ?\n"""\n(.*?)\n"""', facts.error.traceback, re.DOTALL)
    return _in_worker(facts, found[1]) if found is not None else None


def _raised(facts: Facts, match: re.Match[str]) -> Said | None:
    return _in_worker(facts, facts.error.text)


def _in_worker(facts: Facts, told: str) -> Said | None:
    own = re.findall(rf'File "{re.escape(facts.error.file)}", line (\d+), in (\S+)', told)
    lines = [line for line in told.splitlines() if re.match(r"[A-Za-z_][\w.]*(?::|$)", line)]
    error = lines[-1][:_LONGEST] if lines else ""
    if not error or error.startswith("Traceback"):
        return None
    fields: dict[str, object] = {"error": error}
    if "bootstrapping phase" in told:
        return Said("main_guard", hint="main_guard.process")
    counts = re.search(r"(\w+)\(\) (?:missing \d+ required positional|takes \d+ positional)", error)
    if counts is not None and not own:
        return _arguments(facts, fields | {"function": counts[1]})
    if own:
        return Said("process_line", fields | {"line": int(own[-1][0]), "function": own[0][1]})
    return Said("process_error", fields)


def _arguments(facts: Facts, fields: dict[str, object]) -> Said:
    """`pool.map` passes one value to the function, `pool.starmap` takes it apart."""
    pool = text(facts.expression.receiver)
    if facts.expression.called == "map" and pool:
        return Said("process_arguments", fields | {"pool": pool}, "process_arguments.starmap")
    return Said("process_arguments", fields)


def _gone(facts: Facts, match: re.Match[str]) -> Said:
    return Said("process_gone")


RULES_FIRST = (
    Rule(r"^", _remote),
    Rule(r"^\s*-- Process \d+ terminated with the following error:", _raised),
)
"""Tried first: the text is that of another error, whose values are not available here."""

RULES = (
    Rule(
        r"^A process in the process pool was terminated abruptly|"
        r"^A child process terminated abruptly|^process \d+ terminated with (?:signal|exit code)|"
        r"^A worker process managed by the executor was unexpectedly terminated",
        _gone,
    ),
    Rule(r"^context has already been set", always("start_method_twice")),
    Rule(r"^Pool not running|^cannot schedule new futures after", always("pool_closed")),
)
"""Processes."""
