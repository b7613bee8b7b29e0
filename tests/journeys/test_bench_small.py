"""The bench runs whole at a small size: every contender finds the same figures. No time is asserted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks.comparing import DifferentAnswers, require_same
from benchmarks.making import make_data
from benchmarks.measuring import Run
from benchmarks.postgres_server import find_binaries
from benchmarks.run import main

PEOPLE = 5_000
for peer in ("pandas", "psycopg"):
    pytest.importorskip(peer, reason="the peers need the bench extra: pip install -e '.[bench]'")


@pytest.mark.long
def test_bench_finds_every_answer_equal(tmp_path: Path) -> None:
    """Prescribing, raw deliveries, published facts, a month into a full year, a register known late: equal answers.

    Spark is left out for its time: `test_spark_parity` holds it to the same tables.
    """
    make_data(tmp_path / "data" / "0.01M", people=PEOPLE)
    out = tmp_path / "out"
    words = ["--out", str(out), "--data", str(tmp_path / "data"), "--rows", "0.01", "--rounds", "1", "--works-only"]
    assert main([*words, "--timeout", "120", "--only", "ours,pandas,polars,duckdb,postgresql"]) == 0
    found = json.loads((out / "bench.json").read_text())
    by_work = {work["work"]: work for work in found["works"]}
    assert set(by_work) == {"before", "raw", "facts", "month", "late"}
    expected = {"decode floor", "ours, same scope", "ours, full scope", "pandas", "Polars", "DuckDB by hand"}
    expected |= {"PostgreSQL"} if find_binaries() else set()
    for name in ("raw", "facts"):
        runs = by_work[name]["runs"]
        assert {run["contender"]: run["problem"] for run in runs} == dict.fromkeys(expected, "")
        assert by_work[name]["figures_compared"] > 60
    raw = {run["contender"]: run["answer"] for run in by_work["raw"]["runs"]}
    refused = [name for name, count in raw["pandas"].items() if name.startswith("refused") and count]
    assert len(refused) >= 12, "the data of the bench must hold something to refuse under each rule"
    late = by_work["late"]["runs"][0]["answer"]
    assert raw["pandas"]["unplaced not_registered"] > late["unplaced not_registered"] > 0
    assert raw["pandas"]["nhs_number missing"] > 100
    assert min(by_work[name]["figures_compared"] for name in ("month", "late")) > 20
    assert by_work["before"]["figures_compared"] > 5
    assert "all equal" in (out / "bench.md").read_text()


def test_difference_of_a_penny_stops_the_bench() -> None:
    """Given answers a penny apart, the figures stand side by side in the refusal."""
    same = {"year_to_date variance": -5, "forecast": 10, "lines": 2, "refused outpatients repeated_key": 3}
    ours, theirs = Run("ours", 1, answer=same), Run("pandas", 1, answer={**same, "forecast": 11})
    assert require_same([ours, Run("Polars", 1, answer=same)]) > 0
    with pytest.raises(DifferentAnswers, match=r"forecast +pandas +11 +ours +10"):
        require_same([ours, theirs])


def test_rule_that_found_nothing_need_not_be_named() -> None:
    """A contender may leave out a rule that refused no row, but not one that refused some."""
    base = {"year_to_date variance": 0, "forecast": 0, "lines": 0, "refused outpatients repeated_key": 3}
    silent = {**base, "refused outpatients impossible_date": 0}
    assert require_same([Run("a", 1, answer=base), Run("b", 1, answer=silent)]) > 0
    with pytest.raises(DifferentAnswers):
        require_same([Run("a", 1, answer=base), Run("b", 1, answer={**base, "refused outpatients impossible_date": 1})])
