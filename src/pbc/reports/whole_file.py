"""Files put in place whole: written aside in the same folder, then moved over the old one."""

from __future__ import annotations

import os
from pathlib import Path

from pbc.reports.safe_csv import refusing_unwritable


def write_whole(content: str | bytes, *, path: Path) -> Path:
    """This writes text (as UTF-8, line ends as they are) or bytes and returns the path: a reader sees the old file or the new."""
    aside = path.with_name(f".{path.name}.unfinished")
    with refusing_unwritable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            aside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
            os.replace(aside, path)
        finally:
            aside.unlink(missing_ok=True)
    return path
