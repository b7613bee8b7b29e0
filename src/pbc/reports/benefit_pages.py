"""A case's comparators and its comparisons as pages show them: tables, and promise beside what was found with its chance band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pbc.money import pounds
from pbc.reference.activity import HOSPITAL_PODS, POINTS_OF_DELIVERY
from pbc.reports.benefits import VERDICTS, BenefitMaterial, count_words, in_order, ratio_words, whole_words
from pbc.reports.charts import BLUE, CONFIG, DARK, PALE
from pbc.reports.view import Chart, Head, PageTable
from pbc.stats.small_numbers import HIDDEN

CONTACTS = "contacts"
ROLES = {"case": "The case's own", "comparator": "Compared with", "other": "Not chosen"}
READING = (
    "A dot is what a year is better by, at the pace of the months judged; the line through it is what luck could make of it. The dark "
    "mark is what was due by then. Where the line holds nought, it cannot be told from chance."
)
HEADS = (
    Head("Months after the start"), Head("Verdict"), Head("Found a year"), Head("Luck", is_optional=True), Head("Due by then"),
    Head("Contacts of the case", True), Head("Contacts of the comparators", True),
)  # fmt: skip
PODS = {code: POINTS_OF_DELIVERY[code].title for code in HOSPITAL_PODS}
Row = Mapping[str, Any]


def practices_table(material: BenefitMaterial) -> PageTable:
    """This returns every practice of the commissioner in the year before, with its role and why it has it."""
    rows = tuple(
        (material.named(each["practice_code"]), ROLES[each["role"]], ratio_words(each), each["reason"])
        for each in in_order(material.practices)
    )
    heads = (Head("Practice"), Head("Role"), Head("Had, of what to expect"), Head("Why"))
    return PageTable("practices", "The year before, practice by practice", heads, rows, note=material.note)


def comparisons_table(materials: Sequence[BenefitMaterial]) -> PageTable:
    """This returns the comparisons made so far, a row each, whatever they found."""
    rows = tuple(_row(each, each.comparison) for each in materials if each.comparison is not None)
    note = materials[0].note if materials else ""
    return PageTable("comparisons", "Promise against fact", HEADS, rows, note=note)


def how_worked_out(materials: Sequence[BenefitMaterial]) -> list[str]:
    """This returns how a choice and its comparisons come about, each sentence once; of one made by other rule values it says so."""
    return list(dict.fromkeys(said for each in materials for said in each.how))


def comparison_chart(materials: Sequence[BenefitMaterial]) -> Chart | None:
    """This returns what was found with its chance band beside what was due; None where nothing can be drawn."""
    values = [_value(each.comparison, each.case) for each in materials if each.comparison is not None]
    drawn = [each for each in values if each["found"] is not None]
    if not drawn:
        return None
    title = "What a year is better by, and what luck could make of it"
    told = "; ".join(
        f"{each['name']}: {each['found']:,.0f}, luck {each['low']:,.0f} to {each['high']:,.0f}" for each in drawn
    )
    unit = "Contacts a year." if materials[0].case["counted_in"] == CONTACTS else "Pounds a year."
    return Chart("benefit", title, READING, f"{title}: {told}.", _spec(drawn), unit, comparisons_table(materials))


def _row(material: BenefitMaterial, row: Row) -> tuple[str, ...]:
    found, luck, due = _found(row, material.case)
    verdict = VERDICTS[row["verdict"]]
    return (
        f"{row['after_months']}", verdict[0].upper() + verdict[1:], found, luck, due, count_words(row["case_observed_count"]),
        count_words(row["comparators_observed_count"]),
    )  # fmt: skip


def _found(row: Row, case: Row) -> tuple[str, str, str]:
    """Found, its chance band and what was due, in what the measure is counted in."""
    if case["counted_in"] == CONTACTS:
        due = f"{whole_words(row['due_count'])} contacts"
        found, low, high = (row[f"{each}_count"] for each in ("found", "low", "high"))
        told = [f"{whole_words(each)}" for each in (found, low, high)] if found is not None else []
    else:
        due = pounds(row["due_pence"])
        found, low, high = (row[f"{each}_pence"] for each in ("found", "low", "high"))
        told = [pounds(each) for each in (found, low, high)] if found is not None else []
    if not told:
        return (HIDDEN if row["is_hidden"] else "Nothing to compare with", "None", due)
    return told[0], f"{told[1]} to {told[2]}", due


def _value(row: Row, case: Row) -> dict[str, Any]:
    unit, of = ("count", 1) if case["counted_in"] == CONTACTS else ("pence", 100)
    told = {name: row[f"{name}_{unit}"] for name in ("found", "low", "high", "due")}
    name = f"{row['after_months']} months"
    return {"name": name, **{key: None if value is None else value / of for key, value in told.items()}}


def _spec(values: list[dict[str, Any]]) -> dict[str, Any]:
    y = {"field": "name", "type": "nominal", "sort": None, "title": None}
    x = {"type": "quantitative", "title": None, "axis": {"tickCount": 4, "format": ",d"}}
    nought = {"data": {"values": [{"nought": 0}]}, "mark": {"type": "rule", "color": DARK}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 210, "height": {"step": 44}, "data": {"values": values}, "config": CONFIG, "padding": 6,
        "layer": [
            nought | {"encoding": {"x": {"field": "nought", **x}}},
            {
                "mark": {"type": "rule", "strokeWidth": 4, "color": PALE},
                "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}},
            },
            {"mark": {"type": "point", "filled": True, "size": 90, "color": BLUE}, "encoding": {"y": y, "x": {"field": "found", **x}}},
            {
                "mark": {"type": "tick", "color": DARK, "thickness": 3, "size": 22, "orient": "vertical"},
                "encoding": {"y": y, "x": {"field": "due", **x}},
            },
        ],
    }  # fmt: skip
