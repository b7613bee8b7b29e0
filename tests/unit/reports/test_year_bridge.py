"""Books and ledger of a year meet to the penny, and each step between them is told by what it is."""

import polars as pl

from pbc.money import pence_typed_by_a_person as pence
from pbc.reports.year_bridge import BILL, BOOKS, OTHER, OWED, bridge_table

POSITIONS = pl.DataFrame(
    {
        "activity_actual_pence": [4_000, 1_000], "price_effect_pence": [0, None], "bill_adjustment_pence": [-300, None],
    }
)  # fmt: skip
BILLS = pl.DataFrame({"step": ["priced", "priced", "marginal_rate", "block"], "amount_pence": [5_100, 900, -310, 80]})
LEDGER = {"not_attributed_pence": 60, "bill_pence": 5_770, "due_pence": 5_970}


def steps(**more: int) -> tuple[dict[str, int], tuple[str, ...]]:
    shown = bridge_table(POSITIONS, bills=BILLS, ledger=LEDGER | more, caption="P", link="/ledger/")
    told = [(row[0], pence(row[1])) for row in shown.table.rows]
    return dict(told), tuple(told[at][0] for at in shown.sums)


def test_books_lead_to_the_ledger_by_steps_that_add_up() -> None:
    """940 were paid by block; of 230 less by terms, 70 more is of blocks and of care nobody answers for."""
    told, sums = steps()
    assert told == {
        "Hospital care, at the prices of the budget": 5_000, "Contract terms, such as marginal rates": -300, BOOKS: 4_700,
        OTHER: 940, "Contract terms of that care, such as block sums": 70, "Care no practice answers for": 60, BILL: 5_770,
        "Drugs, devices and agreed adjustments": 200, OWED: 5_970,
    }  # fmt: skip
    assert sums == (BOOKS, BILL, OWED)


def test_what_one_side_read_and_the_other_did_not_has_a_step_of_its_own() -> None:
    told, _ = steps(bill_pence=5_790, due_pence=5_790)
    assert told["Deliveries that one of the two reads and the other does not"] == 20
    assert (told[BILL], told[OWED]) == (5_790, 5_790)
    assert "Drugs, devices and agreed adjustments" not in told
