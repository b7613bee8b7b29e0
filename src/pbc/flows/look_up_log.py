"""The practice's own log of look-ups: a line for each, never changed, each holding the hash of the one before. No patient in it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pbc.errors import BrokenSet
from pbc.sources.file_form import require_plain

FIRST = "0" * 64


def add_entry(log: Path, *, by: str, at: str, purpose: str, counts: Mapping[str, int]) -> dict[str, Any]:
    """This returns the entry written at the end of the log, which is made if there is none, for its owner alone."""
    require_plain(log)
    descriptor = os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        before = read_log(log)
        said = {
            "at": at,
            "by": by,
            "purpose": purpose,
            "counts": dict(counts),
            "before": before[-1]["hash"] if before else FIRST,
        }
        entry = {**said, "hash": _hash(said)}
        os.write(descriptor, (json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return entry


def read_log(log: Path) -> list[dict[str, Any]]:
    """This returns the entries of a log, oldest first, and raises `BrokenSet` naming the first line that was changed.

    A log that is not there has none. What was cut off its end cannot be seen in it: keep its last hash elsewhere.
    """
    if not log.exists():
        return []
    require_plain(log)
    entries: list[dict[str, Any]] = []
    for number, line in enumerate(log.read_bytes().splitlines(), start=1):
        try:
            entry = json.loads(line)
            said = {name: value for name, value in entry.items() if name != "hash"}
            is_whole = entry["hash"] == _hash(said) and said["before"] == (entries[-1]["hash"] if entries else FIRST)
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            is_whole = False
        if not is_whole:
            raise BrokenSet(
                "The log of look-ups has been changed.", f"{log.name}, line {number:,}", expected="each line as it was written",
                remedy="Keep this file, tell the Caldicott lead, and name a new --log.",
            )  # fmt: skip
        entries.append(entry)
    return entries


def _hash(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
