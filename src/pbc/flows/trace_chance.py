"""Walking back from a chance band and from freed-up resources."""

from __future__ import annotations

from pbc.flows import trace_ceded
from pbc.flows.trace import RATIO, Found, Trace, published_part
from pbc.flows.trace_cheque import trace_cheque
from pbc.methods.savings import GAIN_SHARE
from pbc.policy.gain_share import GAIN_SHARE_VALUES
from pbc.reports.contracts import describe_changes
from pbc.reports.explanation import Part

SPECIFICATION = "Chance bands as specified in the study of chance, section 5.2 (decision methods/0160)."
LIMITS = (
    "With B the budget judged, B_act its part paid by activity and c = phi / B_act, the limits are "
    "(B - B_act) + B_act x exp(d -/+ z s), where s = sqrt(ln(1 + g c + t)), d = -0.5 ln(1 + (1 - w2k) c + t) and z = 1.96. "
    "phi is the size of one cheque; g and w2k carry what a budget set on own past inherits of its luck; t is nought for the "
    "chance band and (1 - w)2 tau2 for the outer band, tau being the usual error of the formula. phi as used has been brought "
    "to the year's prices, to the share of the year reached and to the practice's own cost per head. A limit is never a sum "
    "of limits."
)
BASICS = {
    "budget_pence": "Budget to date of the lines that are judged, restated for the actual list. Lines shared out by head are out.",
    "actual_pence": "What the same lines came to, hospital care at the prices the budget was set with.",
    "budget_at_chance_pence": "The part of that budget paid by activity: only there does chance play.",
    "own_change_ratio": "Variance now less what the practice's own earlier years lead one to expect, both less the rest's.",
    "own_change_z": "The same in standard deviations; further than 1.96 either way is outside.",
    "rest_variance_ratio": "Variance of the rest of the commissioner on the same lines: what everybody shares is not yours.",
    "peer_log_ratio": "The log of your actual over budget, less that of the rest.",
    "peer_z": "The same in standard deviations.",
    "formula_error_ratio": "tau, the usual error of a budget formula: how far true need is commonly from the formula's.",
}  # fmt: skip
RISK = (
    "risk.event_cheque_pounds", "risk.formula_error_ratio", "risk.persistence_ratio",
    "risk.need_adjusts_cheque", "risk.least_months", "risk.prescribing_cheque_pounds", "risk.prescribing_drift_ratio",
    "risk.price_index",
)  # fmt: skip


def trace_band(found: Found) -> Trace:
    """This returns how a limit of a chance band, or what it is drawn from, came about."""
    row, name = found.row, found.column.name
    if name == "cheque_pounds":
        return trace_cheque(found)
    parts = [
        found.part("budget_pence", "budget judged (B)"),
        found.part("budget_at_chance_pence", "its part paid by activity (B_act)"),
        found.part("cheque_pounds", f"one cheque, pounds (phi; {row['cheque_source'] or 'source unsaid'})"),
        found.part(
            "formula_error_ratio", f"usual error of the formula (tau; {row['formula_error_source'] or 'source unsaid'})"
        ),
    ]
    ceded, capped = trace_ceded.capped(found, row["unit_code"])
    parts += ceded
    if found.value is not None and name.endswith(("low_pence", "high_pence")) and row["budget_pence"]:
        parts.append(Part("this limit, from budget", found.value / row["budget_pence"] - 1, RATIO))
    said: tuple[str, ...] = (BASICS.get(name, LIMITS),)
    if found.value is None:
        said = (*said, f"Not drawn here: {row['label'].replace('_', ' ')}.")
    policy = (trace_ceded.name_cheque(found), *RISK, *(trace_ceded.names_judged(found) if capped else ()))
    return Trace(
        "From", tuple(parts), sentences=(*said, *capped, row["sentence"]), rules=(SPECIFICATION,),
        policy=tuple(dict.fromkeys(policy)),
    )  # fmt: skip


FREED = {
    "budget_pence": "Budget as set, of the lines that can free money: paid by activity, and prescribing.",
    "actual_pence": "What the same lines came to, on this basis.",
    "gross_underspend_pence": "The underspends of the practices that underspent, before any overspend is set against them.",
    "freed_up_pence": "Budget less actual where that is above nought, netted among practices where the budget is held.",
    "retained_pence": "Freed-up resources times the practices' share, in whole pence; both parts sum to what was freed.",
    "commissioner_pence": "Freed-up resources less what the practices keep.",
    "retained_share": "The share in force on the first day of the year, or agreed locally.",
}
BASES = {
    "price": "On this basis activity counts at its prices.",
    "bill": "On this basis contract terms, such as marginal rates, count as they changed the commissioner's bill this year; blocks "
    "and fixed parts free nothing.",
}


BY_AGREEMENT = (
    "A signed agreement shares it: gate, quality, share and cap stand step by step in the table gain_shares. The label counts "
    "only where the agreement's gate is luck."
)


def trace_freed(found: Found) -> Trace:
    """This returns how freed-up resources, or a part of them, came about."""
    row, name = found.row, found.column.name
    parts: tuple[Part, ...] = (
        found.part("budget_pence", "budget"), found.part("actual_pence", "actual"),
        found.part("gross_underspend_pence", "underspends before overspends"), found.part("freed_up_pence", "freed up"),
        found.part("retained_share", "practices' share"), found.part("retained_pence", "practices keep"),
        found.part("commissioner_pence", "commissioner keeps"),
    )  # fmt: skip
    title, is_sum = "From", False
    if name == "freed_up_pence":
        parts = (found.part("retained_pence", "practices keep"), found.part("commissioner_pence", "commissioner keeps"))
        title, is_sum = "Whose it is", True
    stands = f"Where the year stands against luck: {row['label'].replace('_', ' ')}."
    by_agreement = row["rule"] == GAIN_SHARE
    label = f"{stands} {BY_AGREEMENT if by_agreement else 'The label informs and reduces nothing.'}"
    ceded, capped = trace_ceded.capped(found, row["unit_code"])
    parts += () if is_sum else ceded
    changes = describe_changes(found.archive.frame(found.published, "bill_changes")) if row["basis"] == "bill" else ()
    shared = "This basis is the one shared." if row["is_shared"] else "This basis is shown and not shared."
    names = tuple(
        dict.fromkeys((row["parameter"], "savings.retained_share_rule", "savings.shared_basis", "budgets.held_at"))
    )
    names += tuple(name for name in GAIN_SHARE_VALUES if name != row["parameter"]) if by_agreement else ()
    return Trace(
        title, parts, is_sum=is_sum, sentences=(FREED.get(name, ""), BASES[row["basis"]], *changes, *capped, shared, label),
        rules=(f"Rule {row['rule']}.",), policy=(*names, *trace_ceded.names_judged(found)) if capped else names,
    )  # fmt: skip


def trace_position(found: Found) -> Trace:
    """This returns what a position on the lines judged says; its own lines stand in the statement of the last month."""
    row = found.row
    name = f"statement/{str(row['statement_month'])[:4]}-{str(row['statement_month'])[4:]}"
    statement = found.archive.store.find(name)
    key = (str(row["statement_month"]), row["practice_code"], "year_to_date", "total", "all")
    line = found.archive.row(statement, "budget_statements", key) if statement else None
    parts = () if line is None or statement is None else tuple(
        published_part(statement, "budget_statements", row=line, column=column, label=f"statement: {column}")
        for column in ("budget_pence", "actual_pence")
    )  # fmt: skip
    return Trace("Near it", parts, sentences=(f"{found.column.meaning[0].upper()}{found.column.meaning[1:]}.",))
