"""Practice as at the date of activity: the register decides, the hospital is believed only where it must be."""

from __future__ import annotations

from dataclasses import dataclass

from pbc.engines import Relation, read_step
from pbc.methods.attribution.restricted import take_restricted
from pbc.methods.attribution.successions import SUCCESSIONS, trace_successions
from pbc.tables import ACTIVITY_FACTS, UNPLACED

_DECIDED_HERE = ("month", "practice_code", "attribution", "commissioner_code", "register_version")
CONTACTS = tuple(column for column in ACTIVITY_FACTS.sql_columns if column[0] not in _DECIDED_HERE)


@dataclass(frozen=True)
class Register:
    """REGISTRATIONS, PRACTICES and MEMBERSHIPS of one version of the register.

    `commissioners` are those whose activity this is; the first pays for what no practice answers for.
    """

    registrations: Relation
    practices: Relation
    memberships: Relation
    version: str
    commissioners: tuple[str, ...]


def attribute_activity(
    spells: Relation, attendances: Relation, *, register: Register, believes_unregistered: bool = False
) -> Relation:
    """This returns ACTIVITY_FACTS: every stay and attendance with the practice that answers for it on its date.

    Grain in: SPELLS and ATTENDANCES, without repeated keys; REGISTRATIONS without two periods at once for one person.
    Grain out: the same contacts, none lost. `registered`: register and hospital agree, or the hospital wrote nothing.
    `corrected`: the register overrules the hospital. `recorded`: no NHS number to look up, and the hospital names a
    practice of these commissioners. `not_registered`: on no list that day, whoever the hospital names (V1, not our
    patient), unless `believes_unregistered`. `unknown_practice`: nobody to ask and no practice of ours named.
    The last two stand at the practice code `not-attributed`. Source: rules.md 8.3 V1; decisions methods/0141, 0142.
    """
    contacts = spells.engine.run(
        read_step(__file__, "gather_contacts"),
        inputs={"spells": spells, "attendances": attendances},
        parameters={},
        columns=CONTACTS,
    )
    return _attribute_contacts(contacts, register, believes_unregistered)


def reattribute_activity(
    activity_facts: Relation, *, register: Register, believes_unregistered: bool = False
) -> Relation:
    """This returns ACTIVITY_FACTS decided again with another version of the register, from facts already held.

    Grain in and out: ACTIVITY_FACTS; nothing but practice, attribution, commissioner and register version can change.
    Contacts of legally restricted kinds stay as they were placed, and keep the version that placed them: no person is
    held to look up. Source: performance.md 6b (a late register change re-attributes visibly); decisions methods/0142,
    architecture/0132.
    """
    open_to_all = take_restricted(activity_facts, is_restricted=False)
    placed_again = _attribute_contacts(open_to_all, register, believes_unregistered)
    return activity_facts.engine.union([placed_again, take_restricted(activity_facts, is_restricted=True)])


def _attribute_contacts(contacts: Relation, register: Register, believes_unregistered: bool) -> Relation:
    engine = contacts.engine
    return engine.run(
        read_step(__file__, "attribute_contacts"),
        inputs={
            "contacts": contacts,
            "registrations": register.registrations,
            "practices": register.practices,
            "successions": engine.adopt(trace_successions(register.memberships.frame()), SUCCESSIONS),
        },
        parameters={
            "commissioner_code": register.commissioners[0],
            "our_commissioners": register.commissioners,
            "register_version": register.version,
            "unplaced": UNPLACED,
            "believes_unregistered": believes_unregistered,
        },
        columns=ACTIVITY_FACTS.sql_columns,
    )
