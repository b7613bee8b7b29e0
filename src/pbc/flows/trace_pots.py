"""Walking back from a pot: its neighbourhoods' practices, the weights that shared it, and how luck was measured."""

from __future__ import annotations

import polars as pl

from pbc.flows.trace import NUMBER, PENCE, Found, Trace, published_part, total_of
from pbc.reports.explanation import Part

SHARED = "A pot is shared in proportion to the published weighted population named, in whole pence that add up to it."
BAND = (
    "How far luck alone moves a year of the pots together, before any of it is spent. No people's costs are held here, so the "
    "size of one cheque and the usual error of the formula are defaults (assumptions). What is paid by contract, community, "
    "mental health and primary medical care, is left out: luck does not move it within the year."
)


def trace_pot_share(found: Found) -> Trace:
    """This returns how a practice's part of a pot came about: the pot, its weighted people, and everybody's."""
    row = found.row
    shares = found.archive.frame(found.published, "pot_shares")
    pot = shares.filter((pl.col("pot") == row["pot"]) & (pl.col("commissioner_code") == row["commissioner_code"]))
    parts = (
        Part(f"the pot {row['pot']}", total_of(pot, "amount_pence"), PENCE),
        found.part("weighted_population", f"weighted people of the practice ({row['measure']})"),
        Part("weighted people of all practices of the commissioner", total_of(pot, "weighted_population"), NUMBER),
    )
    return Trace("From", parts, sentences=(SHARED,), rules=(row["source"],))


def trace_neighbourhood_share(found: Found) -> Trace:
    """This returns a neighbourhood's part of a pot as the parts of its practices."""
    row, name = found.row, found.column.name
    shares = found.archive.frame(found.published, "pot_shares")
    held = ("pot", "commissioner_code", "neighbourhood")
    mine = shares.filter(pl.all_horizontal(pl.col(key) == row[key] for key in held)).sort("practice_code")
    if name not in ("amount_pence", "registered_population", "weighted_population"):
        return Trace(sentences=(f"Practices in it on the day: {mine.height}.",), rules=(row["source"],))
    parts = tuple(
        published_part(
            found.published,
            "pot_shares",
            row=each,
            column=name,
            label=f"{each['practice_name']} ({each['practice_code']})",
        )
        for each in mine.to_dicts()
    )
    return Trace("Of its practices", parts, is_sum=name == "amount_pence", sentences=(SHARED,), rules=(row["source"],))


def trace_neighbourhood_band(found: Found) -> Trace:
    """This returns what a neighbourhood's chance band was drawn from, or its pots where its money is asked about."""
    row = found.row
    if found.column.name == "amount_pence":
        return _pots(found)
    parts = (
        found.part("judged_pence", "pots that luck moves"),
        found.part("cheque_pounds", f"one cheque ({row['cheque_source']})"),
        found.part("formula_error_ratio", f"usual error of the formula ({row['formula_error_source']})"),
    )
    named = ("risk.cheque_pounds", "risk.price_index", "risk.formula_error_ratio", "risk.prescribing_cheque_pounds")
    return Trace("From", parts, sentences=(BAND,), policy=named)


def _pots(found: Found) -> Trace:
    row = found.row
    shares = found.archive.frame(found.published, "neighbourhood_shares")
    mine = shares.filter(pl.col("commissioner_code") == row["commissioner_code"])
    mine = mine if row["neighbourhood"] == "*" else mine.filter(pl.col("neighbourhood") == row["neighbourhood"])
    parts = tuple(
        published_part(
            found.published, "neighbourhood_shares", row=each, column="amount_pence",
            label=f"{each['pot']}, {each['neighbourhood']}",
        )
        for each in mine.to_dicts()
    )  # fmt: skip
    return Trace("Its pots", parts, is_sum=True)
