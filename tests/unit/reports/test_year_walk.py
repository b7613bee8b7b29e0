"""A year from budget to each position: sums of the steps above them, for a practice, a group and a commissioner; the pool by holder."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from pbc.money import pence_typed_by_a_person as pence
from pbc.reports.material import Tiers
from pbc.reports.pool_accounts import accounts_table, overspends_table, years_table
from pbc.reports.year_walk import Closed, YearOf, holders_table, moves_table, payer_table, walk_table
from pbc.tables import ALL

YEAR = "2008-09"


def rows(table: str, *given: dict[str, Any]) -> pl.DataFrame:
    frame = ALL[table].from_rows([{"financial_year": YEAR, **each} for each in given])
    return frame.with_columns(figure_id=pl.lit(f"year-end/{YEAR}@000000000000:{table}:key"))


def position(code: str, cluster: str | None, budget: int, actual: int, **more: int) -> dict[str, Any]:
    return {
        "statement_month": 200903, "practice_code": code, "cluster_code": cluster, "commissioner_code": "P", "list_size": 9,
        "months_count": 12, "activity_budget_pence": budget, "activity_actual_pence": actual, **more,
    }  # fmt: skip


def freed(kind: str, code: str, net: int, *, basis: str = "bill") -> dict[str, Any]:
    kept = max(net, 0) * 7 // 10
    return {
        "unit_kind": kind, "unit_code": code, "basis": basis, "budget_pence": 0, "actual_pence": -net,
        "gross_underspend_pence": max(net, 0),
        "freed_up_pence": max(net, 0), "retained_pence": kept, "commissioner_pence": max(net, 0) - kept, "retained_share": 0.7,
        "is_shared": True, "label": "not_judged", "rule": "at_least", "parameter": "savings.retained_share",
    }  # fmt: skip


def overspend(kind: str, code: str, net: int, *, repaid: int = 0, carried_before: int = 0) -> dict[str, Any]:
    over = max(-net, 0)
    names = [name for name in ALL["overspend_years"].names if name.endswith("_pence")]
    return {
        **dict.fromkeys(names, 0), "unit_kind": kind, "unit_code": code, "commissioner_code": "P", "variance_pence": -net,
        "overspend_pence": over, "commissioner_pence": over, "retained_pence": max(net, 0) * 7 // 10, "repaid_pence": repaid,
        "carried_before_pence": carried_before, "window_years_count": 1, "years_over_count": int(over > 0),
        "is_incentive_lost": over > 0, "standing": "over" if over else "in_balance", "rule": "r", "parameter": "p", "reason": "Why.",
    }  # fmt: skip


def release(name: str, kind: str, code: str, left: int) -> dict[str, Any]:
    return {
        "position": name, "unit_kind": kind, "unit_code": code, "retained_pence": left, "release_share": 0.5, "released_before_pence": 0,
        "released_now_pence": left, "released_pence": left, "held_back_pence": 0, "over_released_pence": 0, "rule": "r", "parameter": "p",
    }  # fmt: skip


def walk(name: str, code: str, before: int, late: int, *, basis: str = "bill") -> dict[str, Any]:
    causes = ("budget", "restatement", "prescribing", "price", "terms")
    return {
        "position": name, "practice_code": code, "basis": basis, "before_pence": before, "late_data_pence": -late,
        **{f"{each}_pence": 0 for each in causes}, "now_pence": before - late,
    }  # fmt: skip


def closed(whose: YearOf, name: str, late: int, *, basis: str = "bill") -> Closed:
    """A under by 1,000 less what came late, 50 of marginal rates in its favour, 30 of its savings repaying the pool; B over by 400."""
    terms = {
        "bill_adjustment_pence": -50,
        "price_effect_pence": 10,
        "prescribing_budget_pence": 300,
        "prescribing_actual_pence": 290,
    }
    net = 1_000 - late + (50 if basis == "bill" else 0)
    tables = {
        "budget_positions": rows(
            "budget_positions", position("A", "C", 5_000, 4_000 + late, **terms), position("B", None, 2_000, 2_400)
        ),
        "freed_up_resources": rows(
            "freed_up_resources", freed("practice", "A", net, basis=basis), freed("practice", "B", -400, basis=basis)
        ),
        "overspend_years": rows("overspend_years", overspend("practice", "A", net, repaid=30), overspend("practice", "B", -400)),
        "year_end_releases": rows(
            "year_end_releases", release(name, "practice", "A", net * 7 // 10 - 30), release(name, "practice", "B", 0)
        ),
    }  # fmt: skip
    if name != "closing_estimate":
        tables["year_end_walks"] = rows(
            "year_end_walks",
            *(walk(name, "A", 1_050, late, basis=each) for each in ("bill", "price")),
            walk(name, "B", -400, 0),
        )
    return Closed.of(name, tables, whose)


def amounts(table: Any, column: int = 1) -> dict[str, int]:
    return {row[0]: pence(row[column]) for row in table.rows}


@pytest.mark.parametrize("basis", ["bill", "price"])
def test_each_sum_is_of_the_steps_above_it_in_every_position(basis: str) -> None:
    whose = YearOf("commissioner", "P")
    shown = walk_table(
        [closed(whose, "closing_estimate", 0, basis=basis), closed(whose, "frozen", 20, basis=basis)],
        caption="P",
        tiers=Tiers(),
    )
    for column in (1, 2):
        steps, before = [pence(row[column]) for row in shown.table.rows], 0
        for at in shown.sums:
            start = max((each + 1 for each in shown.sums if each < at), default=0)
            assert steps[at] == before + sum(steps[start:at])
            before = steps[at]
    told = amounts(shown.table)
    net = 1_050 if basis == "bill" else 1_000
    assert told["Under budget, as it is shared"] == net - 400
    assert told["Over budget elsewhere: not set against others' savings"] == 400
    assert told["Freed up"] == net
    assert told["To be released"] == told["Practices keep"] + told["Repays the risk pool"]
    assert ("Contract terms, such as marginal rates" in told) == (basis == "bill")


def test_one_practices_steps_lead_to_their_figures_and_a_group_sums_its_own() -> None:
    own = walk_table([closed(YearOf("practice", "A"), "closing_estimate", 0)], caption="A", tiers=Tiers())
    assert amounts(own.table)["Freed up"] == 1_050
    assert {text.rpartition(":")[2] for text in own.figures.values()} >= {
        "activity_budget_pence",
        "freed_up_pence",
        "repaid_pence",
    }
    group = closed(YearOf("cluster", "C"), "closing_estimate", 0)
    assert group.codes == {"A", "C"}
    assert amounts(walk_table([group], caption="C", tiers=Tiers()).table)["Under budget, as it is shared"] == 1_050
    nobody = closed(YearOf("practice", "Z"), "closing_estimate", 0)
    assert nobody.practices.is_empty()
    assert [words for words in amounts(walk_table([nobody], caption="Z", tiers=Tiers()).table)] == [
        "Budget of lines that can free money", "Under budget, as it is shared",
    ]  # fmt: skip


def test_moves_tell_why_a_later_position_differs_and_leave_out_what_moved_nothing() -> None:
    whose = YearOf("commissioner", "P")
    ordered = [closed(whose, name, late) for name, late in (("closing_estimate", 0), ("frozen", 20), ("final", 35))]
    shown = moves_table(ordered, caption="P")
    assert shown is not None
    assert [head.title for head in shown.table.heads] == ["Step", "To frozen", "To final"]
    told = amounts(shown.table, 2)
    assert told == {
        "Under budget at the position before": 650,
        "Activity that came late": -35,
        "Under budget at this position": 615,
    }
    assert moves_table(ordered[:1], caption="P") is None


def test_holders_are_those_named_and_lead_to_their_pages() -> None:
    newest = closed(YearOf("commissioner", "P"), "final", 0)
    shown = holders_table(newest, name_of=lambda code: f"Practice {code}", named=["A", "B"], links={"A": "/a/"})
    assert shown is not None
    assert shown.table.links == {"Practice A": "/a/"}
    assert len(shown.figures) == 10
    assert holders_table(newest, name_of=str, named=[], links={}) is None


def test_who_pays_reads_what_its_budgets_left_it_in_each_position() -> None:
    """A freed up 1,050 and its practices keep 735; B is over by 400; the pool lacked 30 and a repayment of 5."""
    payer = YearOf("commissioner", "P")
    ordered = [closed(payer, "closing_estimate", 0), closed(payer, "final", 50)]
    lacking = rows(
        "pool_movements", movement(1, "support", "P", 30), movement(2, "repayment", "B", 5, paid_from="commissioner")
    )
    shown = payer_table(ordered, [lacking.clear(), lacking], caption="P", tiers=Tiers())
    assert shown is not None
    assert amounts(shown.table) == {
        "The PCT's part of what was freed up": 315, "Overspends left with the PCT": -400,
        "Put into the risk pool, which had too little": 0, "Repaid to the risk pool in holders' place": 0,
        "What the year's budgets leave the PCT": -85,
    }  # fmt: skip
    told = [pence(row[2]) for row in shown.table.rows]
    assert (told[-1], told[2:4]) == (sum(told[:-1]), [-30, -5])
    nobody = closed(YearOf("practice", "Z"), "closing_estimate", 0)
    assert payer_table([nobody], [lacking], caption="Z", tiers=Tiers()) is None


def movement(sequence: int, kind: str, code: str, amount: int, owed: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "commissioner_code": "P", "sequence": sequence, "kind": kind, "unit_kind": "practice", "unit_code": code, "amount_pence": amount,
        "balance_pence": 0, "owed_change_pence": owed, "owed_pence": 0, "rule": "r", "reason": "Why.", **more,
    }  # fmt: skip


def of_number(text: str) -> str:
    """The movement a figure is of, and its column."""
    return text.partition(":pool_movements:")[2]


def test_accounts_say_who_paid_in_who_drew_and_who_repays_by_when() -> None:
    """B owed 100, repaid 60, and drew 40 more: 80 are owed. A was given back 5 of its 50."""
    due, later = (
        {"drawn_year": "2007-08", "repay_on": date(2009, 3, 31)},
        {"drawn_year": YEAR, "repay_on": date(2010, 3, 31)},
    )
    moved = rows(
        "pool_movements", movement(1, "owed_before", "B", 0, 100, **due), movement(2, "contribution", "A", 50),
        movement(3, "repayment", "B", 60, -60, paid_from="savings", **due), movement(4, "overspend_cover", "B", -40, 40, **later),
        movement(5, "returned", "A", -5),
        movement(6, "opening", "P", 9) | {"unit_kind": "commissioner"},
    ).with_columns(figure_id=pl.format("year-end/{}@000000000000:pool_movements:{}", pl.lit(YEAR), "sequence"))  # fmt: skip
    shown = accounts_table(moved, name_of=str)
    assert shown is not None
    assert [head.title for head in shown.table.heads[1:3]] == ["Paid in", "Given back"]
    assert [[*map(pence, row[1:7]), row[7]] for row in shown.table.rows] == [
        [50, 5, 0, 0, 0, 0, "Nothing due"], [0, 0, 100, 40, 60, 80, "31 March 2010"],
    ]  # fmt: skip
    assert {at: of_number(text) for at, text in shown.figures.items()} == {
        (0, 1): "2:amount_pence", (0, 2): "5:amount_pence", (1, 4): "4:amount_pence", (1, 5): "3:amount_pence",
        (1, 6): "4:owed_pence",
    }  # fmt: skip
    for day, when in ((date(2010, 4, 1), "31 March 2010: overdue"), (date(2010, 3, 31), "31 March 2010")):
        read = accounts_table(moved, name_of=str, read_on=day)
        assert read is not None
        assert read.table.rows[1][7] == when
        assert ("overdue" in read.table.note) == when.endswith("overdue")
    kept = accounts_table(moved.filter(pl.col("kind") != "returned"), name_of=str)
    assert kept is not None
    assert [*map(pence, kept.table.rows[0][1:6])] == [50, 0, 0, 0, 0]
    assert "Given back" not in {head.title for head in kept.table.heads}
    assert accounts_table(moved.filter(kind="opening"), name_of=str) is None


def test_overspends_stand_by_holder_and_by_year_with_the_columns_that_say_something() -> None:
    this = rows("overspend_years", overspend("practice", "A", 100), overspend("practice", "B", -400, carried_before=7))
    shown = overspends_table(this, name_of=str, tiers=Tiers())
    assert shown is not None
    assert [row[0] for row in shown.table.rows] == ["B"]
    assert [head.title for head in shown.table.heads][1:5] == [
        "Over budget",
        "Lent by the pool",
        "Carried on",
        "Left with the PCT",
    ]
    assert overspends_table(this.filter(unit_code="A"), name_of=str, tiers=Tiers()) is None
    for lent, said in ((0, False), (252, True), (400, False)):
        part = this.with_columns(covered_pence=pl.when(pl.col("unit_code") == "B").then(lent).otherwise(0))
        told = overspends_table(part, name_of=str, tiers=Tiers())
        assert told is not None
        assert told.table.note.endswith("so it lent each the same part: 63%.") == said
    years = years_table(
        [("2008/09", this), ("2007/08", this.clear()), ("2006/07", this.filter(unit_code="A"))], tiers=Tiers()
    )
    assert years is not None
    assert [head.title for head in years.table.heads] == [
        "Year", "Carried from before", "Over budget", "Left with the PCT", "Holders over", "Awards lost",
    ]  # fmt: skip
    assert [row[-2:] for row in years.table.rows] == [("1", "1"), ("0", "0")]
    assert {at for at, _ in years.figures} == {1}
    assert years_table([], tiers=Tiers()) is None
