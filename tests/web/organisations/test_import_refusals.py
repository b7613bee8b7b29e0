"""What a register may not say of organisations is refused by name, and nothing of it is taken in."""

from datetime import date
from typing import Any

import pytest
from tests.web.conftest import AT, BEGAN, TESTS

from pbc.errors import RefusedInput
from pbc_web.organisations.actions import import_organisations
from pbc_web.organisations.models import Organisation

OPEN = {"opened_on": None, "closed_on": None}


@pytest.mark.parametrize(
    "kind, member, relation, said",
    [
        ("circus", "ZA0001", "practice_cluster", "no such kind of organisation"),
        ("cluster", "Z00000", "practice_cluster", "an organisation that is not known"),
        ("cluster", "ZA0001", "likes", "no such relation"),
    ],
)
def test_what_is_not_known_is_refused_and_nothing_stands(
    kind: str, member: str, relation: str, said: str, place: Any
) -> None:
    rows = [{"organisation_code": "ZNEW", "organisation_kind": kind, "organisation_name": "New", **OPEN}]
    belongs = {"member_code": member, "relation": relation, "parent_code": "ZNEW", "starts_on": BEGAN}
    with pytest.raises(RefusedInput, match=said):
        import_organisations(rows, [belongs | {"ends_before": date(9999, 12, 31)}], source="tests", by=TESTS, at=AT)
    assert not Organisation.objects.filter(code="ZNEW").exists()
