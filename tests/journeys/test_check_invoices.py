"""Files of invoices checked before they are taken in: told row by row, and none of them judged by the register's key."""

from __future__ import annotations

from pathlib import Path

from tests.unit.test_receiving_invoices import CHARGE, HEAD, TOTALS, table

from pbc.engines import Engine
from pbc.flows.check_file import check_file
from pbc.periods import Month
from pbc.results import Store
from pbc.sources.pseudonym import key_fingerprint
from pbc.sources.stamp import stamp_of, write_pseudonym
from pbc.tables import INVOICES

MONTH = Month(2009, 5)
INVOICE_KEY = bytes(range(7, 47))


def test_files_of_invoices_are_known_and_told_by_row(store: Store, tmp_path: Path, engine: Engine) -> None:
    """An invoice with pounds for pence, a charge of no kind, totals: each is recognised, and its bad rows are named."""
    heads = table(tmp_path, INVOICES, HEAD, {**HEAD, "invoice_number": "I2", "amount_pence": "1.50"})
    told = check_file(heads, engine=engine, month=MONTH, store=store)
    assert (told.layout, told.counts["refused"]) == ("invoices", 1)
    unasked = check_file(heads, engine=engine, store=store).undone
    assert unasked == ("whether another month holds its numbers, since no --month was given",)
    charges = tmp_path / "charged_activity.csv"
    charges.write_text(CHARGE + "ZP1,ZH1,activity,2,S2,,2009-04-03,,,300,ZZB01,1,7\n", encoding="utf-8")
    told = check_file(charges, engine=engine, month=MONTH, store=store)
    assert (told.layout, told.rejected["rule"].to_list()) == ("charged_activity", ["no_kind_of_activity"])
    totals = tmp_path / "aggregate_monitoring.csv"
    totals.write_text(TOTALS, encoding="utf-8")
    told = check_file(totals, engine=engine, month=MONTH, store=store)
    assert (told.layout, told.counts["accepted"]) == ("aggregate_monitoring", 1)


def test_charges_under_the_key_for_checking_invoices_are_not_held_to_the_registers(
    store: Store, tmp_path: Path, engine: Engine
) -> None:
    """They are made with another key on purpose."""
    charges = tmp_path / "charged_activity.csv"
    stamped = CHARGE.replace("nhs_number", stamp_of(key_fingerprint(INVOICE_KEY))).replace(
        "9434765919", write_pseudonym(17)
    )
    charges.write_text(stamped, encoding="utf-8")
    told = check_file(charges, engine=engine, month=MONTH, store=store, takes_nhs_numbers=False)
    assert told.counts["accepted"] == 1
