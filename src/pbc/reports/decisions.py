"""What statements hide, decided once: kept in a folder under the hash of all that decides it, so that no reader waits twice."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pbc.stats.disclosure import Hidden, Statement, protect
from pbc.stats.grid import Layout
from pbc.stats.small_numbers import Mask, SmallNumbers


class Decisions:
    """Decisions by content: the same counts under the same rule and code hide the same. Without a folder each is made anew.

    `code` tells which version of the engine decides: what another version kept is not read.
    """

    def __init__(self, folder: Path | None = None, *, code: str = "") -> None:
        self._folder, self._code = folder, code

    def protect(self, statements: Sequence[Statement], *, layout: Layout, rule: SmallNumbers) -> list[Hidden]:
        """This returns what `pbc.stats.disclosure.protect` does, made now only if it never was."""
        if self._folder is None:
            return protect(statements, layout=layout, rule=rule)
        path = self._folder / (self._code or "code") / f"{_key(statements, layout, rule)}.json"
        kept = _kept(path, len(statements[0].to_date))
        if len(kept) == len(statements):
            return kept
        made = protect(statements, layout=layout, rule=rule)
        _write(path, [_written(each) for each in made])
        return made


def _key(statements: Sequence[Statement], layout: Layout, rule: SmallNumbers) -> str:
    decides = hashlib.sha256(repr((rule, layout)).encode())
    for each in statements:
        decides.update(each.to_date.tobytes() + each.month.tobytes())
        decides.update(repr((each.follows, each.at, each.retold)).encode())
    return decides.hexdigest()


def _kept(path: Path, size: int) -> list[Hidden]:
    """What was decided before: nothing where none was, or where the file is damaged, and then it is decided again."""
    try:
        return [_read(each, size) for each in json.loads(path.read_text(encoding="utf-8"))]
    except (FileNotFoundError, ValueError, KeyError, TypeError, IndexError):
        return []


def _written(hidden: Hidden) -> dict[str, Any]:
    masks = {
        name: np.flatnonzero(mask).tolist() for name, mask in (("to_date", hidden.to_date), ("month", hidden.month))
    }
    return masks | {"retold": sorted(hidden.retold), "moved": sorted(hidden.moved)}


def _read(written: dict[str, Any], size: int) -> Hidden:
    retold = frozenset((cell, month) for cell, month in written["retold"])
    return Hidden(_mask(written["to_date"], size), _mask(written["month"], size), retold, frozenset(written["moved"]))


def _mask(cells: list[int], size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[cells] = True
    return mask


def _write(path: Path, decided: list[dict[str, Any]]) -> None:
    """Whole or not at all, and its owner's alone: where little is hidden tells something of a practice.

    The first of a new version takes away what older versions of the engine kept.
    """
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for older in path.parents[1].iterdir():
            if older != path.parent:
                shutil.rmtree(older, ignore_errors=True)
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(decided, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
