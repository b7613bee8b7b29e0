"""The small print of a statement: rounding, small numbers, how sure each rule value is, and where it all came from."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from pbc.policy.policy import PolicyValue
from pbc.reference.activity import PRESCRIBING_POD
from pbc.reports.amounts import about, percent
from pbc.reports.luck import band_of
from pbc.reports.material import StatementMaterial, Tiers
from pbc.reports.protection import star_means
from pbc.reports.rules_used import rules_used, value_in_words
from pbc.reports.view import Head, PageTable, Paragraph

NO_TIERS = Tiers()  # of pages that name no tier by its kind
STATUS_WORDS = {
    "found": "Found in the source",
    "found_second_hand": "Found at second hand",
    "partial": "Partly found, the rest assumed",
    "assumption": "Assumption",
    "local_agreement": "Local agreement",
    "memory": "From memory, not checked",
}


def describe_notes(material: StatementMaterial, practice_code: str) -> tuple[Paragraph, ...]:
    """This returns the notes at the foot of a statement."""
    return (
        Paragraph("rounding", "How exact these figures are", _exactness(material, practice_code)),
        Paragraph("small", "Small numbers", _small(material, practice_code)),
        Paragraph("payment", "How lines are paid", _payment(material, practice_code)),
        describe_source(material),
    )


ALL_SHOWN = (
    "This copy shows every count and sum, however small, because its reader may see them. A copy left on a desk may point at "
    "a person: do not pass it on, and do not publish it.",
)
PAYMENT = {
    "activity_price": "Activity price: each stay or visit is paid by the tariff.",
    "marginal": "Marginal: above an agreed level only part of the price is paid.",
    "block": "Block: a fixed sum whatever the activity.",
    "cost_and_volume": "Cost and volume: an agreed sum within a corridor, part of the price beyond it.",
    "fixed": "Fixed: the fixed part of an aligned contract, a sum whatever the activity.",
    "variable": "Variable: the elective part of an aligned contract, paid at a percent of its price.",
    "low_volume_block": "Low-volume block: a fixed sum, because so little is done for this commissioner.",
    "apportioned": "Shared out: a sum divided by head, not measured.",
    "local": "Local: a price agreed locally.",
    "mixed": "Mixed: some of it one way, some another, by hospital or kind of care.",
}
MEDICINES = "Prescribing: the net ingredient cost of what was prescribed."
FLOWS = {
    "state_month": "stating the month", "close_year": "closing the year", "set_budgets": "setting budgets",
    "receive_register": "receiving the register",
}  # fmt: skip
ASIDE = re.compile(
    r"\s*\((?:phi|phi_e|tau|rho|docs/[^)]*)\)"
)  # symbols and places in the project, for those who keep it


def in_plain_words(words: str) -> str:
    """This returns the words of a rule value without the symbols and file names that only its keepers need.

    >>> in_plain_words("Size of one cheque (phi) where it is not measured"), in_plain_words("A choice (docs/chance.md), 2017/18")
    ('Size of one cheque where it is not measured', 'A choice, 2017/18')
    """
    return ASIDE.sub("", words)


def _payment(material: StatementMaterial, practice_code: str) -> tuple[str, ...]:
    """Only the forms of payment that stand on the page's kinds of activity."""
    rows = material.of_practice("budget_statements", practice_code).filter(
        (pl.col("cut") == "point_of_delivery") & (pl.col("period") == "year_to_date")
    )
    medicines = rows.filter(pl.col("item") == PRESCRIBING_POD)
    forms = set(rows.filter(pl.col("item") != PRESCRIBING_POD)["payment_form"].to_list())
    return (*(said for form, said in PAYMENT.items() if form in forms), *((MEDICINES,) if medicines.height else ()))


def _exactness(material: StatementMaterial, practice_code: str) -> tuple[str, ...]:
    said = [
        "Pounds on this page are rounded to £100, each on its own, so a rounded column may not add up. "
        "The downloads are in pence and add up exactly."
    ]
    band = band_of(material, unit_kind="practice", unit_code=practice_code)
    size = material.size_of(practice_code)
    if band is not None and band["outer_low_pence"] is not None and band["budget_pence"]:
        budget = band["budget_pence"]
        low, high = (percent(abs(band[f"outer_{end}_pence"] / budget - 1), places=0) for end in ("low", "high"))
        people = f"For a list of {size:,} people" if size else "For a list of this size"
        by_formula = band["outer_high_pence"] != band["chance_high_pence"]
        cause = "the usual error of budget formulas and luck together leave" if by_formula else "luck alone leaves"
        said.append(
            f"{'The budget itself is not exact. ' if by_formula else ''}{people}, {cause} 19 practices in 20 somewhere between "
            f"{low} under and {high} over a budget of {about(budget)}."
        )
    return tuple(said)


def _small(material: StatementMaterial, practice_code: str) -> tuple[str, ...]:
    rule = material.rule
    if rule is None or material.is_own(practice_code):
        return ALL_SHOWN
    near = f" Other counts are rounded to the nearest {rule.nearest}." if rule.nearest > 1 else ""
    return (
        f"{star_means(rule)} Sums of money over so few are hidden with them, also where two statements taken from each other "
        f"would leave them.{near} Money that is shown is exact. Downloads hide the same, as empty cells that are named.",
        "Those entitled in the practice can see all of it.",
    )


def describe_source(material: StatementMaterial) -> Paragraph:
    """This returns the sets behind a page, each with its id, and how to trace a figure."""
    return Paragraph("source", "Where these figures come from", _sources(material))


def _sources(material: StatementMaterial) -> tuple[str, ...]:
    said = (
        ["Made-up data: no figure here describes a real practice, patient or hospital."] if material.is_made_up else []
    )
    for shown in material.sets:
        when = f", made {shown.made_at}" if shown.made_at else ""
        said.append(
            f"{shown.name}, set {shown.set_id}{when}, by {FLOWS.get(shown.flow, shown.flow.replace('_', ' '))}, pbc {shown.version}."
        )
    said.append(
        "Every row of the downloads ends with a figure id. pbc explain followed by the id tells how that figure came about."
    )
    return tuple(said)


def list_policy(material: StatementMaterial, practice_code: str) -> PageTable | None:
    """This returns the rule values that decided a figure of a statement, those not read in a source first, or None."""
    used = rules_used(material, practice_code)
    if not used:
        return None
    ordered = sorted(used, key=lambda value: (not value.is_assumed, value.name))
    body = tuple(
        (
            _title(value, material.tiers),
            value_in_words(value, material.tiers),
            STATUS_WORDS[value.status],
            in_plain_words(value.source),
        )
        for value in ordered
    )
    heads = (Head("Rule value"), Head("Value"), Head("How sure"), Head("Source"))
    assumed = sum(value.is_assumed for value in ordered)
    caption = f"Rule values that decided figures of this statement: {assumed} of {len(ordered)} are assumptions"
    return PageTable("policy", caption, heads, body)


def rules_table(
    values: Sequence[PolicyValue], *, name: str = "rules", caption: str = "The rules used", tiers: Tiers = NO_TIERS
) -> PageTable:
    """This returns rule values as a table to be folded away: what each says, how sure it is, and from where."""
    heads = (Head("Rule"), Head("In force"), Head("How sure"), Head("Source"))
    body = tuple(
        (each.title, value_in_words(each, tiers), STATUS_WORDS[each.status], in_plain_words(each.source))
        for each in values
    )
    return PageTable(name, caption, heads, body, is_background=True)


def _title(value: PolicyValue, tiers: Tiers) -> str:
    return in_plain_words(tiers.said(value.title.replace("_", " ")))
