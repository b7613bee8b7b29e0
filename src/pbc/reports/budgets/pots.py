"""A neighbourhood team's pots as a page: each neighbourhood and practice, how far luck goes, what to look at, what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pbc.money import pounds
from pbc.reports.amounts import percent
from pbc.reports.budgets.not_known import describe_not_known
from pbc.reports.budgets.tables import FigureColumn, FigureTable, distance_in_words, lay_out
from pbc.reports.material import SetShown
from pbc.reports.view import Head, Headline, PageTable, Paragraph

Row = Mapping[str, Any]
LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0."
MADE_UP = "Made-up data: no figure here describes a real practice, patient or hospital."
EVERYBODY, NOWHERE, TOO_SMALL = "*", "unassigned", "Too small to judge"
EXCEPTIONS = {
    "unmatched": "Not in the published file: no share",
    "without_pot": "No pot for its commissioner",
    NOWHERE: "In no neighbourhood",
    "dormant": "Dormant in the register",
    "cross_boundary": "In a neighbourhood of two commissioners",
    "moving": "Changes neighbourhood in the year",
}


@dataclass(frozen=True)
class PotsMaterial:
    """A set of neighbourhood pots as a page reads it: `tables` by name, each with a `figure_id` column; `notes` of the files."""

    title: str
    year: str
    regime: str
    shown: SetShown
    tables: Mapping[str, pl.DataFrame]
    notes: tuple[str, ...]

    @property
    def source(self) -> str:
        """The publication that the weights come from."""
        return str(self.tables["pot_shares"]["source"][0])

    @property
    def pots(self) -> list[str]:
        """Names of the pots, in order."""
        return self.tables["pot_shares"]["pot"].unique().sort().to_list()


@dataclass(frozen=True)
class PotsView:
    """The page, in the order it is read. `tables`: by neighbourhood, luck, by practice. `exceptions` and `unusual` may be empty."""

    title: str
    year: str
    is_made_up: bool
    headlines: tuple[Headline, ...]
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[FigureTable, ...]
    exceptions: PageTable
    unusual: PageTable
    notes: tuple[Paragraph, ...]


def build_pots(material: PotsMaterial) -> PotsView:
    """This returns the page of a set of neighbourhood pots. Money in whole pounds; every pot's lines add up to it in pence."""
    bands = material.tables["neighbourhood_bands"]
    places = bands.filter(pl.col("neighbourhood") != EVERYBODY).to_dicts()
    real = [row for row in places if row["neighbourhood"] != NOWHERE]
    total = int(material.tables["pot_shares"]["amount_pence"].sum())
    people = bands.filter(pl.col("neighbourhood") == EVERYBODY)["list_size"].sum()
    return PotsView(
        title=material.title,
        year=material.year,
        is_made_up=material.shown.is_made_up,
        headlines=(
            Headline("Shared", pounds(total), f"in {len(material.pots)} pots, to the penny"),
            Headline("Neighbourhoods", f"{len(real):,}", f"{people:,} people"),
            _middle(real),
        ),
        paragraphs=(Paragraph("luck", "How far luck goes", _luck(bands.row(0, named=True))),),
        tables=(_by_place(material), _luck_table(bands.to_dicts()), _by_practice(material)),
        exceptions=_exceptions(material),
        unusual=_unusual(material),
        notes=(describe_not_known(material.regime), describe_sources(material)),
    )


def describe_sources(material: PotsMaterial) -> Paragraph:
    """This returns where a set of pots comes from: the publication with its licence, the notes of the files, and the set."""
    shown = material.shown
    said = (
        *((MADE_UP,) if shown.is_made_up else ()),
        f"Weighted populations: {material.source}. {LICENCE}",
        *material.notes,
        f"{shown.name}, set {shown.set_id}{f', made {shown.made_at}' if shown.made_at else ''}, pbc {shown.version}.",
    )
    return Paragraph("source", "Where these figures come from", said)


def _middle(places: Sequence[Row]) -> Headline:
    halves = sorted(
        (row["chance_high_pence"] - row["chance_low_pence"]) / 2 / row["judged_pence"]
        for row in places
        if row["chance_low_pence"] is not None
    )
    if not halves:
        return Headline("Luck alone", TOO_SMALL, "or luck moves none of these pots within the year")
    return Headline("Luck alone", percent(halves[len(halves) // 2]), "either way, for the neighbourhood in the middle")


def _luck(row: Row) -> tuple[str, ...]:
    cheque, tau = pounds(round(row["cheque_pounds"] * 100)), percent(row["formula_error_ratio"])
    return (
        "These limits say how far luck alone moves a year of such a budget if nobody changes what they do: a year end inside "
        "them shows neither a saving nor an overspend.",
        f"No people's costs are held here, so the size of one cheque, {cheque}, is the default for the year's prices (assumption), "
        f"and so is the usual error of a budget formula, {tau}, that the outer limits add.",
        "Pots for community, mental health and primary medical care are paid by contract: luck does not move them within the year, "
        "and the limits leave them out. What a pot is for is told by the measure that shares it.",
    )


def _named(code: str) -> str:
    return "All practices" if code == EVERYBODY else "In no neighbourhood" if code == NOWHERE else code


def _label(row: Row) -> str:
    return f"{_named(row['neighbourhood'])}, {row['commissioner_code']}"


def _by_place(material: PotsMaterial) -> FigureTable:
    """Neighbourhoods down, pots across, their sum last: each pot's figure with the id of its own row."""
    bands = material.tables["neighbourhood_bands"].sort("commissioner_code", "neighbourhood").to_dicts()
    shares = material.tables["neighbourhood_shares"].to_dicts()
    held = {(row["commissioner_code"], row["neighbourhood"], row["pot"]): row for row in shares}
    body, ids = [], []
    for band in bands:
        place = (band["commissioner_code"], band["neighbourhood"])
        rows = [held.get((*place, pot)) for pot in material.pots]
        amounts = [_pot_cell(row, shares, place, pot) for row, pot in zip(rows, material.pots, strict=True)]
        each = pounds(round(band["amount_pence"] / band["list_size"])) if band["list_size"] else "No people"
        body.append((
            _label(band), f"{band['practices_count']:,}", f"{band['list_size']:,}", *amounts, pounds(band["amount_pence"]), each,
        ))  # fmt: skip
        ids.append((
            "", f"{band['figure_id']}:practices_count", f"{band['figure_id']}:list_size",
            *(f"{row['figure_id']}:amount_pence" if row else "" for row in rows),
            f"{band['figure_id']}:amount_pence", f"{band['figure_id']}:amount_pence",
        ))  # fmt: skip
    numbers = ("Practices", "People", *material.pots, "All pots", "For each person")
    heads = (Head("Neighbourhood"), *(Head(title, is_number=True) for title in numbers))
    page = PageTable(
        "neighbourhoods", "Pots by neighbourhood", heads, tuple(body), note="In pence, parts add up to each pot."
    )
    return FigureTable(page, tuple(ids))


def _pot_cell(row: Row | None, shares: Sequence[Row], place: tuple[str, str], pot: str) -> str:
    if row is not None:
        return pounds(row["amount_pence"])
    if place[1] != EVERYBODY:
        return "No such pot"
    return pounds(
        sum(each["amount_pence"] for each in shares if (each["commissioner_code"], each["pot"]) == (place[0], pot))
    )


def _luck_table(bands: Sequence[Row]) -> FigureTable:
    def limit(column: str) -> FigureColumn:
        def say(row: Row) -> str:
            if row[column] is None:
                return TOO_SMALL
            return f"{pounds(row[column])} ({distance_in_words(row[column] / row['judged_pence'] - 1)})"

        return FigureColumn(LIMITS[column], column, say)

    judged = FigureColumn("Pots that luck moves", "judged_pence", lambda row: pounds(row["judged_pence"]))
    return lay_out(
        sorted(bands, key=_label), name="luck", caption="How far luck alone will move a year of each neighbourhood's pots",
        columns=(judged, *(limit(column) for column in LIMITS)), first=Head("Neighbourhood"), label=_label,
        note="19 years in 20 end between lower and upper if luck alone is at work.",
    )  # fmt: skip


LIMITS = {
    "chance_low_pence": "Luck, lower",
    "chance_high_pence": "Luck, upper",
    "outer_low_pence": "With the formula's error, lower",
    "outer_high_pence": "With the formula's error, upper",
}


def _by_practice(material: PotsMaterial) -> FigureTable:
    rows = material.tables["pot_shares"].sort("neighbourhood", "practice_code", "pot").to_dicts()
    columns = (
        FigureColumn("People", "registered_population", lambda row: f"{row['registered_population']:,.0f}"),
        FigureColumn("Weighted people", "weighted_population", lambda row: f"{row['weighted_population']:,.0f}"),
        FigureColumn("Amount", "amount_pence", lambda row: pounds(row["amount_pence"])),
    )

    def label(row: Row) -> str:
        return f"{row['practice_name'] or row['practice_code']} ({row['practice_code']}), {row['pot']}"

    return lay_out(
        rows, name="practices", caption="Pots by practice", columns=columns, first=Head("Practice"), label=label
    )


def _exceptions(material: PotsMaterial) -> PageTable:
    rows = material.tables["pot_exceptions"].to_dicts()
    body = tuple(
        (
            f"{row['practice_name'] or row['practice_code']} ({row['practice_code']})",
            EXCEPTIONS[row["exception_kind"]],
            row["reason"],
        )
        for row in rows
    )
    heads = (Head("Practice"), Head("What"), Head("What it means for its money"))
    return PageTable("exceptions", f"Practices to look at before anything is agreed: {len(body)}", heads, body)


def _unusual(material: PotsMaterial) -> PageTable:
    """Lists that the formula fits badly: here they are named, not pooled, for a pot follows the published formula alone."""
    rows = (
        material.tables["pot_shares"]
        .filter(pl.col("list_note").is_not_null())
        .unique("practice_code")
        .sort("practice_code")
    )
    body = tuple(
        (
            f"{row['practice_name'] or row['practice_code']} ({row['practice_code']})",
            _named(row["neighbourhood"]),
            row["list_note"],
        )
        for row in rows.to_dicts()
    )
    heads = (Head("Practice"), Head("Neighbourhood"), Head("Why the formula is least sure of it"))
    return PageTable("unusual", f"Unusual lists, named here and not pooled: {len(body)}", heads, body)


SHEETS = {
    "neighbourhood_shares": "Pots by neighbourhood",
    "neighbourhood_bands": "How far luck alone moves each neighbourhood's pots",
    "pot_shares": "Pots by practice, with the measure that shares each",
    "pot_exceptions": "Practices to look at, and what it means for their money",
}
