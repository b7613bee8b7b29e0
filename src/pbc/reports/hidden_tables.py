"""Each table of a statement as a reader may see it, beside what of it adds up over rows that hide something."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from pbc.periods import Month
from pbc.reports.hidden_rows import blank
from pbc.stats.disclosure import Statement, protect
from pbc.stats.grid import Layout, Whole
from pbc.stats.small_numbers import SmallNumbers

NOW = ("activity_count", "actual_pence", "variance_pence", "forecast_outturn_pence")
BEFORE = ("previous_year_activity", "previous_year_pence")
CAUSES = ("variance_pence", "population_pence", "volume_pence", "case_mix_pence", "price_pence")
CEDED = ("persons_count", "ceded_pence", "borne_pence", "ceded_bill_pence", "variance_pence")
Frames = Mapping[Month, pl.DataFrame]


def hide_statements(rows: pl.DataFrame, *, now: pl.DataFrame, before: pl.DataFrame, unit: str) -> pl.DataFrame:
    """This returns rows of budget_statements with what `now` and `before` name hidden: this year's figures, and last year's."""
    for cells, columns, name in ((now, NOW, "is_dark_now"), (before, BEFORE, "is_dark_before")):
        key = [unit, "period", "cut", "item"]
        flags = cells.rename({"unit": unit}).with_columns(pl.lit(True).alias(name))
        held = [column for column in columns if column in rows.columns]
        rows = rows.join(flags, on=key, how="left", maintain_order="left")
        rows = blank(rows, held, where=pl.col(name).fill_null(False)).drop(name)
    return rows


def hide_with(
    rows: pl.DataFrame, cells: pl.DataFrame, *, columns: tuple[str, ...], cut: str, item: str
) -> pl.DataFrame:
    """This returns rows by practice and item whose figures follow from a cut to date, hidden where that is."""
    dark = cells.filter((pl.col("period") == "year_to_date") & (pl.col("cut") == cut))
    flags = dark.select(practice_code="unit", **{item: "item"}).with_columns(is_dark=pl.lit(True))
    rows = rows.join(flags, on=["practice_code", item], how="left", maintain_order="left")
    return blank(rows, columns, where=pl.col("is_dark").fill_null(False)).drop("is_dark")


def hide_lost(frames: Frames, *, rule: SmallNumbers) -> tuple[pl.DataFrame, pl.DataFrame]:
    """This returns care that nobody answers for, the newest of `frames`, and its sums by hospital and reason, the whole last."""
    key = ["month", "commissioner_code", "provider_code", "point_of_delivery", "attribution"]
    newest = list(frames.values())[-1]
    atoms, groups, whole = _dark(frames, key, "activity_count", [["provider_code", "attribution"], []], rule)
    added = pl.concat([add_lost(newest, ["provider_code", "attribution"]), add_lost(newest, [])])
    flags = pl.concat([groups, whole], how="diagonal")
    money = ("activity_count", "cost_pence")
    on = ["provider_code", "attribution"]
    rows = newest.join(atoms, on=key, how="left", maintain_order="left")
    sums = added.join(flags, on=on, how="left", maintain_order="left", nulls_equal=True)
    return tuple(  # type: ignore[return-value]  # two frames
        blank(frame, money, where=pl.col("is_dark").fill_null(False)).drop("is_dark") for frame in (rows, sums)
    )


def add_lost(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """This returns sums of care that nobody answers for, by hospital and reason or, with nothing to sum by, of all."""
    added = rows.group_by(by or pl.lit(0)).agg(pl.col("month").min(), pl.col("activity_count", "cost_pence").sum())
    names = ["provider_code", "attribution"]
    empty = [pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in by]
    return added.with_columns(empty).select(*names, "month", "activity_count", "cost_pence").sort(names)


def hide_ceded(frames: Frames, *, rule: SmallNumbers) -> pl.DataFrame:
    """This returns what the risk pool bears, the newest of `frames`: hidden where it is of a few people, and where that follows."""
    practices = {month: frame.filter(pl.col("unit_kind") == "practice") for month, frame in frames.items()}
    atoms, pools = _dark(practices, ["commissioner_code", "unit_code"], "persons_count", [["commissioner_code"]], rule)
    flags = pl.concat(
        [
            atoms.with_columns(unit_kind=pl.lit("practice")),
            pools.with_columns(unit_kind=pl.lit("risk_pool"), unit_code=pl.col("commissioner_code")).select(
                "commissioner_code", "unit_code", "is_dark", "unit_kind"
            ),
        ]
    ).select("unit_kind", "unit_code", "is_dark")
    rows = list(frames.values())[-1].join(flags, on=["unit_kind", "unit_code"], how="left", maintain_order="left")
    return blank(rows, CEDED, where=pl.col("is_dark").fill_null(False)).drop("is_dark")


def hide_bills(frames: Frames, *, changes: pl.DataFrame, rule: SmallNumbers) -> tuple[pl.DataFrame, pl.DataFrame]:
    """This returns what contracts make of activity, the newest of `frames`, and what a change in it does to the bill: lines
    of a few people are hidden whole, and so are those from which they would follow."""
    line = ["commissioner_code", "provider_code", "point_of_delivery"]
    done = {month: frame.filter(pl.col("step") == "priced") for month, frame in frames.items()}
    dark = _dark(done, line, "activity_count", [["commissioner_code", "provider_code"], ["commissioner_code"]], rule)[0]
    hidden = []
    for rows, names in ((list(frames.values())[-1], ("activity_count", "amount_pence")), (changes, ("amount_pence",))):
        flagged = rows.join(dark, on=line, how="left", maintain_order="left")
        hidden.append(blank(flagged, names, where=pl.col("is_dark").fill_null(False)).drop("is_dark"))
    return hidden[0], hidden[1]


def _dark(
    frames: Frames, key: list[str], count: str, sums: list[list[str]], rule: SmallNumbers
) -> tuple[pl.DataFrame, ...]:
    """Which rows of the newest frame are hidden, its counts and their sums held against those of earlier frames: the rows by
    key, then each level of sums, finest first, by what it is summed by."""
    whole = pl.concat(
        [frame.select(*key, count).with_columns(at=pl.lit(month.number)) for month, frame in frames.items()]
    )
    rows = whole.select(key).unique(maintain_order=True)
    levels = [rows.with_columns(place=pl.int_range(rows.height))]
    wholes: list[Whole] = []
    for by in sums:
        groups = levels[-1].group_by(by or pl.lit(0), maintain_order=True).agg("place")
        first = rows.height + len(wholes)
        parts = groups["place"].to_list()
        wholes += [Whole(first + at, tuple(places)) for at, places in enumerate(parts)]
        levels.append(
            groups.select(by).with_columns(place=pl.int_range(first, first + groups.height))
            if by
            else pl.DataFrame({"place": [first]})
        )
    statements, last = [], np.zeros(rows.height + len(wholes), dtype=np.int64)
    for month in frames:
        held = rows.join(whole.filter(pl.col("at") == month.number), on=key, how="left", maintain_order="left")
        now = np.concatenate([held[count].fill_null(0).to_numpy(), np.zeros(len(wholes), dtype=np.int64)])
        for each in wholes:
            now[each.whole] = now[list(each.parts)].sum()
        statements.append(Statement(now, now - last))
        last = now
    dark = protect(statements, layout=Layout(1, len(last), tuple(wholes)), rule=rule)[-1].to_date
    return tuple(
        level.with_columns(is_dark=pl.Series(dark[level["place"].to_numpy()])).drop("place") for level in levels
    )
