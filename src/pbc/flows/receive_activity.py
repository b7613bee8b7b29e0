"""Decide once, on the way in: the hospitals' rows of a delivery become attributed, coded facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pbc.engines import Engine, Relation
from pbc.flows.extract import Extract, open_extract
from pbc.flows.journey import Journey
from pbc.methods.attribution import (
    Register,
    attribute_activity,
    drop_already_held,
    find_already_held,
    generalise_restricted,
    name_holders,
    reattribute_activity,
    reject_already_held,
)
from pbc.methods.spells import build_spells
from pbc.periods import Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.deliveries import (
    read_accident_and_emergency,
    read_admitted_care,
    read_outpatients,
    read_referrals,
)
from pbc.sources.headings import HeadingMap
from pbc.sources.pseudonym import require_same_fingerprint, require_same_key
from pbc.tables import ACTIVITY_FACTS, MEMBERSHIPS, PRACTICES, REFERRALS, REGISTRATIONS

READERS = {
    "admitted_care": read_admitted_care,
    "outpatients": read_outpatients,
    "accident_and_emergency": read_accident_and_emergency,
    "referrals": read_referrals,
}


def receive_activity(
    store: Store,
    folder: Path | Extract,
    *,
    month: Month,
    key: bytes | None,
    engine: Engine,
    policy: Policy,
    journey: Journey | None = None,
    headings: Sequence[HeadingMap] = (),
) -> PublishedSet:
    """This returns the published set `activity/<month>`: activity facts, referrals and the rows refused.

    Each row is read without its NHS number, episodes are joined to spells, and the register in force places every
    contact. A record another delivery holds is refused. Files that are pseudonymised need no `key`; they, or it, must be of
    the key the register was read with. Source: performance.md 6b; decisions methods/0140 to 0142.
    """
    store, journey = store.steady(), journey or Journey()
    extract, register = open_extract(folder), store.current("register")
    if key:
        require_same_key(key, fingerprint=register.receipt.parameters["key"])
    journey.step(f"Reading the delivery of {month.title}", 0.0)
    read = {
        name: reader(
            engine, extract.need("activity", str(month), name), key=key, delivery=str(month), headings=headings
        )
        for name, reader in READERS.items()
    }
    for name, each in read.items():
        require_same_fingerprint(each.key_fingerprint, fingerprint=register.receipt.parameters["key"], where=name)
    journey.step("Joining episodes to spells and finding each practice", 0.4)
    spells = build_spells(read["admitted_care"].rows)
    attendances = engine.union([read["outpatients"].rows, read["accident_and_emergency"].rows])
    facts = attribute_activity(
        spells,
        attendances,
        register=_take_register(register, engine),
        believes_unregistered=_believes(policy, month),
    )
    delivered = engine.union([each.records for each in read.values() if each.records])
    found = _find_held(store, delivered, month=month, policy=policy)
    journey.step("Publishing the facts", 0.6)
    published = store.publish(
        f"activity/{month}",
        {
            ACTIVITY_FACTS.name: _generalise(drop_already_held(facts, already_held=found), policy, month),
            "referrals": read["referrals"].rows,
            "rejected_rows": pl.concat(
                [*(each.rejected for each in read.values()), reject_already_held(found, delivery=str(month))]
            ),
        },
        _receipt(
            "receive_activity", month, register, policy, engine, journey,
            inputs={file: mark for each in read.values() for file, mark in each.fingerprints.items()}
            | _which_mattered(store, found),
            is_made_up=extract.is_made_up,
        ),
    )  # fmt: skip
    for each in read.values():
        each.release()
    return published


def reattribute(
    store: Store, *, month: Month, engine: Engine, policy: Policy, journey: Journey | None = None
) -> PublishedSet:
    """This returns `activity/<month>` decided again with the register in force, from the facts already held.

    The raw delivery is not needed and was not kept. The new set names the register and the set it was made from; cells
    and statements follow when their flows run again, and show what changed. Source: decision methods/0142.
    """
    journey = journey or Journey()
    register, held = store.current("register"), store.current(f"activity/{month}")
    if held.receipt.inputs.get(register.name) == register.set_id:
        return held
    journey.step(f"Placing the contacts of {month.title} again", 0.0)
    facts = reattribute_activity(
        engine.scan(held.files(ACTIVITY_FACTS.name), ACTIVITY_FACTS.sql_columns),
        register=_take_register(register, engine),
        believes_unregistered=_believes(policy, month),
    )
    return store.publish(
        held.name,
        {
            ACTIVITY_FACTS.name: _generalise(facts, policy, month),
            "referrals": engine.scan(held.files("referrals"), REFERRALS.sql_columns),
            "rejected_rows": held.frame("rejected_rows"),
        },
        _receipt(
            "reattribute", month, register, policy, engine, journey,
            inputs={held.name: held.set_id}, is_made_up=held.receipt.is_made_up,
        ),
    )  # fmt: skip


def _take_register(register: PublishedSet, engine: Engine) -> Register:
    registrations, practices, memberships = (
        engine.scan(register.files(table.name), table.sql_columns) for table in (REGISTRATIONS, PRACTICES, MEMBERSHIPS)
    )
    commissioners = tuple(register.receipt.parameters["commissioners"].split())
    return Register(registrations, practices, memberships, register.set_id, commissioners)


def _generalise(facts: Relation, policy: Policy, month: Month) -> Relation:
    adult = policy.whole("costing.short_stay_minimum_age", on=month.financial_year.start)
    return generalise_restricted(facts, adult_age_years=adult)


def _believes(policy: Policy, month: Month) -> bool:
    return policy.switch("attribution.believes_hospital_for_unregistered", on=month.start)


def facts_near(store: Store, *, month: Month, policy: Policy) -> dict[str, list[Path]]:
    """This returns the files of ACTIVITY_FACTS that are searched for repeats of a delivery, by the month that holds them.

    They are those of the months before and after its own, as many as policy says. Source: rules.md 8.3 V2.
    """
    reach = policy.whole("attribution.months_checked_for_repeats", on=month.start)
    near = [str(month.plus(offset)) for offset in range(-reach, reach + 1) if offset]
    return {name: held.files(ACTIVITY_FACTS.name) for name in near if (held := store.find(f"activity/{name}"))}


def _find_held(store: Store, delivered: Relation, *, month: Month, policy: Policy) -> pl.DataFrame:
    held = facts_near(store, month=month, policy=policy)

    def scan(files: list[Path]) -> Relation:
        return delivered.engine.scan(files, ACTIVITY_FACTS.sql_columns)

    every_file = [path for files in held.values() for path in files]
    found = find_already_held(delivered, held_facts=scan(every_file))
    holders = {} if found.is_empty() else {name: scan(files) for name, files in held.items()}
    return name_holders(found, held_facts=holders)


def _which_mattered(store: Store, found: pl.DataFrame) -> dict[str, str]:
    """Only deliveries that held a refused record decide the result: others leave the receipt, and the set, unchanged."""
    names = [f"activity/{delivery}" for delivery in found["delivery"].unique().sort()]
    return {name: store.current(name).set_id for name in names}


def _receipt(
    flow: str,
    month: Month,
    register: PublishedSet,
    policy: Policy,
    engine: Engine,
    journey: Journey,
    *,
    inputs: Mapping[str, str],
    is_made_up: bool,
) -> Receipt:
    return Receipt(
        flow=flow,
        inputs={**inputs, register.name: register.set_id},
        parameters={"month": str(month), "commissioners": register.receipt.parameters["commissioners"]},
        regime=policy.regime,
        policy=policy.fingerprint,
        engine=engine.name,
        is_made_up=is_made_up or register.receipt.is_made_up,
        made_at=journey.made_at,
    )
