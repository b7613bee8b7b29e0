"""A business case's own rows, from files or typed: options, costs, changes of activity, the money it names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import pence_typed_by_a_person
from pbc.periods import FinancialYear
from pbc.reference.activity import HOSPITAL_PODS, PRESCRIBING_POD
from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    read_text,
    refuse,
    require_filled,
    require_once,
    require_one_line,
)
from pbc.tables import CASE_ACTIVITY_CHANGES, CASE_COSTS, CASE_MONEY, CASE_OPTIONS
from pbc.tables.case_activity_changes import ALL_OF_IT
from pbc.tables.case_costs import COST_KINDS, PAID_FROM

YES_OR_NO = {"yes": True, "no": False, "true": True, "false": False}
CODES = ("case_code", "option_code")
SPECIALTY = r"^\d{3}$"
PERCENTS = ("first_year_percent", "second_year_percent", "later_years_percent")
ESTIMATES = ("least_activity_change", "most_activity_change")
KINDS = (*HOSPITAL_PODS, PRESCRIBING_POD)


def read_case_options(path: Path | Text) -> Published:
    """This returns CASE_OPTIONS: one case and option, what it is called, whether it is doing nothing, when hospitals are told."""
    text = read_text(path, "case_options")
    rows = cast_columns(text).with_columns(*_answers("is_do_nothing"))
    require_filled(text, rows, *CODES, "option_name")
    require_one_line(text, rows, *CODES, "option_name")
    _refuse_answers(text, rows, "is_do_nothing")
    require_once(text, rows, key="option_code", also=("case_code",), what="An option stands twice.")
    return text.published(CASE_OPTIONS.conform(rows).sort(CASE_OPTIONS.key))


def read_case_costs(path: Path | Text) -> Published:
    """This returns CASE_COSTS, numbered by row. Pounds become pence and may be below nought: that much is saved."""
    text = read_text(path, "case_costs")
    rows = _with_pence(_with_years(cast_columns(text)), "cost_pence").with_columns(*_answers("is_recurrent"))
    require_filled(text, rows, *CODES, "reason")
    require_one_line(text, rows, *CODES, "reason")
    _refuse_words(text, rows, "kind", COST_KINDS)
    _refuse_money(text, rows, "cost_pence")
    _refuse_answers(text, rows, "is_recurrent")
    numbered = rows.with_columns(pl.col("row_number").alias("cost_number"))
    return text.published(CASE_COSTS.conform(numbered).sort(CASE_COSTS.key))


def read_case_activity_changes(path: Path | Text) -> Published:
    """This returns CASE_ACTIVITY_CHANGES, numbered by row. An empty specialty or practice is all of them, an empty percent 100.

    The least and the most of a change lie on either side of what is expected, in the same direction. Prescribing (RX) is of no
    hospital and specialty.
    """
    text = read_text(path, "case_activity_changes")
    everywhere = pl.col("provider_code", "treatment_function_code", "practice_code").str.to_uppercase()
    rows = cast_columns(text).with_columns(everywhere, pl.col("point_of_delivery").str.to_uppercase())
    require_filled(text, rows, *CODES, "yearly_activity_change", "from_month")
    _refuse_words(text, rows, "point_of_delivery", KINDS)
    filled = rows.with_columns(
        pl.col("treatment_function_code", "practice_code").fill_null(ALL_OF_IT).replace(ALL_OF_IT.upper(), ALL_OF_IT),
        pl.when(pl.col("point_of_delivery") == PRESCRIBING_POD)
        .then(pl.col("provider_code").fill_null(ALL_OF_IT))
        .otherwise("provider_code")
        .replace(ALL_OF_IT.upper(), ALL_OF_IT),
        pl.col(PERCENTS).fill_null(100),
        pl.col("from_month").str.replace("-", "").cast(pl.Int32),
        pl.col("row_number").alias("change_number"),
    )
    _refuse_places(text, filled)
    _refuse_estimates(text, filled)
    for name in PERCENTS:
        refuse(
            text, filled.filter(~pl.col(name).is_between(0, 100)), column=name, rule="too_large", what="A percent is beyond 100.",
            expected="0 to 100", remedy="Write how much of the full change is reached by then.",
        )  # fmt: skip
    return text.published(CASE_ACTIVITY_CHANGES.conform(filled).sort(CASE_ACTIVITY_CHANGES.key))


def read_case_money(path: Path | Text) -> Published:
    """This returns CASE_MONEY: by case, year and whose money what may be spent of it; not below nought."""
    text = read_text(path, "case_money")
    rows = _with_pence(_with_years(cast_columns(text)), "named_pence")
    require_filled(text, rows, "case_code")
    _refuse_money(text, rows, "named_pence")
    refuse(
        text, rows.filter(pl.col("named_pence") < 0), column="pounds", rule="negative_number",
        what="Nobody can name less than nothing.", expected="0 or more", remedy="Correct the cell.",
    )  # fmt: skip
    require_once(
        text, rows, key="paid_from", also=("case_code", "financial_year"), what="One's money of a year stands twice."
    )
    return text.published(CASE_MONEY.conform(rows).sort(CASE_MONEY.key))


def _refuse_words(text: Text, rows: pl.DataFrame, column: str, known: Sequence[str]) -> None:
    refuse(
        text, rows.filter(~pl.col(column).is_in(list(known)) | pl.col(column).is_null()), column=column, rule="unknown_code",
        what="There is no such word here.", expected=", ".join(known), remedy="Write one of these words.",
    )  # fmt: skip


def _refuse_money(text: Text, rows: pl.DataFrame, pence: str) -> None:
    """Of a row of money: whose it is, its year and its pounds."""
    _refuse_words(text, rows, "paid_from", PAID_FROM)
    refuse(
        text, rows.filter(pl.col("financial_year").is_null()), column="financial_year", rule="not_a_date",
        what="This is not a financial year.", expected="a year like 2009-10",
        remedy="Write it so; where a spreadsheet makes a month of it, like Oct-09, make the column Text first.", found="year_as_written",
    )  # fmt: skip
    refuse(
        text, rows.filter(pl.col(pence).is_null()), column="pounds", rule="not_a_number",
        what="This is not an amount in pounds.", expected="an amount like 1204.50 or £1,200, or -1204.50 for what is saved",
        remedy="Write pounds without words.",
    )  # fmt: skip


def _refuse_answers(text: Text, rows: pl.DataFrame, column: str) -> None:
    refuse(
        text, rows.filter(pl.col(column).is_null()), column=column, rule="unknown_code", what="This is not yes or no.",
        expected="yes or no", remedy="Write yes or no.", found="answer_as_written",
    )  # fmt: skip


def _refuse_places(text: Text, rows: pl.DataFrame) -> None:
    specialty = pl.col("treatment_function_code")
    is_specialty = (specialty == ALL_OF_IT) | specialty.str.contains(SPECIALTY)
    is_drug, is_all = pl.col("point_of_delivery") == PRESCRIBING_POD, pl.col("provider_code") == ALL_OF_IT
    for column, bad, expected in (
        ("provider_code", pl.col("provider_code").is_null() | (~is_drug & is_all), "a hospital's code"),
        ("provider_code", is_drug & ~is_all, "all, since hospitals are not paid for what practices prescribe"),
        (
            "treatment_function_code",
            is_drug & (pl.col("treatment_function_code") != ALL_OF_IT),
            "all, or an empty cell",
        ),
        (
            "treatment_function_code",
            ~is_drug & ~is_specialty,
            "a specialty's three digits like 330, or an empty cell for all",
        ),
    ):
        refuse(
            text, rows.filter(bad), column=column, rule="unknown_code", what="A change cannot be there.", expected=expected,
            remedy="Correct the cell.",
        )  # fmt: skip


def _refuse_estimates(text: Text, rows: pl.DataFrame) -> None:
    expected, (least, most) = pl.col("yearly_activity_change"), (pl.col(name) for name in ESTIMATES)
    for column, estimate, is_right in (
        (ESTIMATES[0], least, least.abs() <= expected.abs()), (ESTIMATES[1], most, most.abs() >= expected.abs()),
    ):  # fmt: skip
        is_same_way = (estimate.sign() == expected.sign()) | (estimate == 0)
        refuse(
            text, rows.filter(~(is_right & is_same_way)), column=column, rule="too_large",
            what="The least, what is expected and the most do not stand in order.",
            expected="least at most, and most at least, what is expected in size, all more or all less: of -200 like -150 and -250",
            remedy="Correct the three cells, or leave least and most empty.",
        )  # fmt: skip


def _answers(column: str) -> tuple[pl.Expr, pl.Expr]:
    written = pl.col(column)
    answer = written.str.to_lowercase().replace_strict(YES_OR_NO, default=None, return_dtype=pl.Boolean)
    return answer.alias(column), written.alias("answer_as_written")


def _with_years(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with each year as tables spell it, null where it is none, beside what was written."""
    written = rows["financial_year"]
    slugs = pl.Series("financial_year", [_slug(cell) for cell in written], dtype=pl.String)
    return rows.with_columns(slugs, written.alias("year_as_written"))


def _with_pence(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.with_columns(pl.Series(name, [_in_pence(cell) for cell in rows["pounds"]], dtype=pl.Int64))


def _slug(text: str | None) -> str | None:
    try:
        return None if text is None else FinancialYear.parse(text).slug
    except RefusedInput:
        return None


def _in_pence(text: str | None) -> int | None:
    try:
        return None if text is None else pence_typed_by_a_person(text)
    except RefusedInput:
        return None
