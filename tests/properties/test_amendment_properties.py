"""Amendments, whatever their order: money is conserved to the penny apart from named outside sources, the past never moves."""

from __future__ import annotations

import polars as pl
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pbc.errors import RefusedInput
from pbc.methods.budgets.amend import amend_lines, amend_profiles, amend_targets
from pbc.methods.budgets.amendments import OUTSIDE, require_amendments
from pbc.methods.statements.profile import profile_budgets
from pbc.periods import FinancialYear
from pbc.tables import BUDGET_AMENDMENTS, BUDGET_LINES, BUDGET_TARGETS

YEAR = FinancialYear(2009)
MONTHS = list(YEAR.months())
PRACTICES, SERVICES = ("A", "B", "C"), ("outpatients", "prescribing")
PAYERS = pl.DataFrame({"practice_code": PRACTICES, "commissioner_code": ["ZP1"] * 3})
START = {(code, service): 10_007 * (at + 1) for code in PRACTICES for at, service in enumerate(SERVICES)}
lines_of = st.tuples(st.sampled_from(PRACTICES), st.sampled_from(SERVICES))
pence = st.integers(-30_000, 30_000)


def agreed() -> pl.DataFrame:
    steps = (
        ("need", 30, lambda whole: whole + 900),
        ("top_slice", 50, lambda _: -400),
        ("risk_pool", 60, lambda _: -500),
    )
    return BUDGET_LINES.from_rows([
        {"financial_year": "2009-10", "practice_code": code, "service": service, "sequence": at, "step": step,
         "amount_pence": amount(whole), "payment_form": "activity_price", "rule": "made up", "reason": "made up"}
        for (code, service), whole in START.items() for step, at, amount in steps
    ])  # fmt: skip


def profiled(lines: pl.DataFrame) -> pl.DataFrame:
    past = pl.DataFrame(
        [("A", "OPFA", 7, 900), ("B", "OPFUP", 3, 100), ("C", "RX", 9, 400)], orient="row",
        schema=["practice_code", "point_of_delivery", "activity_count", "cost_pence"],
    )  # fmt: skip
    budgets = lines.group_by("practice_code", "service", "payment_form").agg(
        pl.col("amount_pence").sum().alias("budget_pence")
    )
    sizes = pl.DataFrame({"practice_code": PRACTICES, "planned_list_size": [1000.0] * 3})
    shares = {kind: (pl.Series(range(1, 13)) / 78).to_numpy() for kind in ("OPFA", "OPFUP", "OPPROC", "RX")}
    return profile_budgets(budgets, year=YEAR, past=past, month_shares=shares, list_sizes=sizes)


def fair(lines: pl.DataFrame) -> pl.DataFrame:
    rows = [(code, service) for code in PRACTICES for service in (*SERVICES, "total")]
    blank = BUDGET_TARGETS.from_rows([
        {"financial_year": "2009-10", "practice_code": code, "service": service, "target_pence": 9_000,
         "budget_pence": 0, "closing_distance_ratio": 0.0}
        for code, service in rows
    ])  # fmt: skip
    return amend_targets(blank, lines=lines)


class Amending(RuleBasedStateMachine):
    """A year of decisions and statements in any order; refused ones change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = agreed()
        self.profiles, self.targets = profiled(self.lines), fair(self.lines)
        self.number, self.stated, self.moved = 0, 0, dict.fromkeys((*OUTSIDE, "risk_pool", "top_slice"), 0)
        self.frozen = self.profiles.head(0)

    def _decide(self, kind: str, source: str, amounts: dict[tuple[str, str], int], at: int) -> None:
        self.number += 1
        rows = BUDGET_AMENDMENTS.from_rows([
            {"financial_year": "2009-10", "amendment_number": self.number, "practice_code": code, "service": service, "kind": kind,
             "money_source": source, "amount_pence": amount, "effective_month": MONTHS[at].number, "decision": "PEC", "reason": "why"}
            for (code, service), amount in amounts.items()
        ])  # fmt: skip
        closed = MONTHS[self.stated - 1] if self.stated else None
        try:
            require_amendments(rows, lines=self.lines, payers=PAYERS, year=YEAR, closed_to=closed)
            profiles = amend_profiles(self.profiles, amendments=rows)
        except RefusedInput:
            return
        self.lines, self.profiles = amend_lines(self.lines, amendments=rows), profiles
        self.targets = amend_targets(self.targets, lines=self.lines)
        if source in self.moved:
            self.moved[source] += sum(amounts.values())

    @rule(one=lines_of, other=lines_of, amount=pence, at=st.integers(0, 11))
    def vire(self, one: tuple[str, str], other: tuple[str, str], amount: int, at: int) -> None:
        self._decide("virement", "practices", {one: -amount, other: amount}, at)

    @rule(kind=st.sampled_from(["in_year", "saving_protected"]), source=st.sampled_from(OUTSIDE), line=lines_of, amount=pence,
          at=st.integers(0, 11))  # fmt: skip
    def bring_in(self, kind: str, source: str, line: tuple[str, str], amount: int, at: int) -> None:
        self._decide(kind, source, {line: amount}, at)

    @rule(
        source=st.sampled_from(["risk_pool", "top_slice"]),
        line=lines_of,
        amount=st.integers(-900, 900),
        at=st.integers(0, 11),
    )
    def draw(self, source: str, line: tuple[str, str], amount: int, at: int) -> None:
        self._decide(source, source, {line: amount}, at)

    @precondition(lambda self: self.stated < 11)
    @rule()
    def state_a_month(self) -> None:
        self.stated += 1
        closed = pl.col("month") <= MONTHS[self.stated - 1].number
        self.frozen = self.profiles.filter(closed)

    @invariant()
    def money_is_conserved_apart_from_outside_sources(self) -> None:
        before, after = agreed()["amount_pence"].sum(), self.lines["amount_pence"].sum()
        assert after - before == sum(self.moved.values())
        assert self.profiles["budget_pence"].sum() == after

    @invariant()
    def pools_are_never_overdrawn(self) -> None:
        assert self.moved["risk_pool"] <= 500 * len(START)
        assert 0 <= self.moved["top_slice"] <= 400 * len(START)

    @invariant()
    def stated_months_and_agreed_lines_stand_as_they_were(self) -> None:
        if self.stated:
            closed = pl.col("month") <= MONTHS[self.stated - 1].number
            assert self.profiles.filter(closed).equals(self.frozen)
        kept = self.lines.filter(pl.col("sequence") < 100).sort(BUDGET_LINES.key)
        assert kept.equals(agreed().sort(BUDGET_LINES.key))

    @invariant()
    def every_line_is_profiled_and_none_falls_below_nought(self) -> None:
        key = ["practice_code", "service"]
        by_line = self.lines.group_by(key).agg(pl.col("amount_pence").sum()).sort(key)
        by_month = self.profiles.group_by(key).agg(pl.col("budget_pence").sum()).sort(key)
        assert by_line["amount_pence"].to_list() == by_month["budget_pence"].to_list()
        assert (self.profiles["budget_pence"] >= 0).all()
        total = self.targets.filter(pl.col("service") == "total")["budget_pence"].sum()
        assert total == self.lines["amount_pence"].sum()

    @invariant()
    def buys_activity_at_one_price(self) -> None:
        """Money added buys at the price the budget was built on, within the rounding of pence."""
        kept = self.profiles.filter(pl.col("planned_activity").is_not_null())
        assert (kept["planned_activity"] >= -1e-9).all()


TestAmending = Amending.TestCase
TestAmending.settings = settings(max_examples=30, stateful_step_count=12)
