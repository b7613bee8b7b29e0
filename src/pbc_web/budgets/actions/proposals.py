"""Proposing a change of budgets, and taking a proposal back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc.money import pounds_and_pence
from pbc.periods import Month
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.budgets.actions.alone import require_alone
from pbc_web.budgets.actions.claims import claim
from pbc_web.budgets.models import Decision, DecisionLine, Draft, Round, Version, VersionLine
from pbc_web.budgets.models.decisions import KINDS, MOVES_MONEY, SOURCES
from pbc_web.budgets.queries.agreement import agreed_in, unlike
from pbc_web.budgets.states import DECISION, move
from pbc_web.budgets.telling import tell_proposed
from pbc_web.organisations.models import Organisation


@dataclass(frozen=True)
class Line:
    """What a proposal adds to one line of a practice; with no service it is about the practice's whole budget."""

    practice: Organisation
    service: str = ""
    amount_pence: int = 0


@dataclass(frozen=True)
class Proposal:
    """What is proposed. Which fields count depends on the kind."""

    kind: str
    reason: str
    lines: Sequence[Line] = ()
    money_source: str = ""
    effective_month: str = ""
    more: Mapping[str, object] = field(default_factory=dict)  # draft, new_holder, protected_years


@transaction.atomic
def propose(in_round: Round, proposal: Proposal, *, by: Actor, at: datetime) -> Decision:
    """Propose a change with its reason. What could never be approved is refused now, by name."""
    Round.everywhere.select_for_update().get(id=in_round.id)
    if not proposal.reason.strip():
        raise RefusedInput("A proposal needs its reason.", where=KINDS[proposal.kind])
    latest = Version.objects.filter(round=in_round).order_by("-number").first()
    if proposal.kind == "adopt":
        _require_adoptable(in_round, proposal, latest)
    else:
        _require_lines(proposal, latest)
    decision = Decision.everywhere.create(
        round=in_round, commissioner_id=in_round.commissioner_id, kind=proposal.kind, reason=proposal.reason,
        money_source=proposal.money_source, effective_month=proposal.effective_month, proposed_by_id=by.person_id,
        proposed_at=at, **proposal.more,
    )  # fmt: skip
    DecisionLine.objects.bulk_create(
        DecisionLine(decision=decision, practice=line.practice, service=line.service, amount_pence=line.amount_pence)
        for line in proposal.lines
    )
    told = {"kind": KINDS[decision.kind].lower(), "reference": decision.reference}
    record(by=by, verb="propose_budget_decision", about=("budget_decision", decision.id), at=at, told=told)
    tell_proposed(decision, at=at)
    return decision


def _require_adoptable(in_round: Round, proposal: Proposal, latest: Version | None) -> None:
    draft = proposal.more.get("draft")
    if latest is not None or Decision.everywhere.filter(round=in_round, kind="adopt").exclude(
        state__in=("refused", "withdrawn")
    ):
        raise RefusedInput(
            "These budgets are adopted already, or about to be.",
            where=str(in_round),
            remedy="Propose an amendment instead.",
        )
    if not isinstance(draft, Draft) or draft.round_id != in_round.id or draft.state != "ready":
        raise RefusedInput("Only a draft of this year that is worked out can be adopted.", where=str(in_round))
    require_adoptable(in_round, draft)


def require_adoptable(in_round: Round, draft: Draft) -> None:
    """This refuses to adopt what is not this commissioner's alone, or not what was agreed."""
    require_alone(in_round.commissioner, in_round.financial_year)
    require_as_agreed(in_round, draft)


def require_as_agreed(in_round: Round, draft: Draft) -> None:
    """This refuses to adopt a draft that holds another budget for a practice than the practice has agreed."""
    changed = unlike(draft, agreed_in(in_round))
    if changed:
        raise RefusedInput(
            "Budgets that are agreed are frozen, and this draft holds others.", where=draft.name,
            found=", ".join(sorted(each.practice.name for each in changed)),
            remedy="Adopt the draft that was agreed, then propose what is to change.",
        )  # fmt: skip


def _require_lines(proposal: Proposal, latest: Version | None) -> None:
    where = KINDS[proposal.kind]
    if latest is None and proposal.kind != "saving_protected":
        raise RefusedInput(
            "There is no agreed budget to change yet.", where=where, remedy="Adopt a draft as the year's budgets first."
        )
    if not proposal.lines:
        raise RefusedInput("Nothing is changed by this.", where=where, expected="at least one practice")
    places = [(line.practice.id, line.service) for line in proposal.lines]
    if len(set(places)) != len(places):
        raise RefusedInput("One line stands twice.", where=where, remedy="Add the two amounts together.")
    if proposal.kind in MOVES_MONEY and latest is not None:
        _require_money(proposal, latest)
    elif proposal.kind == "saving_protected" and min(line.amount_pence for line in proposal.lines) <= 0:
        raise RefusedInput("A protected saving is an amount above nothing.", where=where)


def _require_money(proposal: Proposal, latest: Version) -> None:
    where = KINDS[proposal.kind]
    if proposal.money_source not in SOURCES[proposal.kind]:
        raise RefusedInput(
            "This kind of change takes its money from elsewhere.", where=where, found=proposal.money_source or "no source",
            expected=" or ".join(SOURCES[proposal.kind]),
        )  # fmt: skip
    if Month.parse(proposal.effective_month).financial_year != latest.round.financial_year:
        raise RefusedInput(
            "The month belongs to another year.", where=where, found=proposal.effective_month,
            expected=f"a month of {latest.round.financial_year}",
        )  # fmt: skip
    amounts: list[int] = [line.amount_pence for line in proposal.lines]
    if 0 in amounts:
        raise RefusedInput("A change of nothing changes nothing.", where=where, remedy="Leave the line out.")
    if proposal.kind == "virement" and sum(amounts) != 0:
        raise RefusedInput(
            "A virement must sum to nothing.", where=where, found=pounds_and_pence(sum(amounts)),
            remedy="Name the line that gives what another gets.",
        )  # fmt: skip
    if proposal.kind == "top_slice" and min(amounts) < 0:
        raise RefusedInput("A release only adds to budgets.", where=where, found=pounds_and_pence(min(amounts)))
    held = set(VersionLine.everywhere.filter(version=latest).values_list("practice_id", "service"))
    lost = [line for line in proposal.lines if (line.practice.id, line.service) not in held]
    if lost:
        raise RefusedInput(
            "A practice has no such line this year.", where=where, found=f"{lost[0].practice.name}, {lost[0].service}"
        )


@transaction.atomic
def withdraw_proposal(decision: Decision, *, version: int, by: Actor, at: datetime) -> Decision:
    """Take back a proposal nobody has judged."""
    where = f"decision {decision.reference}"
    claim(decision, version=version, where=where, state=move(DECISION, "withdraw", decision.state, where=where))
    record(
        by=by, verb="withdraw_budget_decision", about=("budget_decision", decision.id), at=at,
        told={"reference": decision.reference},
    )  # fmt: skip
    return decision
