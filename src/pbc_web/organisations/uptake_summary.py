"""How many of a commissioner's practices take part: by state, by list, and month by month.

Counts of organisations are never held back as small: they are not people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pbc_web.organisations.models import Organisation, Uptake
from pbc_web.organisations.queries import practices_of, uptake_on

STATES = {"active": "Takes part", "offered": "Offered, not yet answered", "declined": "Declined", "": "Not offered yet"}
MOST_MONTHS = 36


@dataclass(frozen=True)
class StateRow:
    """One state: how many practices, what part of all, and what part of registered people, if their number is known."""

    state: str
    title: str
    practice_count: int
    practice_share: float
    people_share: float | None


@dataclass(frozen=True)
class UptakeSummary:
    """Who takes part on a day, by state and by practice, and how many took part on the first of each month before."""

    on: date
    rows: tuple[StateRow, ...]
    practices: tuple[tuple[Organisation, str], ...]
    trend: tuple[tuple[date, int, int], ...]  # day, taking part, all practices

    @property
    def practice_count(self) -> int:
        """All practices."""
        return len(self.practices)

    @property
    def active_count(self) -> int:
        """Those that take part."""
        return next(row.practice_count for row in self.rows if row.state == "active")


def summarise_uptake(commissioner: Organisation, *, on: date, list_sizes: Mapping[str, int]) -> UptakeSummary:
    """This returns who takes part among the practices of a tier on a day; `list_sizes` by practice code, where known."""
    practices = list(practices_of(commissioner, on=on))
    states = uptake_on(on, practices_of(commissioner, on=on))
    by_state = Counter(states.get(each.id, "") for each in practices)
    people: Counter[str] = Counter()
    for each in practices:
        people[states.get(each.id, "")] += list_sizes.get(each.code, 0)
    has_people = bool(practices) and all(each.code in list_sizes for each in practices) and sum(people.values()) > 0
    rows = tuple(
        StateRow(
            state, title, by_state[state], by_state[state] / len(practices) if practices else 0.0,
            people[state] / sum(people.values()) if has_people else None,
        )
        for state, title in STATES.items()
    )  # fmt: skip
    told = tuple((each, STATES[states.get(each.id, "")]) for each in practices)
    return UptakeSummary(on, rows, told, tuple(_trend(commissioner, on)))


def _trend(commissioner: Organisation, on: date) -> list[tuple[date, int, int]]:
    """The first of each month since the first offer, at most three years, and the day itself; one read of each table."""
    said: dict[int, list[tuple[date, str]]] = {}
    for practice, day, state in (
        Uptake.objects.filter(starts_on__lte=on)
        .order_by("starts_on", "id")
        .values_list("practice_id", "starts_on", "state")
    ):
        said.setdefault(practice, []).append((day, state))
    here = [each.id for each in practices_of(commissioner, on=on)]
    days = [day for practice in here for day, _ in said.get(practice, [])]
    if not days:
        return []
    marks = [*_firsts(min(days), on)[-MOST_MONTHS:], on]
    return [
        (mark, sum(_state(said.get(practice, []), mark) == "active" for practice in here), len(here)) for mark in marks
    ]


def _state(said: list[tuple[date, str]], day: date) -> str:
    return next((state for since, state in reversed(said) if since <= day), "")


def _firsts(first: date, last: date) -> list[date]:
    """The firsts of months after a day and before another."""
    found, year, month = [], first.year, first.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        mark = date(year, month, 1)
        if mark >= last:
            return found
        found.append(mark)
