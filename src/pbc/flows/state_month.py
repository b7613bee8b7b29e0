"""State a month: budget against actual for the month and the year to date, why, how far luck goes, what was restated."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.engines import Engine
from pbc.flows.age_data import age_data
from pbc.flows.bill_contracts import bill_contracts
from pbc.flows.completeness import LEFT_OUT, Missing
from pbc.flows.journey import Journey
from pbc.flows.prescribing_money import state_prescribing
from pbc.flows.restatements import NONE_KNOWN, find_restated
from pbc.flows.roll_up import roll_up
from pbc.flows.statement_inputs import (
    StatementInputs,
    gather_statement_inputs,
    list_unplaced,
    payment_forms,
)
from pbc.flows.statement_positions import find_positions, lines_to_date
from pbc.flows.stop_loss import cede_to_pool, measured_alike
from pbc.flows.workspaces import ANALYSIS, require_basis
from pbc.methods.risk import band_chance, measure_cheque
from pbc.methods.statements.compare import compare_with_budget
from pbc.methods.statements.left_out import write_left_out
from pbc.methods.statements.months import list_monthly_costs
from pbc.methods.statements.split_variance import split_variance
from pbc.periods import Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Receipt, Store


def state_month(
    store: Store,
    *,
    month: Month,
    policy: Policy,
    engine: Engine,
    journey: Journey | None = None,
    missing: Missing = "refuse",
) -> PublishedSet:
    """This returns the set statement/<month>: statements, variance splits, chance bands, what stands apart, what changed.

    Reads deliveries up to the month and no later ones, so that a statement made again is the same statement. Refused by
    name where there is no register, no budgets of the year, or a delivery of the year to date never came or came empty.
    With `missing="leave_out"` what never came is left out of budget and actual alike, and the receipt tells it as
    `left_out`: a partial statement. Source: decision methods/0167.
    Where a stop-loss applies, what people cost above it so far stands in ceded_costs and luck is judged on the rest.
    """
    store, journey = store.steady(), journey or Journey()
    require_basis(policy, workspace=ANALYSIS, journey=journey)
    journey.step(f"Adding up deliveries to {month.title}", 0.0)
    store.current(f"cells/{month}")
    given = gather_statement_inputs(store, month=month, engine=engine, missing=missing)
    journey.step("Holding budgets against actual", 0.4)
    statements = compare_with_budget(
        given.kinds,
        profiles=given.profiles,
        reach=given.reach,
        cuts=given.cuts,
        forms=payment_forms(given.contract_forms),
        broken=given.broken,
    )
    journey.step("Splitting variances and measuring luck", 0.6)
    lines = lines_to_date(given)
    bill = bill_contracts(given, policy=policy)
    positions = find_positions(given, lines=lines, adjustments=bill.adjustments, policy=policy, is_restated=True)
    earlier = measured_alike(_earlier_ends(store, month), year=month.financial_year, policy=policy)
    ceding = cede_to_pool(
        store, given, lines=lines, adjustments=bill.adjustments, earlier=earlier, policy=policy, engine=engine
    )
    pairs = [found.frame("person_pairs") for found in earlier[:1] if "person_pairs" in found.tables]
    cheque = measure_cheque(
        pl.concat([found.frame("person_spread") for found in earlier]) if earlier else None,
        year=month.financial_year,
        policy=policy,
        person_pairs=pairs[0] if pairs else None,
    )
    bands = band_chance(
        ceding.cap(positions),
        year=month.financial_year,
        cheque=cheque,
        policy=policy,
        ceded_costs=ceding.ceded_costs,
    )
    unplaced = list_unplaced(given.cells, month=month, left_out=given.reach.left_out)
    tiers = roll_up(
        statements,
        register=given.register,
        not_attributed=unplaced,
        adjustments=bill.by_payer,
        policy=policy,
        on=month.end,
    )
    journey.step("Finding what changed in months already reported", 0.8)
    tables = {
        "budget_statements": statements,
        "variance_splits": split_variance(lines, month=month),
        "chance_bands": bands,
        "not_attributed": unplaced,
        "tier_statements": tiers,
        "restated_months": find_restated(store, given, engine=engine),
        "data_ages": age_data(store, given, policy=policy),
        "monthly_costs": list_monthly_costs(
            given.kinds, month=month, broken=given.broken, successions=given.successions
        ),
    }
    medicines = state_prescribing(given, policy=policy, engine=engine)
    journey.step("Publishing the statement", 0.95)
    receipt = _receipt(store, given, earlier, policy, engine, journey, dict(ceding.told) | medicines.told)
    return store.publish(f"statement/{month}", tables | bill.tables | ceding.tables | medicines.tables, receipt)


def _earlier_ends(store: Store, month: Month) -> list[PublishedSet]:
    """The year ends held of the last two years, newest first: what people cost is measured on both."""
    names = [f"year-end/{month.financial_year.plus(-back).slug}" for back in (1, 2)]
    return [found for name in names if (found := store.find(name))]


def _receipt(
    store: Store,
    given: StatementInputs,
    earlier: list[PublishedSet],
    policy: Policy,
    engine: Engine,
    journey: Journey,
    told: Mapping[str, str],
) -> Receipt:
    month = given.reach.month
    previous = store.find(f"statement/{month.plus(-1)}")
    sets = [found for found in (given.register, given.budgets, *earlier, previous) if found is not None]
    made_up = given.cells.is_made_up or given.prescribing.is_made_up or any(s.receipt.is_made_up for s in sets)
    return Receipt(
        flow="state_month",
        inputs={found.name: found.set_id for found in sets}
        | given.others
        | given.cells.inputs
        | given.prescribing.inputs,
        parameters={
            "month": str(month),
            "prescribing_known_to": NONE_KNOWN if given.known_to is None else str(given.known_to),
        }
        | ({LEFT_OUT: write_left_out(given.left_out)} if given.left_out else {})
        | dict(told),
        regime=policy.regime,
        policy=policy.fingerprint,
        engine=engine.name,
        is_made_up=made_up,
        made_at=journey.made_at,
    )
