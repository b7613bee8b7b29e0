"""The books of the demonstration: what made-up hospitals charge, received in its own time, reconciled month by month, settled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from pbc.engines import Engine
from pbc.flows.journey import Journey
from pbc.flows.make_up_invoices import make_up_invoices, make_up_settlement
from pbc.flows.receive_invoices import receive_invoices
from pbc.flows.reconcile import reconcile
from pbc.flows.show_reconciliation import Accounts, draw_up_journal
from pbc.money import pounds_and_pence
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.reports.reconciliation import journal_csv
from pbc.reports.settlement import describe_books, describe_disputed
from pbc.results import PublishedSet, Store

SEED = 2009
ACCOUNTS = Accounts(expenditure="52110", accruals="21400", prepayments="13200", payables="21100", disputes="13900")
COMES, RECONCILED = 10, 12  # days after a month's end: its invoices come, it is reconciled


@dataclass(frozen=True)
class Books:
    """Where the books of a demonstration are kept, and under what."""

    store: Store
    folder: Path
    key: bytes
    policy: Policy
    engine: Engine


def keep_books(books: Books, deliveries: Path, *, years: list[FinancialYear], way: Journey) -> list[str]:
    """This returns how the books of each year stand, having charged for the years into the books' folder.

    Each month's invoices and ledger are received as they come and the month is reconciled. A year is settled once the
    deliveries that count towards it have all come; the last year's are still awaited.
    """
    books.folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(
        deliveries / "world.json", books.folder / "world.json"
    )  # says that it is made up, and whose world it is
    make_up_invoices(
        books.store, books.folder, years=years, key=books.key, seed=SEED, policy=books.policy, engine=books.engine,
        journey=way.part(0.0, 0.2),
    )  # fmt: skip
    months = [month for year in years for month in year.months()]
    settling = {_settles(books, year): year for year in years}
    newest: dict[FinancialYear, PublishedSet] = {}
    for at, month in enumerate(months):
        part = way.part(0.2 + 0.8 * at / len(months), 0.2 + 0.8 * (at + 1) / len(months))
        _receive(books, month, part)
        newest[month.financial_year] = _reconcile(books, month, part)
        if month in settling:
            newest[settling[month]] = _settle(books, Month.of(settling[month].end), read_to=month, way=part)
        if month.plus(-1) in settling:
            year = settling[month.plus(-1)]
            newest[year] = _reconcile(books, Month.of(year.end), part, read_to=month)
    return [line for year, found in newest.items() for line in _told(books, year, found)]


def _settles(books: Books, year: FinancialYear) -> Month:
    """The last month whose deliveries count towards a year."""
    return Month.of(year.end).plus(books.policy.whole("statements.reconciliation_months", on=year.start))


def _receive(books: Books, month: Month, way: Journey) -> None:
    receive_invoices(
        books.store, books.folder, month=month, key=books.key, engine=books.engine, journey=_dated(way, month, COMES)
    )


def _reconcile(books: Books, month: Month, way: Journey, *, read_to: Month | None = None) -> PublishedSet:
    journey = _dated(way, read_to or month, RECONCILED)
    return reconcile(
        books.store, month=month, policy=books.policy, engine=books.engine, journey=journey, read_to=read_to
    )


def _settle(books: Books, march: Month, *, read_to: Month, way: Journey) -> PublishedSet:
    """The reconciliation that a year is settled by; its settlement comes with the invoices of the month after."""
    found = _reconcile(books, march, way, read_to=read_to)
    make_up_settlement(books.store, books.folder, month=march, read_to=read_to, delivered=read_to.next, key=books.key)
    return found


def _told(books: Books, year: FinancialYear, found: PublishedSet) -> Iterator[str]:
    """How the books of each commissioner stand in a year, and where the journal is that brings its ledger to what is owed."""
    months = sum(1 for _ in year.months())
    steps = found.frame("reconciliation_steps")
    march, read_to = Month.of(year.end), Month.parse(found.receipt.parameters["read_to"])
    for row in found.frame("ledger_positions").sort("commissioner_code").iter_rows(named=True):
        payer = row["commissioner_code"]
        yield f"The books of {payer} in {year}: {months} months reconciled. {describe_books(row)}"
        yield describe_disputed(steps.filter(commissioner_code=payer))
        drawn = draw_up_journal(
            books.store,
            month=march,
            commissioner=payer,
            accounts=ACCOUNTS,
            read_to=read_to if read_to > march else None,
        )
        if drawn.lines.height:
            path = books.folder / f"journal-{payer}-{march}.csv"
            path.write_bytes(journal_csv(drawn))
            yield f"The journal that brings the ledger to what is owed, {pounds_and_pence(drawn.totals[0])} on each side: {path}"


def _dated(way: Journey, month: Month, days: int) -> Journey:
    return replace(way, made_at=f"{month.end + timedelta(days=days)}T09:00:00Z")
