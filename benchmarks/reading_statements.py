"""How long one page takes where a store holds a country's practices.

usage: python benchmarks/reading_statements.py STORE MONTH FOLDER [COPIES]      COPIES of the store's commissioner, default 127

STORE holds a statement of MONTH for one commissioner, as `make demo` leaves one (49 practices: 127 copies are 6,223). Its
statement, budgets and register are multiplied, each copy with codes of its own, into FOLDER, which must not exist. Then pages
are read as the web reads them, in one process: processor milliseconds for each, and what 50 readers wait when they come at once.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

import polars as pl

from pbc.flows.read_statements import StatementReader
from pbc.periods import Month
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import ALL

CODES = ("practice_code", "commissioner_code", "unit_code", "member_code", "parent_code", "organisation_code")
COUNTRY = ("region", "provider")
READERS, DRAWN = 50, 4


def multiply(table: str, frame: pl.DataFrame, copies: int, kept: set[str]) -> pl.DataFrame:
    """Every row so many times, the codes of each copy its own; regions, hospitals and what no practice answers for stay."""
    named = [name for name in CODES if name in frame.columns]
    parts = []
    for copy in range(copies):
        new = [
            pl.when(pl.col(name).is_in(sorted(kept)) | pl.col(name).is_null())
            .then(pl.col(name))
            .otherwise(
                pl.format("{}{}{}", pl.col(name).str.slice(0, 1), pl.lit(f"{copy:03d}"), pl.col(name).str.slice(1))
            )
            .alias(name)
            for name in named
        ]
        parts.append(frame.with_columns(new) if named else frame)
    return pl.concat(parts).unique(ALL[table].key) if named else frame


def make(source: Store, month: Month, target: Store, copies: int) -> None:
    """The statement, its budgets and its register, multiplied; other sets its receipt names are left out."""
    statement = source.current(f"statement/{month}")
    budgets = source.at(
        f"budgets/{month.financial_year.slug}", statement.receipt.inputs[f"budgets/{month.financial_year.slug}"]
    )
    register = source.at("register", statement.receipt.inputs["register"])
    bodies = register.frame("organisations")
    kept = {
        "not-attributed",
        "none",
        *bodies.filter(pl.col("organisation_kind").is_in(["sha", *COUNTRY]))["organisation_code"],
    }

    def publish(found: PublishedSet, inputs: dict[str, str], only: dict[str, pl.DataFrame] | None = None) -> str:
        tables = {
            name: multiply(name, (only or {}).get(name, found.frame(name)), copies, kept)
            for name in found.tables
            if name != "registrations"
        }
        receipt = Receipt(flow=found.receipt.flow, inputs=inputs, parameters=found.receipt.parameters, regime=found.receipt.regime,
                          policy=found.receipt.policy, is_made_up=True, made_at=found.receipt.made_at)  # fmt: skip
        return target.publish(found.name, tables, receipt).set_id

    lists = register.frame("registered_lists")
    latest = lists.filter(pl.col("as_at_on").is_between(month.plus(-3).start, month.end))
    inputs = {"register": publish(register, {}, {"registered_lists": latest})}
    inputs[budgets.name] = publish(budgets, {})
    publish(statement, inputs)


def milliseconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def told(name: str, found: list[float]) -> None:
    print(f"{name:58} median {median(found):7.1f} ms, worst {max(found):7.1f} ms of processor, {len(found)} pages")


def run(store: Store, month: Month) -> None:
    reader = StatementReader(store)
    print(
        f"{'first page of the process':58} {milliseconds(lambda: reader.places(month)):7.1f} ms of processor to find places"
    )
    places = reader.places(month)
    payers = places["commissioner"].unique().sort().to_list()[:12]
    own = {payer: places.filter(pl.col("commissioner") == payer)["practice_code"].to_list() for payer in payers}
    told(
        "first page of a commissioner",
        [milliseconds(lambda c=own[payer][0]: reader.statement(c, month)) for payer in payers],
    )
    rest = [code for payer in payers for code in own[payer][1:6]]
    told(
        "first reading of a page, commissioner read before",
        [milliseconds(lambda c=code: reader.statement(c, month)) for code in rest],
    )
    told("page read again", [milliseconds(lambda c=code: reader.statement(c, month)) for code in rest])
    views = [reader.statement(code, month) for code in rest[:10]]
    told(
        f"its {DRAWN} charts, never drawn",
        [milliseconds(lambda v=view: [reader.drawings.draw(c) for c in v.charts]) for view in views],
    )
    told(
        "its charts, drawn before",
        [milliseconds(lambda v=view: [reader.drawings.draw(c) for c in v.charts]) for view in views],
    )
    told("page of a commissioner", [milliseconds(lambda p=payer: reader.commissioner(p, month)) for payer in payers])
    region = str(places["region"][0])
    told(
        f"page of a region of {len(places['commissioner'].unique())} commissioners",
        [milliseconds(lambda: reader.region(region, month)) for _ in range(3)],
    )
    crowd(store, month, places["practice_code"].to_list())
    print(f"{places.height:,} practices, peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def crowd(store: Store, month: Month, codes: list[str]) -> None:
    """Fifty readers at once, each four pages of any practice, two at a time as two cores allow; charts not drawn."""
    reader, luck = StatementReader(store), random.Random(3)
    wanted = [luck.choice(codes) for _ in range(READERS * 4)]

    def wait(code: str) -> float:
        begun = time.perf_counter()
        reader.statement(code, month)
        return (time.perf_counter() - begun) * 1000

    begun = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        waited = list(pool.map(wait, wanted))
    spent = time.perf_counter() - begun
    ninety_fifth = quantiles(waited, n=20)[-1]
    print(
        f"{'any practice of the country, two at a time':58} median {median(waited):7.1f} ms, 95th {ninety_fifth:7.1f} ms, {len(wanted) / spent:.0f} pages a second"
    )


if __name__ == "__main__":
    source, period, folder, *more = sys.argv[1:]
    place = Path(folder)
    if not place.exists():
        make(Store(Path(source)), Month.parse(period), Store(place), int(more[0]) if more else 127)
    run(Store(place), Month.parse(period))
