"""What a reader must know of the practice and of the budgets before the figures: takeovers, and a year closed on other budgets."""

from __future__ import annotations

from datetime import date

import polars as pl

from pbc.periods import Month
from pbc.reports.amounts import listed
from pbc.reports.material import StatementMaterial
from pbc.reports.unusual_lists import named
from pbc.reports.view import Paragraph


def day_in_words(day: date) -> str:
    """This returns a day as people write it.

    >>> day_in_words(date(2008, 10, 1))
    '1 October 2008'
    """
    return f"{day.day} {Month.of(day).title}"


def describe_takeovers(material: StatementMaterial, practice_code: str) -> list[str]:
    """This returns whom a practice has taken over, or who took it over, and from when; no sentence if nobody did."""
    said = []
    days = sorted({taken.on for taken in material.takeovers if taken.heir_code == practice_code})
    for day in days:
        gone = [taken.gone_code for taken in material.takeovers if (taken.heir_code, taken.on) == (practice_code, day)]
        them = listed([named(material, code) for code in gone])
        if day.day == 1:
            said.append(f"Since {day_in_words(day)} this statement includes {them}, which merged into this practice.")
        else:
            counted = Month.of(day).plus(1).title
            said.append(f"On {day_in_words(day)} {them} merged into this practice; included here from {counted} on.")
    if days:
        said.append("The same time last year includes them too, so that like is compared with like.")
    for taken in material.takeovers:
        if taken.gone_code == practice_code:
            heir = named(material, taken.heir_code)
            said.append(
                f"This practice merged into {heir} on {day_in_words(taken.on)}: what came later is in the statement of {heir}."
            )
    return said


def is_formula_used(material: StatementMaterial) -> bool:
    """This returns whether a formula set anything of budgets that have a past: under historic ones no page speaks of its doing."""
    lines = material.table("budget_lines").filter(pl.col("amount_pence") != 0)
    key = ["practice_code", "service"]
    past = lines.filter(pl.col("step") == "historic").select(key)
    return lines.is_empty() or lines.filter(pl.col("step") == "need").join(past, on=key, how="semi").height > 0


def describe_closing(material: StatementMaterial) -> Paragraph:
    """This returns the warning that the year end shown and the statement rest on other budgets or rules; no sentence if on the same."""
    other, short = material.closed_on, material.tiers.commissioner_short
    rules = tuple(
        f"The year end was closed under other rules than this statement was made with: {words}. What the year freed up "
        f"follows the one, where you stand and the bands of luck the other, until the {short} makes both under the same rules."
        for words in material.closed_under
    )
    if other is None:
        return Paragraph("closing", "The year end on this page was closed under other rules", rules)
    ended, mine = (
        next(shown for shown in material.sets if shown.name.startswith(kind)) for kind in ("year-end/", "budgets/")
    )
    return Paragraph(
        "closing", "The year end on this page was closed on other budgets",
        (
            f"The budgets of {material.month.financial_year} were set again after the year was closed. What the year freed up "
            f"follows the budgets it was closed on ({other.name}, set {other.set_id}{_made(other.made_at)}).",
            "Everything else on this page, from where you stand to how the budget was built, follows the newer ones "
            f"({mine.name}, set {mine.set_id}{_made(mine.made_at)}).",
            f"The two do not add up with each other until the {short} closes the year again "
            f"({ended.name}, set {ended.set_id}, is the closing shown).",
            *rules,
        ),
    )  # fmt: skip


def _made(made_at: str) -> str:
    return f", made {made_at}" if made_at else ""
