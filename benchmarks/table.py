"""Run every benchmark and print the results as one table; exit code 1 if one misses its bar."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def main() -> int:
    rows = []
    for script in sorted(Path(__file__).parent.glob("*.py")):
        if script.stem in ("emulator", "row", Path(__file__).stem):
            continue
        print(f"{script.name} …", file=sys.stderr, flush=True)
        ended = subprocess.run([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, check=False)
        rows += [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
        if ended.returncode:
            rows.append({"name": f"{script.name}: exit code {ended.returncode}", "ok": False})
    columns = ("name", "ours", "peer", "theirs", "unit", "ratio", "bar", "ok")
    cells = [columns] + [tuple(_cell(row.get(column)) for column in columns) for row in rows]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    return 0 if all(row.get("ok") for row in rows) else 1


def _cell(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "NO"
        case float():
            return f"{value:.4g}"
        case _:
            return str(value)


if __name__ == "__main__":
    sys.exit(main())
