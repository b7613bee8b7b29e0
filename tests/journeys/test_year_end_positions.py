"""What a year end stands on, on a PCT whose lists grew and of which one practice took over another in July."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pbc.engines import Engine
from pbc.flows.close_year import close_year
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.explain import explain
from pbc.flows.past_activity import gather_past_activity
from pbc.flows.set_budgets import set_budgets
from pbc.flows.state_month import state_month
from pbc.flows.statement_inputs import gather_statement_inputs
from pbc.flows.statement_positions import find_positions, lines_to_date, weigh_history
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy, load_policy
from pbc.results import Receipt, Store
from pbc.tables import ALL

LAST, YEAR = FinancialYear(2008), FinancialYear(2009)
POLICY = load_policy("england-2005")
PRACTICES = ("Z90001", "Z90002", "Z90003")
GONE, HEIR = "Z90002", "Z90001"
PLANNED, COUNTED = 2_000, 2_200
RESOURCES = {"emergency_care": 60_000_000, "prescribing": 20_000_000}
MERGED, FOREVER = date(2009, 7, 1), date(9999, 12, 31)


def publish(store: Store, name: str, inputs: dict[str, str] | None = None, **tables: list[dict[str, object]]) -> str:
    frames = {table: ALL[table].from_rows(made) for table, made in tables.items()}
    return store.publish(
        name, frames, Receipt(flow="test", is_made_up=True, inputs=inputs or {}, parameters={"commissioners": "ZP1"})
    ).set_id  # fmt: skip


def periods(code: str) -> list[tuple[str, date, date]]:
    """Where the people of a practice are registered, and when."""
    start = date(2000, 1, 1)
    return [(code, start, MERGED), (HEIR, MERGED, FOREVER)] if code == GONE else [(code, start, FOREVER)]


def register(store: Store) -> str:
    links = [(code, "ZP1", "practice_commissioner", date(2000, 4, 1)) for code in PRACTICES]
    links += [(HEIR, GONE, "succeeds", MERGED)]
    return publish(
        store, "register", organisations=[], practices=[],
        memberships=[
            {"member_code": member, "parent_code": parent, "relation": relation, "starts_on": day, "ends_before": FOREVER}
            for member, parent, relation, day in links
        ],
        registrations=[
            {"person_id": person, "practice_code": code, "starts_on": start, "ends_before": end, "birth_year": 1960, "sex": "1"}
            for person in range(1, 90) for code, start, end in periods(PRACTICES[person % 3])
        ],
        registered_lists=[
            {"practice_code": code, "as_at_on": month.start, "sex": "1", "age_band": "40-44", "patients_count": COUNTED}
            for place in PRACTICES for year in (LAST, YEAR) for month in year.months()
            for code, start, end in periods(place) if place == code and start <= month.start < end
        ] + [
            {"practice_code": HEIR, "as_at_on": month.start, "sex": "1", "age_band": "45-49", "patients_count": COUNTED}
            for month in YEAR.months() if month.start >= MERGED
        ],
    )  # fmt: skip


def price_and_need(store: Store, year: FinancialYear) -> None:
    of_year: dict[str, object] = {"financial_year": year.slug, "source": "made up"}
    publish(
        store, f"tariff/{year.slug}", contract_forms=[],
        tariff_prices=[of_year | {
            "hrg_code": "ZZB01", "point_of_delivery": "NEL", "grouper_version": "made up", "price_pence": 500_000,
            "trim_point_days": 20, "excess_day_price_pence": 100, "is_short_stay_reducible": False, "short_stay_percent": 100,
            "top_up_percent": 0,
        }],
        provider_factors=[of_year | {"provider_code": "ZH1", "market_forces_factor_millionths": 1_000_000}],
    )  # fmt: skip
    publish(
        store, f"need/{year.slug}",
        weighted_lists=[
            {"practice_code": code, "list_year": year.slug, "component": part, "commissioner_code": "ZP1", "source": "made up",
             "registered_population": float(PLANNED), "weighted_population": 2_000.0, "need_index_england": 1.0}
            for code in PRACTICES for part in ("overall", "general_acute", "prescribing")
        ],
        commissioner_resources=[
            of_year | {"commissioner_code": "ZP1", "service": service, "amount_pence": amount, "payment_form": "activity_price"}
            for service, amount in RESOURCES.items()
        ],
    )  # fmt: skip


def deliver(store: Store, month: Month, register_id: str, engine: Engine) -> None:
    """Three emergency stays a practice, those of the one taken over with its heir from July on."""

    def holder(code: str) -> str:
        return HEIR if code == GONE and month.start >= MERGED else code

    held: list[dict[str, object]] = [
        {"setting": "APC", "provider_code": "ZH1", "record_number": f"{month.number}-{code}-{at}", "person_id": at * 3 + place,
         "activity_on": month.start, "month": month.number, "point_of_delivery": "NEL", "treatment_function_code": "300",
         "hrg_code": "ZZB01", "paid_stay_days": 2, "age_years": 49, "sex": "1", "practice_code": holder(code),
         "attribution": "registered", "commissioner_code": "ZP1", "is_restricted": False, "register_version": "1"}
        for place, code in enumerate(PRACTICES) for at in range(1, 4)
    ]  # fmt: skip
    inputs = {"register": register_id}
    publish(store, f"activity/{month}", inputs, activity_facts=held, referrals=[], rejected_rows=[])
    cost_delivery(store, month=month, engine=engine, policy=POLICY)


def medicines_of(month: Month) -> int:
    """Pence of one practice: another sum each month, so that no month can stand in for another."""
    return 100_000 + 7 * (month.number - 200_700) ** 2


def prescribe(store: Store, month: Month) -> None:
    cells: list[dict[str, object]] = [
        {"month": month.number, "practice_code": code, "bnf_chapter": "02", "items": 90,
         "net_ingredient_cost_pence": medicines_of(month)} for code in PRACTICES
    ]  # fmt: skip
    publish(store, f"prescribing/{month}", prescribing_cells=cells)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Store:
    """Two years of activity, and of prescribing from three months before them."""
    made = Store(tmp_path_factory.mktemp("merged"))
    version = register(made)
    for year in (LAST, YEAR):
        price_and_need(made, year)
    for month in [*LAST.months(), *YEAR.months()]:
        deliver(made, month, version, engine)
    for month in [Month(2008, 1), Month(2008, 2), Month(2008, 3), *LAST.months(), *YEAR.months()]:
        prescribe(made, month)
    set_budgets(made, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    return made


def test_budgets_open_from_twelve_months_of_medicines_never_thirteen(store: Store, engine: Engine) -> None:
    """Given prescribing known for longer, then the past of a budget is its latest twelve months to the penny."""
    past = gather_past_activity(store, year=YEAR, policy=POLICY, engine=engine, answers={})
    medicines = past.kinds.filter(pl.col("point_of_delivery") == "RX")
    months = [month.number for month in LAST.months()]
    assert sorted(medicines["month"].unique()) == months
    assert medicines["cost_pence"].sum() == 3 * sum(medicines_of(month) for month in LAST.months())
    assert past.seasons.filter(pl.col("point_of_delivery") == "RX")["month"].min() == 200801


def test_bill_adjustments_of_a_practice_taken_over_go_to_its_heir(store: Store, engine: Engine) -> None:
    """Given a marginal rate that took 7 and 11 pounds off two practices now one, then 18 off the heir."""
    given = gather_statement_inputs(store, month=Month(2010, 3), engine=engine)
    amounts = {HEIR: -700, GONE: -1_100, "Z90003": -500}
    adjustments = ALL["bill_adjustments"].from_rows([
        {"statement_month": 201003, "provider_code": "ZH1", "practice_code": code, "kind": "marginal_rate",
         "amount_pence": pence, "rule": "made up"} for code, pence in amounts.items()
    ])  # fmt: skip
    found = find_positions(
        given, lines=lines_to_date(given), adjustments=adjustments, policy=POLICY, is_restated=False
    ).select("practice_code", "bill_adjustment_pence")
    assert dict(found.iter_rows()) == {HEIR: -1_800, "Z90003": -500}


def test_money_is_freed_against_budgets_as_set_not_as_restated(store: Store, engine: Engine) -> None:
    """Given lists a tenth above the plan, then luck is judged on budgets that followed them, and money freed on those set."""
    lines = store.current("budgets/2009-10").frame("budget_lines")
    services = lines.group_by("service").agg(pl.col("amount_pence").sum())
    as_set: dict[str, int] = dict(services.iter_rows())
    found = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    freed, bands = found.frame("freed_up_resources"), found.frame("chance_bands")
    assert freed.filter(pl.col("is_shared"))["budget_pence"].sum() == sum(as_set.values())
    restated = bands.filter(pl.col("unit_kind") == "practice")["budget_pence"].sum()
    grown = as_set["emergency_care"] * (COUNTED - PLANNED) / PLANNED
    assert restated == pytest.approx(sum(as_set.values()) + grown, abs=12)


@pytest.mark.parametrize("basis, hospital, drugs", [("historic", 1.0, 1.0), ("blend", 1.0, 0.0)])
def test_hospital_and_prescribing_have_each_their_own_weight_of_the_past(
    store: Store, engine: Engine, tmp_path: Path, basis: str, hospital: float, drugs: float
) -> None:
    """Given budgets on a basis, then how much of hospital lines and of prescribing is the practice's own past: a blend
    keeps the past for hospital care and takes the formula for prescribing, by its two policy values."""
    made = Store(Path(shutil.copytree(store.path, tmp_path / "store")))
    set_budgets(made, year=YEAR, basis=basis, policy=POLICY, engine=engine)
    given = gather_statement_inputs(made, month=Month(2010, 3), engine=engine)
    found = weigh_history(given, policy=POLICY)
    assert found["history_weight_ratio"].to_list() == pytest.approx([hospital] * found.height, abs=0.02)
    assert found["prescribing_history_weight_ratio"].to_list() == pytest.approx([drugs] * found.height, abs=0.02)
    assert set(found["history_years_count"]) == {1}


def with_stop_loss(folder: Path) -> Policy:
    """£20,000 a person agreed locally; people are measured however few they are."""
    agreed = "from: 2009-04-01, status: local_agreement, source: 'made up'"
    (folder / "pool.yaml").write_text(
        f"risk.stop_loss_applies:\n  values:\n    - {{{agreed}, value: true}}\n"
        f"risk.stop_loss_pounds:\n  values:\n    - {{{agreed}, value: 20000}}\n"
        f"risk.least_person_years:\n  values:\n    - {{{agreed}, value: 1}}\n",
        encoding="utf-8",
    )
    return load_policy("england-2005", overlays=[folder / "pool.yaml"])


def test_stop_loss_counts_people_of_a_practice_taken_over_through(store: Store, engine: Engine, tmp_path: Path) -> None:
    """Given people who cost £5,000 a month, some at a practice taken over in July, and a stop-loss of £20,000, then the heir
    cedes £40,000 for each of its six people, of its own cost and of what the other practice cost before, and no more."""
    policy = with_stop_loss(tmp_path)
    made = Store(Path(shutil.copytree(store.path, tmp_path / "store")))
    stated = state_month(made, month=Month(2010, 3), policy=policy, engine=engine)
    found = {row["unit_code"]: row for row in stated.frame("ceded_costs").rows(named=True)}
    assert set(found) == {HEIR, "Z90003", "ZP1"}
    assert (found[HEIR]["ceded_pence"], found[HEIR]["persons_count"]) == (6 * 4_000_000, 6)
    assert (found["Z90003"]["ceded_pence"], found["Z90003"]["persons_count"]) == (3 * 4_000_000, 3)
    assert found[HEIR]["cost_pence"] == 6 * 6_000_000
    held = made.current("budgets/2009-10").frame("budget_lines").filter(pl.col("step") == "risk_pool")
    of_both = -held.filter(pl.col("practice_code").is_in([HEIR, GONE]))["amount_pence"].sum()
    assert found[HEIR]["year_contribution_pence"] == of_both > 0
    told = explain(made, f"{stated.name}@{stated.set_id}:ceded_costs:2009-10~201003~practice~{HEIR}:cost_pence")
    assert told.gap == 0
    assert {part.label.split(",")[0] for part in told.parts} == {HEIR, GONE}


def test_stop_loss_costs_what_cells_were_costed_with(store: Store, engine: Engine, tmp_path: Path) -> None:
    """Given a dearer tariff that one delivery was costed again with and the others not, then ceding follows the cells: borne
    and ceded are still the hospital cost of the statement, to the penny."""
    policy = with_stop_loss(tmp_path)
    made = Store(Path(shutil.copytree(store.path, tmp_path / "store")))
    tariff = made.current("tariff/2009-10")
    prices = tariff.frame("tariff_prices").with_columns(pl.col("price_pence") + 100_000)
    others = {name: tariff.frame(name) for name in ("provider_factors", "contract_forms")}
    receipt = Receipt(flow="test", is_made_up=True, inputs={}, parameters={"again": "dearer"})
    made.publish("tariff/2009-10", {"tariff_prices": prices, **others}, receipt)
    cost_delivery(made, month=Month(2009, 9), engine=engine, policy=policy)
    stated = state_month(made, month=Month(2009, 12), policy=policy, engine=engine)
    found = stated.frame("ceded_costs").filter(pl.col("unit_code") == "Z90003").row(0, named=True)
    assert found["cost_pence"] == 3 * (8 * 500_000 + 600_000)
    assert found["ceded_pence"] == 3 * (8 * 500_000 + 600_000 - 2_000_000)
    assert found["fixed_pence"] == 0


def test_stop_loss_cedes_nothing_of_a_service_paid_by_block(store: Store, engine: Engine, tmp_path: Path) -> None:
    """Given emergency care whose money comes as a block, then nobody's cost of it is ceded, and all of it is told as fixed."""
    policy = with_stop_loss(tmp_path)
    made = Store(Path(shutil.copytree(store.path, tmp_path / "store")))
    need = made.current("need/2009-10")
    block = pl.when(pl.col("service") == "emergency_care").then(pl.lit("block")).otherwise("payment_form")
    money = need.frame("commissioner_resources").with_columns(block.alias("payment_form"))
    tables = {"commissioner_resources": money, "weighted_lists": need.frame("weighted_lists")}
    made.publish(
        "need/2009-10", tables, Receipt(flow="test", is_made_up=True, inputs={}, parameters={"again": "block"})
    )
    set_budgets(made, year=YEAR, basis="fair_shares", policy=policy, engine=engine)
    found = state_month(made, month=Month(2010, 3), policy=policy, engine=engine).frame("ceded_costs")
    pool = found.filter(pl.col("unit_kind") == "risk_pool").row(0, named=True)
    assert (pool["ceded_pence"], pool["persons_count"]) == (0, 0)
    assert pool["fixed_pence"] == pool["cost_pence"] > 0


def test_people_of_a_year_without_a_stop_loss_are_left_out_of_the_cheque(
    store: Store, engine: Engine, tmp_path: Path
) -> None:
    """Given the year before closed without the stop-loss that applies now, then the cheque is what it is without that year
    end: in the statement, which does not cite it, and in the year end, which reads it for own history alone."""
    policy = with_stop_loss(tmp_path)
    alone, after = (Store(Path(shutil.copytree(store.path, tmp_path / name))) for name in ("alone", "after"))
    set_budgets(after, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    last = close_year(after, year=LAST, policy=POLICY, engine=engine)
    assert last.frame("person_spread")["ceded_pounds"].sum() == 0
    set_budgets(after, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    cheques = []
    for made in (alone, after):
        stated = state_month(made, month=Month(2010, 3), policy=policy, engine=engine)
        assert "year-end/2008-09" not in stated.receipt.inputs
        closed = close_year(made, year=YEAR, policy=policy, engine=engine)
        cheques.append([found.frame("chance_bands")["cheque_pounds"].to_list() for found in (stated, closed)])
    assert cheques[0] == cheques[1]
    assert closed.receipt.inputs["year-end/2008-09"] == last.set_id
    assert set(closed.frame("chance_bands")["cheque_source"]) == {"estimated"}
    plain = state_month(after, month=Month(2010, 3), policy=POLICY, engine=engine)
    assert plain.receipt.inputs["year-end/2008-09"] == last.set_id
