"""Records of kinds the law restricts are generalised on reading: their codes go, their cost stays in a pooled line."""

from __future__ import annotations

from collections.abc import Sequence

from pbc.engines.step import literal
from pbc.reference.restricted_codes import RestrictedKind

FIELDS = ("diagnosis", "procedure", "specialty")


def is_restricted_sql(kinds: Sequence[RestrictedKind], *, columns: dict[str, str]) -> str:
    """This returns SQL that is true for a row of a restricted kind; `columns` leads from field to SQL of its code.

    >>> is_restricted_sql([RestrictedKind("x", "X", "law", "memory", ("A5", "B2"), (), ())], columns={"diagnosis": "d"})
    "COALESCE(regexp_matches(d, '^(A5|B2)'), FALSE)"
    """
    tests = []
    for field in FIELDS:
        prefixes = sorted({prefix for kind in kinds for prefix in kind.prefixes(field)})
        if field in columns and prefixes:
            tests.append(f"regexp_matches({columns[field]}, {literal('^(' + '|'.join(prefixes) + ')')})")
    return f"COALESCE({' OR '.join(tests)}, FALSE)" if tests else "FALSE"
