"""The folder of a demonstration: marked as its own before anything is written, and cleared of nothing but what it made."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pbc.errors import RefusedInput
from pbc.results import Store

MARK = ".made-by-pbc-demo.json"
OWN_NAMES = re.compile(
    r"(world|truths)\.json|register/(organisations|practices|memberships)\.csv|register/registrations\.(parquet|csv\.gz)"
    r"|(tariff|contracts|need)/\d{4}-\d\d/\w+\.csv|(first-sent/)?activity/\d{4}-\d\d/\w+\.(parquet|csv\.gz)"
)
FOLDERS = re.compile(r"register|first-sent|(tariff|contracts|need|(first-sent/)?activity)(/\d{4}-\d\d)?")


def claim_folder(folder: Path, *, world: dict[str, Any] | None = None) -> Path:
    """This returns the folder, made and marked as the demonstration's own; one that holds anything unmarked is refused."""
    if not _is_marked(folder) and folder.exists() and any(folder.iterdir()):
        raise _not_ours(folder, "files, and no mark of an earlier demonstration")
    folder.mkdir(parents=True, exist_ok=True)
    said = {"made_by": "pbc demo", "is_made_up": True, "world": world or {}}
    (folder / MARK).write_text(json.dumps(said) + "\n", encoding="utf-8")
    return folder


def require_own_store(store: Store) -> None:
    """This refuses a store in which anything is not made up: the made-up register would take the place of a real one."""
    real = next((name for name in store.names() if not store.current(name).receipt.is_made_up), None)
    if real is not None:
        raise RefusedInput(
            "This store holds what is not made up, so the demonstration stays out of it.", where=str(store.path),
            found=real, remedy="Leave --store out, or name a new folder.",
        )  # fmt: skip


def held_world(folder: Path) -> dict[str, Any]:
    """This returns the regime, people and seed of the finished made-up world of a folder, or nothing."""
    said = _read(folder / "world.json")
    return {name: said.get(name) for name in ("regime", "people", "seed")} if said.get("is_made_up") is True else {}


def clear_own_world(folder: Path) -> None:
    """This takes away a world the demonstration made here before; anything else in the folder refuses it whole.

    It must carry the mark, its `world.json` must say the world of the mark, and every file and folder must be one that
    the demonstration writes. Files are taken away one by one, never a tree of whatever else is in it.
    """
    if not folder.exists():
        return
    inside = sorted(folder.rglob("*"))
    if not inside:
        return
    if folder.is_symlink() or not _is_marked(folder):
        raise _not_ours(folder, "no mark that pbc demo made it")
    if (folder / "world.json").exists() and held_world(folder) != _read(folder / MARK)["world"]:
        raise _not_ours(folder, "a world.json of another world")
    strange = next((path for path in inside if not _is_own(path, folder)), None)
    if strange is not None:
        raise _not_ours(folder, strange.relative_to(folder).as_posix())
    files = [path for path in inside if path.is_file() and path.name != MARK]
    for path in [*files, folder / MARK]:  # the mark last: stopped half way, what is left is still known
        path.unlink()
    for path in sorted((path for path in inside if path.is_dir()), reverse=True):
        path.rmdir()


def _is_own(path: Path, folder: Path) -> bool:
    name = path.relative_to(folder).as_posix()
    if path.is_symlink():
        return False
    return bool(FOLDERS.fullmatch(name)) if path.is_dir() else name == MARK or bool(OWN_NAMES.fullmatch(name))


def _is_marked(folder: Path) -> bool:
    said = _read(folder / MARK)
    return said.get("made_by") == "pbc demo" and said.get("is_made_up") is True and isinstance(said.get("world"), dict)


def _read(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _not_ours(folder: Path, found: str) -> RefusedInput:
    return RefusedInput(
        "This folder is not the demonstration's own, so nothing in it is touched.", where=str(folder), found=found,
        expected="a new folder, or one that pbc demo made and nobody changed",
        remedy="Name another --out, or move this folder away.",
    )  # fmt: skip
