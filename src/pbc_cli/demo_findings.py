"""What was planted in the made-up world, held against what the main job found: the test of the tool, told to its reader."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from pbc.money import pounds
from pbc.periods import FinancialYear, Month
from pbc.results import Store

LABELS = {
    "inside_chance": "inside what luck alone does",
    "outside_chance_inside_outer": "outside luck, inside the usual error of the formula",
    "outside_outer": "outside luck and the usual error of the formula",
    "not_judged": "too small to judge",
}
Truth = Mapping[str, Any]


def planted_and_found(deliveries: Path, store: Store, year: FinancialYear) -> Iterator[str]:
    """This yields a sentence for each planted truth: what was planted, then what the published sets say."""
    truths = json.loads((deliveries / "truths.json").read_text(encoding="utf-8")).get("planted", {})
    tellers = {
        "saving": _saving,
        "lucky": _lucky,
        "charged_wrongly": _charged_wrongly,
        "billed_twice": _billed_twice,
        "late_rows": _late_rows,
        "university": _unusual,
        "care_home": _unusual,
        "over_referrer": _over_referrer,
    }
    for name, tell in tellers.items():
        if name in truths:
            yield tell(name, truths[name], store, year)


def _saving(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    closed = store.current(f"year-end/{year.slug}")
    cluster = truth["cluster_code"]
    freed = closed.frame("freed_up_resources").filter((pl.col("unit_code") == cluster) & (pl.col("basis") == "price"))
    found = pounds(int(freed["freed_up_pence"].sum())) if freed.height else "nothing"
    return (
        f"A real saving in {cluster}: {pounds(round(truth['pounds_avoided'] * 100))} of emergency stays avoided. "
        f"Found: {found} freed up there at price, {_label(store, year, 'cluster', cluster)}."
    )


def _lucky(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    code = truth["practice_code"]
    luck = round((truth["expected_pounds"] - truth["realised_pounds"]) * 100)
    return (
        f"A lucky practice, {code}: {pounds(luck)} below its true expectation and no saving at all. "
        f"Found: {_label(store, year, 'practice', code)}."
    )


def _label(store: Store, year: FinancialYear, kind: str, code: str) -> str:
    bands = store.current(f"year-end/{year.slug}").frame("chance_bands")
    row = bands.filter((pl.col("unit_kind") == kind) & (pl.col("unit_code") == code))
    return LABELS[row["label"][0]] if row.height else "not judged"


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
        f"{truth['billed_again']} again under a new number. Found: {refused} repeated rows refused on the way in; the "
        "re-billed ones wait for the challenge rules."
    )


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


def _unusual(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    code = truth["practice_code"]
    targets = store.current(f"budgets/{year.slug}").frame("budget_targets").filter(pl.col("practice_code") == code)
    notes = [note for note in targets["list_note"].unique().to_list() if note]
    return f"A {name.replace('_', ' ')} practice, {code}. Found: {'; '.join(notes) or 'not flagged'}."


def _over_referrer(name: str, truth: Truth, store: Store, year: FinancialYear) -> str:
    code = truth["practice_code"]
    split = store.current(f"statement/{Month.of(year.end)}").frame("variance_splits")
    first = split.filter((pl.col("practice_code") == code) & (pl.col("point_of_delivery") == "OPFA"))
    found = pounds(int(first["volume_pence"].sum()))
    return (
        f"{code} refers {truth['share']:.0%} too many first outpatients. Found: {found} of its first-attendance variance "
        "is volume per head."
    )
