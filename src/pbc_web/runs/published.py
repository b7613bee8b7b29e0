"""The folder of files England publishes, where this machine has it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from pbc.errors import MissingFigure

FOLDER = "published"  # of the store, into which `pbc fetch` puts files


def published_folder() -> Path | None:
    """This returns the folder: PBC_PUBLISHED_DATA, else `published` in the store; None where there is none."""
    named = settings.PBC_PUBLISHED_DATA
    folder = Path(named) if named else Path(settings.PBC_STORE) / FOLDER
    return folder if folder.is_dir() else None


def require_published() -> Path:
    """This returns the folder, or refuses and says how to come by it."""
    folder = published_folder()
    if folder is None:
        raise MissingFigure(
            "The published files are not on this machine.", expected="PBC_PUBLISHED_DATA, or a folder of them in the store",
            remedy="Ask your administrator to fetch them: pbc fetch --list shows what there is.",
        )  # fmt: skip
    return folder
