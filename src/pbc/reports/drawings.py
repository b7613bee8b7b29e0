"""Charts drawn once: a drawing is kept under the hash of all that decides it, in memory and, if wanted, in a folder."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from pathlib import Path

from pbc.kept import Kept
from pbc.reports.charts import VEGA_LITE, draw
from pbc.reports.view import Chart

MOST = 1_000  # drawings of about ten kilobytes each


class Drawings:
    """Drawings by content: the same chart is the same bytes, whoever asks. Threads share it; a folder outlives the process."""

    def __init__(self, folder: Path | None = None, *, most: int = MOST) -> None:
        self._folder, self._kept = folder, Kept[str](most)

    def draw(self, chart: Chart, *, is_narrow: bool = False) -> str:
        """This returns the chart as SVG, drawn now only if it never was."""
        key = drawing_key(chart, is_narrow=is_narrow)
        return self._kept.get(key, lambda: self._drawn(key, chart, is_narrow))

    def _drawn(self, key: str, chart: Chart, is_narrow: bool) -> str:
        path = self._folder / f"{key}.svg" if self._folder else None
        if path is not None and path.exists():
            return path.read_text(encoding="utf-8")
        drawn = draw(chart, is_narrow=is_narrow)
        if path is not None:
            _write(path, drawn)
        return drawn


def drawing_key(chart: Chart, *, is_narrow: bool) -> str:
    """This returns the hash of all that decides a drawing: its specification, its words and the drawer's version."""
    spec = chart.narrow if is_narrow and chart.narrow is not None else chart.spec
    decides = [VEGA_LITE, spec, chart.title, chart.description]
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def _write(path: Path, drawn: str) -> None:
    """Whole or not at all, and its owner's alone: a drawing carries a practice's figures."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(drawn)
    os.replace(aside, path)
