"""A problem in words: the problem and its fix, in the reader's language."""

from __future__ import annotations

from evoclass.errors import Problem
from evoclass.i18n import Catalog
from evoclass.wording.printable import printable


def describe(problem: Problem, catalog: Catalog) -> tuple[str, str]:
    """Return the sentence for `problem` and the one that says how to fix it."""
    fields = dict(problem.fields)
    wanted = fields.get("wanted")
    if wanted and catalog.has(f"problem.kind.{wanted}"):
        fields["wanted"] = catalog(f"problem.kind.{wanted}")
    code = problem.code
    variant = f"{code}_{fields['variant']}" if fields.get("variant") else code
    # Without fields a sentence is not formatted, and doubled braces would stay doubled.
    fields.setdefault("code", problem.code)
    told = variant if catalog.has(f"problem.{variant}") else code
    message = problem.message or catalog(f"problem.{told}", **fields)
    fix = problem.fix
    if not fix and not problem.message:
        if catalog.has(f"problem.{variant}_fix"):
            code = variant
        near = f"problem.{code}_fix_near"
        key = near if fields.get("near") and catalog.has(near) else f"problem.{code}_fix"
        fix = catalog(key, **fields) if catalog.has(key) else ""
    return printable(message), printable(fix)
