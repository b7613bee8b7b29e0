"""Finding the patient behind a record at the practice alone: what is matched, what is refused, what is noted."""

from __future__ import annotations

import csv
import gzip
import json
import socket
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pbc.errors import BrokenSet, RefusedInput
from pbc.flows.find_patients import find_patients, require_purpose
from pbc.flows.look_up_log import add_entry, read_log
from pbc.sources.pseudonym import key_fingerprint, pseudonym_of
from pbc.sources.stamp import write_pseudonym
from pbc_cli.main import pbc_command

KEY, PURPOSE = bytes(range(40)), "Review of emergency admissions in September for Dr A"
ONE, TWO, STRANGER = "9990000018", "9990000026", "9990000034"
LIST = (
    "NHS No.,Name,Note\n999 000 0018,Ann Example,=1+1\n9990000026,Bob Example,\n9990000019,Cy Example,\n,Di Example,\n"
)


def person(number: str) -> int:
    return pseudonym_of(number, key=KEY)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "list.csv").write_text(LIST)
    rows = [
        ["S1", str(person(ONE))],
        ["S2", write_pseudonym(person(TWO))],
        ["S3", str(person(STRANGER))],
        ["S4", ""],
        ["S5", "invalid"],
    ]
    (tmp_path / "records.csv").write_text("\n".join(["spell,person_id", *map(",".join, rows)]) + "\n")
    return tmp_path / "list.csv", tmp_path / "records.csv"


def look_up(files: tuple[Path, Path], **said: Any) -> Any:
    folder = files[0].parent
    wanted: dict[str, Any] = {
        "key": KEY, "out": folder / "matches.csv", "log": folder / "log", "purpose": PURPOSE, "by": "ann", "at": "2009-10-01T09:00:00Z"
    }  # fmt: skip
    return find_patients(*files, **{**wanted, **said})


def test_the_patient_behind_each_record_is_found(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*given: object, **named: object) -> None:
        raise AssertionError("a look-up opened a socket")

    monkeypatch.setattr(socket, "socket", closed)
    told = look_up(files)
    with told.path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["list: NHS No.", "list: Name", "list: Note", "record: spell", "record: person_id"],
        ["999 000 0018", "Ann Example", "'=1+1", "S1", str(person(ONE))],
        ["9990000026", "Bob Example", "", "S2", write_pseudonym(person(TWO))],
    ]
    assert (told.records_count, told.matched_count, told.unmatched_count, told.list_count, told.unusable_count) == (
        5,
        2,
        3,
        4,
        2,
    )
    assert stat.S_IMODE(told.path.stat().st_mode) == 0o600
    log = told.path.with_name("log")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert [entry["purpose"] for entry in read_log(log)] == [PURPOSE]
    for secret in (ONE, TWO, "Ann", "S1", str(person(ONE)), write_pseudonym(person(TWO))):
        assert secret not in log.read_text()


def test_a_stamp_says_whose_key_the_records_were_made_with(files: tuple[Path, Path]) -> None:
    text = files[1].read_text()
    files[1].write_text(text.replace("person_id", f"person_id {key_fingerprint(KEY)}"))
    assert look_up(files).matched_count == 2
    files[1].write_text(text.replace("person_id", f"person_id {'0' * 16}"))
    with pytest.raises(RefusedInput, match="another key"):
        look_up(files, out=files[0].with_name("again.csv"))


@pytest.mark.parametrize("purpose", ["", "  look \n up ", "x" * 501, "who is 999 000 0018 in this list"])
def test_a_purpose_that_says_nothing_is_refused(purpose: str, files: tuple[Path, Path]) -> None:
    with pytest.raises(RefusedInput, match="needs a purpose") as refused:
        look_up(files, purpose=purpose)
    assert "999" not in str(refused.value)
    assert sorted(path.name for path in files[0].parent.iterdir()) == ["list.csv", "records.csv"]
    assert require_purpose(f" {PURPOSE}\n") == PURPOSE


@pytest.mark.parametrize(
    ("which", "old", "new", "says"),
    [
        (0, "NHS No.", "Patient", "A column is missing"), (1, "person_id", "who", "A column is missing"),
        (1, ",invalid", ",1.2E+17", "no pseudonym"), (1, ",invalid", ",abc", "no pseudonym"),
        (0, "Ann Example", "Ann,Example", "number of cells"),
        (1, "S1", "S\x00", "zero bytes"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_matched_are_refused(
    which: int, old: str, new: str, says: str, files: tuple[Path, Path]
) -> None:
    files[which].write_text(files[which].read_text().replace(old, new, 1))
    with pytest.raises(RefusedInput, match=says):
        look_up(files)
    assert not files[0].with_name("matches.csv").exists()
    assert not files[0].with_name("log").exists()


def test_other_forms_and_too_many_rows_are_refused(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("pbc.flows.find_patients.MOST_ROWS", 3)
        with pytest.raises(RefusedInput, match="more rows than a practice"):
            look_up(files)
    files[1].write_bytes(gzip.compress(files[1].read_bytes()))
    with pytest.raises(RefusedInput, match="not a plain CSV"):
        look_up(files)
    files[0].with_name("matches.csv").write_text("kept")
    with pytest.raises(RefusedInput, match="file of matches already"):
        look_up(files)
    assert files[0].with_name("matches.csv").read_text() == "kept"


def test_a_changed_log_stops_the_next_look_up(files: tuple[Path, Path]) -> None:
    log = files[0].with_name("log")
    for number in range(3):
        add_entry(log, by="ann", at=f"2009-10-0{number + 1}T09:00:00Z", purpose=PURPOSE, counts={"records": number})
    whole = log.read_text()
    lines = whole.splitlines()
    assert [entry["counts"]["records"] for entry in read_log(log)] == [0, 1, 2]
    assert read_log(log)[1]["before"] == json.loads(lines[0])["hash"]
    for changed in (
        whole.replace("ann", "bob", 1), "\n".join([lines[0], lines[2]]), "\n".join(lines[1:]), whole + "rubbish\n", whole + "[]\n",
        whole + "{}\n", "[" * 100_000,
    ):  # fmt: skip
        log.write_text(changed)
        with pytest.raises(BrokenSet, match="has been changed"):
            look_up(files)
    assert not files[0].with_name("matches.csv").exists()


def test_the_command_says_it_in_words(files: tuple[Path, Path], tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.touch(mode=0o600)
    key.write_bytes(KEY.hex().encode())
    places = ["--key-file", key, "--out", tmp_path / "m.csv", "--log", tmp_path / "l"]
    done = CliRunner().invoke(pbc_command, ["look-up", *map(str, [*files, *places])])
    assert (done.exit_code, "--purpose" in done.output) == (2, True)
    done = CliRunner().invoke(pbc_command, ["look-up", *map(str, [*files, *places, "--purpose", PURPOSE])])
    assert done.exit_code == 0, done.output
    assert "0 of 5 records are of people on this list" in done.output
    assert "5 are of nobody on it" in done.output
    assert "2 rows of the list have no NHS number" in done.output
    entry = read_log(tmp_path / "l")[0]
    assert entry["by"]
    assert entry["counts"] == {"records": 5, "matched": 0, "unmatched": 5, "list": 4, "unusable": 2}
