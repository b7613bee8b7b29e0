"""Read who existed and who belonged to whom, as England publishes it, into one dated history from 1999 to today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.hierarchy_claims import Claim
from pbc.flows.hierarchy_files import HierarchyFiles, read_hierarchy_files
from pbc.flows.hierarchy_history import History, weave
from pbc.flows.journey import Journey
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import HIERARCHY_NOTES, MEMBERSHIP_SOURCES, MEMBERSHIPS, ORGANISATION_SOURCES, ORGANISATIONS

SET_NAME = "hierarchies"
ASKABLE = {"pct", "ccg", "sub_icb", "icb", "sha", "region"}


@dataclass(frozen=True)
class Hierarchies:
    """Organisations and memberships with the source of each, files by their SHA-256, and notes of what was left out.

    `organisations` is ORGANISATIONS, `memberships` MEMBERSHIPS (succeeds among them), `organisation_sources` and
    `membership_sources` the tables of those names, one row for each of theirs; shares of succession stand in the latter.
    """

    organisations: pl.DataFrame
    memberships: pl.DataFrame
    organisation_sources: pl.DataFrame
    membership_sources: pl.DataFrame
    fingerprints: dict[str, str]
    notes: tuple[str, ...]


def read_hierarchies(
    folder: Path, *, commissioner_codes: Sequence[str] = (), journey: Journey | None = None
) -> Hierarchies:
    """This returns one history of every published file of organisations found in a folder by its headings.

    With `commissioner_codes` (PCTs, CCGs, sub-ICB locations, integrated care boards, regions) only the practices that
    ever belonged to one of them, or to what is below it, with all their relations; trusts always. A code in no file is
    refused, as is a folder without a membership history, a register of practices or a hierarchy. Sources: NHS Digital
    ODS `epcmem` and `epraccur`, practice hierarchies, the sub-ICB lookup, NHS England's PCT overlap, DCLG's deprivation.
    """
    journey = journey or Journey()
    files = read_hierarchy_files(folder, journey=journey.part(0.0, 0.6))
    journey.step("Settling who belonged to whom", 0.6)
    history = weave(files)
    if commissioner_codes:
        history = _only(history, commissioner_codes)
    journey.step("Writing it down", 0.9)
    return _as_tables(files, history)


def publish_hierarchies(
    store: Store, folder: Path, *, commissioner_codes: Sequence[str] = (), journey: Journey | None = None
) -> PublishedSet:
    """This returns the set `hierarchies`: what `read_hierarchies` reads, with a receipt that names every file's hash."""
    journey = journey or Journey()
    wanted = sorted({code.upper() for code in commissioner_codes})
    read = read_hierarchies(folder, commissioner_codes=wanted, journey=journey)
    notes = [{"note_id": at, "note": note} for at, note in enumerate(read.notes, start=1)]
    tables = {
        "organisations": read.organisations, "memberships": read.memberships,
        "organisation_sources": read.organisation_sources, "membership_sources": read.membership_sources,
        "hierarchy_notes": HIERARCHY_NOTES.from_rows(notes),
    }  # fmt: skip
    receipt = Receipt(
        flow="read_hierarchies", inputs=read.fingerprints, parameters={"commissioners": " ".join(wanted)},
        made_at=journey.made_at,
    )  # fmt: skip
    return store.publish(SET_NAME, tables, receipt)


def _only(history: History, codes: Sequence[str]) -> History:
    """The history of the practices that ever belonged to the codes or to what is below them."""
    wanted = {code.upper() for code in codes}
    askable = {code for code, body in history.bodies.items() if {kind for kind, _ in body.roles} & ASKABLE}
    unknown = sorted(wanted - askable)
    if unknown:
        raise RefusedInput(
            "The published files know no commissioner or region of this code.", found=", ".join(unknown),
            expected="the code of a PCT, CCG, sub-ICB location, integrated care board or region, like 02A",
            remedy="Look the code up on the page of organisations, or leave it empty to read all of England.",
        )  # fmt: skip
    below = _below(history.claims, wanted)
    ours = {each.member for each in history.claims if each.relation == "practice_commissioner" and each.parent in below}
    parents = {each.parent for each in history.claims if each.member in ours}
    names = ours | _above(history.claims, parents | below)
    kept = [each for each in history.claims if {each.member, each.parent} <= names]
    bodies = {code: body for code, body in history.bodies.items() if code in names or code in history.trusts}
    note = f"Only the practices that ever belonged to {', '.join(sorted(wanted))} were read, with all their relations."
    return History(kept, bodies, history.trusts, [*history.notes, note])


def _below(claims: Sequence[Claim], codes: set[str]) -> set[str]:
    """The codes, and the commissioners that ever were part of them or answered to them."""
    found = set(codes)
    while more := {each.member for each in claims if _is_upward(each) and each.parent in found} - found:
        found |= more
    return found


def _above(claims: Sequence[Claim], codes: set[str]) -> set[str]:
    """The codes, and those above them."""
    found = set(codes)
    while more := {each.parent for each in claims if _is_upward(each) and each.member in found} - found:
        found |= more
    return found


def _is_upward(claim: Claim) -> bool:
    return claim.relation in ("sub_icb_icb", "commissioner_region")


def _as_tables(files: HierarchyFiles, history: History) -> Hierarchies:
    bodies = [
        {
            "organisation_code": code, "organisation_kind": kind, "organisation_name": name or code,
            "opened_on": body.opened_on, "closed_on": body.closed_on, "source_title": body.source,
        }
        for code, body in history.bodies.items()
        for kind, name in body.roles
    ]  # fmt: skip
    relations = [
        {
            "member_code": each.member, "relation": each.relation, "parent_code": each.parent,
            "starts_on": each.starts_on, "ends_before": each.ends_before, "taken_over_share": each.share,
            "source_title": each.source,
        }
        for each in history.claims
    ]  # fmt: skip
    nameless = sum(1 for row in bodies if row["organisation_name"] == row["organisation_code"])
    note = f"{nameless:,} organisations stand under their code: no file here names them." if nameless else ""
    return Hierarchies(
        ORGANISATIONS.from_rows(bodies).sort(ORGANISATIONS.key),
        MEMBERSHIPS.from_rows(relations).sort(MEMBERSHIPS.key),
        ORGANISATION_SOURCES.from_rows(bodies).sort(ORGANISATION_SOURCES.key),
        MEMBERSHIP_SOURCES.from_rows(relations).sort(MEMBERSHIP_SOURCES.key),
        files.fingerprints,
        tuple(each for each in (*history.notes, note) if each),
    )
