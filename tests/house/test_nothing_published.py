"""No published data in the repository, nor a part of one; no secret; no path of anybody's machine."""

import getpass
import gzip
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

MIB = 1 << 20
REAL_PRACTICE = re.compile(rb"\b[A-HJ-NPT-WY]\d{5}\b")
PRACTICES_OF_A_WORKED_EXAMPLE = 40  # NHS Trafford has 32
DATA_FORMS = (".parquet", ".xlsx", ".xls", ".gz", ".zip", ".db", ".sqlite", ".duckdb", ".feather", ".arrow", ".pkl")
HOME = re.compile(r"(/home/|/Users/|C:\\Users\\)[a-z]\w+", re.IGNORECASE)
TOO_GENERAL = {"/", "/tmp", "/home", "/root", "/opt", "/srv", "/builds", "/usr", "/var", "/mnt", "/app"}


def published_data(root: Path) -> Path:
    folder = Path(os.environ.get("PBC_PUBLISHED_DATA", root / ".." / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the published files are not on this machine: set PBC_PUBLISHED_DATA to their folder")
    return folder


def rows_of(folder: Path) -> Iterator[bytes]:
    """Every row long enough to be told from chance, of every published text file, but for its headings."""
    for path in folder.glob("*/*.csv*"):
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            next(file)
            yield from (line.strip() for line in file if len(line.strip()) >= 40)


def texts(tracked_files: list[Path]) -> Iterator[tuple[Path, bytes]]:
    return ((path, path.read_bytes()) for path in tracked_files if path.stat().st_size < MIB)


def test_no_file_is_over_a_mebibyte(tracked_files: list[Path], root: Path) -> None:
    assert [str(path.relative_to(root)) for path in tracked_files if path.stat().st_size > MIB] == []


def test_no_data_file_is_tracked(tracked_files: list[Path], root: Path) -> None:
    assert [str(path.relative_to(root)) for path in tracked_files if path.suffix in DATA_FORMS] == []


def test_no_file_names_more_real_practices_than_a_worked_example(tracked_files: list[Path], root: Path) -> None:
    """The made-up world's practices begin with Z, so a list of real ones betrays a published file or a part of it."""
    named = {str(path.relative_to(root)): len(set(REAL_PRACTICE.findall(text))) for path, text in texts(tracked_files)}
    assert {place: count for place, count in named.items() if count > PRACTICES_OF_A_WORKED_EXAMPLE} == {}


@pytest.mark.published
def test_no_row_of_a_published_file_is_tracked(tracked_files: list[Path], root: Path) -> None:
    published = {hash(row) for row in rows_of(published_data(root))}
    copied = [
        f"{path.relative_to(root)}:{number}"
        for path, text in texts(tracked_files)
        for number, line in enumerate(text.splitlines(), 1)
        if len(line.strip()) >= 40 and hash(line.strip()) in published
    ]
    assert copied == []


def machine_words(root: Path) -> set[str]:
    """The folder above the repository, the home folder and the package index in use: no business of the repository."""
    folders = {str(root.parent), str(Path.home()), str(Path(sys.base_prefix))}
    words = {f"{folder}/" for folder in folders if folder not in TOO_GENERAL}
    settings = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    hosts = re.findall(r"https?://(?:[^@/'\s]*@)?([^/:'\s]+)", settings)
    return words | {
        host for host in hosts if host not in ("pypi.org", "files.pythonhosted.org", "localhost", "127.0.0.1")
    }


def test_no_path_of_a_machine_and_no_private_index_is_written_down(tracked_files: list[Path], root: Path) -> None:
    words = machine_words(root)
    found = []
    for path, text in texts(tracked_files):
        for number, line in enumerate(text.decode("utf-8", errors="replace").splitlines(), 1):
            if any(word in line for word in words) or (HOME.search(line) and "tests/house" not in path.as_posix()):
                found.append(f"{path.relative_to(root)}:{number}")
    assert found == []


def test_no_key_is_tracked(tracked_files: list[Path], root: Path) -> None:
    secret = re.compile(
        rb"-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(ghp|gho|glpat|sk)[-_][A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}"
    )
    assert [str(path.relative_to(root)) for path, text in texts(tracked_files) if secret.search(text)] == []
    assert [str(path.relative_to(root)) for path in tracked_files if path.suffix in (".key", ".pem", ".env")] == []


def test_no_name_of_whoever_runs_this_is_written_in_a_path(tracked_files: list[Path], root: Path) -> None:
    user = getpass.getuser()
    if user in ("root", "runner", "user", "app", "admin"):
        pytest.skip("the user's name says nothing about a person")
    wrong = re.compile(rf"[/\\]{re.escape(user)}[/\\]".encode())
    assert [str(path.relative_to(root)) for path, text in texts(tracked_files) if wrong.search(text)] == []
