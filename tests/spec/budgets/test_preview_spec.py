"""Previewing a draft: given lists, fair shares and budgets, then what each practice, cluster and commissioner is shown."""

from __future__ import annotations

import polars as pl
import pytest

from pbc.methods.budgets.preview import list_previews
from pbc.periods import FinancialYear
from pbc.tables import BUDGET_TARGETS, CHANCE_BANDS, WEIGHTED_LISTS

YEAR = FinancialYear(2009)
UNITS = (("practice", "A"), ("practice", "B"), ("cluster", "ZC1"), ("commissioner", "ZP1"))


def previews(opening: float | None = 0.25, past: int | None = 1_000) -> dict[str, dict[str, object]]:
    """A has 1,000 people of need 1.5 and a fair share of £8; B 3,000 people of need 0.9 and £12. Both budgets are £10."""
    lists = WEIGHTED_LISTS.from_rows([
        {"practice_code": code, "list_year": "2009-10", "component": "overall", "commissioner_code": "ZP1", "source": "made up",
         "registered_population": people, "weighted_population": people * need, "need_index_england": need}
        for code, people, need in (("A", 1000.0, 1.5), ("B", 3000.0, 0.9))
    ])  # fmt: skip
    targets = BUDGET_TARGETS.from_rows([
        {"financial_year": "2009-10", "practice_code": code, "service": "total", "target_pence": target, "budget_pence": 1_000,
         "historic_pence": before, "opening_distance_ratio": distance, "closing_distance_ratio": 1_000 / target - 1}
        for code, target, before, distance in (("A", 800, past, opening), ("B", 1200, 900, -0.25))
    ])  # fmt: skip
    bands = CHANCE_BANDS.from_rows([
        {"financial_year": "2009-10", "statement_month": 201003, "unit_kind": kind, "unit_code": code, "budget_pence": 700,
         "actual_pence": 700, "budget_at_chance_pence": 600, "chance_low_pence": 600, "chance_high_pence": 800,
         "cheque_pounds": 8700.0, "cheque_source": "default", "label": "", "own_label": "", "is_provisional": True,
         "sentence": ""}
        for kind, code in UNITS
    ])  # fmt: skip
    clusters = pl.DataFrame({"practice_code": ["A", "B"], "cluster_code": ["ZC1", "ZC1"]})
    found = list_previews(targets, weighted_lists=lists, clusters=clusters, chance_bands=bands, year=YEAR)
    return {f"{row['unit_kind']} {row['unit_code']}": row for row in found.iter_rows(named=True)}


def test_need_stands_against_england_and_against_the_commissioner() -> None:
    """Given need of 1.5 and 0.9 among 1,000 and 3,000 people, then together it is 1.05, and A's is 1.43 times that."""
    found = previews()
    assert found["practice A"]["need_index_england"] == pytest.approx(1.5)
    assert found["commissioner ZP1"]["need_index_england"] == pytest.approx(1.05)
    assert found["practice A"]["need_index_commissioner"] == pytest.approx(1.5 / 1.05)
    assert found["cluster ZC1"]["need_index_commissioner"] == pytest.approx(1.0)


def test_cluster_adds_up_its_practices_and_weighs_their_distances() -> None:
    """Given £8 at 25% over and £12 at 25% under, then the cluster opens 5% under its £20, with 4,000 people and £20."""
    found = previews()["cluster ZC1"]
    assert (found["list_size"], found["target_pence"], found["budget_pence"], found["historic_pence"]) == (
        4000,
        2000,
        2000,
        1900,
    )
    assert found["opening_distance_ratio"] == pytest.approx(-0.05)
    assert found["closing_distance_ratio"] == pytest.approx(0.0)


def test_what_is_unknown_of_one_practice_is_unknown_of_its_cluster() -> None:
    """Given a practice without a past, then its cluster shows no past and no opening distance, and still a budget."""
    found = previews(opening=None, past=None)["cluster ZC1"]
    assert found["historic_pence"] is None
    assert found["opening_distance_ratio"] is None
    assert found["budget_pence"] == 2000


def test_chance_band_stands_beside_the_budget_with_where_the_cheque_comes_from() -> None:
    """Given a band of £6 to £8 on £7 of lines judged, drawn with the default cheque, then the preview says all three."""
    found = previews()["practice B"]
    assert (found["chance_low_pence"], found["judged_pence"], found["chance_high_pence"]) == (600, 700, 800)
    assert found["cheque_source"] == "default"
