"""Reading a file of organisation changes: what it holds, and every refusal by row."""

from datetime import date
from pathlib import Path

import pytest

from pbc.errors import RefusedInput
from pbc.sources.published.organisation_changes import read_organisation_changes
from pbc.sources.published.reading import Faults
from pbc.sources.published.typed import read_typed
from pbc.tables import ORGANISATION_CHANGES

HEAD = "old_code,new_code,on,share\n"


def read(tmp_path: Path, rows: str):  # type: ignore[no-untyped-def]
    path = tmp_path / "changes.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return read_organisation_changes(path)


def test_changes_are_read_with_exact_shares(tmp_path: Path) -> None:
    found = read(tmp_path, "zi1,ZI8,2026-04-01,0.25\nZI1,ZI9,2026-04-01,.75\nZI2,ZI9,2026-04-01,\n").rows
    assert ORGANISATION_CHANGES.check(found) == []
    day = date(2026, 4, 1)
    assert found.rows() == [("ZI1", "ZI8", day, 250_000), ("ZI1", "ZI9", day, 750_000), ("ZI2", "ZI9", day, 1_000_000)]


@pytest.mark.parametrize(
    "rows, what",
    [
        ("", "no rows"),
        ("ZI1,,2026-04-01,1\n", "empty"),
        ("ZI1,ZI1,2026-04-01,1\n", "itself"),
        ("ZI1,ZI9,2026-04-01,1.5\n", "not a share"),
        ("ZI1,ZI9,2026-04-01,0.000000\n", "not a share"),
        ("ZI1,ZI9,2026-04-01,0.5\nZI1,ZI9,2026-04-01,0.5\n", "stand twice"),
        ("ZI1,ZI9,2026-04-01,0.5\nZI1,ZI8,2026-05-01,0.5\n", "two days"),
        ("ZI1,ZI9,2026-04-01,0.5\nZI1,ZI8,2026-04-01,0.4\n", "do not add up to 1"),
        ("ZI1,ZI9,2026-04-01,1\nZI9,ZI8,2025-04-01,1\n", "ended before"),
        ("ZI1,ZI2,2026-04-01,1\nZI2,ZI3,2026-04-01,1\nZI3,ZI1,2026-04-01,1\n", "circle"),
        ("ZI1,ZI9,soon,1\n", "does not hold"),
    ],
)
def test_file_that_cannot_be_is_refused_and_says_why(tmp_path: Path, rows: str, what: str) -> None:
    with pytest.raises(RefusedInput, match=what):
        read(tmp_path, rows)


def test_check_gathers_every_fault() -> None:
    faults = Faults()
    rows = [
        {"old_code": "ZI1", "new_code": "ZI1", "on": "2026-04-01", "share": "2"},
        {"old_code": "ZI2", "new_code": "ZI9", "on": "", "share": "0.4"},
    ]
    read_organisation_changes(read_typed(rows, layout="organisation_changes", name="changes", faults=faults))
    assert sorted(faults.rows["rule"]) == ["missing_value", "names_itself", "not_a_number"]
