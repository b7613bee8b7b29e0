"""What the permission matrix opens of the register of interests: an interest and a gift of a GP in world A."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.governance.actions import GiftFacts, InterestFacts, declare_gift, declare_interest
from pbc_web.governance.models import Gift, Interest
from pbc_web.shell import clock

AT = datetime(2009, 4, 20, 9, 0, tzinfo=UTC)
TODAY = date(2009, 4, 20)
BEGAN = date(2009, 4, 1)


def person_of(actor: Actor) -> Person:
    return Person.objects.get(id=actor.person_id)


def interest_of(actor: Actor, register: Any, about: Any = "Alpha Care Ltd", **more: Any) -> Interest:
    """An interest somebody declares for themselves."""
    facts = {"kind": "financial", "tie": "shareholder", "words": "Shares of the company.", "starts_on": BEGAN} | more
    return declare_interest(
        InterestFacts(about=about, **facts),
        holder=person_of(actor),
        register=register,
        declared_on=TODAY,
        by=actor,
        at=AT,
    )


def gift_of(actor: Actor, register: Any, **more: Any) -> Gift:
    """A gift somebody declares for themselves."""
    facts = {
        "kind": "gift", "about": "Alpha Care Ltd", "words": "A pen.", "worth_pence": 2_500, "is_accepted": True,
        "why": "Given to all.", "offered_on": BEGAN,
    } | more  # fmt: skip
    return declare_gift(
        GiftFacts(**facts), person=person_of(actor), register=register, declared_on=TODAY, by=actor, at=AT
    )


def boxes(**days: date) -> dict[str, int]:
    """Days as their three boxes send them."""
    return {f"{name}-{part}": getattr(day, part) for name, day in days.items() for part in ("day", "month", "year")}


def sent(**more: Any) -> dict[str, Any]:
    """An interest as its form sends it, begun a week ago."""
    given = {"kind": "financial", "where": "Alpha Care Ltd", "tie": "shareholder", "words": "Shares.", "through": ""}
    return given | boxes(starts_on=clock.today() - timedelta(days=7)) | more


def governance_objects(place: Any) -> dict[str, Any]:
    """An interest and a gift of the GP."""
    gp = place.actor("gp")
    return {"interest": interest_of(gp, place["ZPA"]), "gift": gift_of(gp, place["ZPA"])}


OF_ZPA = ("register", "undeclared", "add_interest", "add_gift")
GOVERNANCE_ADDRESSES = {
    "governance:interest": lambda made: {"entry": made["interest"].entry},
    "governance:move_interest": lambda made: {"entry": made["interest"].entry, "move": "change"},
    "governance:gift": lambda made: {"entry": made["gift"].entry},
    "governance:move_gift": lambda made: {"entry": made["gift"].entry, "move": "correct"},
    "governance:register_file": lambda made: {"code": "ZPA", "form": "csv"},
    **{f"governance:{view}": lambda made: {"code": "ZPA"} for view in OF_ZPA},
}
