"""What a statement knew when it was made, held against what is known now."""

from __future__ import annotations

import polars as pl

from pbc.engines import Engine
from pbc.flows.cells_held import Deliveries, lines_held, prescribing_held
from pbc.flows.completeness import told_left_out
from pbc.flows.statement_inputs import StatementInputs
from pbc.methods.statements.add_up import add_up_kinds, carry_successions, price_prescribing
from pbc.methods.statements.left_out import flag_left_out, list_places
from pbc.methods.statements.restated import list_restated_months
from pbc.periods import Month
from pbc.reference.activity import PRESCRIBING_POD
from pbc.results import PublishedSet, Store
from pbc.tables import PRESCRIBING_CELLS, RESTATED_MONTHS, UNPLACED

NONE_KNOWN = "none"
CAME_LATE, LEFT_OUT_NOW = "late delivery", "left out"
_KEY = ["practice_code", "month", "point_of_delivery"]


def find_restated(store: Store, given: StatementInputs, *, engine: Engine) -> pl.DataFrame:
    """This returns the table restated_months: what changed since the statement of the month before.

    That statement's receipt names the sets it read; they are read again by id. Its own year is compared, so that April
    tells what changed in the year just ended. Prescribing is compared as far as that statement knew it. What a partial
    statement left out counts for nothing on its side: when it arrives all of it is told, as a late delivery.
    """
    previous = store.find(f"statement/{given.reach.month.plus(-1)}")
    if previous is None:
        return RESTATED_MONTHS.empty()
    last = given.reach.month.plus(-1)
    first = Month.of(last.financial_year.start)
    known = previous.receipt.parameters.get("prescribing_known_to", NONE_KNOWN)
    until = {"cells": last, "prescribing": None if known == NONE_KNOWN else Month.parse(known)}
    before, now, reasons = [], [], []
    for kind, held in (("cells", given.cells), ("prescribing", given.prescribing)):
        limit = until[kind]
        if limit is None:
            continue
        changed = []
        for old, new in _pairs(store, previous, kind, held):
            rows = [_kinds(kind, _alone(found, limit), engine, first, limit) for found in (old, new)]
            before.append(rows[0])
            now.append(rows[1])
            changed.append(_differing(*rows).with_columns(pl.lit(_why(store, old, new)).alias("reason")))
        rest = _kinds(kind, _unchanged(previous, held), engine, first, limit)
        turned = rest.filter(_turned(previous, given)).select(_KEY)
        keys = [rows.select(_KEY) for rows in changed] + ([turned] if turned.height else [])
        if keys:
            told = rest.join(pl.concat(keys).unique(), on=_KEY, how="semi")
            before.append(told)
            now.append(told)
            changed.append(turned.with_columns(pl.lit(CAME_LATE).alias("reason")))
        reasons += changed
    if not before:
        return RESTATED_MONTHS.empty()
    then, today = _left_out(previous, given)
    sides = (pl.concat(now).filter(~today), pl.concat(before).filter(~then), _reasons(pl.concat(reasons), then, today))
    carried = [carry_successions(side, successions=given.successions) for side in sides]
    return list_restated_months(carried[0], before=carried[1], reasons=carried[2], month=given.reach.month)


def _left_out(previous: PublishedSet, given: StatementInputs) -> tuple[pl.Expr, pl.Expr]:
    return flag_left_out(list_places(told_left_out(previous))), flag_left_out(given.reach.left_out)


def _turned(previous: PublishedSet, given: StatementInputs) -> pl.Expr:
    then, today = _left_out(previous, given)
    return then != today


def _reasons(reasons: pl.DataFrame, then: pl.Expr, today: pl.Expr) -> pl.DataFrame:
    """Of a month that was left out and no more is, or the other way round, that alone is the reason."""
    said = pl.when(then & ~today).then(pl.lit(CAME_LATE)).when(today & ~then).then(pl.lit(LEFT_OUT_NOW))
    return reasons.with_columns(said.otherwise("reason").alias("reason"))


def _pairs(
    store: Store, previous: PublishedSet, kind: str, held: Deliveries
) -> list[tuple[PublishedSet | None, PublishedSet | None]]:
    """Sets then and now, by name, where they are not the same: the only ones that can have changed anything."""
    then = {name: set_id for name, set_id in previous.receipt.inputs.items() if name.startswith(f"{kind}/")}
    today = {found.name: found for found in held.sets.values()}
    return [
        (store.at(name, then[name]) if name in then else None, today.get(name))
        for name in sorted(today.keys() | _of_interest(then, held))
        if name not in then or name not in today or then[name] != today[name].set_id
    ]


def _of_interest(then: dict[str, str], held: Deliveries) -> set[str]:
    """Deliveries read then; those before the first one read now fell out of the window, not out of the store."""
    oldest = min(held.sets, default=None)
    return {name for name in then if oldest is not None and Month.parse(name.rpartition("/")[2]) >= oldest}


def _alone(found: PublishedSet | None, month: Month) -> Deliveries:
    return Deliveries({} if found is None else {month: found})


def _unchanged(previous: PublishedSet, held: Deliveries) -> Deliveries:
    """Deliveries that are today what the previous statement read: what they hold stands on both sides of a change."""
    then = previous.receipt.inputs
    return Deliveries({month: found for month, found in held.sets.items() if then.get(found.name) == found.set_id})


def _kinds(kind: str, deliveries: Deliveries, engine: Engine, first: Month, last: Month) -> pl.DataFrame:
    if kind == "cells":
        rows = add_up_kinds(lines_held(deliveries, engine, first=first, last=last))
    else:
        rows = price_prescribing(
            prescribing_held(deliveries, first=first, last=last), earlier_cells=PRESCRIBING_CELLS.empty()
        ).filter(pl.col("point_of_delivery") == PRESCRIBING_POD)
    return rows.filter(pl.col("practice_code") != UNPLACED).select(
        pl.col("practice_code").cast(pl.String),
        pl.col("month").cast(pl.Int32),
        pl.col("point_of_delivery").cast(pl.String),
        pl.col("activity_count", "cost_pence").cast(pl.Int64),
    )


def _differing(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    joined = old.join(new, on=_KEY, how="full", coalesce=True, suffix="_now").fill_null(0)
    same = (pl.col("activity_count") == pl.col("activity_count_now")) & (
        pl.col("cost_pence") == pl.col("cost_pence_now")
    )
    return joined.filter(~same).select(_KEY)


def _why(store: Store, old: PublishedSet | None, new: PublishedSet | None) -> str:
    if old is None:
        return "late rows"
    if new is None:
        return "delivery withdrawn"
    then, now = old.receipt.inputs, new.receipt.inputs
    activity = f"activity/{old.name.rpartition('/')[2]}"
    if activity not in then or activity not in now:
        return "restated delivery"
    if then[activity] == now[activity]:
        return "price change"
    registers = [store.at(activity, side[activity]).receipt.inputs.get("register") for side in (then, now)]
    return "register change" if registers[0] != registers[1] else "restated delivery"
