"""Who decides by the rules in force as a proposal was submitted: offered to whoever may do it, and to nobody else."""

from pathlib import Path
from typing import Any

import pytest
from tests.web.business_cases.sittings import sitting
from tests.web.business_cases.waiting import YES, declared, on_day, submitted

from pbc.errors import RefusedInput
from pbc_web.business_cases.actions import deciding
from pbc_web.business_cases.deciding_parts import decision
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.work import next_steps

OFFICERS, CHAIRS, MEETING = "Decide as the delegated officer", "Decide by chair's action", "The panel decides it."


def ruled(settings: Any, tmp_path: Path, **words: tuple[str, str]) -> None:
    """A local agreement: each rule is the first word until 2 June 2009, the second afterwards."""
    settings.PBC_POLICY, where = (
        [str(tmp_path / "ours.yaml")],
        '{from: %s, value: %s, status: local_agreement, source: "Minute 9"}',
    )
    Path(settings.PBC_POLICY[0]).write_text("".join(
        f"business_cases.{name}:\n  values: [{where % ('2004-04-01', first)}, {where % ('2009-06-02', later)}]\n"
        for name, (first, later) in words.items()
    ))  # fmt: skip


def offered(actor: Any, proposal: Proposal) -> list[str]:
    found = decision(actor, proposal, on_day(3))
    assert found is not None
    return [text for text, _ in found["links"]]


@pytest.mark.parametrize(("rule", "meets", "decides"), [
    ({"standard_decided_by": ("delegated_officer", "committee")}, True, True),
    ({"standard_decided_by": ("committee", "delegated_officer")}, True, False),
    ({"without_meeting": ("delegated_officer", "chairs_action")}, True, False),
    ({"without_meeting": ("delegated_officer", "chairs_action")}, False, True),
    ({"without_meeting": ("chairs_action", "delegated_officer")}, False, False),
])  # fmt: skip
def test_an_officer_is_offered_what_the_rules_of_its_day_leave_to_them(
    place: Any, settings: Any, tmp_path: Path, rule: Any, meets: bool, decides: bool
) -> None:
    ruled(settings, tmp_path, **rule)
    panel = sitting(place)
    panel.meetings.update(state="planned" if meets else "cancelled", reason="" if meets else "Snow.")
    waits = submitted(place, route="standard", pence=10_000_000)
    officer, chair, other = (
        place.actor(each) for each in ("commissioning_manager", "non_executive", "finance_manager")
    )
    declared(waits, officer, chair, other)
    assert (OFFICERS in offered(officer, waits)) is decides
    assert (CHAIRS in offered(chair, waits)) is (not meets and not decides)
    assert not {OFFICERS, CHAIRS} & {*offered(other, waits), *offered(place.actor("practice_manager"), waits)}
    assert OFFICERS not in offered(chair, waits)
    step, way = next_steps([waits], on_day(3).date())[waits.id], str(decision(officer, waits, on_day(3)))
    assert step == (
        "Decide it" if decides else "Set it before a meeting" if meets else "Have the chair decide it alone"
    )
    assert (MEETING in way, "A delegated officer decides it." in way) == (meets and not decides, decides)
    assert ("the chair decides alone" in way) is (not meets and not decides)
    if decides:
        deciding.decide_as_officer(waits, YES, by=officer, at=on_day(3))
    else:
        with pytest.raises(RefusedInput, match="decided by the committee"):
            deciding.decide_as_officer(waits, YES, by=officer, at=on_day(3))
