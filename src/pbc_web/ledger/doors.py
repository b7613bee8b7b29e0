"""Which figures somebody may follow from the books: the whole ledger, every line of it, or one hospital's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pbc.reports import PROTECTED, Protection
from pbc.reports.protection import FOR_PURPOSE
from pbc_web.accounts.actor import Actor
from pbc_web.ledger.permissions import may_answer, may_read_contracts, may_reconcile
from pbc_web.ledger.queries import Books
from pbc_web.runs.explaining import Door, Named
from pbc_web.statements.models import Publication
from pbc_web.statements.queries import sets_open_to
from pbc_web.statements.shown import held_by

AGREED = ("contracts", "contract_forms", "contract_plans")
BILLED = ("contract_bills", "bill_changes")
STEPS, ITEMS, POSITION = "reconciliation_steps", "reconciliation_items", "ledger_positions"
CHARGES = "charged_activity"  # told with its amount, and never opened: one row is one person's care
TABLES = frozenset({*AGREED, *BILLED, STEPS, ITEMS, POSITION, "ledger_entries"})
INTERNAL = (
    "posting_difference",
    "accrued",
    "prepaid",
    "settlement",
    "journals",
    "ledger",
)  # of the commissioner's ledger
CHECKING = Protection(FOR_PURPOSE, purpose="checking invoices")


def side_of(named: Named) -> tuple[str, str, str]:
    """This returns who pays, which hospital and which step a figure is about, each empty where it is about none."""
    key = named.key
    if named.table == ITEMS:
        _, payer, provider, step, *_ = [*key["difference_id"].split("."), "", "", ""]
        return payer, provider, step
    return key.get("commissioner_code", ""), key.get("provider_code", ""), key.get("step", "")


def opens_to(actor: Actor, commissioner_code: str) -> Callable[[Named], bool]:
    """This returns which figures of a commissioner's books somebody may see; of those the door opens the ones of its tables."""

    def opens(named: Named) -> bool:
        found, provider, step = side_of(named)
        if found != commissioner_code:
            return False
        if may_reconcile(actor):
            return True
        if may_answer(actor):
            is_shared = named.table in (*AGREED, *BILLED, STEPS, ITEMS, CHARGES) and step not in INTERNAL
            return is_shared and provider == actor.organisation_code
        return named.table == POSITION or (named.table in (*AGREED, *BILLED) and may_read_contracts(actor))

    return opens


def door_of(actor: Actor, books: Books) -> Door:
    """This returns the door of a commissioner's books: whoever sees lines sees each, to check invoices; nobody else sees any."""
    return Door(
        sets=((books.material.set_name, books.material.set_id),), opens=opens_to(actor, books.commissioner.code),
        protection=CHECKING if may_reconcile(actor) or may_answer(actor) else PROTECTED, tables=TABLES,
    )  # fmt: skip


def door_of_contracts(
    actor: Actor, commissioner_code: str, publication: Publication | None, sets: Iterable[tuple[str, str]]
) -> Door:
    """This returns the door of the register of contracts and of the bills in a statement that is in force."""
    stated = ((publication.set_name, publication.set_id),) if publication else ()
    return Door(
        sets=(*stated, *sets), opens=opens_to(actor, commissioner_code), protection=protection_for(actor), tables=TABLES,
        published=frozenset(sets_open_to(actor, publication)) if publication else frozenset(),
        held=held_by(publication) if publication else {},
    )  # fmt: skip


def protection_for(actor: Actor) -> Protection:
    """This returns how bills of contracts are shown: all of them to whoever checks invoices, protected to all others."""
    return CHECKING if may_reconcile(actor) else PROTECTED
