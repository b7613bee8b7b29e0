"""An option year by year: what it leaves the commissioner with, against doing nothing, added up and discounted."""

from __future__ import annotations

import polars as pl

from pbc.methods.appraisal.rules import AppraisalRules
from pbc.tables import APPRAISAL_YEARS
from pbc.tables.appraisal_lines import BILL_STEPS, COST_STEPS

KEY = ("option_code", "financial_year")


def add_up_years(appraisal_lines: pl.DataFrame, *, case_options: pl.DataFrame, rules: AppraisalRules) -> pl.DataFrame:
    """This returns APPRAISAL_YEARS: every option and year looked at, with what lies before it added up.

    Grain in: APPRAISAL_LINES and CASE_OPTIONS. A year without a step is nought. Against doing nothing is the option's
    own less that of doing nothing, so doing nothing against itself is nought in every year. Pence.
    """
    sums = {
        (option, year): (cost, bill, present)
        for option, year, cost, bill, present in appraisal_lines.group_by(KEY)
        .agg(
            _of(COST_STEPS).alias("cost"), _of(BILL_STEPS).alias("bill"), pl.col("amount_pence").sum().alias("present")
        )
        .iter_rows()
    }
    nothing = case_options.filter("is_do_nothing")["option_code"][0]
    rows = []
    for option in case_options.iter_rows(named=True):
        running = 0
        for year in rules.years:
            cost, bill, present = sums.get((option["option_code"], year.slug), (0, 0, 0))
            cost_then, bill_then, present_then = sums.get((nothing, year.slug), (0, 0, 0))
            against = cost + bill - cost_then - bill_then
            running += against
            rows.append({
                "case_code": option["case_code"], "option_code": option["option_code"], "financial_year": year.slug,
                "cost_pence": cost, "bill_pence": bill, "net_pence": cost + bill, "against_pence": against,
                "running_pence": running, "discount_ratio": float(rules.worth(year)), "present_value_pence": present,
                "against_present_value_pence": present - present_then,
            })  # fmt: skip
    return APPRAISAL_YEARS.from_rows(rows).sort(APPRAISAL_YEARS.key)


def _of(steps: tuple[str, ...]) -> pl.Expr:
    return pl.col("amount_pence").filter(pl.col("step").is_in(steps)).sum()
