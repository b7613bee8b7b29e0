"""The rules a delivered row must keep, as data: what failed, what would have been accepted, and what to do.

`RULES` refuse a row; `LOOK_UPS` are told by a check that is given a store, and refuse nothing by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pbc.engines.step import literal
from pbc.tables import REJECTED_ROWS
from pbc.tables.rejected_rows import FORMULA, HIDDEN, SHOWN_CHARACTERS, TEN_DIGITS


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
        Rule("no_kind_of_activity", "A charge for activity that does not say of what kind", "a point of delivery of the layout",
             "Fill in the point of delivery, or charge it as a drug or device."),
        Rule("no_record_number", "A charge that names no record", "the number of the stay or attendance",
             "Fill in the spell or attendance identifier: without one nobody can tell what is charged."),
        Rule("not_a_flag", "Words where true or false belongs", "true or false", "Correct the cell."),
        Rule("duplicate_key", "The same row twice", "each record once", "Nothing: the first stands. Look why it was sent twice."),
        Rule("conflicting_key", "Two different rows with the same number", "each record once",
             "Send the right one alone; until then the first stands."),
    )
}  # fmt: skip


LOOK_UPS = {
    rule.name: rule
    for rule in (
        Rule("unknown_practice", "A practice the register does not have", "a practice of the register",
             "Correct the code or send the register anew; else its contacts stand as not attributed unless the person is registered."),
        Rule("unknown_provider", "A hospital the register does not have", "a provider of the register",
             "Correct the code, or send the register anew with the hospital in it."),
        Rule("no_price", "A price group without a price that year", "a price of the year of the contact",
             "Correct the group, or add its price to the tariff of the year; no price of another year is used."),
        Rule("no_market_forces_factor", "A hospital without a market forces factor that year", "a factor of the year",
             "Add the hospital's factor to the tariff of the year."),
        Rule("already_held", "A record another delivery holds", "a record not delivered before",
             "To replace it, send the earlier delivery again whole; to bill it, give it its own number."),
        Rule("month_already_delivered", "A month received before", "a month not yet received",
             "Nothing, if this delivery replaces the earlier one whole; else send late rows with a later month."),
    )
}  # fmt: skip


def empty_rejects() -> pl.DataFrame:
    """This returns the table of rejected rows with no rows."""
    return REJECTED_ROWS.empty()


def safe_value_sql(text: str) -> str:
    """This returns SQL for a value as it may be shown, by the same rules as `pbc.tables.rejected_rows.safe_value`."""
    plain = f"regexp_replace({text}, '[[:cntrl:]]', ' ', 'g')"
    shown = f"CASE WHEN regexp_matches({text}, {literal(FORMULA)}) THEN '''' ELSE '' END || {plain}"
    return (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN regexp_matches({text}, {literal(TEN_DIGITS)}) THEN {literal(HIDDEN)} "
        f"WHEN length({text}) > {SHOWN_CHARACTERS} THEN left({shown}, {SHOWN_CHARACTERS}) || '... (' || length({text}) "
        f"|| ' characters)' ELSE {shown} END"
    )
