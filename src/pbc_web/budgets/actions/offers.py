"""Offers: issued, made firm, received, accepted, withdrawn, lapsed. An offer is agreed once, by one person, or never."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import Doer, record
from pbc_web.budgets.actions.claims import claim
from pbc_web.budgets.models import Decision, Draft, Offer, OfferLine, Query, Round, Version
from pbc_web.budgets.queries.agreement import unlike
from pbc_web.budgets.states import OFFER, OPEN, move
from pbc_web.budgets.telling import tell_accepted, tell_offered
from pbc_web.organisations.models import Organisation

Amounts = Mapping[str, Mapping[str, int]]  # practice code: service: pence


@transaction.atomic
def issue_offers(
    draft: Draft,
    *,
    holders: Mapping[Organisation, Organisation],
    amounts: Amounts,
    waits_for: str,
    by: Actor,
    at: datetime,
) -> list[Offer]:
    """Offer a draft's budgets to practices, each with who answers for it. With `waits_for` they are provisional.

    An offer still open is replaced. A budget already agreed is frozen, and the whole issue is refused.
    """
    in_round = Round.everywhere.select_for_update().get(id=draft.round_id)
    _require_unfrozen(in_round, holders, draft)
    if not holders:
        raise RefusedInput("No practice was chosen.", expected="at least one practice to offer a budget to")
    made = [_issue(draft, practice, holder, amounts, waits_for, by, at) for practice, holder in holders.items()]
    told = {"count": len(made), "draft": draft.name, "kind": "provisional" if waits_for else "firm"}
    record(by=by, verb="issue_offers", about=("budget_round", in_round.id), at=at, told=told)
    in_round.chosen_draft = draft
    in_round.save(update_fields=["chosen_draft"])
    return made


def _require_unfrozen(in_round: Round, holders: Mapping[Organisation, Organisation], draft: Draft) -> None:
    if draft.state != "ready":
        raise RefusedInput("This draft is not worked out yet.", where=draft.name, found=draft.get_state_display())
    agreed = Offer.everywhere.filter(round=in_round, practice__in=list(holders), state="accepted")
    frozen = sorted(agreed.values_list("practice__name", flat=True))
    if frozen or Version.objects.filter(round=in_round).exists():
        raise RefusedInput(
            "Budgets that are agreed are frozen.", where=str(in_round), found=", ".join(frozen) or "budgets adopted",
            remedy="Leave these practices out, or propose an amendment.",
        )  # fmt: skip


def _issue(
    draft: Draft, practice: Organisation, holder: Organisation, amounts: Amounts, waits_for: str, by: Actor, at: datetime
) -> Offer:  # fmt: skip
    lines = amounts.get(practice.code)
    if not lines:
        raise RefusedInput("The draft holds no budget for this practice.", where=draft.name, found=practice.name)
    earlier = list(Offer.everywhere.filter(round_id=draft.round_id, practice=practice, state__in=OPEN))
    for each in earlier:
        claim(each, version=each.version, where=each.place, state=move(OFFER, "replace", each.state, where=each.place))
    offer = Offer.everywhere.create(
        round_id=draft.round_id, practice=practice, commissioner_id=draft.round.commissioner_id, holder=holder, draft=draft,
        is_provisional=bool(waits_for), waits_for=waits_for, amount_pence=sum(lines.values()), issued_by_id=by.person_id,
        issued_at=at,
    )  # fmt: skip
    OfferLine.objects.bulk_create(
        OfferLine(offer=offer, service=name, amount_pence=pence) for name, pence in lines.items()
    )
    Offer.everywhere.filter(id__in=[each.id for each in earlier]).update(replaced_by=offer)
    tell_offered(offer, at=at)
    return offer


@transaction.atomic
def make_firm(offer: Offer, *, version: int, by: Actor, at: datetime) -> Offer:
    """Say that what a provisional offer waited for has come, with the same figures: it can now be accepted."""
    if offer.state not in OPEN or not offer.is_provisional:
        raise RefusedInput("This offer does not wait for anything.", where=offer.place, found=offer.get_state_display())
    claim(offer, version=version, where=offer.place, is_provisional=False, waits_for="")
    _record(offer, "make_offer_firm", by, at)
    tell_offered(offer, at=at)
    return offer


@transaction.atomic
def receive_offer(offer: Offer, *, by: Actor, at: datetime) -> Offer:
    """Note that whoever answers for an offer has seen it: it counts as received, not as agreed. Seen again changes nothing."""
    if offer.state == "issued" and by.organisation.id in (offer.holder_id, offer.practice_id):
        state = move(OFFER, "receive", offer.state, where=offer.place)
        claim(offer, version=offer.version, where=offer.place, state=state, **first_receipt(offer, by, at))
        _record(offer, "receive_offer", by, at)
    return offer


def first_receipt(offer: Offer, by: Actor, at: datetime) -> dict[str, object]:
    """This returns what an offer notes when it is first seen by who it is for; nothing where it was seen before."""
    return {"received_at": at, "received_by_id": by.person_id} if offer.received_at is None else {}


@transaction.atomic
def accept_offers(offers: Sequence[Offer], *, versions: Mapping[int, int], by: Actor, at: datetime) -> str:
    """Agree budgets: one act for all that a holder answers for. This returns the reference of the agreement.

    Refused: a provisional offer, one with a query not settled, somebody who answers for another organisation, and the
    person who issued it. `versions` are those seen, by the offer's id.
    """
    if not offers:
        raise RefusedInput("There is no budget here to accept.", remedy="Look at the budgets as they stand now.")
    in_round = Round.everywhere.select_for_update().get(id=offers[0].round_id)  # nothing else is adopted meanwhile
    _require_as_adopted(in_round, offers)
    reference = f"{offers[0].round.year}-{offers[0].holder.code}-{offers[0].id}"
    for offer in offers:
        _require_acceptable(offer, by)
        claim(
            offer, version=versions.get(offer.id, 0), where=offer.place, accepted_at=at, accepted_by_id=by.person_id,
            state=move(OFFER, "accept", offer.state, where=offer.place), reference=reference,
            **first_receipt(offer, by, at),
        )  # fmt: skip
        _record(offer, "accept_offer", by, at, reference=reference)
        tell_accepted(offer, at=at)
    return reference


def _require_as_adopted(in_round: Round, offers: Sequence[Offer]) -> None:
    adoption = Decision.everywhere.filter(round=in_round, kind="adopt", state__in=("approved", "published"))
    adopted = adoption.select_related("draft").first()
    if adopted is not None and adopted.draft is not None and (changed := unlike(adopted.draft, offers)):
        raise RefusedInput(
            "The year's budgets were adopted with another budget than was offered here.", where=changed[0].place,
            remedy="Ask your commissioner to withdraw this offer; what was adopted stands on the page of versions.",
        )  # fmt: skip


def _require_acceptable(offer: Offer, by: Actor) -> None:
    found = ""
    if offer.is_provisional:
        found = f"a provisional offer: it waits for {offer.waits_for}"
    elif by.organisation.id != offer.holder_id:
        found = f"somebody acting for {by.organisation_name}; {offer.holder.name} answers for it"
    elif by.person_id == offer.issued_by_id:
        found = "the person who issued it"
    elif Query.objects.filter(offer=offer, state="asked").exists():
        found = "a query that is not answered"
    if found:
        raise RefusedInput("This budget cannot be accepted so.", where=offer.place, found=found)


@transaction.atomic
def withdraw_offer(offer: Offer, *, version: int, by: Actor, at: datetime) -> Offer:
    """Take back an offer nobody has agreed."""
    state = move(OFFER, "withdraw", offer.state, where=offer.place)
    claim(offer, version=version, where=offer.place, state=state)
    _record(offer, "withdraw_offer", by, at)
    return offer


@transaction.atomic
def lapse_offers(offers: Iterable[Offer], *, by: Doer, at: datetime) -> int:
    """End offers of a year that is over. This returns how many."""
    count = 0
    for offer in offers:
        claim(
            offer, version=offer.version, where=offer.place, state=move(OFFER, "lapse", offer.state, where=offer.place)
        )
        _record(offer, "lapse_offer", by, at)
        count += 1
    return count


def _record(offer: Offer, verb: str, by: Doer, at: datetime, **more: str) -> None:
    told = {"practice": offer.practice.name, "year": str(offer.round.financial_year), **more}
    record(by=by, verb=verb, about=("offer", offer.id), at=at, told=told)
