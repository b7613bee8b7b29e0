"""`pbc pseudonymise` as a person types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pbc.sources.pseudonym import key_fingerprint, read_key
from pbc.sources.synthetic import generate
from pbc_cli.main import pbc_command


def run(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(pbc_command, ["pseudonymise", *map(str, words)])
    return done.exit_code, done.output + (str(done.exception) if done.exit_code == 1 else "")


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arrived")
    generate(folder / "deliveries", seed=5, people=600, practices=4, clusters=2, years=("2009-10",), form="csv.gz")
    key = folder / "key"
    key.touch(mode=0o600)
    key.write_text("0123456789abcdef" * 4)
    return folder


def test_a_folder_and_a_file_are_told_of(arrived: Path, tmp_path: Path) -> None:
    key, deliveries = arrived / "key", arrived / "deliveries"
    status, told = run(deliveries, "--out", tmp_path / "sent", "--key-file", key)
    assert status == 0, told
    assert "rows with pseudonyms, " in told
    assert "without an NHS number" in told
    assert "files that name no person were copied as they are." in told
    assert "Left behind, as no part of a delivery: truths.json." in told
    assert (tmp_path / "sent" / "world.json").exists()
    status, told = run(deliveries, "--out", tmp_path / "sent", "--key-file", key)
    assert (status, "holds files already" in told) == (1, True)
    outpatients = deliveries / "activity" / "2009-04" / "outpatients.csv.gz"
    status, told = run(outpatients, "--out", tmp_path / "o.csv.gz", "--key-file", key)
    assert (status, told.startswith(str(tmp_path / "o.csv.gz"))) == (0, True)
    status, told = run(deliveries, "--out", tmp_path / "x", "--key-file", key, "--nhs-number-column", "NHS")
    assert (status, "is for one FILE" in told) == (2, True)


def test_columns_left_out_are_named(arrived: Path, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(
        "nhs_number,practice_code,starts_on,ends_before,birth_year,sex,Surname\n9990000018,Z90001,2001-05-01,,1945,2,Smith\n"
    )
    status, told = run(tmp_path / "r.csv", "--out", tmp_path / "sent.csv", "--key-file", arrived / "key")
    assert (status, "1 row with pseudonyms. Left out, as no layout names them: Surname." in told) == (0, True)
    assert told.strip().endswith(f"Fingerprint of the key: {key_fingerprint(read_key(arrived / 'key'))}")
    assert "Smith" not in (tmp_path / "sent.csv").read_text()
