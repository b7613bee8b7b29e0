"""What the permission matrix opens: one object of each kind in world A, and how its address is made."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.web.budgets.matrix import BUDGET_ADDRESSES, budget_objects
from tests.web.business_cases.deciding_matrix import DECIDING_ADDRESSES, deciding_objects
from tests.web.business_cases.matrix import PROPOSAL_ADDRESSES, proposal_objects
from tests.web.business_cases.opened import LIBRARY_ADDRESSES, library_objects
from tests.web.deliveries.matrix import DELIVERY_ADDRESSES, delivery_objects
from tests.web.governance.matrix import GOVERNANCE_ADDRESSES, governance_objects
from tests.web.ledger.matrix import LEDGER_ADDRESSES
from tests.web.mobilisation.matrix import MOBILISATION_ADDRESSES, mobilisation_objects
from tests.web.panels.matrix import PANEL_ADDRESSES, panel_objects
from tests.web.reinvestment.matrix import REINVESTMENT_ADDRESSES, reinvestment_objects
from tests.web.statements.matrix import STATEMENT_ADDRESSES, statement_objects

from pbc_web.accounts.actions import invite
from pbc_web.accounts.models import Person
from pbc_web.notices.actions import Matter, notify, open_escalation
from pbc_web.notices.models import Letter
from pbc_web.organisations.models import Relation
from pbc_web.runs.actions import ask

AT = datetime(2009, 4, 20, 9, 0, tzinfo=UTC)

NOT_OURS = {
    "pbc_web.accounts.library_addresses",  # the accounts library's own addresses are held by its own tests and by test_sign_in
    "api",  # opened by tokens alone: tests/web/api holds who may ask what
}
ADDRESS: dict[str, Callable[[Any], dict[str, Any]]] = {  # view: the arguments of its address, from the objects made
    "revoke_token": lambda made: {"token_id": 0},
    "api_nothing": lambda made: {"rest": "nothing"},
    "notices:escalation": lambda made: {"escalation_id": made["escalation"].id},
    "notices:settle": lambda made: {"letter_id": made["letter"].id},
    "notices:notice": lambda made: {"notice_id": made["notice"].id},
    "accept_invitation": lambda made: {"token": "nobody-was-sent-this"},
    **dict.fromkeys(("organisations:uptake", "organisations:uptake_csv"), lambda made: {"code": "ZPA"}),
    **dict.fromkeys(
        ("organisations:organisation", "organisations:relate", "organisations:succeed", "organisations:take_part"),
        lambda made: {"code": "ZA0001"},
    ),
    "organisations:end": lambda made: {
        "relation_id": Relation.objects.get(member__code="ZA0001", relation="practice_cluster").id
    },
    **dict.fromkeys(("people_of", "invite"), lambda made: {"code": "ZA0001"}),
    **dict.fromkeys(
        ("resend_invitation", "withdraw_invitation"), lambda made: {"invitation_id": made["invitation"].id}
    ),
    **dict.fromkeys(
        ("appointment", "end_appointment", "renew_appointment", "arrange_cover", "view_as"),
        lambda made: {"appointment_id": made["nurse"].id},
    ),
    "erase_person": lambda made: {"number": made["nurse"].person.number},
    **BUDGET_ADDRESSES,
    **STATEMENT_ADDRESSES,
    **DELIVERY_ADDRESSES,
    **LEDGER_ADDRESSES,
    **GOVERNANCE_ADDRESSES,
    **PROPOSAL_ADDRESSES,
    **DECIDING_ADDRESSES,
    **LIBRARY_ADDRESSES,
    **PANEL_ADDRESSES,
    **REINVESTMENT_ADDRESSES,
    **MOBILISATION_ADDRESSES,
    **dict.fromkeys(("runs:progress", "runs:stop", "runs:again"), lambda made: {"run_id": made["run"].id}),
}


def make_objects(place: Any) -> dict[str, Any]:
    """Everything a page may be about, in world A. Each app adds its own here."""
    return {
        "place": place,
        **of_accounts(place),
        **of_notices(place),
        **of_runs(place),
        **statement_objects(place),
        **budget_objects(place),
        **delivery_objects(place),
        **governance_objects(place),
        **proposal_objects(place),
        **deciding_objects(place),
        **library_objects(place),
        **panel_objects(place),
        **reinvestment_objects(place),
        **mobilisation_objects(place),
    }


def of_accounts(place: Any) -> dict[str, Any]:
    """A practice's nurse, and somebody it invited."""
    manager = place.actor("practice_manager")
    invitation, _ = invite(
        email="new@example.invalid", name="New Person", role_code="practice_nurse", organisation=place["ZA0001"],
        invited_by=Person.objects.get(id=manager.person_id), by=manager, at=AT,
    )  # fmt: skip
    return {"nurse": place.appointment("practice_nurse"), "invitation": invitation}


def of_notices(place: Any) -> dict[str, Any]:
    """A notice of a practice manager, and a matter its practice put to the region."""
    manager = place.actor("practice_manager")
    person = Person.objects.get(id=manager.person_id)
    notice = notify(person, kind="test", subject="Said", body="Said.", link="", key="matrix", at=AT, by_email=False)
    place.actor("performance_manager")  # somebody who is written to
    matter = Matter(
        about=("budget", "matrix"), cause="late", title="No offer", commissioner=place["ZPA"], region=place["ZSHA"],
        raised_by=place["ZA0001"], answer_due_on=AT.date(),
    )  # fmt: skip
    escalation = open_escalation(matter, by=manager, at=AT)
    letter = Letter.objects.exclude(body="").first()
    assert letter is not None
    Letter.objects.filter(id=letter.id).update(state="uncertain")
    return {"notice": notice, "escalation": escalation, "letter": letter}


def of_runs(place: Any) -> dict[str, Any]:
    """A run of the commissioner."""
    by = place.actor("information_manager")
    return {"run": ask("bring_up_to_date", parameters={}, organisation=place["ZPA"], by=by, at=AT)}
