"""Who keeps what is freed up, as a page says it: what decides it, what is paid by it, and examples signed by nobody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import polars as pl

from pbc.money import pounds_and_pence
from pbc.policy.policy import PolicyValue
from pbc.reports.material import Tiers
from pbc.reports.notes import STATUS_WORDS, in_plain_words
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.rules_used import value_in_words
from pbc.reports.view import Head, PageTable

LAST_STEP = "loss_limit"
PAID = (
    ("benchmark", "Benchmark"), ("actual", "Saved, or lost"), ("quality", "Counts, past gate and floor"), ("share", "Earned"),
    (LAST_STEP, "Paid, below £0 owed"),
)  # fmt: skip
NONE = "Not part of it"
GIVES = "Would give of the newest position"


def shares_table(
    shares: pl.DataFrame, *, name_of: Callable[[str], str], named: Collection[str], caption: str
) -> Shown | None:
    """This returns what terms give each holder and partner on the basis shared, step by step; None where they give nothing.

    Grain in: GAIN_SHARES with figure ids, of the basis that is shared. What stands after each step; a figure explains it.
    """
    own = shares.filter(pl.col("unit_code").is_in(list(named))).sort("unit_code", "partner_code", "step_number")
    body: list[tuple[str, ...]] = []
    figures: dict[tuple[int, int], str] = {}
    for (code, partner), rows in own.group_by("unit_code", "partner_code", maintain_order=True):
        by_step = {row["step"]: row for row in rows.to_dicts()}
        for at, (step, _) in enumerate(PAID, start=1):
            figures[len(body), at] = f"{by_step[step]['figure_id']}:left_pence"
        body.append(
            (f"{name_of(str(code))}: {partner}", *(pounds_and_pence(by_step[step]["left_pence"]) for step, _ in PAID))
        )
    heads = (Head("Holder and partner"), *(Head(words, True) for _, words in PAID))
    return Shown(PageTable("gain-shares", caption, heads, tuple(body)), figures) if body else None


def examples_table(
    examples: Mapping[str, Sequence[PolicyValue]], *, gives: Mapping[str, str], tiers: Tiers
) -> PageTable:  # fmt: skip
    """This returns examples side by side: each part of an agreement as it says it, and what it would give; paid to nobody."""
    parts = list({title_of(value): None for values in examples.values() for value in values})
    said = {name: {title_of(value): _in_words(value, tiers) for value in values} for name, values in examples.items()}
    body: list[tuple[str, ...]] = [(title, *(said[name].get(title, NONE) for name in examples)) for title in parts]
    body.append((GIVES, *(gives[name] for name in examples)))
    heads = (Head("Part of an agreement"), *(Head(name) for name in examples))
    note = "Nothing is payable by these: nobody signed them. They show what an agreement may say, and how sure we are of each value."
    return PageTable("examples", "Examples, signed by nobody", heads, tuple(body), note=note)


def terms_table(values: Sequence[PolicyValue], *, name: str, caption: str, tiers: Tiers) -> PageTable:
    """This returns the parts of an agreement, or of a rule, one a row: what it says, how sure it is, and by what paper."""
    body = tuple(
        (title_of(each), value_in_words(each, tiers), STATUS_WORDS[each.status], in_plain_words(each.source))
        for each in values
    )
    return PageTable(name, caption, (Head("Part"), Head("It says"), Head("How sure"), Head("Source")), body)


def title_of(value: PolicyValue) -> str:
    """This returns a part of an agreement as people call it."""
    return value.title.replace("_", " ")


def _in_words(value: PolicyValue, tiers: Tiers) -> str:
    said: Any = value_in_words(value, tiers)
    return f"{said} ({STATUS_WORDS[value.status].lower()})"
