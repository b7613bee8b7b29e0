"""One store, one commissioner's budgets: a year is neither opened nor adopted where others would be agreed with it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from tests.journeys.small_pct import publish, rows
from tests.web.budgets.rounds import AT, YEAR, approved, drafted, opened, proposed

from pbc.errors import RefusedInput
from pbc.results import Store
from pbc_web.budgets.models import Decision, Round

BEGAN, FOR_EVER = date(2004, 4, 1), date(9999, 12, 31)


@pytest.fixture
def hold(settings: Any, tmp_path: Path) -> Any:
    """Has the store's register say who pays for practices."""
    settings.PBC_STORE = tmp_path / "store"

    def of(*commissioners: str) -> None:
        links = [
            {"member_code": f"Z{at}", "relation": "practice_commissioner", "parent_code": code, "starts_on": BEGAN, "ends_before": FOR_EVER}
            for at, code in enumerate(commissioners)
        ]  # fmt: skip
        publish(Store(tmp_path / "store"), "register", {"memberships": rows("memberships", *links)})

    return of


@pytest.mark.parametrize("held", [("ZPA", "ZPB"), ("ZPB",)])
def test_a_year_is_not_opened_where_the_store_holds_anothers_practices(
    held: tuple[str, ...], hold: Any, place: Any, sign_in: Any
) -> None:
    hold(*held)
    with time_machine.travel(AT, tick=False):
        answer = sign_in("finance_manager").post(reverse("budgets:new_round"), {"year": YEAR.slug})
    assert (answer.status_code, Round.everywhere.count()) == (409, 0)
    assert all(words in answer.content.decode() for words in (", ".join(held), "a store for each commissioner"))
    with pytest.raises(RefusedInput, match="more than one commissioner"):
        opened(place)


def test_one_commissioner_alone_opens_its_year(hold: Any, place: Any) -> None:
    hold("ZPA")
    assert opened(place).year == YEAR.slug


def test_adoption_is_neither_proposed_nor_approved_where_others_joined_the_store(hold: Any, place: Any) -> None:
    in_round = opened(place)
    draft = drafted(place, in_round, "Chosen")
    decision = proposed(place, in_round, "adopt", month="", draft=draft)
    hold("ZPA", "ZPB")
    with pytest.raises(RefusedInput, match="more than one commissioner"):
        approved(place, decision)
    assert Decision.everywhere.get().state == "proposed"
    Decision.everywhere.all().update(state="withdrawn")
    with pytest.raises(RefusedInput, match="more than one commissioner"):
        proposed(place, in_round, "adopt", month="", draft=draft)
