"""Files, folders and their contents: paths, encodings, JSON, pickles."""

from __future__ import annotations

import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, always


def _folder(facts: Facts, match: re.Match[str]) -> Said:
    return Said("is_folder", {"path": match[1]})


def _exists(facts: Facts, match: re.Match[str]) -> Said:
    made = facts.expression.called in ("mkdir", "makedirs")
    return Said("exists", {"path": match[1]}, "exists.folder" if made else "")


def _permission(facts: Facts, match: re.Match[str]) -> Said:
    return Said("permission", {"path": match[1]})


def _encoding(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {"encoding": match[1]}
    mode = text(facts.expression.argument(1, "mode"))
    return Said("encoding", fields, "encoding.both" if match[1].startswith("utf") and "b" not in mode else "")


def _closed(facts: Facts, match: re.Match[str]) -> Said | None:
    return Said("closed_file", {"name": text(facts.expression.receiver) or "…"}) if facts.is_own else None


def _mode(facts: Facts, match: re.Match[str]) -> Said:
    readable = "readable" in match[0]
    return Said("file_mode", {}, "file_mode.read" if readable else "file_mode.write")


def _write(facts: Facts, match: re.Match[str]) -> Said | None:
    if not facts.is_own:
        return None
    name = text(facts.expression.argument(0)) or "…"
    return Said("write_text", {"type": match[1].rpartition(".")[2], "name": name})


def _bytes(facts: Facts, match: re.Match[str]) -> Said | None:
    if not facts.is_own or "bytes" not in match[0]:
        return None
    return Said("write_bytes", {"type": match[1]})


def _json(facts: Facts, match: re.Match[str]) -> Said | None:
    if not facts.error.type.endswith("JSONDecodeError"):
        return None
    fields: dict[str, object] = {"line": int(match[2]), "column": int(match[3])}
    if match[1].startswith("Expecting value") and match[2] == match[3] == "1":
        return Said("json_text", fields, "json_text.empty")
    return Said("json_text", fields, "json_text.quotes" if "double quotes" in match[1] else "")


def _no_json(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[1]
    hint = {
        "Tensor": "no_json.tensor",
        "Parameter": "no_json.tensor",
        "ndarray": "no_json.tensor",
        "set": "no_json.set",
        "datetime": "no_json.text",
        "PosixPath": "no_json.text",
        "Namespace": "no_json.namespace",
    }.get(kind, "no_json.number" if kind.startswith(("float", "int", "bool")) else "")
    return Said("no_json", {"type": kind}, hint)


def _pickle(facts: Facts, match: re.Match[str]) -> Said:
    inside = "<lambda>" in facts.error.text or "lambda" in facts.error.text
    workers = facts.went_through("/multiprocessing/")
    hint = "no_pickle.workers" if workers else ""
    return Said("no_pickle", {}, hint, "no_pickle.lambda" if inside else "")


def _not_image(facts: Facts, match: re.Match[str]) -> Said:
    return Said("not_image", {"path": match[1]})


def _path(facts: Facts, match: re.Match[str]) -> Said:
    return Said("path_type", {"type": match[1].rpartition(".")[2]})


RULES = (
    Rule(r"^expected str, bytes or os\.PathLike object, not ([\w.]+)", _path),
    Rule(r"^\[Errno 21\] Is a directory: '([^']+)'", _folder),
    Rule(r"^\[Errno 20\] Not a directory: '([^']+)'", lambda f, m: Said("not_folder", {"path": m[1]})),
    Rule(r"^\[Errno 17\] File exists: '([^']+)'", _exists),
    Rule(r"^\[Errno (?:13|1)\] (?:Permission denied|Operation not permitted): '([^']+)'", _permission),
    Rule(r"^\[Errno 39\] Directory not empty: '([^']+)'", lambda f, m: Said("folder_full", {"path": m[1]})),
    Rule(r"^'([\w-]+)' codec can't decode byte", _encoding),
    Rule(
        r"^'(ascii|charmap|latin-1)' codec can't encode character",
        lambda f, m: Said("encode", {"encoding": m[1]}),
    ),
    Rule(r"^I/O operation on closed file", _closed),
    Rule(r"^not (?:readable|writable)$", _mode),
    Rule(r"^write\(\) argument must be str, not ([\w.]+)", _write),
    Rule(r"^a bytes-like object is required, not '(\w+)'", _bytes),
    Rule(r"^(.+): line (\d+) column (\d+) \(char \d+\)", _json),
    Rule(r"^Object of type (\w+) is not JSON serializable", _no_json),
    Rule(r"[Cc]an't pickle|cannot pickle|Can't get local object", _pickle),
    Rule(r"^cannot identify image file '([^']+)'", _not_image),
    Rule(r"^No columns to parse from file|^Error tokenizing data", always("table_text")),
    Rule(
        r"^Parent directory \.? ?does not exist|^Cannot save file into a non-existent directory: '([^']+)'",
        lambda f, m: Said("no_folder", {"folder": m[1] or "…"}) if m[1] else None,
    ),
)
"""Files."""
