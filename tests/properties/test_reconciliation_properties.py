"""Any sequence of deliveries, restatements, charges, invoices, credits and postings: every tier adds up, to the penny."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from tests.properties.reconciliation_world import Reconciled, World, charge, items_of, reconciled, record
from tests.second_opinion.reconciliation_slowly import Told, slowly

from pbc.engines import Engine, open_engine
from pbc.methods.reconciliation import Accounts, list_accruals
from pbc.methods.reconciliation.steps import DIFFERENCES, OF_LEDGER, OWED_BESIDE, STEPS
from pbc.periods import Month

PRACTICES, PROVIDERS, KINDS, MONTHS = (
    ("Z90001", "Z90002", "Z90003"),
    ("ZH1", "ZH2"),
    ("DC", "NEL", "AE"),
    (200904, 200905, 200906),
)
CLUSTERS = {"Z90001": "ZC1", "Z90002": "ZC1", "Z90003": "ZC2", "not-attributed": "none"}
pence = st.integers(0, 500)
signed = st.integers(-300, 300)
numbers = st.sampled_from([str(at) for at in range(8)])
payers, hospitals = st.sampled_from(["ZP1", "ZP1", "ZP2"]), st.sampled_from(PROVIDERS)
where = st.fixed_dictionaries({
    "provider_code": hospitals, "commissioner_code": payers, "practice_code": st.sampled_from(PRACTICES),
    "point_of_delivery": st.sampled_from(KINDS), "month": st.sampled_from(MONTHS), "hrg_code": st.sampled_from(["ZZA01", "ZZA02"]),
})  # fmt: skip


def by(told: Told, *at: int) -> dict[tuple[str, ...], int]:
    """What was told, added up by some of commissioner, provider, practice and step; nothing where it is nothing."""
    found: dict[tuple[str, ...], int] = defaultdict(int)
    for key, amount in told.items():
        found[tuple(key[each] for each in at)] += amount
    return {key: amount for key, amount in found.items() if amount}


def steps_found(found: Reconciled) -> dict[tuple[str, ...], int]:
    rows = found.steps.filter(period="year_to_date").select(
        "commissioner_code", "provider_code", "step", "amount_pence"
    )
    return {row[:3]: row[3] for row in rows.iter_rows() if row[3] and STEPS[row[2]].kind != "sum"}


def practices_found(found: Reconciled) -> dict[tuple[str, ...], int]:
    rows = found.practices.select("commissioner_code", "practice_code", "step", "amount_pence")
    return {row[:3]: row[3] for row in rows.iter_rows() if row[3] and STEPS[row[2]].kind != "sum"}


def require_every_tier_adds_up(world: World, found: Reconciled) -> None:
    """Practices, clusters and commissioners; bill and differences are what was invoiced, that and postings the ledger."""
    told = slowly(world)
    assert steps_found(found) == by(told, 0, 1, 3)
    kept = {key: amount for key, amount in told.items() if key[3] not in OF_LEDGER}
    assert practices_found(found) == by(kept, 0, 2, 3)
    invoiced = sum(row["amount_pence"] for row in world.invoices if row["invoice_kind"] != "settlement")
    rows = found.practices.filter(step="invoiced").to_dicts()
    clusters: dict[str, int] = defaultdict(int)
    for row in rows:
        clusters[CLUSTERS[row["practice_code"]]] += row["amount_pence"]
    assert sum(clusters.values()) == invoiced == int(found.position["invoiced_pence"].sum())
    assert int(found.position["ledger_pence"].sum()) == sum(row["amount_pence"] for row in world.entries)
    assert found.position["difference_pence"].to_list() == [0] * found.position.height
    every = found.items.group_by("step").agg(total="difference_pence").height
    assert every <= len((*DIFFERENCES, *OF_LEDGER))


class Books(RuleBasedStateMachine):
    """Deliveries, invoices and entries as they may come in a year, in any order."""

    engine: Engine
    checked = 0

    @initialize()
    def begin(self) -> None:
        self.world = World(
            whole=[("ZP1", "ZH2", "AE")], elsewhere=[("ZP1", "Z90003")],
            terms=[{"commissioner_code": "ZP1", "provider_code": "ZH2", "practice_code": "Z90002", "point_of_delivery": "AE",
                    "is_whole": True, "amount_pence": 17},
                   {"commissioner_code": "ZP1", "provider_code": "ZH1", "practice_code": "Z90001", "point_of_delivery": "NEL",
                    "is_whole": False, "amount_pence": -9}],
        )  # fmt: skip

    def held(self, number: str) -> dict[str, Any] | None:
        return next((row for row in self.world.records if row["record_number"] == number), None)

    @rule(number=numbers, cost=pence, place=where, is_late=st.booleans())
    def deliver(self, number: str, cost: int, place: dict[str, Any], is_late: bool) -> None:
        if self.held(number) is None:
            self.world.records.append(record(number, cost, **place, **({"first_pence": None} if is_late else {})))

    @rule(number=numbers, cost=st.none() | pence, practice=st.sampled_from(PRACTICES))
    def restate(self, number: str, cost: int | None, practice: str) -> None:
        row = self.held(number)
        if row is not None and not (cost is None and row["first_pence"] is None):
            row |= {"cost_pence": cost, "practice_code": practice}

    @rule(
        number=numbers,
        practice=st.none() | st.sampled_from(PRACTICES),
        more=st.sampled_from([0, 0, 7]),
        person=st.none() | st.integers(1, 2),
    )
    def charge_for_a_record(self, number: str, practice: str | None, more: int, person: int | None) -> None:
        row = self.held(number)
        if row is not None:
            cost = row["cost_pence"] if row["cost_pence"] is not None else row["first_pence"]
            kept = {
                name: row[name]
                for name in ("provider_code", "commissioner_code", "point_of_delivery", "month", "hrg_code")
            }
            self.world.charges.append(charge(number, cost + more, **kept, practice_code=practice, person_id=person))

    @rule(number=numbers, amount=pence, place=where, person=st.none() | st.integers(1, 2))
    def charge_for_anything(self, number: str, amount: int, place: dict[str, Any], person: int | None) -> None:
        self.world.charges.append(charge(number, amount, **place, person_id=person))

    @rule(amount=pence, place=where, count=st.integers(0, 3))
    def monitor(self, amount: int, place: dict[str, Any], count: int) -> None:
        kept = {name: place[name] for name in ("commissioner_code", "provider_code", "point_of_delivery", "month")}
        added = {
            **kept,
            "charge_kind": "activity",
            "treatment_function_code": str(len(self.world.totals)),
            "activity_count": count,
        }
        self.world.totals.append({**added, "charged_pence": amount})

    @rule(kind=st.sampled_from(["activity", "block", "terms", "on_account", "drug", "device", "adjustment"]), amount=signed, place=where,
          count=st.none() | st.integers(0, 3), more=st.sampled_from([0, 0, 5]), agreed=st.none() | st.just("V1"),
          settles=st.sampled_from([None, None, "billed_twice", "not_charged.APC.1"]),
          invoiced_as=st.sampled_from(["reconciliation", "credit", "settlement"]))  # fmt: skip
    def invoice(self, *, kind: str, amount: int, place: dict[str, Any], count: int | None, more: int, agreed: str | None,
                settles: str | None, invoiced_as: str) -> None:  # fmt: skip
        who = {name: place[name] for name in ("commissioner_code", "provider_code")}
        line = {
            "line_kind": kind, "amount_pence": amount, "month": place["month"], "activity_count": count,
            "point_of_delivery": place["point_of_delivery"] if kind in ("activity", "block") else None,
            "practice_code": place["practice_code"] if kind == "adjustment" else None, "agreement_reference": agreed,
            "settles_difference": settles and f"2009-10.{who['commissioner_code']}.{who['provider_code']}.{settles}",
        }  # fmt: skip
        self.world.invoice(f"I{len(self.world.invoices)}", line, kind=invoiced_as, more=more, **who)

    @rule(month=st.sampled_from(MONTHS), payer=payers, provider=hospitals)
    def invoice_what_was_charged(self, month: int, payer: str, provider: str) -> None:
        who = {"commissioner_code": payer, "provider_code": provider}
        sums: dict[str, int] = defaultdict(int)
        for row in self.world.charges:
            if (row["commissioner_code"], row["provider_code"], row["month"]) == (payer, provider, month):
                sums[row["point_of_delivery"]] += row["charged_pence"]
        lines = [
            {"line_kind": "activity", "point_of_delivery": pod, "amount_pence": sums[pod], "month": month}
            for pod in sorted(sums)
        ]
        self.world.invoice(f"I{len(self.world.invoices)}", *lines, **who)

    @rule(kind=st.sampled_from(["invoice", "credit", "accrual", "prepayment", "settlement", "journal"]), amount=signed, payer=payers,
          provider=st.none() | hospitals, number=st.none() | st.integers(0, 4))  # fmt: skip
    def post(self, kind: str, amount: int, payer: str, provider: str | None, number: int | None) -> None:
        self.world.entries.append({
            "commissioner_code": payer, "entry_number": f"E{len(self.world.entries)}", "posted_on": Month(2009, 6).end, "month": 200906,
            "account_code": "52110", "entry_kind": kind, "provider_code": provider, "amount_pence": amount,
            "invoice_number": None if number is None else f"I{number}",
        })  # fmt: skip

    def teardown(self) -> None:
        if hasattr(self, "world"):
            require_every_tier_adds_up(self.world, reconciled(self.world, self.engine))
            Books.checked += 1


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def test_every_tier_adds_up_after_any_sequence(engine: Engine) -> None:
    """A machine that delivers, restates, charges, invoices, credits and posts in any order, against a plain model."""
    Books.engine = engine
    run_state_machine_as_test(Books, settings=settings(max_examples=60, stateful_step_count=25, deadline=None))
    assert Books.checked >= 60


postings = st.lists(
    st.tuples(
        st.sampled_from(["invoice", "credit", "accrual", "prepayment", "journal"]), st.sampled_from([*PROVIDERS, "ZH3"]),
        st.sampled_from([None, "I1", "I2", "I3"]), signed,
    ), max_size=6,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(entries=postings, asked=pence, ahead=signed, settled=st.one_of(st.none(), signed))
def test_journal_balances_and_leaves_nothing_to_post(
    engine: Engine, entries: list[tuple[str, str, str | None, int]], asked: int, ahead: int, settled: int | None
) -> None:
    """Debits are credits; posted as its lines say, the ledger shows exactly what is owed and no further journal is due."""
    world = World(
        records=[record("1", 100), record("2", 40, provider_code="ZH2", month=200905)], charges=[charge("1", asked)]
    )
    world.invoice_charges(
        "I1", {"line_kind": "on_account", "point_of_delivery": "AE", "month": 200905, "amount_pence": ahead}
    )
    world.invoice("I2", {"line_kind": "adjustment", "amount_pence": 30}, provider_code="ZH2", more=4)
    if settled is not None:
        world.invoice("S1", {"line_kind": "adjustment", "amount_pence": settled}, kind="settlement")
    head = {"commissioner_code": "ZP1", "posted_on": Month(2009, 6).end, "month": 200906, "account_code": "E"}
    world.entries = [
        {**head, "entry_number": f"E{at}", "entry_kind": kind, "provider_code": provider,
         "invoice_number": number, "amount_pence": amount}
        for at, (kind, provider, number, amount) in enumerate(entries)
    ]  # fmt: skip
    accounts = Accounts("E", "A", "P", "C", "D")
    lines = list_accruals(reconciled(world, engine).items, commissioner="ZP1", accounts=accounts, month=Month(2009, 6))
    assert sum(line.debit_pence - line.credit_pence for line in lines) == 0
    world.entries += [
        {**head, "entry_number": f"J{line.line_number}", "entry_kind": line.entry_kind, "provider_code": line.provider_code,
         "invoice_number": line.invoice_number or None, "amount_pence": line.debit_pence - line.credit_pence}
        for line in lines if line.account_code == "E"
    ]  # fmt: skip
    after = reconciled(world, engine)
    assert list_accruals(after.items, commissioner="ZP1", accounts=accounts, month=Month(2009, 6)) == []
    owed = sum(after.step(name, provider) for name in ("bill", *OWED_BESIDE) for provider in (*PROVIDERS, "ZH3"))
    assert sum(after.step("ledger", provider) for provider in (*PROVIDERS, "ZH3")) == owed


def test_names_of_differences_do_not_depend_on_the_order_of_charges(engine: Engine) -> None:
    """The same charges in another order are the same differences, under the same ids."""
    charges = [charge("1", 107), charge("9", 5), charge("2", 30, practice_code="Z90002")]
    found = []
    for order in (charges, charges[::-1]):
        world = World(records=[record("1", 100), record("2", 30)], charges=list(order))
        world.invoice_charges()
        found.append(items_of(world, engine)[0])
    assert found[0].equals(found[1])
