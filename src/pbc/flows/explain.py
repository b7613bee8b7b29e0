"""Explain a figure: from its id to its parts, rule, policy values, prices, records and receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from pbc.errors import MissingFigure, MissingPolicy
from pbc.flows.cover_explanation import cover
from pbc.flows.figure_titles import title_of
from pbc.flows.gain_terms import with_terms_of
from pbc.flows.gather_statement import NOTHING_HELD, Held, tiers_of
from pbc.flows.scenario import with_choices_of
from pbc.flows.trace import NOTHING, OTHER_VALUES, Archive, Found, Query, Trace
from pbc.flows.trace_appraisal import (
    trace_appraisal_change,
    trace_appraisal_line,
    trace_appraisal_payer,
    trace_appraisal_price,
    trace_appraisal_result,
    trace_appraisal_year,
    trace_budget_effect,
    trace_case_bill,
    trace_sensitivity,
)
from pbc.flows.trace_benefit import trace_benefit_case, trace_benefit_line, trace_benefit_practice, trace_comparison
from pbc.flows.trace_budget import trace_amendment, trace_line, trace_profile, trace_target
from pbc.flows.trace_cases import trace_decision_share, trace_decision_time
from pbc.flows.trace_ceded import trace_ceded
from pbc.flows.trace_chance import trace_band, trace_freed, trace_position
from pbc.flows.trace_contracts import trace_adjustment, trace_bill, trace_bill_change
from pbc.flows.trace_draft import trace_change, trace_preview
from pbc.flows.trace_gain import trace_gain
from pbc.flows.trace_months import trace_months
from pbc.flows.trace_pool import trace_movement, trace_overspend
from pbc.flows.trace_pots import trace_neighbourhood_band, trace_neighbourhood_share, trace_pot_share
from pbc.flows.trace_prescribing import trace_effect, trace_price_month, trace_unidentified
from pbc.flows.trace_reasons import trace_restated, trace_split, trace_unplaced
from pbc.flows.trace_reconciliation import (
    trace_item,
    trace_reconciled_practice,
    trace_step,
)
from pbc.flows.trace_reconciliation import (
    trace_position as trace_ledger,
)
from pbc.flows.trace_records import trace_records
from pbc.flows.trace_statement import query_of, trace_statement
from pbc.flows.trace_tiers import trace_tier
from pbc.flows.trace_today import trace_path, trace_pooled
from pbc.periods import FinancialYear, Month
from pbc.policy.policy import Policy, PolicyValue
from pbc.reports import PROTECTED, Protection, Tiers
from pbc.reports.explanation import Explanation, Part, ReceiptShown
from pbc.results import Figure, PublishedSet, Store
from pbc.tables import ALL
from pbc.tables.contract import Column, Kind, Table

TRACERS: dict[str, Callable[[Found], Trace]] = {
    "benefit_cases": trace_benefit_case,
    "benefit_practices": trace_benefit_practice,
    "benefit_lines": trace_benefit_line,
    "benefit_comparisons": trace_comparison,
    "budget_statements": trace_statement,
    "variance_splits": trace_split,
    "restated_months": trace_restated,
    "not_attributed": trace_unplaced,
    "bill_adjustments": trace_adjustment,
    "contract_bills": trace_bill,
    "bill_changes": trace_bill_change,
    "budget_amendments": trace_amendment,
    "budget_changes": trace_change,
    "budget_lines": trace_line,
    "budget_previews": trace_preview,
    "budget_targets": trace_target,
    "budget_profiles": trace_profile,
    "ceded_costs": trace_ceded,
    "chance_bands": trace_band,
    "freed_up_resources": trace_freed,
    "gain_shares": trace_gain,
    "budget_positions": trace_position,
    "overspend_years": trace_overspend,
    "pool_movements": trace_movement,
    "pooled_positions": trace_pooled,
    "allocation_paths": trace_path,
    "pot_shares": trace_pot_share,
    "prescribing_effects": trace_effect,
    "prescribing_prices": trace_price_month,
    "unidentified_prescribers": trace_unidentified,
    "neighbourhood_shares": trace_neighbourhood_share,
    "neighbourhood_bands": trace_neighbourhood_band,
    "monthly_costs": trace_months,
    "tier_statements": trace_tier,
    "reconciliation_steps": trace_step,
    "reconciliation_items": trace_item,
    "reconciliation_practices": trace_reconciled_practice,
    "ledger_positions": trace_ledger,
    "appraisal_budgets": trace_budget_effect,
    "appraisal_changes": trace_appraisal_change,
    "appraisal_lines": trace_appraisal_line,
    "appraisal_payers": trace_appraisal_payer,
    "appraisal_prices": trace_appraisal_price,
    "appraisal_results": trace_appraisal_result,
    "appraisal_sensitivities": trace_sensitivity,
    "appraisal_years": trace_appraisal_year,
    "decision_times": trace_decision_time,
    "decision_shares": trace_decision_share,
}
MAIN = {
    "decision_times": "gross_days",
    "decision_shares": "measured_share",
    "allocation_paths": "closing_pence",
    "pooled_positions": "borne_pence",
    "activity_cells": "cost_pence",
    "benefit_cases": "standardised_ratio",
    "benefit_comparisons": "found_count",
    "benefit_lines": "observed_count",
    "benefit_months": "due_share",
    "benefit_practices": "standardised_ratio",
    "benefit_rates": "activity_count",
    "appraisal_budgets": "change_pence",
    "appraisal_changes": "change_pence",
    "appraisal_lines": "amount_pence",
    "appraisal_prices": "cost_pence",
    "appraisal_sensitivities": "low_present_value_pence",
    "appraisal_years": "net_pence",
    "bill_changes": "amount_pence",
    "budget_amendments": "amount_pence",
    "budget_changes": "amount_pence",
    "budget_lines": "amount_pence",
    "budget_previews": "budget_pence",
    "budget_statements": "actual_pence",
    "budget_targets": "budget_pence",
    "ceded_costs": "ceded_pence",
    "chance_bands": "actual_pence",
    "contract_bills": "amount_pence",
    "contract_forms": "baseline_pence",
    "contract_plans": "plan_pence",
    "contract_variations": "baseline_change_pence",
    "costed_activity": "cost_pence",
    "freed_up_resources": "freed_up_pence",
    "gain_shares": "amount_pence",
    "monthly_costs": "cost_pence",
    "neighbourhood_bands": "amount_pence",
    "neighbourhood_shares": "amount_pence",
    "not_attributed": "cost_pence",
    "overspend_years": "variance_pence",
    "pool_movements": "amount_pence",
    "pot_shares": "amount_pence",
    "prescribing_cells": "net_ingredient_cost_pence",
    "prescribing_effects": "amount_pence",
    "prescribing_prices": "change_ratio",
    "restated_months": "now_pence",
    "charged_activity": "charged_pence",
    "invoice_lines": "amount_pence",
    "ledger_positions": "ledger_pence",
    "monitored_totals": "charged_pence",
    "reconciliation_items": "difference_pence",
    "reconciliation_practices": "amount_pence",
    "reconciliation_steps": "amount_pence",
    "tier_statements": "actual_pence",
    "unidentified_prescribers": "net_ingredient_cost_pence",
}
MEASURES = (Kind.PENCE, Kind.COUNT, Kind.RATIO, Kind.NUMBER, Kind.DAYS)


def explain(
    store: Store,
    figure_text: str,
    *,
    policy: Policy | None = None,
    archive: Archive | None = None,
    protection: Protection = PROTECTED,
    held: Held = NOTHING_HELD,
) -> Explanation:
    """This returns how a figure of any published table came about; text that is no figure's id is refused, and why.

    An id without a column explains the main figure of its row. `policy` is the rules with local agreements laid over
    them, else the regime's own; a difference from those the set was made with is told. `archive` keeps tables in memory
    between figures of one statement. Money in pence; records are counted, never shown. Small numbers are protected unless
    `protection` says otherwise: a hidden figure says that it is hidden. They are those of the pages made from the sets `held`.
    """
    archive = archive or Archive(store)
    known = look_up_figure(archive, figure_text)
    published = known.published
    rules = policy or archive.policy(published.receipt.regime)
    rules = rules and with_choices_of(rules, published.receipt)  # a draft explains itself by the values it varied
    rules = rules and with_terms_of(rules, published.receipt)  # and a year end by the agreement it was closed with
    found = replace(known, policy=rules)
    trace = _trace(found)
    records, prices = trace_records(archive, published, query=trace.query) if trace.query else ((), ())
    told = Explanation(
        figure_id=found.id_of(),
        title=title_of(found, tiers=_tiers(found)),
        meaning=found.column.meaning,
        value=found.value,
        kind=found.column.kind,
        is_made_up=published.receipt.is_made_up,
        row=_rest_of(found),
        parts_title=trace.parts_title,
        parts=trace.parts,
        is_sum=trace.is_sum,
        gap=_gap(found, trace),
        sentences=tuple(said for said in (*trace.sentences, *trace.counted) if said),
        rules=trace.rules,
        policy=_values(rules, trace.policy, _day(found)),
        prices=prices,
        records=records,
        receipts=tuple(_receipts(archive, published)),
        warnings=tuple(_warnings(archive, published, rules)),
        tiers=_tiers(found),
    )
    said = tuple(said for said in trace.sentences if said)
    return cover(found, told, sentences=said, protection=protection, held=held)


def look_up_figure(archive: Archive, figure_text: str) -> Found:
    """This returns the row and column that a figure's id names; text that is no figure's id is refused, and why."""
    figure = Figure.parse(figure_text)
    return _look_up(archive, archive.store.at(figure.set_name, figure.set_id), figure)


def query_of_figure(found: Found) -> Query | None:
    """This returns which activity records stand behind a figure, or None where none do."""
    return query_of(found) if found.figure.table == "budget_statements" else _trace(found).query


def _trace(found: Found) -> Trace:
    is_of_case = found.figure.table == "bill_changes" and found.published.name.startswith("appraisal/")
    tracer = trace_case_bill if is_of_case else TRACERS.get(found.figure.table)
    return tracer(found) if tracer else NOTHING


def _look_up(archive: Archive, published: PublishedSet, figure: Figure) -> Found:
    if figure.table not in published.tables:
        raise MissingFigure(
            f"The set {published.name} holds no table {figure.table}.", found=", ".join(published.tables)
        )
    row = archive.row(published, figure.table, figure.key)
    table = ALL[figure.table]
    if row is None or figure.key != tuple(str(row[name]) for name in table.key):  # one row is written in one way
        raise MissingFigure(
            f"There is no such row in {figure.table} of {published.name}.", found="~".join(figure.key),
            expected=f"the key {', '.join(table.key)} of a row that was published",
            remedy="Copy the whole id from the figure_id column.",
        )  # fmt: skip
    return Found(archive, published, figure, row, _column(table, figure.column))


def _column(table: Table, name: str | None) -> Column:
    measures = [column for column in table.columns if column.kind in MEASURES and column.name not in table.key]
    wanted = name or MAIN.get(table.name) or (measures or list(table.columns))[0].name
    if wanted not in table.names:
        raise MissingFigure(f"The table {table.name} has no column {wanted}.", found=", ".join(table.names))
    return table.column(wanted)


def _tiers(found: Found) -> Tiers:
    policy = found.archive.policy(found.published.receipt.regime)
    return tiers_of(policy, on=_day(found)) if policy else Tiers()


def _rest_of(found: Found) -> tuple[Part, ...]:
    key = ALL[found.figure.table].key
    others = [c for c in ALL[found.figure.table].columns if c.name not in (*key, found.column.name)]
    return tuple(
        Part(f"{c.name}: {c.meaning}", found.row[c.name], c.kind) for c in others if found.row[c.name] is not None
    )


def _gap(found: Found, trace: Trace) -> float:
    if not trace.is_sum or not isinstance(found.value, int | float):
        return 0
    amounts = [part.amount for part in trace.parts if isinstance(part.amount, int | float)]
    gap = found.value - sum(amounts)
    return 0 if isinstance(gap, float) and abs(gap) < 1e-6 * max(1.0, abs(found.value)) else gap


def _day(found: Found) -> date:
    """The day whose rules apply: the first of the financial year the figure belongs to."""
    for name in ("financial_year", "list_year", "first_year"):
        if name in found.row:
            return FinancialYear.parse(found.row[name]).start
    for name in ("statement_month", "start_month", "month"):
        if name in found.row:
            return Month.from_number(found.row[name]).financial_year.start
    if found.figure.table in ("decision_times", "decision_shares"):
        return date.fromisoformat(str(found.row.get("submitted_on", found.row["as_at_on"])))
    return date(9999, 1, 1)


def _values(policy: Policy | None, names: tuple[str, ...], on: date) -> tuple[PolicyValue, ...]:
    found = []
    for name in names if policy else ():
        try:
            found.append(policy.value(name, on=on))  # type: ignore[union-attr]  # no names without a policy
        except MissingPolicy:  # the regime has no such rule in that year: nothing to show
            continue
    return tuple(found)


def _warnings(archive: Archive, published: PublishedSet, policy: Policy | None) -> Iterator[str]:
    current = archive.current_id(published.name)
    if current != published.set_id:
        yield f"{published.name} has since been replaced by {current}; this explains the figure as it was."
    made_with = published.receipt.policy
    if policy is not None and made_with and made_with != policy.fingerprint:
        yield f"{OTHER_VALUES} name the same local agreements with --policy."


def _receipts(archive: Archive, published: PublishedSet) -> Iterator[ReceiptShown]:
    """The set, what it was made from, and so on, each once, nearest first."""
    seen: set[tuple[str, str]] = set()
    layer, depth = [published], 0
    while layer:
        below: list[PublishedSet] = []
        for each in layer:
            if (each.name, each.set_id) not in seen:
                seen.add((each.name, each.set_id))
                yield _receipt(archive, each, depth)
                below += archive.inputs(each) if not each.name.startswith("statement/") or depth == 0 else []
        layer, depth = below, depth + 1


def _receipt(archive: Archive, published: PublishedSet, depth: int) -> ReceiptShown:
    receipt = published.receipt
    files = tuple((name, digest) for name, digest in receipt.inputs.items() if len(digest) == 64)
    return ReceiptShown(
        published.name, published.set_id, receipt.flow, receipt.made_at, receipt.version, receipt.engine, receipt.regime,
        receipt.policy, files, depth, archive.current_id(published.name) == published.set_id,
    )  # fmt: skip
