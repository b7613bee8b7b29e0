"""The three positions of a year's closing: estimate, frozen, final. Each reads further than the one before and says why it moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.cells_held import Deliveries, lines_held
from pbc.flows.past_activity import who_answers
from pbc.flows.statement_inputs import StatementInputs
from pbc.flows.statement_positions import as_budgeted
from pbc.methods.risk.positions import PAID_BY_ACTIVITY
from pbc.methods.savings import POSITIONS, split_release, trace_positions
from pbc.methods.statements.add_up import carry_successions
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.reference.payment_forms import FIXED_FORMS
from pbc.results import PublishedSet, Store

CLOSING_ESTIMATE, FROZEN, FINAL = POSITIONS
_CONTRACT = ["commissioner_code", "provider_code", "point_of_delivery"]


@dataclass(frozen=True)
class Closing:
    """How a year is closed: which deliveries after it count, which position it is, and the position before it.

    `position` is empty where a year is closed outside the three positions, with what is held.
    """

    year: FinancialYear
    position: str
    counted: tuple[Month, ...]
    settling: tuple[Month, ...]
    before: PublishedSet | None

    @property
    def until(self) -> Month:
        """The last month whose delivery may count."""
        return max([Month.of(self.year.end), *self.counted])

    @property
    def names(self) -> list[str]:
        """The names it is published under: its own, and the year's, which is always the closing made last."""
        return [*([position_name(self.year, self.position)] if self.position else []), f"year-end/{self.year.slug}"]

    def awaited(self, held: Mapping[Month, PublishedSet]) -> list[str]:
        """This returns the deliveries that may still change the year."""
        counted = held if self.position in ("", FINAL) else {}
        return [str(month) for month in self.settling if month not in counted]


def position_name(year: FinancialYear, position: str) -> str:
    """This returns the name a position is published under.

    >>> position_name(FinancialYear(2009), "closing_estimate")
    'year-end/2009-10/closing-estimate'
    """
    return f"year-end/{year.slug}/{position.replace('_', '-')}"


def plan_closing(store: Store, *, year: FinancialYear, policy: Policy, position: str | None) -> Closing:
    """This returns how to close a year in a position, or outside all of them.

    Refused: a position that is none, one whose position before was never published, and policy values by which the frozen
    position would read further than the final one.
    """
    march = Month.of(year.end)
    frozen, final = (policy.whole(f"statements.{name}_months", on=year.start) for name in ("freeze", "reconciliation"))
    settling = tuple(march.plus(at + 1) for at in range(final))
    if position is None:
        return Closing(year, "", settling, settling, None)
    if position not in POSITIONS:
        raise RefusedInput("A year has no such position.", found=position, expected=", ".join(POSITIONS))
    if frozen > final:
        raise RefusedInput(
            "The frozen position would read further than the final one.", where="statements.freeze_months",
            found=str(frozen), expected=f"at most {final}, as statements.reconciliation_months",
        )  # fmt: skip
    counted = {CLOSING_ESTIMATE: (), FROZEN: settling[:frozen], FINAL: settling}[position]
    return Closing(year, position, counted, settling, _before(store, year, position))


def _before(store: Store, year: FinancialYear, position: str) -> PublishedSet | None:
    at = POSITIONS.index(position)
    if not at:
        return None
    name = position_name(year, POSITIONS[at - 1])
    found = store.find(name)
    if found is None:
        raise MissingFigure(
            f"The {position.replace('_', ' ')} position of {year} comes after another.", where=position_name(year, position),
            found=f"nothing published as {name}", remedy=f"Close the year as {POSITIONS[at - 1]} first.",
        )  # fmt: skip
    return found


def require_counted(closing: Closing, given: StatementInputs) -> None:
    """This raises `MissingFigure` where a delivery that a position counts was never received."""
    missing = [str(month) for month in closing.counted if month not in given.cells.sets] if closing.position else []
    if missing:
        raise MissingFigure(
            f"The {closing.position.replace('_', ' ')} position of {closing.year} counts deliveries that never came.",
            where=position_name(closing.year, closing.position), found=f"none of {', '.join(missing)}",
            remedy="Receive those deliveries, then close the year.",
        )  # fmt: skip


def position_tables(
    closing: Closing,
    given: StatementInputs,
    *,
    freed: pl.DataFrame,
    positions: pl.DataFrame,
    lines: pl.DataFrame,
    policy: Policy,
    engine: Engine,
) -> dict[str, pl.DataFrame]:
    """This returns the tables that a position adds to a year end: releases, and from the second on the walk to it."""
    if not closing.position:
        return {}
    before = closing.before
    releases = split_release(
        freed, position=closing.position, year=closing.year, policy=policy,
        before=before.frame("year_end_releases") if before else None,
    )  # fmt: skip
    if before is None:
        return {"year_end_releases": releases}
    walks = trace_positions(
        positions, before=before.frame("budget_positions"), late=_late(given, before, lines, engine),
        position=closing.position, year=closing.year,
    )  # fmt: skip
    return {"year_end_releases": releases, "year_end_walks": walks}


def _late(given: StatementInputs, before: PublishedSet, lines: pl.DataFrame, engine: Engine) -> pl.DataFrame:
    """What the deliveries read now and not at the position before brought to lines that can free money, at plan prices."""
    new = {month: found for month, found in given.cells.sets.items() if found.name not in before.receipt.inputs}
    year = given.reach.month.financial_year
    first = Month.of(year.start)
    held = lines_held(Deliveries(new), engine, first=first, last=given.reach.month)
    rows = carry_successions(held, successions=given.successions)
    judged = lines.filter(pl.col("payment_form").is_in(PAID_BY_ACTIVITY)).select("practice_code", "point_of_delivery")
    blocks = given.contract_forms.filter(
        pl.col("payment_form").is_in(FIXED_FORMS) & (pl.col("financial_year") == year.slug)
    )
    kept = (
        rows.join(blocks.select(_CONTRACT), on=_CONTRACT, how="anti")
        .with_columns(as_budgeted(given.profiles))
        .join(judged, on=["practice_code", "point_of_delivery"], how="semi")
    )
    heirs = who_answers(given.successions, on=given.reach.month.end)
    by_heir = kept.with_columns(pl.col("practice_code").replace(heirs))
    return by_heir.group_by("practice_code").agg(pl.col("plan_price_pence").sum())
