"""One pool's account: movements in order, the balance after each, and what each holder owes by the year it drew."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from pbc.errors import RefusedInput
from pbc.money import pounds_and_pence, share_out
from pbc.periods import FinancialYear

Unit = tuple[str, str]  # its kind and its code
DRAWN = {"high_cost", "overspend_cover", "returned"}


@dataclass(frozen=True)
class Movement:
    """What moved: money in (above nought) or out, and what it adds to or takes from what a holder owes."""

    kind: str
    unit: Unit
    amount_pence: int
    reason: str
    owed_change_pence: int = 0
    drawn_year: FinancialYear | None = None
    repay_on: date | None = None
    paid_from: str | None = None
    balance_pence: int = 0
    owed_pence: int = 0


@dataclass
class Account:
    """A pool's year. Nothing is drawn that is not there, unless the pool may go below nought; a loan is repaid once."""

    may_go_below_zero: bool = False
    movements: list[Movement] = field(default_factory=list)
    balance_pence: int = 0
    owed: dict[tuple[Unit, FinancialYear], int] = field(default_factory=dict)
    due: dict[FinancialYear, date] = field(default_factory=dict)

    def owed_by(self, unit: Unit) -> int:
        """This returns what a holder owes, of all years it drew in."""
        return sum(pence for (who, _), pence in self.owed.items() if who == unit)

    def pay_in(self, kind: str, unit: Unit, pence: int, *, reason: str) -> None:
        """This writes money paid into the pool that nobody owed it: an opening balance may also be below nought."""
        self._move(Movement(kind, unit, pence, reason))

    def bring_forward(self, unit: Unit, pence: int, *, year: FinancialYear, repay_on: date) -> None:
        """This writes a drawing of an earlier year that is still owed: no money moves."""
        self.due[year] = repay_on
        self._move(Movement("owed_before", unit, 0, f"Drawn in {year} and not yet repaid.", pence, year, repay_on))

    def bear(self, unit: Unit, pence: int, *, reason: str) -> int:
        """This pays what the pool bears for good and returns what the commissioner had to put in first."""
        missing = 0 if self.may_go_below_zero else max(0, pence - self.balance_pence)
        if missing:
            self.pay_in("support", unit, missing, reason="The pool has too little: the commissioner puts in the rest.")
        if pence:
            self.draw("high_cost", unit, pence, reason=reason)
        return missing

    def draw(self, kind: str, unit: Unit, pence: int, *, reason: str) -> None:
        """This writes money that leaves the pool and is owed by nobody; more than there is, is refused."""
        self._move(Movement(kind, unit, -pence, reason))

    def lend(self, wanted: dict[Unit, int], *, year: FinancialYear, repay_on: date, kept_pence: int) -> dict[Unit, int]:
        """This lends for overspends what the pool has beyond `kept_pence`, in proportion where that is too little."""
        there = max(0, self.balance_pence - kept_pence)
        units = sorted(unit for unit, pence in wanted.items() if pence > 0)
        asked = [wanted[unit] for unit in units]
        total = min(there, sum(asked))
        parts = share_out(total, asked, keys=units) if total else [0] * len(units)
        self.due[year] = repay_on
        told = "the whole of it" if total == sum(asked) else "as much as the pool has, in proportion"
        for unit, part in zip(units, parts, strict=True):
            if part:
                reason = f"Lent for an overspend of {pounds_and_pence(wanted[unit])}: {told}."
                self._move(Movement("overspend_cover", unit, -part, reason, part, year, repay_on))
        return dict(zip(units, parts, strict=True))

    def repay(self, unit: Unit, *, paid_from: str, at_most: int | None = None, due_by: date | None = None) -> int:
        """This repays a holder's drawings, oldest first, and returns what was taken; with `due_by` only those due by then."""
        taken = 0
        for who, year in sorted(self.owed, key=lambda each: each[1]):
            is_asked = who == unit and (due_by is None or self.due[year] <= due_by)
            part = self.owed[(who, year)] if is_asked else 0
            part = part if at_most is None else min(part, at_most - taken)
            if part:
                reason = f"Repays what was drawn in {year}{FROM[paid_from]}."
                self._move(Movement("repayment", unit, part, reason, -part, year, self.due[year], paid_from))
                taken += part
        return taken

    def give_back(self, shares: dict[Unit, int], *, kept_pence: int) -> int:
        """This returns what the pool has beyond `kept_pence` to who paid in, in proportion, and gives the sum."""
        spare = max(0, self.balance_pence - kept_pence)
        units = sorted(unit for unit, pence in shares.items() if pence > 0)
        if not spare or not units:
            return 0
        for unit, part in zip(units, share_out(spare, [shares[u] for u in units], keys=units), strict=True):
            self.draw("returned", unit, part, reason="Given back of what is left, in proportion to what was paid in.")
        return spare

    def _move(self, moved: Movement) -> None:
        after = self.balance_pence + moved.amount_pence
        if moved.kind in DRAWN and after < 0 and not self.may_go_below_zero:
            raise RefusedInput(
                "The pool has less than is drawn from it.", where=f"{moved.kind} of {moved.unit[1]}",
                found=pounds_and_pence(-moved.amount_pence), expected=f"at most {pounds_and_pence(self.balance_pence)}",
            )  # fmt: skip
        self.balance_pence = after
        if moved.drawn_year is not None:
            key = (moved.unit, moved.drawn_year)
            self.owed[key] = self.owed.get(key, 0) + moved.owed_change_pence
        self.movements.append(replace(moved, balance_pence=after, owed_pence=self.owed_by(moved.unit)))


FROM = {
    "savings": " from the savings of this year",
    "next_budget": "; it is due, and comes off the next budget",
    "commissioner": "; it is due, and the commissioner pays it",
}
