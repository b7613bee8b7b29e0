"""Walking back from a draft: what a practice was shown before it agreed, and what changed since last year."""

from __future__ import annotations

import polars as pl

from pbc.flows.trace import Found, Trace, published_part
from pbc.reports.explanation import Part
from pbc.results import PublishedSet

BAND = (
    "How far luck alone moves a year of such a budget: from its size, its list's need, the size of one cheque and how much "
    "of it is the practice's own past; the outer limits add the usual error of the formula. Drawn before anything is spent."
)
NEED = "Weighted list over people on the list: against England, or against the commissioner's practices together."
FROM_TARGETS = (
    "historic_pence", "target_pence", "budget_pence", "opening_distance_ratio", "closing_distance_ratio", "years_to_target",
)  # fmt: skip


def trace_preview(found: Found) -> Trace:
    """This returns how a figure of a draft's preview came about: its targets, its lists, or its chance band."""
    name = found.column.name
    if name.startswith("need_index") or name == "list_size":
        return Trace("From", _lists(found), sentences=(NEED,), rules=("Rules R2.7 and R2.11.",))
    if name in FROM_TARGETS:
        return _from_targets(found)
    parts = tuple(
        found.part(column, label)
        for column, label in (
            ("judged_pence", "budget of the lines judged"), ("list_size", "people on the list"),
            ("cheque_pounds", f"one cheque ({found.row['cheque_source']})"),
            ("formula_error_ratio", f"usual error of the formula ({found.row['formula_error_source']})"),
        )
    )  # fmt: skip
    return Trace(
        "From", parts, sentences=(BAND,), policy=("risk.cheque_pounds", "risk.price_index", "risk.formula_error_ratio")
    )


def _codes(found: Found) -> list[str]:
    """The practices a unit is made of."""
    row = found.row
    if row["unit_kind"] == "practice":
        return [row["unit_code"]]
    rows = found.archive.frame(found.published, "budget_previews").filter(pl.col("unit_kind") == "practice")
    held = "cluster_code" if row["unit_kind"] == "cluster" else "commissioner_code"
    return sorted(rows.filter(pl.col(held) == row["unit_code"])["unit_code"].to_list())


def _from_targets(found: Found) -> Trace:
    targets = found.archive.frame(found.published, "budget_targets")
    rows = targets.filter((pl.col("service") == "total") & pl.col("practice_code").is_in(_codes(found)))
    parts = tuple(
        published_part(found.published, "budget_targets", row=row, column=found.column.name, label=row["practice_code"])
        for row in rows.sort("practice_code").to_dicts()
    )
    is_sum = found.column.name.endswith("_pence") and found.value is not None
    said = "" if is_sum or len(parts) == 1 else "Of its practices together, each weighed by its fair share."
    return Trace("Of its practices" if len(parts) > 1 else "From", parts, is_sum=is_sum, sentences=(said,))


def _lists(found: Found) -> tuple[Part, ...]:
    need = found.archive.input(found.published, f"need/{found.row['financial_year']}")
    if need is None:
        return ()
    rows = found.archive.frame(need, "weighted_lists").filter(
        pl.col("practice_code").is_in(_codes(found)) & (pl.col("component") == "overall")
    )
    return tuple(
        published_part(
            need, "weighted_lists", row=row, column="weighted_population", label=f"weighted list of {row['practice_code']}",
            note=f"{row['registered_population']:,.0f} people on the list; {row['source']}",
        )
        for row in rows.sort("practice_code").to_dicts()
    )  # fmt: skip


def trace_change(found: Found) -> Trace:
    """This returns the steps from last year's budget to this year's, with the lines of both years behind them."""
    row = found.row
    stack = found.archive.frame(found.published, "budget_changes").filter(
        (pl.col("practice_code") == row["practice_code"]) & (pl.col("service") == row["service"])
    )
    steps = tuple(
        published_part(
            found.published, "budget_changes", row=each, column="amount_pence",
            label=f"{each['step'].replace('_', ' ')}{' (this step)' if each['step'] == row['step'] else ''}",
        )
        for each in stack.sort("sequence").to_dicts()
    )  # fmt: skip
    last = found.archive.input(found.published, "budgets")
    both = [*([(last, "last year")] if last else []), (found.published, "this year")]
    lines = tuple(part for each, when in both for part in _lines(found, each, when))
    return Trace("The steps, then the lines of both years", (*steps, *lines), sentences=(row["reason"],))


def _lines(found: Found, published: PublishedSet, when: str) -> tuple[Part, ...]:
    row = found.row
    lines = found.archive.frame(published, "budget_lines").filter(
        (pl.col("practice_code") == row["practice_code"]) & (pl.col("service") == row["service"])
    )
    return tuple(
        published_part(published, "budget_lines", row=each, column="amount_pence", label=f"{when}: {each['step']}")
        for each in lines.sort("sequence").to_dicts()
    )
