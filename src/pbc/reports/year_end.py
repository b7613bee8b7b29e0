"""A year's closing as its positions tell it: what was freed up, whose it is, what is released, and why it moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pbc.money import pounds_and_pence
from pbc.reports.amounts import about, percent
from pbc.reports.freed_up import BASES
from pbc.reports.luck import LABELS
from pbc.reports.material import SetShown, Tiers
from pbc.reports.risk_pool import describe_overspend, owed_table
from pbc.reports.view import Head, PageTable, Paragraph

Row = dict[str, Any]
POSITIONS = {"closing_estimate": "Closing estimate", "frozen": "Frozen", "final": "Final"}
WALK = {
    "before_pence": "Under budget at the position before",
    "budget_pence": "Budget changed",
    "late_data_pence": "Activity that came late",
    "restatement_pence": "Deliveries sent again, changes of the register, the stop-loss",
    "prescribing_pence": "Prescribing known since",
    "price_pence": "Prices other than planned",
    "terms_pence": "Contract terms, such as marginal rates",
    "now_pence": "Under budget at this position",
}
MOVED = tuple(WALK)[1:-1]


@dataclass(frozen=True)
class PositionShown:
    """A position of a year end as pages show it: its set and its tables by name."""

    position: str
    shown: SetShown
    tables: Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class YearEndView:
    """One holder's year, position beside position: sentences first, then what was freed up, released, and why it moved."""

    unit_name: str
    paragraphs: tuple[Paragraph, ...]
    freed: PageTable | None
    releases: PageTable | None
    walks: tuple[PageTable, ...]
    owed: PageTable | None = None


def build_year_end(
    positions: list[PositionShown],
    *,
    unit_kind: str,
    unit_code: str,
    practices: list[str],
    names: Mapping[str, str],
    tiers: Tiers,
) -> YearEndView:
    """This returns a budget holder's year end in the positions published, in their order.

    `practices` are those whose walks are shown, where anything moved: the holder itself, or a cluster's own. Amounts as
    published, in pounds.
    """
    ordered = sorted(positions, key=lambda each: list(POSITIONS).index(each.position))
    unit = (unit_kind, unit_code)
    walks = [_walk_table(each, code, names) for each in ordered for code in practices]
    return YearEndView(
        names.get(unit_code, unit_code),
        (
            Paragraph("released", "What is released, and what is held back", tuple(_released(ordered, unit, tiers))),
            Paragraph("overspend", "Over budget, and the risk pool", tuple(_overspent(ordered, unit, tiers))),
            Paragraph("chance", "Whether this could be luck", tuple(_chance(ordered, unit))),
        ),
        _freed_table(ordered, unit, tiers),
        _releases_table(ordered, unit),
        tuple(table for table in walks if table is not None),
        _owed(ordered, unit, names),
    )


def _of_unit(each: PositionShown, table: str, unit: tuple[str, str]) -> list[Row]:
    rows = each.tables.get(table)
    if rows is None:
        return []
    return rows.filter((pl.col("unit_kind") == unit[0]) & (pl.col("unit_code") == unit[1])).to_dicts()


def _released(positions: list[PositionShown], unit: tuple[str, str], tiers: Tiers) -> list[str]:
    said = []
    for each in positions:
        for row in _of_unit(each, "year_end_releases", unit):
            said.append(_release_sentence(each, row))
            if row["over_released_pence"]:
                said.append(
                    f"{about(row['over_released_pence'])} more was released than this position gives. It is not taken back: the "
                    f"{tiers.commissioner_short} may ask for it only after a notice that is recorded."
                )
    return said


def _release_sentence(each: PositionShown, row: Row) -> str:
    begun = f"{POSITIONS[each.position]}: practices keep {about(row['retained_pence'])}."
    back = f"{about(row['held_back_pence'])} is held back."
    if each.position == "closing_estimate":
        share = percent(row["release_share"], places=0)
        return f"{begun} {share} of it, {about(row['released_pence'])}, is released; {back}"
    if each.position == "frozen":
        return f"{begun} Nothing more is released yet; {back}"
    return f"{begun} {about(row['released_now_pence'])} more is released; nothing is held back."


def _overspent(positions: list[PositionShown], unit: tuple[str, str], tiers: Tiers) -> list[str]:
    """What the rules of the year say of an overspend at the newest position."""
    rows = positions[-1].tables.get("overspend_years")
    return [] if rows is None else describe_overspend(_rows_of(rows, unit), tiers=tiers)


def _owed(positions: list[PositionShown], unit: tuple[str, str], names: Mapping[str, str]) -> PageTable | None:
    """The holder's own account with the risk pool at the newest position."""
    rows = positions[-1].tables.get("pool_movements")
    return None if rows is None else owed_table(_rows_of(rows, unit), name_of=lambda code: names.get(code, code))


def _rows_of(rows: pl.DataFrame, unit: tuple[str, str]) -> pl.DataFrame:
    return rows.filter((pl.col("unit_kind") == unit[0]) & (pl.col("unit_code") == unit[1]))


def _chance(positions: list[PositionShown], unit: tuple[str, str]) -> list[str]:
    said = []
    for each in positions:
        for row in _of_unit(each, "freed_up_resources", unit):
            if row["is_shared"]:
                words = LABELS.get(row["label"], "Not judged").lower()
                does = (
                    "Whether that counts is what the signed agreement says of its gate."
                    if row["rule"] == "gain_share"
                    else "That is for information and takes nothing away."
                )
                said.append(f"{POSITIONS[each.position]}: {words}. {does}")
    return said


def _freed_table(positions: list[PositionShown], unit: tuple[str, str], tiers: Tiers) -> PageTable | None:
    body = tuple(
        (
            f"{POSITIONS[each.position]}, {_basis(row)}", about(row["budget_pence"]), about(row["actual_pence"]),
            about(row["gross_underspend_pence"]), about(row["freed_up_pence"]), percent(row["retained_share"], places=0),
            about(row["retained_pence"]), about(row["commissioner_pence"]), LABELS.get(row["label"], "Not judged"),
        )
        for each in positions
        for row in sorted(_of_unit(each, "freed_up_resources", unit), key=lambda row: row["basis"], reverse=True)
    )  # fmt: skip
    heads = (
        Head("Position and how counted"), Head("Budget", True), Head("Cost", True), Head("Under budget, gross", True),
        Head("Freed up, net", True), Head("Practices' share", True), Head("Practices keep", True),
        Head(f"{tiers.commissioner_short} keeps", True), Head("Luck or not?"),
    )  # fmt: skip
    note = (
        "Gross adds up practices under budget before any over budget is set against them. Net is what is shared by the rules "
        "of the year, at the prices of activity and in the bill."
    )
    return (
        PageTable("freed-positions", "What the year freed up, position by position", heads, body, note=note)
        if body
        else None
    )


def _basis(row: Row) -> str:
    words = BASES[row["basis"]]
    return f"{words[0].lower()}{words[1:]}{' (shared)' if row['is_shared'] else ''}"


def _releases_table(positions: list[PositionShown], unit: tuple[str, str]) -> PageTable | None:
    names = (
        "retained_pence", "released_before_pence", "released_now_pence", "released_pence", "held_back_pence", "over_released_pence",
    )  # fmt: skip
    body = tuple(
        (POSITIONS[each.position], *(pounds_and_pence(row[name]) for name in names))
        for each in positions
        for row in _of_unit(each, "year_end_releases", unit)
    )
    heads = (
        Head("Position"), Head("Practices keep", True), Head("Released before", True), Head("Released now", True),
        Head("Released in all", True), Head("Held back", True), Head("Released more than this position", True),
    )  # fmt: skip
    return PageTable("releases", "Released and held back", heads, body) if body else None


def _walk_table(each: PositionShown, practice_code: str, names: Mapping[str, str]) -> PageTable | None:
    """How a practice came from one position to the next, on both bases, to the penny; None where nothing moved."""
    walks = each.tables.get("year_end_walks")
    rows = (
        []
        if walks is None
        else walks.filter(pl.col("practice_code") == practice_code).sort("basis", descending=True).to_dicts()
    )
    if not any(row[name] for row in rows for name in MOVED):
        return None
    body = tuple((words, *(pounds_and_pence(row[name]) for row in rows)) for name, words in WALK.items())
    heads = (Head("Step"), *(Head(BASES[row["basis"]], True) for row in rows))
    caption = f"{names.get(practice_code, practice_code)}: to the {POSITIONS[each.position].lower()} position"
    note = "Above £0 is under budget. The steps add up, to the penny."
    return PageTable(
        f"walk-{each.position}-{practice_code}".lower().replace("_", "-"),
        caption,
        heads,
        body,
        note=note,
        has_total=True,
    )
