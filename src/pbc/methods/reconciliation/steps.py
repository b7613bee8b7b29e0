"""The steps of a reconciliation in their order, the differences they name, and the id by which a difference is known."""

from __future__ import annotations

from dataclasses import dataclass

from pbc.periods import FinancialYear

NO_PROVIDER = "none"  # provider_code of ledger entries that name no hospital


@dataclass(frozen=True)
class ReconciliationStep:
    """One step: its name, whether it is a difference or the sum so far, its rule and what it does in a sentence."""

    name: str
    kind: str
    rule: str
    reason: str


_COST, _SUM, _NAMED, _NOT, _LEDGER = "cost", "sum", "named", "unexplained", "ledger"
STEPS = {
    step.name: step
    for step in (
        ReconciliationStep("costed_activity", _COST, "8.2", "What the activity we hold costs at the year's prices."),
        ReconciliationStep("contract_terms", _COST, "8.2 P8", "What marginal rates, blocks and other terms add or take."),
        ReconciliationStep("bill", _SUM, "8.2", "The bill by contract: the sum of the two."),
        ReconciliationStep("terms_difference", _NAMED, "8.2 P8", "Block sums and terms invoiced otherwise than the contract has them."),
        ReconciliationStep("on_account", _NAMED, "8.3", "Charged on account less what the activity of those months costs."),
        ReconciliationStep("price_difference", _NAMED, "8.3 V10, V11", "Charged at another price than the tariff's, record by record."),
        ReconciliationStep("not_our_patient", _NAMED, "8.3 V1", "Charged for patients another commissioner pays for."),
        ReconciliationStep("wrong_practice", _NAMED, "8.3 V1", "Charged to another practice than answers for the patient: nothing in sum."),
        ReconciliationStep("billed_twice", _NAMED, "8.3 V2", "Charged again for what was charged already."),
        ReconciliationStep("not_in_our_data", _NAMED, "8.3 V16", "Charged for activity that no delivery of ours holds."),
        ReconciliationStep("not_charged", _NAMED, "8.3", "Activity we hold that nobody has charged."),
        ReconciliationStep("late_data", _NAMED, "8.3 V15", "Charged as the data first came, before a late or restated delivery."),
        ReconciliationStep("drugs_and_devices", _NAMED, "8.2 P9", "Drugs and devices outside the tariff."),
        ReconciliationStep("agreed_adjustment", _NAMED, "8.2", "Adjustments both sides have signed."),
        ReconciliationStep("unexplained", _NOT, "none", "What nobody can explain yet."),
        ReconciliationStep("invoiced", _SUM, "none", "What was invoiced, but for settlements: the sum so far."),
        ReconciliationStep("posting_difference", _LEDGER, "none", "Invoices not in the ledger, twice there or otherwise."),
        ReconciliationStep("accrued", _LEDGER, "none", "Accruals in the ledger, less what was reversed."),
        ReconciliationStep("prepaid", _LEDGER, "none", "Prepayments in the ledger, less what was reversed; they take away."),
        ReconciliationStep("settlement", _LEDGER, "none", "Settlements invoiced for the year."),
        ReconciliationStep("journals", _LEDGER, "none", "Other entries, made by hand."),
        ReconciliationStep("ledger", _SUM, "none", "What the ledger shows: the sum of all steps."),
    )
}  # fmt: skip
SEQUENCE = {name: at for at, name in enumerate(STEPS, start=1)}
NAMED = tuple(step.name for step in STEPS.values() if step.kind == _NAMED)
DIFFERENCES = (*NAMED, "unexplained")
OF_LEDGER = tuple(step.name for step in STEPS.values() if step.kind == _LEDGER)
OWED_BESIDE = ("drugs_and_devices", "agreed_adjustment")  # differences that are owed, beside the bill

STEP_OF_REASON = {
    "another_price": "price_difference",
    "another_price_group": "price_difference",
    "another_kind_of_activity": "price_difference",
    "another_commissioner_pays": "not_our_patient",
    "practice_of_another_commissioner": "not_our_patient",
    "record_charged_again": "billed_twice",
    "same_stay_another_number": "billed_twice",
    "same_stay_in_our_data_too": "billed_twice",
    "in_another_month_or_kind": "not_in_our_data",
    "no_such_record": "not_in_our_data",
    "no_charge": "not_charged",
    "delivered_late": "late_data",
    "changed_since": "late_data",
    "moved_since": "late_data",
    "taken_back_since": "late_data",
}


def name_difference(year: FinancialYear, side: tuple[str, str], *, step: str, item: str = "") -> str:
    """This returns the id of a difference, or of one item behind it: the same in every run, whatever else changes.

    >>> name_difference(FinancialYear(2009), ("ZP1", "ZH1"), step="billed_twice", item="APC.123")
    '2009-10.ZP1.ZH1.billed_twice.APC.123'
    """
    return ".".join(part for part in (year.slug, *side, step, item) if part)
