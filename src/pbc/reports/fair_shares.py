"""A page about England's fair shares: how need and money spread over practices, and what each commissioner's sum to."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl

from pbc.money import pounds
from pbc.periods import FinancialYear
from pbc.reports import charts
from pbc.reports.amounts import percent
from pbc.reports.view import Chart, Head, Headline, PageTable, Paragraph, SummaryView

NEED_STEPS = (0.0, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.6, float("inf"))
PER_HEAD = pl.col("target_pence") / pl.col("registered_population")


def build_fair_shares(
    shares: pl.DataFrame, *, year: FinancialYear, source: str, notes: tuple[str, ...], is_made_up: bool = False
) -> SummaryView:
    """This returns the page of a year's fair shares.

    `shares` has one row per practice with `practice_code, commissioner_code, registered_population, target_pence,
    need_index_england, need_index_commissioner`; money in pence. `source` and `notes` are printed as given.
    """
    people, total = float(shares["registered_population"].sum()), int(shares["target_pence"].sum())
    listed = shares.filter(pl.col("registered_population") > 0)
    low, middle, high = (
        int(pence) for pence in np.quantile(listed.select(PER_HEAD).to_series().to_numpy(), [0.1, 0.5, 0.9])
    )
    commissioners = shares["commissioner_code"].n_unique()
    said = (
        f"{pounds(total)} is shared among {shares.height:,} practices with {people:,.0f} people, in proportion to their lists "
        "weighted for age and need.",
        f"Half of the practices have less than {pounds(middle)} for each person on the list. One in ten has less than "
        f"{pounds(low)}, one in ten more than {pounds(high)}.",
        "In whole pence the shares add up to the sum exactly.",
    )
    return SummaryView(
        caption="England",
        title=f"Fair shares of {year} among practices",
        is_made_up=is_made_up,
        is_provisional=None,
        facts=(("Practices", f"{shares.height:,}"), ("Commissioners", f"{commissioners:,}"), ("People", f"{people:,.0f}")),
        headlines=(
            Headline("Shared out", pounds(total), "to the penny"),
            Headline("For each person", pounds(round(total / people)) if people else "No people", "on average"),
            Headline("Most and least", f"{pounds(low)} to {pounds(high)}", "for each person, the middle 8 practices in 10"),
        ),
        paragraphs=(Paragraph("shares", "What this shows", said),),
        charts=(_need_chart(shares, source),),
        tables=(_commissioners_table(shares),),
        notes=(Paragraph("source", "Where these figures come from", (source, *notes)),),
    )  # fmt: skip


def _need_chart(shares: pl.DataFrame, source: str) -> Chart:
    needs = shares["need_index_england"].drop_nulls().to_numpy()
    counts = np.histogram(needs, bins=np.array(NEED_STEPS))[0].tolist()
    names = [_step_name(low, high) for low, high in itertools.pairwise(NEED_STEPS)]
    rows = [
        {"name": name, "pounds": number, "label": f"{number:,}"} for name, number in zip(names, counts, strict=True)
    ]
    near = int(((needs >= 0.8) & (needs < 1.2)).sum())
    title = (
        f"{percent(near / len(needs), places=0)} of practices need within a fifth of England's average"
        if len(needs)
        else "No need index"
    )
    body = tuple(
        (row["name"], row["label"], percent(row["pounds"] / len(needs)) if len(needs) else "None") for row in rows
    )
    table = PageTable(
        "need", "Practices by need for each person (England is 1)",
        (Head("Need index"), Head("Practices", True), Head("Share of practices", True)), body,
    )  # fmt: skip
    described = "; ".join(f"{row['name']}: {row['label']} practices" for row in rows) + "."
    reading = "Each bar counts the practices whose need for each person lies in the range."
    return Chart(
        "need",
        title,
        reading,
        described,
        charts.bars(rows, is_variance=False),
        f"Source: {source}. Base: {len(needs):,} practices.",
        table,
    )


def _step_name(low: float, high: float) -> str:
    if high == float("inf"):
        return f"{low:.1f} or more"
    return f"Under {high:.1f}" if low == 0 else f"{low:.1f} to under {high:.1f}"


def _commissioners_table(shares: pl.DataFrame) -> PageTable:
    added = (
        shares.group_by("commissioner_code")
        .agg(
            pl.len().alias("practices"),
            pl.col("registered_population", "target_pence").sum(),
            pl.col("need_index_england").min().alias("least"),
            pl.col("need_index_england").max().alias("most"),
        )
        .sort("commissioner_code")
    )
    body = tuple(
        (
            str(row["commissioner_code"]), f"{row['practices']:,}", f"{row['registered_population']:,.0f}",
            pounds(row["target_pence"]),
            pounds(round(row["target_pence"] / row["registered_population"])) if row["registered_population"] else "No people",
            _need(row["least"]), _need(row["most"]),
        )
        for row in added.to_dicts()
    )  # fmt: skip
    heads = (
        Head("Commissioner"), Head("Practices", True), Head("People", True), Head("Fair share", True),
        Head("For each person", True), Head("Least need", True), Head("Most need", True),
    )  # fmt: skip
    return PageTable("commissioners", "Fair shares added up by commissioner", heads, body)


def _need(index: float | None) -> str:
    return "No data" if index is None else f"{index:.2f}"
