"""The register as the store holds it: what taking it in would change, and how many people each practice has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.conf import settings

from pbc.results import PublishedSet, Store
from pbc_web.organisations.models import Organisation, Relation

Rows = list[dict[str, Any]]
SHOWN = 100


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
    store = Store(settings.PBC_STORE)
    return store.at("register", set_id) if set_id else store.find("register")


def rows_of(register: PublishedSet) -> tuple[Rows, Rows]:
    """The organisations and relations of a register, as rows of the tables of those names; a code is of its first kind."""
    organisations = register.frame("organisations").sort("organisation_code", "organisation_kind")
    return organisations.unique("organisation_code", keep="first", maintain_order=True).to_dicts(), register.frame(
        "memberships"
    ).to_dicts()


def preview(register: PublishedSet) -> Preview:
    """What taking a register in would change."""
    organisations, relations = rows_of(register)
    known = {each.code: each for each in Organisation.objects.all()}
    held = {
        (member, relation, parent, starts_on): ends_before
        for member, relation, parent, starts_on, ends_before in Relation.objects.values_list(
            "member__code", "relation", "parent__code", "starts_on", "ends_before"
        )
    }
    new = tuple(_called(row) for row in organisations if row["organisation_code"] not in known)
    changed = tuple(_called(row) for row in organisations if _differs(row, known.get(row["organisation_code"])))
    keys = [(_key(row), row) for row in relations]
    return Preview(
        register.set_id, new, changed, tuple(_said(row) for key, row in keys if key not in held),
        tuple(_said(row) for key, row in keys if key in held and held[key] != row["ends_before"]),
    )  # fmt: skip


def _key(row: Mapping[str, Any]) -> tuple[str, str, str, date]:
    return row["member_code"], row["relation"], row["parent_code"], row["starts_on"]


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
