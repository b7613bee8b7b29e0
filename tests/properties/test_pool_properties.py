"""The pool under any sequence of years: money conserved, nothing drawn that is not there, every loan ends at nought."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.spec.pool.made_up_pools import POLICY, agreed, close

from pbc.methods.budgets.lines import add_up_budgets
from pbc.methods.budgets.repayments import STEP, apply_repayments, list_due
from pbc.methods.pool import close_pools, find_pool_rules
from pbc.money import share_out
from pbc.periods import FinancialYear
from pbc.tables import BUDGET_LINES, OVERSPEND_YEARS, POOL_MOVEMENTS

CODES = ["A", "B", "C"]
PENCE = st.integers(0, 5_000_00)
RULES = st.fixed_dictionaries({
    "covers_overspends": st.booleans(), "repayment_years": st.integers(0, 3),
    "unpaid_rule": st.sampled_from(["next_budget", "commissioner"]),
    "reserve_share": st.sampled_from([0.0, 0.1, 1 / 3, 1.0]), "may_go_below_zero": st.booleans(),
    "surplus_rule": st.sampled_from(["carried", "returned"]), "carried_share": st.sampled_from([0.0, 0.5, 1.0]),
    "overspend_rule": st.sampled_from(["three_year_balance", "no_fixed_period"]),
})  # fmt: skip
YEARS = st.fixed_dictionaries({code: st.tuples(st.integers(-3_000_00, 3_000_00), st.floats(0, 1)) for code in CODES})


PLACES = pl.DataFrame({"practice_code": CODES, "cluster": ["none"] * 3})


def budgets_of(year: FinancialYear) -> pl.DataFrame:
    """Budgets of the three, each in two services."""
    return BUDGET_LINES.from_rows([
        {"financial_year": year.slug, "practice_code": code, "service": service, "sequence": 10, "step": "historic",
         "amount_pence": pence, "payment_form": "activity_price", "rule": "R2.4", "parameter": None, "reason": "Past."}
        for code in CODES for service, pence in (("outpatients", 30_000_01), ("elective", 77_777_77))
    ])  # fmt: skip


class Pool(RuleBasedStateMachine):
    """Years closed one after another, each with its own rules; a ledger kept beside in a few plain numbers."""

    @initialize()
    def begin(self) -> None:
        self.year = FinancialYear(2006)
        self.movements, self.overspends = POOL_MOVEMENTS.empty(), OVERSPEND_YEARS.empty()
        self.cash, self.lent, self.repaid = 0, 0, 0

    @rule(years=YEARS, paid_in=st.dictionaries(st.sampled_from(CODES), PENCE), high_cost=PENCE, values=RULES)
    def close_a_year(
        self, years: dict[str, tuple[int, float]], paid_in: dict[str, int], high_cost: int, values: dict[str, object]
    ) -> None:
        self.year, self.policy = self.year.plus(1), agreed(**values)
        kept = {code: (over, int(max(0, -over) * share)) for code, (over, share) in years.items()}
        now, settled = close(
            kept, paid_in=paid_in, high_cost=high_cost, before=(self.movements, self.overspends), year=self.year, policy=self.policy,
        )  # fmt: skip
        self.movements, self.overspends = now, pl.concat([self.overspends, settled])
        of = {kind: int(now.filter(kind=kind)["amount_pence"].sum()) for kind in set(now["kind"])}
        assert of.get("opening", 0) == self.cash
        self.cash += sum(of.values()) - of.get("opening", 0)
        self.lent -= of.get("overspend_cover", 0)
        self.repaid += of.get("repayment", 0)
        assert of.get("high_cost", 0) == -high_cost
        assert of.get("contribution", 0) == sum(paid_in.values())
        self._parts(settled, now)
        self._next_budgets(settled, now)

    def _parts(self, settled: pl.DataFrame, now: pl.DataFrame) -> None:
        parts = settled["covered_pence"] + settled["carried_pence"] + settled["commissioner_pence"]
        assert parts.to_list() == settled["overspend_pence"].to_list()
        kept = settled["repaid_pence"] + settled["offset_pence"] + settled["free_pence"]
        assert kept.to_list() == settled["retained_pence"].to_list()
        on = (
            settled["carried_before_pence"]
            - settled["offset_pence"]
            - settled["lapsed_pence"]
            + settled["carried_pence"]
        )
        assert on.to_list() == settled["carried_on_pence"].to_list()
        assert (
            settled.select(
                pl.exclude("window_variance_pence", "variance_pence").exclude(pl.String, pl.Boolean).min()
            ).min_horizontal()[0]
            >= 0
        )
        assert settled["covered_pence"].sum() == -now.filter(kind="overspend_cover")["amount_pence"].sum()

    def _next_budgets(self, settled: pl.DataFrame, now: pl.DataFrame) -> None:
        """What the pool counted as repaid out of next year's budgets is what those budgets fall by, holder by holder."""
        due = list_due(settled, heirs={})
        before = budgets_of(self.year.plus(1))
        after = apply_repayments(before, due=due, places=PLACES)
        fall = add_up_budgets(before)["budget_pence"].sum() - add_up_budgets(after)["budget_pence"].sum()
        assert fall == now.filter(paid_from="next_budget")["amount_pence"].sum() == due["amount_pence"].sum()
        lines = (
            after.filter(step=STEP).group_by("practice_code").agg(-pl.col("amount_pence").sum()).sort("practice_code")
        )
        assert dict(lines.iter_rows()) == dict(due.select("unit_code", "amount_pence").iter_rows())

    @invariant()
    def balance_is_the_sum_of_what_moved(self) -> None:
        if self.movements.height:
            assert self.movements["amount_pence"].cum_sum().to_list() == self.movements["balance_pence"].to_list()
            assert self.movements["balance_pence"][-1] == self.cash

    @invariant()
    def nothing_is_drawn_that_is_not_there(self) -> None:
        if self.movements.height and not find_pool_rules(self.policy, on=self.year.start).may_go_below_zero:
            drawn = self.movements.filter((pl.col("amount_pence") < 0) & (pl.col("kind") != "opening"))
            assert (self.movements["balance_pence"][-1] or 0) >= 0
            assert (drawn["balance_pence"] >= 0).all()

    @invariant()
    def what_is_owed_is_what_was_lent_and_not_repaid(self) -> None:
        assert self.movements["owed_change_pence"].sum() == self.lent - self.repaid >= 0
        left = self.movements.group_by("unit_code", "drawn_year").agg(
            pl.col("owed_change_pence").sum(), pl.col("repay_on").max()
        )
        assert (left["owed_change_pence"] >= 0).all()
        due = left.filter((pl.col("owed_change_pence") > 0) & (pl.col("repay_on") <= self.year.end))
        assert set(due["drawn_year"]) <= {self.year.slug}  # only where a loan is due in the year that drew it

    def teardown(self) -> None:
        """When nobody overspends any more, every loan has ended within the longest time to repay."""
        for _ in range(4):
            self.close_a_year(dict.fromkeys(CODES, (0, 0.0)), {}, 0, {"covers_overspends": False})
        assert self.lent == self.repaid
        assert self.overspends.filter(financial_year=self.year.slug)["owed_pence"].sum() == 0


TestPool = Pool.TestCase
TestPool.settings = settings(max_examples=25, stateful_step_count=6, deadline=None)


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=6), st.integers(0, 20_000))
def test_a_short_pool_lends_in_proportion_whatever_the_order(wanted: list[int], there: int) -> None:
    """Loans are those of `share_out` on what is there, and never more than was asked."""
    codes = [f"P{at}" for at in range(len(wanted))]
    _, years = close(dict(zip(codes, [(over, 0) for over in wanted], strict=True)), paid_in={"Q": there})
    total = min(there, sum(wanted))
    expected = share_out(total, wanted, keys=codes) if total else [0] * len(wanted)
    assert years["covered_pence"].to_list() == expected
    assert all(got <= asked for got, asked in zip(expected, wanted, strict=True))


def test_two_commissioners_never_share_a_pool() -> None:
    """What one pays in, the other's holders cannot draw."""
    holders = pl.DataFrame({"unit_kind": ["practice"], "unit_code": ["A"], "commissioner_code": ["ZP1"]})
    shared = pl.DataFrame({
        "unit_kind": ["practice"], "unit_code": ["A"], "is_shared": [True], "budget_pence": [100], "actual_pence": [150],
        "retained_pence": [0],
    })  # fmt: skip
    movements, years = close_pools(
        shared,
        holders=holders,
        contributions=pl.DataFrame({"practice_code": ["B"], "commissioner_code": ["ZP2"], "amount_pence": [500]}),
        high_costs=pl.DataFrame(schema={"commissioner_code": pl.String, "amount_pence": pl.Int64}),
        earlier_movements=POOL_MOVEMENTS.empty(),
        earlier_overspends=OVERSPEND_YEARS.empty(),
        year=FinancialYear(2008),
        policy=POLICY,
    )
    assert years["covered_pence"].to_list() == [0]
    assert movements["commissioner_code"].to_list() == ["ZP2"]
