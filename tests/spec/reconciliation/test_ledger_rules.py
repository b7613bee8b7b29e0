"""The ledger: given what was invoiced and posted, then what leads to the ledger, what is owed and the journal that accrues it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from tests.properties.reconciliation_world import Reconciled, World, charge, reconciled, record

from pbc.engines import Engine, open_engine
from pbc.methods.reconciliation import Accounts, list_accruals, place_ledger
from pbc.money import pounds_and_pence
from pbc.periods import Month
from pbc.reports.settlement import describe_disputed, describe_settlement, settled_by

ACCOUNTS = Accounts("52110", "21400", "13200", "21100", "13900")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def entry(number: str, kind: str, pence: int, **more: Any) -> dict[str, Any]:
    return {
        "commissioner_code": "ZP1", "entry_number": number, "posted_on": date(2009, 6, 30), "month": 200904,
        "account_code": "52110", "entry_kind": kind, "provider_code": "ZH1", "amount_pence": pence, **more,
    }  # fmt: skip


def with_entries(engine: Engine, *entries: dict[str, Any], asked: int = 100) -> Reconciled:
    """An April of 100 invoiced at `asked`, and these entries."""
    world = World(records=[record("1", 100)], entries=list(entries))
    world.invoice(
        "I1", {"line_kind": "activity", "point_of_delivery": "DC", "activity_count": 1, "amount_pence": asked}
    )
    return reconciled(world, engine)


@pytest.mark.parametrize(
    "entries, reason, pence",
    [
        pytest.param([], "not_posted", -100, id="not at all"),
        pytest.param([entry("E1", "invoice", 100, invoice_number="I1"), entry("E2", "invoice", 100, invoice_number="I1")],
                     "posted_again", 100, id="twice"),
        pytest.param([entry("E1", "invoice", 90, invoice_number="I1")], "posted_otherwise", -10, id="otherwise"),
        pytest.param([entry("E1", "invoice", 70, invoice_number="I1"), entry("E2", "credit", -5, invoice_number="I1")],
                     "posted_otherwise", -35, id="in parts that do not add up"),
        pytest.param([entry("E1", "invoice", 100, invoice_number="I1"), entry("E2", "invoice", 8, invoice_number="I9")],
                     "posted_without_an_invoice", 8, id="of no invoice"),
        pytest.param([entry("E1", "invoice", 100, invoice_number="I1"), entry("E2", "credit", -3)],
                     "posted_without_an_invoice", -3, id="of no number"),
    ],
)  # fmt: skip
def test_each_invoice_is_held_against_what_was_posted(
    engine: Engine, entries: list[dict[str, Any]], reason: str, pence: int
) -> None:
    """Not posted, posted twice or otherwise, or posted without an invoice: each is told with its sum."""
    found = with_entries(engine, *entries)
    assert found.reasons("posting_difference") == [(reason, "not-attributed", pence)]
    assert found.step("ledger") == sum(row["amount_pence"] for row in entries)


def test_invoice_posted_to_another_hospital_is_told_at_both(engine: Engine) -> None:
    """What ZH1 misses is what ZH2 has too much; put right under the invoice's number, nothing is left at either."""
    strayed = entry("E1", "invoice", 100, invoice_number="I1", provider_code="ZH2")
    found = with_entries(engine, strayed)
    told = found.items.filter(step="posting_difference").select("provider_code", "reason", "difference_pence")
    assert sorted(told.rows()) == [
        ("ZH1", "posted_to_another_provider", -100), ("ZH2", "posted_to_another_provider", 100),
    ]  # fmt: skip
    right = entry("E2", "invoice", 100, invoice_number="I1")
    back = entry("E3", "credit", -100, invoice_number="I1", provider_code="ZH2")
    assert with_entries(engine, strayed, right, back).items.is_empty()


def test_invoice_posted_as_it_stands_is_no_difference(engine: Engine) -> None:
    """The same number and sum, in one entry or in several that add up."""
    whole = [entry("E1", "invoice", 60, invoice_number="I1"), entry("E2", "invoice", 40, invoice_number="I1")]
    assert with_entries(engine, *whole).items.is_empty()


def test_accruals_prepayments_journals_and_settlements_lead_to_the_ledger(engine: Engine) -> None:
    """Each is a step of its own; an entry that names no hospital stands at none."""
    world = World(entries=[
        entry("E1", "accrual", 50), entry("E2", "accrual", -20), entry("E3", "prepayment", -7), entry("E4", "journal", 3),
        entry("E5", "journal", 2, provider_code=None), entry("E6", "settlement", 11, invoice_number="S1"),
    ])  # fmt: skip
    world.invoice("S1", {"line_kind": "adjustment", "amount_pence": 11}, kind="settlement")
    found = reconciled(world, engine)
    steps = {name: found.step(name) for name in ("accrued", "prepaid", "settlement", "journals", "invoiced", "ledger")}
    assert steps == {"accrued": 30, "prepaid": -7, "settlement": 11, "journals": 3, "invoiced": 0, "ledger": 37}
    assert found.step("journals", provider="none") == 2


def test_position_leads_from_statements_to_the_ledger_with_nothing_over(engine: Engine) -> None:
    """Statements of 80, 10 not attributed and terms of 5 were published; the bill is 100, so 5 came since."""
    found = with_entries(engine, entry("E1", "accrual", 4), asked=110)
    row = place_ledger(found.steps, stated={"ZP1": (80, 10, 5), "ZP9": (1, 0, 0)}, month=Month(2009, 6)).to_dicts()
    assert [each["commissioner_code"] for each in row] == ["ZP1", "ZP9"]
    told = {name.removesuffix("_pence"): pence for name, pence in row[0].items() if name.endswith("_pence") and pence}
    assert told == {
        "statements": 80, "not_attributed": 10, "adjustments": 5, "since_statement": 5, "bill": 100, "named": 10,
        "invoiced": 110, "posting": -110, "accrued": 4, "ledger": 4, "due": 100, "to_accrue": 96,
    }  # fmt: skip


def journal_of(found: Reconciled, commissioner: str = "ZP1") -> list[tuple[str, ...]]:
    """A journal as rows: debited and credited account, kind, hospital, invoice, pence and what it is."""
    lines = list_accruals(found.items, commissioner=commissioner, accounts=ACCOUNTS, month=Month(2009, 6))
    assert [line.line_number for line in lines] == list(range(1, len(lines) + 1))
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    for debit, credit in pairs:
        assert (debit.debit_pence, debit.credit_pence) == (credit.credit_pence, credit.debit_pence)
        assert debit.debit_pence > 0 == debit.credit_pence
    return [
        (debit.account_code, credit.account_code, debit.entry_kind, debit.provider_code, debit.invoice_number,
         str(debit.debit_pence), debit.description.partition(": ")[2])
        for debit, credit in pairs
    ]  # fmt: skip


def test_journal_brings_the_ledger_to_what_is_owed_and_balances(engine: Engine) -> None:
    """£1 owed at ZH1 and not invoiced; at ZH2 20 are owed and 50 stand by hand; ZH3 is accrued already; none is nobody's."""
    world = World(
        records=[record("1", 100), record("2", 20, provider_code="ZH2"), record("3", 5, provider_code="ZH3")],
        entries=[entry("E1", "journal", 50, provider_code="ZH2"), entry("E2", "accrual", 5, provider_code="ZH3"),
                 entry("E3", "journal", 9, provider_code=None), entry("E4", "credit", -9, provider_code=None)],
    )  # fmt: skip
    found = reconciled(world, engine)
    owed = "owed and not yet invoiced (on account)"
    assert journal_of(found) == [
        ("52110", "21400", "accrual", "ZH1", "", "100", owed), ("52110", "21400", "accrual", "ZH2", "", "20", owed),
        ("13900", "52110", "journal", "ZH2", "", "50", "invoiced beyond what is owed, to be claimed back"),
    ]  # fmt: skip
    assert journal_of(found, "ZP9") == []


def test_only_what_was_asked_on_account_ahead_of_care_is_prepaid(engine: Engine) -> None:
    """130 on account for care of 100: 30 ahead, of which 10 are prepaid already; an unbacked 7 beyond that is claimed back."""
    world = World(records=[record("1", 100)], entries=[
        entry("E1", "invoice", 137, invoice_number="I1"), entry("E2", "prepayment", -10), entry("E3", "accrual", 4),
    ])  # fmt: skip
    world.invoice("I1", {"line_kind": "on_account", "point_of_delivery": "DC", "amount_pence": 130}, more=7)
    assert journal_of(reconciled(world, engine)) == [
        ("21400", "52110", "accrual", "ZH1", "", "4", "accrued before, and no longer owed so"),
        ("13200", "52110", "prepayment", "ZH1", "", "20", "paid on account ahead of care (less what is there already)"),
        ("13900", "52110", "journal", "ZH1", "", "7", "invoiced beyond what is owed, to be claimed back (unexplained)"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "entries, told",
    [
        ([entry("E1", "invoice", 100, invoice_number="I1", provider_code="ZH2")], [
            ("52110", "21100", "invoice", "ZH1", "I1", "100", "from ZH2 to ZH1"),
            ("21100", "52110", "credit", "ZH2", "I1", "100", "from ZH2 to ZH1")]),
        ([entry("E1", "invoice", 100, invoice_number="I1", provider_code=None)], [
            ("52110", "21100", "invoice", "ZH1", "I1", "100", "from no hospital to ZH1"),
            ("21100", "52110", "credit", "none", "I1", "100", "from no hospital to ZH1")]),
        ([entry("E1", "invoice", 90, invoice_number="I1")], [
            ("52110", "21100", "invoice", "ZH1", "I1", "10", "posted otherwise")]),
        ([entry("E1", "invoice", 90, invoice_number="I1"), entry("E2", "journal", 10, invoice_number="I1")], []),
        ([entry("E1", "invoice", 100, invoice_number="I1"), entry("E2", "invoice", 8)], [
            ("21100", "52110", "credit", "ZH1", "", "8", "posted without an invoice")]),
    ],
    ids=["at another hospital", "at none", "otherwise", "put right by hand", "of no invoice"],
)  # fmt: skip
def test_what_was_posted_wrongly_is_a_ledger_correction_and_no_accrual(
    engine: Engine, entries: list[dict[str, Any]], told: list[tuple[str, ...]]
) -> None:
    """Each under its invoice's number, at both hospitals, against what is owed to suppliers; none once it is put right."""
    found = journal_of(with_entries(engine, *entries))
    assert [(*row[:6], row[6].rpartition(": ")[2]) for row in found] == told
    assert all(row[6].startswith("ledger correction, invoice ") for row in found)


def test_a_settlement_leaves_nothing_to_be_posted_or_the_rest(engine: Engine) -> None:
    """Invoiced 130 for care of 100, settled by 25: 5 are left to be claimed back; settled by 30, nothing is."""
    for settled, left in ((-25, ["5"]), (-30, [])):
        world = World(records=[record("1", 100)], charges=[charge("1", 130)], entries=[
            entry("E1", "invoice", 130, invoice_number="I1"), entry("E2", "settlement", settled, invoice_number="S1"),
        ])  # fmt: skip
        world.invoice_charges()
        world.invoice("S1", {"line_kind": "adjustment", "amount_pence": settled}, kind="settlement")
        found = reconciled(world, engine)
        assert [row[5] for row in journal_of(found)] == left
        left_words = ", and leaves £0.05" if left else ""
        said = f"The settlement of {pounds_and_pence(settled)} settles what was invoiced otherwise than owed"
        assert describe_settlement(found.steps) == f"{said}: price difference £0.30{left_words}."
        settles = [
            settled_by(found.steps, step=name)
            for name in ("price_difference", "drugs_and_devices", "posting_difference")
        ]
        assert settles == [None if left else settled, None, None]


def test_without_a_settlement_nothing_is_settled(engine: Engine) -> None:
    """What differs is named, and no settlement is."""
    found = with_entries(engine, asked=130)
    assert describe_settlement(found.steps) == ""
    assert describe_disputed(found.steps).startswith("Invoiced otherwise than owed, by name: ")
    assert settled_by(found.steps, step="unexplained") is None
    square = with_entries(engine)
    assert describe_disputed(square.steps) == ""
