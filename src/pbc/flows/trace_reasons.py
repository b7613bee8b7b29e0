"""Walking back from why a line moved: causes of variance, months restated, contract terms, care nobody answers for."""

from __future__ import annotations

import polars as pl

from pbc.flows.trace import COUNT, PENCE, Found, Query, Trace, published_part
from pbc.periods import Month
from pbc.reference.activity import HOSPITAL_PODS
from pbc.reports.explanation import Part

CAUSES = {
    "population_pence": "People: the budget times actual over planned list, less the budget.",
    "volume_pence": "Activity per person: the budget times actual over planned activity, less the step before it.",
    "case_mix_pence": "Kind of care: the same activity at plan prices, less the step before it.",
    "price_pence": "Prices: what it cost, less the same activity at plan prices.",
}
ORDER = (
    "Each cause holds the earlier ones at actual and the later ones at plan, in the order people, activity, kind, price. "
    "So the four add up to the variance exactly (decision methods/0150)."
)


def trace_split(found: Found) -> Trace:
    """This returns how a cause of variance came about, or the variance from its four causes."""
    row, name = found.row, found.column.name
    query = _split_query(found)
    if name == "variance_pence":
        parts = tuple(found.part(cause, words.split(":")[0].lower()) for cause, words in CAUSES.items())
        return Trace("Its four causes", parts, is_sum=True, sentences=(ORDER,), query=query)
    key = (
        str(row["statement_month"]),
        row["practice_code"],
        "year_to_date",
        "point_of_delivery",
        row["point_of_delivery"],
    )
    line = found.archive.row(found.published, "budget_statements", key)
    parts = () if line is None else tuple(
        published_part(found.published, "budget_statements", row=line, column=column, label=label)
        for column, label in (
            ("budget_pence", "budget to date"), ("planned_activity", "planned activity"),
            ("activity_count", "actual activity"), ("actual_pence", "what it cost"),
        )
    )  # fmt: skip
    at_plan = Part("the same activity at plan prices", _at_plan_prices(found, query), PENCE)
    return Trace("From", (*parts, at_plan), sentences=(CAUSES[name], ORDER), query=query)


def _split_query(found: Found) -> Query | None:
    row = found.row
    if row["point_of_delivery"] not in HOSPITAL_PODS:
        return None
    last = Month.from_number(row["statement_month"])
    return Query(row["practice_code"], next(last.financial_year.months()), last, (row["point_of_delivery"],))


def _at_plan_prices(found: Found, query: Query | None) -> int | None:
    if query is None:
        return None
    cells = found.archive.of_practice(found.published, "activity_cells", query.practice_code).filter(
        ~pl.col("year_later")
        & pl.col("month").is_between(query.first.number, query.last.number)
        & (pl.col("point_of_delivery") == query.pods[0])
    )
    return int(cells["plan_price_pence"].sum())


def trace_restated(found: Found) -> Trace:
    """This returns what changed in a month already reported, and the deliveries that differ from the last statement's."""
    row = found.row
    month = Month.from_number(row["statement_month"])
    before = found.archive.input(found.published, "statement")
    then = before.receipt.inputs if before else {}
    now = found.published.receipt.inputs
    differ = sorted(name for name in now if name.startswith(("cells/", "prescribing/")) and now[name] != then.get(name))
    parts = (
        found.part("before_pence", "cost in the last statement"), found.part("now_pence", "cost now"),
        Part("change", row["now_pence"] - row["before_pence"], PENCE),
        found.part("activity_before", "count in the last statement"), found.part("activity_now", "count now"),
        Part("change in count", row["activity_now"] - row["activity_before"], COUNT),
    )  # fmt: skip
    read = f"Deliveries read now and not, or otherwise, by the last statement: {', '.join(differ) or 'none'}."
    why = f"Reason: {row['reason']}."
    return Trace(
        f"What {month.plus(-1).title}'s statement said, and what is known now", parts, sentences=(why, read),
        query=Query(row["practice_code"], Month.from_number(row["month"]), Month.from_number(row["month"]),
                    (row["point_of_delivery"],)) if row["point_of_delivery"] in HOSPITAL_PODS else None,
    )  # fmt: skip


def trace_unplaced(found: Found) -> Trace:
    """This returns the deliveries in which care that no practice answers for arrived."""
    row = found.row
    key = [
        str(row[name]) for name in ("month", "commissioner_code", "provider_code", "point_of_delivery", "attribution")
    ]
    parts = []
    for delivery in found.archive.deliveries(found.published, "cells"):
        held = found.archive.row(delivery, "not_attributed", key)
        if held is not None:
            label = f"in the delivery of {delivery.name.partition('/')[2]}"
            parts.append(published_part(delivery, "not_attributed", row=held, column=found.column.name, label=label))
    reasons = {
        "not_registered": "The person was on no list of the commissioner on the day of the activity.",
        "unknown_practice": "The hospital named a practice the register does not know, and gave no usable NHS number.",
    }
    said = (reasons.get(str(row["attribution"]), str(row["attribution"])), "It is kept apart and spread on nobody.")
    policy = ("attribution.believes_hospital_for_unregistered",)
    return Trace("By delivery", tuple(parts), is_sum=bool(parts), sentences=said, policy=policy)
