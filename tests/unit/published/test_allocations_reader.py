"""Reading a file of allocations: amounts and rates exact, and nothing filled in."""

from pathlib import Path

import pytest

from pbc.errors import RefusedInput
from pbc.sources.published.allocations import read_allocations
from pbc.tables import ALLOCATIONS

HEAD = "commissioner_code,year,opening_pounds,target_pounds,growth,rule,rule_share\n"


def read(tmp_path: Path, rows: str):  # type: ignore[no-untyped-def]
    path = tmp_path / "allocations.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return read_allocations(path).rows


def test_allocations_are_read_exactly(tmp_path: Path) -> None:
    found = read(
        tmp_path, "zi1,2025-26,100.01,120,0.0435,convergence_rate,-0.005\nZI1,2026-27,,121,0.03,growth_only,\n"
    )
    assert ALLOCATIONS.check(found) == []
    assert found.rows() == [
        ("ZI1", "2025-26", 10_001, 12_000, 43_500, "convergence_rate", -5_000),
        ("ZI1", "2026-27", None, 12_100, 30_000, "growth_only", None),
    ]


@pytest.mark.parametrize(
    "rows, what",
    [
        ("", "no rows"),
        ("ZI1,2025-26,100,,0.04,growth_only,\n", "empty"),
        ("ZI1,2025-26,100,120,,growth_only,\n", "empty"),
        ("ZI1,2025-26,100,120,0.04,,\n", "empty"),
        ("ZI1,2025,100,120,0.04,growth_only,\n", "financial year"),
        ("ZI1,2025-26,100,120,0.04,at_once,\n", "no such rule"),
        ("ZI1,2025-26,-1,120,0.04,growth_only,\n", "above nothing"),
        ("ZI1,2025-26,100,120,0.04,convergence_rate,\n", "no share"),
        ("ZI1,2025-26,100,120,0.04,growth_only,0.1\n", "takes no share"),
        ("ZI1,2025-26,100,120,0.04,share_of_distance,-0.1\n", "beyond the whole"),
        ("ZI1,2025-26,100,120,4.35,growth_only,\n", "beyond the whole"),
        ("ZI1,2025-26,100,120,0.04,growth_only,\nZI1,2025-26,100,120,0.04,growth_only,\n", "stands twice"),
    ],
)
def test_file_that_lacks_or_mistypes_is_refused(tmp_path: Path, rows: str, what: str) -> None:
    with pytest.raises(RefusedInput, match=what):
        read(tmp_path, rows)
