"""Agendas and quorums of proposals: who of a panel may decide on one, whose panel does, and what stands before a meeting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db.models import Q, QuerySet
from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import AgendaItem, Author, Proposal, Recusal
from pbc_web.business_cases.permissions import may_take_part
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.business_cases.routing import meeting_among, meeting_for
from pbc_web.business_cases.rules import rules_of
from pbc_web.panels.agendas import Agenda
from pbc_web.panels.models import Meeting, Member, Panel
from pbc_web.panels.queries import meetings_of, members_on, next_meetings, panel_of
from pbc_web.runs.case_readings import MeetingFound
from pbc_web.shell.clock import day_of


@dataclass(frozen=True)
class Able:
    """Who of a panel may decide on a proposal: voting members not kept away and no authors, who is not, and what it needs."""

    panel: Panel
    members: tuple[Member, ...]
    excluded: tuple[Member, ...]

    @property
    def has_chair(self) -> bool:
        """Whether its chair may take part."""
        return any(each.is_chair for each in self.members)

    @property
    def can_decide(self) -> bool:
        """Whether enough may take part, the chair among them."""
        return self.has_chair and len(self.members) >= self.panel.quorum

    @property
    def why_not(self) -> str:
        """Why it cannot decide, in a sentence."""
        if not self.has_chair:
            return f"The chair of {self.panel.name} may not take part, or there is none."
        return f"Of {self.panel.name} {len(self.members)} members with a vote may take part; {self.panel.quorum} are needed."


def kept_out(proposal: Proposal, *, then: datetime | None = None) -> set[int]:
    """Whoever takes no part in deciding on a proposal, now or as it stood then: kept away at any level, or its author."""
    lasts = Q(ended_at__isnull=True)
    if then is not None:
        lasts = Q(at__lte=then) & (lasts | Q(ended_at__gt=then))
    away = Recusal.objects.filter(lasts, proposal=proposal).values_list("person_id", flat=True)
    return set(away) | set(Author.objects.filter(proposal=proposal).values_list("person_id", flat=True))


def able_of(panel: Panel, proposal: Proposal, day: date) -> Able:
    """Who of a panel may decide on a proposal on a day."""
    out, voting = kept_out(proposal), [each for each in members_on(panel, day) if each.is_voting]
    return Able(
        panel,
        tuple(each for each in voting if each.person_id not in out),
        tuple(each for each in voting if each.person_id in out),
    )


def panels_for(proposal: Proposal, day: date) -> list[Able]:
    """The commissioner's panel, and where it cannot decide on a proposal the named alternate of a neighbour."""
    panel = panel_of(proposal.commissioner, day)
    if panel is None:
        return []
    own = able_of(panel, proposal, day)
    return [own] if own.can_decide or panel.alternate is None else [own, able_of(panel.alternate, proposal, day)]


def meetings_for(proposal: Proposal, day: date) -> list[Meeting]:
    """The meetings that still take papers at which a proposal can be decided, of whichever panel can."""
    able = [each.panel for each in panels_for(proposal, day) if each.can_decide]
    return [meeting for panel in able for meeting in next_meetings(panel, day).filter(papers_due_on__gte=day)]


def without_meeting(proposal: Proposal, day: date) -> list[tuple[str, str]]:
    """Why a proposal can be set before no meeting, and the ways out: sentences, each with the address of where that is done."""
    able, panel = panels_for(proposal, day), reverse("panels:panel", args=[proposal.commissioner.code])
    if not able:
        return [("The commissioner has no panel.", ""), ("Set one up on the panel's page", panel)]
    if any(each.can_decide for each in able):
        return [("No further meeting is planned that still takes papers.", ""), ("Plan one on the panel's page", panel)]
    ways = [(" ".join(each.why_not for each in able), "")]
    if len(able) == 1:
        ways.append(("Name a neighbour's panel to stand in, on the panel's page", panel))
    if able[0].has_chair and decider_of(proposal) == "chairs_action":
        ways.append(("No meeting falls inside its clock: the chair can decide alone.", ""))
    if any(each.excluded for each in able):
        page = reverse("business_cases:proposal", args=[proposal.code])
        ways.append(("End a recusal with a reason, under “Who has a stake in it”", f"{page}#conflicts"))
    return ways


def decider_of(proposal: Proposal) -> str:
    """Who decides a proposal by the rules of the day it was submitted, or came back: a delegated officer or the committee, by its route;
    where no meeting planned falls inside its clock the committee's go to whom the rules name instead, the chair alone or an officer."""
    return deciders_of([proposal])[proposal.id]


def deciders_of(proposals: Iterable[Proposal]) -> dict[int, str]:
    """Who decides each of some proposals, by its id; the meetings of a commissioner whose committee decides some are read once."""
    meetings: dict[int, pl.DataFrame] = {}
    found: dict[int, str] = {}
    for each in proposals:
        assert each.submitted_at is not None and each.due_on is not None  # noqa: PT018  # submitted, or nobody asks
        on, of = day_of(each.submitted_at), each.commissioner
        found[each.id] = rules_of(of, on=on).decided_by(each)
        if found[each.id] == "committee":
            if of.id not in meetings:
                meetings[of.id] = meetings_of(of)
            last = meeting_among(meetings[of.id], submitted_on=on, due_on=each.due_on)
            found[each.id] = last.otherwise if last.answer != "possible" else "committee"
    return found


def meeting_in_time(proposal: Proposal) -> MeetingFound:
    """The last meeting of the commissioner's panel inside a proposal's clock that takes papers since it was submitted, or came back;
    or that there is none planned."""
    assert proposal.submitted_at is not None and proposal.due_on is not None  # noqa: PT018  # submitted, or nobody asks
    return meeting_for(proposal.commissioner, submitted_on=day_of(proposal.submitted_at), due_on=proposal.due_on)


def items_of(proposal: Proposal) -> QuerySet[AgendaItem]:
    """The agendas a proposal stands on."""
    found = AgendaItem.objects.filter(proposal=proposal, taken_off_at__isnull=True)
    return found.select_related("meeting__panel__commissioner", "proposal", "decision", "recommendation")


def agenda_for(actor: Actor, meeting: Meeting) -> list[AgendaItem]:
    """What stands before a meeting, of what somebody may see: what they are kept away from leaves no gap."""
    found = AgendaItem.objects.filter(meeting=meeting, taken_off_at__isnull=True, proposal__in=proposals_for(actor))
    return list(found.select_related("proposal__owner", "proposal__commissioner", "decision"))


def agenda_told(actor: Actor, meeting: Meeting) -> Agenda | None:
    """A meeting's agenda for the page of the meeting: None for whoever may not open it."""
    if not may_take_part(actor):
        return None
    items = agenda_for(actor, meeting)
    if meeting.panel.commissioner_id != actor.organisation.id and not items:
        return None
    return Agenda(reverse("business_cases:agenda", args=[meeting.id]), len(items))


def member_at(actor: Actor, meeting: Meeting) -> Member | None:
    """The seat somebody has on the panel of a meeting on its day, or None."""
    return members_on(meeting.panel, meeting.meets_on).filter(person=actor.person_id).first()


def organisations_deciding(proposal: Proposal) -> set[int]:
    """Whose committees decide on a proposal: the commissioner's, and that of a neighbour before whose meeting it is set."""
    found = AgendaItem.objects.filter(proposal=proposal, taken_off_at__isnull=True)
    return {proposal.commissioner_id, *found.values_list("meeting__panel__commissioner_id", flat=True)}
