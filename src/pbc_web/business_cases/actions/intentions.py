"""The commissioner's plan: its intentions and where they came from, answers to lines left out, and steps of the year that are done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.business_cases.actions.taking import locked, require_handler, require_not_kept_away
from pbc_web.business_cases.models import Intention, IntentionSource, LineLeftOut, Proposal, YearStep
from pbc_web.business_cases.permissions import may_handle_proposals
from pbc_web.business_cases.queries.conflicts import withheld_codes
from pbc_web.business_cases.queries.intentions import STEPS, Line
from pbc_web.business_cases.states import INTENTION_MOVES
from pbc_web.business_cases.telling import authors_of, tell
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved


@dataclass(frozen=True)
class Intended:
    """What an intention says: its words, and the budget line and pence where they are known."""

    words: str
    service: str = ""
    pence: int | None = None


def _require_own(by: Actor, commissioner: Organisation) -> None:
    if not may_handle_proposals(by) or by.organisation.id != commissioner.id:
        raise RefusedInput(
            "The plan is kept by whoever handles the commissioner's proposals.", found=by.organisation_name, expected=commissioner.name
        )  # fmt: skip


def _record(
    verb: str, about: tuple[str, str], commissioner: Organisation, year: str, by: Actor, at: datetime, **more: object
) -> None:
    told = {"commissioner": commissioner.name, "year": str(FinancialYear.parse(year)), **more}
    record(by=by, verb=verb, about=about, at=at, told=told)


@transaction.atomic
def write_intention(
    commissioner: Organisation, year: FinancialYear, said: Intended, lines: Sequence[Line], *, by: Actor, at: datetime,
    over: Intention | None = None,
) -> Intention:  # fmt: skip
    """Write an intention of a year, or change one that is not dropped, with exactly the lines it came from."""
    _require_own(by, commissioner)
    found = Intention.everywhere.select_for_update().get(id=over.id) if over else None
    if found and (found.state == "dropped" or found.commissioner_id != commissioner.id):
        raise RefusedInput("This intention cannot be changed.", found=found.get_state_display())
    made = found or Intention(commissioner=commissioner, financial_year=year.slug, by_id=by.person_id, at=at)
    made.words, made.service, made.pence, made.changed_at = said.words, said.service, said.pence, at
    made.save()
    _come_from(made, lines, by, at)
    _record(
        "change_intention" if found else "write_intention", ("intention", str(made.id)), commissioner, year.slug, by, at,
        count=len(lines),
    )  # fmt: skip
    return made


def _come_from(made: Intention, lines: Sequence[Line], by: Actor, at: datetime) -> None:
    """Have an intention come from these lines and no others, but for those of proposals kept from whoever writes it, which stay; an
    answer that left one of them out ends."""
    wanted = {(each.proposal.id, each.place): each for each in lines}
    seen = made.sources.exclude(proposal__code__in=withheld_codes(*by.eyes))
    for held in seen.filter(ended_at__isnull=True):
        if wanted.pop((held.proposal_id, held.line), None) is None:
            held.ended_at = at
            held.save()
    for line in wanted.values():
        proposal = _fair(line.proposal, made.commissioner_id, made.financial_year, by)
        IntentionSource.objects.create(
            intention=made, proposal=proposal, line=line.place, words=line.words, by_id=by.person_id, at=at
        )
        LineLeftOut.objects.filter(proposal=proposal, line=line.place, ended_at__isnull=True).update(ended_at=at)
        tell(
            authors_of(proposal), proposal, subject=f"{proposal.code}: a line is in the commissioner's plan",
            body=f"“{line.words}” is part of what the commissioner intends: {made.words}", link=link_to_plan(made),
            key=f"taken-{made.id}-{line.place}-{at.isoformat()}", at=at,
        )  # fmt: skip


def link_to_plan(intention: Intention) -> str:
    """The address of the year's plan an intention stands in."""
    return f"/proposals/intentions/{intention.commissioner.code}/{intention.financial_year}/"


def _fair(proposal: Proposal, commissioner_id: int, year: str, by: Actor) -> Proposal:
    held = locked(proposal, "approved")
    require_handler(by, held)
    if held.commissioner_id != commissioner_id or held.financial_year != year:
        raise RefusedInput(
            "This proposal is of another commissioner or year.", where=held.code, found=held.financial_year
        )
    require_not_kept_away(by.person_id, held)
    return held


@transaction.atomic
def move_intention(intention: Intention, move: str, *, by: Actor, at: datetime, reason: str = "") -> Intention:
    """Agree an intention, or drop it with the reason: the lines it came from wait for an answer again."""
    _require_own(by, intention.commissioner)
    found = Intention.everywhere.select_for_update().get(id=intention.id)
    found.state = moved(INTENTION_MOVES, found.state, move, what="intention")
    if found.state == "dropped" and not reason.strip():
        raise RefusedInput("An intention is dropped with its reason.")
    found.dropped_because, found.changed_at = reason, at
    found.save()
    _record(f"{move}_intention", ("intention", str(found.id)), intention.commissioner, found.financial_year, by, at)
    return found


@transaction.atomic
def leave_out(line: Line, *, reason: str, by: Actor, at: datetime) -> LineLeftOut:
    """Answer a line of an approved plan that the commissioner's plan leaves out: why, once. Its authors are told."""
    held = _fair(line.proposal, line.proposal.commissioner_id, line.proposal.financial_year, by)
    if not reason.strip():
        raise RefusedInput("A line is left out with its reason.", where=held.code)
    live = IntentionSource.objects.filter(proposal=held, line=line.place, ended_at__isnull=True)
    if live.exclude(intention__state="dropped").exists():
        raise RefusedInput("This line is in the plan.", where=held.code, remedy="Take it off the intention first.")
    if LineLeftOut.objects.filter(proposal=held, line=line.place, ended_at__isnull=True).exists():
        raise RefusedInput("This line was answered already.", where=held.code)
    made = LineLeftOut.objects.create(
        proposal=held, line=line.place, words=line.words, reason=reason, by_id=by.person_id, at=at
    )
    _record("leave_line_out", ("proposal", held.code), held.commissioner, held.financial_year, by, at, code=held.code)
    tell(
        authors_of(held), held, subject=f"{held.code}: a line is not in the commissioner's plan",
        body=f"“{line.words}” is left out: {reason}", key=f"left-{made.id}", at=at,
        link=f"/proposals/intentions/{held.commissioner.code}/{held.financial_year}/",
    )  # fmt: skip
    return made


@transaction.atomic
def tick_step(
    commissioner: Organisation, year: FinancialYear, step: str, *, done_on: date, by: Actor, at: datetime
) -> YearStep:  # fmt: skip
    """Say since which day a step of the year is done; said again, the day is corrected."""
    _require_own(by, commissioner)
    if step not in STEPS:
        raise RefusedInput("There is no such step.", found=step)
    if done_on > day_of(at):
        raise RefusedInput(
            "What is done was done by today.", found=done_on.isoformat(), expected=day_of(at).isoformat()
        )
    given = {"done_on": done_on, "by_id": by.person_id, "at": at}
    made, _ = YearStep.everywhere.update_or_create(
        commissioner=commissioner, financial_year=year.slug, step=step, defaults=given
    )
    _record(
        "tick_step", ("year_step", step), commissioner, year.slug, by, at, step=STEPS[step], day=done_on.isoformat()
    )
    return made


@transaction.atomic
def untick_step(commissioner: Organisation, year: FinancialYear, step: str, *, by: Actor, at: datetime) -> None:
    """Say that a step ticked by mistake is not done."""
    _require_own(by, commissioner)
    count, _ = YearStep.everywhere.filter(commissioner=commissioner, financial_year=year.slug, step=step).delete()
    if not count:
        raise RefusedInput("This step is not done.", found=step)
    _record("untick_step", ("year_step", step), commissioner, year.slug, by, at, step=STEPS[step])
