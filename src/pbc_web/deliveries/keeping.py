"""Keeping uploaded bytes: aside first, synced, then in a folder of their own; what no row speaks of is swept."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from pbc.errors import RefusedInput


@dataclass(frozen=True)
class Kept:
    """Bytes that are safely on the disk: their folder, size and hash."""

    folder: str
    path: Path
    size_bytes: int
    sha256: str


def home() -> Path:
    """The folder of all deliveries, its owner's alone."""
    place = Path(settings.PBC_UPLOADS) / "deliveries"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


@contextmanager
def kept(chunks: Iterable[bytes], *, name: str) -> Iterator[Kept]:
    """Keep bytes as they come and yield where; if what follows fails, they are gone again.

    More than PBC_LARGEST_UPLOAD bytes, or none, are refused. When this yields the bytes are on the disk, so that a row
    written afterwards never speaks of a file that is not there.
    """
    folder = uuid.uuid4().hex
    place = home() / folder
    place.mkdir(mode=0o700)
    try:
        path = place / name
        size, digest = _write(path, chunks)
        _sync(place)
        _sync(home())
        yield Kept(folder, path, size, digest)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _write(path: Path, chunks: Iterable[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > settings.PBC_LARGEST_UPLOAD:
                raise RefusedInput(
                    "This file is too large to be uploaded.", found=f"more than {settings.PBC_LARGEST_UPLOAD:,} bytes",
                    remedy="Compress it (.csv.gz or Parquet), or have it taken in with pbc receive.",
                )  # fmt: skip
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise RefusedInput(
            "This file is empty.", found="0 bytes", remedy="Export it again, and look whether it has rows."
        )
    return size, digest.hexdigest()


def throw_away(path: Path) -> None:
    """Remove a file's folder with all in it."""
    shutil.rmtree(path.parent, ignore_errors=True)


def sweep(known: Iterable[str], *, before: datetime) -> list[str]:
    """This removes folders that no row speaks of and that are older than a moment, and returns their names."""
    wanted = set(known)
    gone = [
        place.name
        for place in home().iterdir()
        if place.name not in wanted and place.stat().st_mtime < before.timestamp()
    ]
    for name in gone:
        shutil.rmtree(home() / name, ignore_errors=True)
    return gone


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
