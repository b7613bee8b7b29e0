"""A draft as a page: need, fair share, budget, distance and luck of every practice, before anybody agrees to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pbc.money import pounds
from pbc.reports import charts
from pbc.reports.amounts import percent
from pbc.reports.budgets.material import BudgetMaterial
from pbc.reports.budgets.not_known import describe_not_known
from pbc.reports.budgets.tables import (
    UNKNOWN,
    FigureColumn,
    FigureTable,
    distance,
    distance_in_words,
    index,
    lay_out,
    money,
)
from pbc.reports.budgets.tiles import TileMap, map_need
from pbc.reports.budgets.values import list_values, reconcile
from pbc.reports.view import Chart, Head, Headline, PageTable, Paragraph

Row = Mapping[str, Any]
NEAR = 0.1  # the Department of Health counted practices within a tenth of their fair share (rules.md R2.12)
MOST_BARS = 40
TOO_SMALL = "Too small to judge"


@dataclass(frozen=True)
class BudgetPreview:
    """A draft's page, in the order it is read. `tables` are need, money and luck by practice, then sums of the tiers.

    `chart_tables` are the tables of the charts, with the figure ids of their cells.
    """

    title: str
    year: str
    is_made_up: bool
    facts: tuple[tuple[str, str], ...]
    headlines: tuple[Headline, ...]
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[FigureTable, ...]
    charts: tuple[Chart, ...]
    chart_tables: tuple[FigureTable, ...]
    need_map: TileMap
    policy_table: PageTable
    notes: tuple[Paragraph, ...]


def build_preview(material: BudgetMaterial) -> BudgetPreview:
    """This returns the page of a draft, or of budgets adopted from one; a set without previews has no rows to show."""
    practices = material.units("practice")
    above = [*material.units("cluster"), *material.units("commissioner")]
    distances = _distance_table(material, practices)
    return BudgetPreview(
        title=material.title,
        year=str(material.year),
        is_made_up=material.shown.is_made_up,
        facts=_facts(material, practices),
        headlines=_headlines(material, practices),
        paragraphs=(reconcile(material), Paragraph("luck", "How far luck goes", _luck(practices, above))),
        tables=(
            _folded(_need_table(material, practices)),
            _folded(_money_table(material, practices, "money", "Fair share, budget and distance of each practice")),
            _folded(_luck_table(material, practices, "luck", "How far luck alone will move a year of each budget")),
            _money_table(
                material, above, "sums", f"Fair share, budget and distance of each {material.tiers.cluster} and in all"
            ),
            _folded(_luck_table(material, above, "luck-sums", f"Luck for each {material.tiers.cluster} and in all")),
        ),
        charts=(_distance_chart(material, practices, distances.page),),
        chart_tables=(distances,),
        need_map=map_need(material),
        policy_table=replace(list_values(material), is_background=True),
        notes=(describe_not_known(material.regime), _source(material)),
    )


def _folded(table: FigureTable) -> FigureTable:
    """A table with a row for every practice: as long as all else on the page, so it is opened by whoever wants it."""
    return replace(table, page=replace(table.page, is_background=True))


def _facts(material: BudgetMaterial, practices: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    return (
        ("Basis", material.basis.replace("_", " ").capitalize()),
        ("Practices", f"{len(practices):,}"),
        ("People", f"{sum(row['list_size'] for row in practices):,}"),
        ("Set", f"{material.shown.name}, {material.shown.set_id}"),
    )


def _headlines(material: BudgetMaterial, practices: Sequence[Row]) -> tuple[Headline, ...]:
    budget = sum(row["budget_pence"] for row in practices)
    people = sum(row["list_size"] for row in practices)
    each = pounds(round(budget / people)) if people else UNKNOWN
    judged = [half for row in practices if (half := half_width(row)) is not None]
    middle = sorted(judged)[len(judged) // 2] if judged else None
    return (
        Headline("Budgets in all", pounds(budget), f"after what is handed back to the {material.tiers.commissioner_short}"),
        Headline("For each person", each, "on average"),
        Headline(
            "Luck alone", TOO_SMALL if middle is None else f"{percent(middle)} either way", "for the practice in the middle"
        ),
    )  # fmt: skip


def half_width(row: Row) -> float | None:
    """This returns how far luck alone moves the lines judged, either way, as a share of them; None where none is judged."""
    if row["chance_low_pence"] is None or not row["judged_pence"]:
        return None
    return float((row["chance_high_pence"] - row["chance_low_pence"]) / 2 / row["judged_pence"])


def _per_head(row: Row) -> str:
    return pounds(round(row["budget_pence"] / row["list_size"])) if row["list_size"] else UNKNOWN


def _years(row: Row) -> str:
    return "Not by this pace" if row["years_to_target"] is None else f"{row['years_to_target']:.0f}"


def _label(material: BudgetMaterial) -> Any:
    return lambda row: material.name_of(str(row["unit_code"]))


def _need_table(material: BudgetMaterial, rows: Sequence[Row]) -> FigureTable:
    columns = (
        FigureColumn("People", "list_size", lambda row: f"{row['list_size']:,}"),
        FigureColumn("Need (England is 1)", "need_index_england", index("need_index_england")),
        *_beside_own(material, rows),
        FigureColumn("Unusual list", "list_note", lambda row: row["list_note"] or "No", is_number=False),
    )  # fmt: skip
    caption = "People and need of each practice"
    return lay_out(rows, name="need", caption=caption, columns=columns, first=Head("Practice"), label=_label(material))


def _beside_own(material: BudgetMaterial, rows: Sequence[Row]) -> tuple[FigureColumn, ...]:
    """Need beside the commissioner's own average, where it is printed otherwise than beside England's."""
    own, england = index("need_index_commissioner"), index("need_index_england")
    if all(own(row) == england(row) for row in rows):
        return ()
    return (FigureColumn(f"Need ({material.tiers.commissioner_short} is 1)", "need_index_commissioner", own),)


def _money_table(material: BudgetMaterial, rows: Sequence[Row], name: str, caption: str) -> FigureTable:
    columns = (
        FigureColumn("Past activity", "historic_pence", money("historic_pence")),
        FigureColumn("Fair share", "target_pence", money("target_pence")),
        FigureColumn("Budget", "budget_pence", money("budget_pence")),
        FigureColumn("For each person", "budget_pence", _per_head),
        FigureColumn("Distance before", "opening_distance_ratio", distance("opening_distance_ratio")),
        FigureColumn("Distance after", "closing_distance_ratio", distance("closing_distance_ratio")),
        FigureColumn("Years to fair share", "years_to_target", _years),
    )
    first = Head("Practice" if name == "money" else "Held by")
    note = "Past activity is that of the services that have one. Distances are of the budget from the fair share."
    return lay_out(rows, name=name, caption=caption, columns=columns, first=first, label=_label(material), note=note)


def _luck_table(material: BudgetMaterial, rows: Sequence[Row], name: str, caption: str) -> FigureTable:
    columns = (
        FigureColumn("Lines judged", "judged_pence", money("judged_pence")),
        FigureColumn("Luck, lower", "chance_low_pence", _limit("chance_low_pence")),
        FigureColumn("Luck, upper", "chance_high_pence", _limit("chance_high_pence")),
        FigureColumn("With the formula's error, lower", "outer_low_pence", _limit("outer_low_pence")),
        FigureColumn("With the formula's error, upper", "outer_high_pence", _limit("outer_high_pence")),
    )
    first = Head("Practice" if name == "luck" else "Held by")
    note = (
        "19 years in 20 end between lower and upper if luck alone is at work. Judged are hospital care and prescribing; what is "
        "shared out by head is not."
    )
    return lay_out(rows, name=name, caption=caption, columns=columns, first=first, label=_label(material), note=note)


def _limit(column: str) -> Any:
    def say(row: Row) -> str:
        if row[column] is None or not row["judged_pence"]:
            return TOO_SMALL
        return f"{pounds(row[column])} ({distance_in_words(row[column] / row['judged_pence'] - 1)})"

    return say


def _luck(practices: Sequence[Row], above: Sequence[Row]) -> tuple[str, ...]:
    if not practices:
        return ()
    row = above[-1] if above else practices[0]
    cheque = pounds(round(row["cheque_pounds"] * 100))
    own = {
        "estimated": f"The size of one cheque, {cheque}, was measured on the people of these practices.",
        "spells": f"The size of one cheque, {cheque}, was guessed from single stays, as people cannot be told apart.",
    }
    default = (
        f"The size of one cheque, {cheque}, is the default: too few people's costs are held to measure it (assumption)."
    )
    tau = percent(row["formula_error_ratio"] or 0.0)
    source = "was measured here" if row["formula_error_source"] == "estimated" else "is the default (assumption)"
    return (
        "These limits are drawn before anything is spent: they say how far a year of such a budget moves if nobody changes "
        "what they do. A year end inside them shows neither a saving nor an overspend.",
        own.get(row["cheque_source"], default),
        f"The outer limits add the usual error of a budget formula, {tau}, which {source}.",
    )


def _furthest_over_first(practices: Sequence[Row]) -> list[Row]:
    return sorted(practices, key=lambda row: -row["closing_distance_ratio"])


def _distance_table(material: BudgetMaterial, practices: Sequence[Row]) -> FigureTable:
    columns = (
        FigureColumn("Before", "opening_distance_ratio", distance("opening_distance_ratio")),
        FigureColumn("After", "closing_distance_ratio", distance("closing_distance_ratio")),
    )
    caption = "Distance from fair share, by practice"
    rows, label = _furthest_over_first(practices), _label(material)
    return lay_out(rows, name="distance", caption=caption, columns=columns, first=Head("Practice"), label=label)


def _distance_chart(material: BudgetMaterial, practices: Sequence[Row], table: PageTable) -> Chart:
    known = _furthest_over_first(practices)
    furthest = {
        row["unit_code"] for row in sorted(known, key=lambda row: -abs(row["closing_distance_ratio"]))[:MOST_BARS]
    }
    drawn = [row for row in known if row["unit_code"] in furthest]
    rows = [
        {
            "name": material.plain_name_of(str(row["unit_code"])), "pounds": row["closing_distance_ratio"] * 100,
            "label": distance_in_words(row["closing_distance_ratio"]),
        }
        for row in drawn
    ]  # fmt: skip
    after = sum(1 for row in known if abs(row["closing_distance_ratio"]) <= NEAR)
    before = [row for row in known if row["opening_distance_ratio"] is not None]
    near = sum(1 for row in before if abs(row["opening_distance_ratio"]) <= NEAR)
    was = f"; by past activity {near} of {len(before)} are" if before else ""
    few = f" The {MOST_BARS} furthest from it are drawn; the table has all." if len(known) > len(drawn) else ""
    spec = charts.bars_in_rows(rows) if rows else {}
    return Chart(
        name="distance",
        title=f"{after} of {len(known)} practices would be within a tenth of their fair share{was}",
        reading=f"Bars to the right are over fair share, to the left under it.{few}",
        description="; ".join(f"{row['name']}: {row['label']}" for row in rows) + ".",
        spec=spec,
        source=f"{material.shown.name}, set {material.shown.set_id}.",
        table=table,
        narrow=charts.bars(rows) if rows else None,
    )


def _source(material: BudgetMaterial) -> Paragraph:
    shown = material.shown
    made_up = (
        ("Made-up data: no figure here describes a real practice, patient or hospital.",) if shown.is_made_up else ()
    )
    when = f", made {shown.made_at}" if shown.made_at else ""
    said = f"{shown.name}, set {shown.set_id}{when}, pbc {shown.version}. Every figure has an id that explains it."
    return Paragraph("source", "Where these figures come from", (*made_up, said))
