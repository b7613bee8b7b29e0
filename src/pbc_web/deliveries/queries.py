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
from pbc_web.runs.delivery_readings import in_words, needed_for
from pbc_web.runs.reading import site_store

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
    is_held: bool = False  # the store holds a set of it, perhaps taken in from the console

    @property
    def is_whole(self) -> bool:
        """Whether every file that is needed was accepted."""
        return all(each.accepted is not None for each in self.places if each.is_needed)

    @property
    def is_received(self) -> bool:
        """Whether every accepted file has gone into the set that now stands."""
        return self.is_whole and all(each.accepted.received_set for each in self.places if each.accepted)

    @property
    def is_settled(self) -> bool:
        """Whether all of it has been taken in, from here or from the console, and nothing waits."""
        return (self.is_received or (self.is_held and not self.is_whole)) and not any(
            each.waiting for each in self.places
        )

    @property
    def missing(self) -> list[str]:
        """Titles of what is needed and not there."""
        return [each.title for each in self.places if each.is_needed and each.accepted is None]


def period_of(actor: Actor, kind: str, period: str) -> Period:
    """This returns a period as it stands for the actor's commissioner."""
    held = Delivery.objects.visible_to(actor).filter(place__startswith=f"{kind}/").select_related("feed")
    rows = list(held.filter(period=period, state__in=(ACCEPTED, *WAITING)))
    return _period(kind, period, rows, sets_held())


def periods_for(actor: Actor, *, today: date, months: int = 14) -> list[Period]:
    """This returns the register, prices and need, then the months to the last that has ended, newest first.

    Months are those of which a file came or the store holds a set, and the latest that could have come.
    """
    rows = list(Delivery.objects.visible_to(actor).filter(state__in=(ACCEPTED, *WAITING)).select_related("feed"))
    held = sets_held()
    known = {each.period for each in rows if each.place.startswith("activity/")} | {
        _after(each) for each in held if each.startswith("activity/")
    }
    newest = sorted(known | {str(Month.of(today).plus(-1))}, reverse=True)[:months]
    years = sorted({Month.parse(each).financial_year.slug for each in newest}, reverse=True)
    listed = [
        ("register", ""),
        *((kind, year) for year in years for kind in ("tariff", "need")),
        *(("activity", each) for each in newest),
    ]
    return [
        _period(kind, period, [r for r in rows if r.period == period and r.place.startswith(f"{kind}/")], held)
        for kind, period in listed
    ]


def sets_held() -> frozenset[str]:
    """The names of sets the store holds, from whatever door they came: register, tariff/2009-10, activity/2009-09."""
    return frozenset(site_store().names())


def _after(name: str) -> str:
    return name.partition("/")[2]


def _period(kind: str, period: str, rows: Iterable[Delivery], sets: frozenset[str]) -> Period:
    held = list(rows)
    places = tuple(
        Place(
            needed.place, in_words(needed.title), needed.is_needed,
            next((each for each in held if each.place == needed.place and each.state == ACCEPTED), None),
            tuple(each for each in held if each.place == needed.place and each.state != ACCEPTED),
        )
        for needed in needed_for(kind, period)
    )  # fmt: skip
    return Period(kind, period, title_of(kind, period), places, (f"{kind}/{period}" if period else kind) in sets)


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
