"""One step over named inputs on the embedded engine; the second engine is held equal to it in tests/second_opinion."""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pbc.engines import Step, open_engine, read_step
from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.engines.step import literal

COLUMNS = (("practice_code", "VARCHAR"), ("cost_pence", "BIGINT"))
FRAME = pl.DataFrame({"practice_code": ["Z90002", "Z90001"], "cost_pence": [7, 5]})


def test_run_binds_parameters_and_casts_to_the_columns() -> None:
    step = Step(
        "dear", "SELECT practice_code, sum(cost_pence) AS cost_pence FROM bills WHERE cost_pence > $floor GROUP BY ALL"
    )
    with open_engine() as engine:
        dear = engine.run(
            step, inputs={"bills": engine.adopt(FRAME, COLUMNS)}, parameters={"floor": 5}, columns=COLUMNS
        )
        assert dear.frame().rows() == [("Z90002", 7)]
        assert dear.frame().schema == {"practice_code": pl.String, "cost_pence": pl.Int64}


def test_adopted_frame_is_a_copy_that_later_changes_cannot_reach() -> None:
    frame = FRAME.clone()
    with open_engine() as engine:
        adopted = engine.adopt(frame, COLUMNS)
        frame[0, "cost_pence"] = 99
        assert sorted(adopted.frame()["cost_pence"]) == [5, 7]


def test_kept_step_is_computed_once_and_a_lazy_one_when_read() -> None:
    draw = Step("draw", "SELECT practice_code, CAST(random() * 1000000000 AS BIGINT) AS cost_pence FROM bills")
    with open_engine() as engine:
        bills = {"bills": engine.adopt(FRAME, COLUMNS)}
        kept = engine.run(draw, inputs=bills, parameters={}, columns=COLUMNS, keep=True)
        lazy = engine.run(draw, inputs=bills, parameters={}, columns=COLUMNS)
        assert kept.frame().sort("practice_code").equals(kept.frame().sort("practice_code"))
        assert not lazy.frame().sort("practice_code").equals(lazy.frame().sort("practice_code"))


def test_union_holds_every_row_of_each() -> None:
    with open_engine() as engine:
        bills = engine.adopt(FRAME, COLUMNS)
        assert engine.union([bills, bills]).frame().height == 4


def test_written_rows_are_sorted_and_scan_reads_them_back(tmp_path: Path) -> None:
    with open_engine() as engine:
        files = engine.adopt(FRAME, COLUMNS).write(tmp_path / "bills", order_by=["practice_code"])
        assert pl.read_parquet(files)["practice_code"].to_list() == ["Z90001", "Z90002"]
        assert engine.scan(files, COLUMNS).frame().sort("practice_code").equals(FRAME.sort("practice_code"))


def test_scan_of_no_files_is_an_empty_table_of_the_columns() -> None:
    with open_engine() as engine:
        nothing = engine.scan([], COLUMNS).frame()
    assert (nothing.height, nothing.columns) == (0, ["practice_code", "cost_pence"])


def test_engine_of_little_memory_spills_and_still_counts(tmp_path: Path) -> None:
    step = Step("numbers", "SELECT CAST(range AS VARCHAR) AS practice_code, range AS cost_pence FROM range(200000)")
    with open_engine(memory_gb=0.3) as engine:
        numbers = engine.run(step, inputs={"unused": engine.adopt(FRAME, COLUMNS)}, parameters={}, columns=COLUMNS)
        [path] = numbers.write(tmp_path / "numbers", order_by=["practice_code"])
    assert pl.read_parquet(path)["cost_pence"].sum() == 199_999 * 100_000


def test_closed_engine_forgets_everything_and_leaves_no_folder() -> None:
    engine = DuckDBEngine()
    folder = engine._spill.path
    with engine:
        assert folder.exists()
    assert not folder.exists()
    with pytest.raises(duckdb.Error):
        engine.adopt(FRAME, COLUMNS)


def test_unknown_engine_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="duckdb and spark"):
        open_engine("oracle")


@pytest.mark.parametrize("given", [{}, {"low": 1, "high": 2}, {"high": 2}])
def test_step_refuses_too_few_or_too_many_parameters(given: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"wants parameters \['low'\]"):
        Step("a", "SELECT 1 WHERE 2 > $low").bind(given)


@pytest.mark.parametrize(
    "value",
    ["O'Brien", "a\\b", "--; DROP TABLE x", "£−", 3, -3, 0.1, 1e300, True, False, date(2009, 4, 1), "$name", ""],
)
def test_literal_reads_back_as_the_same_value(value: object) -> None:
    with DuckDBEngine() as engine:
        found = engine.connection.execute(f"SELECT {literal(value)}").fetchone()  # type: ignore[arg-type]
    assert found == (value,)
    assert type(found[0]) is type(value)


def test_value_that_looks_like_a_parameter_is_not_bound_again() -> None:
    assert Step("a", "SELECT $one, $two").bind({"one": "$two", "two": 2}) == "SELECT '$two', 2"


def test_read_step_finds_the_file_beside_the_module(tmp_path: Path) -> None:
    (tmp_path / "cost_activity.sql").write_text("SELECT 1", encoding="utf-8")
    assert read_step(str(tmp_path / "cost_activity.py"), "cost_activity") == Step("cost_activity", "SELECT 1")
