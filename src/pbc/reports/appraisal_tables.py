"""Tables of an appraised option as pages and terminals print them: steps by year, what moves it, whose money, whose budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from pbc.money import MINUS, nearest, pounds, pounds_and_pence
from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY, SERVICES
from pbc.reports.view import Head, PageTable

STEPS = {
    "set_up": "Set-up", "running": "Running", "double_running": "Double running", "stranded_cost": "Stranded cost",
    "premises": "Premises", "workforce": "Workforce", "optimism": "Allowance for optimism", "paid_by_partner": "Paid by partners",
    "priced": "Activity at contract prices", "not_paid": "What the form does not follow", "rebased": "Baseline set anew",
    "stranded": "Stays in the bill all the same", "discount": "Discounting",
}  # fmt: skip
DRIVERS = {
    "activity": "Activity", "cost": "Cost", "start": "Start", "baseline": "Baselines", "all_against": "All against it",
}  # fmt: skip
PAID_FROM = {
    "freed_up_resources": "Freed-up resources", "commissioner_investment": "Commissioner's investment",
    "contract_change": "Change of contract", "partner": "Partner",
}  # fmt: skip
PRICED = {
    "local_price": "its local price", "specialty": "its specialty there", "hospital": "all of its kind there",
    "all_hospitals": "its kind everywhere",
}  # fmt: skip
MONTHS_OF_YEAR = 12
PLACE = ("provider_code", "point_of_delivery", "treatment_function_code")
Own = Mapping[str, pl.DataFrame]


def activity_table(own: Own, *, caption: str, months_count: int) -> PageTable:
    """This returns what the option changes, beside what was done of it in so many months and what one is paid at.

    Grain in: CASE_ACTIVITY_CHANGES of the option, APPRAISAL_PRICES of the case. A change that takes away more, at a year's pace,
    than was done of what its price is the average of is named in the note.
    """
    changes = own["case_activity_changes"].sort("change_number").join(own["appraisal_prices"], on=PLACE, how="left")
    rows = changes.to_dicts()
    heads = (
        Head("Hospital"), Head("Kind"), Head("Specialty"), Head("Practice"), Head("From"), Head("Change a year", True),
        Head("Done", True), Head("Paid for one", True), Head("Averaged of"),
    )  # fmt: skip
    said = sorted({row["reason"] for row in rows})
    more = [
        f"{_number(row['yearly_activity_change'])} {POINTS_OF_DELIVERY[row['point_of_delivery']].title.lower()} a year is more than was "
        "done of them at that pace: check it."
        for row in rows
        if -row["yearly_activity_change"] * months_count > row["activity_count"] * MONTHS_OF_YEAR > MONTHS_OF_YEAR
    ]
    body = tuple(_activity_row(row) for row in rows)
    return PageTable(
        f"activity-{_code(changes)}", f"{caption}: what it changes", heads, body, note=" ".join([*said, *more])
    )


def _activity_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    each = nearest(Fraction(row["cost_pence"], row["activity_count"]))
    return (
        row["provider_code"], POINTS_OF_DELIVERY[row["point_of_delivery"]].title, row["treatment_function_code"], row["practice_code"],
        Month.from_number(row["from_month"]).title, _number(row["yearly_activity_change"]), f"{row['activity_count']:,}",
        pounds_and_pence(each), PRICED[row["price_basis"]],
    )  # fmt: skip


def _number(count: int) -> str:
    return f"{count:+,}".replace("-", MINUS)


def steps_table(own: Own, *, caption: str) -> PageTable:
    """This returns the steps of one option by year, their net effect and its present value, in pounds.

    Grain in: APPRAISAL_LINES and APPRAISAL_YEARS of the option.
    """
    lines, years = own["appraisal_lines"], own["appraisal_years"].sort("financial_year")
    slugs = years["financial_year"].to_list()
    held = {(row["step"], row["financial_year"]): row["amount_pence"] for row in lines.to_dicts()}
    steps = [step for step in STEPS if any(key[0] == step for key in held)]
    body = [(STEPS[step], *_summed([held.get((step, slug), 0) for slug in slugs])) for step in steps]
    net = ("Net effect", *_summed(years["net_pence"].to_list()))
    at = next((place for place, step in enumerate(steps) if step == "discount"), len(steps))
    rows = (*body[:at], net, *body[at:], ("Present value", *_summed(years["present_value_pence"].to_list())))
    heads = (Head("Step"), *(Head(slug.replace("-", "/"), True) for slug in slugs), Head("All years", True))
    return PageTable(f"steps-{_code(years)}", f"{caption}: step by step, in pounds", heads, rows, has_total=True)


def sensitivities_table(own: Own, *, caption: str) -> PageTable:
    """This returns what moves the option's net present value, largest swing first, all against it last."""
    rows = own["appraisal_sensitivities"].sort("sequence")
    body = tuple(
        (
            DRIVERS[row["driver"]], row["low_reason"], pounds(row["low_present_value_pence"]), row["high_reason"],
            pounds(row["high_present_value_pence"]), pounds(row["swing_pence"]),
        )
        for row in rows.to_dicts()
    )  # fmt: skip
    heads = (
        Head("Varied"),
        Head("Low"),
        Head("Worth then", True),
        Head("High"),
        Head("Worth then", True),
        Head("Between", True),
    )
    return PageTable(f"sensitivities-{_code(rows)}", f"{caption}: what moves it most", heads, body)


def payers_table(own: Own, *, caption: str) -> PageTable:
    """This returns what each who pays is asked for in each year, beside the money named; who is asked for nothing is left out."""
    rows = own["appraisal_payers"].filter(pl.col("needed_pence") != 0).sort("financial_year", "paid_from")
    body = tuple(
        (
            row["financial_year"].replace("-", "/"), PAID_FROM[row["paid_from"]],
            *(_or_none(row[name]) for name in ("needed_pence", "named_pence", "left_pence")),
        )
        for row in rows.to_dicts()
    )  # fmt: skip
    heads = (Head("Year"), Head("From"), Head("Needed", True), Head("Named", True), Head("Left", True))
    return PageTable(f"payers-{_code(rows)}", f"{caption}: who pays", heads, body)


def budgets_table(own: Own, *, caption: str) -> PageTable:
    """This returns what is charged to budgets, by service and year, all practices together."""
    rows = own["appraisal_budgets"]
    slugs = rows["financial_year"].unique().sort().to_list()
    held = {
        (service, slug): pence
        for service, slug, pence in rows.group_by("service", "financial_year")
        .agg(pl.col("change_pence").sum())
        .iter_rows()
    }
    services = [code for code in SERVICES if any(key[0] == code for key in held)]
    body = tuple((SERVICES[code].title, *(pounds(held.get((code, slug), 0)) for slug in slugs)) for code in services)
    heads = (Head("Budget line"), *(Head(slug.replace("-", "/"), True) for slug in slugs))
    note = "At budget prices, against doing nothing: what statements will count, whenever the bill follows."
    return PageTable(f"budgets-{_code(rows)}", f"{caption}: charged to budgets, in pounds", heads, body, note=note)


def _summed(amounts: Sequence[int]) -> tuple[str, ...]:
    return (*(pounds(amount) for amount in amounts), pounds(sum(amounts)))


def _or_none(pence: int | None) -> str:
    return "none named" if pence is None else pounds(pence)


def _code(rows: pl.DataFrame) -> str:
    return str(rows["option_code"][0]).lower() if rows.height else "none"
