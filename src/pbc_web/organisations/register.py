"""The register and the published hierarchies as the store holds them: what taking them in would change; sizes of lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.conf import settings

from pbc.errors import MissingFigure
from pbc.results import PublishedSet, Store
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.organisations.models import Organisation, Relation

Rows = list[dict[str, Any]]
SHOWN = 100
_SET_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Preview:
    """What would change: new organisations, those called or dated otherwise, and relations that are new or end on another day."""

    set_id: str
    new: tuple[str, ...]
    changed: tuple[str, ...]
    new_relations: tuple[str, ...]
    changed_relations: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether all of it is known already."""
        return not (self.new or self.changed or self.new_relations or self.changed_relations)


def register_set(set_id: str = "") -> PublishedSet | None:
    """The register in force, or one by its id; None where nothing was received yet."""
    return held_set("register", set_id)


def held_set(name: str, set_id: str = "") -> PublishedSet | None:
    """The set in force under a name, or one by its id; None where there is none yet."""
    store = Store(settings.PBC_STORE)
    if not set_id:
        return store.find(name)
    if not _SET_ID.fullmatch(set_id):
        raise MissingFigure("There is no such set.", where=name, found=set_id)
    return store.at(name, set_id)


def rows_of(held: PublishedSet) -> tuple[Rows, Rows]:
    """The organisations and relations of a set, as rows of the tables of those names, with their sources where it has them.

    A code of two roles is of the later one, as a group that became a location; otherwise of its first kind.
    """
    rank = pl.col("organisation_kind").replace_strict(
        {kind: -at for at, kind in enumerate(COMMISSIONERS)}, default=1, return_dtype=pl.Int64
    )
    organisations = held.frame("organisations").sort("organisation_code", rank, "organisation_kind")
    organisations = organisations.unique("organisation_code", keep="first", maintain_order=True)
    relations = held.frame("memberships")
    if "membership_sources" in held.tables:
        on = ("organisation_code", "organisation_kind")
        organisations = organisations.join(held.frame("organisation_sources"), on=on)
        keys = ("member_code", "relation", "parent_code", "starts_on")
        relations = relations.join(held.frame("membership_sources"), on=keys)
    return organisations.to_dicts(), relations.to_dicts()


def notes_of(held: PublishedSet) -> list[str]:
    """What was left out of a set and why."""
    return held.frame("hierarchy_notes")["note"].to_list() if "hierarchy_notes" in held.tables else []


def preview(proposed: PublishedSet) -> Preview:
    """What taking a set in would change."""
    organisations, relations = rows_of(proposed)
    known = {each.code: each for each in Organisation.objects.all()}
    held = {
        (member, relation, parent, starts_on): (ends_before, share)
        for member, relation, parent, starts_on, ends_before, share in Relation.objects.values_list(
            "member__code", "relation", "parent__code", "starts_on", "ends_before", "share"
        )
    }
    new = tuple(_called(row) for row in organisations if row["organisation_code"] not in known)
    changed = tuple(_called(row) for row in organisations if _differs(row, known.get(row["organisation_code"])))
    keys = [(_key(row), row) for row in relations]
    return Preview(
        proposed.set_id, new, changed, tuple(_said(row) for key, row in keys if key not in held),
        tuple(_said(row) for key, row in keys if key in held and _ends_otherwise(row, *held[key])),
    )  # fmt: skip


def _key(row: Mapping[str, Any]) -> tuple[str, str, str, date]:
    return row["member_code"], row["relation"], row["parent_code"], row["starts_on"]


def _ends_otherwise(row: Mapping[str, Any], ends_before: date, share: Decimal) -> bool:
    said = row.get("taken_over_share")
    return row["ends_before"] != ends_before or (said is not None and round(Decimal(said), 6) != share)


def _called(row: Mapping[str, Any]) -> str:
    return f"{row['organisation_name']} ({row['organisation_code']})"


def _said(row: Mapping[str, Any]) -> str:
    return f"{row['member_code']} {row['relation'].replace('_', ' ')} {row['parent_code']} from {row['starts_on']}"


def _differs(row: Mapping[str, Any], known: Organisation | None) -> bool:
    if known is None:
        return False
    said = (row["organisation_kind"], row["organisation_name"], row["opened_on"], row["closed_on"])
    return said != (known.kind, known.name, known.opened_on, known.closed_on)


def list_sizes(*, on: date) -> dict[str, int]:
    """How many people each practice had on the last day counted by then, by its code; empty where nobody counted."""
    register = register_set()
    if register is None or "registered_lists" not in register.tables:
        return {}
    counted = register.lazy("registered_lists").filter(pl.col("as_at_on") <= on)
    last = counted.group_by("practice_code").agg(pl.col("as_at_on").max())
    sums = (
        counted.join(last, on=["practice_code", "as_at_on"])
        .group_by("practice_code")
        .agg(pl.col("patients_count").sum())
    )
    return dict(sums.collect().iter_rows())
