"""A journey tells how far it is, stops when asked, and hands a flow within a flow its own part of the way."""

import pytest

from pbc.errors import Cancelled
from pbc.flows.journey import Journey


def test_journey_tells_each_step_and_how_far_it_is() -> None:
    told: list[tuple[str, float]] = []
    journey = Journey(progress=lambda message, done: told.append((message, done)))
    journey.step("Reading", 0.25)
    assert told == [("Reading", 0.25)]


def test_journey_stops_before_the_step_when_asked_and_says_where() -> None:
    told: list[str] = []
    journey = Journey(progress=lambda message, done: told.append(message), cancelled=lambda: True)
    with pytest.raises(Cancelled, match=r"The step at hand published nothing\. \(Costing\)"):
        journey.step("Costing", 0.5)
    assert told == []


def test_part_of_a_journey_tells_its_steps_within_its_share_and_stops_alike() -> None:
    told: list[float] = []
    answers = iter([False, True])
    whole = Journey(lambda message, done: told.append(done), lambda: next(answers), "2026-11-22")
    part = whole.part(0.2, 0.6).part(0.5, 1.0)
    part.step("Half way", 0.5)
    assert told == [pytest.approx(0.5)]
    assert part.made_at == "2026-11-22"
    with pytest.raises(Cancelled):
        part.step("Stopped", 1.0)


def test_journey_of_nobody_is_silent_and_never_stops() -> None:
    assert Journey().step("Reading", 0.0) is None
