"""Backup and restore, drilled by real commands: taken while somebody writes, put into a new place, and everything holds."""

import gzip
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from tests.web.operations.places import SCRIBE, new_place, run, scribe

from pbc.errors import RefusedInput
from pbc_web.config.database_copy import restore_database

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A place with a bit of everything in it."""
    with new_place(tmp_path_factory.mktemp("place") / "first", has_tables=True) as place:
        scribe(place, "fill")
        yield place


def test_a_backup_taken_while_writes_go_on_is_restored_whole(filled: dict[str, str], tmp_path: Path) -> None:
    archive = tmp_path / "all.tar.gz"
    given = [sys.executable, str(SCRIBE), "write"]
    with subprocess.Popen(given, env=filled, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        try:
            assert writer.stdout.readline() == "writing\n"
            taken = run(filled, "backup", str(archive))
        finally:
            writer.kill()
    assert (taken.returncode, taken.stderr) == (0, "")
    assert archive.stat().st_mode & 0o777 == 0o600

    with new_place(tmp_path / "second") as place:
        restored = run(place, "restore", str(archive))
        assert (restored.returncode, restored.stderr) == (0, "")
        assert scribe(place, "look").splitlines() == [
            "chain None",
            "entries many",
            "change refused, removal refused",
            "letters ['uncertain'], sessions 0",  # it may have gone out after the backup was made
            "upload 'a,b\\n' 0o100600, secret True",  # made anew: the old one stays where it was
        ]
        again = run(place, "restore", str(archive))
        assert (again.returncode, "into an empty place only" in again.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_backup_that_was_touched_is_refused_before_anything_is_written(
    filled: dict[str, str], tmp_path: Path
) -> None:
    archive, touched = tmp_path / "all.tar.gz", tmp_path / "touched.tar.gz"
    assert run(filled, "backup", "--with-secret", str(archive)).returncode == 0
    touched.write_bytes(gzip.compress(gzip.decompress(archive.read_bytes()).replace(b"a,b\n", b"a,c\n")))
    with new_place(tmp_path / "second") as place:
        refused = run(place, "restore", str(touched))
        assert (refused.returncode, "not whole" in refused.stderr) == (1, True)
        assert run(place, "restore", str(archive)).returncode == 0
        secrets = {(Path(each["PBC_HOME"]) / "secret-key").read_text() for each in (filled, place)}
        assert len(secrets) == 1


def test_a_copy_of_the_other_database_is_refused(tmp_path: Path) -> None:
    other = "database.sqlite3" if connection.vendor == "postgresql" else "database.dump"
    with pytest.raises(RefusedInput, match="other kind of database"):
        restore_database(tmp_path / other)


def test_a_backup_is_not_written_over(filled: dict[str, str], tmp_path: Path) -> None:
    taken = tmp_path / "taken.tar.gz"
    shutil.copy(SCRIBE, taken)
    refused = run(filled, "backup", str(taken))
    assert (refused.returncode, taken.read_bytes()) == (1, SCRIBE.read_bytes())
