"""`python -m benchmarks.run --out bench-out`: ours beside its peers, the same work on the same files, in turn.

Works: `before` (a year of prescribing), `raw` (deliveries to statement), `facts` (attributed facts to statement), `month`
(one month delivered into a full year), `late` (the register delivered again after the year). Every contender is a child process; engines take turns within each round; a difference between answers stops the
bench. It writes bench.json and bench.md. What the work is stands in benchmarks/README.md, where it stands in
docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from benchmarks.comparing import DifferentAnswers, require_same
from benchmarks.making import make_data, people_for
from benchmarks.measuring import ROOT, Contender, Place, Run, measure
from benchmarks.postgres_server import NOT_INSTALLED, Server, running_server
from benchmarks.reporting import Work, write_report

OURS, FULL, FLOOR = "ours, same scope", "ours, full scope", "decode floor"
BY_HAND, ON_SPARK = "DuckDB by hand", "Spark, our SQL"
PEERS = {
    "pandas": "pandas_peer",
    "Polars": "polars_peer",
    BY_HAND: "duckdb_peer",
    "PostgreSQL": "postgres_peer",
}
LAST_MONTH, LATE_REGISTER = "stated_month=201003", "register=late"
NO_SPARK = "Spark was left out: it needs the extra `spark` and Java."
OTHERS = ("fair_shares", "chance_speed", "chance_coverage", "web_readers", "proposals")
ENGLAND = 125.0


@dataclass
class Bench:
    """One run of the bench: what is wanted, and what was found so far."""

    data: Path
    rounds: int
    only: tuple[str, ...]
    timeout_seconds: float
    server: Server | None = None
    has_spark: bool = False
    works: list[Work] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def wants(self, contender: Contender) -> bool:
        """This returns whether it was asked for; the floor always is."""
        named = contender.name.lower()
        return not self.only or contender.name == FLOOR or any(named.startswith(word) for word in self.only)

    def contenders(self, work: str, *, kept: Path) -> list[Contender]:
        """This returns who does a work, ours first. The stores of ours stay in `kept`, or come from there."""
        found = [Contender(FLOOR, "decode_floor", work), Contender(OURS, "ours_same_scope", work)]
        if self.has_spark:
            found.append(Contender(ON_SPARK, "ours_same_scope", work, ("engine=spark",)))
        if work == "raw":
            found.append(Contender(FULL, "ours_full_scope", work, (f"kept={kept}", f"store={kept / 'before'}")))
        else:
            found.append(Contender(FULL, "ours_full_scope", "statement", (f"store={kept / 'year'}",)))
        found += [Contender(name, module, work, needs_server=name == "PostgreSQL") for name, module in PEERS.items()]
        return [each for each in found if self.wants(each) and (self.server or not each.needs_server)]

    def take_turns(self, work: Work, contenders: Sequence[Contender], place: Place, *, rounds: int) -> None:
        """This runs each contender once a round and holds their answers to be the same before any time counts."""
        self.works.append(work)
        for number in range(1, rounds + 1):
            for contender in contenders:
                run = measure(contender, place, number=number, server=self.server)
                work.runs.append(run)
                tell(work, run)
            work.compared = require_same([run for run in work.runs if run.contender != FLOOR])


def has_spark() -> bool:
    """This returns whether Spark can run here."""
    return find_spec("pyspark") is not None and shutil.which("java") is not None


def tell(work: Work, run: Run) -> None:
    """This prints a run as it ends."""
    figures = f"{run.wall_seconds:8.2f} s  {run.cpu_seconds:8.2f} CPU s  {run.memory_megabytes:7.0f} MB"
    print(
        f"{work.name:6} {work.rows_millions:6} M  round {run.round}  {run.contender:18} {run.problem or figures}",
        flush=True,
    )


def at_size(bench: Bench, rows_millions: float, *, scratch: Path) -> None:
    """This does all works at one size."""
    data = make_data(bench.data / f"{rows_millions:g}M", people=people_for(rows_millions * 1e6))
    is_england = rows_millions >= ENGLAND
    rounds = 1 if is_england else bench.rounds
    timeout = bench.timeout_seconds * (4 if is_england else 1)
    place = Place(data, timeout_seconds=timeout, memory_gb=5.0 if is_england else None)
    # England's deliveries are not read at once, as the bench's own scope is, but month by month, as the flows do
    raw = replace(bench, only=("ours, full", "duckdb")) if is_england else bench
    deliver_prescribing(bench, place, rows_millions, kept=scratch)
    bench.take_turns(Work("raw", rows_millions), raw.contenders("raw", kept=scratch), place, rounds=rounds)
    if not (scratch / "eleven").is_dir():
        bench.notes.append(f"{rows_millions:g} M: our full scope left no store: nothing was stated from facts.")
        return
    facts = replace(place, facts=scratch / "year" / "sets")
    with_facts = replace(bench, only=("ours", "duckdb")) if is_england else bench
    chosen = with_facts.contenders("facts", kept=scratch)
    bench.take_turns(Work("facts", rows_millions), chosen, facts, rounds=rounds)
    deliver_last_month(bench, place if not is_england else facts, rows_millions, kept=scratch, rounds=rounds)
    deliver_late_register(bench, place, rows_millions, kept=scratch, from_facts=is_england)


def deliver_prescribing(bench: Bench, place: Place, rows_millions: float, *, kept: Path) -> None:
    """This times a year of prescribing; its store stays in `kept`, for the next year's statements compare with it."""
    ours = Contender(FULL, "ours_full_scope", "before", (f"kept={kept}", "named=before"))
    bench.take_turns(
        Work("before", rows_millions), [ours, Contender(BY_HAND, "duckdb_peer", "before")], place, rounds=1
    )


def deliver_late_register(bench: Bench, place: Place, rows_millions: float, *, kept: Path, from_facts: bool) -> None:
    """This times the register delivered again after the year; the check is the year by hand from that register, or from facts."""
    ours = Contender(FULL, "ours_full_scope", "late", (f"kept={kept}", "named=late", f"store={kept / 'year'}"))
    work = Work("late", rows_millions)
    bench.take_turns(work, [ours], place, rounds=1)
    if from_facts:
        place = replace(place, facts=kept / "late" / "sets")
    read = "facts" if from_facts else "raw"
    check = measure(Contender("the year by hand", "duckdb_peer", read, (LATE_REGISTER,)), place, number=0)
    work.compared = require_same([check, *work.runs])
    bench.notes.append(
        f"{rows_millions:g} M: the year with its register delivered again equals the year by hand from {read}, "
        f"{work.compared} figures."
    )


def deliver_last_month(bench: Bench, place: Place, rows_millions: float, *, kept: Path, rounds: int) -> None:
    """This times the last month into a store of eleven; the year by hand is the check, from facts where they are given."""
    last = Contender(FULL, "ours_full_scope", "month", (f"store={kept / 'eleven'}",))
    work = Work("month", rows_millions)
    bench.take_turns(work, [last], replace(place, facts=None), rounds=rounds)
    read = "facts" if place.facts else "raw"
    check = measure(Contender("the year by hand", "duckdb_peer", read, (LAST_MONTH,)), place, number=0)
    work.compared = require_same([check, *work.runs])
    bench.notes.append(
        f"{rows_millions:g} M: the year with its last month delivered alone equals the year by hand from {read}, "
        f"{work.compared} figures."
    )


def run_others(out: Path, *, published: Path) -> list[str]:
    """This runs the benches of single parts, and returns a sentence about each."""
    told = []
    for name in OTHERS:
        if name == "fair_shares" and not published.is_dir():
            told.append("fair_shares was left out: the published files are not here (--published DIR).")
            continue
        extra = ["--published", str(published)] if name == "fair_shares" else []
        command = [sys.executable, "-m", f"benchmarks.{name}", "--out", str(out), *extra]
        print(f"{name} ...", flush=True)
        try:
            done = subprocess.run(command, cwd=ROOT, timeout=1_800, capture_output=True, text=True, check=False)
        except subprocess.TimeoutExpired:
            told.append(f"{name} was stopped after half an hour.")
            continue
        (out / f"{name}.txt").write_text(done.stdout)
        last = (done.stderr.strip().splitlines() or [""])[-1]
        told.append(f"{name}: see {name}.json and {name}.txt." if done.returncode == 0 else f"{name} failed: {last}")
    return told


def bench_all(asked: argparse.Namespace) -> Bench:
    """This returns the bench, done; where answers differ the exception leaves with the figures."""
    sizes = [float(size) for size in asked.rows.split(",")] + ([ENGLAND] if asked.full else [])
    only = tuple(word.strip().lower() for word in asked.only.split(",") if word.strip())
    bench = Bench(asked.data or asked.out / "data", asked.rounds, only, asked.timeout)
    with running_server() as server:
        bench.server = server
        bench.has_spark = has_spark()
        if server is None:
            bench.notes.append(NOT_INSTALLED)
        if not bench.has_spark:
            bench.notes.append(NO_SPARK)
        try:
            for size in sizes:
                scratch = Path(tempfile.mkdtemp(prefix="pbc-bench-kept-", dir=asked.scratch))
                try:
                    at_size(bench, size, scratch=scratch)
                finally:
                    shutil.rmtree(scratch, ignore_errors=True)
        except DifferentAnswers as different:
            bench.notes.append(str(different))
            raise
        finally:
            if not asked.works_only and sys.exc_info()[0] is None:
                bench.notes += run_others(asked.out, published=asked.published)
            write_report(
                asked.out,
                bench.works,
                bench.notes,
                made_at=datetime.now(UTC),
                postgres=server.version if server else "",
            )
    return bench


def stop(number: int, _: object) -> NoReturn:
    """Leaves as if by an error: the server is stopped, scratch folders go, and what was measured so far is written."""
    raise SystemExit(128 + number)


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    parser.add_argument("--data", type=Path, help="where made-up data are kept between runs; default OUT/data")
    parser.add_argument("--scratch", type=Path, help="where stores are made; default the temporary folder")
    parser.add_argument("--rows", default="0.3,3", help="sizes in millions of activity rows, with commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="contenders by the beginning of their names, with commas")
    parser.add_argument(
        "--full", action="store_true", help="also 125 million rows, ours beside DuckDB by hand, one round"
    )
    parser.add_argument("--timeout", type=float, default=900.0, help="seconds after which a run is stopped")
    parser.add_argument("--works-only", action="store_true", help="leave out fair shares and chance bands")
    parser.add_argument("--published", type=Path, default=Path(os.environ.get("PBC_PUBLISHED_DATA", "../shared/data")))
    asked = parser.parse_args(words)
    asked.out = asked.out.resolve()
    asked.out.mkdir(parents=True, exist_ok=True)
    asked.data = asked.data.resolve() if asked.data else None
    try:
        bench_all(asked)
    except DifferentAnswers as different:
        print(different, file=sys.stderr)
        return 1
    print((asked.out / "bench.md").read_text())
    return 0


if __name__ == "__main__":
    for asked_to_stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked_to_stop, stop)
    sys.exit(main())
