"""Whether the votes at a meeting carry a decision: as its chair declares it, and again as a second person confirms it."""

from __future__ import annotations

from pbc.errors import RefusedInput
from pbc_web.business_cases.models import AgendaItem, Proposal
from pbc_web.business_cases.models.meetings import VOTES
from pbc_web.business_cases.queries.meetings import kept_out


def require_carried(item: AgendaItem, outcome: str, held: Proposal) -> None:
    """Refuse what a meeting without a quorum, or too few votes of those who were there and may take part, would decide."""
    _require_quorum(item, held)
    _require_majority(item, outcome, held)


def _require_quorum(item: AgendaItem, held: Proposal) -> None:
    """Counted are voting members who were there, who are not kept away and no authors, the chair among them."""
    out, panel = kept_out(held), item.meeting.panel
    there = [
        each for each in item.meeting.attendances.filter(is_present=True, is_voting=True) if each.person_id not in out
    ]
    if not any(each.is_chair for each in there) or len(there) < panel.quorum:
        raise RefusedInput(
            "The meeting had no quorum for this proposal.", where=held.code,
            found=f"{len(there)} members with a vote, who were there and may take part", expected=f"{panel.quorum}, the chair among them",
            remedy="Record who attended, or set it before another meeting, or before the panel that stands in.",
        )  # fmt: skip


def _require_majority(item: AgendaItem, outcome: str, held: Proposal) -> None:
    out = kept_out(held)
    there = set(item.meeting.attendances.filter(is_present=True).values_list("person_id", flat=True)) - out
    votes = [each.says for each in item.votes.all() if each.person_id in there]
    wanted, other = ("approve", "refuse") if outcome == "approved" else ("refuse", "approve")
    if len(votes) < item.meeting.panel.quorum or votes.count(wanted) <= votes.count(other):
        raise RefusedInput(
            "The votes do not carry this.", where=held.code,
            found=", ".join(f"{votes.count(each)} {words.lower()}" for each, words in VOTES.items()),
            expected=f"{item.meeting.panel.quorum} votes or more of those who were there, and more to {wanted} than to {other}",
        )  # fmt: skip
