"""Comparators chosen, and promise held against fact: what is shown of them, as text, CSV and workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pbc.money import MINUS, pounds
from pbc.periods import FinancialYear, Month
from pbc.policy.policy import PolicyValue
from pbc.reports.history import day_in_words
from pbc.reports.plain_files import PlainSheet, plain_csv, plain_workbook
from pbc.reports.reconciliation import MADE_UP
from pbc.stats.small_numbers import HIDDEN

Row = Mapping[str, Any]
VERDICTS = {
    "better_than_promised": "better than promised",
    "as_promised": "as promised",
    "less_than_promised": "less than promised",
    "cannot_tell": "cannot be told from chance",
    "no_fair_comparator": "no fair comparator",
}
NULL_RESULT = "That is a result too, and is published like any other: it is no sign that nothing happened, nor that something did."
ASSUMED = {
    "events": "How lumpy people make the measure was guessed from single contacts, not measured on people: an assumption.",
    "estimated": "How lumpy people make the measure was measured on the commissioner's own people.",
}
FOOLED = (
    "A plain before and after of these practices says {}. It is not the benefit: it holds what moved everybody, and practices that "
    "stood high by luck come down by themselves."
)
ENTITLED = "Whoever is entitled sees the exact counts with --purpose WORDS."  # at the console alone: pages ask nobody for words
NEAR = "How near is near enough, in ratio, list and need: pbc policy show variation."
HEADS = f"{'Role':<10}  {'Had, of what to expect':<24}  Practice: why"
OWN_LINES = "What each practice had after the start is for those entitled in it; here stand both groups."


@dataclass(frozen=True)
class BenefitMaterial:
    """What pages of a case show: its frozen row and practices, and a comparison once there is one. A figure that may not be shown
    is empty, and `is_hidden` says so. `note` says what is hidden or rounded; `how` in sentences how figures come about, by which
    `values`."""

    set_name: str
    set_id: str
    made_at: str
    is_made_up: bool
    case: Row
    practices: pl.DataFrame
    names: Mapping[str, str]
    comparison: Row | None = None
    lines: pl.DataFrame | None = None
    months: pl.DataFrame | None = None
    note: str = ""
    how: tuple[str, ...] = ()
    values: tuple[PolicyValue, ...] = ()

    @property
    def notes(self) -> list[str]:
        """This returns what is said of figures that are hidden or rounded, if any are."""
        return [self.note] if self.note else []

    @property
    def cover(self) -> list[str]:
        """This returns what stands on a cover: source and receipt."""
        made = f", {self.made_at}" if self.made_at else ""
        return [
            *([MADE_UP] if self.is_made_up else []),
            f"Source: {self.set_name}{made}.",
            f"Receipt: {self.set_id}. pbc verify checks it; pbc explain walks from any figure id to how it came about.",
        ]

    def named(self, code: str) -> str:
        """This returns an organisation's name with its code."""
        name = self.names.get(code)
        return f"{name} ({code})" if name else code


def describe_case(material: BenefitMaterial) -> list[str]:
    """This returns what was declared and frozen, in sentences."""
    case = material.case
    first, last = (Month.from_number(case[f"baseline_{end}_month"]) for end in ("first", "last"))
    only = [
        f"{words} {case[name]}"
        for words, name in (("specialties", "specialties"), ("price groups", "hrg_codes"), ("hospitals", "hospitals"))
        if case[name]
    ]
    ratio = "*" if case["standardised_ratio"] is None else f"{case['standardised_ratio']:.2f}"
    return [
        f"Measure: {case['measure_title']} ({'; '.join([case['points_of_delivery'], *only])}), judged in {case['counted_in']}; "
        f"{case['improvement_direction']} is better.",
        f"Promised a full year: {case['promised_count']:,} contacts and {pounds(case['promised_pence'])}, due in full after "
        f"{case['phase_in_months']} months.",
        f"The service changes in {Month.from_number(case['start_month']).title}. The year before: {first.title} to {last.title}, "
        f"every contact at the prices of {FinancialYear.parse(case['price_year'])}.",
        f"The case's practices had {count_words(case['case_observed_count'])} contacts then: {ratio} of what their people would have "
        f"at the rates of {material.named(case['commissioner_code'])}, by age and sex.",
        *_unpriced(case),
        ASSUMED[case["cheque_source"]],
        f"{case['reason']} Chosen on {day_in_words(case['chosen_on'])}, before the start, and frozen from the first day of the "
        "start month.",
    ]


def _unpriced(case: Row) -> list[str]:
    if not case["unpriced_count"]:
        return []
    count = count_words(case["unpriced_count"])
    return [f"{count} contacts of the commissioner's practices had no price: they are counted and cost nothing."]


def choice_text(material: BenefitMaterial) -> str:
    """This returns a choice of comparators as text: what is frozen, then each practice with its role and why."""
    title = f"Comparators of {material.case['case_title']}"
    lines = [title, *material.cover[:-1], *describe_case(material), NEAR, *_noted(material), "", HEADS]
    for row in in_order(material.practices):
        lines.append(
            f"{row['role']:<10}  {ratio_words(row):<24}  {material.named(row['practice_code'])}: {row['reason']}"
        )
    return "\n".join(lines) + "\n"


def in_order(practices: pl.DataFrame) -> list[dict[str, Any]]:
    """This returns practices in the order they are read: the case's, its comparators nearest first, the others."""
    rank = pl.col("role").replace_strict({"case": 0, "comparator": 1}, default=2, return_dtype=pl.Int8)
    return practices.sort(rank, "distance_ratio", "practice_code", nulls_last=True).to_dicts()


def ratio_words(row: Row) -> str:
    """This returns a practice's ratio with its interval, or that it is hidden or has none."""
    if row["is_hidden"]:
        return HIDDEN
    if row["standardised_ratio"] is None:
        return "nothing expected"
    return f"{row['standardised_ratio']:.2f} ({row['low_ratio']:.2f} to {row['high_ratio']:.2f})"


def describe_comparison(material: BenefitMaterial) -> list[str]:
    """This returns a comparison in plain sentences: verdict, what was found and promised, what fools, months and their state."""
    row, case = _of(material), material.case
    title = f"{VERDICTS[row['verdict']][0].upper()}{VERDICTS[row['verdict']][1:]}"
    verdict = row["reason"] if row["reason"].startswith(title) else f"{title}. {row['reason']}"
    null = [NULL_RESULT] if row["verdict"] in ("cannot_tell", "no_fair_comparator") else []
    return [
        verdict,
        *null,
        *_found(row, case),
        f"Promised a full year: {row['promised_count']:,} contacts and {pounds(row['promised_pence'])}. By the phase-in "
        f"{row['due_count']:,.0f} and {pounds(row['due_pence'])} of it, at a year's pace, were due in the months judged.",
        *_seen(row),
        *([FOOLED.format(_percent(row["before_after_ratio"]))] if row["before_after_ratio"] is not None else []),
        *_months(material),
        ASSUMED[case["cheque_source"]],
    ]


def _of(material: BenefitMaterial) -> Row:
    if material.comparison is None:
        raise ValueError("this material holds no comparison")
    return material.comparison


def _found(row: Row, case: Row) -> list[str]:
    if row["is_hidden"]:
        return [f"Found: {HIDDEN}. So few contacts stand behind it that it is not shown."]
    if row["effect_ratio"] is None:
        return []
    way = {"lower": "fewer", "higher": "more"}[case["improvement_direction"]]
    parts = []
    if row["found_count"] is not None:
        count, low, high = (whole_words(row[f"{name}_count"]) for name in ("found", "low", "high"))
        parts.append(f"{count} contacts (luck: {low} to {high})")
    if row["found_pence"] is not None:
        money, low, high = (pounds(row[f"{name}_pence"]) for name in ("found", "low", "high"))
        parts.append(f"{money} (luck: {low} to {high})")
    return [
        f"Found a year, at the pace of the months judged: {' and '.join(parts)}. Above nought is {way} than without the change, below "
        "nought worse.",
        f"The case's practices moved by {_percent(row['effect_ratio'])} against their comparators (luck: {_percent(row['low_ratio'])} to "
        f"{_percent(row['high_ratio'])}); what moved all alike, {_percent(row['common_ratio'])}, is not theirs.",
    ]


def _seen(row: Row) -> list[str]:
    return [
        f"In the months judged the case's practices had {count_words(row['case_observed_count'])} contacts, the comparators "
        f"{count_words(row['comparators_observed_count'])}."
    ]


def _months(material: BenefitMaterial) -> Iterator[str]:
    if material.months is None:
        return
    used = material.months.filter("is_used").sort("month").to_dicts()
    left = material.months.filter(~pl.col("is_used")).sort("month").to_dicts()
    titles = [Month.from_number(row["month"]).title for row in used]
    yield f"Judged: {len(used)} months, {', '.join(titles) if left else f'{titles[0]} to {titles[-1]}'}."
    if left:
        told = "; ".join(f"{Month.from_number(row['month']).title}, {row['reason']}" for row in left)
        yield f"Left out, of both sides: {told}."


def comparison_text(material: BenefitMaterial) -> str:
    """This returns a comparison as text."""
    row = _of(material)
    title = f"{material.case['case_title']}, {row['after_months']} months after {Month.from_number(row['start_month']).title}"
    lines = [
        title,
        *material.cover[:-1],
        *describe_comparison(material),
        *describe_case(material)[:1],
        *_noted(material),
    ]
    return "\n".join(lines) + "\n"


def _noted(material: BenefitMaterial) -> list[str]:
    """What is hidden or rounded, and how the console shows it."""
    return [*material.notes, ENTITLED] if material.note else []


def benefit_sheets(material: BenefitMaterial) -> list[PlainSheet]:
    """This returns the tables of the downloads, in order; what each practice had after the start only to those who may see all."""
    practices = pl.DataFrame(in_order(material.practices), schema=material.practices.schema)
    sheets = [PlainSheet("Practices", "The year before, practice by practice", practices)]
    if material.comparison is not None:
        row = pl.DataFrame([material.comparison], infer_schema_length=None)
        sheets = [PlainSheet("Comparison", "Promise against fact", row), *sheets]
    if material.months is not None:
        sheets.append(PlainSheet("Months", "Months judged and left out", material.months.sort("month")))
    if material.lines is not None:
        sheets.append(
            PlainSheet("After", "After the start, practice by practice", material.lines.sort("role", "practice_code"))
        )
    return sheets


def benefit_csv(material: BenefitMaterial) -> bytes:
    """This returns the main table as CSV: of a choice each practice, of a comparison its one row. A hidden figure is empty."""
    return plain_csv(benefit_sheets(material)[0])


def benefit_workbook(material: BenefitMaterial) -> bytes:
    """This returns a choice, or a comparison, as a workbook: a cover in sentences, then a table a sheet."""
    is_choice = material.comparison is None
    said = [*describe_case(material), NEAR] if is_choice else [*describe_comparison(material), *describe_case(material)]
    note = [OWN_LINES] if material.lines is None and not is_choice else []
    lines = [*material.cover, *said, *note, *material.notes]
    start = Month.from_number(material.case["start_month"]).start
    title = f"{'Comparators of' if is_choice else 'Benefit of'} {material.case['case_title']}"
    return plain_workbook(title, lines=lines, sheets=benefit_sheets(material), on=start)


def benefit_text(material: BenefitMaterial) -> str:
    """This returns a choice, or a comparison, as text."""
    return choice_text(material) if material.comparison is None else comparison_text(material)


def count_words(count: int | None) -> str:
    """This returns a count as it is shown: a star where it is hidden."""
    return HIDDEN if count is None else f"{count:,}"


def whole_words(amount: float) -> str:
    """This returns an amount as a whole number."""
    return f"{amount:,.0f}".replace("-", MINUS)


def _percent(ratio: float) -> str:
    return f"{(ratio - 1) * 100:+.1f}%".replace("-", MINUS)
