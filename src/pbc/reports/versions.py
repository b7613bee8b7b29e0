"""What changed between two versions of one month's statement: said first on every page of the later one."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from pbc.money import pounds
from pbc.reports.amounts import about
from pbc.reports.hidden_rows import small
from pbc.reports.material import StatementMaterial
from pbc.reports.protection import OWN_PRACTICE, PROTECTED, Protection
from pbc.reports.sentences import span
from pbc.reports.shown_to import rule_of, shown_to
from pbc.reports.view import Paragraph

LEAST_TOLD_PENCE = 5_000  # what is less rounds to nothing
COUNTED = ("service", "point_of_delivery", "specialty", "provider")  # the cuts whose lines count contacts


def describe_restatement(
    before: StatementMaterial,
    now: StatementMaterial,
    *,
    practice_codes: Collection[str] | None = None,
    protection: Protection = PROTECTED,
) -> Paragraph:
    """This returns how the cost and the budget to date of some practices, or of all, differ from the version replaced.

    Money in pence, added over the practices. Those entitled in the practice read a difference below £50 in pounds, as rounding
    would hide it. Everybody else reads of costs only what cannot be laid to a few people: to £100, and only where no line of
    any of the practices moved by a small number of contacts; else that it changed by a little. Budgets are not of people.
    """
    shows_all = protection.shows_all or _is_own(protection, practice_codes)
    is_few = not shows_all and (
        _moved_by_few(before, now, practice_codes, protection)
        or any(_hides_total(shown_to(material, protection), practice_codes) for material in (before, now))
    )
    said = []
    for column, words in (("actual_pence", "The cost"), ("budget_pence", "The budget")):
        then, today = (_total(material, column, practice_codes) for material in (before, now))
        if then is None or today is None:
            continue
        is_guarded = column == "actual_pence" and not shows_all
        what = f"{words} for {span(now.month)}"
        if is_guarded and (is_few or 0 < abs(today - then) < LEAST_TOLD_PENCE):
            said.append(f"{what} changed by a little: by how much could point at a few people, so it is not told.")
        else:
            said.append(f"{what} {_moved(then, today)}")
    return Paragraph("restated", "What changed since this month was first published", tuple(said))


def _moved(then: int, today: int) -> str:
    moved = today - then
    if not moved:
        return "is the same as before."
    amount = about(abs(moved)) if abs(moved) >= LEAST_TOLD_PENCE else pounds(abs(moved))
    return f"was {about(then)} and is now {about(today)}: {amount} {'more' if moved > 0 else 'less'}."


def _is_own(protection: Protection, practice_codes: Collection[str] | None) -> bool:
    return protection.mode == OWN_PRACTICE and set(practice_codes or ()) == {protection.practice_code}


def _moved_by_few(
    before: StatementMaterial, now: StatementMaterial, practice_codes: Collection[str] | None, protection: Protection
) -> bool:
    """Whether a line of a practice moved by a small number of contacts, up or down, in the month or the year to date.

    Judged practice by practice, so that what is told of a group never gives away the one practice of which it is not told.
    """
    then, today = (_lines(material, practice_codes) for material in (before, now))
    key = [name for name in today.columns if name != "activity_count"]
    both = today.join(then, on=key, how="full", coalesce=True, suffix="_then")
    moved = both.select(
        (pl.col("activity_count").fill_null(0) - pl.col("activity_count_then").fill_null(0)).alias("moved")
    )
    return not moved.filter(small("moved", rule=rule_of(now, protection))).is_empty()


def _lines(material: StatementMaterial, practice_codes: Collection[str] | None) -> pl.DataFrame:
    rows = _of(material, practice_codes).filter(pl.col("cut").is_in(COUNTED))
    return rows.select("practice_code", "period", "cut", "item", "activity_count")


def _hides_total(shown: StatementMaterial, practice_codes: Collection[str] | None) -> bool:
    return _total_rows(shown, practice_codes)["actual_pence"].null_count() > 0


def _total(material: StatementMaterial, column: str, practice_codes: Collection[str] | None) -> int | None:
    rows = _total_rows(material, practice_codes)
    return None if rows[column].null_count() == rows.height else int(rows[column].sum())


def _total_rows(material: StatementMaterial, practice_codes: Collection[str] | None) -> pl.DataFrame:
    return _of(material, practice_codes).filter((pl.col("cut") == "total") & (pl.col("period") == "year_to_date"))


def _of(material: StatementMaterial, practice_codes: Collection[str] | None) -> pl.DataFrame:
    rows = material.table("budget_statements")
    return rows if practice_codes is None else rows.filter(pl.col("practice_code").is_in(list(practice_codes)))
