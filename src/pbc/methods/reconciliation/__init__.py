"""What providers charge held against what care cost, step by step, and on to the commissioner's ledger."""

from pbc.methods.reconciliation.add_up_steps import add_up_practices, add_up_steps, place_ledger
from pbc.methods.reconciliation.age_items import age_items
from pbc.methods.reconciliation.list_accruals import Accounts, JournalLine, list_accruals
from pbc.methods.reconciliation.list_invoice_items import Sides, find_basis, list_invoice_items
from pbc.methods.reconciliation.list_ledger_items import list_ledger_items
from pbc.methods.reconciliation.list_record_items import list_record_items
from pbc.methods.reconciliation.match_charges import (
    add_up_charges,
    add_up_records,
    find_repeats,
    match_charges,
    number_charges,
    place_records,
)

__all__ = [
    "Accounts",
    "JournalLine",
    "Sides",
    "add_up_charges",
    "add_up_practices",
    "add_up_records",
    "add_up_steps",
    "age_items",
    "find_basis",
    "find_repeats",
    "list_accruals",
    "list_invoice_items",
    "list_ledger_items",
    "list_record_items",
    "match_charges",
    "number_charges",
    "place_ledger",
    "place_records",
]
