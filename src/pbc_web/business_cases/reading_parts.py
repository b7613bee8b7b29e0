"""The parts of the reading page that every proposal has: how it stands, what is still to be written, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.appraisal_part import appraisal
from pbc_web.business_cases.models import Proposal, SectionVersion
from pbc_web.business_cases.parts import add_part
from pbc_web.business_cases.permissions import may_propose
from pbc_web.business_cases.queries.attachments import attachments_of
from pbc_web.business_cases.queries.authors import authors_of
from pbc_web.business_cases.queries.evidence import evidence_of
from pbc_web.business_cases.queries.in_sight import is_author, proposals_for
from pbc_web.business_cases.queries.quick_wins import done_by
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.routing import Latest, way_of
from pbc_web.business_cases.sections import Section, sections_of
from pbc_web.business_cases.sections.answers import Said, said_of
from pbc_web.business_cases.shown import COLOURS, is_late, kind_of, time_left
from pbc_web.business_cases.states import COMES_BACK
from pbc_web.runs.case_readings import quick_win_of
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import count_of, day


@dataclass(frozen=True)
class SectionSaid:
    """A section as it is read: its last version, or None where nothing was ever saved."""

    section: Section
    version: SectionVersion | None
    answers: list[Said]


def lend_parts() -> None:
    """Hang this app's own parts on the page."""
    add_part(0, "business_cases/part_head.html", head)
    add_part(20, "business_cases/part_tasks.html", tasks)
    add_part(50, "business_cases/part_says.html", says)
    add_part(55, "business_cases/part_appraisal.html", appraisal)
    add_part(57, "business_cases/part_evidence.html", evidence)
    add_part(60, "business_cases/part_files.html", files)
    add_part(70, "business_cases/part_authors.html", authors)


def head(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any]:
    """What it is, from whom, to whom, by when, and how it stands."""
    today = day_of(at)
    facts = [
        ("What it is", kind_of(proposal)), ("From", proposal.owner.name), ("To", proposal.commissioner.name),
        *([("Part of", str(proposal.parent))] if proposals_for(actor).filter(id=proposal.parent_id).exists() else []),
        *([("Came back from", proposal.earlier.code)] if proposal.earlier else []),
        *([("Route", proposal.get_route_display()), ("Why that route", " ".join(proposal.route_reasons))] if proposal.route else []),
        *([("Submitted", day(proposal.submitted_at))] if proposal.submitted_at else []),
        *([("Counted from", day(proposal.first_submitted_on))] if proposal.earlier and proposal.first_submitted_on else []),
        ("Decision due", day(proposal.due_on, "Eight weeks after it is submitted")),
        *([("Quick win", _quick(proposal, today))] if proposal.is_quick_win else []),
        ("Time left", time_left(proposal, today=today)),
    ]  # fmt: skip
    late = is_late(proposal, today=today)
    return {
        "facts": facts, "state": "Late" if late else proposal.get_state_display(),
        "colour": "red" if late else COLOURS.get(proposal.state, "grey"),
    }  # fmt: skip


def tasks(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """Of a draft, for those who write it: each section with how far it is, and what is asked of the route known so far."""
    if proposal.state != "draft" or not (may_propose(actor) and is_author(actor, proposal)):
        return None
    latest, today = latest_of(proposal), day_of(at)
    way = way_of(proposal, latest, on=today)
    items = [_task(proposal, each, latest, is_asked=each in way.asked) for each in sections_of(proposal.kind)]
    items = [each for each in items if each is not None]
    return {
        "items": items, "way": way, "is_whole": not way.open,
        "left": count_of(len(way.open), "section") if way.open else "",
        "check": reverse("business_cases:check", args=[proposal.code]),
    }  # fmt: skip


def authors(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any]:
    """Who writes it, and what those who do can do with it as a whole."""
    found, writes = authors_of(proposal), may_propose(actor)
    own = writes and is_author(actor, proposal)
    is_back = Proposal.everywhere.filter(earlier=proposal).exists()
    return {
        "names": [each.person.shown_name for each in found], "code": proposal.code, "is_own": own,
        "may_join": writes and not own and proposal.owner_id == actor.organisation.id, "may_leave": own and len(found) > 1,
        "state": proposal.state, "may_come_back": own and proposal.state in COMES_BACK and not is_back,
    }  # fmt: skip


def evidence(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """The figures taken in from published statements, each as it stood."""
    found = list(evidence_of(proposal))
    writes = proposal.state == "draft" and may_propose(actor) and is_author(actor, proposal)
    return {"figures": found, "writes": writes, "code": proposal.code} if found or writes else None


def files(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """The files that go with it, and for those who write a draft the way to attach one."""
    found = list(attachments_of(proposal))
    writes = proposal.state == "draft" and may_propose(actor) and is_author(actor, proposal)
    return {"files": found, "writes": writes, "code": proposal.code} if found or writes else None


def says(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """What it says, section by section, once there is anything."""
    latest = latest_of(proposal)
    if not latest:
        return None
    return {"sections": sections_said(proposal, latest, on=_read_on(proposal, at)), "code": proposal.code}


def sections_said(proposal: Proposal, latest: Latest, *, on: date) -> list[SectionSaid]:
    """This returns the sections that say something, in order."""
    return [
        SectionSaid(each, latest[each.code], said_of(each, latest[each.code].answers, on=on))
        for each in sections_of(proposal.kind)
        if each.code in latest
    ]


def _quick(proposal: Proposal, today: date) -> str:
    """By when a quick win is done."""
    if proposal.decided_on:
        return f"To be done by {day(done_by(proposal.decided_on))}"
    days, is_assumed = quick_win_of(today)
    return f"To be done within {count_of(days, 'day')} of its approval{' (assumed)' if is_assumed else ''}"


def _read_on(proposal: Proposal, at: datetime) -> date:
    """The day whose rules name the choices: that of its submission, else today."""
    return day_of(proposal.submitted_at) if proposal.submitted_at else day_of(at)


def _task(proposal: Proposal, section: Section, latest: Latest, *, is_asked: bool) -> Mapping[str, Any] | None:
    """A section as an item of the NHS task list; what is asked for certain risks alone is not there without them."""
    version = latest.get(section.code)
    if section.asked_for_risks and not is_asked and version is None:
        return None
    if version is not None and version.is_done:
        status: dict[str, Any] = {"text": "Completed"}
    elif version is not None:
        status = {"tag": {"text": "In progress", "classes": "nhsuk-tag--white"}}
    elif is_asked:
        status = {"tag": {"text": "Not yet started", "classes": "nhsuk-tag--blue"}}
    else:
        status = {"text": "Not asked on this route"}
    return {
        "title": {"text": section.title}, "hint": {"text": section.lead}, "status": status,
        "href": reverse("business_cases:section", args=[proposal.code, section.code]),
    }  # fmt: skip
