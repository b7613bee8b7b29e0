"""A practice beside the practices most like it: who they are by need, size and age, and what their care costs a person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

import polars as pl

from pbc.errors import MissingFigure
from pbc.flows.gather_statement import MonthSets, named_input
from pbc.flows.shelf import Shelf
from pbc.methods.variation import CRITERIA, compare_with_peers, find_peers
from pbc.methods.variation.peers import list_used
from pbc.policy import Policy
from pbc.reference.activity import APPORTIONED_SERVICES, SERVICES
from pbc.reports import PROTECTED, Protection, StatementMaterial, shown_to
from pbc.reports.peers import PeersView, build_peers
from pbc.results import PublishedSet

MEASURED = [code for code in SERVICES if code not in APPORTIONED_SERVICES]
CHILDREN, OLD = 15, 65
Materials = Callable[[str], StatementMaterial | None]


def compare_practice(
    shelf: Shelf,
    sets: MonthSets,
    *,
    practice_code: str,
    material: StatementMaterial,
    materials: Materials,
    policy: Policy,
    protection: Protection = PROTECTED,
    named: Collection[str] = (),
) -> PeersView:
    """This returns a practice beside the practices of the statement most like it, of whatever commissioner.

    `material` is what the practice's own pages are made from, `materials` gives that of a peer, None of one without a
    statement. Costs are read as the reader may see them, and what is hidden is left out. `named` are the practices the reader
    may know by name. Nearest by the need index, list size and age structure, and by deprivation where it is held; costs are of
    the year to date per person weighted for the need of each kind of care. Refused where the statement names no register or
    its budgets no lists weighted for need.
    """
    need = named_input(shelf.store, sets.budgets, kind="need") if sets.budgets else None
    if sets.register is None or need is None:
        raise MissingFigure(
            "Similar practices cannot be found.", where=sets.statement.name, found="no lists weighted for need",
            remedy="Receive the year's lists (need) and set its budgets, then state the month again.",
        )  # fmt: skip
    weighted = _weighted(need, {each.gone_code: each.heir_code for each in material.takeovers})
    criteria = _criteria(weighted, sets.register, sets.month.end, material)
    count = policy.whole("variation.peers_count", on=sets.month.financial_year.start)
    peers = find_peers(criteria, practice_code=practice_code, count=count)["practice_code"].to_list()
    seen = {practice_code: material} | {code: materials(code) for code in peers}
    costs = _costs(seen, weighted, protection)
    compared = compare_with_peers(costs, practice_code=practice_code, peers=peers)
    used = [CRITERIA[name] for name in list_used(criteria, practice_code=practice_code)]
    return build_peers(material, compared=compared, peers=peers, criteria=used, named=[c for c in peers if c in named])


def _weighted(need: PublishedSet, heirs: dict[str, str]) -> pl.DataFrame:
    """Weighted and registered people by practice and component, with who answers for them now."""
    held = need.frame("weighted_lists").with_columns(pl.col("practice_code").replace(heirs))
    return held.group_by("practice_code", "component").agg(
        pl.col("registered_population", "weighted_population").sum(),
        (pl.col("need_index_england") * pl.col("registered_population")).sum().alias("needed"),
    )


def _criteria(weighted: pl.DataFrame, register: PublishedSet, on: date, material: StatementMaterial) -> pl.DataFrame:
    heirs = {each.gone_code: each.heir_code for each in material.takeovers}
    lists = register.lazy("registered_lists").filter(pl.col("as_at_on") <= on)
    latest = lists.filter(pl.col("as_at_on") == pl.col("as_at_on").max())
    begins = pl.col("age_band").str.extract(r"^(\d+)").cast(pl.Int32, strict=False)
    people = pl.col("patients_count")
    ages = (
        latest.with_columns(pl.col("practice_code").replace(heirs))
        .group_by("practice_code")
        .agg(
            people.sum().cast(pl.Float64).alias("people"),
            people.filter(begins < CHILDREN).sum().alias("young"),
            people.filter(begins >= OLD).sum().alias("old"),
        )
        .filter(pl.col("people") > 0)
        .select(
            "practice_code",
            pl.col("people").log().alias("list_size_log"),
            (pl.col("young") / pl.col("people")).alias("share_under_15"),
            (pl.col("old") / pl.col("people")).alias("share_65_plus"),
        )
        .collect()
    )
    acute = weighted.filter(pl.col("component") == SERVICES["planned_care"].component)
    index = acute.filter(pl.col("registered_population") > 0).select(
        "practice_code", (pl.col("needed") / pl.col("registered_population")).alias("need_index")
    )
    return index.join(ages, on="practice_code", how="full", coalesce=True).sort("practice_code")


def _costs(
    materials: Mapping[str, StatementMaterial | None], weighted: pl.DataFrame, protection: Protection
) -> pl.DataFrame:
    rows = pl.concat(
        shown_to(material, protection)
        .of_practice("budget_statements", code)
        .filter((pl.col("cut") == "service") & (pl.col("period") == "year_to_date") & pl.col("item").is_in(MEASURED))
        .select("practice_code", pl.col("item").alias("service"), "actual_pence")
        for code, material in materials.items()
        if material is not None
    )
    component = {code: SERVICES[code].component for code in MEASURED}
    named = rows.with_columns(pl.col("service").replace_strict(component).alias("component"))
    return named.join(weighted, on=["practice_code", "component"]).select(
        "practice_code", "service", "actual_pence", "weighted_population"
    )
