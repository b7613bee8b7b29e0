"""Lines of contracts and what was done on them, a few words each: shared by the tests of bills."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from pbc.methods.ledger import Agreed, apply_forms, share_bill
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy, load_policy
from pbc.policy.policy import PolicyValue
from pbc.tables import ACTIVITY_CELLS, ALL

YEAR, MARCH = FinancialYear(2009), Month(2010, 3)
POLICY = load_policy("england-2005")
NO_MONEY = dict.fromkeys(
    ("base_pence", "short_stay_pence", "excess_days_pence", "top_up_pence", "market_forces_pence", "plan_price_pence"),
    0,
)
KEY = {"commissioner_code": "ZP1", "provider_code": "ZH1", "financial_year": "2009-10"}
CONTRACT = KEY | {
    "contract_code": "ZP1-ZH1", "starts_on": date(2009, 4, 1), "ends_before": date(2010, 4, 1),
    "signed_on": date(2009, 3, 20), "notice_days": None, "plan_pence": 0, "source": "made up",
}  # fmt: skip


def cells(month: int, pence: dict[str, int], *, count: int = 1, kind: str = "NEL") -> pl.DataFrame:
    """Activity of practices in a month, by priced pence."""
    rows = [
        {"month": month, "practice_code": code, "provider_code": "ZH1", "point_of_delivery": kind, "excess_days": 0,
         "treatment_function_code": "300", "commissioner_code": "ZP1", "activity_count": count, "cost_pence": cost,
         **NO_MONEY}
        for code, cost in pence.items()
    ]  # fmt: skip
    return ACTIVITY_CELLS.from_rows(rows)


def table(name: str, *rows: dict[str, Any]) -> pl.DataFrame:
    return ALL[name].from_rows(list(rows))


def line(form: str, baseline: int | None = None, percent: int | None = None, **others: Any) -> dict[str, Any]:
    """One line of the contract of ZP1 with ZH1, emergency stays unless said otherwise."""
    row = {"payment_form": form, "point_of_delivery": "NEL", "baseline_pence": baseline, "marginal_percent": percent}
    return KEY | row | {"source": "made up"} | others


def variation(number: int, *, first: int, agreed_on: date = date(2009, 6, 1), **changes: Any) -> dict[str, Any]:
    none = {"baseline_change_pence": 0, "plan_change_pence": 0, "plan_activity_change": 0}
    return {
        "contract_code": "ZP1-ZH1", "financial_year": "2009-10", "variation_number": number, "point_of_delivery": "NEL",
        "agreed_on": agreed_on, "from_month": first, "reason": "a ward more", "source": "made up",
    } | none | changes  # fmt: skip


def agreed(*lines: dict[str, Any], known_on: date | None = None, **tables: list[dict[str, Any]]) -> Agreed:
    """What was agreed, with one contract for the lines unless `contracts` says otherwise."""
    held = {"contracts": [CONTRACT], "contract_plans": [], "contract_variations": []} | tables
    return Agreed(
        table("contract_forms", *lines), known_on=known_on, **{name: table(name, *rows) for name, rows in held.items()}
    )


def with_value(policy: Policy, name: str, value: Any) -> Policy:
    """The policy with one value agreed locally."""
    local = PolicyValue(name, name, "word", "", value, date(2004, 4, 1), "local_agreement", "test")
    return Policy(policy.regime, {**policy.values, name: (local,)})


def bill(activity: pl.DataFrame, given: Agreed, *, month: Month = MARCH, policy: Policy = POLICY) -> dict[str, int]:
    """Step to pence of the one line."""
    found = apply_forms(activity, agreed=given, statement_month=month, policy=policy)
    ALL["contract_bills"].require(found, where="test")
    return dict(found.sort("sequence").select("step", "amount_pence").iter_rows())


def carried(
    activity: pl.DataFrame, given: Agreed, *, earlier: pl.DataFrame | None = None, month: Month = MARCH,
    policy: Policy = POLICY, left_out: tuple[tuple[int, str], ...] = (),
) -> pl.DataFrame:  # fmt: skip
    """The shares of the steps, from activity to practices."""
    bills = apply_forms(activity, agreed=given, statement_month=month, policy=policy, left_out=left_out)
    shares = share_bill(bills, activity_cells=activity, agreed=given, policy=policy, earlier_cells=earlier)
    ALL["bill_adjustments"].require(shares.drop("commissioner_code"), where="test")
    return shares
