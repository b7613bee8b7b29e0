"""Terms of a contract and lines of a difference as a page says them."""

import polars as pl
import pytest

from pbc.periods import Month
from pbc.reports.contract_tables import changes_of_year, lines_of_contract
from pbc.reports.reconciliation_tables import _what

EMPTY = dict.fromkeys(
    ("baseline_pence", "marginal_percent", "below_percent", "floor_pence", "ceiling_pence", "local_price_pence",
     "plan_activity_count", "plan_pence")
)  # fmt: skip


def test_terms_stand_in_their_units_and_columns_nobody_uses_are_left_out() -> None:
    lines = [
        EMPTY
        | {"point_of_delivery": "NEL", "payment_form": "marginal"}
        | {"baseline_pence": 1_000_000, "marginal_percent": 30, "figure_id": "a"},
        EMPTY
        | {"point_of_delivery": "OPPROC", "payment_form": "local"}
        | {"local_price_pence": 14_050, "plan_activity_count": 1_000, "figure_id": "b"},
    ]  # fmt: skip
    shown = lines_of_contract(lines)
    assert [head.title for head in shown.table.heads[2:]] == [
        "Baseline or sum",
        "Paid above",
        "Price of a unit",
        "Planned count",
    ]
    assert [row[2:] for row in shown.table.rows] == [
        ("£10,000", "30%", "None", "None"),
        ("None", "None", "£140.50", "1,000"),
    ]
    assert shown.figures == {
        (0, 2): "a:baseline_pence", (0, 3): "a:marginal_percent", (1, 4): "b:local_price_pence", (1, 5): "b:plan_activity_count",
    }  # fmt: skip


def test_a_line_without_months_has_no_plan_to_date_and_then_nor_has_the_whole() -> None:
    line = EMPTY | {"payment_form": "block", "figure_id": "a"}
    lines = [line | {"point_of_delivery": "NEL", "plan_pence": 2_400}, line | {"point_of_delivery": "AE"}]
    plans = [{"point_of_delivery": "AE", "month": 200900 + at, "plan_pence": at} for at in (4, 5, 6)]
    shown = lines_of_contract(lines, plans=plans, to_date=Month(2009, 5)).table
    assert [head.title for head in shown.heads[2:]] == ["Planned", "Planned to May 2009"]
    assert [row[2:] for row in shown.rows] == [("£24.00", "None"), ("£0.15", "£0.09"), ("£24.15", "None")]


def test_a_sum_of_changes_with_a_hidden_number_in_it_is_hidden() -> None:
    steps = [("DC", "priced", 5_00), ("DC", "not_paid", -2_00), ("NEL", "priced", None), ("NEL", "not_paid", 0)]
    steps += [(kind, step, 0) for kind in ("DC", "NEL") for step in ("rebased", "stranded")]
    rows = [
        {"financial_year": "2010-11", "statement_month": 200906, "point_of_delivery": kind, "sequence": at, "step": step,
         "amount_pence": amount, "figure_id": f"{kind}.{step}", "hidden": "" if amount is not None else "amount_pence"}
        for at, (kind, step, amount) in enumerate(steps)
    ]  # fmt: skip
    table = changes_of_year(pl.DataFrame(rows), year="2010-11").table
    assert table.rows[-1] == ("All", "*", "−£2.00", "£0.00", "£0.00", "*")
    assert table.caption == "Bill of the whole of 2010/11, if these terms go on: activity beside the plan"


@pytest.mark.parametrize(
    "given, said",
    [
        ({"record_number": "7", "point_of_delivery": "NEL"}, "Record 7, emergency stays"),
        ({"record_number": "7"}, "Record 7"),
        ({"entry_number": "E1"}, "Entry E1"),
        ({"invoice_number": "I1"}, "Invoice I1"),
        ({"invoice_number": "I1", "line_number": 2}, "Invoice I1, line 2"),
        ({"point_of_delivery": "NEL"}, "Emergency stays"),
        ({}, "All activity"),
    ],
)
def test_a_line_is_named_by_its_record_entry_or_invoice(given: dict[str, object], said: str) -> None:
    held = dict.fromkeys(("record_number", "point_of_delivery", "entry_number", "invoice_number", "line_number"))
    assert _what(held | given) == said
