"""The contract of a table: types, conforming, checking and refusing."""

from datetime import date

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.tables import ALL
from pbc.tables.contract import STORED, Kind, Table, code, count, day, days, flag, month, number, pence, ratio, text

BILLS = Table(
    name="bills",
    grain="one practice and month",
    key=("practice_code", "month"),
    columns=(
        code("practice_code", "the practice", allowed=("Z90001", "Z90002")),
        month("month", "the month"),
        pence("cost_pence", "what it cost"),
        count("items", "how many", nullable=True),
        ratio("cost_ratio", "against plan", nullable=True, minimum=0),
        days("stay_days", "days", nullable=True, maximum=10),
    ),
)
GOOD = {"practice_code": "Z90001", "month": 200909, "cost_pence": 5}


def bills(*rows: dict[str, object]) -> pl.DataFrame:
    return BILLS.from_rows([GOOD | row for row in rows])


def test_table_made_of_rows_has_its_columns_and_types_with_absent_ones_empty() -> None:
    frame = bills({})
    assert dict(frame.schema) == BILLS.polars_schema
    assert frame.row(0) == ("Z90001", 200909, 5, None, None, None)
    assert BILLS.check(frame) == []


@pytest.mark.parametrize(
    "rows, fault",
    [
        ([{"practice_code": None}], "practice_code: 1 empty values"),
        ([{"practice_code": "Z9"}], "practice_code: 'Z9' is not one of Z90001, Z90002"),
        ([{"items": -1}], "items: -1 is not between 0 and None"),
        ([{"stay_days": 11}], "stay_days: 11 is not between 0 and 10"),
        ([{"month": 194712}], "month: 194712 is not between 194801 and 210012"),
        (
            [{"cost_ratio": float("nan")}],
            "cost_ratio: holds a value that is not a finite number; leave it empty instead",
        ),
        (
            [{"cost_ratio": float("inf")}],
            "cost_ratio: holds a value that is not a finite number; leave it empty instead",
        ),
        ([{}, {}], "1 rows repeat the key practice_code, month"),
    ],
)
def test_check_says_each_fault_in_a_sentence(rows: list[dict[str, object]], fault: str) -> None:
    assert BILLS.check(bills(*rows)) == [fault]


def test_check_tells_every_fault_at_once() -> None:
    assert len(BILLS.check(bills({"items": -1, "stay_days": 99}, {"practice_code": "Z9"}))) == 3


def test_require_refuses_by_the_name_of_the_table_and_the_place() -> None:
    good = bills({})
    assert BILLS.require(good, where="delivery 2009-09") is good
    with pytest.raises(RefusedInput, match=r"table bills .*delivery 2009-09; found items: -1"):
        BILLS.require(bills({"items": -1}), where="delivery 2009-09")


def test_conform_orders_casts_and_drops_but_never_invents() -> None:
    frame = bills({}).select(
        pl.lit("x").alias("extra"), "cost_pence", "month", "practice_code", "items", "cost_ratio", "stay_days"
    )
    narrow = frame.with_columns(pl.col("cost_pence").cast(pl.Int16))
    assert BILLS.conform(narrow).equals(bills({}))
    with pytest.raises(ValueError, match="missing columns"):
        BILLS.conform(frame.drop("cost_pence"))


def test_conform_refuses_a_value_its_type_cannot_hold() -> None:
    frame = bills({}).with_columns(pl.lit(2**40).alias("month"))
    with pytest.raises(pl.exceptions.InvalidOperationError):
        BILLS.conform(frame)


def test_empty_table_passes_its_own_checks() -> None:
    assert all(table.check(table.empty()) == [] for table in ALL.values())


def test_three_schemas_of_a_table_agree() -> None:
    for table in ALL.values():
        assert list(table.polars_schema) == table.arrow_schema.names == [name for name, _ in table.sql_columns]
        arrow = table.empty().to_arrow().schema
        found = [str(kind).removeprefix("large_").replace("string_view", "string") for kind in arrow.types]
        assert found == [str(kind) for kind in table.arrow_schema.types], table.name


def test_table_refuses_a_key_it_has_no_column_for_and_a_column_named_twice() -> None:
    name = code("practice_code", "the practice")
    with pytest.raises(ValueError, match="bad key"):
        Table("bills", "one practice", ("month",), (name,))
    with pytest.raises(ValueError, match="named twice"):
        Table("bills", "one practice", ("practice_code",), (name, name))


def test_every_kind_of_column_has_a_stored_type() -> None:
    assert set(STORED) == set(Kind)
    made = (day("seen_on", "d"), flag("is_seen", "f"), number("seen_rate", "n"), text("reason", "t"))
    row = Table("seen", "one day", ("seen_on",), made).from_rows([{"seen_on": date(2009, 4, 1), "is_seen": True}])
    assert row.row(0) == (date(2009, 4, 1), True, None, None)
    assert BILLS.column("items").sql_type == "BIGINT"
