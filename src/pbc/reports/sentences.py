"""The plain sentences of a statement. Each is made from published figures only; none calls an underspend a saving."""

from __future__ import annotations

from typing import Any

import polars as pl

from pbc.periods import Month
from pbc.reports.amounts import about, listed, over_or_under, percent
from pbc.reports.hidden_rows import is_hidden
from pbc.reports.history import describe_takeovers
from pbc.reports.luck import band_of, half_width, reading
from pbc.reports.material import StatementMaterial
from pbc.reports.position_tables import CAUSES, split_base, split_total
from pbc.reports.summing import summed
from pbc.reports.view import Headline, Paragraph
from pbc.tables import POOLED

Row = dict[str, Any]


def position(material: StatementMaterial, practice_code: str, *, period: str) -> Row | None:
    """This returns the row of all services of one practice for `month` or `year_to_date`, or None."""
    rows = material.of_practice("budget_statements", practice_code).filter(
        (pl.col("period") == period) & (pl.col("cut") == "total")
    )
    return rows.row(0, named=True) if rows.height else None


def services(material: StatementMaterial, practice_code: str) -> list[Row]:
    """This returns the practice's services of the year to date that have a variance, furthest over budget first."""
    rows = material.of_practice("budget_statements", practice_code).filter(
        (pl.col("period") == "year_to_date") & (pl.col("cut") == "service") & pl.col("variance_pence").is_not_null()
    )
    return rows.sort("variance_pence", "item", descending=[True, False]).to_dicts()


def span(month: Month) -> str:
    """This returns the year to date in words.

    >>> span(Month(2009, 9)), span(Month(2010, 1)), span(Month(2009, 4))
    ('April to September 2009', 'April 2009 to January 2010', 'April 2009')
    """
    first = next(month.financial_year.months())
    if first == month:
        return month.title
    return f"{first.title.split()[0] if first.year == month.year else first.title} to {month.title}"


def spent_over(month: Month) -> str:
    """This returns the year to date as the beginning of a sentence about spending.

    >>> spent_over(Month(2009, 9)), spent_over(Month(2009, 4))
    ('From April to September 2009', 'In April 2009')
    """
    return f"{'In' if month.month_of_year == 1 else 'From'} {span(month)}"


ARRIVED = pl.col("reason") == "late delivery"


def describe_changes(changes: pl.DataFrame, month: Month, *, moved: Moved | None = None) -> Paragraph:
    """This returns what changed in months already reported, always said, also when nothing did.

    `moved`: by how many pence what came late, and what changed otherwise, moved the cost; None where that is hidden.
    """
    heading = "What changed in months already reported"
    if changes.height == 0:
        return Paragraph("changed", heading, ("Nothing changed in the months already reported.",))
    came, other = (changes.filter(late) for late in (ARRIVED, ~ARRIVED))
    moved = moved if moved is not None else (_moved(came), _moved(other))
    arrived = [_arrived(came, moved[0])] if came.height else []
    if not other.height:
        return Paragraph("changed", heading, tuple(arrived))
    changes = other
    months = [Month.from_number(number) for number in sorted(set(changes["month"].to_list()))]
    by = moved[1]
    said = "" if by is None else f"cost {about(abs(by))} {'more' if by > 0 else 'less'} than the last statement said"
    told = f"Together they now {said}." if said else f"By how much is hidden: {FEW}."
    sentence = f"{listed([earlier.title for earlier in months])} changed. {told}"
    reasons = sorted(set(changes["reason"].to_list()))
    why = f"Why: {listed(reasons)}. The figures below, for {span(month)}, include these changes."
    return Paragraph("changed", heading, (*arrived, sentence, why))


Moved = tuple[int | None, int | None]
FEW = "it is of a few people"


def _moved(changes: pl.DataFrame) -> int | None:
    by = changes["now_pence"] - changes["before_pence"]
    return None if by.null_count() else int(by.sum())


def _arrived(came: pl.DataFrame, by: int | None) -> str:
    """A month that a partial statement left out and this one counts: its budget with it, so nobody is worse off for it."""
    months = [Month.from_number(number).title for number in sorted(set(came["month"].to_list()))]
    cost = "more" if by is None else about(by)
    has = "has" if len(months) == 1 else "have"
    return (
        f"{listed(months)} {has} arrived and {'was' if has == 'has' else 'were'} left out of the last statement. Now {cost} of "
        "cost is counted, and the budget of the same care with it."
    )


def describe_position(material: StatementMaterial, practice_code: str) -> Paragraph:
    """This returns where the practice stands: to date, this month, the year end expected, last year."""
    to_date = position(material, practice_code, period="year_to_date")
    month = position(material, practice_code, period="month")
    sentences = []
    if to_date is not None:
        sentences.append(_spent(spent_over(material.month), to_date))
    if month is not None and month["variance_pence"] is not None:
        spent = f"{about(month['actual_pence'])} against {about(month['budget_pence'])}"
        sentences.append(f"In {material.month.title} alone: {spent}, {over_or_under(month['variance_pence'])}.")
    if to_date is not None and _has_forecast(material, to_date):
        year, forecast = to_date["year_budget_pence"], to_date["forecast_outturn_pence"]
        sentences.append(
            f"If the rest of the year keeps to the budget's monthly pattern, {material.month.financial_year} would end at "
            f"about {about(forecast)} against a budget of {about(year)}: {over_or_under(forecast - year)}. "
            "That knows nothing of plans or seasons to come."
        )
    sentences += _last_year(material, practice_code)
    return Paragraph("position", "Where you stand", tuple(sentences))


def _has_forecast(material: StatementMaterial, row: Row) -> bool:
    """A year end is expected only while the year runs, and only against a budget."""
    runs = material.month.month_of_year < 12
    return runs and row["forecast_outturn_pence"] is not None and bool(row["year_budget_pence"])


def _last_year(material: StatementMaterial, practice_code: str) -> list[str]:
    """Like with like: only services that are measured in both years, so nothing that is shared out by head."""
    rows = material.of_practice("budget_statements", practice_code).filter(
        (pl.col("period") == "year_to_date")
        & (pl.col("cut") == "service")
        & (pl.col("payment_form") != "apportioned")
        & pl.col("previous_year_pence").is_not_null()
        & pl.col("actual_pence").is_not_null()
    )
    now, before = int(rows["actual_pence"].sum()), int(rows["previous_year_pence"].sum())
    if not before:
        return []
    change = f"{percent(abs(now / before - 1))} {'more' if now >= before else 'less'} now"
    return [
        f"The services measured in both years came to {about(now)}, against {about(before)} in the same months of last year "
        f"at that year's prices: {change}."
    ]


def _spent(when: str, row: Row) -> str:
    if is_hidden(row, "actual_pence"):
        return f"{when} the cost of the care of your patients is hidden: it would give away figures of a few people."
    spent = f"{when} the care of your patients cost {about(row['actual_pence'])}."
    if row["budget_pence"] is None:
        return f"{spent} No budget has been set to compare it with."
    budget = f"Your budget to date was {about(row['budget_pence'])}"
    share = f" ({percent(abs(row['variance_pence']) / row['budget_pence'])})" if row["budget_pence"] else ""
    return f"{spent} {budget}, so you are {over_or_under(row['variance_pence'])}{share}."


def describe_movers(material: StatementMaterial, practice_code: str) -> Paragraph:
    """This returns which services are furthest from budget, and the four causes that add up to the variance."""
    held = services(material, practice_code)
    sentences = []
    over = [row for row in held if row["variance_pence"] > 0][:2]
    under = [row for row in reversed(held) if row["variance_pence"] < 0][:2]
    for word, rows in (("over", over), ("under", under)):
        if rows:
            named = [f"{_title(material, row)} ({about(abs(row['variance_pence']))}{_of_budget(row)})" for row in rows]
            sentences.append(f"Furthest {word} budget: {listed(named)}.")
    splits = material.of_practice("variance_splits", practice_code)
    if splits.height:
        whole = split_total(material, practice_code)
        total = whole["variance_pence"]
        parts = [f"{_more_or_less(whole[column])} from {words}" for column, words in CAUSES.items()]
        sentences.append(
            f"{split_base(splits.to_dicts())} together: {over_or_under(total)} to date. That is {listed(parts)}. "
            "In pence the four add up exactly."
        )
    return Paragraph("movers", "What moved", tuple(sentences))


def _more_or_less(pence: int) -> str:
    return f"{about(abs(pence))} {'less' if pence < 0 else 'more'}"


def _title(material: StatementMaterial, row: Row) -> str:
    return material.item_title(row["cut"], row["item"]).lower().replace("a&e", "A&E")


def _of_budget(row: Row) -> str:
    return f", {percent(abs(row['variance_pence']) / row['budget_pence'])}" if row["budget_pence"] else ""


def describe_counting(material: StatementMaterial, practice_code: str) -> Paragraph:
    """This returns what is in the figures and what is not: shared-out lines, prescribing, adjustments, not attributed."""
    rows = material.of_practice("budget_statements", practice_code).filter(
        (pl.col("period") == "year_to_date") & (pl.col("cut") == "service")
    )
    sentences = describe_takeovers(material, practice_code)
    shared = rows.filter(pl.col("payment_form") == "apportioned")
    if shared.height:
        named = [_title(material, row) for row in shared.to_dicts()]
        sentences.append(
            f"{_capital(listed(named))} ({about(int(shared['actual_pence'].sum()))} to date) are shared out, not measured: "
            "they have no variance and can never free up money."
        )
    unset = rows.filter(pl.col("budget_pence").is_null() & (pl.col("payment_form") != "apportioned"))
    if unset.height:
        named = [_title(material, row) for row in unset.to_dicts()]
        sentences.append(
            f"{_capital(listed(named))} ({_sum_of(unset, 'actual_pence')} to date) "
            f"{'has' if unset.height == 1 else 'have'} no budget this year: shown, and left out of every total."
        )
    if material.prescribing_to is not None:
        sentences.append(_prescribing(material, material.prescribing_to))
    adjusted = material.of_practice("bill_adjustments", practice_code)
    if adjusted.height:
        known = adjusted["amount_pence"].null_count() == 0
        moved = _more_or_less(int(adjusted["amount_pence"].sum())) if known else "more or less"
        sentences.append(
            f"Contract terms such as marginal rates make the bill {moved} than the priced activity above, year to date. Each "
            "amount is listed below."
        )
    restricted = material.of_practice("budget_statements", practice_code).filter(pl.col("item") == POOLED)
    if restricted.height:
        sentences.append("Care of legally restricted kinds is counted in one pooled line and never broken down.")
    sentences.append(_lost(material))
    sentences += describe_unpriced(material, practice_code)
    return Paragraph("counting", "What is counted, and what is not", tuple(sentences))


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _prescribing(material: StatementMaterial, to: Month) -> str:
    if to >= material.month:
        return f"Prescribing is known to {to.title} and counted at net ingredient cost."
    usual = next((value.value for value in material.policy if value.name == "prescribing.lag_months"), None)
    later = usual is not None and to.plus(usual) < material.month
    told = f" That is later than the usual {usual} months." if later else ""
    return (
        f"Prescribing is known only to {to.title}, because it is published later.{told} Budget and cost of prescribing both stop "
        "there, so that like is compared with like."
    )


def _lost(material: StatementMaterial) -> str:
    whole = lost_whole(material)
    if whole is not None and is_hidden(whole, "cost_pence"):
        return "A little hospital care could not be attributed to any practice: hidden, as it is of a few people."
    total = whole["cost_pence"] if whole is not None else 0
    if not total:
        return "All hospital care paid for so far could be attributed to a practice."
    return (
        f"{about(total)} of hospital care the {material.tiers.commissioner_short} pays for could not be attributed to any "
        "practice. It stands apart: it is not in your figures and is not spread over practices."
    )


def lost_whole(material: StatementMaterial) -> Row | None:
    """This returns all care that no practice answers for, or None where there is none."""
    rows = summed(material, "not_attributed").filter(pl.col("provider_code").is_null())
    return rows.row(0, named=True) if rows.height else None


def _sum_of(rows: pl.DataFrame, column: str) -> str:
    return about(int(rows[column].sum())) if rows[column].null_count() == 0 else "a cost that is hidden"


def describe_unpriced(material: StatementMaterial, practice_code: str | None) -> list[str]:
    """This returns what is left out for want of a price, of a practice or of all, with the remedy; no sentence if nothing is."""
    everywhere = sum(material.unpriced.values())
    of_practice = everywhere if practice_code is None else material.unpriced.get(practice_code, 0)
    if not of_practice:
        return []
    rule = None if practice_code is not None and material.is_own(practice_code) else material.rule
    few = rule is not None and rule.rounded(of_practice) is None
    shown = of_practice if rule is None else rule.rounded(of_practice) or 0
    how_many = f"Fewer than {rule.smallest_shown} contacts" if few and rule else f"{shown:,} contacts"
    return [
        f"{how_many} of {'all practices' if practice_code is None else 'your patients'} could not be priced and "
        "are not in these figures, so they show less than was done. Add the missing prices or market forces factors to "
        "the tariff, receive it again and run pbc bring-up-to-date; pbc receive counts what is missing."
    ]


def describe_answer(material: StatementMaterial) -> Paragraph:
    """This returns whom to ask and by when."""
    answer, short = material.answer, material.tiers.commissioner_short
    who = (
        f"Ask {answer.contact} about anything here that looks wrong."
        if answer.contact
        else f"Nobody has been named to answer questions about this statement. Ask your {short} who leads on practice budgets."
    )
    when = "No date has been set for your answer."
    if answer.within_days is not None:
        when = f"A question is answered within {answer.within_days} days."
    if answer.by:
        when = f"Please answer by {answer.by.day} {Month.of(answer.by).title}."
    quote = f"Quote {material.statement_set.name}, {material.statement_set.set_id}."
    return Paragraph("answer", "Questions and corrections", (who, when, quote))


SMALLEST_SHOWN = 0.0005  # less than this is 0.0% on the page, and neither over nor under


def headlines(material: StatementMaterial, practice_code: str) -> tuple[Headline, ...]:
    """This returns the three figures a reader looks for first: to date, year end expected, luck."""
    to_date = position(material, practice_code, period="year_to_date")
    band = band_of(material, unit_kind="practice", unit_code=practice_code)
    found = []
    if to_date is not None and to_date["variance_pence"] is not None:
        share = f"{percent(abs(to_date['variance_pence']) / to_date['budget_pence'])} of the budget to date"
        found.append(_large(f"{span(material.month)}", to_date["variance_pence"], share))
    if to_date is not None and _has_forecast(material, to_date):
        ahead = to_date["forecast_outturn_pence"] - to_date["year_budget_pence"]
        found.append(
            _large(
                f"{material.month.financial_year} at this rate",
                ahead,
                "if the rest of the year keeps to the budget's monthly pattern",
            )
        )
    if band is not None:
        width = half_width(band)
        found.append(Headline("Luck or not?", reading(band), _judged(band, width) if width is not None else ""))
    return tuple(found)


def _judged(band: Row, width: float) -> str:
    """The distance that was judged, beside what luck does to it: another than that of all lines, so it is named."""
    if band["actual_pence"] is None:
        return f"luck moves the lines judged by about {percent(width)} either way"
    distance = band["actual_pence"] / band["budget_pence"] - 1
    side = (
        "on budget"
        if abs(distance) < SMALLEST_SHOWN
        else f"{percent(abs(distance))} {'over' if distance > 0 else 'under'}"
    )
    return (
        f"judged without what is shared out by head or paid by block: the other lines stand {side}, and luck moves them by about "
        f"{percent(width)} either way"
    )


def _large(label: str, pence: int, words: str) -> Headline:
    figure, _, side = over_or_under(pence).partition(" ")
    return Headline(label, "On budget" if figure == "on" else figure, words if figure == "on" else f"{side}, {words}")
