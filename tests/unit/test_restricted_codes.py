"""The list of restricted kinds: well formed, honest about where it comes from, and caught code by code."""

from __future__ import annotations

import re

import duckdb
import pytest

from pbc.reference.restricted_codes import RestrictedKind, restricted_kinds
from pbc.sources.restricted import FIELDS, is_restricted_sql

FORMS = {"diagnosis": r"[A-Z]\d{2,3}", "procedure": r"[A-Z]\d{2,3}", "specialty": r"\d{3}"}


@pytest.mark.parametrize("kind", restricted_kinds(), ids=lambda kind: kind.name)
def test_restricted_kind_says_its_law_and_what_is_known_of_its_codes(kind: RestrictedKind) -> None:
    assert kind.status == "memory"
    assert "from memory" in kind.source
    assert not re.search(r"https?:|www\.", kind.source)
    assert re.search(r"\b(19|20)\d\d\b", kind.law)


@pytest.mark.parametrize("field", FIELDS)
def test_restricted_prefixes_have_the_form_of_their_classification_and_stand_once(field: str) -> None:
    prefixes = [prefix for kind in restricted_kinds() for prefix in kind.prefixes(field)]
    assert [prefix for prefix in prefixes if not re.fullmatch(FORMS[field], prefix)] == []
    assert [one for one in prefixes if sum(other.startswith(one) for other in prefixes) > 1] == []


@pytest.mark.parametrize("field", FIELDS)
def test_every_restricted_prefix_is_caught_in_its_own_column_alone(field: str) -> None:
    caught = is_restricted_sql(restricted_kinds(), columns={name: name for name in FIELDS})
    query = f"SELECT {caught} FROM (SELECT $diagnosis AS diagnosis, $procedure AS procedure, $specialty AS specialty)"
    with duckdb.connect() as connection:
        for prefix in [prefix for kind in restricted_kinds() for prefix in kind.prefixes(field)]:
            for code, wanted in ((prefix, True), (f"{prefix}9"[:4], True), (f"9{prefix}", False)):
                row = dict.fromkeys(FIELDS) | {field: code}
                assert connection.execute(query, row).fetchone() == (wanted,), (field, code)
        assert connection.execute(query, dict.fromkeys(FIELDS)).fetchone() == (False,)
