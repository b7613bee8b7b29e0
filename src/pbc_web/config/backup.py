"""One archive of all there is: the database, the published results, the uploads; with a manifest of hashes; and back again.

The database is copied first. What it names in the store was published before, is never changed and never taken away, so that
the copy of the store made afterwards holds it. Pointers are read before the sets they point at.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

import pbc
from pbc.errors import BrokenSet, RefusedInput
from pbc_web.audit.queries import broken_at
from pbc_web.config.database_copy import copy_database, count_rows, require_empty_database, restore_database
from pbc_web.notices.models import Letter
from pbc_web.notices.states import CLAIMED, UNCERTAIN, WAITING

MANIFEST = "manifest.json"
LEFT_OUT = (".unfinished-", ".pointer-", ".lock")  # of a publication under way: the next one sweeps them


def back_up(archive: Path, *, at: datetime, with_secret: bool = False) -> dict[str, Any]:
    """This returns the manifest of an archive written whole under its name, or not at all, and read again to be sure."""
    if archive.exists():
        raise RefusedInput("There is a file of this name already.", where=str(archive), remedy="Name another.")
    aside = archive.with_name(f".{archive.name}.partial")
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".backup-") as folder, _private(aside) as file:
        database, counts = copy_database(Path(folder))
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar:
            files = {database.name: _add(tar, database, database.name)}
            files |= {name: _add(tar, path, name) for name, path in _kept(with_secret)}
            manifest = {"made_at": at.isoformat(), "version": pbc.__version__, "rows": counts, "files": files}
            written = Path(folder) / MANIFEST
            written.write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
            _add(tar, written, MANIFEST)
        file.flush()
        os.fsync(file.fileno())
    try:
        verify(aside)
    except BaseException:
        aside.unlink()
        raise
    os.replace(aside, archive)
    return manifest


def verify(archive: Path) -> dict[str, Any]:
    """This returns the manifest of an archive in which every file is what the manifest says."""
    found: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None:
                raise _broken(archive, f"{member.name} is no file")
            if member.name == MANIFEST:
                manifest = json.load(content)
            else:
                found[member.name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # a file
    if found != manifest.get("files"):
        raise _broken(archive, "files that are not those of its manifest")
    return manifest


def restore(archive: Path) -> dict[str, Any]:
    """This returns the manifest of an archive put into an empty place, checked: rows, and the audit trail link by link.

    Sessions are ended, and e-mails that waited become "perhaps sent": they may have gone after the backup was made.
    """
    require_empty_database()
    for place in (settings.PBC_STORE, settings.PBC_UPLOADS):
        if Path(place).exists() and any(Path(place).iterdir()):
            raise RefusedInput(
                "A backup is restored into an empty place only.",
                where=str(place),
                remedy="Name a new folder in PBC_HOME.",
            )
    manifest = verify(archive)
    home = Path(settings.PBC_HOME)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as name:
        folder = Path(name)
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder, filter="data")  # refuses names that lead elsewhere
        _put(folder / "store", Path(settings.PBC_STORE))
        _put(folder / "uploads", Path(settings.PBC_UPLOADS))
        if (folder / "secret-key").exists():
            shutil.copy(folder / "secret-key", home / "secret-key")
        restore_database(next(folder.glob("database.*")))
    _require_same(manifest)
    _settle()
    return manifest


def _settle() -> None:
    from django.contrib.sessions.models import Session

    with transaction.atomic():
        Session.objects.all().delete()
        Letter.objects.filter(state__in=(WAITING, CLAIMED)).update(
            state=UNCERTAIN, said="Restored from a backup: it may have gone after the backup was made"
        )


def _require_same(manifest: dict[str, Any]) -> None:
    counts = count_rows()
    wrong = [name for name, rows in manifest["rows"].items() if counts.get(name) != rows]
    broken = broken_at()
    connection.close()
    if wrong or broken:
        raise BrokenSet("What was restored is not what was backed up.", found=", ".join(wrong) or str(broken))


def _kept(with_secret: bool) -> Iterator[tuple[str, Path]]:
    """The files beside the database: pointers of the store before its sets, then the uploads, and the secret if asked for."""
    store, uploads = Path(settings.PBC_STORE), Path(settings.PBC_UPLOADS)
    pointers = sorted(store.rglob("current"))
    for path in [*pointers, *(each for each in sorted(store.rglob("*")) if each.name != "current")]:
        if path.is_file() and not any(part.startswith(LEFT_OUT) for part in path.relative_to(store).parts):
            yield f"store/{path.relative_to(store).as_posix()}", path
    for path in sorted(uploads.rglob("*")):
        if path.is_file():
            yield f"uploads/{path.relative_to(uploads).as_posix()}", path
    secret = Path(settings.PBC_HOME) / "secret-key"
    if with_secret and secret.exists():
        yield "secret-key", secret


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    """Add a file as it is when it is opened, and return its hash; who owned it here is nobody's business elsewhere."""
    with path.open("rb") as file:
        member = tarfile.TarInfo(name)
        member.size, member.mode = os.fstat(file.fileno()).st_size, 0o600
        hashed = hashlib.sha256()
        tar.addfile(member, _Read(file, hashed))
        return hashed.hexdigest()


class _Read:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: Any, hashed: Any) -> None:
        self._file, self._hashed = file, hashed

    def read(self, size: int = -1) -> bytes:
        content: bytes = self._file.read(size)
        self._hashed.update(content)
        return content


def _put(source: Path, place: Path) -> None:
    if source.exists():
        if place.exists():
            place.rmdir()
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(source, place)
        for each in [place, *place.rglob("*")]:
            each.chmod(0o700 if each.is_dir() else 0o600)


def _private(path: Path) -> Any:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


def _broken(archive: Path, found: str) -> BrokenSet:
    return BrokenSet("This backup is not whole.", where=str(archive), found=found, remedy="Take an earlier one.")
