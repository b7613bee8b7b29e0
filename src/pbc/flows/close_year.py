"""Close a year: the whole of it against its budgets, how far luck goes, what was freed up and whose it is."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.engines import Engine
from pbc.errors import MissingFigure
from pbc.flows.bill_contracts import bill_contracts
from pbc.flows.completeness import choose
from pbc.flows.contracts_held import KNOWN_ON, contracts_of
from pbc.flows.gain_share import share_freed_up
from pbc.flows.journey import Journey
from pbc.flows.past_activity import who_answers
from pbc.flows.pool_accounts import close_pool_accounts
from pbc.flows.statement_inputs import StatementInputs, gather_statement_inputs
from pbc.flows.statement_positions import APPORTIONED, find_positions, lines_to_date
from pbc.flows.stop_loss import NO_STOP_LOSS, Ceding, cede_to_pool, cost_as_cells_were, keep_judged, measured_alike
from pbc.flows.workspaces import ANALYSIS, require_basis
from pbc.flows.year_end_positions import Closing, plan_closing, position_tables, require_counted
from pbc.methods.risk import (
    band_chance,
    list_own_years,
    measure_cheque,
    measure_formula_error,
    measure_own_history,
    measure_persistence,
    measure_spread,
)
from pbc.methods.savings import GainFacts
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.reference.activity import PRESCRIBING_POD
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import PERSON_PAIRS, PERSON_SPREAD, REGISTRATIONS

YEARS_BEFORE = 3  # own years; of what people cost, measure_cheque reads the last two of them beside this one


def close_year(
    store: Store,
    *,
    year: FinancialYear,
    policy: Policy,
    engine: Engine,
    journey: Journey | None = None,
    commissioner_deficit_pence: int = 0,
    position: str | None = None,
    gain_facts: Mapping[str, GainFacts] | None = None,
) -> PublishedSet:
    """This returns the set year-end/<year>: freed-up resources, chance bands, positions and the spread of people's cost.

    Deliveries up to `statements.reconciliation_months` after the year still count. Money is freed against budgets as set;
    chance is judged against budgets restated for the actual list, at plan prices. Where no rule or whole signed agreement
    says how freed-up resources are shared nothing is payable, and the receipt says what it would need; `gain_facts` are what
    an agreement asks of a holder's year. Refused where a month was not delivered: of prescribing too. With a stop-loss
    both are on what practices bear. Provisional until those later deliveries have come; the receipt names them.
    `position` closes it as `closing_estimate` (no later delivery counts), `frozen` (those of `statements.freeze_months`) or
    `final` (all), each after the one before, published as year-end/<year>/<position> too, with what is released and held
    back and the walk from the position before; what repays the risk pool is not released. Source: methods/0169, 0157, 0158.
    """
    store, journey = store.steady(), journey or Journey()
    require_basis(policy, workspace=ANALYSIS, journey=journey)
    journey.step(f"Adding up {year}", 0.0)
    closing = plan_closing(store, year=year, policy=policy, position=position)
    given = _gather_year(store, closing, engine)
    awaited = closing.awaited(given.cells.sets)
    bill = bill_contracts(given, policy=policy)
    lines = lines_to_date(given)
    as_set, restated = (
        find_positions(given, lines=lines, adjustments=bill.adjustments, policy=policy, is_restated=restated)
        for restated in (False, True)
    )
    journey.step("Measuring what people cost", 0.3)
    earlier = _earlier_ends(store, year)
    alike = measured_alike(earlier, year=year, policy=policy)
    ceding = cede_to_pool(
        store, given, lines=lines, adjustments=bill.adjustments, earlier=alike, policy=policy, engine=engine
    )
    spread, pairs = measure_people(store, given, lines=lines, policy=policy, engine=engine, ceding=ceding)
    cheque = measure_cheque(
        pl.concat([spread, *(found.frame("person_spread") for found in alike)]),
        year=year,
        policy=policy,
        person_pairs=pairs,
    )
    as_set, restated = ceding.cap(as_set), ceding.cap(restated)
    cheque = measure_formula_error(restated, year=year, cheque=cheque, policy=policy, ceded_costs=ceding.ceded_costs)
    journey.step("Sharing what was freed up", 0.8)
    own = _own_history(earlier, given, restated, year)
    bands = band_chance(
        restated,
        year=year,
        cheque=cheque,
        policy=policy,
        own_history=own,
        is_provisional=bool(awaited),
        ceded_costs=ceding.ceded_costs,
    )
    gain = share_freed_up(
        as_set, bands, year=year, policy=policy, facts=gain_facts, commissioner_deficit_pence=commissioner_deficit_pence
    )
    pools = close_pool_accounts(
        given, freed=gain.freed, positions=as_set, ceding=ceding, earlier=earlier, policy=policy
    )
    tables = position_tables(
        closing, given, freed=pools.to_release(gain.freed), positions=as_set, lines=lines, policy=policy, engine=engine
    ) | {
        "freed_up_resources": gain.freed,
        "chance_bands": bands,
        "budget_positions": as_set,
        "person_spread": spread,
        "person_pairs": pairs,
    }
    journey.step("Publishing the year end", 0.95)
    told = {"commissioner_deficit_pence": str(commissioner_deficit_pence), "awaited": ", ".join(awaited) or "none"}
    receipt = _receipt(given, closing, earlier, policy, engine, journey, told | dict(ceding.told) | gain.told)
    return _publish(store, closing, tables | bill.tables | ceding.tables | gain.tables | pools.tables, receipt)


def _publish(store: Store, closing: Closing, tables: dict[str, pl.DataFrame], receipt: Receipt) -> PublishedSet:
    """The position first, then the year's own name, which always points at the closing made last."""
    for name in closing.names:
        store.publish(name, tables, receipt)
    return store.at(closing.names[0], receipt.fingerprint)


def _gather_year(store: Store, closing: Closing, engine: Engine) -> StatementInputs:
    """All that the year rests on; refused where a month of it, or a delivery that its position counts, never came."""
    march = Month.of(closing.year.end)
    given = gather_statement_inputs(store, month=march, engine=engine, delivered_to=closing.until)
    _require_whole(given, closing.year)
    require_counted(closing, given)
    return given


def _own_history(
    earlier: list[PublishedSet], given: StatementInputs, positions: pl.DataFrame, year: FinancialYear
) -> pl.DataFrame | None:
    """Each unit's own earlier years on the formula's basis, from the year ends held; None where there are none."""
    past = [list_own_years(found.frame("chance_bands"), positions=found.frame("budget_positions")) for found in earlier]
    if not any(rows.height for rows in past):
        return None
    heirs = who_answers(given.successions, on=year.end)
    return measure_own_history(pl.concat(past), positions=positions, year=year, successions=heirs)


def _require_whole(given: StatementInputs, year: FinancialYear) -> None:
    budgeted = given.profiles.filter(
        (pl.col("point_of_delivery") == PRESCRIBING_POD) & (pl.col("payment_form") != APPORTIONED)
    )
    prescribed = given.kinds.filter(pl.col("point_of_delivery") == PRESCRIBING_POD)["month"].to_list()
    held = {"activity": [month.number for month in given.cells.sets]}
    held |= {"prescribing": prescribed} if budgeted["budget_pence"].sum() else {}
    for kind, months in held.items():
        missing = [str(month) for month in year.months() if month.number not in months]
        if missing:
            raise MissingFigure(
                f"The year {year} is not whole.", where=f"deliveries of {kind}", found=f"none of {', '.join(missing)}",
                remedy="Receive those deliveries, then close the year.",
            )  # fmt: skip
    choose(list(given.cells.sets), given.lines, month=given.reach.month, missing="refuse")


def measure_people(
    store: Store,
    given: StatementInputs,
    *,
    lines: pl.DataFrame,
    policy: Policy,
    engine: Engine,
    ceding: Ceding = NO_STOP_LOSS,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """This returns the tables person_spread and person_pairs of the year; pairs are empty where last year is not held.

    Contacts are those of the cells read, never of a delivery that came since. With a stop-loss people are measured on
    the contacts it was taken from, so that the share ceded is of the same cost, and on the same lines the year before.
    """
    year = given.reach.month.financial_year
    before = year.plus(-1)
    registrations = engine.scan(given.register.files("registrations"), REGISTRATIONS.sql_columns)
    now = ceding.contacts
    if now is None:
        now = cost_as_cells_were(store, given, year=year, policy=policy, engine=engine)
    spread = PERSON_SPREAD.conform(
        measure_spread(now, registrations, year=year, policy=policy, successions=given.successions).frame()
    )
    if not any(f"tariff/{before.slug}" in cells.receipt.inputs for cells in given.cells.sets.values()):
        return spread, PERSON_PAIRS.empty()
    then = cost_as_cells_were(store, given, year=before, policy=policy, engine=engine)
    if ceding.contacts is not None:
        then = keep_judged(then, given, lines=lines, year=before)
    pairs = measure_persistence(
        engine.union([then, now]), registrations, year=year, policy=policy, successions=given.successions
    )
    return spread, PERSON_PAIRS.conform(pairs.frame())


def _earlier_ends(store: Store, year: FinancialYear) -> list[PublishedSet]:
    names = [f"year-end/{year.plus(-back).slug}" for back in range(1, YEARS_BEFORE + 1)]
    return [found for name in names if (found := store.find(name))]


def _receipt(
    given: StatementInputs,
    closing: Closing,
    earlier: list[PublishedSet],
    policy: Policy,
    engine: Engine,
    journey: Journey,
    told: dict[str, str],
) -> Receipt:
    sets = [given.register, given.budgets, *earlier, *([closing.before] if closing.before else [])]
    known = given.known_to
    return Receipt(
        flow="close_year",
        inputs={found.name: found.set_id for found in sets}
        | given.others
        | given.cells.inputs
        | given.prescribing.inputs,
        parameters={
            "year": given.reach.month.financial_year.slug,
            "prescribing_known_to": "none" if known is None else str(known),
        }
        | ({"position": closing.position} if closing.position else {})
        | ({KNOWN_ON: str(given.agreed.known_on)} if contracts_of(closing.year) in given.others else {})
        | told,
        regime=policy.regime,
        policy=policy.fingerprint,
        engine=engine.name,
        is_made_up=given.cells.is_made_up or any(found.receipt.is_made_up for found in sets),
        made_at=journey.made_at,
    )
