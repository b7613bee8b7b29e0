"""Terms of a contract and lines of a difference as a page says them."""

import pytest

from pbc.reports.contract_tables import lines_of_contract
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
