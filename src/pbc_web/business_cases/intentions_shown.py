"""The commissioner's plan and the calendar of its year as tables, the same on pages and in files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.urls import reverse

from pbc.money import pounds
from pbc.periods import FinancialYear
from pbc.reports.view import Head, PageTable
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import Task
from pbc_web.budgets.names import service_title
from pbc_web.business_cases.models import Intention, LineLeftOut
from pbc_web.business_cases.permissions import may_handle_proposals
from pbc_web.business_cases.queries.conflicts import withheld_codes
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.business_cases.queries.intentions import Line, Step, calendar_of, waiting_lines
from pbc_web.business_cases.queries.library import owners_told
from pbc_web.business_cases.queries.work import kept_away_from
from pbc_web.shell.words import count_of, day

KEPT = "A proposal you are kept away from"
NO_MONEY = "Not named"
IN_ITS_PAPERS = "In its papers"


def intentions_table(actor: Actor, found: Sequence[Intention], *, address: str = "") -> PageTable:
    """This returns intentions with the lines they came from; `address` begins the link of each, for whoever may change them."""
    proposals = {each.proposal_id: each.proposal for of in found for each in of.live}  # type: ignore[attr-defined]  # prefetched
    owners, kept = owners_told(actor, proposals.values()), set(withheld_codes(*actor.eyes))
    rows = []
    for at, each in enumerate(found, 1):
        sources = [
            KEPT if of.proposal.code in kept else f"{of.proposal.code}, {owners[of.proposal_id]}: {of.words}"
            for of in each.live  # type: ignore[attr-defined]  # prefetched
        ]
        state = each.get_state_display() + (f": {each.dropped_because}" if each.dropped_because else "")
        rows.append((
            str(at), each.words, service_title(each.service) if each.service else "None or several", _money(each.pence), state,
            "; ".join(sources) or "No proposal",
        ))  # fmt: skip
    links = {str(at): f"{address}{each.id}/" for at, each in enumerate(found, 1)} if address else {}
    heads = (
        Head("Number"), Head("Intention"), Head("Budget line"), Head("Pounds in the year", is_number=True), Head("State"),
        Head("Comes from"),
    )  # fmt: skip
    return PageTable("intentions", "Intentions", heads, tuple(rows), links=links)


def waiting_table(actor: Actor, lines: Sequence[Line], *, today: date, address: str = "") -> PageTable:
    """This returns lines that wait for an answer with their age; `address` begins the link that answers each, for whoever may. Their
    money is in the plan's papers: whoever does not read those reads none."""
    proposals = {each.proposal.id: each.proposal for each in lines}
    owners = owners_told(actor, proposals.values())
    papers = set(proposals_for(actor).filter(id__in=proposals).values_list("id", flat=True))
    rows = tuple(
        (
            str(at), each.words, _money(each.pence) if each.proposal.id in papers else IN_ITS_PAPERS,
            each.proposal.code, owners[each.proposal.id],
            count_of(each.age_on(today), "day"),
        )
        for at, each in enumerate(lines, 1)
    )  # fmt: skip
    away = kept_away_from(actor)
    links = {
        str(at): f"{address}answer/{each.proposal.code}/{each.place}/"
        for at, each in enumerate(lines, 1) if address and each.proposal.id not in away
    }  # fmt: skip
    heads = (
        Head("Number"), Head("Line"), Head("Pounds", is_number=True), Head("Plan"), Head("From"),
        Head("Waits since approval", is_number=True),
    )  # fmt: skip
    return PageTable("waiting", "Lines of approved plans that wait for an answer", heads, rows, links=links)


def left_out_table(actor: Actor, found: Sequence[LineLeftOut]) -> PageTable:
    """This returns the lines left out with their answers."""
    owners = owners_told(actor, {each.proposal_id: each.proposal for each in found}.values())
    rows = tuple(
        (
            each.words, each.proposal.code, owners[each.proposal_id], each.reason, each.by.shown_name,
            day(each.at),
        )
        for each in found
    )  # fmt: skip
    heads = tuple(Head(each) for each in ("Line", "Plan", "From", "Why it is left out", "Answered by", "Answered on"))
    return PageTable("left-out", "Lines left out, with the answer", heads, rows)


def calendar_table(steps: Sequence[Step], *, today: date) -> PageTable:
    """This returns the steps of a year with the day each is due, whether it is done, and where the day comes from."""
    rows = tuple(
        (
            each.title, day(each.due_on), day(each.done.done_on) if each.done else "Not yet", _stands(each, today),
            "Assumed" if each.is_assumed else each.source,
        )
        for each in steps
    )  # fmt: skip
    heads = tuple(Head(each) for each in ("Step", "Due by", "Done", "How it stands", "Where the day comes from"))
    return PageTable("calendar", "Steps of the year", heads, rows)


def _stands(step: Step, today: date) -> str:
    if step.done:
        return (
            f"Done {count_of((step.done.done_on - step.due_on).days, 'day')} late"
            if step.is_late(today)
            else "Done in time"
        )
    left = (step.due_on - today).days
    return f"{count_of(abs(left), 'day')} {'late' if left < 0 else 'left'}"


def _money(pence: int | None) -> str:
    return NO_MONEY if pence is None else pounds(pence)


def plan_tasks(actor: Actor, today: date) -> Iterator[Task]:
    """This yields, for whoever handles a commissioner's proposals, the lines of each year's plans that wait for their answer."""
    if not may_handle_proposals(actor):
        return
    of, waits = actor.organisation, dict[str, list[Line]]()
    away = kept_away_from(actor)
    for line in (each for each in waiting_lines(actor, of) if each.proposal.id not in away):
        waits.setdefault(line.proposal.financial_year, []).append(line)
    for slug, lines in sorted(waits.items()):
        due = next(each.due_on for each in calendar_of(of, FinancialYear.parse(slug)) if each.code == "lines_answered")
        known = [
            each for each in lines if each.proposal.decided_on <= due
        ]  # what was approved later was not yet there to answer
        title = f"Answer {count_of(len(lines), 'line')} of plans for {FinancialYear.parse(slug)}"
        href = f"{reverse('business_cases:year_plan', args=[of.code, slug])}#table-waiting"
        yield Task(title, href, due if known else None, minutes=5 * len(lines), is_late=bool(known) and due < today)
