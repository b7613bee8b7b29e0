"""What SQL says about a cell: its value in its type, and the name of the first rule it breaks, by kind of column.

A cell stands in a staged query as its text, "t name" (trimmed, null if empty; in Parquet perhaps a typed value), and its
value, "name". Whether a row is bad is asked of every row and must be cheap; which rule it breaks, of the few that are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pbc.engines.step import literal
from pbc.sources.layout import LayoutColumn

EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 12, 31)
OPEN_END = date(9999, 12, 31)
CODE_PATTERN = "[A-Za-z0-9][A-Za-z0-9 &_./+-]{0,39}"  # starts with a letter or digit: never a formula
LONGEST_TEXT = 2_000
MOST_POUNDS = 10_000_000  # one line of a delivery: ten million pounds is a mistake
WHOLE_TYPES = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"})
NUMBER_TYPES = frozenset({"FLOAT", "DOUBLE"})
KEPT_TYPES = WHOLE_TYPES | NUMBER_TYPES | {"DATE", "BOOLEAN"}
PLAIN_DECIMAL = r"[0-9]{0,9}(\.[0-9]{1,12})?"


@dataclass(frozen=True)
class Cell:
    """SQL for one column. `value` reads the staged text; `breaks`, from rule to condition, may read the value too.

    `implied` rules only name more closely what a later one finds: they need not be asked of every row.
    """

    name: str
    value: str
    breaks: Mapping[str, str]
    implied: frozenset[str] = frozenset()

    @property
    def is_bad(self) -> str:
        """SQL that is true where any rule is broken; false or null where none is. Empty if there is no rule."""
        return " OR ".join(f"({test})" for name, test in self.breaks.items() if name not in self.implied)

    @property
    def broken_rule(self) -> str:
        """SQL for the name of the first rule broken, null where none is."""
        whens = " ".join(f"WHEN {condition} THEN {literal(name)}" for name, condition in self.breaks.items())
        return f"CASE {whens} END" if whens else "CAST(NULL AS VARCHAR)"


@dataclass(frozen=True)
class _Place:
    """A column where it stands: `text` and `value` are the quoted names of its cell, `stored` its type in the file."""

    column: LayoutColumn
    text: str
    value: str
    stored: str
    latest: date


def staged_text(raw: str, *, stored: str) -> str:
    """This returns SQL for a cell as it is staged: trimmed text, null if empty; or as it is, where Parquet gives a type."""
    return raw if stored in KEPT_TYPES else f"NULLIF(trim(CAST({raw} AS VARCHAR)), '')"


def cell_for(column: LayoutColumn, *, stored: str, latest: date) -> Cell:
    """This returns the SQL of one column. `stored` is its type in the file, `latest` the last day delivered."""
    place = _Place(column, f'"t {column.name}"', f'"{column.name}"', stored, latest)
    cell = _MAKERS.get(column.kind, _code)(place)
    needed = {} if column.may_be_empty else {"missing_value": f"{place.text} IS NULL"}
    return Cell(column.name, cell.value, {**needed, **cell.breaks}, cell.implied)


def _code(at: _Place) -> Cell:
    text = at.text if at.stored not in KEPT_TYPES else f"CAST({at.text} AS VARCHAR)"
    if at.column.allowed:
        return Cell("", text, {"unknown_code": f"{at.value} NOT IN {literal(at.column.allowed)}"})
    pattern = at.column.pattern or CODE_PATTERN
    return Cell("", text, {"not_a_code": f"NOT regexp_full_match({at.value}, {literal(pattern)})"})


def _text(at: _Place) -> Cell:
    return Cell("", f"CAST({at.text} AS VARCHAR)", {"too_large": f"length({at.value}) > {LONGEST_TEXT}"})


def _date(at: _Place) -> Cell:
    is_end = at.column.name.startswith("ends")
    is_open = f"{at.value} <> {literal(OPEN_END)} AND " if is_end else ""
    breaks = {"date_out_of_range": f"{is_open}{at.value} NOT BETWEEN {literal(EARLIEST)} AND {literal(LATEST)}"}
    if not is_end:
        breaks["date_after_delivery"] = f"{at.value} > {literal(at.latest)}"
    if at.stored == "DATE":
        return Cell("", at.text, breaks)
    written = f"substr({at.text}, 1, 10)" if at.stored.startswith("TIMESTAMP") else at.text
    is_written = f"regexp_full_match({written}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
    not_a_date = f"{at.text} IS NOT NULL AND ({at.value} IS NULL OR NOT {is_written})"
    return Cell("", f"TRY_CAST({written} AS DATE)", {"not_a_date": not_a_date, **breaks})


def _month(at: _Place) -> Cell:
    digits = f"replace(replace(CAST({at.text} AS VARCHAR), '_', ''), '-', '')"
    return Cell(
        "",
        f"TRY_CAST({digits} AS INTEGER)",
        {
            "not_a_month": f"NOT regexp_full_match({digits}, '(19|20)[0-9]{{2}}(0[1-9]|1[0-2])')",
            "date_after_delivery": f"{at.value} > {at.latest.year * 100 + at.latest.month}",
        },
    )


def _written_wrongly(text: str, pattern: str) -> dict[str, str]:
    fails = f"NOT regexp_full_match({text}, {literal(pattern)})"
    return {
        "currency_sign": f"{fails} AND regexp_matches({text}, '[£$€]')",
        "thousands_separator": f"{fails} AND regexp_full_match({text}, '[-−]?[0-9]{{1,3}}([, ][0-9]{{3}})+(\\.[0-9]*)?')",
        "negative_number": f"{fails} AND regexp_full_match({text}, '[-−(] ?[0-9.]+\\)?')",
        "too_large": f"{fails} AND regexp_full_match({text}, '[0-9]{{9,}}(\\.[0-9]*)?')",
        "not_a_number": fails,
    }


_ONLY_NAMED = frozenset({"currency_sign", "thousands_separator", "negative_number"})


def _whole(at: _Place) -> Cell:
    most = at.column.most or 999_999_999
    if at.stored in WHOLE_TYPES:
        breaks = {"negative_number": f"{at.text} < 0", "too_large": f"{at.text} > {most}"}
        return Cell("", f"CAST({at.text} AS BIGINT)", breaks)
    text = f"CAST({at.text} AS VARCHAR)"
    wrong = _written_wrongly(text, r"[0-9]{1,9}(\.0+)?")
    value = f"CAST(TRY_CAST({text} AS DECIMAL(18, 0)) AS BIGINT)"
    return Cell("", value, {**wrong, "too_large": f"{wrong['too_large']} OR {at.value} > {most}"}, _ONLY_NAMED)


def _decimal(at: _Place) -> Cell:
    most = at.column.most or 999_999_999
    if at.stored in WHOLE_TYPES | NUMBER_TYPES:
        breaks = {
            "not_a_number": f"NOT isfinite({at.value})",
            "negative_number": f"{at.value} < 0",
            "too_large": f"{at.value} > {most}",
        }
        return Cell("", f"CAST({at.text} AS DOUBLE)", breaks)
    wrong = _written_wrongly(at.text, PLAIN_DECIMAL)
    breaks = {**wrong, "too_large": f"{wrong['too_large']} OR {at.value} > {most}"}
    return Cell("", f"TRY_CAST({at.text} AS DOUBLE)", breaks, _ONLY_NAMED)


def _pounds(at: _Place) -> Cell:
    """Amounts keep five decimals, exactly: the finest that published prescribing uses."""
    text = f"CAST({at.text} AS VARCHAR)"
    wrong = _written_wrongly(text, PLAIN_DECIMAL)
    breaks = {**wrong, "too_large": f"{wrong['too_large']} OR {at.value} > {at.column.most or MOST_POUNDS}"}
    return Cell("", f"TRY_CAST({text} AS DECIMAL(18, 5))", breaks, _ONLY_NAMED)


def _signed_pounds(at: _Place) -> Cell:
    """Amounts of an account, in pounds and pence: what is given back is negative."""
    text = f"CAST({at.text} AS VARCHAR)"
    wrong = _written_wrongly(text, f"-?{PLAIN_DECIMAL}")
    kept = {name: test for name, test in wrong.items() if name != "negative_number"}
    most = at.column.most or MOST_POUNDS
    breaks = {**kept, "too_large": f"{wrong['too_large']} OR abs({at.value}) > {most}"}
    return Cell("", f"TRY_CAST({text} AS DECIMAL(18, 5))", breaks, _ONLY_NAMED)


def _flag(at: _Place) -> Cell:
    text = f"lower(CAST({at.text} AS VARCHAR))"
    value = f"CASE {text} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
    return Cell("", value, {"not_a_flag": f"{at.text} IS NOT NULL AND {at.value} IS NULL"})


def _number(at: _Place) -> Cell:
    """A measured quantity of a table of our own: signed, in any notation a program writes; finite."""
    text = f"CAST({at.text} AS VARCHAR)"
    wrong = _written_wrongly(text, r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?")
    kept = {name: wrong[name] for name in ("currency_sign", "thousands_separator", "not_a_number")}
    return Cell("", f"TRY_CAST({text} AS DOUBLE)", {**kept, "too_large": f"NOT isfinite({at.value})"}, _ONLY_NAMED)


def _signed(at: _Place) -> Cell:
    """Money of a table of our own in whole pence, credits allowed, or a count that may be taken off."""
    text = f"CAST({at.text} AS VARCHAR)"
    wrong = _written_wrongly(text, "-?[0-9]{1,15}")
    kept = {name: test for name, test in wrong.items() if name != "negative_number"}
    return Cell("", f"TRY_CAST({text} AS BIGINT)", kept, _ONLY_NAMED)


_MAKERS = {
    "date": _date, "month": _month, "whole": _whole, "decimal": _decimal, "pounds": _pounds, "signed_pounds": _signed_pounds,
    "text": _text,
    "flag": _flag, "number": _number, "pence": _signed, "signed": _signed,
}  # fmt: skip
