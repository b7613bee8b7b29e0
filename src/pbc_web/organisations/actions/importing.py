"""Taking in organisations and their relations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.audit.actions import Doer, record
from pbc_web.organisations.kinds import AS_PUBLISHED, KINDS, RELATIONS
from pbc_web.organisations.models import Organisation, Relation

AT_ONCE = 500


@transaction.atomic
def import_organisations(
    organisations: Iterable[Mapping[str, Any]],
    memberships: Iterable[Mapping[str, Any]],
    *,
    source: str,
    by: Doer,
    at: datetime,
) -> tuple[int, int]:
    """Take in organisations and their relations, as rows of the tables of those names; returns how many of each.

    What is known already is brought up to date; nothing is removed. A relation of a code that nobody named is refused.
    A row may name its publisher (`source_title`), and a relation the share taken over (`taken_over_share`).
    """
    rows = [_organisation(row, source) for row in organisations]
    Organisation.objects.bulk_create(
        rows, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["code"],
        update_fields=["kind", "name", "opened_on", "closed_on", "source"],
    )  # fmt: skip
    known = dict(Organisation.objects.values_list("code", "id"))
    held = list(memberships)
    relations = [_relation(row, known, source) for row in held]
    shares = ["share"] if any("taken_over_share" in row for row in held) else []  # else what was said of shares stands
    Relation.objects.bulk_create(
        relations, batch_size=AT_ONCE, update_conflicts=True,
        unique_fields=["member", "relation", "parent", "starts_on"], update_fields=["ends_before", "source", *shares],
    )  # fmt: skip
    told = {"organisations": len(rows), "relations": len(relations), "source": source}
    record(by=by, verb="import_organisations", about=("organisations", source), at=at, told=told)
    return len(rows), len(relations)


def _organisation(row: Mapping[str, Any], source: str) -> Organisation:
    kind = row["organisation_kind"]
    if kind not in KINDS:
        raise RefusedInput(
            "There is no such kind of organisation.", where=f"organisation {row['organisation_code']}", found=kind,
            expected=", ".join(KINDS),
        )  # fmt: skip
    return Organisation(
        code=row["organisation_code"], kind=kind, name=row["organisation_name"], opened_on=row["opened_on"],
        closed_on=row["closed_on"], source=_source(row, source),
    )  # fmt: skip


def _relation(row: Mapping[str, Any], known: Mapping[str, int], source: str) -> Relation:
    where = f"{row['member_code']} {row['relation']} {row['parent_code']}"
    unknown = [row[name] for name in ("member_code", "parent_code") if row[name] not in known]
    if unknown:
        raise RefusedInput(
            "A relation names an organisation that is not known.", where=where, found=", ".join(unknown),
            remedy="Add the organisation to the list of organisations, or take the relation out.",
        )  # fmt: skip
    if row["relation"] not in RELATIONS:
        raise RefusedInput(
            "There is no such relation.", where=where, found=row["relation"], expected=", ".join(RELATIONS)
        )
    return Relation(
        member_id=known[row["member_code"]], parent_id=known[row["parent_code"]], relation=row["relation"],
        starts_on=row["starts_on"], ends_before=row["ends_before"], source=_source(row, source),
        share=round(Decimal(row.get("taken_over_share", 1)), 6),
    )  # fmt: skip


def _source(row: Mapping[str, Any], source: str) -> str:
    return f"{AS_PUBLISHED}{row['source_title']}"[:200] if "source_title" in row else source
