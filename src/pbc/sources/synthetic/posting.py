"""What a made-up commissioner posts wrongly, and what it accrues or prepays at each month's end: each told with its size."""

from __future__ import annotations

from pbc.periods import Month
from pbc.sources.synthetic.invoices import EXPENDITURE, Bill, Row

AGAIN, ELSEWHERE, NEVER = "posted_again", "posted_to_another_provider", "not_posted"
WRONGLY_IN = {
    5: AGAIN,
    7: ELSEWHERE,
    9: NEVER,
}  # months of the year, from 1: what happens to the first hospital's invoice
Side = tuple[str, str]


def post_wrongly(bill: Bill, *, side: Side, how: str, other: str | None) -> dict[str, int]:
    """This returns what the ledger is then out by, in pence by hospital, having posted a side's reconciliation wrongly.

    It is posted again, at the `other` hospital in place of its own, or not at all. Nothing where there is no such invoice or,
    for another hospital, none to post it to.
    """
    found = [entry for entry in bill.ledger_entries if _is_reconciliation(entry, side)]
    if not found or (how == ELSEWHERE and other is None):
        return {}
    entry, amount = found[0], int(found[0]["amount_pence"])
    if how == AGAIN:
        bill.ledger_entries.append(entry | {"entry_number": f"{entry['entry_number']}-2"})
        return {side[1]: amount}
    bill.ledger_entries.remove(entry)
    if other is None or how == NEVER:
        return {side[1]: -amount}
    bill.ledger_entries.append(entry | {"provider_code": other})
    return {side[1]: -amount, other: amount}


def _is_reconciliation(entry: Row, side: Side) -> bool:
    return (entry["commissioner_code"], entry["provider_code"]) == side and entry["invoice_number"].endswith(
        "-reconciliation"
    )


def post_right(bill: Bill, *, month: Month, side: Side, invoice_number: str, amount: int) -> None:
    """This adds the entry that puts right what was posted wrongly under an invoice's number at a hospital."""
    number = f"C-{invoice_number}-{side[1]}"
    bill.ledger_entries.append({
        **_entry(month, side, number, amount), "entry_kind": "credit" if amount < 0 else "invoice",
        "invoice_number": invoice_number, "description": "Posted wrongly before",
    })  # fmt: skip


def accrue(
    bill: Bill, *, month: Month, delivered: Month, side: Side, owed: int, standing: int, is_reversed: bool
) -> dict[str, int]:
    """This returns what then stands `accrued` and `prepaid` for a hospital, having posted a month's end.

    `owed` is what was not invoiced and costs more than was asked on account; below nought it was paid ahead. `standing` is
    the same as the month's end before posted it: it is reversed whole and posted anew, or only what changed is posted.
    """
    then, now = _parts(standing), _parts(owed)
    for kind, name in (("accrual", "accrued"), ("prepayment", "prepaid")):
        amounts = {"reversed": -then[name], "posted": now[name]} if is_reversed else {"posted": now[name] - then[name]}
        for what, amount in amounts.items():
            if amount:
                number = f"E-{delivered.number}-{month.number}-{side[1]}-{name}-{what}"
                said = f"{name.capitalize()} at the end of {month.title}" if what == "posted" else "Reversed"
                bill.ledger_entries.append(
                    {**_entry(month, side, number, amount), "entry_kind": kind, "description": said}
                )
    return now


def _parts(owed: int) -> dict[str, int]:
    return {"accrued": max(owed, 0), "prepaid": min(owed, 0)}


def _entry(month: Month, side: Side, number: str, amount: int) -> Row:
    return {
        "commissioner_code": side[0], "entry_number": number, "posted_on": month.end, "month": month.number,
        "account_code": EXPENDITURE, "provider_code": side[1], "invoice_number": None, "amount_pence": amount,
    }  # fmt: skip
