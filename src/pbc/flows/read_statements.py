"""Reading statements page by page, as the web does: what immutable sets hold is read once, and kept while there is room."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from pbc.errors import Fault, MissingFigure
from pbc.flows.compare_practices import compare_practice
from pbc.flows.gather_statement import (
    NO_ANSWER,
    NOTHING_HELD,
    Held,
    MonthSets,
    find_commissioner,
    find_earlier,
    find_sets,
    gather_region,
    gather_statement,
)
from pbc.flows.shelf import Shelf
from pbc.flows.write_statements import absorbed
from pbc.kept import Kept
from pbc.periods import Month
from pbc.policy import Policy
from pbc.reports import (
    PROTECTED,
    Answer,
    Protection,
    StatementMaterial,
    StatementView,
    SummaryView,
    build_cluster,
    build_commissioner,
    build_region,
    build_statement,
)
from pbc.reports.decisions import Decisions
from pbc.reports.drawings import Drawings
from pbc.reports.peers import PeersView
from pbc.results import Store
from pbc.results.engine_code import fingerprint_code

MOST_MATERIALS = 48  # commissioner-months: some five megabytes each for fifty practices
MOST_VIEWS = 400


class StatementReader:
    """Pages of published statements, made on request from one store: for many readers at once, in one process.

    Safe among threads. Memory is bounded: so many commissioner-months, so many pages, so many drawings. Nothing is stale:
    which set is in force is looked up at each request, and all that is kept is kept under the ids of sets. `held` of a
    request says of names which set they are to give, or None for none: what was put in force for readers. `policy` is the
    rules with local agreements laid over them, else the regime's own. `drawings` and
    `decisions` are folders that outlive the process: for charts, and for what small-number protection hides.
    """

    def __init__(
        self,
        store: Store,
        *,
        policy: Policy | None = None,
        drawings: Path | None = None,
        decisions: Path | None = None,
        most_materials: int = MOST_MATERIALS,
        most_views: int = MOST_VIEWS,
    ) -> None:
        self.shelf, self._policy = Shelf(store), policy
        self.drawings, self._decisions = Drawings(drawings), Decisions(decisions, code=fingerprint_code())
        self._materials: Kept[StatementMaterial] = Kept(most_materials)
        self._views: Kept[Any] = Kept(most_views)

    def months(self) -> list[Month]:
        """This returns the months that have a statement, oldest first."""
        return [Month.parse(name.partition("/")[2]) for name in self.shelf.store.names("statement")]

    def places(self, month: Month, *, held: Held = NOTHING_HELD) -> pl.DataFrame:
        """This returns where each practice with a statement stands: `practice_code, cluster, commissioner, region`."""
        sets, policy = self._sets(month, held)
        if sets.register is None:
            raise MissingFigure("This statement names no register.", where=sets.statement.name)
        return self.shelf.places(sets.register, sets.statement, policy, month.end)

    def statement(
        self,
        practice_code: str,
        month: Month,
        *,
        answer: Answer = NO_ANSWER,
        as_of: date | None = None,
        held: Held = NOTHING_HELD,
        protection: Protection = PROTECTED,
    ) -> StatementView:
        """This returns one practice's statement of a month. A practice without one is refused, with who answers for it now."""
        sets, policy = self._sets(month, held)
        code = practice_code.strip().upper()
        payer = find_commissioner(self.shelf, sets, policy=policy, practice_code=code)
        if payer is None:
            raise self._unknown(sets, code)

        def make() -> StatementView:
            material = self._material(sets, policy, payer, held).told(answer=answer, as_of=as_of)
            return build_statement(material, practice_code=code, protection=protection)

        found: StatementView = self._views.get(
            ("statement", code, *self._key(sets, policy, held), answer, as_of, protection), make
        )
        return found

    def peers(
        self,
        practice_code: str,
        month: Month,
        *,
        named: Collection[str] | None = None,
        held: Held = NOTHING_HELD,
        protection: Protection = PROTECTED,
    ) -> PeersView:
        """This returns a practice beside the practices most like it. `named` are those the reader may know by name: by default
        the others of its own cluster."""
        sets, policy = self._sets(month, held)
        payer = find_commissioner(self.shelf, sets, policy=policy, practice_code=practice_code)
        if payer is None:
            raise self._unknown(sets, practice_code)
        material = self._material(sets, policy, payer, held)
        own = material.clusters.get(practice_code)
        friends = [code for code, cluster in material.clusters.items() if own is not None and cluster == own]
        known = friends if named is None else named
        key = ("peers", practice_code, *self._key(sets, policy, held), tuple(sorted(known)), protection)

        def of_peer(code: str) -> StatementMaterial | None:
            payer = find_commissioner(self.shelf, sets, policy=policy, practice_code=code)
            return None if payer is None else self._material(sets, policy, payer, held)

        make = partial(
            compare_practice, self.shelf, sets, practice_code=practice_code, material=material, materials=of_peer,
            policy=policy, protection=protection, named=known,
        )  # fmt: skip
        found: PeersView = self._views.get(key, make)
        return found

    def cluster(
        self,
        cluster_code: str,
        month: Month,
        *,
        pages: Mapping[str, str] | None = None,
        as_of: date | None = None,
        held: Held = NOTHING_HELD,
        protection: Protection = PROTECTED,
    ) -> SummaryView:
        """This returns a cluster's page of a month; `pages` maps codes of practices to the addresses of theirs."""
        own = self.places(month, held=held).filter(pl.col("cluster") == cluster_code)
        if own.is_empty():
            raise self._no_unit(cluster_code, month)
        material = self.material(str(own["commissioner"][0]), month, held=held).told(answer=NO_ANSWER, as_of=as_of)
        return build_cluster(material, cluster_code=cluster_code, pages=pages, protection=protection)

    def commissioner(
        self,
        commissioner_code: str,
        month: Month,
        *,
        pages: Mapping[str, str] | None = None,
        cluster_pages: Mapping[str, str] | None = None,
        as_of: date | None = None,
        held: Held = NOTHING_HELD,
        protection: Protection = PROTECTED,
    ) -> SummaryView:
        """This returns a commissioner's page of a month; the maps give addresses of practices' and clusters' pages."""
        material = self.material(commissioner_code, month, held=held).told(answer=NO_ANSWER, as_of=as_of)
        return build_commissioner(material, pages=pages, cluster_pages=cluster_pages, protection=protection)

    def region(
        self,
        region_code: str,
        month: Month,
        *,
        pages: Mapping[str, str] | None = None,
        as_of: date | None = None,
        held: Held = NOTHING_HELD,
        protection: Protection = PROTECTED,
    ) -> SummaryView:
        """This returns a region's page of a month; `pages` maps codes of commissioners to the addresses of theirs."""
        material = self.region_material(region_code, month, held=held).told(answer=NO_ANSWER, as_of=as_of)
        return build_region(material, pages=pages, protection=protection)

    def region_material(self, region_code: str, month: Month, *, held: Held = NOTHING_HELD) -> StatementMaterial:
        """This returns all that a region's page of a month is made from; a region without practices is refused."""
        sets, policy = self._sets(month, held)
        key = ("region", region_code, *self._key(sets, policy, held))
        make = partial(
            gather_region,
            self.shelf.store,
            month=month,
            region_code=region_code,
            policy=policy,
            shelf=self.shelf,
            held=held,
        )
        return self._materials.get(key, make)

    def material(self, commissioner_code: str, month: Month, *, held: Held = NOTHING_HELD) -> StatementMaterial:
        """This returns all that one commissioner's pages of a month are made from; a code without practices is refused.

        Without a code it is of all practices of the set: what a figure of a practice that has since gone stands among.
        """
        sets, policy = self._sets(month, held)
        return self._material(sets, policy, commissioner_code, held)

    def _material(self, sets: MonthSets, policy: Policy, commissioner_code: str, held: Held) -> StatementMaterial:
        make = partial(
            gather_statement, self.shelf.store, month=sets.month, policy=policy, commissioner_code=commissioner_code or None,
            shelf=self.shelf, held=held,
        )  # fmt: skip
        key = (commissioner_code, *self._key(sets, policy, held))
        return self._materials.get(key, lambda: replace(make(), decisions=self._decisions))

    def _sets(self, month: Month, held: Held = NOTHING_HELD) -> tuple[MonthSets, Policy]:
        sets = find_sets(self.shelf, month=month, held=held)
        return sets, self._policy or self.shelf.policy(sets.statement.receipt.regime)

    def _key(self, sets: MonthSets, policy: Policy, held: Held) -> tuple[str, ...]:
        """All that decides a month's pages: the sets they show, the rules in hand, and what was shown of the year before."""
        earlier = (each.set_id for each in find_earlier(self.shelf.store, sets.month, held=held).values())
        return (*(found.set_id for found in sets.used), self.shelf.fingerprint(policy), *earlier)

    def _unknown(self, sets: MonthSets, code: str) -> Fault:
        taken = self.shelf.takeovers(sets.register, sets.month) if sets.register else ()
        names = self.shelf.names(sets.register) if sets.register else {}
        for each in taken:
            if each.gone_code == code:
                return absorbed(each, name_of=lambda wanted: names.get(wanted, wanted), month=sets.month)
        return self._no_unit(code, sets.month)

    def _no_unit(self, code: str, month: Month) -> MissingFigure:
        return MissingFigure(
            f"There is no statement of {month.title} for {code}.", where=f"statement/{month}",
            remedy="Check the code; it is written in capitals, like Z90001.",
        )  # fmt: skip
