"""Who may do what with deliveries.

Two workspaces stand apart: what analysis is made of, and what invoices are checked with. Whoever sees the one need not see
the other, and no page shows both.
"""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty, Sight

ANALYSIS_KINDS = ("register", "tariff", "need", "activity")
HOSPITAL_KINDS = ("invoices", "invoice-backing")  # what a hospital may send itself
BOOKS_KINDS = ("contracts", *HOSPITAL_KINDS, "ledger")
WHOLE_KINDS = ("contracts", "invoices", "ledger")  # one row that cannot be read refuses the file


def may_see_deliveries(actor: Actor) -> bool:
    """Deliveries are seen by those who work for the commissioner they came to."""
    return actor.sees(Sight.COMMISSIONER)


def may_deliver(actor: Actor) -> bool:
    """Files are uploaded, accepted and rejected by whoever takes in deliveries for the commissioner."""
    return actor.may(Duty.DELIVER)


def may_send_books(actor: Actor) -> bool:
    """Invoices and what backs them are sent and seen by those who check invoices, and by the hospital that charges."""
    return may_take_in_books(actor) or actor.may(Duty.ANSWER_DIFFERENCES)


def may_take_in_books(actor: Actor) -> bool:
    """Contracts, invoices and the ledger are accepted and taken in by those who check invoices."""
    return actor.may(Duty.RECONCILE)


def may_keep_feeds(actor: Actor) -> bool:
    """The register of feeds is kept by the commissioner's keeper of registers."""
    return actor.may(Duty.KEEP_REGISTER) and actor.sees(Sight.COMMISSIONER)


def kinds_seen_by(actor: Actor) -> tuple[str, ...]:
    """The kinds of files somebody may open at all, within their reach."""
    books = BOOKS_KINDS if may_take_in_books(actor) else HOSPITAL_KINDS if may_send_books(actor) else ()
    return ((*ANALYSIS_KINDS,) if may_see_deliveries(actor) else ()) + books
