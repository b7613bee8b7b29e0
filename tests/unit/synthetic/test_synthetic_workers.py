"""The same seed gives the same bytes, whoever does the work; another seed gives another place."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pbc.sources.synthetic import generate


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_generate_is_the_same_byte_for_byte_with_one_worker_and_with_two(tmp_path: Path) -> None:
    """64,000 people are two blocks, so that two workers have something to share."""
    told: list[float] = []
    sizes = {"people": 64_000, "practices": 13, "clusters": 2, "years": ("2009-10",)}
    generate(tmp_path / "one", seed=8, progress=lambda message, done: told.append(done), **sizes)  # type: ignore[arg-type]
    generate(tmp_path / "two", seed=8, workers=2, **sizes)  # type: ignore[arg-type]
    assert fingerprints(tmp_path / "one") == fingerprints(tmp_path / "two")
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_another_seed_makes_another_place_and_csv_holds_the_same_rows(tmp_path: Path) -> None:
    import gzip

    import pyarrow.parquet as pq

    sizes = {"people": 2_000, "practices": 4, "clusters": 2, "years": ("2009-10",)}
    generate(tmp_path / "first", seed=1, **sizes)  # type: ignore[arg-type]
    generate(tmp_path / "second", seed=2, **sizes)  # type: ignore[arg-type]
    generate(tmp_path / "open", seed=1, form="csv.gz", **sizes)  # type: ignore[arg-type]
    name = "activity/2009-09/outpatients"
    rows = pq.read_table(tmp_path / "first" / f"{name}.parquet")
    assert rows != pq.read_table(tmp_path / "second" / f"{name}.parquet")
    with gzip.open(tmp_path / "open" / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        heading, *lines = file.read().splitlines()
    assert heading.split(",") == rows.column_names
    plain = [",".join("" if v is None else str(v) for v in row.values()) for row in rows.to_pylist()]
    assert lines == plain
