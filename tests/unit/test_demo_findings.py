"""What the demonstration says of a planted truth follows from the sign of its luck."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pbc.periods import FinancialYear
from pbc.results import Receipt, Store
from pbc.tables import CHANCE_BANDS
from pbc_cli.demo_findings import planted_and_found


@pytest.mark.parametrize(
    "realised, words",
    [
        (900, "A lucky practice, Z90005: £100 below its true"),
        (1_200, "An unlucky practice, Z90005: £200 above its true"),
    ],
    ids=["lucky", "unlucky"],
)
def test_luck_is_told_by_its_sign(tmp_path: Path, realised: int, words: str) -> None:
    planted = {"lucky": {"practice_code": "Z90005", "expected_pounds": 1_000, "realised_pounds": realised}}
    told = {"planted": planted, "expected_costs": []}
    (tmp_path / "truths.json").write_text(json.dumps(told), encoding="utf-8")
    store = Store(tmp_path / "store")
    store.publish("year-end/2009-10", {"chance_bands": CHANCE_BANDS.empty()}, Receipt(flow="made_for_tests", inputs={}))
    (said,) = planted_and_found(tmp_path, store, FinancialYear(2009))
    assert said.startswith(words)
