"""Records of kinds the law restricts are generalised on reading: their codes go, their cost stays in a pooled line."""

from __future__ import annotations

from collections.abc import Sequence

from pbc.engines.step import literal
from pbc.reference.restricted_codes import RestrictedKind

FIELDS = ("diagnosis", "procedure", "specialty")


def is_restricted_sql(kinds: Sequence[RestrictedKind], *, columns: dict[str, str]) -> str:
    """This returns SQL that is true for a row of a restricted kind; `columns` leads from field to SQL of its code.

    >>> is_restricted_sql([RestrictedKind("x", "X", "law", "memory", ("A5",), (), ())], columns={"diagnosis": "d"})
    "COALESCE(d LIKE 'A5%', FALSE)"
    """
    tests = [
        f"{columns[field]} LIKE {literal(prefix + '%')}"
        for field in FIELDS
        if field in columns
        for prefix in sorted({prefix for kind in kinds for prefix in kind.prefixes(field)})
    ]
    return f"COALESCE({' OR '.join(tests)}, FALSE)" if tests else "FALSE"
