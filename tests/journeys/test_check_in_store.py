"""`pbc check --store DIR FILE` asks the store about practices, hospitals, prices, and records and months held already."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from pbc.engines import open_engine
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_tariff
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import Store
from pbc.sources.synthetic import generate
from pbc_cli.check import command

KEY = bytes(range(40))
APRIL = Month(2009, 4)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up PCT whose April has been received: DIR/deliveries and DIR/store."""
    home = tmp_path_factory.mktemp("world")
    generate(
        home / "deliveries",
        seed=11,
        people=1500,
        practices=4,
        clusters=2,
        years=("2009-10",),
        form="csv.gz",
        plant=False,
    )
    store = Store(home / "store")
    with open_engine() as engine:
        receive_register(store, home / "deliveries", key=KEY, engine=engine)
        receive_tariff(store, home / "deliveries", year=FinancialYear(2009))
        receive_delivery(
            store, home / "deliveries", month=APRIL, key=KEY, engine=engine, policy=load_policy("england-2005")
        )
    return home


def known(world: Path, kind: str, month: str) -> pl.DataFrame:
    """The rows of a delivery that the store has nothing to say against, as text."""
    path = world / f"deliveries/activity/{month}/{kind}.csv.gz"
    rows = pl.read_csv(gzip.decompress(path.read_bytes()), infer_schema=False)
    practices = Store(world / "store").current("register").frame("practices")["practice_code"]
    return rows.filter(pl.col("practice_code").is_null() | pl.col("practice_code").is_in(practices.to_list()))


def check(world: Path, rows: pl.DataFrame, tmp_path: Path, *more: str) -> Result:
    path = tmp_path / "delivered.csv"
    rows.write_csv(path)
    return CliRunner().invoke(command, [str(path), "--all", "--store", str(world / "store"), *more])


def spoilt(rows: pl.DataFrame, at: int, **cells: str) -> pl.DataFrame:
    return rows.with_columns(
        pl.when(pl.int_range(pl.len()) == at).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in cells.items()
    )


@pytest.mark.parametrize("kind", ["admitted_care", "outpatients", "accident_and_emergency", "referrals"])
def test_delivery_the_store_bears_out_leaves_with_zero(world: Path, tmp_path: Path, kind: str) -> None:
    result = check(world, known(world, kind, "2009-05"), tmp_path, "--month", "2009-05")
    assert result.exit_code == 0, result.output
    assert "Not looked up" not in result.output


def test_unknown_practice_hospital_and_price_are_told_by_row(world: Path, tmp_path: Path) -> None:
    """Given a foreign practice, a foreign hospital and a group no tariff knows in three rows, then each names its row."""
    rows = spoilt(known(world, "outpatients", "2009-05"), 0, practice_code="Z00001")
    rows = spoilt(spoilt(rows, 1, provider_code="ZX9"), 2, hrg_code="ZZNONE", attendance_type="first")
    result = check(world, rows, tmp_path, "--month", "2009-05")
    assert result.exit_code == 1
    told = [line for line in result.output.splitlines() if line.startswith("row ")]
    assert [line.partition(" (")[0] for line in told] == [
        "row 2, practice_code: unknown_practice",
        "row 3, provider_code: no_market_forces_factor",
        "row 3, provider_code: unknown_provider",
        "row 4, hrg_code: no_price",
    ]
    assert "found ZZNONE as OPFA in 2009/10" in told[3]
    assert "3 that name what the store does not know" in result.output


def test_stay_without_a_price_is_told_for_each_of_its_episodes(world: Path, tmp_path: Path) -> None:
    """The group of a stay is that of its first episode: two rows of the stay are told, and no other."""
    stay = known(world, "admitted_care", "2009-05").head(1).with_columns(hrg_code=pl.lit("ZZNONE"))
    rows = pl.concat([stay, stay.with_columns(episode_number=pl.lit("2"))])
    result = check(world, rows, tmp_path, "--month", "2009-05")
    assert [line.partition(" (")[0] for line in result.output.splitlines() if line.startswith("row ")] == [
        "row 2, hrg_code: no_price",
        "row 3, hrg_code: no_price",
    ]


@pytest.mark.parametrize("kind", ["admitted_care", "accident_and_emergency"])
def test_record_another_delivery_holds_is_told_with_that_delivery(world: Path, tmp_path: Path, kind: str) -> None:
    rows = pl.concat([known(world, kind, "2009-05").head(2), known(world, kind, "2009-04").head(1)])
    result = check(world, rows, tmp_path, "--month", "2009-05")
    assert result.exit_code == 1
    told = [line for line in result.output.splitlines() if line.startswith("row ")]
    assert len(told) == 1
    assert "row 4" in told[0]
    assert "already_held" in told[0]
    assert "3 rows, 2 accepted, 1 refused, 1 of a record that the store holds already" in result.output
    assert "held by 2009-04;" in told[0]


@pytest.mark.parametrize(
    ("month", "reach_months", "told_count"),
    [("2010-04", 12, 1), ("2010-05", 12, 0), ("2009-06", 1, 0), ("2009-05", 1, 1)],
)
def test_records_are_sought_in_as_many_months_as_receiving_searches(
    world: Path, tmp_path: Path, month: str, reach_months: int, told_count: int
) -> None:
    """Given a visit that April holds and the months policy searches, then it is a fault only in a delivery within them."""
    agreed = tmp_path / "agreed.yaml"
    agreed.write_text(
        f"attribution.months_checked_for_repeats:\n  values:\n    - {{from: 2009-04-01, value: {reach_months}, "
        "status: local_agreement, source: Board paper}\n"
    )
    rows = known(world, "outpatients", "2009-04").head(1)
    result = check(world, rows, tmp_path, "--month", month, "--policy", str(agreed))
    assert result.output.count("already_held") == told_count
    assert result.exit_code == told_count


def test_without_a_month_records_are_not_told_as_held_by_their_own_delivery(world: Path, tmp_path: Path) -> None:
    result = check(world, known(world, "outpatients", "2009-04"), tmp_path)
    assert result.exit_code == 0, result.output
    assert "records held already, since no --month was given" in result.output


def test_record_number_that_could_be_an_nhs_number_is_never_shown(world: Path, tmp_path: Path) -> None:
    """Given a hospital whose numbers have ten digits, one of which passes for an NHS number, then a repeat is told by row."""
    store, again = Store(tmp_path / "store"), tmp_path / "deliveries"
    shutil.copytree(world / "deliveries", again)
    shutil.copytree(world / "store", store.path)
    rows = known(world, "outpatients", "2009-05").head(30)
    rows = rows.with_columns(attendance_number=pl.format("20000000{}", pl.int_range(10, 10 + pl.len())))
    rows = spoilt(rows, 0, attendance_number="9434765919")
    (again / "activity/2009-05/outpatients.csv.gz").write_bytes(gzip.compress(rows.write_csv().encode()))
    with open_engine() as engine:
        receive_delivery(store, again, month=APRIL.plus(1), key=KEY, engine=engine, policy=load_policy("england-2005"))
    result = check(tmp_path, rows, tmp_path, "--month", "2009-06")
    assert "row 2, attendance_number: already_held (found (ten digits, not shown), held by 2009-05;" in result.output
    assert "9434765919" not in result.output


def test_month_received_before_is_told_and_its_own_records_are_not(world: Path, tmp_path: Path) -> None:
    result = check(world, known(world, "outpatients", "2009-04"), tmp_path, "--month", "2009-04")
    told = [line for line in result.output.splitlines() if line.startswith("row ")]
    assert [line.partition(" (")[0] for line in told] == ["row 1, month: month_already_delivered"]
    assert "found activity/2009-04 (" in told[0]


def test_prescribing_of_a_month_received_before_is_told(world: Path) -> None:
    path = world / "deliveries/activity/2009-04/prescribing.csv.gz"
    words = [str(path), "--store", str(world / "store")]
    assert (
        "month_already_delivered (found prescribing/2009-04"
        in CliRunner().invoke(command, [*words, "--month", "2009-04"]).output
    )
    assert "Not looked up: whether its month was delivered before" in CliRunner().invoke(command, words).output


def test_practices_of_a_national_file_are_told_by_code_with_their_rows(world: Path, tmp_path: Path) -> None:
    """Given three rows of one foreign practice and one of another, then two lines that say so, and four rows doubted."""
    path = world / "deliveries/activity/2009-05/prescribing.csv.gz"
    rows = pl.read_csv(gzip.decompress(path.read_bytes()), infer_schema=False)
    foreign = pl.Series(["Z00002", "Z00001", "Z00001", "Z00001"])
    practice = next(name for name in rows.columns if name.strip() == "PRACTICE")
    both = pl.concat([rows.head(1), rows.slice(1, 4).with_columns(foreign.alias(practice))])
    result = check(world, both, tmp_path, "--month", "2009-05")
    told = [line.partition("; ")[0] for line in result.output.splitlines() if "unknown_practice" in line]
    assert told == [
        "row 3, practice_code: unknown_practice (found Z00002 in 1 row",
        "row 4, practice_code: unknown_practice (found Z00001 in 3 rows",
    ]
    assert "4 that name what the store does not know" in result.output


def test_year_without_a_tariff_is_said_and_not_called_unpriced(world: Path, tmp_path: Path) -> None:
    late = spoilt(known(world, "outpatients", "2009-05").head(1), 0, attendance_date="2008-05-05")
    result = check(world, late, tmp_path, "--month", "2009-05")
    assert result.exit_code == 0, result.output
    assert "Not looked up: prices of 2008/09, of which the store holds no tariff." in result.output


def test_without_a_store_one_line_says_what_could_not_be_looked_up(world: Path, tmp_path: Path) -> None:
    path = tmp_path / "delivered.csv"
    known(world, "admitted_care", "2009-05").write_csv(path)
    result = CliRunner().invoke(command, [str(path), "--store", str(tmp_path / "none")])
    assert result.exit_code == 0
    lines = [line for line in result.output.splitlines() if line.startswith("Not looked up")]
    assert len(lines) == 1
    for what in ("practices", "hospitals", "prices", "records held already", "whether its month was delivered"):
        assert what in lines[0]
    assert not (tmp_path / "none").exists()


def test_small_tables_name_hospitals_of_the_register(world: Path, tmp_path: Path) -> None:
    factors = pl.read_csv(world / "deliveries/tariff/2009-10/provider_factors.csv", infer_schema=False)
    assert check(world, factors, tmp_path).exit_code == 0
    result = check(world, spoilt(factors, 0, provider_code="ZX9"), tmp_path)
    assert "row 2, provider_code: unknown_provider (found ZX9" in result.output


def test_contract_forms_name_hospitals_of_the_register(world: Path, tmp_path: Path) -> None:
    forms = pl.read_csv(world / "deliveries/tariff/2009-10/contract_forms.csv", infer_schema=False)
    assert check(world, forms, tmp_path).exit_code == 0
    result = check(world, spoilt(forms, 1, provider_code="ZX9"), tmp_path)
    assert "row 3, provider_code: unknown_provider (found ZX9" in result.output


def test_memberships_say_that_what_they_name_is_not_looked_up(world: Path, tmp_path: Path) -> None:
    memberships = pl.read_csv(world / "deliveries/register/memberships.csv", infer_schema=False)
    assert "Not looked up: the organisations it names" in check(world, memberships, tmp_path).output
