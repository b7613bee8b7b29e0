"""Walking back from a line of the statement: to its services, its kinds of activity, its cells and its budget."""

from __future__ import annotations

import polars as pl

from pbc.flows.figure_titles import organisation_name, rule_in_words, step_title
from pbc.flows.trace import NOTHING, PENCE, RATIO, Found, Query, Row, Trace, published_part, total_of
from pbc.methods.statements.add_up import carry_successions
from pbc.money import pounds_and_pence
from pbc.periods import Month
from pbc.reference.activity import HOSPITAL_PODS, POINTS_OF_DELIVERY, PRESCRIBING_POD, SERVICES
from pbc.reports.explanation import Part
from pbc.results import PublishedSet

APPORTIONED = "apportioned"
MEASURED = {"actual_pence": "cost_pence", "activity_count": "activity_count"}
LAST_YEAR = {"previous_year_pence": "cost_pence", "previous_year_activity": "activity_count"}
ITEMS = {"net_ingredient_cost_pence": "cost_pence", "items": "activity_count"}

TARIFF_STEPS = {
    "base_pence": "base price", "short_stay_pence": "short emergency stays", "excess_days_pence": "excess days",
    "top_up_pence": "specialist top-up", "market_forces_pence": "market forces factor",
}  # fmt: skip


def trace_statement(found: Found) -> Trace:
    """This returns how a figure of budget_statements came about."""
    name, row = found.column.name, found.row
    if name == "variance_pence":
        return _variance(found)
    if row["cut"] in ("total", "service") and name in _ADDED:
        return _children(found)
    if name in MEASURED | LAST_YEAR:
        return _measured(found)
    if name == "forecast_outturn_pence":
        return _forecast(found)
    return _planned(found) if row["cut"] == "point_of_delivery" else NOTHING


_ADDED = (*MEASURED, *LAST_YEAR, "budget_pence", "year_budget_pence", "forecast_outturn_pence", "planned_activity")


def _variance(found: Found) -> Trace:
    if found.value is None:
        shared = found.row["payment_form"] == APPORTIONED
        why = (
            "This line is shared out, not measured: it has no variance." if shared else "No budget is set at this cut."
        )
        return Trace(sentences=(why,))
    budget = found.part("budget_pence", "less the budget for the same months")
    less = Part(budget.label, -found.row["budget_pence"], PENCE, budget.figure_id)
    return Trace(
        "Actual less budget", (found.part("actual_pence", "what it cost"), less), is_sum=True,
        sentences=("Variance is actual less budget: above £0 is an overspend.",), query=query_of(found),
    )  # fmt: skip


def _children(found: Found) -> Trace:
    """The line's own parts, one level down, each with its own id."""
    row, name = found.row, found.column.name
    if name == "year_budget_pence" and row["cut"] == "service":
        lines = _budget_lines(found)
        if lines is not None:
            return lines
    if row["cut"] == "total":
        below = [("service", service.code, service.title) for service in SERVICES.values()]
        below = [entry for entry in below if _is_budgeted(found, entry[1])]
    else:
        pods = [pod for pod in POINTS_OF_DELIVERY.values() if pod.service == row["item"]]
        below = [("point_of_delivery", pod.code, pod.title) for pod in pods]
    parts = [found.part(name, title, cut=cut, item=item) for cut, item, title in below]
    parts = [part for part in parts if part.figure_id]
    parts += _budgeted_whole(found, name)
    title = "Its services" if row["cut"] == "total" else "Its kinds of activity"
    return Trace(title, tuple(parts), is_sum=found.value is not None, query=query_of(found), policy=_policy(name))


def _is_budgeted(found: Found, service: str) -> bool:
    """A service that nobody budgets is shown on its own line and stays out of the total."""
    budgets = budgets_of(found)
    held = found.archive.frame(budgets, "budget_profiles")["service"] if budgets else pl.Series([], dtype=pl.String)
    return not held.len() or service in held


def _budgeted_whole(found: Found, name: str) -> list[Part]:
    """What is budgeted for a service as a whole, where its kinds of activity have no past to divide it by."""
    columns = {
        "budget_pence": "budget_pence",
        "year_budget_pence": "budget_pence",
        "planned_activity": "planned_activity",
    }
    if found.row["cut"] != "service" or name not in columns:
        return []
    rows = profile_rows(found, found.row["item"], whole_year=name == "year_budget_pence")
    kind = found.columns[name].kind
    return [Part("budgeted for the service as a whole", total_of(rows, columns[name]), kind)] if rows.height else []


def _policy(name: str) -> tuple[str, ...]:
    return ("statements.profile_method",) if name in ("budget_pence", "forecast_outturn_pence") else ()


def _budget_lines(found: Found) -> Trace | None:
    budgets = budgets_of(found)
    if budgets is None:
        return None
    lines = found.archive.frame(budgets, "budget_lines").filter(
        (pl.col("practice_code") == found.row["practice_code"]) & (pl.col("service") == found.row["item"])
    )
    if lines.is_empty() or lines["amount_pence"].sum() != found.value:
        return None
    rows = lines.sort("sequence").to_dicts()
    parts = [
        published_part(
            budgets, "budget_lines", row=row, column="amount_pence", label=step_title(row["step"]), note=row["reason"]
        )
        for row in rows
    ]
    names = tuple(dict.fromkeys(row["parameter"] for row in rows if row["parameter"]))
    rules = tuple(dict.fromkeys(rule_in_words(row) for row in rows if row["rule"]))
    return Trace("The steps by which the budget was set", tuple(parts), is_sum=True, policy=names, rules=rules)


def _measured(found: Found) -> Trace:
    row = found.row
    if (
        row["payment_form"] == APPORTIONED
        and found.column.name in ("actual_pence", "previous_year_pence")
        and found.value is not None
    ):
        back = int(found.column.name == "previous_year_pence")
        rows = profile_rows(found, row["item"], years_back=back)
        parts = tuple(_profile_part(found, each, years_back=back) for each in rows.to_dicts())
        said = "Shared out by head, not measured: what it is said to cost is its budget."
        return Trace("Its budget, month by month", parts, is_sum=True, sentences=(said,))
    column = (MEASURED | LAST_YEAR)[found.column.name]
    cells = _cells_of(found, year_later=found.column.name in LAST_YEAR)
    unlike = [name for name in ("month", "provider_code", "point_of_delivery") if name in cells.columns]
    grouped = cells.group_by(unlike).agg(pl.col(column).sum()).sort(unlike)
    parts = tuple(Part(_cell_label(found, each), each[column], found.column.kind) for each in grouped.to_dicts())
    known = found.value is not None
    unknown = ("Not shown: nothing was held, or the grouping of activity changed between the two years.",)
    if not known:
        return Trace(sentences=unknown, query=query_of(found))
    by_step = _tariff_steps(cells) if column == "cost_pence" and "base_pence" in cells.columns else ()
    return Trace(
        "Month by month, by kind of activity and hospital", parts, is_sum=True, counted=by_step, query=query_of(found)
    )


def _tariff_steps(cells: pl.DataFrame) -> tuple[str, ...]:
    """What each step of the tariff made of it; the steps add up to what is paid."""
    steps = [f"{title} {pounds_and_pence(int(total_of(cells, column)))}" for column, title in TARIFF_STEPS.items()]
    return (
        f"By step of the tariff: {', '.join(steps)}; together {pounds_and_pence(int(total_of(cells, 'cost_pence')))}.",
    )


def _cell_label(found: Found, row: Row) -> str:
    pod = POINTS_OF_DELIVERY.get(row["point_of_delivery"])
    where = organisation_name(found, row["provider_code"]) if row.get("provider_code") else ""
    return f"{Month.from_number(row['month']).title}, {pod.title.lower() if pod else ''}" + (
        f", {where}" if where else ""
    )


def _cells_of(found: Found, *, year_later: bool) -> pl.DataFrame:
    row, back = found.row, 100 if year_later else 0
    first, last = span_of(found)
    span = pl.col("month").is_between(first.number - back, last.number - back) & (pl.col("year_later") == year_later)
    if row["cut"] == "point_of_delivery" and row["item"] == PRESCRIBING_POD:
        rows = found.archive.of_practice(found.published, "prescribing_cells", row["practice_code"])
        known = known_to(found)
        limit = pl.lit(False) if known is None else pl.col("month") <= known.number - back
        return rows.filter(span & limit).rename(ITEMS).with_columns(point_of_delivery=pl.lit(PRESCRIBING_POD))
    rows = found.archive.of_practice(found.published, "activity_cells", row["practice_code"]).filter(span)
    rows = rows.filter(~found.archive.left_out(found.published, years_before=1)) if year_later else rows
    own = {
        "point_of_delivery": "point_of_delivery",
        "provider": "provider_code",
        "specialty": "treatment_function_code",
    }
    return rows.filter(pl.col(own[row["cut"]]) == row["item"])


def known_to(found: Found) -> Month | None:
    """This returns the month to which prescribing was known when the statement was made, the statement's own if unsaid."""
    said = found.published.receipt.parameters.get("prescribing_known_to")
    if said is None:
        return Month.from_number(found.row["statement_month"])
    return None if said == "none" else Month.parse(said)


def span_of(found: Found) -> tuple[Month, Month]:
    """This returns the first and last month a line of the statement speaks of."""
    last = Month.from_number(found.row["statement_month"])
    return (last if found.row["period"] == "month" else next(last.financial_year.months())), last


def budgets_of(found: Found, *, years_back: int = 0) -> PublishedSet | None:
    """This returns the budgets of the statement's year, or of a year before it, that the statement was made with."""
    year = Month.from_number(found.row["statement_month"]).financial_year.plus(-years_back)
    return found.archive.input(found.published, f"budgets/{year.slug}")


def profile_rows(found: Found, pod: str, *, whole_year: bool = False, years_back: int = 0) -> pl.DataFrame:
    """This returns the profile rows behind a line, with `own_code`, the practice they were set for before any takeover."""
    budgets = budgets_of(found, years_back=years_back)
    if budgets is None:
        return pl.DataFrame(schema={"budget_pence": pl.Int64, "planned_activity": pl.Float64})
    first, last = (month.plus(-12 * years_back) for month in span_of(found))
    rows = found.archive.frame(budgets, "budget_profiles").filter(pl.col("point_of_delivery") == pod)
    rows = rows.with_columns(own_code=pl.col("practice_code"))
    successions = found.archive.successions(found.published)
    carried = carry_successions(rows, successions=successions, months_later=12 * years_back)
    mine = carried.filter(pl.col("practice_code") == found.row["practice_code"]).sort("month", "own_code")
    if whole_year:
        return mine
    known = known_to(found) if pod == PRESCRIBING_POD else last
    limit = 0 if known is None else min(known, last).number
    left_out = found.archive.left_out(found.published, years_before=years_back)
    return mine.filter(pl.col("month").is_between(first.number, limit) & ~left_out)


def _profile_part(found: Found, row: Row, column: str = "budget_pence", *, years_back: int = 0) -> Part:
    budgets = budgets_of(found, years_back=years_back)
    assert budgets is not None  # the row was read from it
    own = {**row, "practice_code": row["own_code"]}
    taken = "" if row["own_code"] == row["practice_code"] else f", set for {row['own_code']}"
    label = f"{Month.from_number(row['month']).title}{taken}"
    return published_part(budgets, "budget_profiles", row=own, column=column, label=label)


def _planned(found: Found) -> Trace:
    name = found.column.name
    if found.value is None:
        return Trace(sentences=("No budget was set for this kind of activity.",))
    column = "planned_activity" if name == "planned_activity" else "budget_pence"
    rows = profile_rows(found, found.row["item"], whole_year=name == "year_budget_pence")
    parts = tuple(_profile_part(found, row, column) for row in rows.to_dicts())
    return Trace("Month by month", parts, is_sum=True, policy=_policy("budget_pence"))


def _forecast(found: Found) -> Trace:
    row = found.row
    if found.value is None:
        return Trace(sentences=("A year end is expected only from the year to date, and only where a budget is set.",))
    share = row["budget_pence"] / row["year_budget_pence"] if row["year_budget_pence"] else None
    parts = (
        found.part("actual_pence", "actual to date"),
        found.part("budget_pence", "budget to date"),
        found.part("year_budget_pence", "budget of the year"),
        Part("share of the year's budget that falls to date", share, RATIO),
    )
    said = (
        "Actual to date divided by the share of the year's budget that falls to date. Lines that "
        "are shared out stand at their budget. Where this practice has no budget to date for the line, the share is that of "
        "all practices."
    )
    return Trace("From", parts, sentences=(said,), policy=_policy(found.column.name))


def query_of(found: Found) -> Query | None:
    """This returns which activity records stand behind a line of the statement, or None where none do."""
    row = found.row
    first, last = span_of(found)
    pods: dict[str, tuple[str, ...]] = {
        "service": tuple(pod.code for pod in POINTS_OF_DELIVERY.values() if pod.service == row["item"]),
        "point_of_delivery": (row["item"],),
    }
    wanted = tuple(pod for pod in pods.get(row["cut"], HOSPITAL_PODS) if pod in HOSPITAL_PODS)
    if row["cut"] == "total":
        wanted = tuple(pod for pod in wanted if _is_budgeted(found, POINTS_OF_DELIVERY[pod].service))
    later = found.column.name in LAST_YEAR
    back = 12 if later else 0
    return Query(
        row["practice_code"], first.plus(-back), last.plus(-back), wanted,
        provider_code=row["item"] if row["cut"] == "provider" else "",
        treatment_function_code=row["item"] if row["cut"] == "specialty" else "", year_later=later,
    ) if wanted else None  # fmt: skip
