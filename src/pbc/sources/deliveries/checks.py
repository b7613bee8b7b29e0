"""What SQL says about a cell: its value in its type, and the name of the first rule it breaks, by kind of column.

A cell is text `t` (trimmed, null if empty) and, in Parquet, may already have a type. Only whether any rule is broken is
computed for every row; which rule is asked of the few rows that fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pbc.engines.step import literal
from pbc.sources.layout import LayoutColumn

EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 12, 31)
OPEN_END_YEAR = 9999
CODE_PATTERN = "[A-Za-z0-9][A-Za-z0-9 _./-]{0,19}"
LONGEST_TEXT = 2_000
MOST_POUNDS = 10_000_000  # one line of a delivery: ten million pounds is a mistake
WHOLE_TYPES = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"})
NUMBER_TYPES = frozenset({"FLOAT", "DOUBLE"})


@dataclass(frozen=True)
class Cell:
    """SQL for one column: `text` as delivered, `value` in its type, `breaks` from rule to the condition that breaks it."""

    name: str
    text: str
    value: str
    breaks: Mapping[str, str]

    @property
    def is_bad(self) -> str:
        """SQL that is true where any rule is broken, never null."""
        return " OR ".join(f"COALESCE({condition}, FALSE)" for condition in self.breaks.values()) or "FALSE"

    @property
    def broken_rule(self) -> str:
        """SQL for the name of the first rule broken, null where none is."""
        whens = " ".join(f"WHEN {condition} THEN {literal(name)}" for name, condition in self.breaks.items())
        return f"CASE {whens} END" if whens else "CAST(NULL AS VARCHAR)"


def cell_for(column: LayoutColumn, *, raw: str, stored: str, latest: date) -> Cell:
    """This returns the SQL of one column. `raw` names the file's column, `stored` its type, `latest` the last day delivered."""
    text = f"NULLIF(trim(CAST({raw} AS VARCHAR)), '')"
    make = {"date": _date, "month": _month, "whole": _whole, "decimal": _decimal, "pounds": _pounds}.get(
        column.kind, _code
    )
    value, breaks = make(column, raw, text, stored, latest)
    needed = {} if column.may_be_empty else {"missing_value": f"{text if stored == 'VARCHAR' else raw} IS NULL"}
    return Cell(column.name, text, value, {**needed, **breaks})


def _text(column: LayoutColumn, raw: str, text: str, stored: str, latest: date) -> tuple[str, dict[str, str]]:
    return text, {"too_large": f"length({text}) > {LONGEST_TEXT}"}


def _flag(column: LayoutColumn, raw: str, text: str, stored: str, latest: date) -> tuple[str, dict[str, str]]:
    value = f"CASE lower({text}) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
    return value, {"not_a_flag": f"{text} IS NOT NULL AND {value} IS NULL"}


def _number(column: LayoutColumn, raw: str, text: str, stored: str, latest: date) -> tuple[str, dict[str, str]]:
    """A measured quantity of a table of our own: signed, in any notation a program writes; finite."""
    value = f"TRY_CAST({text} AS DOUBLE)"
    written = "[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?"
    wrong = _written_wrongly(text, written)
    return value, {name: wrong[name] for name in ("currency_sign", "thousands_separator", "not_a_number")} | {
        "too_large": f"NOT isfinite({value})"
    }


def _pence(column: LayoutColumn, raw: str, text: str, stored: str, latest: date) -> tuple[str, dict[str, str]]:
    """Money of a table of our own: whole pence, credits allowed."""
    wrong = _written_wrongly(text, "[-]?[0-9]{1,15}")
    return f"TRY_CAST({text} AS BIGINT)", {name: wrong[name] for name in wrong if name != "negative_number"}


def _code(column: LayoutColumn, raw: str, text: str, stored: str, latest: date) -> tuple[str, dict[str, str]]:
    if column.allowed:
        return text, {"unknown_code": f"{text} NOT IN {literal(column.allowed)}"}
    pattern = column.pattern or CODE_PATTERN
    return text, {"not_a_code": f"NOT regexp_full_match({text}, {literal(pattern)})"}


def _date(column: LayoutColumn, raw: str, text: str, stored: str, latest: date) -> tuple[str, dict[str, str]]:
    if stored == "DATE":
        value, breaks = raw, {}
    else:
        written = f"substr({text}, 1, 10)" if stored.startswith("TIMESTAMP") else text
        value = f"TRY_CAST({written} AS DATE)"
        is_written = f"regexp_full_match({written}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
        breaks = {"not_a_date": f"{text} IS NOT NULL AND ({value} IS NULL OR NOT {is_written})"}
    is_open = f"{value} <> DATE '{OPEN_END_YEAR}-12-31' AND " if column.name.startswith("ends") else ""
    breaks["date_out_of_range"] = f"{is_open}{value} NOT BETWEEN {literal(EARLIEST)} AND {literal(LATEST)}"
    if not column.name.startswith("ends"):
        breaks["date_after_delivery"] = f"{value} > {literal(latest)}"
    return value, breaks


def _month(column: LayoutColumn, raw: str, text: str, stored: str, latest: date) -> tuple[str, dict[str, str]]:
    digits = f"replace(replace({text}, '_', ''), '-', '')"
    value = f"TRY_CAST({digits} AS INTEGER)"
    last = latest.year * 100 + latest.month
    return value, {
        "not_a_month": f"{text} IS NOT NULL AND NOT COALESCE(regexp_full_match({digits}, '(19|20)[0-9]{{2}}(0[1-9]|1[0-2])'), FALSE)",
        "date_after_delivery": f"{value} > {last}",
    }


def _written_wrongly(text: str, pattern: str) -> dict[str, str]:
    fails = f"{text} IS NOT NULL AND NOT regexp_full_match({text}, {literal(pattern)})"
    return {
        "currency_sign": f"{fails} AND regexp_matches({text}, '[£$€]')",
        "thousands_separator": f"{fails} AND regexp_full_match({text}, '[-−]?[0-9]{{1,3}}([, ][0-9]{{3}})+(\\.[0-9]*)?')",
        "negative_number": f"{fails} AND regexp_full_match({text}, '[-−(] ?[0-9.]+\\)?')",
        "too_large": f"{fails} AND regexp_full_match({text}, '[0-9]{{9,}}(\\.[0-9]*)?')",
        "not_a_number": fails,
    }


def _whole(column: LayoutColumn, raw: str, text: str, stored: str, latest: date) -> tuple[str, dict[str, str]]:
    most = column.most or 999_999_999
    if stored in WHOLE_TYPES:
        return f"CAST({raw} AS BIGINT)", {"negative_number": f"{raw} < 0", "too_large": f"{raw} > {most}"}
    value = f"CAST(TRY_CAST({text} AS DECIMAL(18,0)) AS BIGINT)"
    return value, {
        **_written_wrongly(text, r"[0-9]{1,9}(\.0+)?"),
        "too_large": f"{value} > {most} OR length({text}) > 15",
    }


def _decimal(column: LayoutColumn, raw: str, text: str, stored: str, latest: date) -> tuple[str, dict[str, str]]:
    most = column.most or 999_999_999
    if stored in WHOLE_TYPES | NUMBER_TYPES:
        value = f"CAST({raw} AS DOUBLE)"
        return value, {
            "not_a_number": f"NOT isfinite({value})",
            "negative_number": f"{raw} < 0",
            "too_large": f"{raw} > {most}",
        }
    value = f"TRY_CAST({text} AS DOUBLE)"
    return value, {**_written_wrongly(text, r"[0-9]{0,9}(\.[0-9]{1,12})?"), "too_large": f"{value} > {most}"}


def _pounds(column: LayoutColumn, raw: str, text: str, stored: str, latest: date) -> tuple[str, dict[str, str]]:
    """Amounts keep five decimals, exactly: the finest that published prescribing uses."""
    value = f"TRY_CAST({text} AS DECIMAL(18,5))"
    wrong = _written_wrongly(text, r"[0-9]{0,9}(\.[0-9]{1,12})?")
    return value, {**wrong, "too_large": f"{wrong['too_large']} OR {value} > {column.most or MOST_POUNDS}"}


_MAKERS = {
    "date": _date, "month": _month, "whole": _whole, "decimal": _decimal, "pounds": _pounds, "text": _text,
    "flag": _flag, "number": _number, "pence": _pence,
}  # fmt: skip
