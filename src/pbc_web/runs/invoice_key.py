"""Which key hides the people behind invoices: known here by its fingerprint alone, and never the register's."""

from __future__ import annotations

from django.conf import settings

from pbc.errors import RefusedInput
from pbc.flows.files_needed import FOLDERS
from pbc.flows.receive_invoices import BACKING, TOTALS, require_own_key
from pbc_web.runs.reading import site_store

SETTING = "PBC_INVOICE_KEY_FINGERPRINT"


def holds_people(layout: str) -> bool:
    """This returns whether files of a layout back invoices person by person."""
    return FOLDERS.get(layout) == BACKING and layout != TOTALS


def invoice_key() -> str:
    """This returns the fingerprint of the key for checking invoices; refused where none is named, or it is the register's."""
    named: str = settings.PBC_INVOICE_KEY_FINGERPRINT
    if not named:
        raise RefusedInput(
            "No key for checking invoices is named here, so the records behind them cannot be taken in.",
            found=f"no {SETTING}", expected="the fingerprint of a key kept for checking invoices alone",
            remedy="Whoever runs this service makes a key apart from the register's, where records arrive, and names the "
            f"fingerprint that pbc pseudonymise prints: {SETTING}. The key itself never comes here.",
        )  # fmt: skip
    require_own_key(site_store(), {named})
    return named


def require_invoice_key(layout: str) -> None:
    """This refuses files of a layout where they could not be taken in for want of a key."""
    if holds_people(layout):
        invoice_key()
