"""Whether what practices were offered and agreed is what a draft holds: adopting another would change agreed budgets."""

from __future__ import annotations

from collections.abc import Iterable

from pbc_web.budgets.models import Draft, Offer, Round
from pbc_web.budgets.readings import amounts_of, by_practice


def unlike(draft: Draft, offers: Iterable[Offer]) -> list[Offer]:
    """This returns the offers whose lines are not those of a draft, to the penny; a set is read only where it is another."""
    others = [each for each in offers if each.draft.set_id != draft.set_id]
    codes = frozenset(each.practice.code for each in others)
    held = by_practice(amounts_of(draft.set_name, draft.set_id, codes)) if others else {}
    return [
        each
        for each in others
        if {line.service: line.amount_pence for line in each.lines.all()} != held.get(each.practice.code)
    ]


def agreed_in(in_round: Round) -> list[Offer]:
    """This returns the offers of a round that are agreed, with their lines."""
    agreed = Offer.everywhere.filter(round=in_round, state="accepted").select_related("practice", "draft")
    return list(agreed.prefetch_related("lines"))
