"""`pbc allocations`: a file followed year by year, and across a merger."""

import csv
from pathlib import Path

from click.testing import CliRunner

from pbc_cli.main import pbc_command

ROWS = """commissioner_code,year,opening_pounds,target_pounds,growth,rule,rule_share
ZI1,2025-26,1000,1200,0.04,share_of_distance,0.25
ZI1,2026-27,,1250,0.03,growth_only,
ZI2,2025-26,2000,1900,0.04,convergence_rate,-0.005
ZI2,2026-27,,1950,0.03,growth_only,
"""


def test_allocations_are_followed_as_then_and_as_now(tmp_path: Path) -> None:
    (tmp_path / "allocations.csv").write_text(ROWS)
    (tmp_path / "changes.csv").write_text("old_code,new_code,on,share\nZI1,ZI9,2026-04-01,1\nZI2,ZI9,2026-04-01,1\n")
    words = ["allocations", str(tmp_path / "allocations.csv"), "--out", str(tmp_path / "paths.csv")]
    as_now = [*words, "--changes", str(tmp_path / "changes.csv"), "--on", "2026-04-01"]
    sums = []
    for asked, codes in ((words, {"ZI1", "ZI2"}), (as_now, {"ZI9"})):
        result = CliRunner().invoke(pbc_command, asked)
        assert result.exit_code == 0, result.output
        with (tmp_path / "paths.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["commissioner_code"] for row in rows} == codes
        sums.append(
            [
                sum(int(row["closing_pence"]) for row in rows if row["financial_year"] == year)
                for year in ("2025-26", "2026-27")
            ]
        )
    assert sums == [[108_000 + 207_000, 111_240 + 213_210]] * 2
    refused = CliRunner().invoke(pbc_command, [*words, "--on", "2026-04-01"])
    assert "go together" in str(refused.exception)
