"""The rules a delivered row must keep, as data: what failed, what would have been accepted, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pbc.tables import REJECTED_ROWS

SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Rule:
    """One check of rows. `mistake` is what people call it; `expected` and `remedy` stand in the rejected row."""

    name: str
    mistake: str
    expected: str
    remedy: str


RULES = {
    rule.name: rule
    for rule in (
        Rule("missing_value", "An empty cell where a value is needed", "a value", "Fill the cell and send the row again."),
        Rule("currency_sign", "A currency sign in a number", "digits alone", "Take the sign out of the export."),
        Rule("thousands_separator", "A thousands separator in a number", "digits alone", "Export numbers without separators."),
        Rule("negative_number", "A negative number or amount", "zero or more", "Send credits and corrections as restated rows."),
        Rule("not_a_number", "Words or fractions where a number belongs", "a plain number", "Correct the cell."),
        Rule("too_large", "An absurdly large number or amount", "a believable number", "Look for a shifted column or a wrong unit."),
        Rule("not_a_date", "A date that does not exist or is written another way", "like 2009-04-30", "Write dates as year-month-day."),
        Rule("date_out_of_range", "A date no record can have", "1900 to 2100", "Correct the date; empty dates stay empty."),
        Rule("date_after_delivery", "A date after the month delivered", "a day up to the end of the month delivered",
             "Correct the date, or send the row with its own month."),
        Rule("not_a_month", "A month written another way", "like 200909 or 2009_09", "Write months as year and month."),
        Rule("not_a_code", "Something that cannot be a code", "a code of the layout", "Look for a shifted column."),
        Rule("unknown_code", "A code the standing list does not have", "a code of the list in the layout", "Correct the code."),
        Rule("discharge_before_admission", "A discharge before the admission", "a day on or after admission", "Correct the dates."),
        Rule("episode_outside_stay", "An episode outside its stay, or ending before it starts",
             "a day from admission to discharge", "Correct the dates of the episode."),
        Rule("ends_before_start", "A registration that ends before it starts", "a day after starts_on", "Correct the dates."),
        Rule("two_registrations_at_once", "One person registered twice at once", "a start on or after the end of the one before",
             "End the earlier registration on the day the later one begins."),
        Rule("nhs_number_missing", "A registration without an NHS number", "ten digits", "Trace the number and send the row again."),
        Rule("nhs_number_invalid", "A registration whose NHS number fails its check digit", "ten digits passing modulus 11",
             "Trace the number and send the row again."),
        Rule("not_attended", "An appointment that was not attended", "5 or 6, seen", "Nothing: it is not paid for as an attendance."),
        Rule("left_out", "A practice left out on request", "a complete practice", "Read the whole file to include it."),
        Rule("not_a_flag", "Words where true or false belongs", "true or false", "Correct the cell."),
        Rule("duplicate_key", "The same row twice", "each record once", "Nothing: the first stands. Look why it was sent twice."),
        Rule("conflicting_key", "Two different rows with the same number", "each record once",
             "Send the right one alone; until then the first stands."),
    )
}  # fmt: skip


def empty_rejects() -> pl.DataFrame:
    """This returns the table of rejected rows with no rows."""
    return REJECTED_ROWS.empty()


def gather_rejects(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """This returns rejected rows as one table, each fault once, in the order of delivery, row, column and rule."""
    if not parts:
        return empty_rejects()
    whole = pl.concat([REJECTED_ROWS.conform(part) for part in parts])
    return whole.unique(REJECTED_ROWS.key, keep="first").sort(REJECTED_ROWS.key)


def safe_value_sql(text: str) -> str:
    """This returns SQL for a value as it may be shown: shortened, and never ten digits that could be an NHS number."""
    return (
        f"CASE WHEN {text} IS NULL THEN NULL "
        f"WHEN regexp_matches({text}, '[0-9]{{3}}[ -]?[0-9]{{3}}[ -]?[0-9]{{4}}') THEN '(ten digits, not shown)' "
        f"WHEN length({text}) > {SHOWN_CHARACTERS} THEN left({text}, {SHOWN_CHARACTERS}) || '... (' || length({text}) || ' characters)' "
        f"ELSE {text} END"
    )


def safe_value(text: str | None) -> str | None:
    """This returns a value as it may be shown, like `safe_value_sql`.

    >>> safe_value("943 476 5919"), safe_value("Z90001")
    ('(ten digits, not shown)', 'Z90001')
    """
    import re

    if text is None:
        return None
    if re.search(r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}", text):
        return "(ten digits, not shown)"
    cut = f"{text[:SHOWN_CHARACTERS]}... ({len(text)} characters)"
    return text if len(text) <= SHOWN_CHARACTERS else cut
