"""A fingerprint of the engine's own text: two runs of different code must not pass for the same work."""

from __future__ import annotations

import hashlib
import os
from functools import cache

import pbc

KINDS = (".py", ".sql", ".yaml", ".csv", ".html", ".css")  # all that is read when the engine runs; no compiled copies


@cache
def fingerprint_code() -> str:
    """This returns the fingerprint of the installed engine, worked out once in a process when it is first asked for."""
    return fingerprint_folder(os.path.dirname(os.path.abspath(pbc.__file__)))


def fingerprint_folder(folder: str) -> str:
    """This returns the first 12 hexadecimal digits of the SHA-256 over the names, in order, and texts of a folder's files.

    Nothing else counts: not the place of the folder, times, rights, nor how a checkout ends its lines.
    """
    beyond = len(folder) + 1
    found = sorted(
        os.path.join(place, name)[beyond:].replace(os.sep, "/")
        for place, _, names in os.walk(folder)
        for name in names
        if name.endswith(KINDS)
    )
    digest = hashlib.sha256()
    for name in found:
        with open(os.path.join(folder, name), "rb") as file:
            text = file.read().replace(b"\r\n", b"\n")
        digest.update(f"{name}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.hexdigest()[:12]
