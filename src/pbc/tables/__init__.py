"""THE HALLWAY: one file per table, each with its grain, key, columns, units and checks."""

from pbc.tables.activity_cells import ACTIVITY_CELLS
from pbc.tables.activity_facts import ACTIVITY_FACTS
from pbc.tables.age_sex_weights import AGE_SEX_WEIGHTS
from pbc.tables.allocation_paths import ALLOCATION_PATHS
from pbc.tables.allocations import ALLOCATIONS
from pbc.tables.appraisal_budgets import APPRAISAL_BUDGETS
from pbc.tables.appraisal_changes import APPRAISAL_CHANGES
from pbc.tables.appraisal_lines import APPRAISAL_LINES
from pbc.tables.appraisal_payers import APPRAISAL_PAYERS
from pbc.tables.appraisal_prices import APPRAISAL_PRICES
from pbc.tables.appraisal_results import APPRAISAL_RESULTS
from pbc.tables.appraisal_sensitivities import APPRAISAL_SENSITIVITIES
from pbc.tables.appraisal_years import APPRAISAL_YEARS
from pbc.tables.attendances import ATTENDANCES
from pbc.tables.benefit_cases import BENEFIT_CASES
from pbc.tables.benefit_comparisons import BENEFIT_COMPARISONS
from pbc.tables.benefit_lines import BENEFIT_LINES
from pbc.tables.benefit_months import BENEFIT_MONTHS
from pbc.tables.benefit_practices import BENEFIT_PRACTICES
from pbc.tables.benefit_rates import BENEFIT_RATES
from pbc.tables.bill_adjustments import BILL_ADJUSTMENTS
from pbc.tables.bill_changes import BILL_CHANGES
from pbc.tables.budget_adjustments import BUDGET_ADJUSTMENTS
from pbc.tables.budget_amendments import BUDGET_AMENDMENTS
from pbc.tables.budget_changes import BUDGET_CHANGES
from pbc.tables.budget_lines import BUDGET_LINES
from pbc.tables.budget_positions import BUDGET_POSITIONS
from pbc.tables.budget_previews import BUDGET_PREVIEWS
from pbc.tables.budget_profiles import BUDGET_PROFILES
from pbc.tables.budget_protections import BUDGET_PROTECTIONS
from pbc.tables.budget_statements import BUDGET_STATEMENTS
from pbc.tables.budget_targets import BUDGET_TARGETS
from pbc.tables.case_activity_changes import CASE_ACTIVITY_CHANGES
from pbc.tables.case_costs import CASE_COSTS
from pbc.tables.case_events import CASE_EVENTS
from pbc.tables.case_money import CASE_MONEY
from pbc.tables.case_options import CASE_OPTIONS
from pbc.tables.ceded_costs import CEDED_COSTS
from pbc.tables.chance_bands import CHANCE_BANDS
from pbc.tables.charged_activity import CHARGED_ACTIVITY
from pbc.tables.commissioner_resources import COMMISSIONER_RESOURCES
from pbc.tables.contract import Column, Kind, Table
from pbc.tables.contract_bills import CONTRACT_BILLS
from pbc.tables.contract_forms import CONTRACT_FORMS
from pbc.tables.contract_plans import CONTRACT_PLANS
from pbc.tables.contract_variations import CONTRACT_VARIATIONS
from pbc.tables.contracts import CONTRACTS
from pbc.tables.costed_activity import COSTED_ACTIVITY
from pbc.tables.data_ages import DATA_AGES
from pbc.tables.decision_calendar import DECISION_CALENDAR
from pbc.tables.decision_meetings import DECISION_MEETINGS
from pbc.tables.decision_shares import DECISION_SHARES
from pbc.tables.decision_times import DECISION_TIMES
from pbc.tables.episodes import EPISODES
from pbc.tables.freed_up_resources import FREED_UP_RESOURCES
from pbc.tables.gain_shares import GAIN_SHARES
from pbc.tables.hierarchy_notes import HIERARCHY_NOTES
from pbc.tables.invoice_lines import INVOICE_LINES
from pbc.tables.invoices import INVOICES
from pbc.tables.ledger_entries import LEDGER_ENTRIES
from pbc.tables.ledger_positions import LEDGER_POSITIONS
from pbc.tables.membership_sources import MEMBERSHIP_SOURCES
from pbc.tables.memberships import MEMBERSHIPS
from pbc.tables.monitored_totals import MONITORED_TOTALS
from pbc.tables.monthly_costs import MONTHLY_COSTS
from pbc.tables.neighbourhood_bands import NEIGHBOURHOOD_BANDS
from pbc.tables.neighbourhood_shares import NEIGHBOURHOOD_SHARES
from pbc.tables.not_attributed import NOT_ATTRIBUTED
from pbc.tables.organisation_changes import ORGANISATION_CHANGES
from pbc.tables.organisation_sources import ORGANISATION_SOURCES
from pbc.tables.organisations import ORGANISATIONS
from pbc.tables.overspend_years import OVERSPEND_YEARS
from pbc.tables.person_pairs import PERSON_PAIRS
from pbc.tables.person_spread import PERSON_SPREAD
from pbc.tables.pool_movements import POOL_MOVEMENTS
from pbc.tables.pooled_lines import POOLED_LINES
from pbc.tables.pooled_positions import POOLED_POSITIONS
from pbc.tables.pooled_spending import POOLED_SPENDING
from pbc.tables.pot_exceptions import POT_EXCEPTIONS
from pbc.tables.pot_shares import POT_SHARES
from pbc.tables.practices import PRACTICES
from pbc.tables.prescribing_budgets import PRESCRIBING_BUDGETS
from pbc.tables.prescribing_cells import PRESCRIBING_CELLS
from pbc.tables.prescribing_effects import PRESCRIBING_EFFECTS
from pbc.tables.prescribing_prices import PRESCRIBING_PRICES
from pbc.tables.prescriptions import PRESCRIPTIONS
from pbc.tables.provider_factors import PROVIDER_FACTORS
from pbc.tables.reconciliation_items import RECONCILIATION_ITEMS
from pbc.tables.reconciliation_practices import RECONCILIATION_PRACTICES
from pbc.tables.reconciliation_steps import RECONCILIATION_STEPS
from pbc.tables.referrals import REFERRALS
from pbc.tables.registered_lists import REGISTERED_LISTS
from pbc.tables.registrations import REGISTRATIONS
from pbc.tables.rejected_rows import REJECTED_ROWS
from pbc.tables.restated_months import RESTATED_MONTHS
from pbc.tables.spells import SPELLS
from pbc.tables.tariff_prices import TARIFF_PRICES
from pbc.tables.tier_statements import TIER_STATEMENTS
from pbc.tables.unidentified_prescribers import UNIDENTIFIED_PRESCRIBERS
from pbc.tables.variance_splits import VARIANCE_SPLITS
from pbc.tables.weighted_lists import WEIGHTED_LISTS
from pbc.tables.year_end_releases import YEAR_END_RELEASES
from pbc.tables.year_end_walks import YEAR_END_WALKS

UNPLACED = "not-attributed"  # practice_code of activity no practice answers for
POOLED = "pooled"  # specialty and price group of legally restricted activity
OPEN_END = "9999-12-31"  # ends_before of a period that has not ended

ALL: dict[str, Table] = {
    table.name: table
    for table in (
        ACTIVITY_CELLS,
        ACTIVITY_FACTS,
        AGE_SEX_WEIGHTS,
        ALLOCATIONS,
        ALLOCATION_PATHS,
        APPRAISAL_BUDGETS,
        APPRAISAL_CHANGES,
        APPRAISAL_LINES,
        APPRAISAL_PAYERS,
        APPRAISAL_PRICES,
        APPRAISAL_RESULTS,
        APPRAISAL_SENSITIVITIES,
        APPRAISAL_YEARS,
        ATTENDANCES,
        BENEFIT_CASES,
        BENEFIT_COMPARISONS,
        BENEFIT_LINES,
        BENEFIT_MONTHS,
        BENEFIT_PRACTICES,
        BENEFIT_RATES,
        BILL_ADJUSTMENTS,
        BILL_CHANGES,
        BUDGET_ADJUSTMENTS,
        BUDGET_AMENDMENTS,
        BUDGET_CHANGES,
        BUDGET_LINES,
        BUDGET_POSITIONS,
        BUDGET_PREVIEWS,
        BUDGET_PROFILES,
        BUDGET_PROTECTIONS,
        BUDGET_STATEMENTS,
        BUDGET_TARGETS,
        CASE_ACTIVITY_CHANGES,
        CASE_COSTS,
        CASE_MONEY,
        CASE_OPTIONS,
        CASE_EVENTS,
        CEDED_COSTS,
        CHANCE_BANDS,
        CHARGED_ACTIVITY,
        COMMISSIONER_RESOURCES,
        CONTRACTS,
        CONTRACT_BILLS,
        CONTRACT_FORMS,
        CONTRACT_PLANS,
        CONTRACT_VARIATIONS,
        COSTED_ACTIVITY,
        DATA_AGES,
        DECISION_CALENDAR,
        DECISION_MEETINGS,
        DECISION_SHARES,
        DECISION_TIMES,
        EPISODES,
        FREED_UP_RESOURCES,
        GAIN_SHARES,
        HIERARCHY_NOTES,
        INVOICES,
        INVOICE_LINES,
        LEDGER_ENTRIES,
        LEDGER_POSITIONS,
        MEMBERSHIPS,
        MEMBERSHIP_SOURCES,
        MONITORED_TOTALS,
        MONTHLY_COSTS,
        NEIGHBOURHOOD_BANDS,
        NEIGHBOURHOOD_SHARES,
        NOT_ATTRIBUTED,
        ORGANISATIONS,
        ORGANISATION_CHANGES,
        ORGANISATION_SOURCES,
        OVERSPEND_YEARS,
        PERSON_PAIRS,
        PERSON_SPREAD,
        POOLED_LINES,
        POOLED_POSITIONS,
        POOLED_SPENDING,
        POOL_MOVEMENTS,
        POT_EXCEPTIONS,
        POT_SHARES,
        PRACTICES,
        PRESCRIBING_BUDGETS,
        PRESCRIBING_CELLS,
        PRESCRIBING_EFFECTS,
        PRESCRIBING_PRICES,
        PRESCRIPTIONS,
        PROVIDER_FACTORS,
        RECONCILIATION_ITEMS,
        RECONCILIATION_PRACTICES,
        RECONCILIATION_STEPS,
        REFERRALS,
        REGISTERED_LISTS,
        REGISTRATIONS,
        REJECTED_ROWS,
        RESTATED_MONTHS,
        SPELLS,
        TARIFF_PRICES,
        TIER_STATEMENTS,
        UNIDENTIFIED_PRESCRIBERS,
        VARIANCE_SPLITS,
        WEIGHTED_LISTS,
        YEAR_END_RELEASES,
        YEAR_END_WALKS,
    )
}

__all__ = [
    "ACTIVITY_CELLS",
    "ACTIVITY_FACTS",
    "AGE_SEX_WEIGHTS",
    "ALL",
    "ALLOCATIONS",
    "ALLOCATION_PATHS",
    "APPRAISAL_BUDGETS",
    "APPRAISAL_CHANGES",
    "APPRAISAL_LINES",
    "APPRAISAL_PAYERS",
    "APPRAISAL_PRICES",
    "APPRAISAL_RESULTS",
    "APPRAISAL_SENSITIVITIES",
    "APPRAISAL_YEARS",
    "ATTENDANCES",
    "BENEFIT_CASES",
    "BENEFIT_COMPARISONS",
    "BENEFIT_LINES",
    "BENEFIT_MONTHS",
    "BENEFIT_PRACTICES",
    "BENEFIT_RATES",
    "BILL_ADJUSTMENTS",
    "BILL_CHANGES",
    "BUDGET_ADJUSTMENTS",
    "BUDGET_AMENDMENTS",
    "BUDGET_CHANGES",
    "BUDGET_LINES",
    "BUDGET_POSITIONS",
    "BUDGET_PREVIEWS",
    "BUDGET_PROFILES",
    "BUDGET_PROTECTIONS",
    "BUDGET_STATEMENTS",
    "BUDGET_TARGETS",
    "CASE_ACTIVITY_CHANGES",
    "CASE_COSTS",
    "CASE_EVENTS",
    "CASE_MONEY",
    "CASE_OPTIONS",
    "CEDED_COSTS",
    "CHANCE_BANDS",
    "CHARGED_ACTIVITY",
    "COMMISSIONER_RESOURCES",
    "CONTRACTS",
    "CONTRACT_BILLS",
    "CONTRACT_FORMS",
    "CONTRACT_PLANS",
    "CONTRACT_VARIATIONS",
    "COSTED_ACTIVITY",
    "DATA_AGES",
    "DECISION_CALENDAR",
    "DECISION_MEETINGS",
    "DECISION_SHARES",
    "DECISION_TIMES",
    "EPISODES",
    "FREED_UP_RESOURCES",
    "GAIN_SHARES",
    "HIERARCHY_NOTES",
    "INVOICES",
    "INVOICE_LINES",
    "LEDGER_ENTRIES",
    "LEDGER_POSITIONS",
    "MEMBERSHIPS",
    "MEMBERSHIP_SOURCES",
    "MONITORED_TOTALS",
    "MONTHLY_COSTS",
    "NEIGHBOURHOOD_BANDS",
    "NEIGHBOURHOOD_SHARES",
    "NOT_ATTRIBUTED",
    "OPEN_END",
    "ORGANISATIONS",
    "ORGANISATION_CHANGES",
    "ORGANISATION_SOURCES",
    "OVERSPEND_YEARS",
    "PERSON_PAIRS",
    "PERSON_SPREAD",
    "POOLED",
    "POOLED_LINES",
    "POOLED_POSITIONS",
    "POOLED_SPENDING",
    "POOL_MOVEMENTS",
    "POT_EXCEPTIONS",
    "POT_SHARES",
    "PRACTICES",
    "PRESCRIBING_BUDGETS",
    "PRESCRIBING_CELLS",
    "PRESCRIBING_EFFECTS",
    "PRESCRIBING_PRICES",
    "PRESCRIPTIONS",
    "PROVIDER_FACTORS",
    "RECONCILIATION_ITEMS",
    "RECONCILIATION_PRACTICES",
    "RECONCILIATION_STEPS",
    "REFERRALS",
    "REGISTERED_LISTS",
    "REGISTRATIONS",
    "REJECTED_ROWS",
    "RESTATED_MONTHS",
    "SPELLS",
    "TARIFF_PRICES",
    "TIER_STATEMENTS",
    "UNIDENTIFIED_PRESCRIBERS",
    "UNPLACED",
    "VARIANCE_SPLITS",
    "WEIGHTED_LISTS",
    "YEAR_END_RELEASES",
    "YEAR_END_WALKS",
    "Column",
    "Kind",
    "Table",
]
