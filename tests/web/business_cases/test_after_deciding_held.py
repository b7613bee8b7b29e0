"""After a decision too: whoever is kept away judges nothing, and nothing is replaced by what is gone."""

from datetime import date
from typing import Any

import pytest
from tests.web.business_cases.matrix import AT, draft_of
from tests.web.business_cases.waiting import YES, at, handler_of, on_day, submitted

from pbc.errors import RefusedInput
from pbc_web.business_cases.actions import afterwards, coming_back, deciding
from pbc_web.business_cases.actions.deciding import Verdict
from pbc_web.business_cases.actions.writing import save_section
from pbc_web.business_cases.deciding_links import judges
from pbc_web.business_cases.models import Proposal, Recusal

LONG_AFTER = at(date(2012, 6, 10))


def test_whoever_was_kept_away_judges_no_condition_and_lets_nothing_lapse(place: Any) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    verdict = Verdict("approved", "It meets a need.", conditions=(("A nurse is found.", date(2009, 9, 1)),))
    decision = deciding.decide_as_officer(waits, verdict, by=handler, at=on_day(3))
    now = Proposal.everywhere.get(id=waits.id)
    assert judges(handler, now)
    Recusal.objects.create(
        proposal=waits, person_id=handler.person_id, level="leaves", source="chair", reason="A stake.", at=on_day(4)
    )
    assert not judges(handler, now)
    condition = decision.conditions.get()  # type: ignore[union-attr]  # decided, not recommended
    with pytest.raises(RefusedInput, match="kept away"):
        afterwards.judge_condition(condition, is_met=True, evidence="Seen.", by=handler, at=on_day(5))
    with pytest.raises(RefusedInput, match="kept away"):
        afterwards.lapse(now, reason="Never begun.", by=handler, at=LONG_AFTER)


def test_what_was_withdrawn_meanwhile_replaces_nothing(place: Any) -> None:
    author, waits, other = place.actor("practice_manager"), submitted(place), submitted(place, title="Other")
    coming_back.withdraw(other, reason="Not yet.", by=author, at=on_day(1))
    assert other.state == "submitted"  # as it was read before
    with pytest.raises(RefusedInput, match="replaced by another"):
        afterwards.supersede(waits, replacement=other, by=author, at=on_day(2))
    deciding.decide_as_officer(waits, YES, by=handler_of(place, waits), at=on_day(3))


def test_the_first_version_of_a_section_is_the_first_whatever_a_form_says(place: Any) -> None:
    author = place.actor("practice_manager")
    draft = draft_of(author, place["ZPA"])
    said = {"what": "A clinic."}
    made = save_section(draft, section="proposal", answers=said, is_done=False, over=10**30, by=author, at=AT)
    assert made.number == 1
