"""What the permission matrix opens of proposals: a draft of a practice in world A."""

from datetime import UTC, datetime
from typing import Any

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.actions.drafting import Named, begin
from pbc_web.business_cases.models import Proposal

AT = datetime(2009, 4, 20, 9, 0, tzinfo=UTC)


def draft_of(
    actor: Actor, commissioner: Any, kind: str = "case", title: str = "Heart clinic in practices", **more: Any
) -> Proposal:
    """A draft that somebody begins for their own organisation."""
    named = Named(title, FinancialYear(2009), **more)
    return begin(kind, named, commissioner=commissioner, by=actor, at=AT)


def proposal_objects(place: Any) -> dict[str, Any]:
    """A draft of the practice manager."""
    return {"draft": draft_of(place.actor("practice_manager"), place["ZPA"])}


PROPOSAL_ADDRESSES = {
    "business_cases:listing_file": lambda made: {"form": "csv"},
    "business_cases:proposal": lambda made: {"code": made["draft"].code},
}
