"""Work out the indicative budgets of a year: past activity, fair shares, pace of change, what is handed back, profile."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.budget_rules import BASES, as_basis, hand_back, pool_lists, read_pace
from pbc.flows.journey import Journey
from pbc.flows.past_activity import PastActivity, gather_past_activity, who_answers
from pbc.flows.roll_up import find_places
from pbc.methods.attribution.successions import trace_successions
from pbc.methods.budgets.lines import add_up_budgets, adjust
from pbc.methods.budgets.opening import set_historic
from pbc.methods.budgets.pace_of_change import CloseDistance
from pbc.methods.budgets.protection import add_protected, list_protected, split_protected
from pbc.methods.budgets.repayments import DUE, STEP, apply_repayments, list_due
from pbc.methods.budgets.targets import compare_with_target
from pbc.methods.statements.profile import list_kinds, profile_budgets, share_months
from pbc.periods import FinancialYear
from pbc.policy import Policy
from pbc.reference.activity import POINTS_OF_DELIVERY, SERVICES
from pbc.results import Receipt, Store
from pbc.tables import OVERSPEND_YEARS


@dataclass(frozen=True)
class Agreed:
    """What people agreed beside the formula: `adjustments` (BUDGET_ADJUSTMENTS) between practices, and `protections`
    (BUDGET_PROTECTIONS) of demonstrated savings; either may be None."""

    adjustments: pl.DataFrame | None = None
    protections: pl.DataFrame | None = None


NOTHING_AGREED = Agreed()


@dataclass(frozen=True)
class MadeBudgets:
    """The tables of a year's budgets, and the receipt of what they were made from."""

    tables: Mapping[str, pl.DataFrame]
    receipt: Receipt


@dataclass(frozen=True)
class _Year:
    """What stands the same for every commissioner of a run."""

    year: FinancialYear
    basis: str
    policy: Policy
    past: PastActivity
    protected: pl.DataFrame
    adjustments: pl.DataFrame | None
    due: pl.DataFrame
    places: pl.DataFrame


def make_budgets(
    store: Store, *, year: FinancialYear, basis: str, policy: Policy, engine: Engine, journey: Journey,
    agreed: Agreed = NOTHING_AGREED,
) -> MadeBudgets:  # fmt: skip
    """This returns the tables budget_lines, budget_targets, budget_profiles and the rows left out, not yet published.

    Grain and refusals as `set_budgets`. The receipt is that of set_budgets: whoever publishes under another name says so.
    """
    if basis not in BASES:
        raise RefusedInput("There is no such basis for a budget.", found=basis, expected=", ".join(BASES))
    journey.step(f"Gathering what the budgets of {year} start from", 0.0)
    register, need = store.current("register"), store.current(f"need/{year.slug}")
    tariff = store.current(f"tariff/{year.slug}")
    answers = who_answers(trace_successions(register.frame("memberships")), on=year.start)
    past = gather_past_activity(store, year=year, policy=policy, engine=engine, answers=answers)
    _require_past(past, basis, year)
    journey.step(f"Setting budgets by {basis.replace('_', ' ')}", 0.6)
    lists, resources = need.frame("weighted_lists"), need.frame("commissioner_resources")
    lists, resources = lists.filter(pl.col("list_year") == year.slug), _of_year(resources, year)
    _require_known(agreed.adjustments, lists, "An adjustment")
    _require_known(agreed.protections, lists, "A protection")
    usual = policy.whole("budgets.saving_protected_years", on=year.start)
    protected = list_protected(agreed.protections, year=year, usual_years=usual)
    ended, due = _due_to_pools(store, year, answers)
    places = find_places(register, practices=lists["practice_code"].unique().to_list(), policy=policy, on=year.start)
    run = _Year(year, basis, policy, past, protected, agreed.adjustments, due, places)
    parts = [_set_for(one, lists, run) for one in resources.sort("commissioner_code").partition_by("commissioner_code")]
    lines, targets = (pl.concat([part[at] for part in parts]) for at in (0, 1))
    journey.step("Spreading budgets over the year", 0.8)
    profiles = _profile(lines, lists, past, year, policy)
    receipt = Receipt(
        flow="set_budgets",
        inputs={found.name: found.set_id for found in (register, need, tariff)} | past.inputs | ended,
        parameters={
            "year": year.slug,
            "basis": basis,
            "past": " to ".join(map(str, past.window)) if past.window else "none held",
            **_fingerprints(agreed),
            **_left_with_payer(due, lines),
        },
        regime=policy.regime,
        policy=policy.fingerprint,
        engine=engine.name,
        is_made_up=past.is_made_up or any(found.receipt.is_made_up for found in (register, need, tariff)),
        made_at=journey.made_at,
    )
    tables = {"budget_lines": lines, "budget_targets": targets, "budget_profiles": profiles}
    return MadeBudgets({**tables, "rejected_rows": past.unpriced}, receipt)


def _require_past(past: PastActivity, basis: str, year: FinancialYear) -> None:
    if past.window is None and basis != "fair_shares":
        raise MissingFigure(
            "A budget from past activity needs the twelve months before the year.", where=f"budgets of {year}",
            found="fewer than twelve months of deliveries before it",
            remedy="Receive those deliveries, or set the budgets by fair shares (--basis fair_shares).",
        )  # fmt: skip


def _require_known(agreements: pl.DataFrame | None, lists: pl.DataFrame, what: str) -> None:
    for column, known in (("practice_code", lists["practice_code"].unique().to_list()), ("service", list(SERVICES))):
        unknown = [] if agreements is None else sorted(set(agreements[column]) - set(known))
        if unknown:
            near = get_close_matches(unknown[0], known, 3, 0.0)
            raise RefusedInput(
                f"{what} names a {column.replace('_code', '')} that has no budget this year.", where=column,
                found=", ".join(unknown), expected=f"one like {', '.join(near)}", remedy="Correct it, or take the row out.",
            )  # fmt: skip


def _of_year(resources: pl.DataFrame, year: FinancialYear) -> pl.DataFrame:
    held = resources.filter(pl.col("financial_year") == year.slug)
    if held.is_empty():
        raise MissingFigure(f"No resources of {year} are held.", where=f"need/{year.slug}, commissioner_resources")
    return held


def _set_for(resources: pl.DataFrame, weighted_lists: pl.DataFrame, run: _Year) -> tuple[pl.DataFrame, pl.DataFrame]:
    lists = weighted_lists.filter(pl.col("commissioner_code") == resources["commissioner_code"][0])
    mine = pl.col("practice_code").is_in(lists["practice_code"].unique().to_list())
    base, spent = (_by_service(kinds) for kinds in (run.past.kinds, run.past.spent))
    protected = run.protected.filter(mine)
    standing = set_historic(add_protected(base, protected=protected), weighted_lists=lists, resources=resources)
    standing = split_protected(standing, protected=protected) if protected.height else standing
    standing, notes = pool_lists(standing, lists, policy=run.policy, on=run.year.start)
    lines = as_basis(standing, basis=run.basis, year=run.year, policy=run.policy, spent=spent)
    lines = hand_back(lines, resources, policy=run.policy, on=run.year.start)
    if run.adjustments is not None:
        lines = adjust(lines, adjustments=run.adjustments.filter(mine))
    due = run.due.filter(pl.col("commissioner_code") == resources["commissioner_code"][0])
    lines = apply_repayments(lines, due=due, places=run.places)
    pace = read_pace(run.policy, on=run.year.start) if run.basis == "fair_shares" else None
    closing = pace if isinstance(pace, CloseDistance) else None
    return lines, compare_with_target(standing, lines=lines, year=run.year, pace=closing, list_notes=notes)


def _due_to_pools(store: Store, year: FinancialYear, answers: dict[str, str]) -> tuple[dict[str, str], pl.DataFrame]:
    """What holders owe of the year before, as its closing made last has it; with the set that says so, where any does."""
    held = store.find(f"year-end/{year.plus(-1).slug}")
    if held is None or OVERSPEND_YEARS.name not in held.tables:
        return {}, pl.DataFrame(schema=DUE)
    due = list_due(held.frame(OVERSPEND_YEARS.name), heirs=answers)
    return ({held.name: held.set_id} if due.height else {}), due


def _left_with_payer(due: pl.DataFrame, lines: pl.DataFrame) -> dict[str, str]:
    """What is due of holders that have no budget any more, told on the receipt: no budget falls by it."""
    left = int(due["amount_pence"].sum()) + int(lines.filter(pl.col("step") == STEP)["amount_pence"].sum())
    return {"pool_repayment_left_pence": str(left)} if left else {}


def _by_service(kinds: pl.DataFrame) -> pl.DataFrame:
    service = {kind.code: kind.service for kind in POINTS_OF_DELIVERY.values()}
    named = kinds.with_columns(
        pl.col("point_of_delivery").replace_strict(service, return_dtype=pl.String).alias("service")
    )
    return named.group_by("practice_code", "service").agg(pl.col("cost_pence").sum().alias("historic_pence"))


def _profile(
    lines: pl.DataFrame, lists: pl.DataFrame, past: PastActivity, year: FinancialYear, policy: Policy
) -> pl.DataFrame:
    kinds = [*POINTS_OF_DELIVERY, *(service for service in SERVICES if len(list_kinds(service)) > 1)]
    method = policy.text("statements.profile_method", on=year.start)
    sizes = lists.group_by("practice_code").agg(pl.col("registered_population").max().alias("planned_list_size"))
    return profile_budgets(
        add_up_budgets(lines),
        year=year,
        past=past.kinds,
        month_shares=share_months(past.seasons, year=year, kinds=kinds, method=method),
        list_sizes=sizes,
    )


def _fingerprints(agreed: Agreed) -> dict[str, str]:
    given = {"adjustments": agreed.adjustments, "protections": agreed.protections}
    return {name: _fingerprint(frame) for name, frame in given.items() if frame is not None}


def _fingerprint(adjustments: pl.DataFrame) -> str:
    ordered = adjustments.sort(adjustments.columns).write_csv()
    return hashlib.sha256(ordered.encode()).hexdigest()
