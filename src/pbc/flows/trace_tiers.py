"""Walking back from what practices add up to: to the practices, or for a region to its commissioners."""

from __future__ import annotations

import polars as pl

from pbc.flows.roll_up import find_places
from pbc.flows.trace import NOTHING, Found, Trace, published_part
from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.reports.explanation import Part
from pbc.results import PublishedSet

ADDED = (
    "actual_pence", "budget_pence", "variance_pence", "year_budget_pence", "forecast_outturn_pence", "activity_count",
    "previous_year_pence",
)  # fmt: skip


APART = "What no practice's total holds: it stands apart, with whoever pays."
TERMS = "It is shared out among practices; each one's share stands on its own statement."


def trace_tier(found: Found) -> Trace:
    """This returns how a sum of tier_statements came about; a region's is told by commissioner, never by practice."""
    row, name = found.row, found.column.name
    if row["cut"] == "bill":
        return _bill(found)
    if row["cut"] == "apart":
        return _apart(found)
    if name not in ADDED or found.value is None:
        return NOTHING
    parts = _commissioners(found) if row["unit_kind"] == "region" else _practices(found)
    title = "Its commissioners" if row["unit_kind"] == "region" else "Its practices"
    return Trace(title, parts, is_sum=True)


def _apart(found: Found) -> Trace:
    """What no practice's total holds, from its published rows where they add up to it: a region's only from its commissioners."""
    row = found.row
    parts: tuple[Part, ...] = ()
    if row["item"] == "not_attributed" and row["unit_kind"] == "commissioner":
        parts = _lost(found)
    if row["item"] == "unbudgeted" and row["unit_kind"] != "region":
        rows = _rows(found, unit_kind=row["unit_kind"], unit_code=row["unit_code"], cut="service")
        parts = tuple(
            published_part(
                found.published, "tier_statements", row=each, column=found.column.name, label=str(each["item"])
            )
            for each in rows.filter(pl.col("budget_pence").is_null()).to_dicts()
        )
    said = (APART, TERMS) if row["item"] in ("marginal_rate", "block") else (APART,)
    policy = ("costing.marginal_rate_shared_by",) if row["item"] == "marginal_rate" else ()
    is_whole = bool(parts) and sum(part.amount or 0 for part in parts) == found.value  # type: ignore[misc]  # numbers
    return Trace(
        "Its lines" if is_whole else "", parts if is_whole else (), is_sum=is_whole, sentences=said, policy=policy
    )


def _lost(found: Found) -> tuple[Part, ...]:
    """Care that nobody answers for: by month, hospital, kind and reason."""
    row = found.row
    rows = found.archive.frame(found.published, "not_attributed").filter(
        pl.col("commissioner_code") == row["unit_code"]
    )
    if row["period"] == "month":
        rows = rows.filter(pl.col("month") == row["statement_month"])
    column = {"actual_pence": "cost_pence", "activity_count": "activity_count"}.get(found.column.name)
    names = found.archive.names(found.published)
    return tuple(
        published_part(
            found.published, "not_attributed", row=each, column=column,
            label=f"{Month.from_number(each['month']).title}, {names.get(each['provider_code'], each['provider_code'])}, "
            f"{POINTS_OF_DELIVERY[each['point_of_delivery']].title}, {str(each['attribution']).replace('_', ' ')}",
        )
        for each in rows.sort("month", "provider_code", "point_of_delivery").to_dicts()
    ) if column else ()  # fmt: skip


def _bill(found: Found) -> Trace:
    if found.column.name != "actual_pence":
        return NOTHING
    rows = _rows(found, unit_kind=found.row["unit_kind"], unit_code=found.row["unit_code"]).filter(
        pl.col("cut").is_in(["total", "apart"])
    )
    parts = tuple(
        published_part(found.published, "tier_statements", row=each, column="actual_pence", label=_label(each))
        for each in rows.sort("cut", "item", descending=[True, False]).to_dicts()
    )
    return Trace("Totals, and what stands apart", parts, is_sum=True)


def _label(row: dict[str, object]) -> str:
    return "practices' totals" if row["cut"] == "total" else str(row["item"]).replace("_", " ")


def _rows(found: Found, **wanted: str) -> pl.DataFrame:
    """The published rows of the same period, of the units wanted."""
    held = found.archive.frame(found.published, "tier_statements").filter(pl.col("period") == found.row["period"])
    return held.filter(pl.all_horizontal(pl.col(name) == value for name, value in wanted.items()))


def _places(found: Found, practices: list[str]) -> pl.DataFrame:
    register = found.archive.input(found.published, "register")
    policy = found.archive.policy(found.published.receipt.regime)
    if register is None or policy is None:
        return pl.DataFrame(schema={name: pl.String for name in ("practice_code", "cluster", "commissioner", "region")})
    on = Month.from_number(found.row["statement_month"]).end
    return find_places(register, practices=practices, policy=policy, on=on)


def _practices(found: Found) -> tuple[Part, ...]:
    row, name = found.row, found.column.name
    same = pl.all_horizontal(pl.col(column) == row[column] for column in ("period", "cut", "item"))
    lines = found.archive.frame(found.published, "budget_statements").filter(same & pl.col(name).is_not_null())
    places = _places(found, lines["practice_code"].to_list())
    own = lines.join(places, on="practice_code").filter(pl.col(row["unit_kind"]) == row["unit_code"])
    return tuple(
        _part(found, found.published, "budget_statements", each, each["practice_code"]) for each in own.to_dicts()
    )


def _commissioners(found: Found) -> tuple[Part, ...]:
    row, name = found.row, found.column.name
    lines = _rows(found, unit_kind="commissioner", cut=row["cut"], item=row["item"]).filter(pl.col(name).is_not_null())
    practices = found.archive.frame(found.published, "budget_statements")["practice_code"].unique().to_list()
    own = _places(found, practices).filter(pl.col("region") == row["unit_code"])["commissioner"].unique().to_list()
    kept = lines.filter(pl.col("unit_code").is_in(own)).sort("unit_code")
    return tuple(_part(found, found.published, "tier_statements", each, each["unit_code"]) for each in kept.to_dicts())


def _part(found: Found, published: PublishedSet, table: str, row: dict[str, object], code: object) -> Part:
    named = found.archive.names(published).get(str(code))
    label = f"{named} ({code})" if named else str(code)
    return published_part(published, table, row=row, column=found.column.name, label=label)
