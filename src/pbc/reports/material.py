"""What pages are made from: published tables, each row with its figure id, and the names that go with their codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import Any

import polars as pl

from pbc.periods import Month
from pbc.policy.policy import PolicyValue
from pbc.reference.activity import POINTS_OF_DELIVERY, SERVICES
from pbc.reference.specialties import SPECIALTIES
from pbc.reports.decisions import Decisions
from pbc.reports.protection import Protection
from pbc.stats.small_numbers import SmallNumbers
from pbc.tables import ALL, POOLED

MADE_UP_MARK = " (made up)"  # how the made-up world ends its names: a page says so once, not after every name


@cache
def _nothing(table: str) -> pl.DataFrame:
    """A table that was not published."""
    return ALL[table].empty().with_columns(figure_id=pl.lit(""))


@dataclass(frozen=True)
class SetShown:
    """A published set as pages cite it."""

    name: str
    set_id: str
    flow: str
    made_at: str
    version: str
    regime: str
    is_made_up: bool


@dataclass(frozen=True)
class Tiers:
    """What the regime calls its tiers."""

    cluster: str = "cluster"
    commissioner: str = "primary care trust"
    commissioner_short: str = "PCT"
    region: str = "strategic health authority"
    region_short: str = "SHA"

    def unit(self, unit_kind: str) -> str:
        """This returns what people call the holders of a code of a kind of unit.

        >>> Tiers(cluster="neighbourhood").unit("cluster"), Tiers().unit("risk_pool")
        ('neighbourhood', 'risk pool')
        """
        titles = {"cluster": self.cluster, "commissioner": self.commissioner, "region": self.region}
        return titles.get(unit_kind, unit_kind.replace("_", " "))

    def said(self, words: str) -> str:
        """This returns text written in the engine's own word for a group of practices in the regime's word instead.

        >>> Tiers(cluster="neighbourhood").said("Held by a practice or cluster; clusters may differ.")
        'Held by a practice or neighbourhood; neighbourhoods may differ.'
        """
        return re.sub(r"\bcluster(s?)\b", lambda found: self.cluster + found[1], words)


@dataclass(frozen=True)
class Answer:
    """Whom to ask about a statement, by when, and within how many days an answer comes; unknown ones the page names as such."""

    contact: str = ""
    by: date | None = None
    within_days: int | None = None


@dataclass(frozen=True)
class Takeover:
    """A practice that another took over, and from which day the other answers for it."""

    gone_code: str
    heir_code: str
    on: date


@dataclass(frozen=True)
class MonthLeftOut:
    """A month of hospital care that never came, or some kinds of delivery in it, left out of a partial statement."""

    month: Month
    settings: tuple[str, ...]
    is_whole: bool


@dataclass(frozen=True)
class StatementMaterial:
    """All that the pages of a month are made from, for every practice of a commissioner.

    `tables` holds published frames by table name, each with a `figure_id` column. `names` maps organisation codes to
    names, `clusters` practice codes to cluster codes. `unpriced` counts contacts left out for want of a price, by practice.
    `takeovers` are those in force in the month, `payers` the commissioner of each practice when the year began.
    `closed_on` is the set of budgets that the year end shown was closed on, where the statement was made on another.
    `ended` holds the year end's own tables, `closed_under` how the rules it was closed under differ from the statement's.
    `left_out` is what a partial statement leaves out because it never came. `as_of` is the day the age of data is told
    for, else the day the statement was made. `commissioners` maps practice codes to who pays on the last day of the
    month; `region_code` is the region of the commissioner, or the region itself where a page is about one. `earlier` holds
    tables of the year's earlier statements, oldest first: what was shown stays known. `protection` and what follows are set by
    `shown_to`, for a reader: the rule that protects, sums of raw figures, and, for those entitled in one practice, `own`, all
    of its figures. `decisions` makes or remembers what is hidden.
    """

    month: Month
    tiers: Tiers
    commissioner_code: str
    names: Mapping[str, str]
    clusters: Mapping[str, str]
    list_sizes: Mapping[str, int]
    list_as_at: date | None
    tables: Mapping[str, pl.DataFrame]
    sets: tuple[SetShown, ...]
    policy: tuple[PolicyValue, ...] = ()
    prescribing_to: Month | None = None
    answer: Answer = Answer()
    unpriced: Mapping[str, int] = field(default_factory=dict)
    takeovers: tuple[Takeover, ...] = ()
    closed_on: SetShown | None = None
    ended: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    closed_under: tuple[str, ...] = ()
    payers: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[MonthLeftOut, ...] = ()
    as_of: date | None = None
    commissioners: Mapping[str, str] = field(default_factory=dict)
    region_code: str = ""
    earlier: Mapping[Month, Mapping[str, pl.DataFrame]] = field(default_factory=dict)
    protection: Protection | None = None
    rule: SmallNumbers | None = None
    sums: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    own: StatementMaterial | None = None
    decisions: Decisions = field(default_factory=Decisions)

    @property
    def is_made_up(self) -> bool:
        """Whether any set behind the pages is made up."""
        return any(shown.is_made_up for shown in self.sets)

    @property
    def statement_set(self) -> SetShown:
        """The set of the statement itself."""
        return next(shown for shown in self.sets if shown.name.startswith("statement/"))

    @property
    def practices(self) -> list[str]:
        """Codes of the practices with a statement, in order."""
        return sorted(self._parts("budget_statements", "practice_code"))

    def told(self, *, answer: Answer, as_of: date | None) -> StatementMaterial:
        """This returns the same material for a reader: whom to ask, and the day the age of data is told for."""
        same = replace(self, answer=answer, as_of=as_of)
        same.__dict__["_partitions"] = self._partitions
        same.__dict__["protected"] = self.protected
        return same

    def of_tier(
        self, unit_kind: str, unit_code: str, *, cut: str, period: str = "year_to_date"
    ) -> list[dict[str, Any]]:
        """This returns a cut of what practices add up to in a cluster, commissioner or region, dearest first."""
        rows = self.of_unit("tier_statements", unit_kind, unit_code)
        wanted = rows.filter((pl.col("cut") == cut) & (pl.col("period") == period))
        return wanted.sort("actual_pence", "item", descending=[True, False], nulls_last=True).to_dicts()

    def of_practice(self, table: str, practice_code: str) -> pl.DataFrame:
        """This returns the rows of a table that concern one practice."""
        if self.is_own(practice_code):
            return self.own.of_practice(table, practice_code)  # type: ignore[union-attr]  # it is there
        whole = self.table(table)
        return self._parts(table, "practice_code").get(practice_code, whole.clear())

    def of_unit(self, table: str, unit_kind: str, unit_code: str) -> pl.DataFrame:
        """This returns the rows of a table by unit (practice, cluster or commissioner) that concern one of them."""
        if unit_kind == "practice" and self.is_own(unit_code):
            return self.own.of_unit(table, unit_kind, unit_code)  # type: ignore[union-attr]  # it is there
        whole = self.table(table)
        mine = self._parts(table, "unit_code").get(unit_code, whole.clear())
        return mine.filter(pl.col("unit_kind") == unit_kind) if mine.height else mine

    def table(self, name: str) -> pl.DataFrame:
        """This returns a whole table; one that was not published has no rows."""
        held = self.tables.get(name)
        return _nothing(name) if held is None else held

    def with_own(self, own: StatementMaterial, protection: Protection) -> StatementMaterial:
        """This returns the same material for those entitled in one practice, of which they see all figures."""
        shown = replace(self, own=own, protection=protection, answer=own.answer, as_of=own.as_of)
        shown.__dict__["_partitions"] = self._partitions  # the same tables, split by practice once
        return shown

    def size_of(self, practice_code: str) -> int | None:
        """This returns how many people are on a practice's list, as the reader may see it, or None."""
        return (
            (self.own or self).list_sizes.get(practice_code)
            if self.is_own(practice_code)
            else self.list_sizes.get(practice_code)
        )

    def earlier_frames(self, table: str) -> dict[Month, pl.DataFrame]:
        """This returns a table of the year's earlier statements that hold it, oldest first."""
        return {month: held[table] for month, held in self.earlier.items() if table in held}

    def is_own(self, practice_code: str) -> bool:
        """This returns whether the reader sees all figures of a practice as one entitled in it."""
        return self.own is not None and self.protection is not None and self.protection.practice_code == practice_code

    @cached_property
    def protected(self) -> dict[str, StatementMaterial]:
        """This returns the protected material made so far, by rule."""
        return {}

    def name_of(self, code: str) -> str:
        """This returns the name of an organisation, or its code where the register has none.

        On made-up pages, which say so at the top and over every table, a name stands without its mark.
        """
        name = self.names.get(code, code)
        return name.removesuffix(MADE_UP_MARK) if self.is_made_up else name

    def item_title(self, cut: str, item: str) -> str:
        """This returns what people call an item of a cut of the statement."""
        titles = {
            "total": {"all": "All services"},
            "service": {code: service.title for code, service in SERVICES.items()},
            "point_of_delivery": {code: pod.title for code, pod in POINTS_OF_DELIVERY.items()},
            "specialty": {**SPECIALTIES, POOLED: "Restricted kinds of care, pooled"},
        }
        known = self.name_of(item) if cut == "provider" else titles.get(cut, {}).get(item)
        return known or (f"Specialty {item}" if cut == "specialty" else item.replace("_", " ").capitalize())

    @cached_property
    def _partitions(self) -> dict[tuple[str, str], dict[str, pl.DataFrame]]:
        return {}

    def _parts(self, table: str, column: str) -> dict[str, pl.DataFrame]:
        if (table, column) not in self._partitions:
            split = self.table(table).partition_by(column, as_dict=True)
            self._partitions[table, column] = {str(key[0]): part for key, part in split.items()}
        return self._partitions[table, column]
