"""Proportionate routes.

A case is light, standard or full by the most it moves in any one year and by its risks: what it must show, who decides it and in how
many days. The limits are assumptions, and the answer says so.
"""

from datetime import date

import pytest

from pbc.errors import RefusedInput
from pbc.methods.business_cases import CaseRoute, find_route
from pbc.policy import Policy, load_policy

POLICY, TODAY = load_policy("england-2005"), load_policy("england-2025")
JUNE = date(2009, 6, 1)
LIGHT_PENCE = 1_000_000


def route(pence: int, *risks: str, policy: Policy = POLICY, on: date = JUNE) -> CaseRoute:
    return find_route(pence, risks=risks, policy=policy, on=on)


@pytest.mark.parametrize(
    "yearly_pence, code, days, needs_second",
    [
        (0, "light", 14, False), (4_999_999, "light", 14, False), (5_000_000, "standard", 56, False),
        (25_000_000, "standard", 56, False), (25_000_001, "full", 56, True),
    ],
)  # fmt: skip
def test_value_decides_the_route(yearly_pence: int, code: str, days: int, needs_second: bool) -> None:
    """Given what a case moves in a year, then its route, its days and whether a second person approves: a limit is standard."""
    found = route(yearly_pence)
    assert (found.code, found.decided_within_days, found.needs_second_approver) == (code, days, needs_second)


@pytest.mark.parametrize(
    "risk, code",
    [
        ("lets_its_author_provide", "standard"), ("brings_new_clinical_risk", "standard"), ("shrinks_a_service", "standard"),
        ("spends_before_it_saves", "standard"), ("stops_a_service", "full"), ("needs_consultation", "full"),
        ("binds_several_commissioners", "full"),
    ],
)  # fmt: skip
def test_a_risk_raises_the_route_whatever_the_value(risk: str, code: str) -> None:
    """Given a case of £10,000 a year with one risk, then its route, with the risk among the reasons."""
    found = route(LIGHT_PENCE, risk)
    assert found.code == code
    assert found.reasons[-1] == f"It {risk.replace('_', ' ')}: {'full' if code == 'full' else 'not light'}."


def test_the_highest_route_asked_for_is_taken() -> None:
    """Given a dear case with small risks, and a cheap one with great risks, then both are full; a risk never lowers."""
    assert [
        route(30_000_000, "shrinks_a_service").code,
        route(LIGHT_PENCE, "shrinks_a_service", "stops_a_service").code,
    ] == ["full"] * 2


def test_a_light_case_shows_less_and_is_decided_by_an_officer() -> None:
    """Given each route, then who decides; what a light case shows a standard one shows too, and so on."""
    light, standard, full = route(LIGHT_PENCE), route(10_000_000), route(30_000_000)
    assert [each.decided_by for each in (light, standard, full)] == ["delegated_officer", "committee", "committee"]
    assert set(light.asks_for) < set(standard.asks_for) < set(full.asks_for)
    assert {"need", "options", "risks", "conflicts"} <= set(light.asks_for)


def test_a_route_says_why_and_on_which_rule_values() -> None:
    """Given a dear case, then its reasons in words, and the values behind them, of which some are assumed."""
    found = route(30_000_000)
    assert found.reasons == ("£300,000 a year is above £250,000.", "Above £250,000 a year a second person approves.")
    assert {value.name for value in found.values} >= {
        "business_cases.full_above_pounds",
        "business_cases.decision_limit_days",
    }
    assert found.is_assumed


def test_limits_are_agreed_locally() -> None:
    """Given a compact that calls £100,000 light, then it is, and the value says that it was agreed."""
    local = {"from": date(2009, 1, 1), "value": 150_000, "status": "local_agreement", "source": "Compact, clause 5"}
    agreed = POLICY.lay_over({"business_cases.light_below_pounds": {"values": [local]}}, where="compact")
    assert route(10_000_000, policy=agreed).code == "light"


def test_ways_to_market_are_those_of_the_regime_and_day() -> None:
    """Given a day then and one now, then ways to market: any willing provider; since 2024 the five processes."""
    assert "any_willing_provider" in route(0).procurement_routes
    assert len(route(0, policy=TODAY, on=date(2025, 6, 1)).procurement_routes) == 5
    assert "competitive_tender" in route(0, policy=TODAY, on=date(2023, 6, 1)).procurement_routes


def test_an_unknown_risk_or_a_value_below_nought_is_refused() -> None:
    """Given a risk that no rule names, or a value below nought, then a refusal that says what is known."""
    with pytest.raises(RefusedInput, match="stops_a_service"):
        route(0, "is_disliked")
    with pytest.raises(RefusedInput, match="below nought"):
        route(-1)
