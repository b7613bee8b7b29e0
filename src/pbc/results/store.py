"""The store: a folder of published sets. A set is written aside, synced, renamed into place and then pointed at.

    store/sets/statement/2009-09/3f2a91c04d7e/manifest.json        the set, never changed again
    store/sets/statement/2009-09/3f2a91c04d7e/budget_statements/   its tables, as Parquet files
    store/sets/statement/2009-09/current                           the id in force, replaced in one rename

Killed at any moment, the pointer still names the last whole set; leftovers beside it are swept by the next publication.
Publications under one name wait for each other; readers never wait. A lock ends with the process that held it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pbc.engines import Relation
from pbc.errors import BrokenSet, MissingFigure
from pbc.results.private import FILE, FOLDER, keep_private, make_private
from pbc.results.receipt import Receipt
from pbc.tables import ALL

_NAME = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")

FEW = 4
ROW_GROUP = 16_384  # rows of a sorted table: a reader of some practices skips the groups that hold none of them
MADE_BY = {
    **dict.fromkeys(("register", "tariff", "contracts", "need"), "pbc receive FOLDER --key-file FILE"),
    **dict.fromkeys(("activity", "cells", "prescribing"), "pbc receive FOLDER --key-file FILE --month PERIOD"),
    "budgets": "pbc set-budgets --year PERIOD --basis BASIS",
    "budget-drafts": "pbc set-budgets --year PERIOD --basis BASIS --draft NAME",
    "statement": "pbc statement --month PERIOD --out FOLDER",
    "year-end": "pbc year-end --year PERIOD",
    **dict.fromkeys(("invoices", "invoice-backing", "ledger"), "pbc receive-invoices FOLDER --month PERIOD"),
    "reconciliation": "pbc reconcile --month PERIOD",
    "pooled-lines": "pbc pooled-lines LINES SPENDING --out FILE --keep",
    "allocations": "pbc allocations FILE --out FILE --keep",
    "decision-times": "pbc decision-times FILE --as-at PERIOD --keep",
    "fair-shares": "pbc fair-shares --year PERIOD --out FILE",
    "benefit-baseline": "pbc choose-comparators FILE",
    "benefit": "pbc compare-benefit CASE --months 3",
    "appraisal": "pbc appraise FILES --year YEAR",
    "neighbourhood-pots": "pbc fair-shares --pots FILE --neighbourhoods FILE --keep NAME",
}  # of each kind of set, the command that makes it


@dataclass(frozen=True)
class PublishedSet:
    """An immutable set of tables with its manifest."""

    name: str
    set_id: str
    path: Path
    manifest: Mapping[str, Any]

    @property
    def receipt(self) -> Receipt:
        """What went into it."""
        return Receipt.from_json(self.manifest["receipt"])

    @property
    def tables(self) -> list[str]:
        """Names of its tables."""
        return sorted(self.manifest["tables"])

    def rows(self, table: str) -> int:
        """This returns how many rows a table of the set has, without reading it."""
        return int(self.manifest["tables"][table]["rows"])

    def files(self, table: str) -> list[Path]:
        """This returns the Parquet files of a table; a table the set does not have is a fault."""
        if table not in self.manifest["tables"]:
            raise MissingFigure(f"The set {self.name} holds no table {table}.", found=", ".join(self.tables))
        return [self.path / entry["file"] for entry in self.manifest["tables"][table]["files"]]

    def frame(self, table: str) -> pl.DataFrame:
        """This returns a table of the set in memory, in the columns and types of its definition."""
        return ALL[table].conform(self.lazy(table).collect())

    def where(self, table: str, keep: pl.Expr) -> pl.DataFrame:
        """This returns the rows of a table to keep, the rest left on disk where the files are sorted by what is asked."""
        return ALL[table].conform(self._rows(table).filter(keep).collect())

    def lazy(self, table: str) -> pl.LazyFrame:
        """This returns a table of the set to be read when it is collected, so that many sets are read in one go.

        A column that may be empty and is younger than the set reads as empty.
        """
        return self._rows(table).select(pl.col(name).cast(kind) for name, kind in ALL[table].polars_schema.items())

    def _rows(self, table: str) -> pl.LazyFrame:
        files, definition = self.files(table), ALL[table]
        rows = _rows_in(files) if files else definition.empty().lazy()
        held = rows.collect_schema().names()
        younger = [column.name for column in definition.columns if column.nullable and column.name not in held]
        return rows.with_columns(pl.lit(None).alias(name) for name in younger) if younger else rows

    def verify(self) -> None:
        """This raises `BrokenSet` if any file differs from its hash in the manifest, or the receipt from the set's id."""
        if self.receipt.fingerprint != self.set_id:
            raise BrokenSet("The receipt of a published set has been changed.", where=f"{self.name}, {self.set_id}")
        for entry in self.manifest["tables"].values():
            for file in entry["files"]:
                path = self.path / file["file"]
                if not path.exists() or _sha256(path) != file["sha256"]:
                    raise BrokenSet(
                        "A published file is missing or has been changed.", where=f"{self.name}, {file['file']}",
                        remedy="Run the flow again from its receipt; the inputs it names are kept.",
                    )  # fmt: skip


class Store:
    """A folder of published sets."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def steady(self) -> Store:
        """This returns the same store, in which a name asked for again gives the set it gave at first.

        A flow asks for some sets several times, last for its receipt. Whoever publishes meanwhile must not make it cite
        a set that it did not read.
        """
        return _SteadyStore(self.path)

    def publish(
        self,
        name: str,
        tables: Mapping[str, Relation | pl.DataFrame],
        receipt: Receipt,
        *,
        order_by: Mapping[str, Sequence[str]] | None = None,
    ) -> PublishedSet:
        """This returns the set, published whole and pointed at. The same receipt again is the same set and changes nothing.

        Frames are checked against their tables and sorted by key; relations are written by their engine, in `order_by`.
        """
        home = self._home(name)
        make_private(home, within=self.path)
        set_id = receipt.fingerprint
        with _alone_in(home):
            for leftover in [*home.glob(".unfinished-*"), *home.glob(".pointer-*")]:
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
            if not (home / set_id / "manifest.json").exists():
                self._write_set(home, name, tables, receipt, order_by or {})
            self._point(home, set_id)
        return self.at(name, set_id)

    def _write_set(
        self,
        home: Path,
        name: str,
        tables: Mapping[str, Relation | pl.DataFrame],
        receipt: Receipt,
        order_by: Mapping[str, Sequence[str]],
    ) -> None:
        set_id = receipt.fingerprint
        aside = home / f".unfinished-{uuid.uuid4().hex}"
        aside.mkdir(mode=FOLDER)
        entries = {table: _write_table(aside, table, rows, order_by.get(table, ())) for table, rows in tables.items()}
        manifest = {"name": name, "set_id": set_id, "receipt": receipt.to_json(), "tables": entries}
        _write_synced(aside / "manifest.json", json.dumps(manifest, indent=1, sort_keys=True))
        keep_private(aside)
        _sync(aside)
        os.rename(aside, home / set_id)

    def _point(self, home: Path, set_id: str) -> None:
        aside = home / f".pointer-{uuid.uuid4().hex}"
        _write_synced(aside, set_id)
        os.replace(aside, home / "current")
        _sync(home)

    def id_in_force(self, name: str) -> str | None:
        """This returns the id of the set in force under a name, or None."""
        pointer = self._home(name) / "current"
        return pointer.read_text(encoding="utf-8") if pointer.exists() else None

    def find(self, name: str) -> PublishedSet | None:
        """This returns the set in force under a name, or None."""
        set_id = self.id_in_force(name)
        return None if set_id is None else self.at(name, set_id)

    def current(self, name: str) -> PublishedSet:
        """This returns the set in force under a name; none is a fault that says what there is."""
        found = self.find(name)
        if found is None:
            raise MissingFigure(
                f"Nothing has been published as {name}.", where=f"store {self.path.name}",
                found=_in_short(self.names(name.split("/", maxsplit=1)[0])),
                remedy=f"Run {_command_for(name)} first, or name another store with --store.",
            )  # fmt: skip
        return found

    def at(self, name: str, set_id: str) -> PublishedSet:
        """This returns one set by its id, in force or replaced."""
        path = self._home(name) / set_id
        try:
            manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise MissingFigure(f"There is no set {set_id} of {name}.", where=f"store {self.path.name}") from error
        return PublishedSet(name, set_id, path, manifest)

    def find_id(self, kind: str, set_id: str) -> PublishedSet:
        """This returns the set of an id among all names of a kind (`budget-drafts/2009-10`); none is a fault."""
        for name in self.names(kind):
            if (self._home(name) / set_id / "manifest.json").exists():
                return self.at(name, set_id)
        raise MissingFigure(
            f"There is no set {set_id} of {kind}.", where=f"store {self.path.name}", found=_in_short(self.names(kind))
        )

    def names(self, kind: str = "") -> list[str]:
        """This returns the names published so far, of one kind (`activity` lists activity/2009-04 and so on)."""
        return sorted(name for name in self._pointers() if not kind or name == kind or name.startswith(f"{kind}/"))

    def _pointers(self) -> Iterator[str]:
        sets = self.path / "sets"
        return (pointer.parent.relative_to(sets).as_posix() for pointer in sets.rglob("current"))

    def history(self, name: str) -> list[PublishedSet]:
        """This returns every set ever published under a name, oldest first by when it was made."""
        home = self._home(name)
        sets = [self.at(name, path.parent.name) for path in home.glob("[!.]*/manifest.json")]
        return sorted(sets, key=lambda published: (published.receipt.made_at, published.set_id))

    def _home(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a set")
        return self.path / "sets" / name


class _SteadyStore(Store):
    """Names are held as sets are: what was not there when first looked for is not there later, nor listed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._found: dict[str, PublishedSet | None] = {}
        self._listed: set[str] | None = None

    def steady(self) -> Store:
        return self

    def id_in_force(self, name: str) -> str | None:
        found = self.find(name)
        return None if found is None else found.set_id

    def find(self, name: str) -> PublishedSet | None:
        if name not in self._found:
            is_later = self._listed is not None and name not in self._listed
            set_id = None if is_later else super().id_in_force(name)
            self._found[name] = None if set_id is None else self.at(name, set_id)
        return self._found[name]

    def _pointers(self) -> Iterator[str]:
        if self._listed is None:
            self._listed = set(super()._pointers())
        return (name for name in self._listed if self._found.get(name, name) is not None)

    def publish(
        self,
        name: str,
        tables: Mapping[str, Relation | pl.DataFrame],
        receipt: Receipt,
        *,
        order_by: Mapping[str, Sequence[str]] | None = None,
    ) -> PublishedSet:
        published = super().publish(name, tables, receipt, order_by=order_by)
        self._found[name] = published
        if self._listed is not None:
            self._listed.add(name)
        return published


def _in_short(names: list[str]) -> str:
    """A few names as they are, of many the first and the last."""
    if len(names) > FEW:
        return f"{names[0]} to {names[-1]}, {len(names)} of this kind"
    return ", ".join(names) or "nothing of this kind"


def _command_for(name: str) -> str:
    """The command that makes a set, as a person types it."""
    kind, _, rest = name.partition("/")
    period, _, slug = rest.partition("/")
    return MADE_BY.get(kind, "the command that makes it").replace("PERIOD", period).replace("NAME", slug or period)


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    descriptor = os.open(home / ".lock", os.O_RDWR | os.O_CREAT, FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write_table(aside: Path, table: str, rows: Relation | pl.DataFrame, order_by: Sequence[str]) -> dict[str, Any]:
    definition = ALL[table]
    if isinstance(rows, pl.DataFrame):
        frame = definition.require(definition.conform(rows), where=f"publishing {table}")
        (aside / table).mkdir()
        frame.sort(definition.key).write_parquet(
            aside / table / "part-0.parquet", compression="zstd", row_group_size=ROW_GROUP
        )
    else:
        rows.write(aside / table, order_by=order_by)
    files = sorted((aside / table).glob("*.parquet"))
    for path in files:
        _require_schema(path, table)
        _sync(path)
    _sync(aside / table)
    return {
        "rows": sum(_count_rows(path) for path in files),
        "files": [{"file": str(path.relative_to(aside)), "sha256": _sha256(path)} for path in files],
    }


def _require_schema(path: Path, table: str) -> None:
    wanted = ALL[table].polars_schema
    found = dict(pl.scan_parquet(path, glob=False).collect_schema())
    if found != wanted:
        raise BrokenSet(
            f"The table {table} was written in another shape than defined.",
            found=_told(found),
            expected=_told(wanted),
        )


def _told(schema: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in schema.items())


def _count_rows(path: Path) -> int:
    return int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())


def _rows_in(files: Sequence[Path]) -> pl.LazyFrame:
    """No name is read as a pattern, and no folder's name as a column."""
    return pl.scan_parquet(list(files), glob=False, hive_partitioning=False)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_synced(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
