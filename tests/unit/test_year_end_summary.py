"""What `pbc year-end` says when it is done: only practices that were judged are counted against luck."""

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.results import Receipt, Store
from pbc.tables import ALL
from pbc_cli.main import pbc_command
from pbc_cli.year_end import deficit_told, summary


def band(code: str, label: str) -> dict[str, object]:
    return {
        "financial_year": "2009-10", "statement_month": 201003, "unit_kind": "practice", "unit_code": code,
        "budget_pence": 100, "actual_pence": 90, "budget_at_chance_pence": 100, "chance_low_pence": 80,
        "chance_high_pence": 120, "outer_low_pence": 70, "outer_high_pence": 130, "cheque_pounds": 10_000.0,
        "label": label, "own_label": "not_shown", "is_provisional": True, "sentence": "made up",
    }  # fmt: skip


def test_year_end_summary_counts_only_practices_judged(tmp_path: Path) -> None:
    """Given 20 practices judged, one of them outside, and 10 too small, then 1 of 20, luck 1.0, and 10 more named."""
    labels = ["outside_outer"] + ["inside_chance"] * 19 + ["not_judged"] * 10
    bands = [band(f"Z900{at:02}", label) for at, label in enumerate(labels)]
    whole = [{name: row.get(name) for name in ALL["chance_bands"].names} for row in bands]
    tables = {
        "chance_bands": pl.DataFrame(whole, schema=ALL["chance_bands"].polars_schema),
        "freed_up_resources": ALL["freed_up_resources"].empty(),
    }
    receipt = Receipt(flow="test", is_made_up=True, inputs={}, parameters={"awaited": "2010-04"})
    told = summary(Store(tmp_path).publish("year-end/2009-10", tables, receipt))
    assert "1 of 20 practices judged" in told
    assert "luck alone would put about 1.0 there" in told
    assert "10 more cannot be judged" in told


def freed(**pence: int) -> pl.DataFrame:
    rows = [{"freed_up_pence": whole, "retained_pence": kept, "is_shared": is_shared} for whole, kept, is_shared in
            ((pence["whole"], pence["kept"], True), (9_999_900, 9_999_900, False))]  # fmt: skip
    return pl.DataFrame(rows)


@pytest.mark.parametrize(
    ("year", "whole", "deficit", "words"),
    [
        (2009, 100_000, 6_000_000, "takes nothing from what practices keep: under the rules of 2009/10 it may be met only from the "
                                   "commissioner's part, £300 of what is shared"),
        (2006, 100_000, 60_000, "£600 was met from what was freed up, before the split; £0 of it is left"),
        (2006, 100_000, 150_000, "£1,000 was met from what was freed up, before the split; £500 of it is left"),
    ],
)  # fmt: skip
def test_year_end_says_what_became_of_the_deficit(year: int, whole: int, deficit: int, words: str) -> None:
    shared = freed(whole=whole, kept=70_000)
    told = deficit_told(shared, load_policy("england-2005"), year=FinancialYear(year), deficit_pence=deficit)
    assert words in told


def test_negative_deficit_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    ask = ["year-end", "--year", "2009-10", "--deficit", "-5", "--store", str(tmp_path)]
    told = CliRunner().invoke(pbc_command, ask).exception
    assert isinstance(told, RefusedInput)
    assert "found -5; expected pounds from 0 up" in str(told)
