"""What was planted in the made-up world, held against what the main job found: the test of the tool, told to its reader."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from pbc.flows.completeness import told_left_out
from pbc.money import pounds
from pbc.periods import FinancialYear, Month
from pbc.results import Store

LABELS = {
    "inside_chance": "inside what luck alone does",
    "outside_chance_inside_outer": "outside luck, inside the usual error of the formula",
    "outside_outer": "outside luck and the usual error of the formula",
    "not_judged": "too small to judge",
}
OWN_LABELS = {
    "inside": "no further from its own past than luck goes",
    "outside_below": "below its own past by more than luck explains",
    "outside_above": "above its own past by more than luck explains",
    "not_shown": "without a past to hold it against",
}
Truth = Mapping[str, Any]


def planted_and_found(deliveries: Path, store: Store, year: FinancialYear) -> Iterator[str]:
    """This yields a sentence for each planted truth: what was planted, then what the published sets say."""
    told = json.loads((deliveries / "truths.json").read_text(encoding="utf-8"))
    truths = told.get("planted", {})
    if not truths:
        yield "nothing: a world this small has no room for it"
    tellers = {
        "saving": _saving,
        "lucky": _lucky,
        "charged_wrongly": _charged_wrongly,
        "billed_twice": _billed_twice,
        "late_rows": _late_rows,
        "missing_month": _missing_month,
        "restated_month": _restated_month,
        "university": _unusual,
        "care_home": _unusual,
        "over_referrer": _over_referrer,
    }
    for name, tell in tellers.items():
        if name in truths:
            yield tell(name, truths[name] | {"expected_costs": told["expected_costs"]}, store, year)


def _saving(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    closed = store.current(f"year-end/{year.slug}")
    cluster = truth["cluster_code"]
    members = {name.partition(".")[2] for name in truth if name.startswith("pounds_avoided.")}
    freed = closed.frame("freed_up_resources").filter(
        pl.col("unit_code").is_in([cluster, *members]) & (pl.col("basis") == "price")
    )
    found = pounds(int(freed["freed_up_pence"].sum())) if freed.height else "nothing"
    costs = [
        row for row in truth["expected_costs"] if row["practice_code"] in members and row["financial_year"] == year.slug
    ]
    luck = sum(row["realised_pounds"] - row["expected_pounds"] for row in costs) + truth["pounds_avoided"]
    return (
        f"A real saving in {cluster}: {pounds(round(truth['pounds_avoided'] * 100))} of emergency stays avoided, while luck "
        f"alone made its cost {pounds(abs(round(luck * 100)))} {'more' if luck >= 0 else 'less'}. "
        f"Found: {found} freed up there at price, {_label(store, year, 'cluster', cluster)}."
    )


def _lucky(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    code = truth["practice_code"]
    luck = round((truth["expected_pounds"] - truth["realised_pounds"]) * 100)
    is_lucky = luck >= 0
    return (
        f"{'A lucky' if is_lucky else 'An unlucky'} practice, {code}: {pounds(abs(luck))} {'below' if is_lucky else 'above'} its "
        "true expectation and no saving at all. "
        f"Found: {_label(store, year, 'practice', code)}."
    )


def _label(store: Store, year: FinancialYear, kind: str, code: str) -> str:
    bands = store.current(f"year-end/{year.slug}").frame("chance_bands")
    rows = bands.filter((pl.col("unit_kind") == kind) & (pl.col("unit_code") == code)).to_dicts()
    if not rows:
        return "not judged"
    change = rows[0]["own_change_ratio"]
    own = (
        ""
        if change is None
        else f", and {OWN_LABELS[rows[0]['own_label']]} ({change:+.1%} on its own earlier position)"
    )
    return f"{LABELS[rows[0]['label']]}{own}"


def _charged_wrongly(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    charged, registered = truth["charged_practice_code"], truth["registered_practice_code"]
    found = sum(
        store.current(f"activity/{month}")
        .frame("activity_facts")
        .filter((pl.col("recorded_practice_code") == charged) & (pl.col("practice_code") == registered))
        .height
        for month in year.months()
    )
    return (
        f"{truth[f'contacts.{year.slug}']:,} contacts of {registered} sent in {charged}'s name in {year}. "
        f"Found: {found:,} put back by the register."
    )


def _billed_twice(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    rules = pl.concat(
        [store.current(f"activity/{month}").frame("rejected_rows").select("rule") for month in year.months()]
    )
    refused = rules.filter(pl.col("rule").is_in(["duplicate_key", "already_held"])).height
    return (
        f"{truth['provider_code']} sent {truth['exact_duplicate_rows']} stays twice over and billed "
        f"{truth['billed_again']} again under a new number. Found: {refused} repeated rows refused on the way in; "
        f"{_held_twice(truth['provider_code'], store, year)}."
    )


def _held_twice(provider: str, store: Store, year: FinancialYear) -> str:
    """How many stays of a hospital both sides hold under two numbers, as the year's last reconciliation lists them."""
    reconciled = store.find(f"reconciliation/{Month.of(year.end)}")
    if reconciled is None:
        return "nothing is reconciled"
    twice = pl.col("reason") == "same_stay_in_our_data_too"
    found = reconciled.frame("reconciliation_items").filter(twice & (pl.col("provider_code") == provider))
    return f"the reconciliation lists {found.height} stays of {year} up to the last month invoiced that stand under two numbers"


def _late_rows(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    late = Month.parse(truth["activity_month"])
    stated = store.current(f"statement/{truth['delivered_with']}").frame("restated_months")
    changed = stated.filter(pl.col("month") == late.number)
    more = int((changed["activity_now"] - changed["activity_before"]).sum())
    sent = sum(value for key, value in truth.items() if isinstance(value, int))
    return (
        f"{sent:,} rows of {late.title} came a month late. Found: the next statement opens by saying that "
        f"{more:,} contacts were added to {late.title}."
    )


def _missing_month(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    late = Month.parse(truth["activity_month"])
    left_out = told_left_out(store.current(f"statement/{late}"))
    told = "says that it is partial and leaves it out" if left_out else "did not notice"
    added, _ = _changed(store, late)
    return (
        f"The outpatients of {late.title} came a month late, {truth['rows']:,} rows; a file of headings stood in for them. "
        f"Found: the statement of {late.title} {told}; the next one opens by saying that {added:,} contacts were added to it."
    )


def _restated_month(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    month = Month.parse(truth["activity_month"])
    _, pence = _changed(store, month)
    return (
        f"{truth['provider_code']} sent {truth['rows']:,} follow-ups of {month.title} as first attendances, and sent the file "
        f"again right. Found: the next statement opens by saying that {month.title} cost {pounds(abs(pence))} "
        f"{'less' if pence < 0 else 'more'} than was stated."
    )


def _changed(store: Store, month: Month) -> tuple[int, int]:
    """By how many contacts and how much money the next statement says that a month changed."""
    told = store.current(f"statement/{month.next}").frame("restated_months").filter(pl.col("month") == month.number)
    contacts, cost = (told[now] - told[before] for now, before in _BEFORE_AND_NOW)
    return int(contacts.sum()), int(cost.sum())


_BEFORE_AND_NOW = (("activity_now", "activity_before"), ("now_pence", "before_pence"))


def _unusual(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    code = truth["practice_code"]
    targets = store.current(f"budgets/{year.slug}").frame("budget_targets").filter(pl.col("practice_code") == code)
    notes = [note for note in targets["list_note"].unique().to_list() if note]
    return f"A {name.replace('_', ' ')} practice, {code}. Found: {'; '.join(notes) or 'not flagged'}."


def _over_referrer(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    code = truth["practice_code"]
    cells = pl.concat([store.current(f"cells/{month}").frame("activity_cells") for month in year.months()])
    lists = store.current(f"need/{year.slug}").frame("weighted_lists").filter(pl.col("component") == "general_acute")
    first = (
        cells.filter(pl.col("point_of_delivery") == "OPFA")
        .group_by("practice_code")
        .agg(pl.col("activity_count").sum())
    )
    rates = lists.join(first, on="practice_code").select("practice_code", "activity_count", "weighted_population")
    mine, rest = (rates.filter(pl.col("practice_code") == code), rates.filter(pl.col("practice_code") != code))
    own, others = (
        float(part["activity_count"].sum()) / float(part["weighted_population"].sum()) for part in (mine, rest)
    )
    return (
        f"{code} refers {truth['share']:.0%} too many first outpatients. Found: {own / others:.2f} times the first "
        "attendances per weighted person of everyone else; with one weight a practice, need and habit cannot yet be told apart."
    )
