"""A practice beside the practices most like it: sentences, a chart and a table; nobody is ranked, few are named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from pbc.money import pounds
from pbc.reports import charts, sentences
from pbc.reports.amounts import listed
from pbc.reports.material import StatementMaterial
from pbc.reports.partial import mark_chart, mark_table
from pbc.reports.view import Chart, Head, PageTable, Paragraph

Row = dict[str, Any]
HEADING = "Beside similar practices"


@dataclass(frozen=True)
class PeersView:
    """A practice beside its peers; chart and table are None where it has too few."""

    paragraph: Paragraph
    chart: Chart | None
    table: PageTable | None


def build_peers(
    material: StatementMaterial, *, compared: pl.DataFrame, peers: list[str], criteria: list[str], named: list[str]
) -> PeersView:
    """This returns the view of a comparison: `compared` as `compare_with_peers` gives, `criteria` in words.

    `named` are the peers the reader may know by name; of the others only their number is told. No peer has a figure.
    """
    rows = sorted(compared.to_dicts(), key=lambda row: (-(row["own_pence"] - row["median_pence"]), row["service"]))
    if not rows:
        too_few = "There are too few practices like yours, or too little is known of your list, to compare."
        return PeersView(Paragraph("peers", HEADING, (too_few,)), None, None)
    said = (_who(material, peers, named), _how(criteria), *_findings(material, rows), FEW, WHY)
    return PeersView(Paragraph("peers", HEADING, said), _chart(material, rows), _table(material, rows))


ROUNDED = "Whole pounds are rounded, each by itself: a difference may be £1 more or less than what stands beside it."
FEW = "Costs that small numbers hide are left out."
WHY = "A difference says nothing yet about how well anybody cares: it is a place to look first."


def _who(material: StatementMaterial, peers: list[str], named: list[str]) -> str:
    known = [material.name_of(code) for code in peers if code in named]
    rest = len(peers) - len(known)
    others = f"{rest} {'other' if rest == 1 else 'others'}" if rest else ""
    told = listed([*known, *([others] if others else [])])
    if not known:
        return f"The {len(peers)} practices most like yours, none of which is named to you."
    return f"The {len(peers)} practices most like yours: {told}."


def _how(criteria: list[str]) -> str:
    return f"They were chosen by {listed(criteria)}, each counted alike. That choice is an assumption of this project."


def _findings(material: StatementMaterial, rows: list[Row]) -> list[str]:
    said = []
    for words, found in (
        (
            "dearer than at three in four of them",
            [row for row in rows if row["own_pence"] > row["upper_quartile_pence"]],
        ),
        (
            "cheaper than at three in four of them",
            [row for row in rows if row["own_pence"] < row["lower_quartile_pence"]],
        ),
    ):
        if found:
            named = listed([_title(material, row).lower().replace("a&e", "A&E") for row in found])
            said.append(f"Per person weighted for need, {named} {'is' if len(found) == 1 else 'are'} {words}.")
    far = max(rows, key=lambda row: abs(row["own_pence"] - row["median_pence"]))
    moved = far["own_pence"] - far["median_pence"]
    said.append(
        f"Furthest from their middle is {_title(material, far).lower()}: {pounds(round(far['own_pence']))} a person against "
        f"{pounds(round(far['median_pence']))}, {pounds(abs(round(moved)))} {'more' if moved >= 0 else 'less'} before rounding."
    )
    return said if len(said) > 1 else ["All your care costs a person what it costs at the middle half of them.", *said]


def _title(material: StatementMaterial, row: Row) -> str:
    return material.item_title("service", row["service"])


def _label(row: Row) -> str:
    moved = round(row["own_pence"] - row["median_pence"])
    if pounds(abs(moved)) == "£0":
        return "the same"
    return f"{pounds(abs(moved))} {'more' if moved >= 0 else 'less'}"


def _chart(material: StatementMaterial, rows: list[Row]) -> Chart:
    far = max(rows, key=lambda row: abs(row["own_pence"] - row["median_pence"]))
    title = f"{_title(material, far)}: {_label(far)} a person than the middle of similar practices"
    spec = charts.bars([
        {"name": _title(material, row), "pounds": (row["own_pence"] - row["median_pence"]) / 100, "label": _label(row)}
        for row in rows
    ])  # fmt: skip
    reading = "Bars to the right: yours costs more a person, weighted for need, than the middle of similar practices; to the left, less."
    described = "; ".join(f"{_title(material, row)} {_label(row)}" for row in rows) + "."
    source = (
        f"Source: {material.statement_set.name}, and lists weighted for need. Base: {rows[0]['peers_count']} similar practices, "
        f"{sentences.span(material.month)}."
    )
    return mark_chart(material, Chart("peers", title, reading, described, spec, source, _table(material, rows)))


def _table(material: StatementMaterial, rows: list[Row]) -> PageTable:
    body = tuple(
        (
            _title(material, row), pounds(round(row["own_pence"])), pounds(round(row["median_pence"])),
            f"{pounds(round(row['lower_quartile_pence']))} to {pounds(round(row['upper_quartile_pence']))}", _label(row),
        )
        for row in rows
    )  # fmt: skip
    heads = (
        Head("Service"), Head("You, a person", True), Head("Middle of similar practices", True), Head("Half of them lie", True),
        Head("Difference", True),
    )  # fmt: skip
    caption = f"Cost a person, weighted for need, {sentences.span(material.month)}"
    return mark_table(material, PageTable("peers", caption, heads, body, note=ROUNDED))
