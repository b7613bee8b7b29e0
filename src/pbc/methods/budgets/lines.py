"""The stack of lines that is a budget: each step of it in pence, with its rule, its parameter and a plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.budgets.opening import APPORTIONED
from pbc.money import pounds_and_pence, share_out_many
from pbc.periods import FinancialYear
from pbc.reference.activity import SERVICES
from pbc.tables import BUDGET_LINES

SEQUENCE = {
    name: 10 * place
    for place, name in enumerate(
        ("historic", "uplift", "need", "pace_of_change", "top_slice", "risk_pool", "adjustment", "rounding"), start=1
    )
} | {"saving_protected": 15, "pool_repayment": 75}  # between the past and its uplift; after what is agreed
AMENDED = 100  # where amendments of the year follow, each ten after the one before
SHARED_BY_HEAD = "Shared out by head: shared out, not measured. It has no variance and frees no money."
NO_PAST = "Fair share of the resource: no past activity is held for this service."


@dataclass(frozen=True)
class Rule:
    """What a line cites: the rule, and the policy value used if there is one."""

    rule: str
    parameter: str | None = None


HISTORIC = Rule("R2.4")
UPLIFT = Rule("R2.1")
NEED = Rule("R2.11")
PROTECTED = Rule("local agreement", "budgets.saving_protected_years")


def stack_lines(
    standing: pl.DataFrame, *, year: FinancialYear, pace: Rule, need: Rule = NEED, is_blend: bool = False
) -> pl.DataFrame:
    """This returns the lines (table budget_lines) by which each budget of the standing came to be.

    Grain in: one practice and service with `historic_pence, opening_pence, target_pence, budget_pence`, and with
    `protected_pence, protected_reason` where savings are protected. Grain out: one
    practice, service and step; lines of nought are left out but for the first, and every stack sums to the budget.
    `pace` and `need` are cited by their lines; `is_blend`: the need line goes to the budget, without a pace of change.
    """
    past = standing.filter(pl.col("opening_pence").is_not_null())
    plain = standing.filter(pl.col("opening_pence").is_null())
    historic = pl.col("historic_pence").fill_null(0)
    protected = pl.col("protected_pence") if "protected_pence" in standing.columns else pl.lit(0)
    moved, paced = pl.col("target_pence") - pl.col("opening_pence"), pl.col("budget_pence") - pl.col("target_pence")
    steps = [
        _lines(past, year, "historic", historic, HISTORIC, _HISTORIC_REASON),
        *([_protected_lines(past, year)] if "protected_pence" in standing.columns else []),
        _lines(past, year, "uplift", pl.col("opening_pence") - historic - protected, UPLIFT, _UPLIFT_REASON),
        _lines(past, year, "need", moved + paced if is_blend else moved, need, _NEED_REASON),
        *([] if is_blend else [_lines(past, year, "pace_of_change", paced, pace, _PACE_REASON)]),
        _lines(plain, year, "need", pl.col("budget_pence"), NEED, _PLAIN_REASON),
    ]
    return _without_noughts(pl.concat(steps))


def _protected_lines(past: pl.DataFrame, year: FinancialYear) -> pl.DataFrame:
    held = past.filter(pl.col("protected_pence") != 0)
    return _lines(held, year, "saving_protected", pl.col("protected_pence"), PROTECTED, pl.col("protected_reason"))


_HISTORIC_REASON = (
    pl.when(pl.col("historic_pence").fill_null(0) > 0)
    .then(pl.lit("Twelve months of past activity at the prices of this year."))
    .otherwise(pl.lit("No past activity: the next line opens the budget at its need."))
)
_UPLIFT_REASON = pl.lit("Brings the past activity of all practices together to the resource of the year.")
_NEED_REASON = pl.lit("Takes the budget to the need of the list.")
_PACE_REASON = pl.lit("Holds back the part of the move to fair share that is not made this year.")
_PLAIN_REASON = pl.when(pl.col("payment_form") == APPORTIONED).then(pl.lit(SHARED_BY_HEAD)).otherwise(pl.lit(NO_PAST))


def _lines(
    standing: pl.DataFrame, year: FinancialYear, step: str, amount: pl.Expr, cited: Rule, reason: pl.Expr
) -> pl.DataFrame:
    return BUDGET_LINES.conform(
        standing.select(
            pl.lit(year.slug).alias("financial_year"),
            "practice_code",
            "service",
            pl.lit(SEQUENCE[step]).alias("sequence"),
            pl.lit(step).alias("step"),
            amount.alias("amount_pence"),
            "payment_form",
            pl.lit(cited.rule).alias("rule"),
            pl.lit(cited.parameter, dtype=pl.String).alias("parameter"),
            reason.alias("reason"),
        )
    )


def add_lines(
    lines: pl.DataFrame, added: pl.DataFrame, *, step: str, amount: pl.Expr, cited: Rule, reason: pl.Expr
) -> pl.DataFrame:
    """This returns the lines with one more step of practices and services that have a budget: `added`, a row for each."""
    year = FinancialYear.parse(lines["financial_year"][0])
    return _without_noughts(pl.concat([lines, _lines(added, year, step, amount, cited, reason)]))


def _without_noughts(lines: pl.DataFrame) -> pl.DataFrame:
    first = pl.col("sequence") == pl.col("sequence").min().over("practice_code", "service")
    return lines.filter(first | (pl.col("amount_pence") != 0)).sort("practice_code", "service", "sequence")


def top_slice(lines: pl.DataFrame, *, amounts: Mapping[str, int], step: str, cited: Rule, reason: str) -> pl.DataFrame:
    """This returns the lines with one more step that hands back money to the commissioner, shared by the budgets so far.

    `amounts` is what is taken from each service in pence, positive; `step` is top_slice or risk_pool. Each service's
    budgets fall by exactly its amount. Taking more than a service has is refused. Source: rules.md R1.4 and R3.3.
    """
    sliced = []
    for service, amount in sorted(amounts.items()):
        held = add_up_budgets(lines.filter(pl.col("service") == service)).sort("practice_code")
        whole = int(held["budget_pence"].sum())
        if not 0 <= amount <= whole:
            raise RefusedInput(
                "What is held back must lie between nothing and the whole service.", where=f"{service}, {step}",
                found=pounds_and_pence(amount), expected=f"at most {pounds_and_pence(whole)}",
            )  # fmt: skip
        if amount:
            shares = share_out_many(-amount, held["budget_pence"].cast(pl.Float64).to_numpy())
            held = held.with_columns(pl.Series("taken_pence", shares))
            year = FinancialYear.parse(lines["financial_year"][0])
            sliced.append(_lines(held, year, step, pl.col("taken_pence"), cited, pl.lit(reason)))
    return _without_noughts(pl.concat([lines, *sliced]))


def adjust(lines: pl.DataFrame, *, adjustments: pl.DataFrame) -> pl.DataFrame:
    """This returns the lines with agreed adjustments: `practice_code, service, amount_pence, reason`, one row per agreement.

    An adjustment moves money between practices of a service: every service's adjustments sum to nought, each has a
    reason and a practice that holds a budget; otherwise it is refused. Source: issue, "an adjustment line needs a reason".
    """
    faults = adjustments.filter(pl.col("reason").fill_null("").str.strip_chars() == "")
    if faults.height:
        raise RefusedInput("An adjustment needs a reason.", where=faults["practice_code"][0])
    sums = adjustments.group_by("service").agg(pl.col("amount_pence").sum()).filter(pl.col("amount_pence") != 0)
    if sums.height:
        raise RefusedInput(
            "Adjustments of a service must sum to nought.", where=sums["service"][0],
            found=pounds_and_pence(sums["amount_pence"][0]), remedy="Name the practice that gives what another gets.",
        )  # fmt: skip
    agreed = adjustments.group_by("practice_code", "service").agg(
        pl.col("amount_pence").sum(), pl.col("reason").sort().str.join("; ")
    )
    joined = add_up_budgets(lines).join(agreed, on=["practice_code", "service"], how="right")
    unknown = joined.filter(pl.col("payment_form").is_null())
    if unknown.height:
        raise RefusedInput("This practice has no budget for the service to adjust.", where=unknown["practice_code"][0])
    cited, amount, reason = Rule("local agreement"), pl.col("amount_pence"), pl.col("reason")
    return add_lines(lines, joined, step="adjustment", amount=amount, cited=cited, reason=reason)


def add_up_budgets(lines: pl.DataFrame) -> pl.DataFrame:
    """This returns the budget of each practice and service: `practice_code, service, payment_form, budget_pence`."""
    return (
        lines.group_by("practice_code", "service")
        .agg(pl.col("payment_form").first(), pl.col("amount_pence").sum().alias("budget_pence"))
        .sort("practice_code", "service")
    )


def share_of(resources: pl.DataFrame, *, share: float, services: tuple[str, ...] = tuple(SERVICES)) -> dict[str, int]:
    """This returns that share of each named service's resource in whole pence, rounded half up.

    >>> share_of(pl.DataFrame({"service": ["outpatients"], "amount_pence": [1050]}), share=0.03)
    {'outpatients': 32}
    """
    rows = resources.filter(pl.col("service").is_in(services)).select("service", "amount_pence").iter_rows()
    millionths = round(share * 1_000_000)
    return {service: (amount * millionths + 500_000) // 1_000_000 for service, amount in rows}
