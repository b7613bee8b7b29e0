"""A year from its budget to each position of its closing, for a practice, a group or a commissioner: steps that add up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pbc.money import pounds_and_pence
from pbc.reports.material import Tiers
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.view import Head, PageTable
from pbc.reports.year_end import POSITIONS, WALK

Row = dict[str, Any]
OWNER = {"practice": "practice_code", "cluster": "cluster_code", "commissioner": "commissioner_code"}
BUDGET = (
    ("activity_budget_pence", "Budget of hospital care paid by activity"),
    ("prescribing_budget_pence", "Budget of prescribing"),
)
SPENT = (
    ("activity_actual_pence", "Hospital care, at the prices of the budget"),
    ("price_effect_pence", "Prices other than planned"),
    ("prescribing_actual_pence", "Prescribing"),
)
TERMS = "bill_adjustment_pence"


@dataclass(frozen=True)
class YearOf:
    """Whose year it is: a practice, a cluster or a commissioner."""

    kind: str
    code: str


@dataclass(frozen=True)
class Closed:
    """One position as far as it is of somebody, each row with its figure id: practices inside, holders, what is released."""

    position: str
    codes: frozenset[str]
    practices: pl.DataFrame
    holders: pl.DataFrame
    overspends: pl.DataFrame
    releases: pl.DataFrame
    walks: pl.DataFrame

    @classmethod
    def of(cls, position: str, tables: Mapping[str, pl.DataFrame], whose: YearOf) -> Closed:
        """This returns what a position's tables hold of somebody; holders are those whose overspends stand there."""
        inside = tables["budget_positions"].filter(pl.col(OWNER[whose.kind]) == whose.code)
        codes = {*inside["practice_code"], *inside["cluster_code"].drop_nulls()}
        if whose.kind == "practice":
            codes = {whose.code}
        if whose.kind == "cluster":
            codes -= set(inside["cluster_code"]) - {whose.code}

        def held(name: str, column: str = "unit_code") -> pl.DataFrame:
            rows = tables.get(name, pl.DataFrame(schema={column: pl.String}))
            return rows.filter(pl.col(column).is_in(codes))

        freed = held("freed_up_resources")
        walks = held("year_end_walks", "practice_code")
        shared = freed.filter("is_shared") if freed.height else freed
        basis = shared["basis"].to_list()[:1] or ["bill"]
        if walks.height:
            walks = walks.filter(pl.col("basis") == basis[0])
        return cls(
            position, frozenset(codes), inside, shared, held("overspend_years"), held("year_end_releases"), walks
        )

    @property
    def title(self) -> str:
        """This returns the position as people call it."""
        return POSITIONS[self.position]

    def sum(self, name: str) -> int:
        """This returns a column of its practices added up."""
        return int(self.practices[name].fill_null(0).sum()) if name in self.practices.columns else 0

    @property
    def under(self) -> int:
        """This returns what its practices are under budget by on the basis that is shared, each over budget taken off."""
        before_terms = sum(self.sum(name) for name, _ in BUDGET) - sum(self.sum(name) for name, _ in SPENT)
        is_price = "price" in (self.holders["basis"].to_list() if self.holders.height else [])
        return before_terms - (0 if is_price else self.sum(TERMS))


Step = tuple[str, Callable[[Closed], int], Callable[[Closed], str], bool]  # words, amount, figure, whether it is a sum


def walk_table(closed: Sequence[Closed], *, caption: str, tiers: Tiers) -> Shown:
    """This returns the way from budget to what is released, one column for each position; steps add up, to the penny."""
    steps = [*_to_the_bill(), *(_to_release(tiers) if any(each.holders.height for each in closed) else ())]
    kept = [step for step in steps if step[3] or any(step[1](each) for each in closed)]
    body = tuple((words, *(pounds_and_pence(amount(each)) for each in closed)) for words, amount, *_ in kept)
    figures = {
        (at, column): found
        for at, (_, _, figure, _) in enumerate(kept)
        for column, each in enumerate(closed, start=1)
        if (found := figure(each))
    }
    heads = (Head("Step"), *(Head(each.title, True) for each in closed))
    note = "Above £0 is budget, or money freed; below is cost, or money taken. Each sum is of the steps above it."
    sums = tuple(at for at, step in enumerate(kept) if step[3])
    return Shown(PageTable("walk", caption, heads, body, note=note), figures, sums)


def _to_the_bill() -> Iterator[Step]:
    for name, words in BUDGET:
        yield words, _summed(name), _only("practices", name), False
    yield "Budget of lines that can free money", lambda each: sum(each.sum(name) for name, _ in BUDGET), _nowhere, True
    for name, words in SPENT:
        yield words, _summed(name, -1), _only("practices", name), False
    yield "Contract terms, such as marginal rates", _of_terms, _only("practices", TERMS), False
    yield "Under budget, as it is shared", lambda each: each.under, _nowhere, True


def _to_release(tiers: Tiers) -> Iterator[Step]:
    yield (
        "Over budget elsewhere: not set against others' savings",
        lambda each: _held(each, "freed_up_pence") - each.under,
        _only("overspends", "overspend_pence"),
        False,
    )
    yield "Freed up", _of("freed_up_pence"), _only("holders", "freed_up_pence"), True
    words = f"The {tiers.commissioner_short}'s part"
    yield words, _of("commissioner_pence", -1), _only("holders", "commissioner_pence"), False
    yield "Practices keep", _of("retained_pence"), _only("holders", "retained_pence"), True
    for name, said in (
        ("repaid_pence", "Repays the risk pool"),
        ("offset_pence", "Set against overspends of earlier years"),
    ):
        yield said, _of(name, -1, "overspends"), _only("overspends", name), False
    yield "To be released", _of("retained_pence", 1, "releases"), _only("releases", "retained_pence"), True
    for name, said in (
        ("released_pence", "Of it released so far"),
        ("held_back_pence", "Of it held back until the final position"),
        ("over_released_pence", "Released more than this position gives"),
    ):
        yield said, _of(name, 1, "releases"), _only("releases", name), False


def payer_table(closed: Sequence[Closed], pools: Sequence[pl.DataFrame], *, caption: str, tiers: Tiers) -> Shown | None:
    """This returns what a year of budgets leaves who pays, position beside position, to the penny; None before it is shared.

    Its part of what was freed up, less the overspends that fall on it and what it put into the pool. Grain in: of each
    position, POOL_MOVEMENTS of the commissioner. What is nothing in every position has no row, but the first two.
    """
    if not any(each.holders.height for each in closed):
        return None
    payer = tiers.commissioner_short
    told = [
        (words.format(payer=payer), [amount(each, pool) for each, pool in zip(closed, pools, strict=True)])
        for words, amount in PAYER
    ]
    rows = [row for at, row in enumerate(told) if at < ALWAYS or any(row[1])]
    rows.append(
        (
            f"What the year's budgets leave the {payer}",
            [sum(each) for each in zip(*(row[1] for row in told), strict=True)],
        )
    )
    body = tuple((words, *map(pounds_and_pence, amounts)) for words, amounts in rows)
    heads = (Head("Step"), *(Head(each.title, True) for each in closed))
    note = "Above £0 the budgets leave something over; below, they cost more than was set aside for them."
    return Shown(PageTable("payer", caption, heads, body, note=note, has_total=True), {})


def _moved(pool: pl.DataFrame, kind: str, paid_from: str | None) -> int:
    rows = pool.filter(pl.col("kind") == kind, pl.col("paid_from").eq_missing(paid_from))
    return int(rows["amount_pence"].sum())


ALWAYS = 2
PAYER: tuple[tuple[str, Callable[[Closed, pl.DataFrame], int]], ...] = (
    ("The {payer}'s part of what was freed up", lambda each, _: _held(each, "commissioner_pence")),
    ("Overspends left with the {payer}", lambda each, _: -_held(each, "commissioner_pence", "overspends")),
    ("Overspends carried on, until savings meet them", lambda each, _: -_held(each, "carried_pence", "overspends")),
    ("Savings set against overspends of earlier years", lambda each, _: _held(each, "offset_pence", "overspends")),
    ("Put into the risk pool, which had too little", lambda _, pool: -_moved(pool, "support", None)),
    ("Repaid to the risk pool in holders' place", lambda _, pool: -_moved(pool, "repayment", "commissioner")),
)


def _summed(name: str, sign: int = 1) -> Callable[[Closed], int]:
    return lambda each: sign * each.sum(name)


def _of_terms(each: Closed) -> int:
    under = sum(each.sum(name) for name, _ in BUDGET) - sum(each.sum(name) for name, _ in SPENT)
    return each.under - under


def _held(each: Closed, name: str, table: str = "holders") -> int:
    rows: pl.DataFrame = getattr(each, table)
    return int(rows[name].sum()) if rows.height else 0


def _of(name: str, sign: int = 1, table: str = "holders") -> Callable[[Closed], int]:
    return lambda each: sign * _held(each, name, table)


def _only(table: str, name: str) -> Callable[[Closed], str]:
    """The figure of a column, where one row alone gives it."""

    def figure(each: Closed) -> str:
        rows: pl.DataFrame = getattr(each, table)
        if rows.height != 1 or rows[name][0] is None:
            return ""
        return f"{rows['figure_id'][0]}:{name}"

    return figure


def _nowhere(each: Closed) -> str:
    return ""


def moves_table(closed: Sequence[Closed], *, caption: str) -> Shown | None:
    """This returns why each later position differs from the one before it, on the basis that is shared; or None."""
    later = [each for each in closed if each.walks.height]
    if not later:
        return None
    ends = (*list(WALK)[:1], *list(WALK)[-1:])
    told = [name for name in WALK if name in ends or any(each.walks[name].sum() for each in later)]
    body = tuple((WALK[name], *(pounds_and_pence(int(each.walks[name].sum())) for each in later)) for name in told)
    figures = {
        (at, column): found
        for at, name in enumerate(told)
        for column, each in enumerate(later, start=1)
        if (found := _only("walks", name)(each))
    }
    heads = (Head("Step"), *(Head(f"To {each.title.lower()}", True) for each in later))
    note = "Above £0 is under budget. The steps add up, to the penny; what moved nothing is left out."
    return Shown(PageTable("moves", caption, heads, body, note=note, has_total=True), figures)


HOLDER = (
    ("budget_pence", "Budget"), ("actual_pence", "Cost"), ("freed_up_pence", "Freed up"), ("retained_pence", "Practices keep"),
    ("commissioner_pence", "Stays with who pays"),
)  # fmt: skip


def holders_table(
    newest: Closed, *, name_of: Callable[[str], str], named: Collection[str], links: Mapping[str, str]
) -> Shown | None:
    """This returns each budget holder at the newest position that is among the codes `named`, led to by `links`; or None."""
    rows = newest.holders.filter(pl.col("unit_code").is_in(list(named))).sort("unit_code").to_dicts()
    if not rows:
        return None
    body = tuple((name_of(row["unit_code"]), *(pounds_and_pence(row[name]) for name, _ in HOLDER)) for row in rows)
    figures = {
        (at, column): f"{row['figure_id']}:{name}"
        for at, row in enumerate(rows)
        for column, (name, _) in enumerate(HOLDER, start=1)
    }
    heads = (Head("Budget holder"), *(Head(words, True) for _, words in HOLDER))
    table = PageTable(
        "holders", f"Budget holders, {newest.title.lower()}", heads, body,
        links={name_of(code): links[code] for row in rows if (code := row["unit_code"]) in links},
    )  # fmt: skip
    return Shown(table, figures)
