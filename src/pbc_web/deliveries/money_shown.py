"""What a file comes to, hospital by hospital, beside the month before: for whoever is to accept it."""

from __future__ import annotations

from pbc.money import pounds_and_pence
from pbc.reports.view import Head, PageTable
from pbc_web.deliveries.models import Delivery
from pbc_web.organisations.models import Organisation
from pbc_web.runs.delivery_sums import month_before


def money_of(delivery: Delivery, *, with_before: bool) -> PageTable | None:
    """This returns what the rows that can be used come to, a row each hospital and the total; None where a file has no money.

    `with_before` sets the month before beside it, as held: what a commissioner holds is no hospital's to know.
    """
    sums: dict[str, int] = delivery.found.get("sums") or {}
    if not sums:
        return None
    title, before = "", dict[str, int]()
    if with_before:
        payer = delivery.commissioner.code
        title, before = month_before(delivery.feed.layout, delivery.period, commissioner=payer)
    if delivery.provider_id:
        before = {code: pence for code, pence in before.items() if code in sums}
    codes = sorted({*sums, *before})
    names = dict(Organisation.objects.filter(code__in=codes).values_list("code", "name"))
    columns = [sums, before] if before else [sums]
    body = [
        (names.get(code, code) or "No hospital", *(pounds_and_pence(each.get(code, 0)) for each in columns))
        for code in codes
    ]
    body.append(("Together", *(pounds_and_pence(sum(each.values())) for each in columns)))
    heads = (Head("Hospital"), Head("This file", True), *([Head(f"{title}, as taken in", True)] if before else []))
    return PageTable("money", "What it comes to", heads, tuple(body), has_total=True)
