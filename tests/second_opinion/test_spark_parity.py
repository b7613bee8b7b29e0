"""The same flows on DuckDB and on Spark publish the same tables: every row, every penny, of a made-up PCT."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pbc.engines import Engine, open_engine
from pbc.flows.close_year import close_year
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.receive_activity import reattribute
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_need, receive_tariff
from pbc.flows.set_budgets import set_budgets
from pbc.flows.state_month import state_month
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import PublishedSet, Store
from pbc.sources.synthetic import generate
from pbc.tables import ALL

pytestmark = pytest.mark.spark
KEY = bytes(range(40))
YEAR = FinancialYear(2009)
MONTHS = list(YEAR.months())
ON_BOTH = MONTHS[:2]  # deliveries received on Spark too: the second brings late rows of the first
POLICY = load_policy("england-2005")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made-up") / "deliveries"
    generate(made, seed=5, people=5000, practices=8, clusters=2, hospitals=3, years=(YEAR.slug,))
    return made


def receive_small(store: Store, folder: Path, engine: Engine) -> None:
    receive_register(store, folder, key=KEY, engine=engine)
    receive_tariff(store, folder, year=YEAR)
    receive_need(store, folder, year=YEAR)


@pytest.fixture(scope="module")
def duckdb_engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


@pytest.fixture(scope="module")
def year(folder: Path, duckdb_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the whole year received on DuckDB."""
    store = Store(tmp_path_factory.mktemp("duckdb") / "store")
    receive_small(store, folder, duckdb_engine)
    for month in MONTHS:
        receive_delivery(store, folder, month=month, key=KEY, engine=duckdb_engine, policy=POLICY)
    return store.path


def assert_same(one: PublishedSet, other: PublishedSet) -> None:
    """Whole numbers, codes and dates alike to the last; ratios to twelve figures; engines and set ids may differ."""
    assert one.tables == other.tables
    assert one.receipt.engine != other.receipt.engine
    for table in one.tables:
        key = ALL[table].key
        left, right = (each.frame(table).drop("register_version", strict=False).sort(key) for each in (one, other))
        assert_frame_equal(left, right, check_exact=False, rel_tol=1e-12, abs_tol=0.0)
        whole = [name for name, kind in left.schema.items() if kind not in (pl.Float64, pl.Float32)]
        assert left.select(whole).equals(right.select(whole)), table


def test_deliveries_are_the_same_sets_on_both_engines(
    folder: Path, year: Path, spark_engine: Engine, tmp_path: Path
) -> None:
    """Register with its lists, facts, referrals, refused rows, cells, not attributed, prescribing, of two deliveries."""
    spark = Store(tmp_path / "store")
    receive_small(spark, folder, spark_engine)
    assert_same(Store(year).current("register"), spark.current("register"))
    for month in ON_BOTH:
        for made in receive_delivery(spark, folder, month=month, key=KEY, engine=spark_engine, policy=POLICY):
            assert_same(Store(year).current(made.name), made)
            made.verify()
    versions = spark.current(f"activity/{ON_BOTH[0]}").frame("activity_facts")["register_version"].unique().to_list()
    assert versions == [spark.current("register").set_id]


def test_budgets_statements_and_year_end_are_the_same_on_both_engines(
    year: Path, duckdb_engine: Engine, spark_engine: Engine, tmp_path: Path
) -> None:
    """From the same cells: budgets by fair shares, the statement of March, the year end with people's spread."""
    stores = [Store(Path(shutil.copytree(year, tmp_path / name))) for name in ("duckdb", "spark")]
    made = [
        [
            set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine),
            state_month(store, month=MONTHS[-1], policy=POLICY, engine=engine),
            close_year(store, year=YEAR, policy=POLICY, engine=engine),
        ]
        for store, engine in zip(stores, (duckdb_engine, spark_engine), strict=True)
    ]
    for one, other in zip(*made, strict=True):
        assert_same(one, other)
        assert one.rows(one.tables[0])


def test_stop_loss_cedes_the_same_on_both_engines(
    year: Path, duckdb_engine: Engine, spark_engine: Engine, tmp_path: Path
) -> None:
    """With £5,000 a person agreed: the statement of December and the year end, ceded costs and all."""
    agreed = "status: local_agreement, source: 'made up', from: 2009-04-01"
    (tmp_path / "pool.yaml").write_text(
        f"risk.stop_loss_applies:\n  values:\n    - {{{agreed}, value: true}}\n"
        f"risk.stop_loss_pounds:\n  values:\n    - {{{agreed}, value: 5000}}\n",
        encoding="utf-8",
    )
    policy = load_policy("england-2005", overlays=[tmp_path / "pool.yaml"])
    made = []
    for name, engine in (("duckdb", duckdb_engine), ("spark", spark_engine)):
        store = Store(Path(shutil.copytree(year, tmp_path / name)))
        set_budgets(store, year=YEAR, basis="fair_shares", policy=policy, engine=engine)
        made.append(
            [
                state_month(store, month=MONTHS[8], policy=policy, engine=engine),
                close_year(store, year=YEAR, policy=policy, engine=engine),
            ]
        )
    for one, other in zip(*made, strict=True):
        assert_same(one, other)
        assert one.frame("ceded_costs")["persons_count"].sum() > 50


def test_reattributed_and_repriced_month_is_the_same_on_both_engines(
    folder: Path, year: Path, duckdb_engine: Engine, spark_engine: Engine, tmp_path: Path
) -> None:
    """A register without one practice's people: facts placed again and costed again."""
    changed = tmp_path / "changed"
    shutil.copytree(folder, changed)
    path = changed / "register" / "registrations.parquet"
    pl.read_parquet(path).filter(pl.col("practice_code") != "Z90001").write_parquet(path)
    found = []
    for name, engine in (("duckdb", duckdb_engine), ("spark", spark_engine)):
        store = Store(Path(shutil.copytree(year, tmp_path / name)))
        receive_register(store, changed, key=KEY, engine=engine)
        found.append(
            [
                reattribute(store, month=Month(2009, 9), engine=engine, policy=POLICY),
                cost_delivery(store, month=Month(2009, 9), engine=engine, policy=POLICY),
            ]
        )
    for one, other in zip(*found, strict=True):
        assert_same(one, other)
    assert found[0][1].frame("not_attributed")["activity_count"].sum() > 0
