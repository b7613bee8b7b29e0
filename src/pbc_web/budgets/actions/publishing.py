"""From approved to in force: the engine publishes one decision after another, and each makes the next version.

A version is what the one before held plus the lines of its decision, to the penny; a set that says otherwise is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from pbc.errors import RefusedInput
from pbc.money import pounds_and_pence
from pbc.periods import Month
from pbc_web.accounts.actor import Actor, Process
from pbc_web.audit.actions import Doer, record
from pbc_web.budgets.actions.claims import claim
from pbc_web.budgets.models import Decision, Offer, Pot, Round, Version, VersionLine
from pbc_web.budgets.states import DECISION, LIVE, move
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import practices_of
from pbc_web.runs import actions as runs

WORKER = Process("worker")
Place = tuple[str, str]  # practice code, service


def ask_next(in_round: Round, *, by: Doer, at: datetime) -> None:
    """Ask the engine for the approved decision that waited longest, unless one is under way."""
    waiting = Decision.everywhere.filter(round=in_round, state="approved").order_by("decided_at", "id")
    if any(each.run_id for each in waiting) or not waiting:
        return
    decision = waiting[0]
    kind, parameters = _asked(decision)
    decision.run = runs.ask(
        kind, parameters=parameters, organisation=in_round.commissioner, by=by, at=at,
        key=f"budget-decision-{decision.id}-{decision.version}",
    )  # fmt: skip
    Decision.everywhere.filter(id=decision.id).update(run=decision.run)


def _asked(decision: Decision) -> tuple[str, dict[str, Any]]:
    told: dict[str, Any] = {"year": decision.round.year, "decision": decision.reference}
    if decision.kind == "adopt":
        assert decision.draft is not None
        return "adopt_budgets", {**told, "draft_set_id": decision.draft.set_id}
    shared = {
        "financial_year": decision.round.year, "amendment_number": 1, "kind": decision.kind,
        "money_source": decision.money_source, "effective_month": Month.parse(decision.effective_month).number,
        "decision": decision.reference, "reason": decision.reason,
    }  # fmt: skip
    rows = [
        {**shared, "practice_code": line.practice.code, "service": line.service, "amount_pence": line.amount_pence}
        for line in decision.lines.select_related("practice")
    ]
    latest = Version.objects.filter(round=decision.round).latest("number")
    return "amend_budgets", {**told, "base_set_id": latest.set_id, "rows": rows}


@transaction.atomic
def publish(
    decision: Decision,
    *,
    set_name: str,
    set_id: str,
    amounts: Mapping[Place, int],
    held: Mapping[str, int],
    at: datetime,
) -> Version:
    """Make the next version of what the engine published. `held` is what was held back, said once, on adoption.

    Published again it is the same version. Amounts that differ from what was approved are refused.
    """
    in_round = Round.everywhere.select_for_update().get(id=decision.round_id)
    made = Version.objects.filter(decision=decision).first()
    if made is not None:
        return made
    held_before = _lines_of(Version.objects.filter(round=in_round).order_by("-number").first())
    if decision.kind == "adopt":
        Pot.objects.bulk_create(Pot(round=in_round, kind=kind, held_pence=pence) for kind, pence in held.items())
        now = dict(amounts)
    else:
        now = _after(held_before, decision)
        _require_same(now, amounts, decision)
    version = _make(decision, now, set_name=set_name, set_id=set_id, by=WORKER, at=at)
    ask_next(in_round, by=WORKER, at=at)
    return version


def publish_at_once(decision: Decision, *, by: Actor, at: datetime) -> None:
    """Put in force what moves no money this year: who holds budgets makes a version, protection of a saving does not."""
    if decision.kind == "holder":
        assert decision.new_holder is not None
        practices = decision.lines.values("practice_id")
        Offer.everywhere.filter(round=decision.round, practice__in=practices, state__in=LIVE).update(
            holder=decision.new_holder,
            version=F("version") + 1,  # who answered for it before answers no more
        )
        latest = Version.objects.filter(round=decision.round).latest("number")
        _make(decision, _lines_of(latest), set_name=latest.set_name, set_id=latest.set_id, by=by, at=at)
    else:
        _mark(decision, "publish", by=by, at=at)


@transaction.atomic
def fail(decision: Decision, *, fault: str, at: datetime) -> None:
    """Note that an approved decision could not be published, and why; the next one in line is tried."""
    claim(
        decision, version=decision.version, where=decision.reference, fault=fault, run=None,
        state=move(DECISION, "fail", decision.state, where=decision.reference),
    )  # fmt: skip
    record(
        by=WORKER,
        verb="fail_budget_decision",
        about=("budget_decision", decision.id),
        at=at,
        told={"reference": decision.reference},
    )
    ask_next(decision.round, by=WORKER, at=at)


def _lines_of(version: Version | None) -> dict[Place, int]:
    lines = VersionLine.everywhere.filter(version=version).select_related("practice") if version else ()
    return {(line.practice.code, line.service): line.amount_pence for line in lines}


def _after(before: Mapping[Place, int], decision: Decision) -> dict[Place, int]:
    now = dict(before)
    for line in decision.lines.select_related("practice"):
        now[line.practice.code, line.service] += line.amount_pence
    return now


def _require_same(now: Mapping[Place, int], amounts: Mapping[Place, int], decision: Decision) -> None:
    wrong = sorted(place for place in {*now, *amounts} if now.get(place) != amounts.get(place))
    if wrong:
        raise RefusedInput(
            "What was published is not what was approved.", where=f"{decision.reference}: {', '.join(wrong[0])}",
            found=pounds_and_pence(amounts.get(wrong[0], 0)), expected=pounds_and_pence(now.get(wrong[0], 0)),
            remedy="Nothing was put in force. Tell your administrator.",
        )  # fmt: skip


def _make(
    decision: Decision, now: Mapping[Place, int], *, set_name: str, set_id: str, by: Doer, at: datetime
) -> Version:  # fmt: skip
    last = Version.objects.filter(round=decision.round_id).order_by("-number").values_list("number", flat=True).first()
    version = Version.objects.create(
        round_id=decision.round_id,
        number=(last or 0) + 1,
        decision=decision,
        set_name=set_name,
        set_id=set_id,
        published_at=at,
    )
    start = decision.round.financial_year.start
    ours: dict[str, Organisation] = {each.code: each for each in practices_of(decision.round.commissioner, on=start)}
    VersionLine.everywhere.bulk_create(
        VersionLine(version=version, practice=ours[code], service=service, amount_pence=pence)
        for (code, service), pence in now.items()
        if code in ours
    )
    _mark(decision, "publish", by=by, at=at, version=version.number)
    return version


def _mark(decision: Decision, verb: str, *, by: Doer, at: datetime, **told: object) -> None:
    state = move(DECISION, verb, decision.state, where=decision.reference)
    claim(decision, version=decision.version, where=decision.reference, state=state)
    record(
        by=by, verb=f"{verb}_budget_decision", about=("budget_decision", decision.id), at=at,
        told={"reference": decision.reference, **told},
    )  # fmt: skip
