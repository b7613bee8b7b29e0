"""Walking back from what a stop-loss took off a practice, and from the pool that bears it."""

from __future__ import annotations

import polars as pl

from pbc.flows.past_activity import who_answers
from pbc.flows.trace import PENCE, Found, Query, Row, Trace, published_part
from pbc.methods.risk import default_cheque
from pbc.methods.risk.ceding import EXPECTED
from pbc.periods import Month
from pbc.policy.stop_loss import name_default_cheque, name_default_shares
from pbc.reference.activity import HOSPITAL_PODS
from pbc.reports.explanation import Part

RULES = (
    "Rule R3.4: no national threshold was found; a local agreement sets one (decision methods/0155).",
    "Chance bands and freed-up resources are on capped cost: study of chance, sections 5.1 and 5.3.",
)
POLICY = ("risk.stop_loss_applies", "risk.stop_loss_pounds", "risk.price_index")
AGREES = 1e-9  # two shares no further apart are one
THRESHOLD = (
    "Each person's hospital cost since April is added up; what is above the stop-loss is the pool's. Of somebody who moved, "
    "the practice of the earlier months bears first. People are counted, never listed."
)
MEANINGS = {
    "no_person_pence": "Care of legally restricted kinds and care without an NHS number bears no person: it cannot be added up "
    "by person, so it stays with the practice.",
    "fixed_pence": "A block costs the same whatever is done, and what no budget is held to is not judged: neither is ceded.",
    "persons_count": "A person is counted in each practice that ceded some of the cost.",
    "stop_loss_pence": "The sum agreed, or the default at the price level of the year.",
    "expected_ceded_share": "Measured on the year ends held that had the same stop-loss, before the year began; else the default.",
    "ceded_bill_pence": "The pool's part of what marginal rates do to the bill is as large as its part of the priced cost.",
}  # fmt: skip


def trace_ceded(found: Found) -> Trace:
    """This returns how a figure of ceded_costs came about: the pool's from its practices, a practice's from its parts."""
    name = found.column.name
    if found.row["unit_kind"] == "risk_pool" and name not in ("stop_loss_pence", "expected_ceded_share"):
        return _sum_of_practices(found)
    if name in ("cost_pence", "ceded_pence", "borne_pence", "variance_pence"):
        return _difference(found)
    if name in ("year_contribution_pence", "contribution_pence", "budget_taken_pence"):
        return _contribution(found)
    shares = names_of_share(found, found.row) if name == "expected_ceded_share" else ()
    return Trace(sentences=(MEANINGS.get(name, ""), THRESHOLD), rules=RULES, policy=(*POLICY, *shares))


def names_of_share(found: Found, row: Row) -> tuple[str, ...]:
    """This returns the rule values that gave the share expected to be ceded; none where it was measured."""
    if found.policy is None:
        return ()
    on = Month.from_number(row["statement_month"]).financial_year.start
    if abs(default_cheque(found.policy, on=on).ceded_share - row["expected_ceded_share"]) > AGREES:
        return ()
    return name_default_shares(row["stop_loss_pence"] / 100 / found.policy.ratio("risk.price_index", on=on))


def names_judged(found: Found) -> tuple[str, ...]:
    """This returns the rule values by which a stop-loss changed the cost and the budget that a unit is judged on."""
    row = next(iter(found.archive.frame(found.published, "ceded_costs").to_dicts()), None)
    shares = names_of_share(found, row) if row is not None and row["basis"] == EXPECTED else ()
    return (*POLICY, "risk.ceding_profile_power", *shares)


def name_cheque(found: Found) -> str:
    """This returns the rule value that stands in for the cheque of a set, at the stop-loss its cost was capped at."""
    row = next(iter(found.archive.frame(found.published, "ceded_costs").to_dicts()), None)
    if row is None or found.policy is None:
        return name_default_cheque(None)
    on = Month.from_number(row["statement_month"]).financial_year.start
    return name_default_cheque(row["stop_loss_pence"] / 100 / found.policy.ratio("risk.price_index", on=on))


def _sum_of_practices(found: Found) -> Trace:
    rows = found.archive.frame(found.published, "ceded_costs").filter(
        (pl.col("unit_kind") == "practice") & (pl.col("commissioner_code") == found.row["commissioner_code"])
    )
    name = found.column.name
    parts = tuple(
        published_part(found.published, "ceded_costs", row=row, column=name, label=row["unit_code"])
        for row in rows.to_dicts()
    )
    kept = "What the pool has over or under stays with the commissioner: it is shown, and shared with nobody."
    return Trace(
        "Its practices", parts, is_sum=True, sentences=(MEANINGS.get(name, ""), kept), rules=RULES, policy=POLICY
    )


def _difference(found: Found) -> Trace:
    row, name = found.row, found.column.name
    if name == "cost_pence":
        parts = _statement_lines(found)
        return Trace(
            "Hospital care on the statement", parts, is_sum=bool(parts), sentences=(MEANINGS["fixed_pence"],), rules=RULES,
            query=_query(found),
        )  # fmt: skip
    first, less = {
        "ceded_pence": ("cost_pence", "borne_pence"),
        "borne_pence": ("cost_pence", "ceded_pence"),
        "variance_pence": ("ceded_pence", "contribution_pence"),
    }[name]
    words = {"cost_pence": "hospital cost", "borne_pence": "borne by the practice", "ceded_pence": "borne by the pool",
             "contribution_pence": "the pool's budget to date"}  # fmt: skip
    parts = (found.part(first, words[first]), Part(f"less {words[less]}", -row[less], PENCE, found.id_of(less)))
    return Trace(
        "From", parts, is_sum=True, sentences=(THRESHOLD,), rules=RULES, policy=POLICY, query=_query(found)
    )  # fmt: skip


def _contribution(found: Found) -> Trace:
    row, name = found.row, found.column.name
    is_held = row["basis"] == "held_back"
    if name == "year_contribution_pence" and is_held:
        parts = _held_back(found)
        return Trace("Handed to the pool by budget lines", parts, is_sum=bool(parts), rules=RULES,
                     policy=("budgets.risk_pool_share",))  # fmt: skip
    said = {
        "year_contribution_pence": "Nothing was held back: the budget of the year paid by activity, times the share expected.",
        "contribution_pence": "The year's contribution, times the months passed over 12 to the power of the ceding profile.",
        "budget_taken_pence": "What was held back and has fallen to date is given back, and the pool's budget to date taken off: "
        "nought at the year end, as a budget is never reduced twice."
        if is_held
        else "The pool's budget to date leaves the practice's budget, as nothing was held back.",
    }[name]
    parts = (
        found.part("expected_ceded_share", "share expected to be ceded"),
        found.part("year_contribution_pence", "the pool's for the year"),
        found.part("contribution_pence", "of it, to date"),
    )
    shares = () if is_held else names_of_share(found, row)
    return Trace("From", parts, sentences=(said,), rules=RULES, policy=("risk.ceding_profile_power", *shares))


def capped(found: Found, unit_code: str) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """This returns what a stop-loss took off a unit's judged cost, as parts and a sentence; nothing without a stop-loss."""
    rows = found.archive.frame(found.published, "ceded_costs").filter(pl.col("unit_code") == unit_code)
    parts = tuple(
        published_part(found.published, "ceded_costs", row=row, column=column, label=label)
        for row in rows.filter(pl.col("unit_kind") == "practice").to_dicts()
        for column, label in (
            ("ceded_pence", "ceded to the risk pool, not in the actual"),
            ("budget_taken_pence", "taken off the budget for it"),
        )
    )
    held = "ceded_costs" in found.published.tables
    return parts, ("Cost of one person above the stop-loss is the risk pool's and not in it.",) if held else ()


def _codes(found: Found) -> list[str]:
    """The practice and those whose months it answers for at the end of the month."""
    code, month = found.row["unit_code"], Month.from_number(found.row["statement_month"])
    heirs = who_answers(found.archive.successions(found.published), on=month.end)
    return [code, *(gone for gone, heir in sorted(heirs.items()) if heir == code)]


def _statement_lines(found: Found) -> tuple[Part, ...]:
    lines = found.archive.frame(found.published, "budget_statements").filter(
        pl.col("practice_code").is_in(_codes(found))
        & (pl.col("period") == "year_to_date")
        & (pl.col("cut") == "point_of_delivery")
        & pl.col("item").is_in(list(HOSPITAL_PODS))
    )
    return tuple(
        published_part(found.published, "budget_statements", row=row, column="actual_pence",
                       label=f"{row['practice_code']}, {row['item']}")
        for row in lines.to_dicts()
    )  # fmt: skip


def _held_back(found: Found) -> tuple[Part, ...]:
    year = str(found.row["financial_year"])
    budgets = found.archive.input(found.published, f"budgets/{year}")
    if budgets is None:
        return ()
    lines = found.archive.frame(budgets, "budget_lines").filter(
        pl.col("practice_code").is_in(_codes(found)) & (pl.col("step") == "risk_pool")
    )
    shown: list[Row] = lines.to_dicts()
    whole = [
        published_part(budgets, "budget_lines", row=row, column="amount_pence", label=f"{row['practice_code']}, {row['service']}")
        for row in shown
    ]  # fmt: skip
    return tuple(
        Part(f"less {part.label}", -row["amount_pence"], PENCE, part.figure_id)
        for part, row in zip(whole, shown, strict=True)
    )


def _query(found: Found) -> Query:
    last = Month.from_number(found.row["statement_month"])
    return Query(found.row["unit_code"], next(last.financial_year.months()), last, tuple(HOSPITAL_PODS))
