"""Pseudonymise before upload: where raw extracts arrive, and nowhere else, NHS numbers become pseudonyms."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pbc.errors import RefusedInput
from pbc.flows.check_file import TABLES
from pbc.flows.extract import FORMS, open_extract, require_own_file
from pbc.flows.journey import Journey
from pbc.sources.deliveries.hiding import Hidden, hide_people
from pbc.sources.deliveries.small_tables import layout_of
from pbc.sources.headings import HeadingMap
from pbc.sources.layout import Layout, read_layouts
from pbc.sources.pseudonym import require_key

KINDS = ("register", "tariff", "contracts", "need", "activity")  # folders of a deliveries folder that hold deliveries


@dataclass
class Pseudonymised:
    """What was written: files with their people hidden, files of no person copied as they were, and files left behind."""

    hidden: list[Hidden] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    left_behind: list[str] = field(default_factory=list)


def pseudonymise_file(
    path: Path, out: Path, *, key: bytes, number_column: str = "",
    headings: Sequence[HeadingMap] = (),
) -> Hidden:  # fmt: skip
    """This returns what was written to the folder or file `out`: the delivery at `path` with pseudonyms for NHS numbers.

    The form stays: CSV, gzipped CSV or Parquet. The heading of the column says the fingerprint of the key; whoever
    receives the file needs no key, and refuses another's. A file of no known layout names its column of NHS numbers in
    `number_column`; one with headings of its own is read through a map in `headings`. A file of no person, or one that would
    be written over itself, is refused.
    """
    target = out / path.name if out.is_dir() else out
    _require_elsewhere(path, target)
    hidden = hide_people(
        path, target, key=require_key(key), layouts=_known(), number_column=number_column, headings=headings
    )
    if hidden is None:
        raise RefusedInput(
            "This file names no person, so there is nothing to hide.", path.name, expected="a delivery with NHS numbers",
            remedy="Send it as it is.",
        )  # fmt: skip
    return hidden


def pseudonymise_folder(
    folder: Path, out: Path, *, key: bytes, journey: Journey | None = None, headings: Sequence[HeadingMap] = ()
) -> Pseudonymised:
    """This returns what was written to the new folder `out`: a deliveries folder with pseudonyms for NHS numbers.

    Files of no person are copied as they are. What stands in no place of a delivery is left behind and named: it might
    name people. A folder that holds anything already is refused; stopped half way, `out` has no `world.json` and is
    no deliveries folder yet.
    """
    journey = journey or Journey()
    open_extract(folder)
    require_key(key)
    if out.exists() and any(out.iterdir()):
        raise RefusedInput("This folder holds files already.", str(out), expected="a new or empty folder")
    _require_elsewhere(folder, out)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = Pseudonymised()
    files = sorted(path for path in folder.rglob("*") if not path.is_dir() and path.name != "world.json")
    for at, path in enumerate(files):
        name = path.relative_to(folder).as_posix()
        journey.step(f"Pseudonymising {name}", at / len(files))
        if not _is_delivery(name):
            made.left_behind.append(name)
            continue
        require_own_file(path, folder)
        hidden = hide_people(path, out / name, key=key, layouts=_known(), headings=headings)
        if hidden is None:
            _copy(path, out / name)
            made.copied.append(name)
        else:
            made.hidden.append(hidden)
    said = json.loads((folder / "world.json").read_text(encoding="utf-8"))
    _copy_text(json.dumps(said, indent=1), out / "world.json")
    return made


def _known() -> list[Layout]:
    return [*read_layouts(), *map(layout_of, TABLES.values())]


def _is_delivery(name: str) -> bool:
    parts = name.split("/")
    return parts[0] in KINDS and name.endswith(FORMS) and not parts[-1].startswith(".")


def _require_elsewhere(path: Path, target: Path) -> None:
    ours, theirs = Path(os.path.realpath(target)), Path(os.path.realpath(path))
    if ours == theirs or ours.is_relative_to(theirs):
        raise RefusedInput(
            "This would write over what was delivered.", str(target), expected="another folder or name",
            remedy="Name another --out.",
        )  # fmt: skip


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    target.chmod(0o600)


def _copy_text(text: str, target: Path) -> None:
    target.write_text(text + "\n", encoding="utf-8")
    target.chmod(0o600)
