"""Look up in a store what a file names: practices, hospitals, prices, records and months that are held already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pbc.engines import Engine, Relation
from pbc.flows.cost_delivery import take_prices
from pbc.flows.receive_activity import facts_near
from pbc.methods.attribution import Register, attribute_activity, find_already_held, name_holders
from pbc.methods.costing import find_unpriced, list_years
from pbc.methods.spells import build_spells
from pbc.periods import Month
from pbc.policy import Policy, load_policy
from pbc.results import PublishedSet, Store
from pbc.sources.delimited import Recognised
from pbc.sources.file_rows import find_rows, find_unknown, find_unknown_codes
from pbc.sources.rejects import LOOK_UPS, empty_rejects
from pbc.tables import (
    ACTIVITY_FACTS,
    ATTENDANCES,
    INVOICES,
    LEDGER_ENTRIES,
    MEMBERSHIPS,
    PRACTICES,
    REGISTRATIONS,
    REJECTED_ROWS,
    SPELLS,
)
from pbc.tables.rejected_rows import safe_value

RECORD_OF = {
    "admitted_care": "spell_number",
    "outpatients": "attendance_number",
    "accident_and_emergency": "attendance_number",
}
SETTING_OF = {"admitted_care": "APC", "outpatients": "OP", "accident_and_emergency": "AE"}
PRESCRIBING = ("pdpi", "epd")
MONTHLY = (*RECORD_OF, "referrals", *PRESCRIBING)
LOOKED_UP = {  # layout: columns of practices, columns of hospitals
    **dict.fromkeys((*RECORD_OF, "referrals"), (("practice_code",), ("provider_code",))),
    **dict.fromkeys(("registrations", *PRESCRIBING, "weighted_lists"), (("practice_code",), ())),
    **dict.fromkeys(("provider_factors", "contract_forms", "contracts", "contract_plans"), ((), ("provider_code",))),
}
NUMBERED = {"invoices": (INVOICES, "invoices"), "ledger_entries": (LEDGER_ENTRIES, "ledger")}
NOT_LOOKED_UP = {"memberships": "the organisations it names, since they come anew with it"}
CODES_TOLD = (
    1000  # of a national file, most practices are not in a local register: told by code, and no more than these
)


@dataclass
class LookedUp:
    """What a store says of a file: REJECTED_ROWS, and words for each thing that could not be looked up."""

    rows: pl.DataFrame = field(default_factory=empty_rejects)
    undone: list[str] = field(default_factory=list)
    gathered_count: int = 0

    @property
    def doubted_count(self) -> int:
        """Rows of the file that something is told of, those among them that are told together by their code."""
        return self.rows["row_number"].n_unique() + self.gathered_count

    def tell(self, recognised: Recognised, found: pl.DataFrame, *, column: str, rule: str) -> None:
        """This adds a row for each of `row_number` and `found`."""
        made = found.select(
            pl.lit(recognised.path.name).alias("delivery"),
            pl.lit(recognised.layout.table or recognised.layout.name).alias("table_name"),
            "row_number",
            pl.lit(column).alias("column_name"),
            pl.lit(rule).alias("rule"),
            pl.col("found").alias("value_found"),
            pl.lit(LOOK_UPS[rule].expected).alias("value_expected"),
            pl.lit(LOOK_UPS[rule].remedy).alias("remedy"),
        )
        together = pl.concat([self.rows, REJECTED_ROWS.conform(made)])
        self.rows = together.unique(REJECTED_ROWS.key, keep="first", maintain_order=True)


def look_up(
    store: Store, recognised: Recognised, *, rows: Relation | None, engine: Engine, month: Month | None,
    policy: Policy | None = None,
) -> LookedUp:  # fmt: skip
    """This returns what a store in force says of a file's codes and records; nothing is stored.

    `rows` are the file's accepted rows, EPISODES or ATTENDANCES, where it holds hospital activity; prices and records
    are looked up for them alone. `month` is the month of the delivery, if it is known: the file itself does not say, and
    without it nobody can tell the records of other deliveries from its own. `policy` is the store's own regime if absent.
    """
    told, name = LookedUp(), recognised.layout.name
    if name in NUMBERED:
        _look_for_numbers(store, recognised, told, month)
    told.undone += [NOT_LOOKED_UP[name]] if name in NOT_LOOKED_UP else []
    if name not in LOOKED_UP:
        return told
    register = store.find("register")
    if register is None:
        told.undone.append(f"{_asked(name)} (no register is held in {store.path}: name a store with --store)")
        return told
    _look_up_codes(recognised, register, told)
    if name in MONTHLY:
        _look_for_month(store, recognised, told, month)
    if rows is not None and name in RECORD_OF:
        facts = _facts(recognised, rows, engine, register)
        _look_up_prices(store, recognised, facts, engine=engine, told=told)
        if month is None:
            told.undone.append("records held already, since no --month was given")
        else:
            near = facts_near(store, month=month, policy=policy or load_policy(register.receipt.regime))
            _look_up_records(recognised, facts, held=near, engine=engine, told=told)
    return told


def _look_for_numbers(store: Store, recognised: Recognised, told: LookedUp, month: Month | None) -> None:
    """Tells the invoices, or entries of the ledger, that another month has brought: receiving refuses the file for one."""
    if month is None:
        told.undone.append("whether another month holds its numbers, since no --month was given")
        return
    table, kind = NUMBERED[recognised.layout.name]
    for name in store.names(kind):
        if name != f"{kind}/{month}":
            keys = store.current(name).lazy(table.name).select(table.key).collect()
            wanted = keys.with_columns(
                found=pl.format("{}, held by {}", safe_value(pl.col(table.key[-1])), pl.lit(name))
            )
            rows = find_rows(recognised, wanted, on=table.key)
            told.tell(recognised, rows, column=table.key[-1], rule="already_held")


def _look_up_codes(recognised: Recognised, register: PublishedSet, told: LookedUp) -> None:
    name = recognised.layout.name
    practices, hospitals = LOOKED_UP[name]
    bodies = register.frame("organisations")
    providers = bodies.filter(pl.col("organisation_kind") == "provider")["organisation_code"]
    for columns, rule, known in (
        (practices, "unknown_practice", register.frame("practices")["practice_code"]),
        (hospitals, "unknown_provider", providers),
    ):
        for column in columns:
            if name in PRESCRIBING:
                found = find_unknown_codes(recognised, column, known=known, at_most=CODES_TOLD)
                told.gathered_count += int(found["rows_count"].sum()) - found.height
            else:
                found = find_unknown(recognised, column, known=known)
            told.tell(recognised, found, column=column, rule=rule)


def _asked(name: str) -> str:
    practices, hospitals = LOOKED_UP[name]
    asked = [
        *(["practices"] if practices else []),
        *(["hospitals"] if hospitals else []),
        *(["prices", "records held already"] if name in RECORD_OF else []),
        *(["whether its month was delivered before"] if name in MONTHLY else []),
    ]
    return ", ".join(asked)


def _look_for_month(store: Store, recognised: Recognised, told: LookedUp, month: Month | None) -> None:
    kind = "prescribing" if recognised.layout.name in PRESCRIBING else "activity"
    if month is None:
        told.undone.append("whether its month was delivered before, since no --month was given")
    elif held := store.find(f"{kind}/{month}"):
        found = pl.DataFrame({"row_number": [1], "found": [f"{held.name} ({held.set_id})"]})
        told.tell(recognised, found, column="month", rule="month_already_delivered")


def _look_up_records(
    recognised: Recognised, facts: Relation, *, held: Mapping[str, list[Path]], engine: Engine, told: LookedUp
) -> None:
    """Asked of the same months as receiving asks, then led back to the rows of the file."""
    every = engine.scan([path for files in held.values() for path in files], ACTIVITY_FACTS.sql_columns)
    found = find_already_held(facts, held_facts=every)
    if found.is_empty():
        return
    scans = {name: engine.scan(files, ACTIVITY_FACTS.sql_columns) for name, files in held.items()}
    holders = name_holders(found, held_facts=scans)
    words = pl.concat_str(safe_value(pl.col("record_number")), pl.lit(", held by "), "delivery")
    _tell_records(recognised, holders.with_columns(found=words), told, rule="already_held")


def _look_up_prices(store: Store, recognised: Recognised, facts: Relation, *, engine: Engine, told: LookedUp) -> None:
    for year in list_years(facts):
        tariff = store.find(f"tariff/{year.slug}")
        if tariff is None:
            told.undone.append(f"prices of {year}, of which the store holds no tariff")
            continue
        prices = take_prices(engine, tariff)
        unpriced = find_unpriced(
            facts, tariff_prices=prices.prices, provider_factors=prices.factors, financial_year=year
        ).frame()
        group = pl.format("{} as {} in {}", safe_value(pl.col("hrg_code")), "point_of_delivery", pl.lit(str(year)))
        for column, rule, words in (
            ("hrg_code", "no_price", group),
            ("provider_code", "no_market_forces_factor", safe_value(pl.col("provider_code"))),
        ):
            these = unpriced.filter(pl.col("column_name") == column).with_columns(found=words)
            _tell_records(recognised, these, told, rule=rule, column=column)


def _tell_records(
    recognised: Recognised, records: pl.DataFrame, told: LookedUp, *, rule: str, column: str = ""
) -> None:
    """Tells a rule for every row of the file that belongs to one of the records; a stay has a row for each episode."""
    number = RECORD_OF[recognised.layout.name]
    setting = SETTING_OF[recognised.layout.name]
    wanted = records.filter(pl.col("setting") == setting).select(
        "provider_code", pl.col("record_number").alias(number), "found"
    )
    rows = find_rows(recognised, wanted, on=("provider_code", number))
    told.tell(recognised, rows, column=column or number, rule=rule)


def _facts(recognised: Recognised, rows: Relation, engine: Engine, register: PublishedSet) -> Relation:
    """The contacts as costing sees them; their people are not looked up, since a check has no key."""
    empty = {table: engine.adopt(table.empty(), table.sql_columns) for table in (SPELLS, ATTENDANCES)}
    is_stay = recognised.layout.name == "admitted_care"
    spells = build_spells(rows) if is_stay else empty[SPELLS]
    attendances = empty[ATTENDANCES] if is_stay else rows
    frames = REGISTRATIONS.empty(), register.frame("practices"), register.frame("memberships")
    tables = REGISTRATIONS, PRACTICES, MEMBERSHIPS
    registrations, practices, memberships = (
        engine.adopt(frame, table.sql_columns) for frame, table in zip(frames, tables, strict=True)
    )
    commissioners = tuple(register.receipt.parameters["commissioners"].split())
    held = Register(registrations, practices, memberships, register.set_id, commissioners)
    return attribute_activity(spells, attendances, register=held)
