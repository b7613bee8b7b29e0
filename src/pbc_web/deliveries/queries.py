"""Reading deliveries: what is in, what is missing, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pbc.periods import Month
from pbc_web.accounts.actor import Actor
from pbc_web.deliveries.models import Delivery, Feed, SavedMap
from pbc_web.deliveries.permissions import kinds_seen_by, may_see_deliveries
from pbc_web.deliveries.sides import Side
from pbc_web.deliveries.states import ACCEPTED, CHECKED, CHECKING, UNREADABLE
from pbc_web.organisations.models import Organisation
from pbc_web.runs.delivery_readings import FileNeeded, in_words, is_monthly, needed_for
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
    provider: Organisation | None = None  # the hospital that sends its own


@dataclass(frozen=True)
class Period:
    """A month or a year of a kind, or the register, with its places."""

    kind: str
    period: str
    title: str
    places: tuple[Place, ...]
    is_held: bool = False  # the store holds a set of it, perhaps taken in from the console

    @property
    def is_whole(self) -> bool:
        """Whether every file that is needed was accepted, and any at all."""
        return any(each.accepted for each in self.places) and not self.missing

    @property
    def is_received(self) -> bool:
        """Whether every accepted file has gone into the set that now stands."""
        return self.is_whole and all(each.accepted.received_set for each in self.places if each.accepted)

    @property
    def is_settled(self) -> bool:
        """Whether all of it has been taken in, from here or from the console, and nothing waits."""
        return (self.is_received or (self.is_held and not self.is_whole)) and not self.is_waiting

    @property
    def is_waiting(self) -> bool:
        """Whether a file of it waits to be decided."""
        return any(each.waiting for each in self.places)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it came, and nothing of it is needed."""
        came = self.is_held or self.is_waiting or any(each.accepted for each in self.places)
        return not came and not any(each.is_needed for each in self.places)

    @property
    def missing(self) -> list[str]:
        """Titles of what is needed and not there: of those who sent something that was accepted, or else of all."""
        begun = {each.provider for each in self.places if each.accepted}
        lacking = [each for each in self.places if each.is_needed and each.accepted is None]
        return [each.title for each in lacking if each.provider in begun or not begun]


def period_of(actor: Actor, kind: str, period: str) -> Period:
    """This returns a period as it stands for the actor's commissioner; for a hospital its own part of it."""
    rows = list(_standing(actor, (kind,)).filter(period=period))
    return _period(kind, period, rows, sets_held())


def periods_for(actor: Actor, side: Side, *, today: date) -> list[Period]:
    """This returns the register and what comes by years, then the months to the last that has ended, newest first; of all
    those with files that wait to be decided come first.

    Months are the latest that could have come, and those of which a file came or the store holds a set: the newest, and
    any in which something waits. A hospital is told of what it sent itself alone.
    """
    kinds = [each for each in side.kinds if each in kinds_seen_by(actor)]
    is_ours = side.may_decide(actor) or may_see_deliveries(actor)  # what a commissioner holds is no hospital's to know
    rows, held = list(_standing(actor, kinds)), sets_held() if is_ours else frozenset()
    by_period: dict[tuple[str, str], list[Delivery]] = {}
    for row in rows:
        by_period.setdefault((row.kind, row.period), []).append(row)
    last = Month.of(today).plus(-1)
    found = [
        _period(kind, period, by_period.get((kind, period), []), held)
        for kind, period in _listed(kinds, rows, held, last=last, months=side.months_shown)
        if is_ours or (kind, period) in by_period
    ]
    told = [each for each in found if each.period == str(last) or not each.is_empty]
    return sorted(told, key=lambda each: not each.is_waiting)


def _listed(
    kinds: Sequence[str], rows: Sequence[Delivery], held: Iterable[str], *, last: Month, months: int
) -> list[tuple[str, str]]:
    """Kinds with their periods: the register, then years, then months, newest first."""
    came = {(each.kind, each.period) for each in rows}
    waiting = {(each.kind, each.period) for each in rows if each.state != ACCEPTED}
    came |= {(kind, period) for kind, _, period in (name.partition("/") for name in held)}
    monthly = [each for each in kinds if is_monthly(each)]
    yearly = [each for each in kinds if each not in ("register", *monthly)]
    known = {period for kind, period in came if kind in monthly} | {str(last)}
    shown = {*sorted(known)[-months:], *(period for kind, period in waiting if kind in monthly)}
    years = {Month.parse(each).financial_year.slug for each in shown}
    years |= {period for kind, period in waiting if kind in yearly}
    return [
        *((kind, "") for kind in kinds if kind == "register"),
        *((kind, year) for year in sorted(years, reverse=True) for kind in yearly),
        *((kind, month) for month in sorted(shown, reverse=True) for kind in monthly),
    ]


def _standing(actor: Actor, kinds: Iterable[str]) -> Any:
    held = Delivery.objects.visible_to(actor).of(kinds).filter(state__in=(ACCEPTED, *WAITING))
    return held.select_related("feed", "provider")


def sets_held() -> frozenset[str]:
    """The names of sets the store holds, from whatever door they came: register, tariff/2009-10, activity/2009-09."""
    return frozenset(site_store().names())


def stands_in_store(received_set: str) -> bool:
    """This returns whether the set a file went into, by name and id, is the one the store holds of it now."""
    name, _, set_id = received_set.partition(" ")
    held = site_store().find(name) if name else None
    return held is not None and held.set_id == set_id


def _period(kind: str, period: str, rows: Iterable[Delivery], sets: frozenset[str]) -> Period:
    sent: dict[Organisation | None, list[Delivery]] = {}
    for row in rows:
        sent.setdefault(row.provider, []).append(row)
    in_order = sorted(sent.items(), key=lambda each: each[0].name if each[0] else "")
    places = tuple(
        _place(needed, provider, held)
        for provider, held in in_order or [(None, [])]
        for needed in needed_for(kind, period)
        if needed.is_needed or provider is None or any(each.place == needed.place for each in held)
    )
    return Period(kind, period, title_of(kind, period), places, (f"{kind}/{period}" if period else kind) in sets)


def _place(needed: FileNeeded, provider: Organisation | None, held: Iterable[Delivery]) -> Place:
    own = [each for each in held if each.place == needed.place]
    title = in_words(needed.title) + (f", {provider.name}" if provider else "")
    return Place(
        needed.place, title, needed.is_needed, next((each for each in own if each.state == ACCEPTED), None),
        tuple(each for each in own if each.state != ACCEPTED), provider,
    )  # fmt: skip


TITLES = {
    "register": "The register", "activity": "{}", "tariff": "Prices of {}", "need": "Need and resources of {}",
    "contracts": "Contracts of {}", "invoices": "Invoices of {}", "invoice-backing": "Records behind invoices of {}",
    "ledger": "Ledger of {}",
}  # fmt: skip


def title_of(kind: str, period: str, *, within: bool = False) -> str:
    """This returns a period in words; `within` a sentence."""
    said = Month.parse(period).title if is_monthly(kind) else period.replace("-", "/")
    title = TITLES[kind]
    return (title[0].lower() + title[1:] if within else title).format(said)


def maps_in_force(commissioner: Organisation) -> list[SavedMap]:
    """The saved maps of a commissioner that were not ended: the engine chooses among them by headings and day."""
    return list(SavedMap.everywhere.filter(commissioner=commissioner, ended_at=None))


def feeds_ending(actor: Actor, *, today: date, within_days: int = 60) -> list[Feed]:
    """The feeds whose right to be used ends soon, or has ended while files of theirs still come."""
    held = Feed.objects.visible_to(actor).filter(ended_on=None)
    return [each for each in held if (each.last_day - today).days <= within_days]


def history_of(actor: Actor, delivery: Delivery) -> list[Delivery]:
    """Every file that ever came for the same place from the same sender, newest first."""
    own = Delivery.objects.visible_to(actor).filter(commissioner=delivery.commissioner, place=delivery.place)
    return list(own.filter(provider=delivery.provider_id).select_related("uploaded_by"))
