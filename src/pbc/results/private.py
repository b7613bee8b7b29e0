"""Folders and files of a store are their owner's alone, whatever the umask: they hold what happened to patients."""

from __future__ import annotations

from pathlib import Path

FOLDER, FILE = 0o700, 0o600


def make_private(folder: Path, *, within: Path) -> None:
    """This makes a folder with those above it, and closes to others every one below `within`, and `within` if it is new."""
    if not within.exists():
        within.mkdir(parents=True, exist_ok=True)
        within.chmod(FOLDER)
    for each in [*reversed(folder.parents), folder]:
        if within in each.parents:
            each.mkdir(mode=FOLDER, exist_ok=True)
            each.chmod(FOLDER)


def keep_private(folder: Path) -> None:
    """This closes a folder and all that is in it to everyone but its owner."""
    for each in [folder, *folder.rglob("*")]:
        each.chmod(FOLDER if each.is_dir() else FILE)
