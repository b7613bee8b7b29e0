"""Where each practice of a round stands: offered, received, agreed, late, and whose turn it is. Worked out, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pbc_web.budgets.models import Offer, Round, Support
from pbc_web.budgets.states import LIVE
from pbc_web.organisations.kinds import IN_GROUP
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import practices_of, relations_on, uptake_on


@dataclass(frozen=True)
class Standing:
    """One practice in a round. `turn` says whose move it is: commissioner, holder or nobody's."""

    practice: Organisation
    group: Organisation | None
    offer: Offer | None
    support: Support | None
    is_late: bool

    @property
    def is_agreed(self) -> bool:
        """Whether the budget is agreed."""
        return self.offer is not None and self.offer.state == "accepted"

    @property
    def words(self) -> str:
        """How far the budget is, in a few words."""
        if self.offer is None:
            return "Not offered"
        provisional = " (provisional)" if self.offer.is_provisional else ""
        return f"{self.offer.get_state_display()}{provisional}"

    @property
    def tag(self) -> str:
        """The state whose colour it has."""
        return "late" if self.is_late and not self.is_agreed else self.offer.state if self.offer else "closed"

    @property
    def turn(self) -> str:
        """Whose move it is."""
        if self.is_agreed:
            return "nobody" if self.support else "commissioner"
        if self.offer is None or self.offer.is_provisional or self.offer.state == "queried":
            return "commissioner"
        return "holder"

    @property
    def missing(self) -> str:
        """What is missing, in words, or nothing."""
        lacks = [] if self.is_agreed else ["no agreed budget"]
        lacks += [] if self.support else ["no support agreed"]
        return " and ".join(lacks)


def standings_of(in_round: Round, *, on: date) -> list[Standing]:
    """Every practice of a round, by name, but those that declined and were offered nothing. A fixed number of queries."""
    day = in_round.financial_year.start
    practices = practices_of(in_round.commissioner, on=day)
    declined = {practice for practice, state in uptake_on(on, practices).items() if state == "declined"}
    groups = groups_of([each.id for each in practices], on=day)
    live = Offer.everywhere.filter(round=in_round, state__in=LIVE).select_related("holder", "practice", "round")
    offers = {each.practice_id: each for each in live}
    supports = {each.organisation_id: each for each in Support.objects.filter(round=in_round)}
    return [
        _standing(in_round, practice, groups.get(practice.id), offers, supports, on)
        for practice in practices
        if practice.id not in declined or practice.id in offers
    ]


def _standing(
    in_round: Round, practice: Organisation, group: Organisation | None, offers: Mapping[int, Offer],
    supports: Mapping[int, Support], on: date,
) -> Standing:  # fmt: skip
    offer = offers.get(practice.id)
    support = supports.get(practice.id) or (supports.get(group.id) if group else None)
    is_done = offer is not None and offer.state == "accepted" and support is not None
    return Standing(practice, group, offer, support, on > in_round.agreed_by and not is_done)


def groups_of(practice_ids: list[int], *, on: date) -> dict[int, Organisation]:
    """The group of each practice on a day."""
    held = relations_on(on).filter(member__in=practice_ids, relation__in=IN_GROUP).select_related("parent")
    return {each.member_id: each.parent for each in held}


def holders_of(in_round: Round, practices: list[Organisation]) -> dict[Organisation, Organisation]:
    """Who answers for each practice's budget: the practice, or its group where groups hold budgets and it has one."""
    groups = groups_of([each.id for each in practices], on=in_round.financial_year.start)
    is_group = in_round.held_at == "cluster"
    return {each: groups.get(each.id, each) if is_group else each for each in practices}


@dataclass(frozen=True)
class Tally:
    """A round in numbers."""

    practices: int
    offered: int
    agreed: int
    supported: int
    late: int


def tally(standings: list[Standing]) -> Tally:
    """This returns how many practices are how far."""
    return Tally(
        len(standings), sum(each.offer is not None for each in standings), sum(each.is_agreed for each in standings),
        sum(each.support is not None for each in standings), sum(each.is_late for each in standings),
    )  # fmt: skip
