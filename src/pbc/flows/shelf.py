"""What pages of many practices share, read once from each immutable set and kept while there is room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from pbc.errors import MissingPolicy
from pbc.flows.count_unpriced import count_unpriced
from pbc.flows.roll_up import find_places
from pbc.kept import Kept
from pbc.methods.attribution.successions import trace_successions
from pbc.periods import Month
from pbc.policy.policy import Policy, PolicyValue, load_policy
from pbc.reports import Takeover
from pbc.results import PublishedSet, Store
from pbc.results.remembering import RememberingStore

MOST = 256  # things kept of registers, months and policies: names and places of a whole country are some megabytes


class Shelf:
    """A store with what was read of its sets. Nothing on it can go stale: every key names its sets by id. Threads share it."""

    def __init__(self, store: Store) -> None:
        self.store: Store = RememberingStore(store)
        self._kept: Kept[Any] = Kept(MOST)

    def policy(self, regime: str) -> Policy:
        """This returns a regime's own rule values."""
        found: Policy = self._kept.get(("policy", regime), lambda: load_policy(regime))
        return found

    def fingerprint(self, policy: Policy) -> str:
        """This returns the fingerprint of rule values, worked out once for each."""
        _, found = self._kept.get(("fingerprint", id(policy)), lambda: (policy, policy.fingerprint))
        return str(found)

    def in_force(self, policy: Policy, on: date) -> tuple[PolicyValue, ...]:
        """This returns every rule value in force on a day but the names of the regime."""
        key = ("in force", self.fingerprint(policy), on)
        found: tuple[PolicyValue, ...] = self._kept.get(key, lambda: in_force(policy, on))
        return found

    def inputs(self, published: PublishedSet) -> list[PublishedSet]:
        """This returns the sets a set was made from, as its receipt names them; files it names are not sets."""
        key = ("inputs", published.name, published.set_id)
        found: list[PublishedSet] = self._kept.get(key, lambda: inputs_of(self.store, published))
        return found

    def names(self, register: PublishedSet) -> Mapping[str, str]:
        """This returns names by code of every organisation in a register."""
        found: Mapping[str, str] = self._kept.get(("names", register.set_id), lambda: names_of(register))
        return found

    def parents(self, register: PublishedSet, relation: str, on: date) -> Mapping[str, str]:
        """This returns member to parent of a relation on a day."""
        key = ("parents", register.set_id, relation, on)
        found: Mapping[str, str] = self._kept.get(key, lambda: _parents(register, relation, on))
        return found

    def places(self, register: PublishedSet, statement: PublishedSet, policy: Policy, on: date) -> pl.DataFrame:
        """This returns where each practice of a statement stands on a day: `practice_code, cluster, commissioner, region`."""
        key = ("places", register.set_id, statement.set_id, self.fingerprint(policy), on)
        found: pl.DataFrame = self._kept.get(key, lambda: _places(register, statement, policy, on))
        return found

    def list_sizes(self, register: PublishedSet, on: date) -> tuple[Mapping[str, int], date | None]:
        """This returns people on each list as counted last by a day, and the day of the count."""
        key = ("lists", register.set_id, on)
        found: tuple[Mapping[str, int], date | None] = self._kept.get(key, lambda: _list_sizes(register, on))
        return found

    def takeovers(self, register: PublishedSet, month: Month) -> tuple[Takeover, ...]:
        """This returns who answers for whom in a month, by the rule of the figures: whoever answers on its first day (0141)."""
        key = ("takeovers", register.set_id, month)
        found: tuple[Takeover, ...] = self._kept.get(key, lambda: _takeovers(register, month))
        return found

    def unpriced(self, statement: PublishedSet, month: Month, register: PublishedSet | None) -> Mapping[str, int]:
        """This returns how many contacts a statement leaves out for want of a price, by practice."""
        cells = [found for found in self.inputs(statement) if found.name.startswith("cells/")]
        key = ("unpriced", statement.set_id)
        make = partial(count_unpriced, self.store, cells=cells, month=month, register=register)
        found: Mapping[str, int] = self._kept.get(key, make)
        return found


def inputs_of(store: Store, published: PublishedSet) -> list[PublishedSet]:
    """This returns the sets a set was made from, as its receipt names them; files it names are not sets."""
    named = published.receipt.inputs.items()
    return [store.at(name, set_id) for name, set_id in named if len(set_id) == 12 and "." not in name]


def names_of(register: PublishedSet) -> dict[str, str]:
    """This returns names by code of every organisation in a register."""
    organisations = register.frame("organisations").select("organisation_code", "organisation_name")
    practices = register.frame("practices").select("practice_code", "practice_name")
    return dict(organisations.iter_rows()) | dict(practices.iter_rows())


def in_force(policy: Policy, on: date) -> tuple[PolicyValue, ...]:
    """This returns every rule value in force on a day, in the order of their names."""
    found = []
    for name in sorted(policy.values):
        try:
            found.append(policy.value(name, on=on))
        except MissingPolicy:  # a value of later years is not used in this one
            continue
    return tuple(value for value in found if not value.name.startswith("regime."))


def _parents(register: PublishedSet, relation: str, on: date) -> dict[str, str]:
    members = register.frame("memberships").filter(
        (pl.col("relation") == relation) & (pl.col("starts_on") <= on) & (pl.col("ends_before") > on)
    )
    return dict(members.select("member_code", "parent_code").iter_rows())


def _places(register: PublishedSet, statement: PublishedSet, policy: Policy, on: date) -> pl.DataFrame:
    codes = statement.lazy("budget_statements").select("practice_code").unique().collect()["practice_code"].to_list()
    return find_places(register, practices=codes, policy=policy, on=on)


def _list_sizes(register: PublishedSet, on: date) -> tuple[dict[str, int], date | None]:
    lists = register.lazy("registered_lists").filter(pl.col("as_at_on") <= on)
    day = lists.select(pl.col("as_at_on").max()).collect().item()
    if day is None:
        return {}, None
    counted = lists.filter(pl.col("as_at_on") == day).group_by("practice_code").agg(pl.col("patients_count").sum())
    return dict(counted.collect().iter_rows()), day


def _takeovers(register: PublishedSet, month: Month) -> tuple[Takeover, ...]:
    successions = trace_successions(register.frame("memberships"))
    held = successions.filter((pl.col("starts_on") <= month.start) & (pl.col("ends_before") > month.start))
    rows = held.select("predecessor_code", "successor_code", "starts_on").sort("starts_on", "predecessor_code")
    return tuple(Takeover(*row) for row in rows.iter_rows())
