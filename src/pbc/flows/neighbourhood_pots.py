"""A neighbourhood team's first budget: an ICB's pots shared among its practices and neighbourhoods, with luck, published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from pbc.errors import MissingFigure
from pbc.flows.journey import Journey
from pbc.flows.scenario import slug_of
from pbc.flows.share_pots import PotShares, read_weights, share_by_place
from pbc.methods.population.atypical_lists import flag_atypical_lists
from pbc.methods.population.weight_lists import index_need
from pbc.methods.risk import add_up_positions, band_chance, default_cheque
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.published.find import find_published
from pbc.sources.published.local import read_neighbourhoods, read_pots
from pbc.sources.published.reading import Faults, Published
from pbc.sources.published.tiers import read_hierarchy
from pbc.sources.published.typed import TypedRows, read_typed
from pbc.sources.published.weighted_populations import list_weighted, weight_columns
from pbc.tables import NEIGHBOURHOOD_BANDS, NEIGHBOURHOOD_SHARES, POT_EXCEPTIONS, POT_SHARES

POTS, PLACES = "pots typed in", "neighbourhoods typed in"
ALL = "*"  # no name of a place: every practice of the commissioner
# How luck moves a pot, by the measure that shares it: what is paid by contract does not move within the year.
FORMS = {
    "prescribing_weighted_population": ("prescribing", "activity_price"),
    **dict.fromkeys(
        (
            "primary_medical_weighted_population", "primary_medical_need_weighted_population",
            "community_weighted_population", "mental_health_weighted_population",
        ),
        ("community", "block"),
    ),
}  # fmt: skip
BY_ACTIVITY = ("planned_care", "activity_price")
WORDS = {
    "overall_weighted_population": "all core services together",
    "general_acute_weighted_population": "general and acute hospital care",
    "community_weighted_population": "community services",
    "mental_health_weighted_population": "mental health",
    "maternity_weighted_population": "maternity",
    "inequalities_weighted_population": "health inequalities",
    "prescribing_weighted_population": "prescribing",
    "primary_medical_need_weighted_population": "primary medical care, by need alone",
    "primary_medical_weighted_population": "primary medical care, as allocated",
}


@dataclass(frozen=True)
class PotMeasure:
    """A published column that can share a pot: the publisher's name of it, and what it measures in words."""

    name: str
    words: str


def list_measures(year: FinancialYear) -> tuple[PotMeasure, ...]:
    """This returns the columns of a year's weighted populations that can share a pot, each in words."""
    return tuple(PotMeasure(name, WORDS.get(column, name)) for name, column in weight_columns(year.slug).items())


def list_commissioners(folder: Path, *, year: FinancialYear) -> pl.DataFrame:
    """This returns the commissioners of a year's weighted populations: code, name, practices_count, registered_population.

    Grain out: one commissioner, by name. People as published (an average, so not whole).
    """
    rows = read_weights(folder, year=year).rows
    added = rows.group_by("commissioner_code").agg(
        pl.col("commissioner_name").first(),
        pl.len().cast(pl.Int64).alias("practices_count"),
        pl.col("registered_population").sum(),
    )
    return added.sort("commissioner_name", "commissioner_code")


def check_typed_pots(*, year: FinancialYear, pots: TypedRows, neighbourhoods: TypedRows) -> pl.DataFrame:
    """This returns REJECTED_ROWS: every fault of pots and neighbourhoods typed in, by the rules of their readers."""
    faults = {POTS: Faults(), PLACES: Faults()}
    if pots:
        read_pots(read_typed(pots, layout="pots", name=POTS, faults=faults[POTS]), measures=weight_columns(year.slug))
    if neighbourhoods:
        read_neighbourhoods(read_typed(neighbourhoods, layout="neighbourhoods", name=PLACES, faults=faults[PLACES]))
    return pl.concat([told.rows for told in faults.values()])


def share_neighbourhood_pots(
    store: Store,
    folder: Path,
    *,
    year: FinancialYear,
    name: str,
    pots: TypedRows | Path,
    neighbourhoods: TypedRows | Path | None,
    policy: Policy,
    journey: Journey | None = None,
) -> PublishedSet:
    """This returns the set neighbourhood-pots/<name as a slug>: pots by practice and neighbourhood, luck, and exceptions.

    `folder` holds published files (found by their headings). `pots` are rows with pot, commissioner_code,
    weighted_population (as `list_measures` names it) and pounds; `neighbourhoods` rows with practice_code, neighbourhood,
    from and to, or None for the primary care networks of the published hierarchy. Both may be files of the same columns;
    a row that cannot be used is refused by its number. Parts of a pot add up to it; chance bands use the default cheque.
    """
    journey = journey or Journey()
    slug = slug_of(name)
    journey.step("Reading the published weighted populations", 0.0)
    published = read_weights(folder, year=year)
    given = pots if isinstance(pots, Path) else read_typed(pots, layout="pots", name=POTS)
    wanted = read_pots(given, measures=weight_columns(year.slug))
    places = _places(folder, neighbourhoods, year=year, published=published, pots=wanted)
    shared = share_by_place(
        folder, published=published, pots=wanted, places=places, year=year, journey=journey.part(0.3, 0.8)
    )
    journey.step("Measuring how far luck goes", 0.85)
    tables = _tables(shared, year=year, policy=policy)
    receipt = Receipt(
        flow="share_neighbourhood_pots",
        inputs=shared.inputs,
        parameters={"name": name, "year": year.slug, "notes": "\n".join(note for note in shared.notes if note)},
        regime=policy.regime,
        policy=policy.fingerprint,
        is_made_up=all(code.startswith("Z") for code in shared.published["practice_code"]),  # made-up codes alone
        made_at=journey.made_at,
    )
    journey.step("Publishing with its receipt", 0.95)
    return store.publish(f"neighbourhood-pots/{slug}", tables, receipt)


def _places(
    folder: Path, given: TypedRows | Path | None, *, year: FinancialYear, published: Published, pots: Published
) -> Published:
    if isinstance(given, Path):
        return read_neighbourhoods(given)
    if given is not None:
        return read_neighbourhoods(read_typed(given, layout="neighbourhoods", name=PLACES))
    return _networks(folder, year=year, published=published, pots=pots)


def _networks(folder: Path, *, year: FinancialYear, published: Published, pots: Published) -> Published:
    """The primary care networks of the latest hierarchy, of the practices whose commissioner has a pot."""
    found = sorted(find_published(folder, "practice_hierarchy"), key=lambda path: (_year_in(path), path.name))
    if not found:
        raise MissingFigure(
            "There are no neighbourhoods, and no published hierarchy to take primary care networks from.",
            where=folder.name, remedy="Give each practice its neighbourhood, or fetch the hierarchy (pbc fetch --list).",
        )  # fmt: skip
    memberships, organisations = read_hierarchy(found[-1], as_at=year.start)
    payers = pots.rows["commissioner_code"].unique().to_list()
    ours = published.rows.filter(pl.col("commissioner_code").is_in(payers))["practice_code"].to_list()
    names = dict(organisations.rows.select("organisation_code", "organisation_name").iter_rows())
    mine = memberships.rows.filter((pl.col("relation") == "practice_pcn") & pl.col("member_code").is_in(ours))
    called = mine["parent_code"].replace({code: f"{names.get(code) or code} ({code})" for code in mine["parent_code"]})
    note = f"Neighbourhoods are the primary care networks of {found[-1].name}: replace them with your own."
    rows = mine.with_columns(called.alias("parent_code"), pl.lit("practice_neighbourhood").alias("relation"))
    return replace(memberships, rows=rows, notes=(*memberships.notes, note))


def _year_in(path: Path) -> str:
    found = re.search(r"20\d\d", path.name)
    return found[0] if found else ""


def _tables(shared: PotShares, *, year: FinancialYear, policy: Policy) -> Mapping[str, pl.DataFrame]:
    common = (pl.lit(year.slug).alias("financial_year"), pl.lit(shared.source).alias("source"))
    lists = index_need(list_weighted(shared.published, year=year.slug, source=shared.source))
    notes = flag_atypical_lists(lists, policy=policy, on=year.start).with_columns(
        pl.col("list_note").str.replace("; pooled", "", literal=True)
    )
    named = (
        shared.practices.join(shared.published.select("practice_code", "practice_name"), on="practice_code", how="left")
        .join(notes.select("practice_code", "list_note"), on="practice_code", how="left")
        .join(
            shared.pots.select("pot", "commissioner_code", measure="weighted_population"),
            on=["pot", "commissioner_code"],
        )
        .with_columns(common)
    )
    exceptions = shared.exceptions.rename({"list": "exception_kind"}).with_columns(common)
    return {
        "pot_shares": POT_SHARES.conform(named),
        "neighbourhood_shares": NEIGHBOURHOOD_SHARES.conform(shared.neighbourhoods.with_columns(common)),
        "neighbourhood_bands": _bands(shared, year=year, policy=policy),
        "pot_exceptions": POT_EXCEPTIONS.conform(exceptions).unique(POT_EXCEPTIONS.key, maintain_order=True),
    }


def _bands(shared: PotShares, *, year: FinancialYear, policy: Policy) -> pl.DataFrame:
    """Bands of each neighbourhood and of each commissioner's practices together, whole costs, by the default cheque."""
    local = {"from": year.start, "value": False, "status": "assumption", "source": "whole costs, no stop-loss"}
    whole = policy.lay_over({"risk.stop_loss_applies": {"values": [local]}}, where="bands of pots")
    measures = shared.pots.select("pot", "commissioner_code", "weight_column")
    forms = pl.col("weight_column")
    lines = shared.practices.join(measures, on=["pot", "commissioner_code"]).with_columns(
        forms.replace_strict({k: v[0] for k, v in FORMS.items()}, default=BY_ACTIVITY[0]).alias("service"),
        forms.replace_strict({k: v[1] for k, v in FORMS.items()}, default=BY_ACTIVITY[1]).alias("payment_form"),
        pl.col("amount_pence").alias("budget_pence"),
        pl.col("amount_pence").alias("actual_pence"),
    )
    cheque = default_cheque(whole, on=year.start)
    parts = []
    for part in lines.sort("commissioner_code").partition_by("commissioner_code"):
        practices = part.unique("practice_code").select(
            "practice_code",
            "commissioner_code",
            pl.col("neighbourhood").alias("cluster_code"),
            pl.col("registered_population").round().cast(pl.Int64).alias("list_size"),
            pl.lit(12, pl.Int64).alias("months_count"),
        )
        positions = add_up_positions(part, practices=practices, year=year, month=Month.of(year.end))
        found = band_chance(positions, year=year, cheque=cheque, policy=whole)
        parts.append(_named(found, part, practices, shared.source, year))
    return pl.concat([NEIGHBOURHOOD_BANDS.empty(), *parts])


def _named(
    bands: pl.DataFrame, lines: pl.DataFrame, practices: pl.DataFrame, source: str, year: FinancialYear
) -> pl.DataFrame:
    payer = lines["commissioner_code"][0]
    place = (
        pl.when(pl.col("unit_kind") == "commissioner").then(pl.lit(ALL)).otherwise("unit_code").alias("neighbourhood")
    )
    wanted = bands.filter(pl.col("unit_kind") != "practice").with_columns(place)
    money = _with_all(lines.select(pl.col("neighbourhood"), "amount_pence"), pl.col("amount_pence").sum())
    people = _with_all(
        practices.select(pl.col("cluster_code").alias("neighbourhood"), "list_size"),
        pl.len().cast(pl.Int64).alias("practices_count"), pl.col("list_size").sum(),
    )  # fmt: skip
    joined = wanted.join(money, on="neighbourhood").join(people, on="neighbourhood")
    return NEIGHBOURHOOD_BANDS.conform(
        joined.with_columns(
            pl.lit(year.slug).alias("financial_year"),
            pl.lit(payer).alias("commissioner_code"),
            pl.col("budget_at_chance_pence").alias("judged_pence"),
            *(
                _of_judged(name)
                for name in ("chance_low_pence", "chance_high_pence", "outer_low_pence", "outer_high_pence")
            ),
            pl.lit(f"{source}; size of a cheque: study of chance bands made for this project").alias("source"),
        )
    )


def _of_judged(name: str) -> pl.Expr:
    """A limit of what luck moves, without what is paid by contract: that stands in both limits alike."""
    return (pl.col(name) - (pl.col("budget_pence") - pl.col("budget_at_chance_pence"))).alias(name)


def _with_all(rows: pl.DataFrame, *sums: pl.Expr) -> pl.DataFrame:
    each = rows.group_by("neighbourhood").agg(sums)
    whole = rows.select(*sums).with_columns(pl.lit(ALL).alias("neighbourhood")).select(each.columns)
    return pl.concat([each, whole])
