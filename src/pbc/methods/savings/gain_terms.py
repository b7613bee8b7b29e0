"""The gain-share agreement in force: its terms, who signed it when, and what it lacks before anything may be paid by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from pbc.errors import RefusedInput
from pbc.policy.gain_share import (
    ALWAYS,
    BY_LOSS,
    BY_RATE,
    CAP,
    FLOOR,
    GAIN_SHARE_VALUES,
    GATE,
    LEAST,
    MOST,
    PARTNERS,
    RATES,
    SCALES,
    SHARE,
    SIDE,
    SIGNED,
    SIGNED_BY,
    SIGNED_ON,
)
from pbc.policy.policy import Policy

NO_GATE, MINIMUM_RATE, OUTSIDE_CHANCE = "no_gate", "minimum_savings_rate", "outside_chance"
AGREED = "local_agreement"


@dataclass(frozen=True)
class GainTerms:
    """What an agreement says, exact. `rates` are the least savings that count, by number of people."""

    share: Fraction
    gate: str
    rates: Mapping[int, Fraction]
    quality_floor: Fraction
    quality_scales: bool
    cap_share: Fraction
    shares_losses: bool
    loss_least_share: Fraction
    loss_most_share: Fraction
    loss_cap_share: Fraction
    loss_revenue_share: Fraction
    partners: Mapping[str, Fraction]

    def minimum_rate(self, people_count: int) -> Fraction | None:
        """This returns the least saving that counts, as a share of the benchmark: straight lines between the sizes named.

        None below the smallest size: the agreement has no rate for so few people. Above the largest its rate stands.
        """
        sizes = sorted(self.rates)
        if not sizes or people_count < sizes[0]:
            return None
        if people_count >= sizes[-1]:
            return self.rates[sizes[-1]]
        above = next(size for size in sizes if size > people_count)
        below = sizes[sizes.index(above) - 1]
        step = (self.rates[above] - self.rates[below]) / (above - below)
        return self.rates[below] + step * (people_count - below)


@dataclass(frozen=True)
class GainAgreement:
    """The agreement of a year: `terms` where all were named, what it `lacks` to be paid by, and who signed it when."""

    terms: GainTerms | None
    lacks: tuple[str, ...]
    source: str
    signed_by: str = ""
    signed_on: date | None = None

    @property
    def is_payable(self) -> bool:
        """Whether money may be paid by it: every part is agreed locally, and it was signed in time."""
        return not self.lacks


def find_gain_agreement(policy: Policy, *, on: date, year_ends_on: date) -> GainAgreement:
    """This returns the gain-share agreement in force on a day: terms, signature, and what it lacks.

    Each part must be named by a value with status `local_agreement`, and the paper signed by the last day of the year it
    pays for. Parts named with another status, as the labelled examples are, give terms that show what would be, and pay
    nothing. A loss side whose least part is above its most is refused. Source: rules.md 13.1; decision methods/0193.
    """
    held = {name: policy.value(name, on=on) for name in GAIN_SHARE_VALUES}
    given = {name: value.value for name, value in held.items() if not _is_nothing(value.value)}
    needed = [*ALWAYS]
    needed += BY_RATE if given.get(GATE) == MINIMUM_RATE else ()
    needed += BY_LOSS if given.get(SIDE) == "savings_and_losses" else ()
    lacks = [name for name in (*needed, *SIGNED) if held[name].status != AGREED or name not in given]
    told = [f"{name} ({held[name].title})" for name in lacks]
    signed_on = given.get(SIGNED_ON)
    if signed_on is not None and signed_on > year_ends_on:
        told.append(
            f"a signature by {year_ends_on.isoformat()}, the last day of the year: signed {signed_on.isoformat()}"
        )
    terms = None if any(name not in given for name in needed) else _terms(given)
    return GainAgreement(terms, tuple(told), held[SHARE].source, str(given.get(SIGNED_BY, "")), signed_on)


def _is_nothing(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("none ")


def _exact(value: Any) -> Fraction:
    return Fraction(str(value))


def _terms(given: Mapping[str, Any]) -> GainTerms:
    shares_losses = given[SIDE] == "savings_and_losses"
    least, most, cap, revenue = (_exact(given.get(name, 0)) if shares_losses else Fraction(0) for name in BY_LOSS)
    if least > most:
        raise RefusedInput(
            "The least part of a loss is above the most.", where=f"{LEAST}, {MOST}", found=f"{float(least)} > {float(most)}",
            remedy="Correct the agreement's two shares; a fixed part is written as both.",
        )  # fmt: skip
    return GainTerms(
        share=_exact(given[SHARE]), gate=given[GATE], quality_floor=_exact(given[FLOOR]), quality_scales=given[SCALES],
        rates={people: _exact(rate) for people, rate in given.get(RATES, {}).items()} if given[GATE] == MINIMUM_RATE else {},
        cap_share=_exact(given[CAP]), shares_losses=shares_losses, loss_least_share=least, loss_most_share=most,
        loss_cap_share=cap, loss_revenue_share=revenue,
        partners={code: _exact(part) for code, part in given[PARTNERS].items()},
    )  # fmt: skip
