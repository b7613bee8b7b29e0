"""Walking back from a budget: its stack of lines, its fair share, its months."""

from __future__ import annotations

import polars as pl

from pbc.flows.figure_titles import rule_in_words, step_title
from pbc.flows.trace import PENCE, Found, Row, Trace, published_part, total_of
from pbc.methods.budgets.repayments import STEP
from pbc.periods import FinancialYear, Month
from pbc.reports.explanation import Part


def trace_line(found: Found) -> Trace:
    """This returns how one step of a budget came about, with the stack it stands in."""
    row = found.row
    stack = found.archive.frame(found.published, "budget_lines").filter(
        (pl.col("financial_year") == row["financial_year"])
        & (pl.col("practice_code") == row["practice_code"])
        & (pl.col("service") == row["service"])
    )
    parts = tuple(
        published_part(
            found.published, "budget_lines", row=each, column="amount_pence",
            label=f"{step_title(each['step'])}{' (this line)' if each['step'] == row['step'] else ''}",
        )
        for each in stack.sort("sequence").to_dicts()
    )  # fmt: skip
    whole = Part("the budget of the service: the sum of its steps", total_of(stack, "amount_pence"), PENCE)
    if row["step"] == "need":
        return _need(found, (*parts, whole))
    parameters = (row["parameter"],) if row["parameter"] else ()
    return Trace(
        "The stack it stands in", (*parts, whole, *_amendment(found), *_due(found)), sentences=(row["reason"],),
        rules=(rule_in_words(row),), policy=parameters,
    )  # fmt: skip


def _amendment(found: Found) -> tuple[Part, ...]:
    """The decision of the year that added a line, where one did."""
    number = found.row["step"].rpartition("_")[2]
    key = (found.row["financial_year"], number, found.row["practice_code"], found.row["service"])
    row = found.archive.row(found.published, "budget_amendments", key)
    if row is None:
        return ()
    said = f"{row['reason']} Decision: {row['decision']}."
    return (
        published_part(
            found.published, "budget_amendments", row=row, column="amount_pence", label=f"amendment {number}", note=said
        ),
    )


def _due(found: Found) -> tuple[Part, ...]:
    """What the year before left due to the risk pool, where the line repays it: the reason names who owes it."""
    year = FinancialYear.parse(found.row["financial_year"]).plus(-1)
    ended = found.archive.input(found.published, f"year-end/{year.slug}")
    if found.row["step"] != STEP or ended is None:
        return ()
    named = [*found.row["reason"].split(), *found.archive.family(found.published, found.row["practice_code"])]
    owing = found.archive.frame(ended, "overspend_years").filter(pl.col("from_next_budget_pence") > 0)
    return tuple(
        published_part(
            ended, "overspend_years", row=row, column="from_next_budget_pence",
            label=f"due of {row['unit_code']} in {year}, to come off its next budget",
        )
        for row in owing.filter(pl.col("unit_code").is_in(named)).sort("unit_kind", "unit_code").to_dicts()
    )  # fmt: skip


def trace_amendment(found: Found) -> Trace:
    """This returns the whole of a decision of the year: every line it changed, its reason and where the money came from."""
    row = found.row
    same = found.archive.frame(found.published, "budget_amendments").filter(
        pl.col("amendment_number") == row["amendment_number"]
    )
    parts = tuple(
        published_part(
            found.published, "budget_amendments", row=each, column="amount_pence",
            label=f"{each['practice_code']}, {each['service'].replace('_', ' ')}",
        )
        for each in same.to_dicts()
    )  # fmt: skip
    begins = Month.from_number(row["effective_month"]).title
    said = (
        row["reason"],
        f"Decision: {row['decision']}. From {begins}; money: {row['money_source'].replace('_', ' ')}.",
    )
    return Trace("Every line the decision changed", parts, sentences=said, rules=("Local agreement.",))


def _need(found: Found, stack: tuple[Part, ...]) -> Trace:
    """The need a step takes a budget to: the fair share of the service, the lists weighted for it, the money shared."""
    row = found.row
    key = (row["financial_year"], row["practice_code"], row["service"])
    target = found.archive.row(found.published, "budget_targets", key)
    shares = () if target is None else (
        published_part(found.published, "budget_targets", row=target, column="target_pence", label="fair share of the service"),
    )  # fmt: skip
    return Trace(
        "The stack it stands in, and the need it goes by", (*stack, *shares, *_weights(found), *_resource(found)),
        sentences=(row["reason"], NEED), rules=(rule_in_words(row),) if row["rule"] else (),
        policy=(row["parameter"],) if row["parameter"] else (),
    )  # fmt: skip


NEED = (
    "Fair share: the money for the service, less what is held back, shared by lists weighted for need; small and unusual lists "
    "are pooled. Need index: weighted list over people on the list, beside that of England."
)


def _resource(found: Found) -> tuple[Part, ...]:
    """The money of the service that all practices of the commissioner share."""
    need = found.archive.input(found.published, f"need/{found.row['financial_year']}")
    if need is None:
        return ()
    rows = found.archive.frame(need, "commissioner_resources").filter(
        (pl.col("service") == found.row["service"]) & (pl.col("financial_year") == found.row["financial_year"])
    )
    return tuple(
        published_part(
            need, "commissioner_resources", row=each, column="amount_pence", note=each["source"],
            label=f"what {each['commissioner_code']} has for the service, before anything is held back",
        )
        for each in rows.to_dicts()
    )  # fmt: skip


def trace_target(found: Found) -> Trace:
    """This returns how a practice's fair share, its budget or the distance between them came about."""
    name = found.column.name
    if name == "budget_pence":
        return _target_budget(found)
    if name == "years_to_target":
        said = "The first year in which the distance from fair share is within one percent, moving at the pace agreed."
        return Trace(sentences=(said,), policy=("budgets.pace_of_change", "budgets.pace_closed_share"))
    if name == "historic_pence":
        said = "The latest twelve months of activity before the year, at the prices of the year; prescribing at what it cost."
        return Trace(sentences=(said,), rules=(rule_in_words({"rule": "R2.4"}),))
    if name == "target_pence":
        said = "The practice's weighted share of what is handed to practices, after top-slice and risk pool."
        return Trace(
            "From", _weights(found), sentences=(said,), rules=("Rules R2.7 and R2.11: share by weighted list.",)
        )
    first, second = ("historic", "of past activity uplifted to the year's resource") if name.startswith("opening") else (
        "budget", "of the budget set")  # fmt: skip
    said = f"The distance {second} from fair share: over target less one. Nought is at fair share; below is under it."
    parts = (found.part(f"{first}_pence", first), found.part("target_pence", "fair share"))
    return Trace("From", parts, sentences=(said,))


def _target_budget(found: Found) -> Trace:
    row = found.row
    lines = found.archive.frame(found.published, "budget_lines").filter(pl.col("practice_code") == row["practice_code"])
    if row["service"] != "total":
        lines = lines.filter(pl.col("service") == row["service"])
    parts = tuple(
        published_part(
            found.published, "budget_lines", row=each, column="amount_pence", label=f"{each['service']}: {each['step']}"
        )
        for each in lines.sort("service", "sequence").to_dicts()
    )
    return Trace("The steps by which it was set", parts, is_sum=True, rules=tuple(sorted(set(lines["rule"].to_list()))))


def _weights(found: Found) -> tuple[Part, ...]:
    need = found.archive.input(found.published, f"need/{found.row['financial_year']}")
    if need is None:
        return ()
    rows = found.archive.frame(need, "weighted_lists").filter(
        (pl.col("practice_code") == found.row["practice_code"]) & (pl.col("list_year") == found.row["financial_year"])
    )
    return tuple(
        published_part(
            need, "weighted_lists", row=each, column="weighted_population", label=f"weighted list, {each['component']}",
            note=f"{each['registered_population']:,.0f} people on the list{_index(each)}; {each['source']}",
        )
        for each in rows.sort("component").to_dicts()
    )  # fmt: skip


def _index(weighted: Row) -> str:
    index = weighted["need_index_england"]
    return "" if index is None else f", need {index:.2f} of England's"


def trace_profile(found: Found) -> Trace:
    """This returns how a month's budget came about: the year's budget of the service and the months' shares."""
    row, name = found.row, found.column.name
    if name == "planned_list_size":
        return Trace(sentences=("The people on the list that the budget was built on.",))
    if name == "planned_activity":
        return Trace(sentences=("The activity of the latest twelve months, spread as the budget is over the months.",))
    same = found.archive.frame(found.published, "budget_profiles").filter(
        (pl.col("practice_code") == row["practice_code"]) & (pl.col("service") == row["service"])
    )
    kind = same.filter(pl.col("point_of_delivery") == row["point_of_delivery"])
    lines = found.archive.frame(found.published, "budget_lines").filter(
        (pl.col("practice_code") == row["practice_code"]) & (pl.col("service") == row["service"])
    )
    parts = (
        Part(f"budget of the year for {row['service']}, the sum of its steps", total_of(lines, "amount_pence"), PENCE),
        Part(f"of which {row['point_of_delivery']}, all months", total_of(kind, "budget_pence"), PENCE),
        Part("all months and kinds of the service", total_of(same, "budget_pence"), PENCE),
    )
    said = "The year's budget is spread over its months by the pattern of past years; the months add up to the year exactly."
    return Trace("From", parts, sentences=(said,), policy=("statements.profile_method", "statements.profile_years"))
