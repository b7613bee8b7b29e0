"""A reconciliation, the page of the ledger and a journal as text, CSV and workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from pbc.money import pounds_and_pence
from pbc.periods import Month
from pbc.reports.plain_files import PlainSheet, plain_csv, plain_workbook

MADE_UP = "MADE-UP DATA: no figure here describes a real practice, patient or hospital."
SUMS = ("bill", "invoiced", "ledger")
WIDTH = 18
JOURNAL_SAYS = (
    "It moves the ledger to what is owed, less what was accrued, prepaid or taken out before: post it once, reverse nothing.",
    "Ledger corrections put right what was posted wrongly: leave both lines of one out if you have put it right already.",
    "What was invoiced beyond what is owed is to be claimed back, or stays in dispute: it is not paid ahead.",
    "Give each entry the kind and the invoice number that stand on its line, so that the ledger's next extract shows what was done.",
)
POSITION = (
    ("statements_pence", "Hospital care in practices' statements"), ("not_attributed_pence", "Care no practice answers for"),
    ("adjustments_pence", "Contract terms"), ("since_statement_pence", "Since those statements"), ("bill_pence", "= Bill by contract"),
    ("named_pence", "Differences with a name"), ("unexplained_pence", "Unexplained"), ("invoiced_pence", "= Invoiced"),
    ("posting_pence", "Posted otherwise than invoiced"), ("accrued_pence", "Accrued"), ("prepaid_pence", "Prepaid"),
    ("settlement_pence", "Settlements"), ("journals_pence", "Other journals"), ("ledger_pence", "= Ledger"),
    ("difference_pence", "Left over"), ("due_pence", "Owed: bill, drugs and devices, agreed adjustments"),
    ("to_accrue_pence", "Owed and not yet in the ledger"),
)  # fmt: skip


@dataclass(frozen=True)
class ReconciliationMaterial:
    """What pages of a reconciliation show: its tables with their figure ids, names, and where it came from."""

    month: Month
    set_name: str
    set_id: str
    flow: str
    made_at: str
    is_made_up: bool
    steps: pl.DataFrame
    items: pl.DataFrame
    practices: pl.DataFrame
    positions: pl.DataFrame
    names: Mapping[str, str]

    @property
    def lines(self) -> list[str]:
        """This returns what stands on a cover: source, period, receipt."""
        made = f", {self.made_at}" if self.made_at else ""
        return [
            *([MADE_UP] if self.is_made_up else []),
            f"Period: the year to date at the end of {self.month.title}.",
            f"Source: {self.set_name}, made by {self.flow}{made}.",
            f"Receipt: {self.set_id}. pbc verify checks it; pbc explain walks from any figure id to its records.",
            "Amounts are in pence and in pounds; what adds to expenditure is positive.",
        ]

    def named(self, code: str) -> str:
        """This returns an organisation's name with its code."""
        name = self.names.get(code)
        return f"{name} ({code})" if name else code


def reconciliation_text(material: ReconciliationMaterial) -> str:
    """This returns the steps of every hospital as text: what is nothing is left out, sums stand under a rule."""
    return "\n".join([f"Reconciliation, {material.month.title}", *material.lines[:-2], *_hospitals(material)]) + "\n"


def _hospitals(material: ReconciliationMaterial) -> Iterator[str]:
    to_date = material.steps.filter(period="year_to_date").sort("commissioner_code", "provider_code", "sequence")
    for (payer, provider), part in to_date.group_by("commissioner_code", "provider_code", maintain_order=True):
        title = f"{material.named(str(provider))}, paid by {material.named(str(payer))}"
        yield from ("", title, "-" * len(title))
        for row in part.iter_rows(named=True):
            if row["step"] in SUMS:
                yield f"{'-' * WIDTH:>{WIDTH}}"
            if row["amount_pence"] or row["step"] in SUMS or row["items_count"]:
                yield f"{pounds_and_pence(row['amount_pence']):>{WIDTH}}  {_told(row)}"


def _told(row: Mapping[str, object]) -> str:
    words = str(row["step"]).replace("_", " ").capitalize()
    if not row["items_count"]:
        return words
    since = f", since {Month.from_number(int(str(row['first_seen_month']))).title}" if row["first_seen_month"] else ""
    return f"{words} ({row['items_count']:,} behind it{since}): {row['difference_id']}"


def ledger_text(material: ReconciliationMaterial) -> str:
    """This returns the page of the ledger as text, one column of amounts for each commissioner."""
    lines = [f"From statements to the ledger, {material.month.title}", *material.lines[:-2]]
    for row in material.positions.sort("commissioner_code").iter_rows(named=True):
        lines += ["", material.named(row["commissioner_code"])]
        lines += [f"{pounds_and_pence(row[name]):>{WIDTH}}  {words}" for name, words in POSITION]
    return "\n".join(lines) + "\n"


def reconciliation_sheets(material: ReconciliationMaterial) -> list[PlainSheet]:
    """This returns the tables of the downloads, in order."""
    order = ["commissioner_code", "provider_code"]
    return [
        PlainSheet("Ledger", "From statements to the ledger", material.positions),
        PlainSheet(
            "Steps", "From what care cost to the ledger, by hospital", material.steps.sort("period", *order, "sequence")
        ),
        PlainSheet(
            "Practices",
            "The same by practice",
            material.practices.sort("commissioner_code", "practice_code", "sequence"),
        ),
        PlainSheet(
            "Differences", "Every difference, with both sides", material.items.sort(*order, "step", "difference_id")
        ),
    ]


def reconciliation_workbook(material: ReconciliationMaterial) -> bytes:
    """This returns the workbook of a reconciliation: a cover with source, period, totals and receipt, then its tables."""
    lines = [*material.lines, *ledger_text(material).splitlines()[2:]]
    title = f"Reconciliation, {material.month.title}"
    return plain_workbook(title, lines=lines, sheets=reconciliation_sheets(material), on=material.month.end)


def reconciliation_csv(material: ReconciliationMaterial) -> bytes:
    """This returns the steps as CSV, a row each with its figure id."""
    return plain_csv(reconciliation_sheets(material)[1])


@dataclass(frozen=True)
class JournalMaterial:
    """A journal ready to load: its lines as `JournalLine` has them."""

    journal_number: str
    on: date
    lines: pl.DataFrame
    source: ReconciliationMaterial
    commissioner_code: str

    @property
    def totals(self) -> tuple[int, int]:
        """This returns debits and credits."""
        return int(self.lines["debit_pence"].sum()), int(self.lines["credit_pence"].sum())


def _loadable(journal: JournalMaterial) -> pl.DataFrame:
    return journal.lines.select(
        pl.lit(journal.journal_number).alias("journal_number"), "line_number", pl.lit(journal.on).alias("posting_date"),
        pl.lit(str(journal.source.month)).alias("period"), "account_code", "entry_kind", "provider_code", "invoice_number",
        *(_pounds(f"{side}_pence").alias(side)
          for side in ("debit", "credit")),
        "description",
    )  # fmt: skip


def _pounds(name: str) -> pl.Expr:
    """Pence as plain pounds, exactly: 120450 is 1204.50. Debits and credits are never negative."""
    amount = pl.col(name)
    return pl.concat_str((amount // 100).cast(pl.String), pl.lit("."), (amount % 100).cast(pl.String).str.zfill(2))


def journal_csv(journal: JournalMaterial) -> bytes:
    """This returns the journal as CSV in pounds and pence: a debit or a credit on each line, together equal."""
    return plain_csv(PlainSheet("Journal", "Journal", _loadable(journal)))


def journal_workbook(journal: JournalMaterial) -> bytes:
    """This returns the journal as a workbook: a cover with source, period, totals and receipt, then its lines."""
    debits, credits_ = journal.totals
    lines = [
        *journal.source.lines[:-1], f"Commissioner: {journal.source.named(journal.commissioner_code)}.",
        f"Journal {journal.journal_number}, to be posted on {journal.on.isoformat()}.",
        f"Debits {pounds_and_pence(debits)}, credits {pounds_and_pence(credits_)}, difference {pounds_and_pence(debits - credits_)}.",
        *JOURNAL_SAYS,
    ]  # fmt: skip
    sheet = PlainSheet("Journal", "Journal", journal.lines)
    return plain_workbook(f"Journal {journal.journal_number}", lines=lines, sheets=[sheet], on=journal.on)
