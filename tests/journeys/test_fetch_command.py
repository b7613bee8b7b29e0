"""`pbc fetch` as people run it, and the register it reads."""

import gzip
import hashlib
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from pbc.errors import RefusedInput
from pbc.sources.catalogue import PublishedFile, published_files
from pbc_cli import fetch

VERIFIED = "weighted-population-2025-26"


def published_data() -> Path:
    folder = Path(os.environ.get("PBC_PUBLISHED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the published files are not on this machine: set PBC_PUBLISHED_DATA to their folder")
    return folder


def test_list_names_every_file_with_publisher_licence_and_whether_its_address_is_verified() -> None:
    result = CliRunner().invoke(fetch.command, ["--list"])
    assert result.exit_code == 0
    for file in published_files().values():
        entry = next(entry for entry in result.output.split("\n\n") if entry.startswith(file.name + "\n"))
        assert file.publisher in entry
        assert file.licence in entry
        assert ("address not verified" in entry) is not file.is_verified


def test_only_the_address_that_was_tried_is_called_verified() -> None:
    assert [file.name for file in published_files().values() if file.is_verified] == [VERIFIED]


def test_file_whose_address_is_not_verified_is_refused_with_who_publishes_it() -> None:
    result = CliRunner().invoke(fetch.command, ["trim-points", "--out", "somewhere"])
    assert isinstance(result.exception, RefusedInput)
    assert "address not verified" in str(result.exception)
    assert "NHS England" in result.exception.remedy
    assert "somewhere/tariff/hrg_trimpoints.csv" in result.exception.remedy


def test_unknown_name_is_refused_with_how_to_see_them_all() -> None:
    result = CliRunner().invoke(fetch.command, ["census"])
    assert isinstance(result.exception, RefusedInput)
    assert "pbc fetch --list" in result.exception.remedy


def test_fetched_file_is_told_with_publisher_and_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The transfer itself is tested against a server in tests/unit; here a file already in place needs none."""
    body = b"Practice\nZ90001\n"
    file = PublishedFile(
        "made-up", "Made-up file", "Made-up publisher", "2025/26", "MIT", "folder/file.csv",
        address="https://publisher.example/file.csv", sha256=hashlib.sha256(body).hexdigest(), size_bytes=len(body),
    )  # fmt: skip
    monkeypatch.setattr(fetch, "published_files", lambda: {"made-up": file})
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file.csv").write_bytes(body)
    result = CliRunner().invoke(fetch.command, ["made-up", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "Made-up publisher, MIT. SHA-256 as registered." in result.output


def test_file_lands_in_a_store_that_its_owner_alone_can_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Given no --out and a store that is not there yet: nobody answers, and the store is closed to others already."""
    file = PublishedFile(
        "made-up", "T", "P", "2025", "MIT", "folder/file.csv", address="http://127.0.0.1:9/file.csv", sha256="0" * 64
    )
    monkeypatch.setattr(fetch, "published_files", lambda: {"made-up": file})
    monkeypatch.setattr("pbc_cli.download.time.sleep", lambda seconds: None)
    result = CliRunner().invoke(fetch.command, ["made-up", "--store", str(tmp_path / "store")])
    assert "could not be fetched" in str(result.exception)
    assert (tmp_path / "store").stat().st_mode & 0o077 == 0
    assert (tmp_path / "store/published/folder").is_dir()


def test_address_without_a_checksum_cannot_stand_in_the_register() -> None:
    with pytest.raises(ValueError, match="verified by a SHA-256"):
        PublishedFile("a", "A", "B", "2025", "MIT", "a.csv", address="https://publisher.example/a.csv")


@pytest.mark.published
def test_checksum_of_the_verified_file_is_that_of_the_published_one_uncompressed() -> None:
    file = published_files()[VERIFIED]
    body = gzip.decompress((published_data() / f"{file.path}.gz").read_bytes())
    assert (hashlib.sha256(body).hexdigest(), len(body)) == (file.sha256, file.size_bytes)


@pytest.mark.published
def test_register_names_every_published_file_by_its_place() -> None:
    folder = published_data()
    derived = {"prescribing/practice_spend_by_month_2019.csv", "prescribing/practice_name_match_2019.csv"}
    found = {str(path.relative_to(folder)).removesuffix(".gz") for path in folder.glob("*/*") if path.is_file()}
    assert found - derived == {file.path for file in published_files().values()}


def test_progress_bar_moves_by_what_arrived() -> None:
    steps: list[int] = []
    tell = fetch.moves(steps.append)
    for done in (10, 30, 5):
        tell(done, 100)
    assert steps == [10, 20, -25]
