"""Reconcile a month: from what care cost to what was invoiced and what the ledger shows, every pound of it named or unexplained."""

from __future__ import annotations

import polars as pl

from pbc.engines import Engine
from pbc.errors import RefusedInput
from pbc.flows.bill_contracts import Bill, bill_contracts
from pbc.flows.charges_held import Charged, Reading, Records, gather_charged, gather_records
from pbc.flows.journey import Journey
from pbc.flows.roll_up import find_places
from pbc.flows.statement_inputs import StatementInputs, gather_statement_inputs
from pbc.flows.workspaces import INVOICE_VALIDATION, require_basis
from pbc.methods.reconciliation import (
    Sides,
    add_up_charges,
    add_up_practices,
    add_up_records,
    add_up_steps,
    age_items,
    find_basis,
    find_repeats,
    list_invoice_items,
    list_ledger_items,
    list_record_items,
    match_charges,
    place_ledger,
)
from pbc.methods.reconciliation.list_invoice_items import RECORDS
from pbc.methods.reconciliation.steps import NO_PROVIDER
from pbc.methods.statements.add_up import carry_successions
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.reference.activity import HOSPITAL_PODS, SERVICES
from pbc.reference.payment_forms import FIXED_FORMS
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import RECONCILIATION_ITEMS

WHOLE_FORMS = FIXED_FORMS  # paid one sum whatever the records
SIDE = ("commissioner_code", "provider_code")


def reconciliation_name(month: Month, *, read_to: Month | None = None) -> str:
    """This returns the name of a month's reconciliation, or of one that reads later deliveries on to `read_to`.

    >>> reconciliation_name(Month(2010, 3)), reconciliation_name(Month(2010, 3), read_to=Month(2010, 6))
    ('reconciliation/2010-03', 'reconciliation/2010-03/to-2010-06')
    """
    return f"reconciliation/{month}" + (f"/to-{read_to}" if read_to else "")


def reconcile(
    store: Store,
    *,
    month: Month,
    policy: Policy,
    engine: Engine,
    journey: Journey | None = None,
    read_to: Month | None = None,
) -> PublishedSet:
    """This returns the set reconciliation/<month>: steps, items, the same by practice, and the position of the ledger.

    The year to date as our deliveries, invoices, their backing and the ledger have it up to the month; with `read_to`,
    as a year end wants it, up to that later month. Refused by name where the month has no statement. What would not add
    up to the penny is not published. Source: rules.md 8.2, 8.3; decisions methods/0181 to 0184.
    """
    store, journey = store.steady(), journey or Journey()
    require_basis(policy, workspace=INVOICE_VALIDATION, journey=journey)
    reading = Reading(month, _later(month, read_to))
    journey.step(f"Adding up what {month.title} cost", 0.0)
    statement = store.current(f"statement/{month}")
    given = gather_statement_inputs(store, month=month, engine=engine, delivered_to=reading.until)
    records = gather_records(store, given.cells, reading=reading, engine=engine, policy=policy)
    charged = gather_charged(store, reading=reading, engine=engine)
    journey.step("Holding charges against records", 0.3)
    bill = bill_contracts(given, policy=policy)
    sides = _sides(given, records, charged, reading, bill)
    found = pl.concat([
        _of_records(sides, records, charged, given, policy), list_invoice_items(sides, basis=find_basis(sides)),
        list_ledger_items(charged.invoices, ledger_entries=charged.ledger_entries),
    ])  # fmt: skip
    before = _before(store, month, read_to)
    earlier = before.frame("reconciliation_items") if before else RECONCILIATION_ITEMS.empty()
    items = age_items(found, month=month, earlier=earlier)
    journey.step("Adding up the steps to the ledger", 0.7)
    costed, terms = (
        frame.select(*SIDE, "practice_code", pl.col(amount).alias("amount_pence"))
        for frame, amount in ((sides.costed, "cost_pence"), (bill.by_payer, "amount_pence"))
    )
    steps = add_up_steps(
        items, costed=costed, terms=terms, invoiced=charged.to_pay.select(*SIDE, "amount_pence"),
        ledger=charged.ledger_entries.select(SIDE[0], pl.col(SIDE[1]).fill_null(NO_PROVIDER), "amount_pence"),
        month=month, before=None if before is None or read_to else before.frame("reconciliation_steps"),
    )  # fmt: skip
    tables = {
        "reconciliation_steps": steps if read_to is None else steps.filter(pl.col("period") == "year_to_date"),
        "reconciliation_items": items,
        "reconciliation_practices": add_up_practices(items, costed=costed, terms=terms, month=month),
        "ledger_positions": place_ledger(steps, stated=_stated(statement), month=month),
    }
    journey.step("Publishing the reconciliation", 0.9)
    used = [
        given.register,
        given.budgets,
        statement,
        *records.activity.values(),
        *charged.sets.values(),
        *([before] if before else []),
    ]
    receipt = Receipt(
        flow="reconcile",
        inputs={each.name: each.set_id for each in used} | given.others | given.cells.inputs,
        parameters={"month": str(month), "read_to": str(reading.until), **records.first},
        regime=policy.regime,
        policy=policy.fingerprint,
        engine=engine.name,
        is_made_up=given.cells.is_made_up or any(each.receipt.is_made_up for each in used),
        made_at=journey.made_at,
    )
    return store.publish(reconciliation_name(month, read_to=read_to), tables, receipt)


def _later(month: Month, read_to: Month | None) -> Month:
    if read_to is not None and read_to <= month:
        raise RefusedInput(
            "A reconciliation reads on to a later month than its own.", where="read to", found=str(read_to),
            expected=f"a month after {month}", remedy="Leave it out to read up to the month itself.",
        )  # fmt: skip
    return read_to or month


def _before(store: Store, month: Month, read_to: Month | None) -> PublishedSet | None:
    """The reconciliation before: of the month before in the same year, or the month's own where later deliveries are read."""
    if read_to is not None:
        return store.find(reconciliation_name(month))
    last = month.plus(-1)
    return store.find(reconciliation_name(last)) if last.financial_year == month.financial_year else None


def _sides(given: StatementInputs, records: Records, charged: Charged, reading: Reading, bill: Bill) -> Sides:
    whole = whole_lines(given.contract_forms, reading.month.financial_year)
    key = [*SIDE, "point_of_delivery"]
    effects = bill.contract_bills.filter(pl.col("step") != "priced")
    terms = effects.join(whole.with_columns(is_whole=True), on=key, how="left")
    return Sides(
        month=reading.month,
        costed=given.lines.filter(pl.col("month").is_in(reading.months)),
        terms=terms.select(*key, pl.col("is_whole").fill_null(value=False), "amount_pence"),
        whole_lines=whole,
        invoices=charged.to_pay,
        invoice_lines=charged.invoice_lines,
        charged=add_up_charges(charged.charges),
        totals=charged.totals,
        repeats=find_repeats(charged.charges),
        records=add_up_records(records.rows),
    )


def whole_lines(contract_forms: pl.DataFrame, year: FinancialYear) -> pl.DataFrame:
    """This returns the lines of a year's contracts that are held against invoices whole, as commissioner, hospital and kind.

    They are those paid one sum, and those at a local price, which no record of ours has.
    """
    is_whole = pl.col("payment_form").is_in(WHOLE_FORMS) | pl.col("local_price_pence").is_not_null()
    return contract_forms.filter((pl.col("financial_year") == year.slug) & is_whole).select(*SIDE, "point_of_delivery")


def _of_records(
    sides: Sides, records: Records, charged: Charged, given: StatementInputs, policy: Policy
) -> pl.DataFrame:
    scope = [cell for cell, basis in find_basis(sides).items() if basis == RECORDS]
    schema = {SIDE[0]: pl.String, SIDE[1]: pl.String, "month": pl.Int32}
    matched = match_charges(
        records.rows, charges=charged.charges, scope=pl.DataFrame(sorted(scope), schema=schema, orient="row"),
        whole_lines=sides.whole_lines,
    )  # fmt: skip
    for side in ("our_practice", "charged_practice"):
        carried = carry_successions(matched.rename({side: "practice_code"}), successions=given.successions)
        matched = carried.rename({"practice_code": side})
    return list_record_items(matched, elsewhere=_elsewhere(matched, given, sides.month, policy))


def _elsewhere(matched: pl.DataFrame, given: StatementInputs, month: Month, policy: Policy) -> pl.DataFrame:
    """Practices charged for that the register has with another commissioner than the one charged."""
    pairs = matched.select(SIDE[0], pl.col("charged_practice").alias("practice_code")).drop_nulls().unique()
    places = find_places(
        given.register, practices=pairs["practice_code"].unique().to_list(), policy=policy, on=month.end
    )
    known = given.register.frame("practices")["practice_code"].to_list()
    placed = pairs.join(places, on="practice_code").filter(pl.col("practice_code").is_in(known))
    return placed.filter(pl.col("commissioner") != pl.col(SIDE[0])).select(SIDE[0], "practice_code")


def _stated(statement: PublishedSet) -> dict[str, tuple[int, int, int]]:
    """What the month's statements said, by commissioner: of its practices, of nobody's care, and of contract terms."""
    to_date = statement.frame("tier_statements").filter(
        (pl.col("unit_kind") == "commissioner") & (pl.col("period") == "year_to_date")
    )
    of_practices = (pl.col("cut") == "point_of_delivery") & pl.col("item").is_in(HOSPITAL_PODS)
    apart = pl.col("cut") == "apart"
    lost = apart & (pl.col("item") == "not_attributed")
    terms = apart & ~pl.col("item").is_in(["not_attributed", *SERVICES])
    found = to_date.group_by("unit_code").agg(
        pl.col("actual_pence").filter(of_practices).sum().alias("practices"),
        pl.col("actual_pence").filter(lost).sum().alias("lost"),
        pl.col("actual_pence").filter(terms).sum().alias("terms"),
    )
    return {str(code): (practices, lost, terms) for code, practices, lost, terms in found.iter_rows()}
