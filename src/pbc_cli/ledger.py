"""`pbc ledger`: the page that leads from statements to the ledger, and the journal that brings it to what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from pbc.errors import RefusedInput
from pbc.flows.show_reconciliation import draw_up_journal, show_reconciliation
from pbc.methods.reconciliation import Accounts
from pbc.periods import Month
from pbc.reports.reconciliation import JournalMaterial, journal_csv, journal_workbook, ledger_text
from pbc.reports.whole_file import write_whole
from pbc.results import Store
from pbc_cli.options import MonthType, store_option
from pbc_cli.reconcile import READ_TO

WRITERS = {".csv": journal_csv, ".xlsx": journal_workbook}


@click.command()
@click.option("--month", required=True, type=MonthType(), help="The month reconciled, like 2009-09.")
@READ_TO
@click.option(
    "--journal", type=click.Path(path_type=Path, dir_okay=False), help="Write the accruals as a journal: .csv or .xlsx."
)
@click.option("--commissioner", help="Whose journal; needed where the store has several.")
@click.option("--expenditure", metavar="ACCOUNT", help="Your ledger's account for what is bought.")
@click.option("--accruals", metavar="ACCOUNT", help="Your ledger's account for what is owed and not yet invoiced.")
@click.option(
    "--prepayments", metavar="ACCOUNT", help="Your ledger's account for what was paid on account ahead of care."
)
@click.option("--payables", metavar="ACCOUNT", help="Your ledger's account for invoices posted and owed to suppliers.")
@click.option(
    "--disputes", metavar="ACCOUNT", help="Your ledger's account for what is in dispute or to be claimed back."
)
@store_option
def command(
    *, month: Month, read_to: Month | None, journal: Path | None, commissioner: str | None, store: Path, **accounts: str | None
) -> None:  # fmt: skip
    """Show how practices' statements, the bill, the invoices and the ledger lead to each other, with nothing left over.

    With --journal it writes the journal that brings the ledger to what is owed: debits and credits balance, and what was
    accrued before is counted, so nothing is accrued twice. What was posted wrongly is put right on lines of its own.

    \b
    pbc ledger --month 2009-09
    pbc ledger --month 2009-09 --journal sept.csv --expenditure 52110 --accruals 21400 --prepayments 13200 --payables 21100 --disputes 13900
    """
    shelf = Store(store)
    material = show_reconciliation(shelf, month=month, read_to=read_to)
    click.echo(ledger_text(material), nl=False)
    if journal is None:
        return
    if journal.suffix.lower() not in WRITERS:
        raise RefusedInput(
            "A journal is not written in a file of this kind.", where=f"--journal {journal}", found=journal.suffix or "no ending",
            expected=" or ".join(WRITERS), remedy="Give the file one of these endings.",
        )  # fmt: skip
    codes = _accounts(accounts)
    whose = commissioner or _only(list(material.positions["commissioner_code"]))
    drawn: JournalMaterial = draw_up_journal(shelf, month=month, commissioner=whose, accounts=codes, read_to=read_to)
    if drawn.lines.is_empty():
        click.echo("Nothing is to be posted: the ledger shows what is owed. No journal was written.")
        return
    write_whole(WRITERS[journal.suffix.lower()](drawn), path=journal)
    click.echo(f"Journal {drawn.journal_number}, {drawn.lines.height} lines, is in {journal}")


def _accounts(given: Mapping[str, str | None]) -> Accounts:
    codes = {name: code for name, code in given.items() if code}
    if len(codes) == len(given):
        return Accounts(**codes)
    raise RefusedInput(
        "A journal needs your ledger's accounts.", where="--journal",
        expected="--expenditure, --accruals, --prepayments, --payables and --disputes", remedy="Give all five: account codes are your own.",
    )  # fmt: skip


def _only(codes: list[str]) -> str:
    if len(codes) != 1:
        raise RefusedInput(
            "Whose journal?",
            found=", ".join(sorted(codes)),
            expected="one commissioner",
            remedy="Name it with --commissioner.",
        )
    return codes[0]
