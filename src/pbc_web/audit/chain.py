"""The hash that ties each entry to the one before: plain arithmetic on plain values, so that anyone can check it offline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

FIRST = "0" * 64
HASHED = ("number", "at", "person", "role", "organisation", "verb", "subject_kind", "subject", "told", "previous_hash")


def hash_entry(entry: Mapping[str, Any]) -> str:
    """This returns the SHA-256 of an entry's plain values, the hash of the entry before it among them."""
    plain = json.dumps({name: entry[name] for name in HASHED}, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode("ascii")).hexdigest()


def find_break(entries: Iterable[Mapping[str, Any]], *, last: tuple[int, str] | None = None) -> str | None:
    """This returns in words where a chain of entries, in order, does not hold, or None where all of it does.

    A chain cut short holds in itself: `last`, number and hash of the last entry noted elsewhere, finds that.
    """
    expected_number, previous = 1, FIRST
    for entry in entries:
        if entry["number"] != expected_number:
            return f"entry {expected_number} is missing: entry {entry['number']} stands in its place"
        if entry["previous_hash"] != previous:
            return f"entry {entry['number']} does not follow entry {expected_number - 1}"
        if hash_entry(entry) != entry["hash"]:
            return f"entry {entry['number']} was changed after it was written"
        expected_number, previous = expected_number + 1, entry["hash"]
    if last is not None and last[0] != expected_number - 1:
        return f"entries after {expected_number - 1} are missing: {last[0]} were written"
    if last is not None and last[0] and last[1] != previous:
        return f"entry {last[0]} is not the one that was written last"
    return None
