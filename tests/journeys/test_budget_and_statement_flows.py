"""From facts to budgets, statements and year end: the flows on a small made-up PCT, published set by published set."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pbc.engines import Engine, open_engine
from pbc.errors import Cancelled, MissingFigure, MissingPolicy, RefusedInput
from pbc.flows.close_year import close_year
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.journey import Journey
from pbc.flows.set_budgets import set_budgets
from pbc.flows.state_month import adjust_bill, state_month
from pbc.flows.statement_inputs import gather_statement_inputs
from pbc.flows.statement_positions import find_positions, lines_to_date
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy, load_policy
from pbc.policy.policy import PolicyValue
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import ACTIVITY_FACTS, ALL
from pbc_cli.year_end import summary

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
        parameters={"commissioners": "ZP1", "version": version},
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


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


@pytest.fixture(scope="module")
def whole_store(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Store:
    """Two years delivered but for the last nine months of the second."""
    made = Store(tmp_path_factory.mktemp("whole"))
    version = register(made).set_id
    for year, growth in ((LAST, 100), (YEAR, 104)):
        publish(made, f"tariff/{year.slug}", prices(year, growth))
        publish(made, f"need/{year.slug}", need(year))
    for month in [*LAST.months(), *list(YEAR.months())[:3]]:
        deliver(made, month, engine, facts(month, seed=month.number), version)
        prescribe(made, month)
    return made


@pytest.fixture
def store(whole_store: Store, tmp_path: Path) -> Store:
    """A copy that a test may change."""
    shutil.copytree(whole_store.path, tmp_path, dirs_exist_ok=True)
    return Store(tmp_path)


def budgets_by_service(found: PublishedSet) -> dict[str, int]:
    return dict(found.frame("budget_lines").group_by("service").agg(pl.col("amount_pence").sum()).iter_rows())


@pytest.mark.parametrize("basis", ["historic", "fair_shares", "blend"])
def test_budgets_hand_out_the_resource_after_the_risk_pool_to_the_penny(
    store: Store, engine: Engine, basis: str
) -> None:
    found = set_budgets(store, year=YEAR, basis=basis, policy=POLICY, engine=engine)
    hospital = {"planned_care", "emergency_care", "outpatients", "accident_and_emergency"}
    pool = {name: (amount * 3 + 50) // 100 if name in hospital else 0 for name, amount in RESOURCES.items()}
    assert budgets_by_service(found) == {name: amount - pool[name] for name, amount in RESOURCES.items()}
    profiled = found.frame("budget_profiles").group_by("service").agg(pl.col("budget_pence").sum())
    assert dict(profiled.iter_rows()) == budgets_by_service(found)
    total = found.frame("budget_targets").filter(pl.col("service") == "total")
    assert total["budget_pence"].sum() == total["target_pence"].sum() == sum(budgets_by_service(found).values())
    assert found.receipt.is_made_up
    assert found.receipt.parameters["past"] == "2008-04 to 2009-03"
    assert {"register", "need/2009-10", "tariff/2009-10", "activity/2008-04", "cells/2009-03"} <= set(
        found.receipt.inputs
    )


def test_past_is_repriced_at_the_prices_of_the_year(store: Store, engine: Engine) -> None:
    """Given prices 4% higher, then past activity enters the budget 4% above what it was paid at."""
    lines = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine).frame("budget_lines")
    opened = lines.filter((pl.col("step") == "historic") & (pl.col("service") == "emergency_care"))[
        "amount_pence"
    ].sum()
    paid = sum(
        store.current(f"cells/{month}").frame("activity_cells")
        .filter((pl.col("point_of_delivery") == "NEL") & (pl.col("practice_code") != "not-attributed"))["cost_pence"].sum()
        for month in LAST.months()
    )  # fmt: skip
    assert opened / paid == pytest.approx(1.04, abs=1e-3)


def test_same_work_is_the_same_set_and_a_later_delivery_does_not_change_it(store: Store, engine: Engine) -> None:
    first = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    deliver(store, Month(2009, 7), engine, facts(Month(2009, 7), seed=7), store.current("register").set_id)
    again = set_budgets(
        store, year=YEAR, basis="historic", policy=POLICY, engine=engine, journey=Journey(made_at="later")
    )
    assert again.set_id == first.set_id


def test_budget_without_twelve_months_of_past_is_by_need_or_refused(store: Store, engine: Engine) -> None:
    with pytest.raises(MissingFigure, match="twelve months before"):
        set_budgets(store, year=LAST, basis="historic", policy=POLICY, engine=engine)
    with pytest.raises(RefusedInput, match="no such basis"):
        set_budgets(store, year=LAST, basis="guess", policy=POLICY, engine=engine)
    found = set_budgets(store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    assert set(found.frame("budget_lines")["step"]) == {"need", "risk_pool"}
    statement = state_month(store, month=Month(2008, 9), policy=POLICY, engine=engine).frame("variance_splits")
    assert "planned_care" in statement["point_of_delivery"].to_list()


def test_adjustment_is_a_line_with_its_reason_and_changes_the_set(store: Store, engine: Engine) -> None:
    plain = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    agreed = pl.DataFrame({"practice_code": ["Z90001", "Z90002"], "service": ["outpatients"] * 2, "amount_pence": [500, -500],
                           "reason": ["care home opened", "gives way"]})  # fmt: skip
    found = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine, adjustments=agreed)
    lines = found.frame("budget_lines").filter(pl.col("step") == "adjustment")
    assert lines.select("amount_pence", "reason").rows() == [(500, "care home opened"), (-500, "gives way")]
    assert found.set_id != plain.set_id


def test_change_of_grouping_keeps_old_prices_in_the_budget_and_hides_last_year(store: Store, engine: Engine) -> None:
    new = {**prices(YEAR, 104, grouper="another"), "contract_forms": prices(YEAR, 104)["contract_forms"]}
    publish(store, "tariff/2009-10", new, parameters={"v": "2"})
    for month in list(YEAR.months())[:3]:
        cost_delivery(store, month=month, engine=engine, policy=POLICY)
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    found = state_month(store, month=Month(2009, 6), policy=POLICY, engine=engine).frame("budget_statements")
    hospital = found.filter((pl.col("cut") == "point_of_delivery") & ~pl.col("item").is_in(["RX", "COM"]))
    assert hospital["previous_year_pence"].null_count() == hospital.height
    assert found.filter(pl.col("item") == "RX")["previous_year_pence"].null_count() == 0


def state(store: Store, engine: Engine, month: Month, **more: Journey) -> PublishedSet:
    return state_month(store, month=month, policy=POLICY, engine=engine, **more)


def test_statement_accounts_for_every_penny_delivered(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    found = state(store, engine, Month(2009, 6))
    cells = pl.concat([store.current(f"cells/{m}").frame("activity_cells") for m in list(YEAR.months())[:3]])
    to_date = found.frame("budget_statements").filter(pl.col("period") == "year_to_date")
    by_cut = dict(to_date.group_by("cut").agg(pl.col("actual_pence").sum()).iter_rows())
    apart = found.frame("not_attributed")["cost_pence"].sum()
    assert by_cut["provider"] == by_cut["specialty"] == cells["cost_pence"].sum() - apart
    assert by_cut["total"] == by_cut["service"] == by_cut["point_of_delivery"]
    splits = found.frame("variance_splits")
    causes = splits.select(
        pl.sum_horizontal("population_pence", "volume_pence", "case_mix_pence", "price_pence")
    ).to_series()
    assert (causes == splits["variance_pence"]).all()
    total = to_date.filter(pl.col("cut") == "total")["variance_pence"].sum()
    assert splits["variance_pence"].sum() == total
    assert found.receipt.parameters["prescribing_known_to"] == "2009-06"
    adjusted = found.frame("bill_adjustments")["amount_pence"].sum()
    block = cells.filter((pl.col("provider_code") == "ZH2") & (pl.col("point_of_delivery") == "AE"))["cost_pence"].sum()
    assert adjusted + block == round(600_000 * 91 / 365)
    assert set(found.frame("chance_bands")["unit_kind"]) == {"practice", "cluster", "commissioner"}


def test_statement_tells_what_changed_and_why(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    may, june = Month(2009, 5), Month(2009, 6)
    state(store, engine, may)
    late = pl.concat([facts(june, seed=june.number), facts(may, seed=1, count=5, prefix="late-")])
    deliver(store, june, engine, late, store.current("register").set_id)
    april = Month(2009, 4)
    moved = store.current(f"activity/{april}").frame("activity_facts").with_columns(
        pl.when(pl.col("practice_code") == "Z90001").then(pl.lit("Z90002")).otherwise("practice_code").alias("practice_code")
    )  # fmt: skip
    deliver(store, april, engine, moved, register(store, version="2").set_id)
    found = state(store, engine, june).frame("restated_months")
    reasons = dict(found.group_by("month").agg(pl.col("reason").unique()).iter_rows())
    assert reasons == {200904: ["register change"], 200905: ["late rows"]}
    reported = (
        store.current("cells/2009-05").frame("activity_cells").filter(pl.col("practice_code") != "not-attributed")
    )
    key = ["practice_code", "point_of_delivery"]
    told = reported.group_by(key).agg(pl.col("activity_count").sum(), pl.col("cost_pence").sum())
    may_rows = found.filter(pl.col("month") == 200905).join(told, on=key, how="left").fill_null(0)
    assert may_rows["activity_before"].sum() == may_rows["activity_count"].sum() > 0
    assert may_rows["before_pence"].to_list() == may_rows["cost_pence"].to_list()
    by_practice = found.filter(pl.col("month") == 200904).group_by("practice_code").agg(pl.col("activity_now").sum())
    assert dict(by_practice.iter_rows())["Z90001"] == 0
    assert state(store, engine, may).frame("restated_months").is_empty()


def test_prescribing_that_comes_late_is_compared_as_far_as_known(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    july = Month(2009, 7)
    deliver(store, july, engine, facts(july, seed=3), store.current("register").set_id)
    found = state(store, engine, july)
    assert found.receipt.parameters["prescribing_known_to"] == "2009-06"
    medicines = found.frame("budget_statements").filter(pl.col("item") == "prescribing")
    assert medicines["period"].unique().to_list() == ["year_to_date"]
    assert (medicines["variance_pence"] == medicines["actual_pence"] - medicines["budget_pence"]).all()
    assert found.frame("restated_months").is_empty()


def test_merged_practice_hands_its_budget_on_from_the_day(store: Store, engine: Engine) -> None:
    july = Month(2009, 7)
    version = register(store, merged=True, version="2").set_id
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    year_budgets = (
        store.current("budgets/2009-10")
        .frame("budget_lines")
        .group_by("practice_code")
        .agg(pl.col("amount_pence").sum())
    )
    set_for = dict(year_budgets.iter_rows())
    carried = facts(july, seed=5).with_columns(pl.col("practice_code").replace({"Z90001": "Z90002"}))
    deliver(store, july, engine, carried, version)
    prescribe(store, july)
    total = state(store, engine, july).frame("budget_statements").filter(
        (pl.col("cut") == "total") & (pl.col("period") == "year_to_date")
    )  # fmt: skip
    now = dict(total.select("practice_code", "year_budget_pence").iter_rows())
    assert now["Z90001"] + now["Z90002"] == set_for["Z90001"] + set_for["Z90002"]
    assert 0 < now["Z90001"] < set_for["Z90001"] / 3
    bands = store.current("statement/2009-07").frame("chance_bands")
    assert "Z90001" not in bands["unit_code"].to_list()


def test_cancelled_statement_publishes_nothing(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    steps: list[str] = []

    def tell(message: str, done: float) -> None:
        steps.append(f"{done:.2f} {message}")

    with pytest.raises(Cancelled):
        state(store, engine, Month(2009, 6), journey=Journey(tell, lambda: len(steps) > 2))
    assert len(steps) == 3
    assert store.find("statement/2009-06") is None


def finish_year(store: Store, engine: Engine) -> None:
    version = store.current("register").set_id
    for month in list(YEAR.months())[3:]:
        deliver(store, month, engine, facts(month, seed=month.number, count=30), version)
        prescribe(store, month)


def test_year_end_shares_what_was_freed_and_nothing_else(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    with pytest.raises(MissingFigure, match="not whole"):
        close_year(store, year=YEAR, policy=POLICY, engine=engine)
    finish_year(store, engine)
    found = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    freed = found.frame("freed_up_resources")
    assert (freed["retained_pence"] + freed["commissioner_pence"] == freed["freed_up_pence"]).all()
    shared = freed.filter(pl.col("is_shared"))
    assert shared["freed_up_pence"].sum() > 0
    fixed = found.frame("budget_positions")["fixed_budget_pence"].sum()
    assert shared["budget_pence"].sum() + fixed == sum(
        amount for name, amount in budgets_by_service(store.current("budgets/2009-10")).items() if name != "community"
    )
    assert found.rows("person_spread") == 4
    assert found.rows("person_pairs") == 4


def test_late_rows_after_march_count_in_the_year_end(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    before = close_year(store, year=YEAR, policy=POLICY, engine=engine).frame("freed_up_resources")
    april, march = Month(2010, 4), Month(2010, 3)
    late = facts(march, seed=9, count=20, prefix="late-")
    publish(store, "tariff/2010-11", prices(FinancialYear(2010), 105))
    deliver(store, april, engine, late, store.current("register").set_id)
    after = close_year(store, year=YEAR, policy=POLICY, engine=engine).frame("freed_up_resources")
    assert (
        after.filter(pl.col("basis") == "price")["actual_pence"].sum()
        > before.filter(pl.col("basis") == "price")["actual_pence"].sum()
    )


def test_year_end_without_rule_or_agreement_is_refused(store: Store, engine: Engine) -> None:
    name = "savings.retained_share"
    none = PolicyValue(name, "share", "ratio", "", "none", date(2004, 4, 1), "assumption", "no agreement")
    silent: Policy = replace(POLICY, values={**POLICY.values, name: (none,)})
    with pytest.raises(MissingPolicy, match="Nothing says how"):
        close_year(store, year=YEAR, policy=silent, engine=engine)


def test_block_contract_frees_nothing_and_moves_no_band(store: Store, engine: Engine) -> None:
    """Given casualty at ZH2 paid by block, when nobody goes there any more, then nothing more is freed or judged."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    busy = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    at_block = (pl.col("provider_code") == "ZH2") & (pl.col("point_of_delivery") == "AE")
    for month in YEAR.months():
        held = store.current(f"activity/{month}").frame("activity_facts")
        deliver(store, month, engine, held.filter(~at_block), store.current("register").set_id)
    empty = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    assert empty.set_id != busy.set_id
    for name in ("freed_up_pence", "budget_pence", "actual_pence"):
        assert empty.frame("freed_up_resources")[name].to_list() == busy.frame("freed_up_resources")[name].to_list()
    positions = busy.frame("budget_positions")
    assert positions["fixed_budget_pence"].sum() > 0
    assert positions["fixed_budget_pence"].equals(positions["fixed_actual_pence"])
    assert positions["bill_adjustment_pence"].sum() == 0
    assert busy.frame("bill_adjustments").filter(pl.col("kind") == "block").height
    for name in ("budget_pence", "actual_pence", "budget_at_chance_pence", "label"):
        assert empty.frame("chance_bands")[name].to_list() == busy.frame("chance_bands")[name].to_list()


def test_year_end_is_final_only_when_what_settles_it_is_received(store: Store, engine: Engine) -> None:
    """Given no delivery after March, then provisional, saying which are awaited; with April to June, then final."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    assert state(store, engine, Month(2010, 3)).frame("chance_bands")["is_provisional"].all()
    early = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    assert early.frame("chance_bands")["is_provisional"].all()
    assert not early.frame("chance_bands").filter(pl.col("sentence").str.contains("Final")).height
    assert early.receipt.parameters["awaited"] == "2010-04, 2010-05, 2010-06"
    assert "Provisional: deliveries of 2010-04, 2010-05, 2010-06" in summary(early)
    publish(store, "tariff/2010-11", prices(FinancialYear(2010), 105))
    for number in (4, 5, 6):
        late = facts(Month(2010, 3), seed=number, count=5, prefix=f"late-{number}-")
        deliver(store, Month(2010, number), engine, late, store.current("register").set_id)
    settled = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    assert not settled.frame("chance_bands")["is_provisional"].any()
    assert settled.frame("chance_bands")["sentence"].str.contains("Final").all()
    assert "Final: " in summary(settled)


def test_year_without_all_of_its_prescribing_is_not_closed(store: Store, engine: Engine) -> None:
    """Given no prescribing of two months, then they are named: half a year of medicines is not a saving."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    for month in ("2009-11", "2010-03"):
        shutil.rmtree(store.path / "sets" / "prescribing" / month)
    with pytest.raises(MissingFigure, match=r"of prescribing.*none of 2009-11, 2010-03"):
        close_year(store, year=YEAR, policy=POLICY, engine=engine)


def test_second_year_end_shows_change_on_own_position(store: Store, engine: Engine) -> None:
    """Given a year closed before, then practices are judged against their own earlier position on the formula's basis."""
    set_budgets(store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    first = close_year(store, year=LAST, policy=POLICY, engine=engine)
    assert set(first.frame("chance_bands")["own_label"]) == {"not_shown"}
    set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    finish_year(store, engine)
    found = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    practices = found.frame("chance_bands").filter(pl.col("unit_kind") == "practice")
    assert "not_shown" not in practices["own_label"].to_list()
    positions = found.frame("budget_positions")
    targets = (
        store.current("budgets/2009-10")
        .frame("budget_targets")
        .filter(~pl.col("service").is_in(["total", "community"]))
    )
    assert positions["formula_budget_pence"].sum() == pytest.approx(targets["target_pence"].sum(), rel=0.1)
    assert "year-end/2008-09" in found.receipt.inputs
    assert first.frame("budget_positions")["history_weight_ratio"].unique().to_list() == [0.0]
    assert positions["history_weight_ratio"].unique().to_list() == pytest.approx([0.9], abs=0.02)


def test_own_history_reads_three_earlier_year_ends(store: Store, engine: Engine) -> None:
    """Given three years closed before, then practices are judged against all three; people's cost is pooled over two."""
    set_budgets(store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    first = close_year(store, year=LAST, policy=POLICY, engine=engine)
    for year in (FinancialYear(2007), FinancialYear(2006)):
        dated = {name: first.frame(name) for name in ("chance_bands", "budget_positions", "person_spread")}
        dated = {name: frame.with_columns(financial_year=pl.lit(year.slug)) for name, frame in dated.items()}
        publish(store, f"year-end/{year.slug}", dated)
    set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    finish_year(store, engine)
    found = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    assert {f"year-end/{slug}" for slug in ("2006-07", "2007-08", "2008-09")} <= set(found.receipt.inputs)
    practices = found.frame("chance_bands").filter(pl.col("unit_kind") == "practice")
    assert practices["sentence"].str.contains("own last three years").all()


def test_statement_measures_luck_on_the_last_two_year_ends(store: Store, engine: Engine) -> None:
    """Given two years closed, the older with dearer and rarer people, then the statement's cheque is that of both."""
    set_budgets(store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    spread = close_year(store, year=LAST, policy=POLICY, engine=engine).frame("person_spread")
    many = ("persons_count", "person_years", "exposure_squared_years")
    enough = spread.with_columns(
        *[(pl.col(name) * 1_000).cast(spread.schema[name]) for name in many],
        pl.col("cost_pounds", "cost_exposure_pounds", "event_cost_pounds") * 1_000,
        pl.col("cost_squared_pounds", "event_cost_squared_pounds") * 1_000,
    )
    older = enough.with_columns(pl.col("cost_squared_pounds") * 9, financial_year=pl.lit("2007-08"))
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    publish(store, "year-end/2008-09", {"person_spread": enough}, parameters={"v": "2"})
    one = state(store, engine, Month(2009, 6))
    publish(store, "year-end/2007-08", {"person_spread": older})
    both = state(store, engine, Month(2009, 6))
    assert both.receipt.inputs.keys() - one.receipt.inputs.keys() == {"year-end/2007-08"}
    cheques = [found.frame("chance_bands").filter(pl.col("unit_kind") == "commissioner") for found in (one, both)]
    assert [found["cheque_source"].item() for found in cheques] == ["estimated"] * 2
    assert cheques[1]["cheque_pounds"].item() > 2 * cheques[0]["cheque_pounds"].item()


def test_share_of_the_year_is_that_of_lines_paid_by_activity(store: Store, engine: Engine) -> None:
    """Given community care shared out by head all in April, then the share of the year gone by does not hear of it."""
    budgets = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    given = gather_statement_inputs(store, month=Month(2009, 6), engine=engine)
    assert budgets.rows("budget_profiles")
    apart = pl.col("payment_form") == "apportioned"
    at_once = pl.when(apart & (pl.col("month") == 200904)).then(10**9).otherwise("budget_pence").alias("budget_pence")
    changed = replace(given, profiles=given.profiles.with_columns(at_once))
    shares = []
    for each in (given, changed):
        lines = lines_to_date(each)
        adjustments = adjust_bill(each, policy=POLICY)
        found = find_positions(each, lines=lines, adjustments=adjustments, policy=POLICY, is_restated=True)
        shares.append(found["year_share"].to_list())
    assert shares[0] == shares[1]
    assert all(0.2 < share < 0.3 for share in shares[0])


def test_statement_names_price_changes_restated_and_withdrawn_deliveries(store: Store, engine: Engine) -> None:
    """Given a dearer tariff for April and a delivery of May sent again, then both are restated for their own reason."""
    set_budgets(store, year=YEAR, basis="blend", policy=POLICY, engine=engine)
    april, may, june = (Month(2009, number) for number in (4, 5, 6))
    state(store, engine, may)
    publish(store, "tariff/2009-10", prices(YEAR, 110), parameters={"v": "2"})
    cost_delivery(store, month=april, engine=engine, policy=POLICY)
    deliver(store, may, engine, facts(may, seed=77, count=40), store.current("register").set_id)
    found = state(store, engine, june)
    reasons = found.frame("restated_months").group_by("month").agg(pl.col("reason").unique())
    assert dict(reasons.iter_rows()) == {200904: ["price change"], 200905: ["restated delivery"]}
    dearer = found.frame("variance_splits").filter(pl.col("price_pence") > 0)
    assert dearer.height  # April was planned at the tariff the budget was set with
    positions = found.frame("chance_bands").filter(pl.col("unit_kind") == "practice")
    assert positions.height == 4


def test_year_without_resources_is_refused_by_name(store: Store, engine: Engine) -> None:
    none = {**need(YEAR), "commissioner_resources": ALL["commissioner_resources"].empty()}
    publish(store, "need/2009-10", none, parameters={"v": "2"})
    with pytest.raises(MissingFigure, match="No resources of 2009/10"):
        set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)


def test_store_without_prescribing_still_budgets_and_states(store: Store, engine: Engine) -> None:
    shutil.rmtree(store.path / "sets" / "prescribing")
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    state(store, engine, Month(2009, 5))
    found = state(store, engine, Month(2009, 6))
    assert found.receipt.parameters["prescribing_known_to"] == "none"
    line = found.frame("budget_statements").filter(
        (pl.col("item") == "prescribing") & (pl.col("period") == "year_to_date")
    )
    assert (line["variance_pence"] == 0).all()
