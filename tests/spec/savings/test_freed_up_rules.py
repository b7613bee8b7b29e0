"""Freed-up resources.

What a year released against budget is measured twice, at the prices of activity and in the commissioner's bill, netted
where the budget is held, and split by the rule of the year. Shared-out and block lines free nothing. Luck's label stands
beside the amount and takes nothing away. Without a rule, only a named local agreement can pay.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.savings import find_split, split_freed_up_resources
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy, load_policy
from pbc.tables import BUDGET_POSITIONS, FREED_UP_RESOURCES

YEAR = FinancialYear(2006)
DEPARTMENT = load_policy("england-2005")


def position(code: str, budget: int, actual: int, **given: Any) -> dict[str, Any]:
    """Amounts in pounds, so that a table reads as a manager would write it."""
    usual = dict(
        financial_year="2006-07", statement_month=200703, practice_code=code, cluster_code="ZC01", commissioner_code="ZP1",
        list_size=6_000, months_count=12, activity_budget_pence=budget * 100, activity_actual_pence=actual * 100,
    )  # fmt: skip
    return usual | given


def shared(
    rows: list[dict[str, Any]],
    *,
    policy: Policy = DEPARTMENT,
    basis: str = "bill",
    held_at: str = "practice",
    **given: Any,
) -> list[tuple[Any, ...]]:
    """Unit, freed up, practices' part, commissioner's part: in pounds, of one basis."""
    found = split_freed_up_resources(
        BUDGET_POSITIONS.from_rows(rows), year=YEAR, policy=policy, held_at=held_at, **given
    )
    assert FREED_UP_RESOURCES.check(found) == []
    assert (found["retained_pence"] + found["commissioner_pence"] == found["freed_up_pence"]).all()
    columns = ("freed_up_pence", "retained_pence", "commissioner_pence")
    return [
        (row["unit_code"], *(row[c] / 100 for c in columns))
        for row in found.filter(pl.col("basis") == basis).rows(named=True)
    ]


def agreement(tmp_path: Path, text: str, regime: str = "england-2005") -> Policy:
    path = tmp_path / "agreement.yaml"
    path.write_text(text, encoding="utf-8")
    return load_policy(regime, overlays=[path])


def share_of(share: str, *, since: str = "2005-04-01", also: str = "") -> str:
    value = f"{{from: {since}, value: {share}, status: local_agreement, source: 'Compact with the eastern cluster, signed'}}"
    return f"savings.retained_share:\n  values:\n    - {value}\n{also}"


@pytest.mark.parametrize(
    "rule_on, kept, rest",
    [
        (date(2004, 11, 1), 30_000, 30_000),
        (date(2005, 4, 1), 0, 60_000),
        (date(2006, 4, 1), 42_000, 18_000),
        (date(2009, 4, 1), 42_000, 18_000),
    ],
)
def test_split_follows_the_rule_of_the_year(rule_on: date, kept: int, rest: int) -> None:
    """Given £1,000,000 budget and £940,000 actual (T7), then the draft's half, nothing payable until agreed, 70/30."""
    assert shared([position("A", 1_000_000, 940_000)], rule_on=rule_on) == [("A", 60_000, kept, rest)]


@pytest.mark.parametrize(
    "year, kept, rule",
    [(2004, 30_000, "half"), (2005, 0, "no_local_agreement"), (2006, 42_000, "at_least"), (2009, 42_000, "at_least")],
)
def test_each_year_has_the_rule_of_its_first_of_april(year: int, kept: int, rule: str) -> None:
    """Given £60,000 freed, then the draft's half for 2004/05, a local agreement only for 2005/06, 70% from 2006/07."""
    found = split_freed_up_resources(
        BUDGET_POSITIONS.from_rows([position("A", 1_000_000, 940_000)]), year=FinancialYear(year), policy=DEPARTMENT,
        held_at=DEPARTMENT.text("budgets.held_at", on=FinancialYear(year).start),
    )  # fmt: skip
    assert found["retained_pence"].to_list() == [kept * 100] * 2
    assert set(found["rule"]) == {rule}


def test_every_value_a_year_asks_for_is_in_force_on_the_first_day_of_2004_05() -> None:
    """Given the year the draft was issued in, then no value of the regime begins later than its first day."""
    late = [name for name, dated in DEPARTMENT.values.items() if dated[0].starts_on > FinancialYear(2004).start]
    assert late == []


@pytest.mark.parametrize("share, kept", [("1.0", 60_000), ("0.85", 51_000), ("0.7", 42_000)])
def test_local_agreement_says_how_much(tmp_path: Path, share: str, kept: int) -> None:
    """Given a signed agreement for 2005/06 on, then its share is the one used."""
    policy = agreement(tmp_path, share_of(share))
    assert shared([position("A", 1_000_000, 940_000)], policy=policy)[0][2] == kept


def test_agreement_below_the_entitlement_is_refused_unless_practices_agreed(tmp_path: Path) -> None:
    """Given an agreement for 60% from 2006/07 (R4.1, R4.3), then a refusal, or 60% where a different approach was agreed."""
    with pytest.raises(RefusedInput, match="entitled to more"):
        shared([position("A", 100, 0)], policy=agreement(tmp_path, share_of("0.6", since="2006-04-01")))
    approach = "savings.different_approach_agreed:\n  values:\n"
    approach += "    - {from: 2006-04-01, value: true, status: local_agreement, source: 'Minute 12'}\n"
    policy = agreement(tmp_path, share_of("0.6", since="2006-04-01", also=approach))
    assert shared([position("A", 100, 0)], policy=policy) == [("A", 100, 60, 40)]


@pytest.mark.parametrize("share", ["1.2", "-0.1"])
def test_share_beyond_the_whole_is_refused(tmp_path: Path, share: str) -> None:
    """Given a share outside 0 to 1, then a refusal."""
    with pytest.raises(RefusedInput, match="from 0 to 1"):
        agreement(tmp_path, share_of(share))
    whole = agreement(tmp_path, share_of("1.0"))
    name = "savings.retained_share"
    beyond = replace(whole.values[name][-1], value=float(share))
    with pytest.raises(RefusedInput, match="between 0 and 1"):
        find_split(Policy(whole.regime, {**whole.values, name: (beyond,)}), on=YEAR.start)


def test_today_a_share_alone_pays_nothing(tmp_path: Path) -> None:
    """Given england-2025, without or with a share that is no whole agreement, then rule no_local_agreement and nothing payable."""
    share = agreement(tmp_path, share_of("0.5", since="2025-04-01"), regime="england-2025")
    for today in (load_policy("england-2025"), share):
        found = split_freed_up_resources(
            BUDGET_POSITIONS.from_rows([position("A", 100, 90)]),
            year=FinancialYear(2025),
            policy=today,
            held_at="practice",
        )
        assert (set(found["rule"]), found["retained_pence"].sum()) == ({"no_local_agreement"}, 0)
        assert not find_split(today, on=date(2025, 4, 1)).is_payable


@pytest.mark.parametrize(
    "held_at, freed", [("practice", [("A", 60.0), ("B", 0.0), ("C", 30.0)]), ("cluster", [("C", 30.0), ("ZC01", 40.0)])]
)
def test_netting_happens_where_the_budget_is_held(held_at: str, freed: list[tuple[str, float]]) -> None:
    """Given A under by 60, B over by 20 in one cluster and C alone, then gross by practice or net within the cluster (R4.5)."""
    rows = [position("A", 1_000, 940), position("B", 1_000, 1_020), position("C", 500, 470, cluster_code=None)]
    assert sorted((unit, amount) for unit, amount, _, _ in shared(rows, held_at=held_at)) == freed


def test_gross_stands_beside_net() -> None:
    """Given the same cluster, then net 40 is shared and gross 60 is shown."""
    rows = [position("A", 1_000, 940), position("B", 1_000, 1_020)]
    found = split_freed_up_resources(BUDGET_POSITIONS.from_rows(rows), year=YEAR, policy=DEPARTMENT, held_at="cluster")
    assert found["gross_underspend_pence"].to_list() == [6_000, 6_000]
    assert found["freed_up_pence"].to_list() == [4_000, 4_000]


def test_bill_basis_is_shared_and_price_basis_shown(tmp_path: Path) -> None:
    """Given 100 less activity of which the contract returns 30 to the bill, then 100 at price, 70 in the bill, 70 shared."""
    rows = [position("A", 1_000, 900, bill_adjustment_pence=3_000)]
    assert shared(rows, basis="price") == [("A", 100, 70, 30)]
    assert shared(rows, basis="bill") == [("A", 70, 49, 21)]
    found = split_freed_up_resources(BUDGET_POSITIONS.from_rows(rows), year=YEAR, policy=DEPARTMENT, held_at="practice")
    assert dict(zip(found["basis"], found["is_shared"], strict=True)) == {"bill": True, "price": False}
    local = "savings.shared_basis:\n  values:\n    - {from: 2006-04-01, value: price, status: local_agreement, source: 'Compact'}\n"
    by_price = split_freed_up_resources(
        BUDGET_POSITIONS.from_rows(rows), year=YEAR, policy=agreement(tmp_path, local), held_at="practice"
    )
    assert dict(zip(by_price["basis"], by_price["is_shared"], strict=True)) == {"bill": False, "price": True}


def test_shared_out_and_block_lines_free_nothing() -> None:
    """Given only block and apportioned money unspent, then nothing is freed; prescribing frees what it did not use."""
    fixed = dict(fixed_budget_pence=50_000, fixed_actual_pence=0, apportioned_budget_pence=90_000)
    assert shared([position("A", 1_000, 1_000, **fixed)]) == [("A", 0, 0, 0)]
    drugs = dict(prescribing_budget_pence=20_000, prescribing_actual_pence=19_000)
    assert shared([position("A", 1_000, 1_000, **drugs)]) == [("A", 10, 7, 3)]


def test_overspend_frees_nothing() -> None:
    """Given a practice over budget (T8's ground), then nothing is freed and nothing is owed."""
    assert shared([position("A", 1_000, 1_300)]) == [("A", 0, 0, 0)]


@pytest.mark.parametrize(
    "rule_on, kept, rest",
    [(date(2006, 4, 1), 28.0, 72.0), (date(2007, 4, 1), 70.0, 30.0)],
)
def test_deficit_of_the_commissioner(rule_on: date, kept: float, rest: float) -> None:
    """Given 100 freed and a deficit of 60 (R4.2): early 2006 it is met before the split, later only from the 30%."""
    assert shared([position("A", 1_000, 900)], rule_on=rule_on, commissioner_deficit_pence=6_000) == [
        ("A", 100, kept, rest)
    ]


def test_label_informs_and_takes_nothing_away() -> None:
    """Given a band that says inside chance, then the label stands there and the split is the same."""
    bands = pl.DataFrame([dict(unit_kind="practice", unit_code="A", label="inside_chance")])
    rows = [position("A", 1_000, 900), position("B", 1_000, 900)]
    found = split_freed_up_resources(
        BUDGET_POSITIONS.from_rows(rows), year=YEAR, policy=DEPARTMENT, held_at="practice", chance_bands=bands
    )
    assert found.filter(pl.col("basis") == "bill")["label"].to_list() == ["inside_chance", "not_judged"]
    assert found.filter(pl.col("basis") == "bill")["retained_pence"].to_list() == [7_000, 7_000]


def test_unknown_holder_or_missing_column_is_refused() -> None:
    """Given a budget held nowhere we know, or no actual, then a refusal."""
    rows = BUDGET_POSITIONS.from_rows([position("A", 100, 90)])
    with pytest.raises(RefusedInput, match="practice or cluster"):
        split_freed_up_resources(rows, year=YEAR, policy=DEPARTMENT, held_at="hospital")
    with pytest.raises(RefusedInput, match="activity_actual_pence"):
        split_freed_up_resources(rows.drop("activity_actual_pence"), year=YEAR, policy=DEPARTMENT, held_at="practice")
