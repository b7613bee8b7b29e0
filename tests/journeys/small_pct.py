"""A made-up PCT of four practices, small enough to work out by hand, published set by published set."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from pbc.engines import Engine
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.journey import Journey
from pbc.flows.state_month import state_month
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import ACTIVITY_FACTS, ALL

LAST, YEAR = FinancialYear(2008), FinancialYear(2009)
PRACTICES = ("Z90001", "Z90002", "Z90003", "Z90004")
HRGS = {"DC": "ZZA01", "EL": "ZZA01", "NEL": "ZZB01", "OPFA": "ZZW01", "AE": "ZZV01"}
SETTING = {"DC": "APC", "EL": "APC", "NEL": "APC", "OPFA": "OP", "AE": "AE"}
POLICY = load_policy("england-2005")
RESOURCES = {"planned_care": 41_000_001, "emergency_care": 52_000_003, "outpatients": 23_000_007,
             "accident_and_emergency": 9_000_011, "prescribing": 30_000_013, "community": 20_000_017}  # fmt: skip


def publish(store: Store, name: str, tables: dict[str, pl.DataFrame], **receipt: object) -> PublishedSet:
    return store.publish(name, tables, Receipt(flow="test", is_made_up=True, **{"inputs": {}, **receipt}))  # type: ignore[arg-type]


def rows(table: str, *given: dict[str, object]) -> pl.DataFrame:
    return ALL[table].from_rows(list(given))


def facts(month: Month, *, seed: int, count: int = 60, register: str = "r1", prefix: str = "") -> pl.DataFrame:
    luck = np.random.default_rng(seed)
    made = []
    for at in range(count):
        kind = list(HRGS)[int(luck.integers(len(HRGS)))]
        code = PRACTICES[int(luck.integers(4))] if at else "not-attributed"
        made.append(
            {
                "setting": SETTING[kind], "provider_code": "ZH1" if luck.random() < 0.7 else "ZH2",
                "record_number": f"{prefix}{month.number}-{at}", "person_id": int(luck.integers(1, 400)),
                "activity_on": month.start, "month": month.number, "point_of_delivery": kind,
                "treatment_function_code": "100" if kind in ("DC", "EL") else "300", "hrg_code": HRGS[kind],
                "paid_stay_days": int(luck.integers(0, 9)), "age_years": 40, "sex": "1", "practice_code": code,
                "attribution": "registered" if at else "not_registered", "commissioner_code": "ZP1",
                "is_restricted": False, "register_version": register,
            }
        )  # fmt: skip
    return ACTIVITY_FACTS.from_rows(made)


def deliver(store: Store, month: Month, engine: Engine, held: pl.DataFrame, register: str) -> None:
    empty = {"referrals": ALL["referrals"].empty(), "rejected_rows": ALL["rejected_rows"].empty()}
    publish(
        store,
        f"activity/{month}",
        {"activity_facts": held, **empty},
        inputs={"register": register, "f": str(held.height)},
    )
    cost_delivery(store, month=month, engine=engine, policy=POLICY)


def prescribe(store: Store, month: Month) -> None:
    cells = [
        {"month": month.number, "practice_code": code, "bnf_chapter": "02", "items": 90 + at,
         "net_ingredient_cost_pence": 60_000 + 7 * month.month * at}
        for at, code in enumerate(PRACTICES)
    ]  # fmt: skip
    publish(
        store,
        f"prescribing/{month}",
        {"prescribing_cells": rows("prescribing_cells", *cells)},
        parameters={"m": str(month)},
    )


def register(store: Store, *, merged: bool = False, version: str = "1") -> PublishedSet:
    members = [("Z90001", "ZC01"), ("Z90002", "ZC01"), ("Z90003", "ZC02"), ("Z90004", "ZC02")]
    links = [(code, cluster, "practice_cluster", date(2000, 4, 1)) for code, cluster in members]
    links += [(code, "ZP1", "practice_commissioner", date(2000, 4, 1)) for code, _ in members]
    links += [("Z90002", "Z90001", "succeeds", date(2009, 7, 1))] if merged else []
    months = [month for year in (LAST, YEAR) for month in year.months()]
    return publish(
        store,
        "register",
        {
            "organisations": rows("organisations", *[
                {"organisation_code": code, "organisation_kind": kind, "organisation_name": f"{kind} {code}"}
                for code, kind in (("ZP1", "pct"), ("ZC01", "cluster"), ("ZC02", "cluster"), ("ZH1", "provider"), ("ZH2", "provider"))
            ]),
            "practices": rows("practices", *[
                {"practice_code": code, "practice_name": f"Surgery {code}", "status_code": "A"} for code in PRACTICES
            ]),
            "memberships": rows("memberships", *[
                {"member_code": member, "parent_code": parent, "relation": relation, "starts_on": day, "ends_before": date(9999, 12, 31)}
                for member, parent, relation, day in links
            ]),
            "registrations": rows("registrations", *[
                {"person_id": person, "practice_code": PRACTICES[person % 4], "starts_on": date(2000, 1, 1),
                 "ends_before": date(9999, 12, 31), "birth_year": 1960, "sex": "1"}
                for person in range(1, 400)
            ]),
            "registered_lists": rows("registered_lists", *[
                {"practice_code": code, "as_at_on": month.start, "sex": "1", "age_band": "40-44", "patients_count": 2000 + at}
                for at, code in enumerate(PRACTICES) for month in months
            ]),
        },
        parameters={"commissioners": "ZP1", "version": version}, regime="england-2005",
    )  # fmt: skip


def prices(year: FinancialYear, growth: int, grouper: str = "made up") -> dict[str, pl.DataFrame]:
    tariff = [
        {"financial_year": year.slug, "hrg_code": hrg, "point_of_delivery": kind, "grouper_version": grouper,
         "price_pence": (20_000 + 3_000 * at) * growth // 100, "trim_point_days": 20, "excess_day_price_pence": 100,
         "is_short_stay_reducible": False, "short_stay_percent": 100, "top_up_percent": 0, "source": "made up"}
        for at, (kind, hrg) in enumerate(HRGS.items())
    ]  # fmt: skip
    factors = [
        {"provider_code": code, "financial_year": year.slug, "market_forces_factor_millionths": 1_050_000, "source": "made up"}
        for code in ("ZH1", "ZH2")
    ]  # fmt: skip
    block = {"commissioner_code": "ZP1", "provider_code": "ZH2", "financial_year": year.slug, "point_of_delivery": "AE",
             "payment_form": "block", "baseline_pence": 600_000, "source": "made up"}  # fmt: skip
    return {
        "tariff_prices": rows("tariff_prices", *tariff), "provider_factors": rows("provider_factors", *factors),
        "contract_forms": rows("contract_forms", block),
    }  # fmt: skip


def need(year: FinancialYear) -> dict[str, pl.DataFrame]:
    lists = [
        {"practice_code": code, "list_year": year.slug, "component": part, "commissioner_code": "ZP1",
         "registered_population": 2000.0 + at, "weighted_population": 1700.0 + 200 * at, "need_index_england": 1.0, "source": "made up"}
        for at, code in enumerate(PRACTICES) for part in ("overall", "general_acute", "prescribing", "community")
    ]  # fmt: skip
    money = [
        {"financial_year": year.slug, "commissioner_code": "ZP1", "service": service, "amount_pence": amount,
         "payment_form": "apportioned" if service == "community" else "activity_price", "source": "made up"}
        for service, amount in RESOURCES.items()
    ]  # fmt: skip
    return {
        "weighted_lists": rows("weighted_lists", *lists),
        "commissioner_resources": rows("commissioner_resources", *money),
    }


def budgets_by_service(found: PublishedSet) -> dict[str, int]:
    return dict(found.frame("budget_lines").group_by("service").agg(pl.col("amount_pence").sum()).iter_rows())


def state(store: Store, engine: Engine, month: Month, **more: Journey) -> PublishedSet:
    return state_month(store, month=month, policy=POLICY, engine=engine, **more)


def finish_year(store: Store, engine: Engine) -> None:
    version = store.current("register").set_id
    for month in list(YEAR.months())[3:]:
        deliver(store, month, engine, facts(month, seed=month.number, count=30), version)
        prescribe(store, month)
