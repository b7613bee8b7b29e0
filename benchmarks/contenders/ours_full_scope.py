"""Ours as it is run in service: the flows, with every check, receipt, hash and published set, month by month.

`before`: a year of prescribing alone, so that the next has one to compare with. `raw`: register, tariff, twelve deliveries,
the statement; with the option `kept` its store stays there, as `year`, and as it was before the last delivery, as `eleven`.
`statement`: the statement again, from what is published. `month`: the last delivery and its statement into a store of eleven.
`late`: the register delivered again after the year, every month placed and costed again, and the statement.
Beyond the peers' scope it reads referrals and prescribing, counts lists, tells what was refused row by row, splits
variances, says why prescribing costs other than a year ago and bands chance.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from benchmarks.contenders.answering import Asked, asked
from benchmarks.contenders.ours_same_scope import family_of, statement_answers
from benchmarks.gaps import LATE
from benchmarks.medicines import BEFORE

from pbc.engines import Engine, open_engine
from pbc.flows.journey import Journey
from pbc.flows.state_month import state_month
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy, load_policy
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import ACTIVITY_CELLS, BUDGET_LINES, BUDGET_PROFILES, BUDGET_TARGETS

KINDS = ("admitted_care", "outpatients", "accident_and_emergency")
TABLES = {"registrations": "registrations", "episodes": "admitted_care"}


def main() -> None:
    """Do what is asked."""
    work = asked()
    year, policy = FinancialYear.parse(work.given["year"]), load_policy("england-2005")
    stated, months = Month.from_number(work.given["stated_month"]), list(year.months())
    kept = Path(work.options.get("kept", work.scratch))
    at = kept / work.options.get("named", "year")
    shutil.rmtree(at, ignore_errors=True)
    if "store" in work.options:
        _copy(work, Path(work.options["store"]), at)
    store, journey = Store(at), Journey(made_at=datetime.now(UTC).isoformat())
    with open_engine(memory_gb=work.memory_gb) as engine:
        if work.work == "before":
            return work.answer(_deliver_prescribing(work, store, engine, list(year.plus(-1).months())))
        if work.work == "raw":
            _receive_small(work, store, engine, policy, year)
            for month in months[:-1]:
                _deliver(work, store, engine, policy, month)
            work.stage("eleven deliveries")
            if "kept" in work.options:
                _copy(work, at, kept / "eleven")
        if work.work in ("raw", "month"):
            _deliver(work, store, engine, policy, months[-1])
            work.stage("the twelfth delivery")
        if work.work == "late":
            _deliver_late_register(work, store, engine, policy)
        stated = months[-1] if work.work == "month" else stated
        statement = state_month(store, month=stated, policy=policy, engine=engine, journey=journey)
        work.stage("statement")
        answer = _stated(statement) if work.work == "statement" else _answers(engine, store, statement, months)
    work.answer(answer)


def _deliver_prescribing(work: Asked, store: Store, engine: Engine, months: list[Month]) -> dict[str, int]:
    from pbc.flows.receive_prescribing import receive_prescribing

    for month in months:
        receive_prescribing(store, work.data / BEFORE, month=month, engine=engine)
    work.stage("prescribing of the year before")
    return _prescribed(store, months)


def _deliver_late_register(work: Asked, store: Store, engine: Engine, policy: Policy) -> None:
    from pbc.flows.bring_up_to_date import bring_up_to_date
    from pbc.flows.receive_register import receive_register

    receive_register(store, work.data / LATE, key=bytes.fromhex(work.given["key"]), engine=engine)
    work.stage("register")
    bring_up_to_date(store, engine=engine, policy=policy)
    work.stage("twelve months placed and costed again")


def _copy(work: Asked, store: Path, to: Path) -> None:
    """Published files never change, so that a copy is links."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(store, to, copy_function=os.link)
    work.stage("copying the store, not timed")


def _receive_small(work: Asked, store: Store, engine: Engine, policy: Policy, year: FinancialYear) -> None:
    from pbc.flows.receive_register import receive_register
    from pbc.flows.receive_tables import receive_tariff

    key = bytes.fromhex(work.given["key"])
    receive_register(store, work.data, key=key, engine=engine)
    receive_tariff(store, work.data, year=year)
    _publish_budgets(work, store, policy, year)
    work.stage("register")


def _deliver(work: Asked, store: Store, engine: Engine, policy: Policy, month: Month) -> None:
    from pbc.flows.receive_delivery import receive_delivery

    key = bytes.fromhex(work.given["key"])
    receive_delivery(store, work.data, month=month, key=key, engine=engine, policy=policy)


def _publish_budgets(work: Asked, store: Store, policy: Policy, year: FinancialYear) -> None:
    """The bench is given its budgets, so that every contender holds activity against the same."""
    service = {kind.code: kind.service for kind in POINTS_OF_DELIVERY.values()}
    profiles = pl.read_parquet(work.data / "profile.parquet").with_columns(
        pl.col("point_of_delivery").replace_strict(service).alias("service"),
        pl.lit("activity_price").alias("payment_form"),
        pl.lit(year.slug).alias("financial_year"),
        pl.lit(None, dtype=pl.Float64).alias("planned_activity"),
        pl.lit(None, dtype=pl.Float64).alias("planned_list_size"),
    )
    lines = profiles.group_by("financial_year", "practice_code", "service", "payment_form").agg(
        pl.col("budget_pence").sum().alias("amount_pence")
    )
    told = {"sequence": 1, "step": "historic", "rule": "none", "reason": "Given by the bench."}
    lines = lines.with_columns(
        *[pl.lit(value).alias(name) for name, value in told.items()], parameter=pl.lit(None, dtype=pl.String)
    )
    receipt = Receipt(flow="bench", inputs={}, regime=policy.regime, policy=policy.fingerprint, is_made_up=True)
    tables = {
        "budget_profiles": BUDGET_PROFILES.conform(profiles),
        "budget_lines": BUDGET_LINES.conform(lines),
        "budget_targets": BUDGET_TARGETS.empty(),
    }
    store.publish(f"budgets/{year.slug}", tables, receipt)


def _stated(statement: PublishedSet) -> dict[str, int]:
    return statement_answers(statement.frame("budget_statements"))


def _answers(engine: Engine, store: Store, statement: PublishedSet, months: list[Month]) -> dict[str, int]:
    register = store.current("register")
    activity = [store.current(f"activity/{month}") for month in months]
    cells = [store.current(f"cells/{month}") for month in months]
    refused = Counter[str]()
    for each in (register, *activity):
        refused.update(
            f"refused {_kind(table, delivery)} {family_of(rule)}"
            for table, delivery, rule in each.frame("rejected_rows")
            .select("table_name", "delivery", "rule")
            .iter_rows()
        )
    facts = pl.scan_parquet([path for each in activity for path in each.files("activity_facts")])
    checked = (
        facts.select(contacts=pl.len(), people=(pl.col("person_id") % 1_000_003).sum()).collect().row(0, named=True)
    )
    totals = _cell_totals(engine, cells)
    apart = pl.concat([each.frame("not_attributed") for each in cells])
    found = (
        checked
        | totals
        | {
            "unpriced": sum(each.rows("rejected_rows") for each in cells),
            "unplaced": apart["activity_count"].sum(),
            "unplaced_pence": apart["cost_pence"].sum(),
        }
    )
    found |= {
        f"unplaced {why}": n for why, n in apart.group_by("attribution").agg(pl.col("activity_count").sum()).iter_rows()
    }
    return {**found, **refused, **_prescribed(store, months), **_stated(statement)}


def _prescribed(store: Store, months: list[Month]) -> dict[str, int]:
    held = [store.current(f"prescribing/{month}") for month in months]
    cells = pl.concat([each.frame("prescribing_cells") for each in held])
    return {
        "prescribing lines": sum(each.rows("prescriptions") for each in held),
        "prescribing items": cells["items"].sum(),
        "prescribing pence": cells["net_ingredient_cost_pence"].sum(),
    }


def _cell_totals(engine: Engine, cells: list[PublishedSet]) -> dict[str, int]:
    """England has some 19 million cells: they are added up where they lie."""
    files = [path for each in cells for path in each.files("activity_cells")]
    held = engine.scan(files, ACTIVITY_CELLS.sql_columns)
    sums = {"costed": "activity_count", "excess_days": "excess_days", "cost_pence": "cost_pence"}
    key = "month, practice_code, provider_code, point_of_delivery, treatment_function_code"
    wanted = [f"CAST(sum({column}) AS BIGINT) AS {name}" for name, column in sums.items()]
    totals = f"SELECT {', '.join(wanted)}, (SELECT count(*) FROM (SELECT DISTINCT {key} FROM {held.name})) AS cells FROM {held.name}"
    return engine.view(totals, [(name, "BIGINT") for name in (*sums, "cells")]).frame().row(0, named=True)


def _kind(table: str, delivery: str) -> str:
    if table == "attendances":
        return "outpatients" if "outpatients" in delivery else "accident_and_emergency"
    return TABLES.get(table, table)


if __name__ == "__main__":
    main()
