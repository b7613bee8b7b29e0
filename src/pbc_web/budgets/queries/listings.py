"""What an actor finds under Budgets: rounds in sight, offers to answer, queries that wait, decisions to judge."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty
from pbc_web.budgets.models import Decision, DecisionLine, Delegation, Draft, Offer, Query, Remark, Round, VersionLine
from pbc_web.budgets.states import LIVE, OPEN


def rounds_seen_by(actor: Actor) -> QuerySet[Round]:
    """Rounds of the commissioners in sight, newest year first."""
    return Round.objects.visible_to(actor, sums=True).select_related("commissioner", "chosen_draft")


def offers_seen_by(actor: Actor) -> QuerySet[Offer]:
    """Offers in an actor's own reach."""
    return Offer.objects.visible_to(actor).select_related(
        "practice", "commissioner", "holder", "round__commissioner", "draft", "issued_by", "received_by", "accepted_by"
    )


def offers_to_answer(actor: Actor) -> QuerySet[Offer]:
    """Open offers that the actor's organisation answers for."""
    return offers_seen_by(actor).filter(holder=actor.organisation, state__in=OPEN)


def bundle_of(offer: Offer, actor: Actor) -> list[Offer]:
    """The firm offers of the same round that one holder accepts in one act, the offer among them."""
    same = offers_seen_by(actor).filter(round=offer.round, holder=offer.holder, state__in=OPEN, is_provisional=False)
    return [each for each in same.prefetch_related("lines") if each.state != "queried"]


def queries_of(offer: Offer) -> QuerySet[Query]:
    """What was asked about an offer, with what was said, oldest first."""
    said = Remark.objects.select_related("said_by", "said_for")
    return Query.objects.filter(offer=offer).prefetch_related(Prefetch("remarks", queryset=said))


def queries_waiting(actor: Actor) -> QuerySet[Query]:
    """Queries within an actor's reach that wait for an answer, soonest due first."""
    offers = Offer.objects.visible_to(actor)
    waiting = Query.objects.filter(offer__in=offers.values("id"), state="asked", offer__state__in=LIVE)
    return waiting.select_related("offer__practice", "offer__round").order_by("answer_by", "id")


def drafts_seen_by(actor: Actor) -> QuerySet[Draft]:
    """Drafts of the commissioners in sight."""
    return Draft.objects.visible_to(actor, sums=True).select_related("round__commissioner", "run", "asked_by")


def decisions_seen_by(actor: Actor) -> QuerySet[Decision]:
    """Decisions of the commissioner in sight, and those that touch the actor's own practices; newest first.

    A practice sees decisions of its own lines alone: `sums` opens its commissioner's rounds to it, not others' decisions.
    Of a decision about many practices it sees its own lines; of a virement all, as it agrees to the whole or not.
    """
    is_commissioners = actor.organisation.kind not in ("practice", "cluster", "pcn", "neighbourhood")
    found = Decision.objects.visible_to(actor, sums=is_commissioners).distinct()
    lines = DecisionLine.objects.select_related("practice")
    if not is_commissioners:
        lines = lines.filter(Q(practice__in=actor.reach.detail) | Q(decision__kind="virement"))
    return found.select_related(
        "round__commissioner", "commissioner", "proposed_by", "decided_by", "draft", "new_holder", "run"
    ).prefetch_related(Prefetch("lines", queryset=lines), "consents")


def decisions_to_judge(actor: Actor) -> QuerySet[Decision]:
    """Proposals that wait for the actor's organisation, but not the actor's own: a practice judges virements of its lines."""
    waiting = decisions_seen_by(actor).filter(state="proposed").exclude(proposed_by_id=actor.person_id)
    if actor.may(Duty.APPROVE_BUDGETS):
        return waiting.filter(commissioner=actor.organisation)
    own = actor.organisation
    return waiting.filter(kind="virement", lines__practice=own).exclude(consents__practice=own)


def delegations_kept_by(actor: Actor) -> QuerySet[Delegation]:
    """What the actor's own organisation delegates or means to, newest first."""
    seen = Delegation.objects.visible_to(actor, sums=True).filter(commissioner=actor.organisation)
    return seen.select_related("commissioner", "held_by", "proposed_by", "judged_by").prefetch_related("ends__ended_by")


def delegations_to_judge(actor: Actor) -> QuerySet[Delegation]:
    """Delegations that wait for somebody at the actor's organisation, but not the actor's own."""
    waiting = delegations_kept_by(actor) if actor.may(Duty.APPROVE_BUDGETS) else Delegation.objects.none()
    return waiting.filter(state="proposed").exclude(proposed_by_id=actor.person_id)


def version_lines_seen_by(actor: Actor) -> QuerySet[VersionLine]:
    """Lines of agreed budgets in an actor's own reach."""
    return VersionLine.objects.visible_to(actor).select_related("version__decision", "version__round", "practice")
