"""The stop-loss of a year in the flows: what people cost so far, taken from their practices to the pool's own line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pbc.engines import Engine, Relation
from pbc.flows.cost_delivery import cost_year, take_prices
from pbc.flows.past_activity import who_answers
from pbc.flows.statement_inputs import StatementInputs
from pbc.flows.statement_positions import as_budgeted, find_positions
from pbc.methods.risk import (
    Cheque,
    cede_costs,
    cede_excess,
    default_cheque,
    find_stop_loss,
    keep_paid_by_activity,
    list_ceded_costs,
    measure_cheque,
)
from pbc.methods.risk.positions import PAID_BY_ACTIVITY
from pbc.methods.statements.add_up import carry_successions
from pbc.methods.statements.left_out import flag_left_out
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.reference.activity import HOSPITAL_PODS
from pbc.reference.payment_forms import FIXED_FORMS
from pbc.results import PublishedSet, Store
from pbc.tables import ACTIVITY_FACTS

STOP_LOSS, SHARE = "stop_loss_pounds", "expected_ceded_share"
ALIKE = 0.05  # two years' stop-losses this near at one price level measure the same thing


@dataclass(frozen=True)
class Ceding:
    """What a stop-loss takes off a year so far: the table ceded_costs, the contacts it was taken from, and what to write
    on the receipt. All of it is empty where no stop-loss applies."""

    ceded_costs: pl.DataFrame | None = None
    contacts: Relation | None = None
    told: Mapping[str, str] = field(default_factory=dict)

    def cap(self, positions: pl.DataFrame) -> pl.DataFrame:
        """This returns positions on capped cost, or as they are where no stop-loss applies."""
        return positions if self.ceded_costs is None else cede_excess(positions, ceded_costs=self.ceded_costs)

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """What a set holds of it."""
        return {} if self.ceded_costs is None else {"ceded_costs": self.ceded_costs}


NO_STOP_LOSS = Ceding()


def cede_to_pool(
    store: Store,
    given: StatementInputs,
    *,
    lines: pl.DataFrame,
    adjustments: pl.DataFrame,
    earlier: list[PublishedSet],
    policy: Policy,
    engine: Engine,
) -> Ceding:
    """This returns what the pool bears of the year to date; nothing where no stop-loss applies.

    Costs are those of the cells the statement adds up: each delivery's own facts at the prices its cells were costed
    with, so that ceded and borne sum to the statement's penny. `earlier` are the year ends whose measure of people tells
    what share to expect: fixed before the year, so that the pool's own luck is not handed on. Source: decision methods/0155.
    """
    year = given.reach.month.financial_year
    pounds = find_stop_loss(policy, on=year.start)
    if pounds is None:
        return NO_STOP_LOSS
    expected = expected_cheque(earlier, year=year, policy=policy).ceded_share
    paid = cost_as_cells_were(store, given, year=year, policy=policy, engine=engine)
    contacts = keep_judged(paid, given, lines=lines, year=year)
    answers = _answers(given)
    ceded = list_ceded_costs(
        cede_costs(contacts, answers=answers, year=year, policy=policy).frame(),
        positions=find_positions(given, lines=lines, adjustments=adjustments, policy=policy, is_restated=False),
        costs=_hospital_costs(given, answers),
        held_back=held_back_for_pool(given),
        expected_share=expected,
        policy=policy,
    )
    return Ceding(ceded, contacts, {STOP_LOSS: str(pounds), SHARE: f"{expected:.6f}"})


def expected_cheque(earlier: list[PublishedSet], *, year: FinancialYear, policy: Policy) -> Cheque:
    """This returns the cheque known before a year: of year ends with the same stop-loss, or else the policy's default."""
    alike = measured_alike(earlier, year=year, policy=policy)
    if not alike:
        return default_cheque(policy, on=year.start)
    return measure_cheque(pl.concat([found.frame("person_spread") for found in alike]), year=year, policy=policy)


def measured_alike(ends: list[PublishedSet], *, year: FinancialYear, policy: Policy) -> list[PublishedSet]:
    """This returns the year ends whose people were capped as this year's are: at the same price level, or not at all.

    People measured without a stop-loss say nothing of what one would cede, and their cheque is too large; measured
    with another, it is as wrong the other way.
    """
    now = find_stop_loss(policy, on=year.start)
    return [found for found in ends if _is_alike(found, now, year, policy)]


def _is_alike(end: PublishedSet, now: int | None, year: FinancialYear, policy: Policy) -> bool:
    told = end.receipt.parameters.get(STOP_LOSS)
    if now is None or told is None:
        return now is None and told is None
    then = FinancialYear.parse(end.receipt.parameters["year"])
    growth = policy.ratio("risk.price_index", on=year.start) / policy.ratio("risk.price_index", on=then.start)
    return abs(int(told) * growth / now - 1) <= ALIKE


def cost_as_cells_were(
    store: Store, given: StatementInputs, *, year: FinancialYear, policy: Policy, engine: Engine
) -> Relation:
    """This returns COSTED_ACTIVITY of a year from the deliveries whose cells are read: each delivery's facts at the prices
    that its cells name, so that the receipt, which names the cells, names every contact too."""
    tariff = f"tariff/{year.slug}"
    files: dict[str | None, list[PublishedSet]] = {}
    for month, cells in given.cells.sets.items():
        if month >= Month.of(year.start):
            inputs = cells.receipt.inputs
            files.setdefault(inputs.get(tariff), []).append(store.at(f"activity/{month}", inputs[f"activity/{month}"]))
    costed = []
    for set_id, deliveries in files.items():
        paths = [path for found in deliveries for path in found.files("activity_facts")]
        prices = take_prices(engine, None if set_id is None else store.at(tariff, set_id))
        costed.append(cost_year(engine.scan(paths, ACTIVITY_FACTS.sql_columns), prices, year=year, policy=policy))
    return engine.union(costed)


def keep_judged(
    costed_activity: Relation, given: StatementInputs, *, lines: pl.DataFrame, year: FinancialYear
) -> Relation:
    """This returns the contacts of this year or of the year before that stand in the lines now judged: no block."""
    return keep_paid_by_activity(
        costed_activity,
        judged_places=_judged_places(given, lines, year),
        block_contracts=given.contract_forms.filter(
            pl.col("payment_form").is_in(FIXED_FORMS)
            & (pl.col("financial_year") == given.reach.month.financial_year.slug)
        ),
    )


def _codes(given: StatementInputs) -> list[str]:
    """Every practice code a contact of the year may bear: those answering now and those taken over."""
    budgeted = given.budgets.frame("budget_lines")["practice_code"]
    held = [
        budgeted,
        given.profiles["practice_code"],
        given.kinds["practice_code"],
        given.successions["predecessor_code"],
    ]
    return sorted({code for codes in held for code in codes.to_list()})


def _judged_places(given: StatementInputs, lines: pl.DataFrame, year: FinancialYear) -> pl.DataFrame:
    """Practice, month and kind of activity as contacts bear them, where the budget held to is paid by activity.

    Months of the year before stand with who answers for them twelve months on, as its lines do.
    """
    months = [month.number for month in year.months() if month <= given.reach.month]
    later = 0 if year == given.reach.month.financial_year else 12
    grid = (
        pl.DataFrame({"practice_code": _codes(given)}, schema={"practice_code": pl.String})
        .with_columns(pl.col("practice_code").alias("raw_code"))
        .join(pl.DataFrame({"month": months}, schema={"month": pl.Int32}), how="cross")
        .join(pl.DataFrame({"kind": list(HOSPITAL_PODS)}, schema={"kind": pl.String}), how="cross")
    )
    back = 0 if year == given.reach.month.financial_year else 1
    grid = grid.with_columns(pl.col("kind").alias("point_of_delivery"))
    grid = grid.filter(~flag_left_out(given.reach.left_out, years_before=back)).drop("point_of_delivery")
    carried = carry_successions(grid, successions=given.successions, months_later=later).with_columns(
        pl.col("kind").alias("point_of_delivery")
    )
    judged = lines.filter(pl.col("payment_form").is_in(PAID_BY_ACTIVITY)).select("practice_code", "point_of_delivery")
    placed = carried.with_columns(as_budgeted(given.profiles)).join(
        judged, on=["practice_code", "point_of_delivery"], how="semi"
    )
    return placed.select(
        pl.col("raw_code").alias("practice_code"), "month", pl.col("kind").alias("point_of_delivery")
    ).sort("practice_code", "month", "point_of_delivery")


def _answers(given: StatementInputs) -> pl.DataFrame:
    codes = pl.DataFrame({"practice_code": _codes(given)}, schema={"practice_code": pl.String})
    heirs = who_answers(given.successions, on=given.reach.month.end)
    return codes.with_columns(pl.col("practice_code").replace(heirs).alias("answers_code"))


def _hospital_costs(given: StatementInputs, answers: pl.DataFrame) -> pl.DataFrame:
    """What all hospital care of the year to date was paid at, with who answers now."""
    hospital = given.kinds.filter(
        given.reach.within("year_to_date") & pl.col("point_of_delivery").is_in(list(HOSPITAL_PODS))
    )
    return _by_heir(hospital, answers).group_by("practice_code").agg(pl.col("cost_pence").sum())


def held_back_for_pool(given: StatementInputs) -> pl.DataFrame:
    """This returns what the year's budgets handed to the risk pool, by who answers now: `practice_code, held_back_pence`."""
    pool = given.budgets.frame("budget_lines").filter(pl.col("step") == "risk_pool")
    by_heir = _by_heir(pool, _answers(given)).group_by("practice_code")
    return by_heir.agg((-pl.col("amount_pence").sum()).alias("held_back_pence"))


def _by_heir(rows: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    return rows.join(answers, on="practice_code").drop("practice_code").rename({"answers_code": "practice_code"})
