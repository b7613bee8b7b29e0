"""Reading deliveries: what is in, what is missing, what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pbc.periods import Month
from pbc_web.accounts.actor import Actor
from pbc_web.deliveries.models import Delivery, Feed, SavedMap
from pbc_web.deliveries.states import ACCEPTED, CHECKED, CHECKING, UNREADABLE
from pbc_web.organisations.models import Organisation
from pbc_web.runs.delivery_readings import needed_for

WAITING = (CHECKING, UNREADABLE, CHECKED)


@dataclass(frozen=True)
class Place:
    """One place of a period: what stands there, what waits to be decided for it, and whether work can begin without it."""

    place: str
    title: str
    is_needed: bool
    accepted: Delivery | None
    waiting: tuple[Delivery, ...]


@dataclass(frozen=True)
class Period:
    """A month, a year's prices or need, or the register, with its places."""

    kind: str
    period: str
    title: str
    places: tuple[Place, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every file that is needed was accepted."""
        return all(each.accepted is not None for each in self.places if each.is_needed)

    @property
    def is_received(self) -> bool:
        """Whether every accepted file has gone into the set that now stands."""
        return self.is_whole and all(each.accepted.received_set for each in self.places if each.accepted)

    @property
    def missing(self) -> list[str]:
        """Titles of what is needed and not there."""
        return [each.title for each in self.places if each.is_needed and each.accepted is None]


def period_of(actor: Actor, kind: str, period: str) -> Period:
    """This returns a period as it stands for the actor's commissioner."""
    held = Delivery.objects.visible_to(actor).filter(place__startswith=f"{kind}/").select_related("feed")
    rows = list(held.filter(period=period, state__in=(ACCEPTED, *WAITING)))
    return _period(kind, period, rows)


def periods_for(actor: Actor, *, today: date, months: int = 14) -> list[Period]:
    """This returns the register, then the months up to the last that has ended, newest first, and the years they lie in."""
    rows = list(Delivery.objects.visible_to(actor).filter(state__in=(ACCEPTED, *WAITING)).select_related("feed"))
    named = {(each.place.split("/")[0], each.period) for each in rows}
    last = Month.of(today).plus(-1)
    wanted = {("activity", str(last.plus(-back))) for back in range(months)} if rows else {("activity", str(last))}
    wanted |= {
        ("register", ""),
        *((kind, Month.parse(month).financial_year.slug) for _, month in tuple(wanted) for kind in ("tariff", "need")),
    }
    wanted |= named
    order = {"register": 0, "tariff": 1, "need": 2, "activity": 3}
    listed = sorted(wanted, key=lambda each: (order[each[0]], _backwards(each[1])))
    return [
        _period(kind, period, [r for r in rows if r.period == period and r.place.startswith(f"{kind}/")])
        for kind, period in listed
    ]


def _backwards(period: str) -> tuple[int, ...]:
    return tuple(-int(part) for part in period.split("-") if part)


def _period(kind: str, period: str, rows: Iterable[Delivery]) -> Period:
    held = list(rows)
    places = tuple(
        Place(
            needed.place, needed.title, needed.is_needed,
            next((each for each in held if each.place == needed.place and each.state == ACCEPTED), None),
            tuple(each for each in held if each.place == needed.place and each.state != ACCEPTED),
        )
        for needed in needed_for(kind, period)
    )  # fmt: skip
    return Period(kind, period, title_of(kind, period), places)


def title_of(kind: str, period: str) -> str:
    """This returns a period in words."""
    if kind == "register":
        return "The register"
    if kind == "activity":
        return Month.parse(period).title
    return f"{'Prices' if kind == 'tariff' else 'Need and resources'} of {period.replace('-', '/')}"


def maps_in_force(commissioner: Organisation) -> list[SavedMap]:
    """The saved maps of a commissioner that were not ended: the engine chooses among them by headings and day."""
    return list(SavedMap.everywhere.filter(commissioner=commissioner, ended_at=None))


def feeds_ending(actor: Actor, *, today: date, within_days: int = 60) -> list[Feed]:
    """The feeds whose right to be used ends soon, or has ended while files of theirs still come."""
    held = Feed.objects.visible_to(actor).filter(ended_on=None)
    return [each for each in held if (each.last_day - today).days <= within_days]


def history_of(actor: Actor, delivery: Delivery) -> list[Delivery]:
    """Every file that ever came for the same place, newest first."""
    return list(
        Delivery.objects.visible_to(actor)
        .filter(commissioner=delivery.commissioner, place=delivery.place)
        .select_related("uploaded_by")
    )
