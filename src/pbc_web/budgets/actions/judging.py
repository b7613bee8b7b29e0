"""Approving and refusing: always another person than proposed it, always once; money approved is money there was."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum

from pbc.errors import RefusedInput
from pbc.money import pounds_and_pence
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty
from pbc_web.audit.actions import record
from pbc_web.budgets.actions.claims import claim
from pbc_web.budgets.actions.proposals import require_adoptable
from pbc_web.budgets.actions.publishing import ask_next, publish_at_once
from pbc_web.budgets.models import Consent, Decision, DecisionLine, Pot, Round, Version, VersionLine
from pbc_web.budgets.models.decisions import MOVES_MONEY
from pbc_web.budgets.states import DECISION, move
from pbc_web.budgets.telling import tell_decided


@transaction.atomic
def approve(decision: Decision, *, version: int, answer: str, by: Actor, at: datetime) -> Decision:
    """Approve a proposal of another person's. Money moves in the next version, which the engine then publishes."""
    if not by.may(Duty.APPROVE_BUDGETS) or by.organisation.id != decision.commissioner_id:
        raise RefusedInput(
            "This is approved at the commissioner.",
            where=decision.reference,
            found=f"somebody acting for {by.organisation_name}",
        )
    return _approve(decision, version=version, answer=answer, by=by, at=at)


def _approve(decision: Decision, *, version: int, answer: str, by: Actor, at: datetime) -> Decision:
    Round.everywhere.select_for_update().get(id=decision.round_id)  # versions and pots of a round change one at a time
    if decision.draft is not None:
        require_adoptable(decision.round, decision.draft)  # some may have agreed since it was proposed
    _judge(decision, "approve", version, answer, by, at)
    if decision.kind in MOVES_MONEY:
        _require_within_lines(decision)
        _draw(decision, sign=1)
    if decision.kind in ("holder", "saving_protected"):
        publish_at_once(decision, by=by, at=at)
    else:
        ask_next(decision.round, by=by, at=at)
    return decision


@transaction.atomic
def consent(decision: Decision, *, version: int, by: Actor, at: datetime) -> Decision:
    """A practice agrees to a virement of its lines; once all whose lines move have agreed, it is approved."""
    concerned = set(decision.lines.values_list("practice_id", flat=True))
    if decision.kind != "virement" or by.organisation.id not in concerned or not by.may(Duty.ACCEPT_BUDGET):
        raise RefusedInput(
            "Consent is given by a practice to a virement of its own lines.", where=decision.reference,
            found=f"somebody acting for {by.organisation_name}",
        )  # fmt: skip
    if by.person_id == decision.proposed_by_id:
        raise RefusedInput("Whoever proposes does not consent.", where=decision.reference)
    Round.everywhere.select_for_update().get(id=decision.round_id)  # of two who agree last, one sees the other's
    move(DECISION, "approve", decision.state, where=decision.reference)
    Consent.objects.get_or_create(
        decision=decision, practice=by.organisation, defaults={"given_by_id": by.person_id, "given_at": at}
    )
    record(
        by=by, verb="consent_to_virement", about=("budget_decision", decision.id), at=at,
        told={"reference": decision.reference},
    )  # fmt: skip
    if concerned == set(decision.consents.values_list("practice_id", flat=True)):
        _approve(decision, version=version, answer="Every practice whose lines move has agreed.", by=by, at=at)
    return decision


@transaction.atomic
def refuse(decision: Decision, *, version: int, answer: str, by: Actor, at: datetime) -> Decision:
    """Refuse a proposal, with the reason."""
    if not answer.strip():
        raise RefusedInput("A refusal needs its reason.", where=decision.reference)
    is_ours = by.may(Duty.APPROVE_BUDGETS) and by.organisation.id == decision.commissioner_id
    is_theirs = decision.kind == "virement" and decision.lines.filter(practice=by.organisation).exists()
    if not (is_ours or is_theirs):
        raise RefusedInput("This is not yours to refuse.", where=decision.reference, found=by.organisation_name)
    _judge(decision, "refuse", version, answer, by, at)
    return decision


def _judge(decision: Decision, verb: str, version: int, answer: str, by: Actor, at: datetime) -> None:
    if by.person_id == decision.proposed_by_id:
        raise RefusedInput(
            "One person cannot propose and decide.",
            where=decision.reference,
            remedy="Ask a colleague who may approve budgets.",
        )
    state = move(DECISION, verb, decision.state, where=decision.reference)
    claim(
        decision,
        version=version,
        where=decision.reference,
        state=state,
        decided_by_id=by.person_id,
        decided_at=at,
        answer=answer,
    )
    told = {"reference": decision.reference}
    record(by=by, verb=f"{verb}_budget_decision", about=("budget_decision", decision.id), at=at, told=told)
    tell_decided(decision, at=at)


@transaction.atomic
def retry(decision: Decision, *, version: int, by: Actor, at: datetime) -> Decision:
    """Try again to publish what was approved."""
    _take_up(decision, "retry", version)
    ask_next(decision.round, by=by, at=at)
    record(
        by=by,
        verb="retry_budget_decision",
        about=("budget_decision", decision.id),
        at=at,
        told={"reference": decision.reference},
    )
    return decision


@transaction.atomic
def give_up(decision: Decision, *, version: int, by: Actor, at: datetime) -> Decision:
    """Leave a decision that could not be published: its money goes back where it came from."""
    _take_up(decision, "give_up", version)
    _draw(decision, sign=-1)
    record(
        by=by,
        verb="give_up_budget_decision",
        about=("budget_decision", decision.id),
        at=at,
        told={"reference": decision.reference},
    )
    return decision


def _take_up(decision: Decision, verb: str, version: int) -> None:
    Round.everywhere.select_for_update().get(id=decision.round_id)
    state = move(DECISION, verb, decision.state, where=decision.reference)
    claim(decision, version=version, where=decision.reference, state=state)


def _require_within_lines(decision: Decision) -> None:
    """No line goes below nothing, whatever else is approved and not yet published."""
    latest = Version.objects.filter(round=decision.round_id).latest("number")
    held = {
        (line.practice_id, line.service): line.amount_pence for line in VersionLine.everywhere.filter(version=latest)
    }
    waiting = DecisionLine.objects.filter(decision__round=decision.round_id, decision__state__in=("approved", "failed"))
    changes = waiting.values("practice_id", "service", "practice__name").annotate(pence=Sum("amount_pence"))
    for row in changes:
        left = held.get((row["practice_id"], row["service"]), 0) + row["pence"]
        if left < 0:
            raise RefusedInput(
                "This takes more than the line holds.", where=f"{row['practice__name']}, {row['service']}",
                found=pounds_and_pence(row["pence"]), expected=f"at most {pounds_and_pence(left - row['pence'])} less",
            )  # fmt: skip


def _draw(decision: Decision, *, sign: int) -> None:
    if decision.money_source not in ("risk_pool", "top_slice"):
        return
    amount = sign * sum(line.amount_pence for line in decision.lines.all())
    pots = Pot.objects.filter(round=decision.round_id, kind=decision.money_source)
    if not pots.filter(held_pence__gte=F("drawn_pence") + amount).update(drawn_pence=F("drawn_pence") + amount):
        left = sum(pot.left_pence for pot in pots)
        raise RefusedInput(
            "There is not so much left to draw on.", where=decision.reference, found=pounds_and_pence(amount),
            expected=f"at most {pounds_and_pence(left)}",
        )  # fmt: skip
