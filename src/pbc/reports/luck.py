"""What luck alone would do, in words: bands as published, what pooling would change, and what the year freed up."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from pbc.reports.amounts import about, percent
from pbc.reports.material import StatementMaterial
from pbc.reports.view import Paragraph
from pbc.stats import power

Row = dict[str, Any]
SENTENCE_ENDS = re.compile(r"(?<=\.) (?=[A-Z£])")
VERDICT = 3  # sentences: where it stands, how far luck goes, what that means; then what it rests on
LABELS = {
    "inside_chance": "Within what luck explains",
    "outside_chance_inside_outer": "More than luck, within the usual error of budgets",
    "outside_outer": "More than luck and the usual error explain",
    "not_judged": "Not judged",
}

SHORT_LABELS = {
    "inside_chance": "Within luck",
    "outside_chance_inside_outer": "More than luck",
    "outside_outer": "More than luck and error",
    "not_judged": "Not judged",
}


def band_of(material: StatementMaterial, *, unit_kind: str, unit_code: str) -> Row | None:
    """This returns the chance band of a practice, cluster or commissioner, or None."""
    rows = material.of_unit("chance_bands", unit_kind, unit_code)
    return rows.row(0, named=True) if rows.height else None


def describe_chance(material: StatementMaterial, practice_code: str) -> Paragraph:
    """This returns what luck alone would do to a budget this size: the verdict published beside the band, then the rest."""
    band = band_of(material, unit_kind="practice", unit_code=practice_code)
    heading = "How much of this could be luck"
    if band is None:
        return Paragraph("chance", heading, ("No chance band has been worked out for this statement.",))
    told = SENTENCE_ENDS.split(band["sentence"])
    sentences = [" ".join(told[:VERDICT])]
    if band["chance_low_pence"] is not None:
        sentences.append(
            f"In pounds: luck alone would leave the lines judged anywhere from {about(band['chance_low_pence'])} to "
            f"{about(band['chance_high_pence'])}, around a budget of {about(band['budget_pence'])}."
        )
    sentences += [*_expected_outside(material), *_pooling(material, practice_code, band)]
    sentences += ["Partial: judged are only the months that are in."] if material.left_out else []
    judged = (
        "Judged here are hospital care and prescribing, hospital care at the prices the budget was set with and its budget "
        "restated for the people now on your list. So this distance differs from the one above."
    )
    return Paragraph("chance", heading, tuple(sentences), more=(judged, *told[VERDICT:]))


def expected_outside(judged: int) -> str:
    """This returns in words how many of so many practices luck alone puts outside a 95% band.

    >>> expected_outside(50), expected_outside(8)
    ('about 2.5', 'fewer than one')
    """
    expected = power.expected_outside(judged)
    return f"about {expected:.1f}" if expected >= 1 else "fewer than one"


def describe_outside(judged: int) -> list[str]:
    """This returns what one practice outside its band says among so many: nothing new, or something worth a look.

    >>> describe_outside(0), describe_outside(50)[0][:43], describe_outside(8)[0][:45]
    ([], 'One practice outside its band is not news: ', 'Among 8 practices luck alone would put fewer ')
    """
    if not judged:
        return []
    if power.expected_outside(judged) >= 1:
        return [
            f"One practice outside its band is not news: luck alone puts {expected_outside(judged)} of {judged} there."
        ]
    return [
        f"Among {judged} practices luck alone would put fewer than one outside its band in a year, so one outside is worth "
        "a look; it proves nothing."
    ]


OUTLINE_SEEN = 0.03  # of the width of the band: an outline nearer than this cannot be told from it


def outline_in_words(rows: list[Row]) -> str:
    """This returns how to read the outline of bands drawn, as the end of a sentence; rows carry shares of budget.

    >>> band = {"low": -0.1, "high": 0.1, "outer_low": -0.101, "outer_high": 0.101}
    >>> outline_in_words([band]), outline_in_words([{**band, "outer_low": -0.2}])[:20]
    ('; the usual error of budgets adds next to nothing to it here.', '; the dashed outline')
    """
    drawn = [row for row in rows if row["outer_low"] is not None and row["low"] is not None]
    far = any(
        max(row["low"] - row["outer_low"], row["outer_high"] - row["high"]) > OUTLINE_SEEN * (row["high"] - row["low"])
        for row in drawn
    )
    if all((row["outer_low"], row["outer_high"]) == (row["low"], row["high"]) for row in drawn):
        return "."
    if not far:
        return "; the usual error of budgets adds next to nothing to it here."
    return "; the dashed outline adds the usual error of budget formulas."


def _expected_outside(material: StatementMaterial) -> list[str]:
    judged = material.table("chance_bands").filter(
        (pl.col("unit_kind") == "practice") & (pl.col("label") != "not_judged")
    )
    if judged.height == 0:
        return []
    outside = judged.filter(pl.col("label") != "inside_chance").height
    luck = expected_outside(judged.height)
    return [
        f"Of the {judged.height} practices judged, luck alone would put {luck} outside their band in a year. "
        f"{outside or 'None'} {'stands' if outside == 1 else 'stand'} outside now."
    ]


def _pooling(material: StatementMaterial, practice_code: str, band: Row) -> list[str]:
    cluster = material.clusters.get(practice_code)
    shared = band_of(material, unit_kind="cluster", unit_code=cluster) if cluster else None
    alone, together = half_width(band), half_width(shared) if shared else None
    if cluster is None or alone is None or together is None:
        return []
    members = sum(1 for code in material.practices if material.clusters.get(code) == cluster)
    return [
        f"Shared among the {members} practices of {material.name_of(cluster)}, luck would move the joint budget by about "
        f"{percent(together)} either way, against {percent(alone)} for you alone."
    ]


def reading(band: Row) -> str:
    """This returns what a band's label says to people."""
    label = str(band["label"])
    return LABELS.get(label, label.replace("_", " ").capitalize())


def short_reading(band: Row) -> str:
    """This returns the same in the few words a table has room for."""
    return SHORT_LABELS.get(str(band["label"]), reading(band))


def half_width(band: Row) -> float | None:
    """This returns half the width of a chance band as a share of its budget, or None where there is no band."""
    if band["chance_low_pence"] is None or not band["budget_pence"]:
        return None
    return float(band["chance_high_pence"] - band["chance_low_pence"]) / 2 / float(band["budget_pence"])


def together(bands: list[Row]) -> float | None:
    """This returns how far luck moves practices joined, either way, as a share of their joint budget, or None without bands.

    The luck of one practice says nothing of another's, so squares of widths add up and widths do not (docs/chance.md).

    >>> row = {"budget_pence": 1000, "chance_low_pence": 900, "chance_high_pence": 1100}
    >>> round(together([row]), 3), round(together([row, row]), 3), together([{**row, "chance_low_pence": None}])
    (0.1, 0.071, None)
    """
    budget = sum(row["budget_pence"] for row in bands)
    widths = [half_width(row) for row in bands]
    if not budget or None in widths:
        return None
    squares = [(width or 0.0) ** 2 * row["budget_pence"] ** 2 for width, row in zip(widths, bands, strict=True)]
    return float(sum(squares) ** 0.5 / budget)


def describe_savings(material: StatementMaterial, practice_code: str) -> Paragraph:
    """This returns what the year freed up, on the basis that is shared, and whose it is; nothing before the year is closed."""
    said = []
    for kind, code in (("practice", practice_code), ("cluster", material.clusters.get(practice_code, ""))):
        for row in material.of_unit("freed_up_resources", kind, code).filter(pl.col("is_shared")).to_dicts():
            basis = "as the change in the bill" if row["basis"] == "bill" else "at the prices of activity"
            if not row["freed_up_pence"]:
                said.append(f"{material.name_of(code)} freed up nothing in the year, counted {basis}.")
                continue
            said.append(
                f"{material.name_of(code)} freed up {about(row['freed_up_pence'])} in the year, counted {basis}. The practices "
                f"keep {about(row['retained_pence'])} ({percent(row['retained_share'], places=0)}) and the "
                f"{material.tiers.commissioner_short} {about(row['commissioner_pence'])}."
            )
            said.append(
                f"Against luck the year stands so: {LABELS.get(row['label'], 'not judged').lower()}. {_what_luck_does(row)}, "
                "and it does not by itself show that care changed."
            )
    return Paragraph("freed", "What the year freed up", tuple(said))


def _what_luck_does(row: dict[str, Any]) -> str:
    """Whether the label takes anything away: only an agreement whose gate is luck lets it."""
    if row["rule"] == "gain_share":
        return "Whether that counts is what the signed agreement says of its gate"
    return "That is for information: it takes nothing away"
