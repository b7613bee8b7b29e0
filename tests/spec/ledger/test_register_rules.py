"""Register of contracts: given contracts, lines, plans and variations, then whether they are taken in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.spec.ledger.made_up_contracts import CONTRACT, KEY, POLICY, YEAR, agreed, line, variation

from pbc.errors import Fault, MissingPolicy, RefusedInput
from pbc.methods.ledger import Agreed, require_contracts
from pbc.periods import FinancialYear
from pbc.policy import load_policy

PLANNED = line("block", 5_000, plan_pence=5_000, plan_activity_count=5)
WHOLE = CONTRACT | {"plan_pence": 5_000}
MONTH = KEY | {
    "point_of_delivery": "NEL",
    "month": 200904,
    "plan_activity_count": 5,
    "plan_pence": 5_000,
    "source": "made up",
}
OTHER = {"provider_code": "ZH2", "contract_code": "ZP1-ZH2"}
CORRIDOR = {"floor_pence": 95, "ceiling_pence": 105, "below_percent": 50}
Rows = list[dict[str, Any]]


def register(*lines: dict[str, Any], **tables: Rows) -> Agreed:
    return agreed(*(lines or (PLANNED,)), **({"contracts": [WHOLE], "contract_plans": [MONTH]} | tables))


def varied(**changes: Any) -> Agreed:
    return register(contract_variations=[variation(1, first=200909) | changes])


CASES: dict[str, tuple[Callable[[], Agreed], str]] = {
    "line without a contract": (lambda: register(PLANNED, PLANNED | {"provider_code": "ZH2"}), "line has no contract"),
    "contract without a line": (lambda: register(contracts=[WHOLE, WHOLE | OTHER]), "contract has no line"),
    "code twice": (
        lambda: register(PLANNED, PLANNED | {"provider_code": "ZH2"}, contracts=[WHOLE, WHOLE | {"provider_code": "ZH2"}]),
        "same code",
    ),
    "days of another year": (lambda: register(contracts=[WHOLE | {"starts_on": date(2009, 3, 1)}]), "within its year"),
    "days the wrong way round": (lambda: register(contracts=[WHOLE | {"ends_before": date(2009, 4, 1)}]), "within its year"),
    "baseline missing": (lambda: register(PLANNED | {"baseline_pence": None}), "no baseline"),
    "corridor askew": (
        lambda: register(PLANNED | CORRIDOR | {"payment_form": "cost_and_volume", "marginal_percent": 50}), "corridor",
    ),
    "plan of no line": (lambda: register(contract_plans=[MONTH, MONTH | {"point_of_delivery": "AE"}]), "plan is of no line"),
    "plan of another year": (lambda: register(contract_plans=[MONTH | {"month": 201004}]), "plan is of no line"),
    "months do not add up": (lambda: register(contract_plans=[MONTH | {"plan_pence": 4_999}]), "do not add up"),
    "units do not add up": (lambda: register(contract_plans=[MONTH | {"plan_activity_count": 4}]), "do not add up"),
    "lines do not add up": (lambda: register(contracts=[WHOLE | {"plan_pence": 4_999}]), "lines of a contract do not add"),
    "a line without a plan": (
        lambda: register(PLANNED, line("activity_price", point_of_delivery="AE")), "1 lines without a plan",
    ),
    "variation of no contract": (lambda: varied(contract_code="ZP1-ZH9"), "no contract, or of no line"),
    "variation of no line": (lambda: varied(point_of_delivery="AE"), "no contract, or of no line"),
    "varied before signature": (lambda: varied(agreed_on=date(2009, 3, 19)), "before it was signed"),
    "varied without signature": (
        lambda: register(contracts=[WHOLE | {"signed_on": None}], contract_variations=[variation(1, first=200909)]),
        "a contract with the day it was signed on",
    ),
    "variation before the year": (lambda: varied(from_month=200903), "outside its contract"),
    "variation after the contract": (lambda: varied(from_month=201004), "outside its contract"),
    "baseline where there is none": (
        lambda: register(
            PLANNED | {"payment_form": "activity_price", "baseline_pence": None},
            contract_variations=[variation(1, first=200909, baseline_change_pence=1)],
        ),
        "does not have",
    ),
    "more taken than there is": (lambda: varied(baseline_change_pence=-5_001), "more from a line than it has"),
    "more units taken than planned": (lambda: varied(plan_activity_change=-6), "found plan_activity_count -1"),
}  # fmt: skip


@pytest.mark.parametrize("made, words", CASES.values(), ids=CASES)
def test_register_is_refused_by_name(made: Callable[[], Agreed], words: str) -> None:
    """Whatever cannot stand is named, with where it is and what to do."""
    with pytest.raises(RefusedInput) as refused:
        require_contracts(made(), year=YEAR, policy=POLICY)
    assert words in str(refused.value)
    assert refused.value.where
    assert refused.value.remedy


def test_whole_register_is_taken() -> None:
    """A variation may take a baseline down to nothing, not below."""
    given = varied(baseline_change_pence=-5_000)
    assert require_contracts(given, year=YEAR, policy=POLICY) is given


@pytest.mark.parametrize("form", [{"payment_form": "variable"}, {"payment_form": "low_volume_block"}])
def test_forms_of_the_payment_scheme_are_not_of_the_old_regime(form: dict[str, str]) -> None:
    """Under england-2005 nothing says what an aligned contract or a low-volume block is: refused."""
    with pytest.raises(MissingPolicy, match="england-2005"):
        require_contracts(register(PLANNED | form), year=YEAR, policy=POLICY)


@pytest.mark.parametrize("second, is_taken", [(100_000_000, True), (100_000_001, False)])
def test_low_volume_blocks_of_a_contract_stay_within_the_limit(second: int, is_taken: bool) -> None:
    """£500,000 and £1,000,000 are £1.5m, the most there may be; a penny more is refused."""
    of_year = {"financial_year": "2025-26", "payment_form": "low_volume_block", "plan_activity_count": 0}
    lines = [PLANNED | of_year | {"baseline_pence": sum_pence, "plan_pence": 0, "point_of_delivery": kind}
             for sum_pence, kind in ((50_000_000, "AE"), (second, "NEL"))]  # fmt: skip
    days = {
        "financial_year": "2025-26",
        "starts_on": date(2025, 4, 1),
        "ends_before": date(2026, 4, 1),
        "plan_pence": 0,
    }
    given = register(*lines, contracts=[CONTRACT | days], contract_plans=[])

    def check() -> Agreed:
        return require_contracts(given, year=FinancialYear(2025), policy=load_policy("england-2025"))

    if is_taken:
        assert check() is given
    else:
        with pytest.raises(Fault, match="low-volume block"):
            check()
