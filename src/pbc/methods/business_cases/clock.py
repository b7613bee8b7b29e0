"""The clock of one case, from its dated events: when a decision is due, what has run, and whether it may be stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from pbc.errors import RefusedInput
from pbc.methods.business_cases.rules import ClockRules
from pbc.reference.case_events import (
    CASE_EVENTS,
    CHANGED,
    DECISIONS,
    ENDED,
    NEW,
    NOT_DECISIONS,
    RESUBMITTED,
    STATE_TITLES,
    STOPPED,
    WAITING,
    WITHDRAWN_BY_AUTHOR,
)


@dataclass(frozen=True)
class CaseEvent:
    """Something that happened to a case, on a day where it happened; `missing_item` is what a stop waits for."""

    event: str
    happened_on: date
    missing_item: str | None = None


@dataclass(frozen=True)
class CaseClock:
    """The clock as it stands on a day. Counted are calendar days from the first submission to `counted_to_on`: the decision,
    the author's withdrawal, or the day asked for while it runs."""

    state: str
    submitted_on: date
    due_on: date
    counted_to_on: date
    decided_on: date | None
    changed_on: date | None
    stopped_days: int
    stops_count: int
    refused_stops_count: int
    put_off_count: int

    @property
    def gross_days(self) -> int:
        """Calendar days that count: on these the promise is judged."""
        return (self.counted_to_on - self.submitted_on).days

    @property
    def net_days(self) -> int:
        """Of these, days outside the permitted stop; shown beside, never judged on."""
        return self.gross_days - self.stopped_days

    @property
    def is_decided(self) -> bool:
        """Whether there is a decision: approved or refused, and nothing else."""
        return self.decided_on is not None

    @property
    def is_late(self) -> bool:
        """Whether the last day went by without a decision, or without its author taking the case back."""
        return self.counted_to_on > self.due_on


def measure_clock(events: Sequence[CaseEvent], *, as_at: date, rules: ClockRules) -> CaseClock:
    """This returns the clock of one case as at a day, from its events in the order in which they happened.

    A case that came back is told whole: the events of its earlier code, then `resubmitted` and those of its later one.
    Events after the day are not known. Refused: no submission by that day, days that run backwards, and an event that
    cannot come where the case stands. Source: rules.md R7.1, decision methods/0250.

    >>> rules = ClockRules(56, 42, 1, False)
    >>> told = [CaseEvent("submitted", date(2009, 6, 1)), CaseEvent("stopped", date(2009, 6, 11), "activity plan"),
    ...     CaseEvent("resumed", date(2009, 6, 21)), CaseEvent("deferred", date(2009, 7, 20))]
    >>> clock = measure_clock(told, as_at=date(2009, 7, 28), rules=rules)
    >>> clock.due_on.isoformat(), clock.gross_days, clock.stopped_days, clock.net_days, clock.state, clock.is_late
    ('2009-07-27', 57, 10, 47, 'waiting', True)
    """
    story = [each for each in events if each.happened_on <= as_at]
    if not story:
        raise RefusedInput("This case was not submitted by the day asked for.", expected=f"a submission by {as_at}")
    run = _Run(story[0].happened_on, rules)
    for event in story:
        run.take(event)
    return run.stand(as_at)


def list_stop_faults(clock: CaseClock, *, on: date, missing_item: str | None, rules: ClockRules) -> tuple[str, ...]:
    """This returns why the clock may not be stopped on a day, a sentence each; none where it may.

    >>> rules = ClockRules(56, 42, 1, False)
    >>> clock = measure_clock([CaseEvent("submitted", date(2009, 6, 1))], as_at=date(2009, 7, 13), rules=rules)
    >>> list_stop_faults(clock, on=date(2009, 7, 13), missing_item="", rules=rules)
    ('It does not say what is missing.', 'It is day 42: a stop is permitted before day 42.')
    >>> list_stop_faults(clock, on=date(2009, 7, 12), missing_item="activity plan", rules=rules)
    ()
    """
    standing = () if clock.state == WAITING else (f"The case is {STATE_TITLES[clock.state]}.",)
    days = (on - clock.submitted_on).days
    return (*standing, *_stop_faults(days, clock.stops_count, missing_item, rules))


def _stop_faults(days: int, stops_count: int, missing_item: str | None, rules: ClockRules) -> Iterator[str]:
    if not (missing_item or "").strip():
        yield "It does not say what is missing."
    if stops_count >= rules.stops_count:
        yield f"It was stopped {stops_count} times already: {rules.stops_count} is permitted."
    if days >= rules.stop_before_days:
        yield f"It is day {days}: a stop is permitted before day {rules.stop_before_days}."


@dataclass
class _Run:
    """The clock while its events are read one by one."""

    submitted_on: date
    rules: ClockRules
    state: str = NEW
    last_on: date = field(init=False)
    ended_on: date | None = None
    decided_on: date | None = None
    changed_on: date | None = None
    stopped_since: date | None = None
    stopped_days: int = 0
    stops_count: int = 0
    refused_stops_count: int = 0
    put_off_count: int = 0

    def __post_init__(self) -> None:
        self.last_on = self.submitted_on

    def take(self, event: CaseEvent) -> None:
        """This brings the clock on to an event."""
        kind, day = CASE_EVENTS[event.event], event.happened_on
        comes_back = event.event == RESUBMITTED and self.state in ENDED
        if day < self.last_on or not (comes_back or self.state in kind.comes_in):
            raise RefusedInput(
                f"A case that is {STATE_TITLES[self.state]} cannot be {kind.title}.", where=f"on {day}",
                expected="the events of one case in the order in which they happened",
            )  # fmt: skip
        self.last_on = day
        if kind.leads_to is not None:
            self._move(kind.leads_to, event)
        self.put_off_count += event.event in NOT_DECISIONS

    def _move(self, state: str, event: CaseEvent) -> None:
        day = event.happened_on
        if state == STOPPED:
            self._stop(event)
        elif state != CHANGED:
            self._resume(day)
            self.decided_on = day if state in DECISIONS else None
            self.ended_on = day if state in (*DECISIONS, WITHDRAWN_BY_AUTHOR) else None
        self.changed_on = day if state == CHANGED else None
        self.state = state

    def _stop(self, event: CaseEvent) -> None:
        days = (event.happened_on - self.submitted_on).days
        if any(_stop_faults(days, self.stops_count, event.missing_item, self.rules)):
            self.refused_stops_count += 1
        else:
            self.stops_count, self.stopped_since = self.stops_count + 1, event.happened_on

    def _resume(self, day: date) -> None:
        if self.stopped_since is not None:
            self.stopped_days += (day - self.stopped_since).days
            self.stopped_since = None

    def stand(self, as_at: date) -> CaseClock:
        """This returns the clock as at the day."""
        is_stopped = self.stopped_since is not None
        state = WAITING if self.state == STOPPED and not is_stopped else self.state
        counted_to = self.ended_on or as_at
        self._resume(counted_to)
        return CaseClock(
            state, self.submitted_on, self.rules.due_on(self.submitted_on), counted_to, self.decided_on,
            self.changed_on, self.stopped_days, self.stops_count, self.refused_stops_count, self.put_off_count,
        )  # fmt: skip
