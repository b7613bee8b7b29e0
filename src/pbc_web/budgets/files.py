"""Budgets as files. Whatever a page is marked with, its files are marked with: in every row and on every sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from pbc.errors import MissingFigure
from pbc.reports.plain_files import PlainSheet, plain_csv, plain_workbook
from pbc_web.budgets.models import Draft, Offer, Plan, Round
from pbc_web.budgets.names import in_order, service_title
from pbc_web.budgets.queries.versions import Held
from pbc_web.budgets.readings import budget_set
from pbc_web.organisations.models import Organisation


@dataclass(frozen=True)
class Book:
    """What a download holds: its first sheet is the CSV, all of them the workbook."""

    title: str
    lines: Sequence[str]
    sheets: Sequence[PlainSheet]
    on: date
    mark: str

    def as_kind(self, kind: str) -> bytes:
        """This returns the file as csv or xlsx."""
        if kind == "csv":
            return plain_csv(self.sheets[0], mark=self.mark)
        if kind == "xlsx":
            return plain_workbook(self.title, lines=self.lines, sheets=self.sheets, on=self.on, mark=self.mark)
        raise MissingFigure("There is no file of this kind.", found=kind, expected="csv or xlsx")


def offer_book(offer: Offer, mark: str) -> Book:
    """This returns an offer as a file."""
    lines = in_order({line.service: line.amount_pence for line in offer.lines.all()})
    rows = [
        (
            offer.round.year,
            offer.practice.code,
            offer.practice.name,
            service_title(service),
            pence,
            offer.get_state_display(),
        )
        for service, pence in lines
    ]
    frame = pl.DataFrame(
        rows, schema=["financial_year", "practice_code", "practice", "line", "budget_pence", "state"], orient="row"
    )
    title = f"Budget of {offer.practice.name} for {offer.round.financial_year}"
    said = [f"Offered by {offer.commissioner.name}.", f"State: {offer.get_state_display()}."]
    said += [f"Provisional: it waits for {offer.waits_for}."] if offer.is_provisional else []
    said += [f"Reference of the agreement: {offer.reference}."] if offer.reference else []
    return Book(title, said, [PlainSheet("Budget", title, frame)], offer.issued_at.date(), mark)


def versions_book(practice: Organisation, in_round: Round, held: Sequence[Held], mark: str) -> Book:
    """This returns a practice's budget version by version as a file."""
    rows = [
        (
            each.version.number, each.version.decision.reference, each.version.decision.get_kind_display(), service_title(service),
            pence, each.changes.get(service, 0),
        )
        for each in held
        for service, pence in in_order(each.amounts)
    ]  # fmt: skip
    names = ["version", "decision", "kind", "line", "budget_pence", "change_pence"]
    kinds = [pl.Int64, pl.String, pl.String, pl.String, pl.Int64, pl.Int64]
    frame = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    title = f"Budget of {practice.name} for {in_round.financial_year}, version by version"
    return Book(
        title,
        [f"Commissioner: {in_round.commissioner.name}."],
        [PlainSheet("Versions", title, frame)],
        in_round.agreed_by,
        mark,
    )


def draft_book(draft: Draft, tables: dict[str, pl.DataFrame], mark: str) -> Book:
    """This returns a draft as a file: previews, what changed, and every line of every budget."""
    found = {"Previews": tables.get("budget_previews"), "Changes": tables.get("budget_changes")}
    sheets = [PlainSheet(name, name, frame) for name, frame in found.items() if frame is not None]
    sheets.append(PlainSheet("Lines", "Every step of every budget", tables["budget_lines"]))
    title = f"Draft {draft.name} of the budgets of {draft.round.financial_year}"
    said = [f"For {draft.round.commissioner.name}.", f"Published set {draft.set_name}, {draft.set_id}."]
    return Book(title, said, sheets, draft.asked_at.date(), mark)


def plan_book(plan: Plan, mark: str) -> Book:
    """This returns pots by neighbourhood as a file; the workbook with all its sheets is the engine's own."""
    frame = budget_set(plan.set_name, plan.set_id).frame("neighbourhood_shares")
    title = f"Pots of {plan.commissioner_name} by neighbourhood"
    return Book(title, [], [PlainSheet("Neighbourhoods", title, frame)], plan.made_at.date(), mark)
