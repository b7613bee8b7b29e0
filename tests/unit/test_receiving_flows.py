"""Receiving a small made-up PCT: what is published, what is refused, and that doing it again changes nothing."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pbc.engines import Engine, open_engine
from pbc.errors import Cancelled, MissingFigure, RefusedInput
from pbc.flows.bring_up_to_date import bring_up_to_date
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.extract import open_extract
from pbc.flows.journey import Journey
from pbc.flows.receive_activity import reattribute
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_need, receive_tariff
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy, load_policy
from pbc.results import Receipt, Store
from pbc.sources.synthetic import generate
from pbc.tables import ALL

KEY = bytes(range(40))
YEAR = FinancialYear(2009)
APRIL, MAY = Month(2009, 4), Month(2009, 5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made-up") / "deliveries"
    generate(made, seed=11, people=1500, practices=4, clusters=2, hospitals=3, years=("2009-10",), form="csv.gz")
    return made


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy("england-2005")


@pytest.fixture
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def receive(store: Store, folder: Path, engine: Engine, policy: Policy, *months: Month) -> dict[str, str]:
    receive_register(store, folder, key=KEY, engine=engine)
    receive_tariff(store, folder, year=YEAR)
    receive_need(store, folder, year=YEAR)
    for month in months:
        receive_delivery(store, folder, month=month, key=KEY, engine=engine, policy=policy)
    return {name: store.current(name).set_id for name in store.names()}


@pytest.fixture(scope="module")
def received(folder: Path, policy: Policy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("received") / "store"
    with open_engine("duckdb") as engine:
        receive(Store(path), folder, engine, policy, APRIL, MAY)
    return path


@pytest.fixture
def store(received: Path, tmp_path: Path) -> Store:
    shutil.copytree(received, tmp_path / "store")
    return Store(tmp_path / "store")


def without_a_price(store: Store) -> str:
    cells = store.current("cells/2009-05").frame("activity_cells")
    assert cells.height
    return str(store.current("activity/2009-05").frame("activity_facts")["hrg_code"].mode().sort()[0])


def republish_tariff(store: Store, change: pl.Expr | None = None, *, without: str = "") -> None:
    """Publish another version of the year's tariff: prices changed, or a price group missing."""
    old = store.current("tariff/2009-10")
    tables = {name: old.frame(name) for name in old.tables}
    prices = tables["tariff_prices"].filter(pl.col("hrg_code") != without)
    tables["tariff_prices"] = prices if change is None else prices.with_columns(change)
    store.publish(
        old.name, tables, Receipt("receive_tariff", {"replaces": old.set_id}, is_made_up=True, regime="england-2005")
    )


def test_every_table_holds_what_it_promises(store: Store) -> None:
    """Each published table passes its own checks, is marked made up, and its files match their hashes."""
    assert set(store.names()) >= {
        "register",
        "tariff/2009-10",
        "need/2009-10",
        "activity/2009-05",
        "cells/2009-05",
        "prescribing/2009-05",
    }
    for name in store.names():
        published = store.current(name)
        published.verify()
        assert published.receipt.is_made_up
        for table in published.tables:
            assert ALL[table].check(published.frame(table)) == [], (name, table)


def test_no_contact_is_lost_on_the_way(store: Store, folder: Path) -> None:
    """Attendances delivered are facts or refused rows; facts are costed or refused for want of a price; cells add up."""
    activity, cells = store.current("activity/2009-05"), store.current("cells/2009-05")
    facts, rejected = activity.frame("activity_facts"), activity.frame("rejected_rows")
    delivered = sum(
        pl.read_csv(folder / "activity" / "2009-05" / f"{name}.csv.gz", infer_schema=False).height
        for name in ("outpatients", "accident_and_emergency")
    )
    refused = rejected.filter(pl.col("table_name") == "attendances").select("delivery", "row_number").n_unique()
    assert facts.filter(pl.col("setting") != "APC").height == delivered - refused
    unpriced = cells.rows("rejected_rows")
    assert cells.frame("activity_cells")["activity_count"].sum() == facts.height - unpriced


def change_registrations(folder: Path, copy: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Path:
    """A copy of the extract with other registrations."""
    shutil.copytree(folder, copy)
    path = copy / "register" / "registrations.csv.gz"
    rows = change(pl.read_csv(path, infer_schema=False))
    path.unlink()
    rows.write_csv(copy / "register" / "registrations.csv")
    return copy


def test_not_attributed_line_is_the_cells_of_nobody(
    store: Store, folder: Path, engine: Engine, policy: Policy, tmp_path: Path
) -> None:
    """Z90001's people leave the register: their contacts stand in the line and in the cells of nobody alike."""
    before = store.current("cells/2009-05").frame("activity_cells")
    gone = change_registrations(
        folder, tmp_path / "gone", lambda rows: rows.filter(pl.col("practice_code") != "Z90001")
    )
    receive_register(store, gone, key=KEY, engine=engine)
    reattribute(store, month=MAY, engine=engine, policy=policy)
    cells = cost_delivery(store, month=MAY, engine=engine, policy=policy)
    after, line = cells.frame("activity_cells"), cells.frame("not_attributed")
    nobody = after.filter(pl.col("practice_code") == "not-attributed")
    for column in ("activity_count", "cost_pence"):
        assert nobody[column].sum() == line[column].sum() > 0
        assert after[column].sum() == before[column].sum()
    assert set(line["attribution"]) <= {"not_registered", "unknown_practice"}


def test_receiving_again_changes_nothing(store: Store, folder: Path, engine: Engine, policy: Policy) -> None:
    """The same files, register, prices and policy are the same sets, whatever order later months came in."""
    before = {name: store.current(name).set_id for name in store.names()}
    assert receive(store, folder, engine, policy, MAY, APRIL) == before
    assert all(len(store.history(name)) == 1 for name in before)


def test_receipts_name_every_input(store: Store) -> None:
    """Facts name the files and the register; cells name the facts and the tariff."""
    activity, cells = store.current("activity/2009-05").receipt, store.current("cells/2009-05").receipt
    assert activity.inputs["register"] == store.current("register").set_id
    assert len(activity.inputs["admitted_care.csv.gz"]) == 64
    assert cells.inputs == {name: store.current(name).set_id for name in ("activity/2009-05", "tariff/2009-10")}


def test_record_delivered_before_is_refused(
    store: Store, folder: Path, engine: Engine, policy: Policy, tmp_path: Path
) -> None:
    """April's outpatients sent again inside May's delivery: every record is refused by name, none counted twice."""
    again = tmp_path / "again"
    shutil.copytree(folder, again)
    shutil.copy(
        again / "activity" / "2009-04" / "outpatients.csv.gz", again / "activity" / "2009-05" / "outpatients.csv.gz"
    )
    april = store.current("activity/2009-04")
    activity, *_ = receive_delivery(store, again, month=MAY, key=KEY, engine=engine, policy=policy)
    held = activity.frame("rejected_rows").filter(pl.col("rule") == "already_held")
    assert held.height == april.frame("activity_facts").filter(pl.col("setting") == "OP").height
    assert held["value_found"].str.ends_with("held by 2009-04").all()
    assert activity.frame("activity_facts").filter(pl.col("setting") == "OP").is_empty()
    assert activity.receipt.inputs["activity/2009-04"] == april.set_id


def test_missing_price_is_refused_by_name_and_costed_once_it_is_there(
    store: Store, engine: Engine, policy: Policy
) -> None:
    """A price group taken out of the tariff is named on every contact; received again whole, all are costed."""
    before, group = store.current("cells/2009-05"), without_a_price(store)
    republish_tariff(store, without=group)
    poorer = cost_delivery(store, month=MAY, engine=engine, policy=policy)
    named = poorer.frame("rejected_rows")
    assert named.height
    assert named["value_found"].str.starts_with(group).all()
    missing = (
        before.frame("activity_cells")["activity_count"].sum() - poorer.frame("activity_cells")["activity_count"].sum()
    )
    assert missing == named.height - before.rows("rejected_rows")


def test_plan_price_is_kept_when_the_tariff_changes_after_the_budget(
    store: Store, engine: Engine, policy: Policy
) -> None:
    """Prices go up by £10 after the budget was set: cost moves, the plan price stays what it was."""
    before, tariff = store.current("cells/2009-05"), store.current("tariff/2009-10")
    store.publish("budgets/2009-10", {}, Receipt("set_budgets", {tariff.name: tariff.set_id}))
    republish_tariff(store, pl.col("price_pence") + 1000)
    after = cost_delivery(store, month=MAY, engine=engine, policy=policy)
    assert after.frame("activity_cells")["plan_price_pence"].sum() == before.frame("activity_cells")["cost_pence"].sum()
    assert after.frame("activity_cells")["cost_pence"].sum() > before.frame("activity_cells")["cost_pence"].sum()
    assert after.receipt.parameters == {"plan tariff/2009-10": tariff.set_id}


def test_changed_register_attributes_again_visibly(
    store: Store, folder: Path, engine: Engine, policy: Policy, tmp_path: Path
) -> None:
    """Everyone of one practice moves to another before May: facts are placed anew, and name both versions."""
    held = store.current("activity/2009-05")
    assert reattribute(store, month=MAY, engine=engine, policy=policy).set_id == held.set_id
    to_the_next = pl.col("practice_code").replace("Z90001", "Z90002")
    moved = change_registrations(folder, tmp_path / "moved", lambda rows: rows.with_columns(to_the_next))
    receive_register(store, moved, key=KEY, engine=engine)
    again = reattribute(store, month=MAY, engine=engine, policy=policy)
    facts = again.frame("activity_facts")
    assert not facts.filter(pl.col("attribution") == "registered", pl.col("practice_code") == "Z90001").height
    looked_up = facts.filter(~pl.col("is_restricted"))
    assert looked_up["register_version"].unique().to_list() == [store.current("register").set_id]
    assert again.receipt.inputs == {"register": store.current("register").set_id, held.name: held.set_id}
    assert facts.height == held.frame("activity_facts").height
    assert [entry.set_id for entry in store.history(held.name)] != [again.set_id]


def test_what_is_held_is_brought_up_to_date(store: Store, engine: Engine, policy: Policy) -> None:
    """Nothing changed: nothing made. A price changed: the cells of both deliveries, and their facts left alone."""
    assert bring_up_to_date(store, engine=engine, policy=policy) == []
    republish_tariff(store, pl.col("price_pence") + 1000)
    changed = bring_up_to_date(store, engine=engine, policy=policy)
    assert [published.name for published in changed] == ["cells/2009-04", "cells/2009-05"]
    assert [len(store.history(name)) for name in ("cells/2009-05", "activity/2009-05")] == [2, 1]


def test_delivery_without_a_tariff_is_held_and_refused_contact_by_contact(
    folder: Path, engine: Engine, policy: Policy, tmp_path: Path
) -> None:
    """Facts are kept for the day the prices come; until then every contact is refused by name and nothing is costed."""
    store = Store(tmp_path / "store")
    receive_register(store, folder, key=KEY, engine=engine)
    activity, cells, *_ = receive_delivery(store, folder, month=MAY, key=KEY, engine=engine, policy=policy)
    assert cells.rows("activity_cells") == 0
    assert cells.rows("rejected_rows") == activity.rows("activity_facts") > 0
    assert "tariff of 2009-10" in cells.frame("rejected_rows")["remedy"][0]
    receive_tariff(store, folder, year=YEAR)
    assert cost_delivery(store, month=MAY, engine=engine, policy=policy).rows("rejected_rows") == 0


def test_lists_are_counted_on_the_days_asked_for(folder: Path, engine: Engine, tmp_path: Path) -> None:
    """Two days in place of the first of each month; the receipt names them."""
    days = [date(2009, 7, 1), date(2009, 4, 1)]
    register = receive_register(Store(tmp_path / "store"), folder, key=KEY, engine=engine, days=days)
    assert sorted(register.frame("registered_lists")["as_at_on"].unique()) == sorted(days)
    assert register.receipt.parameters["days"] == "2009-04-01 2009-07-01"


def test_stopping_publishes_nothing(folder: Path, engine: Engine, tmp_path: Path) -> None:
    """A caller who stops at the second step finds no register."""
    told: list[str] = []
    journey = Journey(progress=lambda message, done: told.append(message), cancelled=lambda: len(told) > 0)
    with pytest.raises(Cancelled):
        receive_register(Store(tmp_path / "store"), folder, key=KEY, engine=engine, journey=journey)
    assert Store(tmp_path / "store").names() == []


def test_delivery_without_a_register_or_a_file_is_refused(
    folder: Path, engine: Engine, policy: Policy, store: Store, tmp_path: Path
) -> None:
    """The refusal names what is missing."""
    with pytest.raises(MissingFigure, match="register"):
        receive_delivery(Store(tmp_path / "empty"), folder, month=MAY, key=KEY, engine=engine, policy=policy)
    shutil.copytree(folder, tmp_path / "less")
    (tmp_path / "less" / "activity" / "2009-05" / "outpatients.csv.gz").unlink()
    with pytest.raises(RefusedInput, match="outpatients"):
        receive_delivery(store, tmp_path / "less", month=MAY, key=KEY, engine=engine, policy=policy)


def test_prescribing_may_come_later(folder: Path, engine: Engine, policy: Policy, store: Store, tmp_path: Path) -> None:
    """A delivery without prescribing publishes activity and cells alone."""
    shutil.copytree(folder, tmp_path / "less")
    (tmp_path / "less" / "activity" / "2009-05" / "prescribing.csv.gz").unlink()
    sets = receive_delivery(store, tmp_path / "less", month=MAY, key=KEY, engine=engine, policy=policy)
    assert [each.name for each in sets] == ["activity/2009-05", "cells/2009-05"]


@pytest.mark.parametrize(
    "said",
    [None, "not json", "[]", '{"is_made_up": "yes", "regime": "england-2005", "commissioner_code": "ZP1", "years": []}',
     '{"is_made_up": true, "regime": "england-2005", "commissioner_code": "ZP1", "years": ["2009"]}'],
)  # fmt: skip
def test_folder_that_does_not_say_what_it_is_is_refused(said: str | None, tmp_path: Path) -> None:
    """Without a proper world.json nobody knows whose figures these are, or whether they are real."""
    if said is not None:
        (tmp_path / "world.json").write_text(said, encoding="utf-8")
    with pytest.raises(RefusedInput):
        open_extract(tmp_path)


def test_table_in_two_forms_or_of_another_year_is_refused(folder: Path, tmp_path: Path) -> None:
    """Two files of one name, and a tariff row of another year in this year's folder."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    tariff = copy / "tariff" / "2009-10" / "tariff_prices.csv"
    tariff.write_text(tariff.read_text(encoding="utf-8").replace("2009-10", "2008-09"), encoding="utf-8")
    with pytest.raises(RefusedInput, match="another year"):
        receive_tariff(Store(tmp_path / "store"), copy, year=YEAR)
    shutil.copy(copy / "activity" / "2009-05" / "outpatients.csv.gz", copy / "activity" / "2009-05" / "outpatients.csv")
    with pytest.raises(RefusedInput, match="two forms"):
        open_extract(copy).need("activity", "2009-05", "outpatients")
    assert json.loads((copy / "world.json").read_text(encoding="utf-8"))["is_made_up"]


def test_nothing_published_of_restricted_contacts_points_at_a_person(
    store: Store, folder: Path, engine: Engine, policy: Policy, tmp_path: Path
) -> None:
    """All outpatients of May become genitourinary medicine: placed and paid as before, and nobody is left in the facts."""
    before = store.current("cells/2009-05").frame("activity_cells")
    shutil.copytree(folder, tmp_path / "changed")
    path = tmp_path / "changed" / "activity" / "2009-05" / "outpatients.csv.gz"
    rows = pl.read_csv(path, infer_schema=False).with_columns(treatment_function_code=pl.lit("360"))
    path.write_bytes(gzip.compress(rows.write_csv().encode()))
    receive_delivery(store, tmp_path / "changed", month=MAY, key=KEY, engine=engine, policy=policy)
    restricted = store.current("activity/2009-05").frame("activity_facts").filter(pl.col("is_restricted"))
    assert restricted.height > 50
    nobody = restricted.select("person_id", "recorded_practice_code", "age_years").null_count().row(0)
    assert nobody == (restricted.height,) * 3
    assert set(restricted["treatment_function_code"]) == {"pooled"}
    assert set(restricted["sex"]) == {"9"}
    assert set(restricted["activity_on"].dt.day()) == {1}
    after = store.current("cells/2009-05").frame("activity_cells")
    by_line = [
        cells.group_by("month", "practice_code", "point_of_delivery").agg(pl.col("cost_pence").sum())
        for cells in (before, after)
    ]
    assert by_line[0].sort(pl.all()).equals(by_line[1].sort(pl.all()))
