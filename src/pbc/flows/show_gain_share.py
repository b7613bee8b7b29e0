"""Who keeps what is freed up in a year, gathered for a page: the rule or agreement, what it pays, and labelled examples."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.gain_share import GainFacts, describe_gain_share, share_freed_up
from pbc.flows.gain_terms import TERMS, SignedTerms, lay_terms, told_of_terms
from pbc.flows.gather_statement import named_input, tiers_of, with_ids
from pbc.flows.shelf import in_force, names_of
from pbc.methods.savings import find_gain_agreement, find_split
from pbc.money import pounds_and_pence
from pbc.periods import FinancialYear
from pbc.policy.gain_share import EXAMPLES, GAIN_SHARE_VALUES, example_file
from pbc.policy.policy import Policy, PolicyValue, load_policy
from pbc.reports.gain_share import LAST_STEP, examples_table, shares_table, terms_table
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.view import PageTable
from pbc.results import PublishedSet, Store

RULES = (
    "savings.retained_share_rule", "savings.retained_share", "savings.least_retained_share", "savings.shared_basis",
    "savings.commissioner_deficit_rule",
)  # fmt: skip
NOTHING_TO_WORK_OUT = "No year end yet"
NOTHING = "Nothing payable: no signed agreement."
EXAMPLE_TERMS = "What the terms named would give is shown; none of it is paid."
OTHERWISE = "The newest position was closed by other terms than stand now. The next one is closed by what stands then."
WITHOUT = "The newest position was closed without these terms. The next one is closed by what stands then."


@dataclass(frozen=True)
class GainShareShown:
    """What a page of a year says: whether an agreement is asked for, whether anything is payable, why, and its tables."""

    needs_agreement: bool
    is_payable: bool
    sentences: tuple[str, ...]
    lacks: tuple[str, ...]
    terms: PageTable
    examples: PageTable | None
    paid: Shown | None


def show_gain_share(
    store: Store, *, year: FinancialYear, policy: Policy, signed: SignedTerms | None = None, closed: tuple[str, str] | None = None,
    named: Collection[str] = (),
) -> GainShareShown:  # fmt: skip
    """This returns who keeps what in a year by the policy and, where one was signed on pages, by that agreement's terms.

    `closed` is name and id of the year's newest position that readers see: what it pays stands by holder for the codes
    `named`. Examples stand where an agreement is asked for, each worked out on that position, and nothing is paid by them.
    """
    laid = lay_terms(policy, signed, year=year)
    tiers = tiers_of(policy, on=year.start)
    told = describe_gain_share(laid, on=year.start)
    end = store.at(*closed) if closed else None
    if not told:
        rule = find_split(policy, on=year.start)
        words = f"A national rule says who keeps what: practices keep {float(rule.retained):.0%} of what is freed up."
        said = (
            words if rule.is_payable else "Nothing payable: the rule of the year leaves the share to a local agreement."
        )
        terms = terms_table(_values(policy, year, RULES), name="rules", caption=f"The rule of {year}", tiers=tiers)
        return GainShareShown(False, rule.is_payable, (said,), (), terms, None, None)
    agreement = find_gain_agreement(laid, on=year.start, year_ends_on=year.end)
    sentences = told if agreement.is_payable else (NOTHING, *([EXAMPLE_TERMS] if agreement.terms else []))
    return GainShareShown(
        True, agreement.is_payable, tuple(_and_otherwise(sentences, end, laid, year)), tuple(_title(each) for each in agreement.lacks),
        show_terms(policy, signed, year=year), _examples(end, year, policy), _paid(store, end, named, year) if end else None,
    )  # fmt: skip


def show_terms(policy: Policy, signed: SignedTerms | None, *, year: FinancialYear) -> PageTable:
    """This returns the parts of an agreement that a year has: those of the terms given or, without any, those of the policy."""
    laid = lay_terms(policy, signed, year=year)
    held = [value for value in _named_parts(laid, year) if signed is None or value.name in signed.values]
    caption = f"The agreement of {year}" if held else f"No part of an agreement of {year} is named"
    return terms_table(held, name="terms", caption=caption, tiers=tiers_of(policy, on=year.start))


def _named_parts(policy: Policy, year: FinancialYear) -> list[PolicyValue]:
    return [value for value in _values(policy, year, GAIN_SHARE_VALUES) if not str(value.value).startswith("none ")]


def _title(lack: str) -> str:
    """What is missing as people call it: the value's title, without its name."""
    name, _, title = lack.partition(" (")
    return title.removesuffix(")").replace("_", " ") if name.startswith("savings.") else lack


def _values(policy: Policy, year: FinancialYear, names: Collection[str]) -> list[PolicyValue]:
    found = {value.name: value for value in in_force(policy, year.start)}
    return [found[name] for name in names if name in found]


def _and_otherwise(said: Sequence[str], end: PublishedSet | None, laid: Policy, year: FinancialYear) -> list[str]:
    """What the rules say now, and that a position published was closed by other terms, or by none."""
    closed_by = end.receipt.parameters.get(TERMS) if end else None
    if end is None or closed_by == told_of_terms(laid, year=year).get(TERMS):
        return list(said)
    return [*said, OTHERWISE if closed_by else WITHOUT]


def _paid(store: Store, end: PublishedSet, named: Collection[str], year: FinancialYear) -> Shown | None:
    if "gain_shares" not in end.tables:
        return None
    shared = end.frame("freed_up_resources").filter("is_shared")["basis"].to_list()[:1]
    register = named_input(store, end, kind="register")
    names = names_of(register) if register else {}
    rows = with_ids(end, "gain_shares").filter(pl.col("basis").is_in(shared))
    caption = f"What the terms give in {year}" + ("" if rows["is_payable"].all() else ": shown, not payable")
    return shares_table(rows, name_of=lambda code: names.get(code, code), named=named, caption=caption)


def _examples(end: PublishedSet | None, year: FinancialYear, policy: Policy) -> PageTable:
    own = {title: load_policy(policy.regime, overlays=[example_file(name)]) for name, title in EXAMPLES.items()}
    parts = {title: _named_parts(each, year) for title, each in own.items()}
    gives = {title: _would_give(end, year, each) if end else NOTHING_TO_WORK_OUT for title, each in own.items()}
    return examples_table(parts, gives=gives, tiers=tiers_of(policy, on=year.start))


def _would_give(end: PublishedSet, year: FinancialYear, example: Policy) -> str:
    """What an example would pay all holders together at the best quality score, on the basis shared, or what it lacks."""
    positions, bands = end.frame("budget_positions"), end.frame("chance_bands")
    codes = end.frame("freed_up_resources")["unit_code"].unique()
    facts = {code: GainFacts(quality=1) for code in codes}  # type: ignore[arg-type]  # a whole number is a fraction
    try:
        gain = share_freed_up(positions, bands, year=year, policy=example, facts=facts)
    except RefusedInput as refusal:
        return f"Not worked out: {refusal.found or refusal.what}"
    basis = gain.freed.filter("is_shared")["basis"].to_list()[:1]
    last = gain.tables["gain_shares"].filter((pl.col("step") == LAST_STEP) & pl.col("basis").is_in(basis))
    return pounds_and_pence(int(last["left_pence"].sum()))
