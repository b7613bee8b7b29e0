"""Ours through its public functions, the work of the peers and no more: readers and methods, nothing published.

`raw` reads the year in one go; `facts` costs attributed facts and adds them up to cells a delivery at a time; with the option
`engine=spark` the same steps run there, all deliveries at once: Spark pays for each question asked. Cells of every row are still checked, refused rows are still named by row and rule, since no public function
does less. What only `raw` needs is imported there, as a command imports its own flow and no other.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
from benchmarks.contenders.answering import Asked, asked

from pbc.engines import Engine, Relation, open_engine
from pbc.methods.costing import add_up_cells, cost_activity, find_unpriced, list_not_attributed
from pbc.methods.statements.add_up import add_up_kinds, add_up_lines
from pbc.methods.statements.compare import Reach, compare_with_budget
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.reference.activity import HOSPITAL_PODS, POINTS_OF_DELIVERY
from pbc.tables import (
    ACTIVITY_CELLS,
    ACTIVITY_FACTS,
    MEMBERSHIPS,
    PRACTICES,
    PROVIDER_FACTORS,
    TARIFF_PRICES,
    UNPLACED,
    Table,
)

REPEATED = ("duplicate_key", "conflicting_key")
CELL = ("month", "practice_code", "provider_code", "point_of_delivery", "treatment_function_code")
IMPOSSIBLE = ("date_out_of_range", "date_after_delivery")


def main() -> None:
    """Do what is asked."""
    work = asked()
    with open_engine(work.options.get("engine", "duckdb"), memory_gb=work.memory_gb) as engine:
        work.stage("start")
        facts, found = _from_raw(work, engine) if work.work == "raw" else (work.facts, {})
        work.answer(found | _from_facts(work, engine, facts))


def _small(work: Asked, engine: Engine, table: Table, *place: str) -> Relation:
    from pbc.sources.deliveries import read_table_file

    path = work.data.joinpath(*place, f"{table.name}.csv")
    return engine.adopt(read_table_file(path, table, delivery="bench").frame, table.sql_columns)


def _from_raw(work: Asked, engine: Engine) -> tuple[list[Path], dict[str, int]]:
    from pbc.methods.attribution import Register, attribute_activity, generalise_restricted
    from pbc.methods.spells import build_spells
    from pbc.sources.deliveries import (
        read_accident_and_emergency,
        read_admitted_care,
        read_outpatients,
        read_registrations,
    )

    key, delivery = bytes.fromhex(work.given["key"]), work.given["last_day"][:7]
    people = read_registrations(
        engine, [work.data / "register" / "registrations.parquet"], key=key, delivery="register"
    )
    # the register is joined once: as published tables are for the flows, it is kept before the join
    registered = engine.scan(people.rows.write(work.scratch / "registrations"), people.rows.columns)
    people.release()
    work.stage("register")
    files = {name: work.deliveries(name) for name in ("admitted_care", "outpatients", "accident_and_emergency")}
    readers = {
        "admitted_care": read_admitted_care, "outpatients": read_outpatients,
        "accident_and_emergency": read_accident_and_emergency,
    }  # fmt: skip
    read = {name: readers[name](engine, files[name], key=key, delivery=delivery) for name in readers}
    work.stage("reading")
    practices, memberships = (_small(work, engine, table, "register") for table in (PRACTICES, MEMBERSHIPS))
    register = Register(registered, practices, memberships, "bench", tuple(work.given["commissioners"]))
    facts = attribute_activity(
        build_spells(read["admitted_care"].rows),
        engine.union([read["outpatients"].rows, read["accident_and_emergency"].rows]),
        register=register,
    )
    facts = generalise_restricted(facts, adult_age_years=work.given["adult_age"])
    written = facts.write(work.scratch / "facts")
    for each in read.values():
        each.release()
    work.stage("facts")
    refused = Counter[str]()
    for name, each in {"registrations": people, **read}.items():
        refused.update(f"refused {name} {family_of(rule)}" for rule in each.rejected["rule"])
    delivered = {
        f"delivered {name}": each.counts["delivered"] for name, each in {"registrations": people, **read}.items()
    }
    numbers = {
        f"nhs_number {state}": sum(each.counts[f"nhs_number_{state}"] for each in read.values())
        for state in ("missing", "invalid")
    }
    return written, {**delivered, **refused, **numbers}


def family_of(rule: str) -> str:
    """This returns the rule as the bench counts it: finer rules of ours of one kind together."""
    return "repeated_key" if rule in REPEATED else "impossible_date" if rule in IMPOSSIBLE else rule


def _from_facts(work: Asked, engine: Engine, files: list[Path]) -> dict[str, int]:
    year, policy = FinancialYear.parse(work.given["year"]), load_policy("england-2005")
    place = ("tariff", year.slug)
    prices, factors = (_small(work, engine, table, *place) for table in (TARIFF_PRICES, PROVIDER_FACTORS))

    def cost(paths: list[Path]) -> Relation:
        facts = engine.scan(paths, ACTIVITY_FACTS.sql_columns)
        return cost_activity(facts, tariff_prices=prices, provider_factors=factors, financial_year=year, policy=policy)

    facts = engine.scan(files, ACTIVITY_FACTS.sql_columns)
    unpriced = find_unpriced(facts, tariff_prices=prices, provider_factors=factors, financial_year=year).frame()
    parts = [files] if engine.name == "spark" else [[path] for path in files]
    written = [
        file for at, paths in enumerate(parts) for file in add_up_cells(cost(paths)).write(work.scratch / f"cells-{at}")
    ]
    cells = engine.scan(written, ACTIVITY_CELLS.sql_columns)
    apart = list_not_attributed(cost(files)).frame()
    work.stage("costing and cells")
    costed, excess_days, cost_pence, rows = _sums(
        engine, cells, "sum(activity_count)", "sum(excess_days)", "sum(cost_pence)", "count(*)"
    )
    found = {
        "contacts": costed + unpriced.height,
        "people": _sums(engine, facts, "sum(person_id % 1000003)")[0],  # right only if every pseudonym is
        "unpriced": unpriced.height,
        "costed": costed,
        "excess_days": excess_days,
        "cost_pence": cost_pence,
        "cells": rows if _share_no_month(written) else _sums(engine, cells, f"count(DISTINCT ({', '.join(CELL)}))")[0],
        "unplaced": apart["activity_count"].sum(),
        "unplaced_pence": apart["cost_pence"].sum(),
    }
    for (kind,), lost in apart.group_by("attribution"):
        found[f"unplaced {kind}"] = lost["activity_count"].sum()
    return found | _statement(work, cells)


def _share_no_month(written: list[Path]) -> bool:
    """Cells of deliveries that share a month may be the same cell; of deliveries that share none they never are."""
    months = [month for path in written for month in pl.read_parquet(path, columns=["month"])["month"].unique()]
    return len(set(months)) == len(months)


def _sums(engine: Engine, relation: Relation, *sums: str) -> tuple[int, ...]:
    """What the bench asks of a table to check the work: no part of the work."""
    named = [(f"sum_{at}", "BIGINT") for at in range(len(sums))]
    wanted = ", ".join(f"CAST({each} AS BIGINT) AS {name}" for each, (name, _) in zip(sums, named, strict=True))
    found = engine.view(f"SELECT {wanted} FROM {relation.name}", named).frame().row(0)
    return tuple(map(int, found))


def _statement(work: Asked, cells: Relation) -> dict[str, int]:
    month = Month.from_number(work.given["stated_month"])
    first = Month.of(month.financial_year.start)
    kinds = add_up_kinds(add_up_lines(cells, first=first, last=month).frame())
    service = {kind.code: kind.service for kind in POINTS_OF_DELIVERY.values()}
    profiles = pl.read_parquet(work.data / "profile.parquet").with_columns(
        pl.col("point_of_delivery").replace_strict(service).alias("service"),
        pl.lit("activity_price").alias("payment_form"),
        pl.lit(None, dtype=pl.Float64).alias("planned_activity"),
    )
    no_cuts = pl.DataFrame(
        schema={
            "month": pl.Int32, "practice_code": pl.String, "cut": pl.String, "item": pl.String,
            "point_of_delivery": pl.String, "activity_count": pl.Int64, "cost_pence": pl.Int64, "is_broken": pl.Boolean,
        }
    )  # fmt: skip
    statement = compare_with_budget(kinds, profiles=profiles, reach=Reach(month), cuts=no_cuts)
    work.stage("statement")
    assert date.fromisoformat(work.given["last_day"]) >= month.end
    assert UNPLACED not in statement["practice_code"]
    return statement_answers(statement)


def statement_answers(statement: pl.DataFrame) -> dict[str, int]:
    """This returns the sums of a published statement that every contender must find."""
    found = {}
    kinds = statement.filter((pl.col("cut") == "point_of_delivery") & pl.col("item").is_in(list(HOSPITAL_PODS)))
    for period in ("month", "year_to_date"):
        rows = kinds.filter(pl.col("period") == period)
        found |= {f"{period} {name}": rows[f"{name}_pence"].sum() for name in ("actual", "budget", "variance")}
    to_date = kinds.filter(pl.col("period") == "year_to_date")
    return found | {"lines": to_date.height, "forecast": to_date["forecast_outturn_pence"].sum()}


if __name__ == "__main__":
    main()
