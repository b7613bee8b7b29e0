"""`pbc pooled-lines`: two files in, each owner's position out; what cannot be read is refused by row."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from pbc.results import Store
from pbc_cli.main import pbc_command

HEAD = "line_code,line_name,owner_code,owner_kind,year_starts_month,contribution_share,risk_share,from,to,signed_by,signed_on\n"
BOARD = "CARE,Community beds,ZI1,nhs,4,0.6,0.5,2025-04-01,2026-03-31,A director,2025-03-20\n"
COUNCIL = "CARE,Community beds,ZL1,local_authority,4,0.4,0.5,2025-04-01,2026-03-31,A treasurer,2025-03-20\n"
SPENT = "line_code,month,owner_code,budget_pounds,spent_pounds\nCARE,2025-04,ZI1,1000,1200.5\nCARE,2025-04,ZL1,0,0\n"


def run(folder: Path, lines: str, spent: str = SPENT):  # type: ignore[no-untyped-def]
    (folder / "lines.csv").write_text(lines)
    (folder / "spending.csv").write_text(spent)
    words = ["pooled-lines", str(folder / "lines.csv"), str(folder / "spending.csv"), "--out", str(folder / "out.csv")]
    return CliRunner().invoke(pbc_command, words)


def test_pooled_lines_are_shared_and_settled(tmp_path: Path) -> None:
    result = run(tmp_path, HEAD + BOARD + COUNCIL)
    assert result.exit_code == 0, result.output
    assert "CARE, ZL1, since 2025-04-01: bears £500.25, to settle £500.25." in result.output
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["borne_pence"] for row in csv.DictReader(file)] == ["70025", "50025"]


def test_pooled_lines_without_a_signature_share_nothing_and_say_so(tmp_path: Path) -> None:
    result = run(tmp_path, HEAD + BOARD + "CARE,Community beds,ZL1,local_authority,4,,,,,,\n")
    assert "CARE, ZL1, since 2025-04-01: bears £0.00" in result.output
    assert "nothing is shared in 1 of 1 months: no signed agreement holds" in result.output


def test_kept_lines_are_in_the_store_with_their_files(tmp_path: Path) -> None:
    run(tmp_path, HEAD + BOARD + COUNCIL)
    words = [
        "pooled-lines",
        *(str(tmp_path / name) for name in ("lines.csv", "spending.csv")),
        "--out",
        str(tmp_path / "out.csv"),
    ]
    result = CliRunner().invoke(pbc_command, [*words, "--keep", "--store", str(tmp_path / "store")])
    assert result.exit_code == 0, result.output
    kept = Store(tmp_path / "store").current("pooled-lines")
    assert (kept.rows("pooled_lines"), kept.rows("pooled_positions")) == (2, 2)
    assert set(kept.receipt.inputs) == {"lines.csv", "spending.csv"}
    assert (kept.receipt.is_made_up, kept.receipt.regime) == (False, "england-2005")


def test_kept_allocations_are_in_the_store_with_their_file(tmp_path: Path) -> None:
    head = "commissioner_code,year,opening_pounds,target_pounds,growth,rule,rule_share\n"
    (tmp_path / "a.csv").write_text(f"{head}ZI1,2025-26,1000,1100,0.05,convergence_rate,0.01\n")
    words = [
        "allocations",
        str(tmp_path / "a.csv"),
        "--out",
        str(tmp_path / "out.csv"),
        "--keep",
        "--store",
        str(tmp_path / "store"),
    ]
    result = CliRunner().invoke(pbc_command, words)
    assert result.exit_code == 0, result.output
    kept = Store(tmp_path / "store").current("allocations")
    assert kept.frame("allocation_paths")["closing_pence"].to_list() == [106_000]
    assert set(kept.receipt.inputs) == {"a.csv"}


@pytest.mark.parametrize(
    "row",
    [
        BOARD, "CARE,Beds,ZL1,charity,4,,,,,,\n", "CARE,Beds,ZL1,nhs,13,,,,,,\n", "CARE,Beds,ZL1,nhs,4,1.4,,,,,\n",
        "CARE,Beds,ZL1,nhs,4,,,2025-04-01,2025-03-01,,\n", "CARE,,ZL1,nhs,4,,,,,,\n",
    ],
)  # fmt: skip
def test_line_that_cannot_be_is_refused_by_row(tmp_path: Path, row: str) -> None:
    result = run(tmp_path, HEAD + BOARD + row)
    assert "lines.csv, row 3" in str(result.exception)
