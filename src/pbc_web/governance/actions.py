"""The only writes: interests and gifts declared, changed, ended, corrected and taken off, each as a new version; and what is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Min

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Appointment, Person
from pbc_web.audit.actions import record
from pbc_web.governance.changes import has_changed
from pbc_web.governance.models import Confirmation, Gift, Interest, Party, Version, key_of
from pbc_web.governance.permissions import keeps, may_declare
from pbc_web.governance.queries import interests_held
from pbc_web.governance.rules import rules_of
from pbc_web.governance.states import GIFT_MOVES, MOVES
from pbc_web.organisations.models import OPEN_END, Organisation
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved

Holder = Person | Organisation | Party


@dataclass(frozen=True)
class InterestFacts:
    """What an interest is: its kind, the tie, in whom (an organisation or a name), from when, in words."""

    kind: str
    tie: str
    about: Organisation | str
    words: str
    starts_on: date
    ends_before: date = OPEN_END
    through: str = ""
    percent: Decimal | None = None


@dataclass(frozen=True)
class GiftFacts:
    """What was offered: a gift or hospitality, by whom, worth what, whether it was accepted and why, on which day."""

    kind: str
    about: Organisation | str
    words: str
    worth_pence: int
    is_accepted: bool
    why: str
    offered_on: date


@transaction.atomic
def declare_interest(
    facts: InterestFacts, *, holder: Holder, register: Organisation, declared_on: date, by: Actor, at: datetime
) -> Interest:
    """Put an interest of a person, an organisation or a party on a commissioner's register."""
    _require_writer(by, register, holder)
    _require_told(declared_on, at)
    made = Interest(
        **_interest_columns(facts, register), **_whose(holder), register=register, since=facts.starts_on,
        declared_on=declared_on, **_written(by, holder, at),
    )  # fmt: skip
    made.days_late = _days_late(made, made.since)
    return _kept(made, "interest", by=by, at=at)


@transaction.atomic
def move_interest(
    last: Interest,
    *,
    move: str,
    facts: InterestFacts,
    since: date,
    declared_on: date,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Interest:
    """Change, end, correct or take off an interest, as its next version; refused where `last` is no longer the last.

    `since` is the day from which a change or an end holds: what is declared too late after it says so. A correction, or
    taking off what never was, keeps how late the entry was.
    """
    holder = last.person or last.holder or last.holder_party
    _require_writer(by, last.register, holder)
    _require_told(declared_on, at)
    state = moved(MOVES, last.state, move, what="entry")
    made = Interest(
        **_interest_columns(facts, last.register), **_whose(holder), **_after(last, move, state, reason), since=since,
        declared_on=declared_on, **_written(by, holder, at),
    )  # fmt: skip
    made.days_late = _days_late(made, since) if move in ("change", "end") else last.days_late
    return _kept(made, "interest", by=by, at=at)


@transaction.atomic
def declare_gift(
    facts: GiftFacts, *, person: Person, register: Organisation, declared_on: date, by: Actor, at: datetime
) -> Gift:
    """Put a gift or hospitality on a commissioner's register, accepted or refused."""
    _require_writer(by, register, person)
    _require_told(declared_on, at)
    made = Gift(
        **_columns(facts, register),
        person=person,
        register=register,
        declared_on=declared_on,
        **_written(by, person, at),
    )
    made.days_late = _days_late(made, facts.offered_on)
    return _kept(made, "gift", by=by, at=at)


@transaction.atomic
def move_gift(last: Gift, *, move: str, facts: GiftFacts, reason: str, by: Actor, at: datetime) -> Gift:
    """Correct a gift or hospitality, or take it off, as its next version."""
    _require_writer(by, last.register, last.person)
    state = moved(GIFT_MOVES, last.state, move, what="entry")
    made = Gift(
        **_columns(facts, last.register), person=last.person, **_after(last, move, state, reason),
        declared_on=day_of(at), days_late=last.days_late, **_written(by, last.person, at),
    )  # fmt: skip
    return _kept(made, "gift", by=by, at=at)


@transaction.atomic
def confirm(
    *, person: Person, register: Organisation, says: str, declared_on: date, by: Actor, at: datetime
) -> Confirmation:
    """Say that a person has nothing to declare, or that their entries are complete; said twice on a day, it stands once."""
    _require_writer(by, register, person)
    _require_told(declared_on, at)
    if says == "nothing" and interests_held(person.id, register, on=declared_on).exists():
        raise RefusedInput(
            "An interest stands on the register.", found="nothing to declare", expected="the entries are complete",
            remedy="Say that your entries are complete, or first say of each that it has ended.",
        )  # fmt: skip
    holds_until = rules_of(register, on=declared_on).due_on(declared_on)
    made, is_new = Confirmation.everywhere.get_or_create(
        register=register, person=person, declared_on=declared_on, says=says,
        defaults={"holds_until": holds_until} | _written(by, person, at),
    )  # fmt: skip
    if is_new:
        told = _told(person, register, by) | {"until": holds_until.isoformat()}
        record(by=by, verb=f"confirm_{says}", about=("confirmation", made.id), at=at, told=told)
    return made


def party_named(name: str, register: Organisation) -> Party:
    """The party of a name in a commissioner's register, made when first named; Ltd and Limited are one."""
    key = key_of(name)
    if not key:
        raise RefusedInput("This is not a name.", found=name, expected="the name of an organisation")
    return Party.objects.get_or_create(register=register, key=key, defaults={"name": name.strip()})[0]


def _require_writer(by: Actor, register: Organisation, holder: Holder | None) -> None:
    """People declare for themselves in the register their organisation belongs to; whoever keeps it for all others."""
    is_own = isinstance(holder, Person) and holder.id == by.person_id
    is_of_register = is_own and may_declare(by) and register.id in by.reach.either
    if not (is_of_register or keeps(by, register.id)):
        raise RefusedInput(
            "Everybody declares their own interests; whoever keeps the register writes down those of others.",
            expected=f"somebody who declares to {register.name}, or keeps its register",
        )  # fmt: skip


def _require_told(declared_on: date, at: datetime) -> None:
    if declared_on > day_of(at):
        raise RefusedInput(
            "The day of the declaration is still to come.", found=declared_on.isoformat(), expected="today or before"
        )


def _interest_columns(facts: InterestFacts, register: Organisation) -> dict[str, Any]:
    if facts.ends_before <= facts.starts_on:
        raise RefusedInput("It ends before it begins.", found=facts.ends_before.isoformat(), expected="a later day")
    if (facts.kind == "indirect") != bool(facts.through) or (facts.tie == "household" and not facts.through):
        raise RefusedInput(
            "An interest through somebody else is indirect, and says through whom.", found=facts.kind,
            expected="the relation where it is indirect, none where it is not",
        )  # fmt: skip
    if facts.percent is not None and (facts.tie != "shareholder" or not 0 < facts.percent <= 100):
        raise RefusedInput("Only shares have a percentage, above 0 and at most 100.", found=str(facts.percent))
    return _columns(facts, register)


def _columns(facts: InterestFacts | GiftFacts, register: Organisation) -> dict[str, Any]:
    """What is said, and in whom: an organisation of the register of organisations, else a party by its name."""
    said = {name: value for name, value in vars(facts).items() if name != "about"}
    is_known = isinstance(facts.about, Organisation)
    return said | ({"organisation": facts.about} if is_known else {"party": party_named(str(facts.about), register)})


def _whose(holder: Holder | None) -> dict[str, Any]:
    if isinstance(holder, Person):
        return {"person": holder}
    return {"holder": holder} if isinstance(holder, Organisation) else {"holder_party": holder}


def _after(last: Version, move: str, state: str, reason: str) -> dict[str, Any]:
    return {
        "entry": last.entry, "number": last.number + 1, "register": last.register, "move": move, "state": state, "reason": reason,
    }  # fmt: skip


def _written(by: Actor, holder: Holder | None, at: datetime) -> dict[str, Any]:
    is_own = isinstance(holder, Person) and holder.id == by.person_id
    return {"by_id": by.person_id, "is_by_keeper": not is_own, "at": at}


def _days_late(made: Any, since: date) -> int:
    """Counted from the day it held, or from the first role of whoever had it before they came."""
    joined = made.person and Appointment.objects.filter(person=made.person).aggregate(first=Min("starts_on"))["first"]
    rules = rules_of(made.register, on=made.declared_on)
    return rules.days_late(max(since, joined) if joined else since, made.declared_on)


def _kept(made: Any, what: str, *, by: Actor, at: datetime) -> Any:
    """Append the version and its entry of the trail; refused where somebody appended one meanwhile."""
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as refusal:
        raise RefusedInput(
            "Somebody else changed this entry meanwhile.", remedy="Open the page again and see what was done."
        ) from refusal
    told = _told(made.person or made.holder or made.holder_party, made.register, by) | {"late": made.days_late}
    record(by=by, verb=f"{made.move}_{what}", about=(what, made.entry), at=at, told=told)
    if isinstance(made, Interest):
        has_changed(made.register, made.person_id, at)
    return made


def _told(holder: Holder | None, register: Organisation, by: Actor) -> dict[str, Any]:
    """Whose it is as a number, a code or nothing more than that it is a party's; and whether from paper."""
    named = {Person: "number", Organisation: "code"}.get(type(holder), "")
    whose = str(getattr(holder, named)) if named else "a named party"
    is_own = isinstance(holder, Person) and holder.id == by.person_id
    return {
        "holder": whose,
        "register": register.code,
        "how": "in person" if is_own else "for them, as keeper of the register",
    }
