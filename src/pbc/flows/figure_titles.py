"""What people call a figure: its measure, its line, its months and whose it is, in words and never in codes."""

from __future__ import annotations

from pbc.flows.trace import Found, Row
from pbc.periods import FinancialYear, Month
from pbc.reference.activity import POINTS_OF_DELIVERY, SERVICES
from pbc.reference.specialties import SPECIALTIES
from pbc.reports import Tiers
from pbc.reports.budgets.values import STEPS
from pbc.reports.material import MADE_UP_MARK
from pbc.reports.sentences import span
from pbc.tables import ALL, POOLED

MEASURES = {
    "actual_pence": "Cost of {}",
    "activity_count": "How many {}",
    "budget_pence": "Budget for {}",
    "variance_pence": "Over or under budget on {}",
    "year_budget_pence": "The year's budget for {}",
    "forecast_outturn_pence": "Expected at the year end of {}",
    "planned_activity": "Planned number of {}",
    "previous_year_pence": "Last year's cost of {}",
    "previous_year_activity": "Last year's number of {}",
}
RULE_TITLES = {
    "R1.4": "Top-slice: what is held back for all practices together",
    "R2.1": "Uplift: every budget is brought to the money of the year",
    "R2.2": "A blend of past activity and fair share",
    "R2.4": "Past activity: the latest available 12 months at this year's prices",
    "R2.11": "Fair share: by the list weighted for need",
    "R2.12": "Pace of change: how fast a budget moves to its fair share",
    "R3.3": "Risk pool: what is put aside for dear cases",
}
ORGANISATIONS = ("practice_code", "unit_code", "provider_code", "commissioner_code")
YEARS = ("financial_year", "list_year")


def title_of(found: Found, *, tiers: Tiers) -> str:
    """This returns the title of a figure, at its end in brackets the table and the set it stands in."""
    stands = f"({found.figure.table.replace('_', ' ')}, {found.published.name})"
    if found.figure.table in ("budget_statements", "tier_statements") and found.column.name in MEASURES:
        month = Month.from_number(found.row["statement_month"])
        measure = MEASURES[found.column.name].format(_lowered(line_title(found)))
        when = month.title if found.row["period"] == "month" else span(month)
        whose = organisation_name(found, str(found.row.get("practice_code") or found.row.get("unit_code")))
        return f"{measure}, {when}, {whose} {stands}"
    words = found.column.name.removesuffix("_pence").replace("_", " ").capitalize()
    said = [_spoken(found, name, tiers) for name in ALL[found.figure.table].key]
    return f"{words}: {', '.join(said)} {stands}"


def line_title(found: Found) -> str:
    """This returns what people call the line of a statement that a figure stands on."""
    cut, item = found.row["cut"], found.row["item"]
    if cut == "provider":
        return f"care at {organisation_name(found, item)}"
    titles = {code: pod.title for code, pod in POINTS_OF_DELIVERY.items()} | {c: s.title for c, s in SERVICES.items()}
    known = {"specialty": SPECIALTIES | {POOLED: "Restricted kinds of care, pooled"}}.get(cut, titles).get(item)
    return known or ("All services" if cut == "total" else item.replace("_", " "))


def organisation_name(found: Found, code: str) -> str:
    """This returns the name of an organisation, else its code; on made-up figures, which say so, without the mark."""
    name = found.archive.names(found.published).get(code, code)
    return name.removesuffix(MADE_UP_MARK) if found.published.receipt.is_made_up else name


def step_title(step: str) -> str:
    """This returns what people call a step of a budget.

    >>> step_title("top_slice"), step_title("amendment_2")
    ('handed back as top-slice', 'amendment 2')
    """
    return STEPS.get(step, step.replace("_", " "))


def rule_in_words(row: Row) -> str:
    """This returns the rule a row cites, by its title.

    >>> rule_in_words({"rule": "R1.4"}), rule_in_words({"rule": "local agreement"})
    ('Top-slice: what is held back for all practices together (rule R1.4).', 'Local agreement.')
    """
    rule = str(row["rule"])
    if rule in RULE_TITLES:
        return f"{RULE_TITLES[rule]} (rule {rule})."
    return f"Rule {rule}." if rule.startswith("R") else f"{rule[:1].upper()}{rule[1:]}."


def _lowered(title: str) -> str:
    first = title.split(maxsplit=1)[0]
    return title if first.isupper() or "&" in first else f"{title[0].lower()}{title[1:]}"


def _spoken(found: Found, name: str, tiers: Tiers) -> str:
    value = str(found.row[name])
    if name in ("month", "statement_month"):
        return Month.from_number(int(value)).title
    if name in YEARS and "-" in value:
        return str(FinancialYear.parse(value))
    if name in ORGANISATIONS or found.row.get("cut") == "provider":
        return organisation_name(found, value)
    if name == "difference_id":
        return value
    if name == "unit_kind":
        return tiers.unit(value)
    titles = {code: pod.title for code, pod in POINTS_OF_DELIVERY.items()} | {c: s.title for c, s in SERVICES.items()}
    return titles.get(value, value.replace("_", " "))
