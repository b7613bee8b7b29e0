"""What is promised of a pot to approved uses: within what is confirmed, never taken back, never spent on anything else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.web.statements.test_pots import AT, declared, move

from pbc.errors import RefusedInput
from pbc_web.statements.actions import year_ends
from pbc_web.statements.actions.reserves import reserve, set_free, spend_reserved
from pbc_web.statements.models import Pot

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=30)


def test_what_is_promised_is_confirmed_and_not_spent_on_anything_else(place: Any) -> None:
    finance, approver = place.actor("finance_manager"), place.actor("commissioning_manager")
    pot, told = declared(place, held_back=0), {"reason": "Agreed", "by": finance, "at": AT}
    with pytest.raises(RefusedInput, match="declared cannot be moved"):
        reserve(pot, amount_pence=1, **told)
    move(pot, "confirm", 80_000, by=approver)
    with pytest.raises(RefusedInput, match=r"No more than £800\.00 is confirmed and not yet spent"):
        reserve(pot, amount_pence=80_001, **told)
    reserve(pot, amount_pence=50_000, **told)
    with pytest.raises(RefusedInput, match="confirmed cannot be moved"):
        spend_reserved(pot, amount_pence=1, **told)
    move(pot, "release", 60_000, by=finance)
    with pytest.raises(RefusedInput, match=r"No more than £300\.00 is available"):
        move(pot, "spend", 30_001, by=finance)
    year_ends.give_notice(pot, amount_pence=50_000, words="Fewer", takes_effect_on=LATER.date(), by=finance, at=AT)
    with pytest.raises(RefusedInput, match=r"No more than £0\.00 is confirmed and not yet spent"):
        reserve(pot, amount_pence=1, **told)


def test_what_is_promised_is_not_taken_back_and_may_be_set_free(place: Any) -> None:
    finance = place.actor("finance_manager")
    pot, told = declared(place, held_back=0), {"reason": "Agreed", "by": finance, "at": AT}
    move(pot, "confirm", 80_000, by=place.actor("commissioning_manager"))
    reserve(pot, amount_pence=50_000, **told)
    move(pot, "release", 60_000, by=finance)
    year_ends.give_notice(pot, amount_pence=50_000, words="Fewer", takes_effect_on=LATER.date(), by=finance, at=AT)
    with pytest.raises(RefusedInput, match=r"No more than £500\.00 is promised and available"):
        spend_reserved(pot, amount_pence=50_001, **told)
    spend_reserved(pot, amount_pence=20_000, **told)
    move(pot, "take_back", 50_000, by=finance, at=LATER)
    held = Pot.everywhere.get()
    assert (held.declared_pence, held.confirmed_pence) == (50_000, 50_000)
    assert (held.spent_pence, held.reserved_pence) == (20_000, 30_000)
    assert year_ends.possible_moves(held, on=LATER.date()) == {}
    with pytest.raises(RefusedInput, match=r"No more than £300\.00 is promised"):
        set_free(pot, amount_pence=30_001, **told)
    set_free(pot, amount_pence=30_000, **told)
    held.refresh_from_db()
    assert (held.reserved_pence, held.unpromised_pence, held.left_pence) == (0, 30_000, 30_000)
    assert [each.kind for each in held.moves.all()] == [
        "declare",
        "confirm",
        "reserve",
        "release",
        "spend",
        "free",
        "take_back",
    ]
    for wrong in ({"reserved_pence": 30_001}, {"reserved_pence": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Pot.everywhere.filter(id=pot.id).update(**wrong)
