"""A made-up PCT that agreed a stop-loss of £20,000, from budgets to year end, by the agreement its documentation shows."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from pbc.engines import Engine, open_engine
from pbc.flows.close_year import close_year
from pbc.flows.cost_delivery import cost_year, take_prices
from pbc.flows.explain import explain as explain_to
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_need, receive_tariff
from pbc.flows.set_budgets import set_budgets
from pbc.flows.state_month import state_month
from pbc.flows.stop_loss import expected_cheque, measured_alike
from pbc.flows.trace import Archive
from pbc.periods import FinancialYear
from pbc.policy import Policy, load_policy
from pbc.reports import for_purpose
from pbc.results import PublishedSet, Store
from pbc.sources.synthetic import generate
from pbc.tables import ALL
from pbc_cli.statement import command as statement_command
from pbc_cli.year_end import summary

KEY = bytes(range(40))
LEAST = "risk.least_person_years"
explain = partial(explain_to, protection=for_purpose("a test of the walk"))
YEAR = FinancialYear(2009)
MONTHS = list(YEAR.months())
SEPTEMBER, MARCH = MONTHS[5], MONTHS[-1]
PLAIN = load_policy("england-2005")
CHANCE = Path(__file__).resolve().parents[2] / "docs/chance.md"
HOSPITAL = ["DC", "EL", "NEL", "NELNE", "OPFA", "OPFUP", "OPPROC", "AE"]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


@pytest.fixture(scope="module")
def agreement(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The local agreement as docs/chance.md prints it."""
    printed = re.findall(r"^```yaml\n(.*?)^```", CHANCE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    path = tmp_path_factory.mktemp("agreement") / "risk-pool.yaml"
    path.write_text(printed[0], encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def policy(agreement: Path) -> Policy:
    return load_policy("england-2005", overlays=[agreement])


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Store:
    """A year received and budgeted by fair shares, with 3% of hospital services handed to the pool."""
    folder = tmp_path_factory.mktemp("made-up") / "deliveries"
    generate(folder, seed=5, people=6_000, practices=6, clusters=2, hospitals=3, years=(YEAR.slug,))
    store = Store(tmp_path_factory.mktemp("received") / "store")
    receive_register(store, folder, key=KEY, engine=engine)
    receive_tariff(store, folder, year=YEAR)
    receive_need(store, folder, year=YEAR)
    for month in MONTHS:
        receive_delivery(store, folder, month=month, key=KEY, engine=engine, policy=PLAIN)
    set_budgets(store, year=YEAR, basis="fair_shares", policy=PLAIN, engine=engine)
    return store


@pytest.fixture
def store(received: Store, tmp_path: Path) -> Store:
    """A copy that a test may change."""
    return Store(Path(shutil.copytree(received.path, tmp_path / "store")))


@pytest.fixture(scope="module")
def closed(received: Store, policy: Policy, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The same with September and March stated, and the year closed, under the agreement."""
    made = Store(Path(shutil.copytree(received.path, tmp_path_factory.mktemp("closed") / "store")))
    for month in (SEPTEMBER, MARCH):
        state_month(made, month=month, policy=policy, engine=engine)
    close_year(made, year=YEAR, policy=policy, engine=engine)
    return made


def ceded_of(found: PublishedSet) -> pl.DataFrame:
    return found.frame("ceded_costs")


def practices(found: PublishedSet, table: str = "ceded_costs") -> pl.DataFrame:
    return found.frame(table).filter(pl.col("unit_kind") == "practice").sort("unit_code")


def people_over(store: Store, pounds: int) -> tuple[int, int]:
    """From costed facts of everybody who can be told apart, walked here: pence above the cap, and people."""
    spent: dict[int, int] = {}
    prices = store.current("tariff/2009-10")
    with open_engine() as opened:
        paths = [path for month in MONTHS for path in store.current(f"activity/{month}").files("activity_facts")]
        facts = opened.scan(paths, ALL["activity_facts"].sql_columns)
        costed = cost_year(facts, take_prices(opened, prices), year=YEAR, policy=PLAIN).frame()
    blocks = store.current("tariff/2009-10").frame("contract_forms").filter(pl.col("payment_form") == "block")
    block = set(blocks.select("provider_code", "point_of_delivery").rows())
    for row in costed.rows(named=True):
        known = row["person_id"] is not None and row["practice_code"] != "not-attributed"
        if known and (row["provider_code"], row["point_of_delivery"]) not in block:
            spent[row["person_id"]] = spent.get(row["person_id"], 0) + row["cost_pence"]
    over = [pence - pounds * 100 for pence in spent.values() if pence > pounds * 100]
    return sum(over), len(over)


def test_every_person_above_the_threshold_is_ceded_and_nothing_else(closed: Store) -> None:
    """Given the year's facts, then the pool bore exactly what each person cost above £20,000."""
    pence, people = people_over(closed, 20_000)
    pool = ceded_of(closed.current("year-end/2009-10")).filter(pl.col("unit_kind") == "risk_pool").row(0, named=True)
    assert pool["ceded_pence"] == pence > 0
    assert people <= pool["persons_count"] <= people + 3  # who moved may be counted in two practices
    assert pool["stop_loss_pence"] == 2_000_000


def test_statement_and_pool_add_up_to_the_penny(closed: Store) -> None:
    """Given September and March, then borne and ceded are the hospital cost of the statement, and practices are the pool."""
    for month in (SEPTEMBER, MARCH):
        found = closed.current(f"statement/{month}")
        lines = found.frame("budget_statements").filter(
            (pl.col("period") == "year_to_date") & (pl.col("cut") == "point_of_delivery") & pl.col("item").is_in(HOSPITAL)
        )  # fmt: skip
        whole = lines.group_by("practice_code").agg(pl.col("actual_pence").sum()).sort("practice_code")
        mine = practices(found)
        assert mine["cost_pence"].to_list() == whole["actual_pence"].to_list()
        assert (mine["ceded_pence"] + mine["borne_pence"]).to_list() == mine["cost_pence"].to_list()
        pool = ceded_of(found).filter(pl.col("unit_kind") == "risk_pool").row(0, named=True)
        for name in ("cost_pence", "ceded_pence", "borne_pence", "contribution_pence", "year_contribution_pence"):
            assert pool[name] == mine[name].sum()
        lost = mine["no_person_pence"] + mine["fixed_pence"]
        assert (lost > 0).all()
        assert (mine["ceded_pence"] <= mine["cost_pence"] - lost).all()
    september, march = (
        practices(closed.current(f"statement/{month}"))["ceded_pence"].sum() for month in (SEPTEMBER, MARCH)
    )
    assert 0 < september < march


def test_pool_has_what_budgets_held_back_and_no_practice_pays_twice(closed: Store) -> None:
    """Given 3% held back, then that is the pool's money, and the year's budgets judged and shared are those set."""
    lines = closed.current("budgets/2009-10").frame("budget_lines")
    held = -lines.filter(pl.col("step") == "risk_pool")["amount_pence"].sum()
    end = closed.current("year-end/2009-10")
    pool = end.frame("chance_bands").filter(pl.col("unit_kind") == "risk_pool").row(0, named=True)
    assert pool["budget_pence"] == held > 0
    assert pool["actual_pence"] == practices(end)["ceded_pence"].sum()
    assert set(practices(end)["budget_taken_pence"]) == {0}
    assert "no practice's position holds any of it" in pool["sentence"]
    assert pool["sentence"] in summary(end)
    september = closed.current("statement/2009-09")
    assert (practices(september)["budget_taken_pence"] < 0).all()
    judged = september.frame("chance_bands").filter(pl.col("unit_kind") == "risk_pool")["budget_pence"][0]
    assert judged == practices(september)["contribution_pence"].sum() < held // 2


def test_freed_up_resources_are_on_what_practices_bear(
    received: Store, closed: Store, engine: Engine, tmp_path: Path
) -> None:
    """Given the same year without the agreement, then budgets are alike and actuals differ by what was ceded, at price;
    in the bill, by that and its part of the marginal rate."""
    plain = close_year(
        Store(Path(shutil.copytree(received.path, tmp_path / "plain"))), year=YEAR, policy=PLAIN, engine=engine
    )
    end = closed.current("year-end/2009-10")
    mine = practices(end)
    for basis, less in (("price", mine["ceded_pence"]), ("bill", mine["ceded_pence"] + mine["ceded_bill_pence"])):
        before, after = (
            found.frame("freed_up_resources").filter(pl.col("basis") == basis).sort("unit_code")
            for found in (plain, end)
        )
        assert after["budget_pence"].to_list() == before["budget_pence"].to_list()
        assert (before["actual_pence"] - after["actual_pence"]).to_list() == less.to_list()
        freed = (after["budget_pence"] - after["actual_pence"]).clip(0)
        assert after["freed_up_pence"].to_list() == freed.to_list()
        assert (after["retained_pence"] + after["commissioner_pence"]).to_list() == freed.to_list()
    assert mine["ceded_bill_pence"].sum() < 0
    assert "ceded_costs" not in plain.tables
    assert "stop_loss_pounds" not in plain.receipt.parameters
    assert end.receipt.parameters["stop_loss_pounds"] == "20000"


def test_luck_is_judged_on_what_practices_bear(closed: Store) -> None:
    """Given the year end, then each band's actual is the position's, which is on capped cost."""
    end = closed.current("year-end/2009-10")
    positions = end.frame("budget_positions").sort("practice_code")
    judged = (
        positions["activity_actual_pence"] + positions["prescribing_actual_pence"] + positions["fixed_actual_pence"]
    )
    restated = positions["fixed_budget_pence"]
    bands = practices(end, "chance_bands")
    fixed = bands["budget_pence"] - bands["budget_at_chance_pence"]
    assert (bands["actual_pence"] - fixed).to_list() == (judged - restated).to_list()
    assert positions["ceded_pence"].to_list() == practices(end)["ceded_pence"].to_list()


def test_cheque_is_measured_on_the_care_that_can_be_ceded(closed: Store) -> None:
    """Given the year end, then what its people cost, borne and ceded, is the cost of persons that can be ceded: no block."""
    end = closed.current("year-end/2009-10")
    spread, pool = (
        end.frame("person_spread"),
        ceded_of(end).filter(pl.col("unit_kind") == "risk_pool").row(0, named=True),
    )
    measured = (spread["cost_pounds"] + spread["ceded_pounds"]).sum() * 100
    assert measured == pytest.approx(pool["cost_pence"] - pool["fixed_pence"] - pool["no_person_pence"], abs=1)
    assert spread["ceded_pounds"].sum() * 100 <= pool["ceded_pence"] + 1


def test_without_a_pool_held_back_the_share_expected_leaves_the_budget(
    store: Store, agreement: Path, engine: Engine, tmp_path: Path
) -> None:
    """Given no pool, then the share expected of the budget is the pool's money, once, and what was expected before the year."""
    none = tmp_path / "no-pool.yaml"
    none.write_text(
        "budgets.risk_pool_share:\n  values:\n"
        "    - {from: 2009-04-01, value: 0.0, status: local_agreement, source: 'made up'}\n",
        encoding="utf-8",
    )
    policy = load_policy("england-2005", overlays=[agreement, none])
    set_budgets(store, year=YEAR, basis="fair_shares", policy=policy, engine=engine)
    end = close_year(store, year=YEAR, policy=policy, engine=engine)
    mine, positions = practices(end), end.frame("budget_positions").sort("practice_code")
    assert set(mine["basis"]) == {"expected_share"}
    share = mine["expected_ceded_share"][0]
    assert share == pytest.approx(0.0372, abs=1e-4)
    assert mine["budget_taken_pence"].to_list() == mine["contribution_pence"].to_list()
    whole = positions["activity_budget_pence"] + mine["budget_taken_pence"]
    assert mine["contribution_pence"].to_list() == pytest.approx((whole * share).to_list(), abs=1)
    taken = f"year-end/2009-10@{end.set_id}:ceded_costs:2009-10~201003~practice~Z90001:budget_taken_pence"
    judged = taken.replace("ceded_costs", "chance_bands").replace("budget_taken", "chance_low")
    for figure in (taken, judged):
        cited = {value.name for value in explain(store, figure, policy=policy).policy}
        assert {each for each in cited if each.startswith("risk.ceded_at")} == {
            "risk.ceded_at_20000_share", "risk.ceded_at_50000_share",
        }  # fmt: skip
    freed = end.frame("freed_up_resources").filter(pl.col("basis") == "price").sort("unit_code")
    given = end.frame("budget_positions").sort("practice_code")
    assert (
        freed["budget_pence"].to_list()
        == (given["activity_budget_pence"] + given["prescribing_budget_pence"]).to_list()
    )


def test_people_measured_without_a_stop_loss_do_not_tell_what_one_cedes(
    store: Store, policy: Policy, engine: Engine
) -> None:
    """Given the year before closed without a stop-loss (here: the year itself, read a year on), then the default stands."""
    plain = close_year(store, year=YEAR, policy=PLAIN, engine=engine)
    agreed = close_year(store, year=YEAR, policy=policy, engine=engine)
    later = FinancialYear(2010)
    assert measured_alike([plain, agreed], year=later, policy=policy) == [agreed]
    assert measured_alike([plain, agreed], year=later, policy=PLAIN) == [plain]
    assert measured_alike([plain], year=later, policy=policy) == []
    assert expected_cheque([plain], year=later, policy=policy).cheque_source == "default"
    few = replace(
        policy, values=policy.values | {LEAST: tuple(replace(value, value=1_000) for value in policy.values[LEAST])}
    )
    measured, spread = expected_cheque([agreed], year=later, policy=few), agreed.frame("person_spread")
    share = spread["ceded_pounds"].sum() / (spread["cost_pounds"].sum() + spread["ceded_pounds"].sum())
    assert (measured.cheque_source, measured.years) == ("estimated", ("2009-10",))
    assert measured.ceded_share == pytest.approx(share) != expected_cheque([plain], year=later, policy=few).ceded_share
    assert measured.person_years == pytest.approx(6_000, rel=0.1)


def test_every_figure_of_the_stop_loss_can_be_explained(closed: Store, policy: Policy) -> None:
    """Given any figure of ceded_costs, then its parts add up, and what was ceded leads to the threshold and its agreement."""
    archive = Archive(closed)
    for name in ("statement/2009-09", "statement/2010-03", "year-end/2009-10"):
        found = closed.current(name)
        for row in ceded_of(found).rows(named=True):
            key = "~".join(str(row[part]) for part in ALL["ceded_costs"].key)
            for column in (each for each in row if each.endswith(("_pence", "_count", "_share"))):
                told = explain(
                    closed, f"{name}@{found.set_id}:ceded_costs:{key}:{column}", policy=policy, archive=archive
                )
                assert told.gap == 0
                assert told.value == row[column]
                assert told.rules or told.policy
    threshold = explain(
        closed, f"{name}@{found.set_id}:ceded_costs:2009-10~201003~practice~Z90001", policy=policy, archive=archive
    )
    values = {value.name: value for value in threshold.policy}
    assert values["risk.stop_loss_pounds"].value == 20_000
    assert values["risk.stop_loss_pounds"].status == "local_agreement"
    assert any("R3.4" in rule for rule in threshold.rules)
    for measure in ("chance_low_pence", "budget_pence", "cheque_pounds"):
        band = explain(
            closed, f"{name}@{found.set_id}:chance_bands:2009-10~201003~practice~Z90001:{measure}", policy=policy, archive=archive
        )  # fmt: skip
        cited = {value.name for value in band.policy}
        assert {"risk.cheque_capped_at_50000_pounds", "risk.price_index"} <= cited
        assert ("risk.ceding_profile_power" in cited) == (measure != "cheque_pounds")
        assert not {each for each in cited if each == "risk.cheque_pounds" or each.startswith("risk.ceded_at")}
    expected = explain(
        closed, f"{name}@{found.set_id}:ceded_costs:2009-10~201003~practice~Z90001:expected_ceded_share", policy=policy,
        archive=archive,
    )  # fmt: skip
    shares = {value.name for value in expected.policy if value.name.startswith("risk.ceded_at")}
    assert shares == {"risk.ceded_at_20000_share", "risk.ceded_at_50000_share"}
    freed = explain(
        closed, f"{name}@{found.set_id}:freed_up_resources:2009-10~practice~Z90001~price:actual_pence", policy=policy,
        archive=archive,
    )  # fmt: skip
    assert "ceded to the risk pool, not in the actual" in [part.label for part in freed.parts]


def test_pages_say_what_the_pool_bears_and_never_who(store: Store, agreement: Path, tmp_path: Path) -> None:
    """Given statements written for those entitled, then each practice's page says what was ceded and of how many, the
    commissioner's page how the pool stands, and each figure of the CSV has its id; others' pages hide what is of a few."""
    out = tmp_path / "pack"
    args = ["--month", "2010-03", "--store", str(store.path), "--policy", str(agreement)]
    for more in (["--out", str(out), "--own-practice"], ["--out", str(tmp_path / "others")]):
        ran = CliRunner().invoke(statement_command, [*args, *more])
        assert ran.exit_code == 0, ran.output
    for row in practices(store.current("statement/2010-03")).rows(named=True):
        page = (out / f"statement-{row['unit_code']}-2010-03.html").read_text(encoding="utf-8")
        assert "What the risk pool bears" in page
        many = "1 person cost" if row["persons_count"] == 1 else f"{row['persons_count']:,} people cost"
        assert (many if row["ceded_pence"] else "the risk pool bears nothing for you") in page
        hidden = (tmp_path / "others" / f"statement-{row['unit_code']}-2010-03.html").read_text(encoding="utf-8")
        assert not 0 < row["persons_count"] < 8 or "How much is hidden, as it is of a few people" in hidden
        rows = (out / f"statement-{row['unit_code']}-2010-03.csv").read_text(encoding="utf-8-sig").splitlines()
        ceded = [figure for figure in csv.DictReader(rows) if figure["table"] == "ceded_costs"]
        value = {figure["measure"]: figure["value"] for figure in ceded}["ceded_pence"]
        assert value == str(row["ceded_pence"])
        assert all(f"ceded_costs:2009-10~201003~practice~{row['unit_code']}" in figure["figure_id"] for figure in ceded)
    page = (out / "commissioner.html").read_text(encoding="utf-8")
    assert "The risk pool had" in page
    assert "may expect to bear" in page
    ids = {str(person) for person in store.current("register").frame("registrations")["person_id"].to_list()}
    assert not ids & set(re.findall(r"\d{6,}", page))
