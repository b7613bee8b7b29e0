"""Proportionate routes: which way a case goes by its value and risks, what it must show, who decides it and in how many days."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from pbc.errors import RefusedInput
from pbc.money import pounds, pounds_exactly
from pbc.policy import Policy, PolicyValue

LIGHT, STANDARD, FULL = "light", "standard", "full"
PENCE = 100


@dataclass(frozen=True)
class CaseRoute:
    """The route of a case: what it must show, who decides and by when, the reasons in words, and the rule values behind them.

    `decided_within_days` are calendar days from submission; the eight weeks stand whatever the route.
    """

    code: str
    asks_for: tuple[str, ...]
    decided_by: str
    decided_within_days: int
    needs_second_approver: bool
    procurement_routes: tuple[str, ...]
    reasons: tuple[str, ...]
    values: tuple[PolicyValue, ...]

    @property
    def is_assumed(self) -> bool:
        """Whether a rule value behind it is an assumption, which a page must say."""
        return any(value.is_assumed for value in self.values)


def find_route(
    yearly_pence: int, *, risks: Collection[str] = (), is_once: bool = False, policy: Policy, on: date
) -> CaseRoute:
    """This returns the route of a case submitted on a day, by the most it moves in any one year and by its risks.

    `yearly_pence` is the larger of what it costs and what it takes out of services in its largest year, not negative; `risks`
    are words of `business_cases.risks_full` and `business_cases.risks_not_light`. A value on a limit is standard. What is spent
    `is_once` goes the same route, and is said so. Source: rules.md R7.2 to R7.4 and R7.8, decision methods/0252.

    >>> from pbc.policy import load_policy
    >>> policy, day = load_policy("england-2005"), date(2009, 6, 1)
    >>> [find_route(pence, policy=policy, on=day).code for pence in (4_999_999, 5_000_000, 25_000_000, 25_000_001)]
    ['light', 'standard', 'standard', 'full']
    >>> find_route(1_000_000, risks=["shrinks_a_service"], policy=policy, on=day).reasons
    ('£10,000 a year is below £50,000.', 'It shrinks a service: not light.')
    >>> find_route(4_999_950, is_once=True, policy=policy, on=day).reasons
    ('£49,999.50 once is below £50,000.',)
    """
    if yearly_pence < 0:
        raise RefusedInput("What a case moves in a year is not below nought.", found=pounds(yearly_pence))
    asked = _Asked(policy, on)
    often = "once" if is_once else "a year"
    by_value, said = _by_value(f"{pounds_exactly(yearly_pence)} {often} is", yearly_pence, asked)
    weighed = list(_by_risk(risks, asked))
    code = max([by_value, *(each for each, _ in weighed)], key=(LIGHT, STANDARD, FULL).index)
    second = asked.value("second_approver_above_pounds")
    needs_second = yearly_pence > second.value * PENCE
    reasons = [said, *(words for _, words in weighed)]
    reasons += [f"Above {_pounds(second)} a year a second person approves."] if needs_second else []
    within = asked.value("light_decided_within_days" if code == LIGHT else "decision_limit_days")
    return CaseRoute(
        code,
        asks_for=tuple(asked.value(f"{code}_asks_for").value),
        decided_by=str(asked.value(f"{code}_decided_by").value),
        decided_within_days=int(within.value),
        needs_second_approver=needs_second,
        procurement_routes=tuple(asked.value("procurement_routes").value),
        reasons=tuple(reasons),
        values=tuple(asked.values),
    )


class _Asked:
    """Rule values of a day, each remembered as it is asked for."""

    def __init__(self, policy: Policy, on: date) -> None:
        self.policy, self.on, self.values = policy, on, list[PolicyValue]()

    def value(self, name: str) -> PolicyValue:
        found = self.policy.value(f"business_cases.{name}", on=self.on)
        self.values.append(found)
        return found


def _by_value(told: str, yearly_pence: int, asked: _Asked) -> tuple[str, str]:
    light, full = asked.value("light_below_pounds"), asked.value("full_above_pounds")
    if yearly_pence < light.value * PENCE:
        return LIGHT, f"{told} below {_pounds(light)}."
    if yearly_pence > full.value * PENCE:
        return FULL, f"{told} above {_pounds(full)}."
    return STANDARD, f"{told} from {_pounds(light)} to {_pounds(full)}."


def _by_risk(risks: Collection[str], asked: _Asked) -> Iterator[tuple[str, str]]:
    full, not_light = asked.value("risks_full"), asked.value("risks_not_light")
    strange = sorted(set(risks) - set(full.choices))
    if strange:
        raise RefusedInput("This is not a risk that routes know.", found=strange[0], expected=", ".join(full.choices))
    for risk in full.choices:
        words = risk.replace("_", " ")
        if risk in risks and risk in full.value:
            yield FULL, f"It {words}: full."
        elif risk in risks and risk in not_light.value:
            yield STANDARD, f"It {words}: not light."


def _pounds(value: PolicyValue) -> str:
    return pounds(int(value.value) * PENCE)
