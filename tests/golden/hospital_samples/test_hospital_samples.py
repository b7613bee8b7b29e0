"""The published artificial samples in HES layout are read whole; what is refused is known. Format only, never rates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.errors import RefusedInput
from pbc.sources.deliveries.hospital_samples import (
    read_hes_accident_and_emergency,
    read_hes_admitted_care,
    read_hes_outpatients,
)
from pbc.tables import ATTENDANCES, EPISODES, Table

KEY = bytes(range(40))
SAMPLES: list[tuple[Callable[..., object], str, Table, int, dict[str, int]]] = [
    (read_hes_admitted_care, "artificial_hes_apc_0102", EPISODES, 2_075, {"date_out_of_range": 4}),
    (read_hes_outpatients, "artificial_hes_op_0304_truncated", ATTENDANCES, 1_000, {"not_attended": 182, "unknown_code": 29}),
    (read_hes_accident_and_emergency, "artificial_hes_ae_0708_truncated", ATTENDANCES, 1_000, {}),
]  # fmt: skip


@pytest.mark.published
@pytest.mark.parametrize(("reader", "name", "table", "rows", "faults"), SAMPLES, ids=[sample[1] for sample in SAMPLES])
def test_sample_reads_whole_with_known_faults(
    reader: Callable[..., object], name: str, table: Table, rows: int, faults: dict[str, int], published_data: Path
) -> None:
    path = published_data / "hospital_samples" / f"{name}.csv.gz"
    with DuckDBEngine() as engine:
        read = reader(engine, [path], key=KEY, delivery="artificial sample")
        frame = read.rows.frame()  # type: ignore[attr-defined]
        assert table.check(frame) == []
        assert set(frame["hrg_code"]) == {"ungrouped"}
        assert read.counts["delivered"] == rows  # type: ignore[attr-defined]
        told = dict(read.rejected.group_by("rule").len().iter_rows())  # type: ignore[attr-defined]
        assert told == faults


@pytest.mark.published
def test_sample_of_one_kind_is_refused_as_another(published_data: Path) -> None:
    path = published_data / "hospital_samples" / "artificial_hes_op_0304_truncated.csv.gz"
    with DuckDBEngine() as engine, pytest.raises(RefusedInput, match=r"column is missing|No known layout"):
        read_hes_admitted_care(engine, [path], key=KEY, delivery="x")
