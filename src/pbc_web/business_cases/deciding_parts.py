"""The parts of a proposal's page on the way to its decision: the decision, the clock, its review, and who is kept away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.acts_of_handlers import LEVEL_WORDS
from pbc_web.business_cases.deciding_links import (
    Links,
    clock_links,
    handles,
    judges,
    links_after,
    links_before,
    takes_part,
    to,
)
from pbc_web.business_cases.models import AgendaItem, Decision, Proposal, Review
from pbc_web.business_cases.parts import add_part
from pbc_web.business_cases.permissions import may_handle_proposals, may_propose, may_take_part
from pbc_web.business_cases.queries.clock import clock_on, events_of
from pbc_web.business_cases.queries.conflicts import people_of_region, recusal_of, recusals_in
from pbc_web.business_cases.queries.in_sight import is_author, outcomes_for, proposals_for
from pbc_web.business_cases.queries.meetings import decider_of, items_of, kept_out, meeting_in_time
from pbc_web.business_cases.queries.reviews import (
    changes_since,
    given_first,
    questions_in,
    recommendations_for,
    reviews_in,
    total_of,
)
from pbc_web.business_cases.queries.who_is_left import settles_who_is_kept_away
from pbc_web.business_cases.rules import CRITERIA
from pbc_web.business_cases.sections import section_of
from pbc_web.business_cases.states import SETTLED_IN, UNSEEN
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import count_of, day


def lend_deciding_parts() -> None:
    """Hang these parts on the page."""
    add_part(8, "business_cases/part_decision.html", decision)
    add_part(10, "business_cases/part_clock.html", clock)
    add_part(40, "business_cases/part_review.html", review)
    add_part(60, "business_cases/part_conflicts.html", conflicts)


def clock(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """How the clock stands: gross days, on which it is judged, net days beside, and what happened on it."""
    if proposal.state in UNSEEN:
        return None
    stood = clock_on(proposal, day_of(at))
    events = [
        (
            day(each.happened_on),
            each.get_event_display(),
            " ".join(part for part in (each.missing_item, each.reason) if part),
        )
        for each in events_of(proposal)
    ]
    judged = "late" if stood.is_late else "in time"
    facts = [
        ("Decision due", day(stood.due_on)),
        ("Days gone by", f"{count_of(stood.gross_days, 'day')}: on these it is judged, {judged}"),
        ("Without the stop", count_of(stood.net_days, "day")),
    ]
    return {"facts": facts, "events": events, "links": clock_links(actor, proposal, stood.state, at)}


def conflicts(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """Whom it concerns, and who is kept away and why; the ties found are for those who settle it."""
    if proposal.state in UNSEEN:
        return None
    settles = takes_part(actor, proposal) and settles_who_is_kept_away(actor, proposal, on=day_of(at))
    stays = people_of_region(proposal, on=day_of(at)) if settles else set()  # what keeps these away is not ended
    view = "handle" if may_handle_proposals(actor) else "take_part"
    rows = [
        {
            "who": each.person.shown_name, "level": LEVEL_WORDS[each.level], "reason": each.reason,
            "because": each.because if settles else [], "ended": f"Ended: {each.ended_reason}" if each.ended_at else "",
            "href": to(proposal, view, "end-recusal", each.id) if settles and each.ended_at is None and each.person_id not in stays else "",
        }
        for each in recusals_in(proposal)
    ]  # fmt: skip
    links: Links = (
        [("Keep somebody away", to(proposal, view, "keep-away"))] if settles and proposal.state in SETTLED_IN else []
    )
    if settles and view == "handle" and proposal.state == "submitted":
        links.append(("Say whom it concerns", to(proposal, "handle", "concerned")))
    elif proposal.state == "submitted" and may_propose(actor) and is_author(actor, proposal):
        links.append(("Say whom it concerns", to(proposal, "as_author", "concerned")))
    own = recusal_of(actor.person_id, proposal)
    concerned = [
        (each.named, each.get_how_display()) for each in proposal.concerns.select_related("organisation", "party")
    ]
    return {"rows": rows, "links": links, "concerned": concerned, "own": own.reason if own else ""}


def review(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """Questions and answers for authors and the commissioner; scores for the commissioner, for its reviewers once they have given
    their own, and for all once it is decided."""
    if proposal.state in UNSEEN:
        return None
    is_payer = actor.organisation.kind in COMMISSIONERS
    is_open = proposal.state == "submitted"
    shown = reviews_in(proposal) if is_payer or proposal.decided_on else []
    author = may_propose(actor) and is_author(actor, proposal)
    questions = [
        {
            "row": each, "about": _about(proposal, each.section), "by": each.asked_by.shown_name,
            "changes": changes_since(each, on=day_of(at)), "section": each.section if author and is_open else "",
            "href": to(proposal, "as_author", "answer", each.id) if author and is_open and not each.answered_at else "",
        }
        for each in questions_in(proposal)
    ]  # fmt: skip
    links: Links = []
    if is_open and handles(actor, proposal):
        links.append(("Ask for a review", to(proposal, "handle", "review")))
    if is_open and takes_part(actor, proposal):
        links.append(("Ask the authors", to(proposal, "take_part", "ask")))
        links += [
            ("Score it", to(proposal, "take_part", "score", each.id))
            for each in shown
            if each.person_id == actor.person_id and each.done_at is None
        ]
    reads = not given_first(actor).filter(proposal=proposal).exists()
    made = getattr(proposal, "decision", None)
    out = kept_out(proposal, then=made.at if made else None)
    reviews = [_review(each, reads=reads, is_counted=each.person_id not in out) for each in shown]
    counted = [score for each in shown if each.person_id not in out for score in each.scores.all()]
    total = total_of(counted) if reads else None
    if not (reviews or questions or links):
        return None
    return {
        "reviews": reviews,
        "questions": questions,
        "links": links,
        "total": total.words if total else "",
        "code": proposal.code,
    }


def _review(each: Review, *, reads: bool, is_counted: bool) -> Mapping[str, Any]:
    rows = list(each.scores.all()) if reads else []
    total = total_of(rows)
    scores = [
        (CRITERIA.get(row.criterion, row.criterion), f"{row.mark} of {row.most}, weight {row.weight}", row.reason)
        for row in rows
    ]
    return {
        "who": each.person.shown_name, "due": day(each.due_on), "total": total.words if total else "", "scores": scores,
        "words": each.words if reads else "", "is_done": each.done_at is not None, "is_counted": is_counted,
    }  # fmt: skip


def _about(proposal: Proposal, code: str) -> str:
    found = section_of(proposal.kind, code)
    return found.title if found else "All of it"


def decision(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """What was decided and why; before that how it is going to be, and what the reader can do towards it."""
    if proposal.state in UNSEEN:
        return None
    held = Decision.objects.filter(proposal=proposal).first()
    if held is not None:
        return decision_shown(actor, proposal) | {
            "links": links_after(actor, proposal, held, at),
            "judges": judges(actor, proposal),
        }
    if proposal.state != "submitted":
        return {"made": None, "links": [], "before": [], "agenda": [], "judges": False} | _replaced(actor, proposal)
    waits = recommendations_for(actor).filter(proposal=proposal, state="waiting").select_related("by").first()
    before = [_way(proposal, at)]
    if waits is not None:
        before.append(f"{waits.by.shown_name} recommends to approve it; by its value a second person confirms.")
    may_open = may_take_part(actor)
    agenda = [
        (
            f"{day(each.meeting.meets_on)}, {each.meeting.panel}",
            reverse("business_cases:agenda", args=[each.meeting_id]) if may_open else "", _of_item(each),
        )
        for each in items_of(proposal)
    ]  # fmt: skip
    links = links_before(actor, proposal, waits, at)
    return {"made": None, "before": before, "agenda": agenda, "links": links, "judges": False, "code": proposal.code}


def _of_item(item: AgendaItem) -> str:
    """Why another panel stands in, and that the meeting comes too late, or not at all."""
    late = "That is after it is due." if item.meeting.meets_on > item.proposal.due_on else ""
    said = "The meeting is cancelled." if item.meeting.state == "cancelled" else late
    return " ".join(part for part in (item.why_alternate, said) if part)


def _replaced(actor: Actor, proposal: Proposal) -> dict[str, Any]:
    """By which it was replaced, for whoever finds that one at all."""
    seen = (proposals_for(actor), outcomes_for(actor)) if proposal.replaced_by_id else ()
    codes = [each.code for found in seen for each in found.filter(id=proposal.replaced_by_id)]
    return {"code": proposal.code, "replaced_by": codes[0] if codes else "", "is_replaced": bool(seen)}


def _way(proposal: Proposal, at: datetime) -> str:
    decider = decider_of(proposal)
    if decider == "delegated_officer":
        return "A delegated officer decides it."
    if decider == "chairs_action":
        return "No meeting planned falls inside its eight weeks: the chair decides alone."
    found, today = meeting_in_time(proposal), day_of(at)
    stands = items_of(proposal).filter(meeting__meets_on__range=(today, proposal.due_on)).exists()
    if not stands and found.papers_due_on and found.papers_due_on < today:
        return (
            f"The panel decides it. No meeting is left in time: the last took papers until {day(found.papers_due_on)}."
        )
    return f"The panel decides it. The last meeting in time is on {day(found.meets_on)}; papers until {day(found.papers_due_on)}."


def decision_shown(actor: Actor, proposal: Proposal) -> dict[str, Any]:
    """A decision as everybody reads it who sees outcomes: what, by whom, why, its conditions, votes and appeal."""
    made = Decision.objects.select_related("decided_by", "seconded_by").get(proposal=proposal)
    appeal = getattr(made, "appeal", None)
    facts = [
        ("Outcome", made.get_outcome_display()), ("Decided", f"{day(made.decided_on)}, {made.get_how_display().lower()}"),
        ("By", made.decided_by.shown_name),
        *([("Confirmed by", made.seconded_by.shown_name)] if made.seconded_by else []),
        *_votes(made), ("Reasons", made.reasons),
        *([("What would resolve it", made.would_resolve)] if made.would_resolve else []),
    ]  # fmt: skip
    if appeal is not None:
        more = f". {appeal.reasons}" if appeal.reasons else f", due {day(appeal.due_on)}"
        facts.append(("Appeal", f"{appeal.get_state_display()}{more}"))
    conditions = [(each, day(each.due_on), each.get_state_display()) for each in made.conditions.all()]
    return {"made": made, "facts": facts, "conditions": conditions, "links": [], "judges": False} | _replaced(
        actor, proposal
    )


def _votes(made: Decision) -> Links:
    """How many voted how, of those who took part when it was decided: who voted what is the meeting's."""
    item = getattr(made, "item", None)
    if item is None:
        return []
    out = kept_out(made.proposal, then=made.at)
    said = [each.says for each in item.votes.all() if each.person_id not in out]
    votes = f"{said.count('approve')} to approve, {said.count('refuse')} to refuse, {count_of(said.count('abstain'), 'abstention')}"
    return [("Votes", f"{votes}, {item.meeting.panel}, {day(item.meeting.meets_on)}")]
