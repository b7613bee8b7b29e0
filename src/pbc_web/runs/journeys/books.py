"""Checking a file of contracts, invoices, what backs them or the ledger, and taking in accepted ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from pbc.errors import RefusedInput
from pbc.flows.contracts_held import contracts_of
from pbc.flows.extract import accepted_files
from pbc.flows.journey import Journey
from pbc.flows.match_headings import read_heading_map
from pbc.flows.named_in_file import Named, Side, named_in_file
from pbc.flows.receive_invoices import BACKING, receive_invoices, require_own_key
from pbc.flows.receive_tables import receive_contracts
from pbc.flows.workspaces import INVOICE_VALIDATION, require_basis
from pbc.periods import FinancialYear, Month
from pbc.results import PublishedSet
from pbc_web.accounts.roles import Duty
from pbc_web.runs.delivery_readings import parsed
from pbc_web.runs.journeys.deliveries import check_delivery, refused_as, require_rights, upload_at
from pbc_web.runs.journeys.kind import Kind, Outcome, Site

CONTRACTS = "contracts"


def check(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Check a file as any other, then whom it names and whose key hides its people.

    `parameters` beside those of any check: `commissioner`, whose books they are, and `provider`, the hospital that sends
    its own, or nothing. A row that names anybody else refuses the file.
    """
    checked = check_delivery(site, parameters, journey)
    if "refused" in checked.told:
        return checked
    period = parsed(parameters["kind"], parameters["period"])
    maps = [read_heading_map(text) for text in parameters["maps"]]
    named = named_in_file(
        upload_at(parameters["file"]), headings=maps, on=period.end if isinstance(period, Month) else None
    )
    try:
        require_sides(named, commissioner=parameters["commissioner"], provider=parameters["provider"])
        _require_key(site, named.key_fingerprint)
    except RefusedInput as refused:
        return Outcome(told={"refused": refused_as(refused)})
    hospitals = sorted({each.provider_code for each in named.sides} - {""})
    return Outcome(told={**checked.told, "hospitals": hospitals})


def require_sides(named: Named, *, commissioner: str, provider: str) -> None:
    """This refuses a file by its first row that names another commissioner, or another hospital than the one that sends it."""
    for each in named.sides:
        payer, hospital = each.commissioner_code, each.provider_code
        if payer not in ("", commissioner):
            raise _names(each, "commissioner", payer, commissioner)
        if provider and hospital not in ("", provider):
            raise _names(each, "hospital", hospital, provider)


def _names(side: Side, who: str, found: str, expected: str) -> RefusedInput:
    return RefusedInput(
        f"This file names another {who} than its own.", where=f"row {side.row_number:,}", found=found[:20], expected=expected,
        remedy=f"Take out the rows of any other {who}, and send the file again.",
    )  # fmt: skip


def _require_key(site: Site, fingerprint: str) -> None:
    """A file of people is hidden by the key for checking invoices, which is not the register's."""
    if not fingerprint:
        return
    require_own_key(site.store, {fingerprint})
    known: str = settings.PBC_INVOICE_KEY_FINGERPRINT
    if fingerprint != known:
        raise RefusedInput(
            "The people of this file are hidden by another key than the one for checking invoices here.", found=fingerprint,
            expected=known or "a key named in PBC_INVOICE_KEY_FINGERPRINT",
            remedy="Make the file again with pbc pseudonymise and the key for checking invoices.",
        )  # fmt: skip


def receive(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Take in the accepted files of a period: a year's contracts, or a month's invoices, what backs them, or its ledger.

    `parameters`: kind, period, files by place (each hospital's own), maps, commissioners, is_made_up, and `feeds` with
    their last days. Refused where a right has ended, where the legal basis of checking invoices has, and where anything
    held of anybody would be lost.
    """
    require_rights(parameters["feeds"], journey)
    kind, period = parameters["kind"], parsed(parameters["kind"], parameters["period"])
    if kind == BACKING:
        require_basis(site.policy, workspace=INVOICE_VALIDATION, journey=journey)
    published = _receive(site, parameters, journey, kind, period)
    rows = {name: published.rows(name) for name in published.tables}
    return Outcome(published.name, published.set_id, {"rows": rows})


def _receive(site: Site, parameters: Mapping[str, Any], journey: Journey, kind: str, period: Any) -> PublishedSet:
    maps = [read_heading_map(text) for text in parameters["maps"]]
    files: dict[str, list[Path]] = {
        place: [upload_at(each) for each in kept] for place, kept in parameters["files"].items()
    }
    year = period if isinstance(period, FinancialYear) else period.financial_year
    extract = accepted_files(
        files, regime=site.policy.regime, commissioners=parameters["commissioners"], years=[year],
        is_made_up=parameters["is_made_up"],
    )  # fmt: skip
    if kind == CONTRACTS:
        extract.need(CONTRACTS, year.slug, CONTRACTS)
        receive_contracts(site.store, extract, year=year, policy=site.policy, journey=journey, headings=maps)
        return site.store.current(contracts_of(year))
    with site.engine() as engine:
        [published] = receive_invoices(
            site.store, extract, month=period, key=None, engine=engine, journey=journey, headings=maps, kinds=(kind,)
        )
    return published


CHECK_BOOKS: Kind = Kind("Check a file of {title}", check, frozenset({Duty.RECONCILE}), is_apart=True)
RECEIVE_BOOKS: Kind = Kind("Take in {what}", receive, frozenset({Duty.RECONCILE}), is_apart=True)
