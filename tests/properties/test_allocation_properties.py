"""Allocation paths add up, and closing a share of the distance never passes the target."""

from hypothesis import given
from hypothesis import strategies as st

from pbc.methods.budgets.allocations import measure_distance, move_to_target
from pbc.periods import FinancialYear
from pbc.tables import ALLOCATIONS

ROWS = st.lists(
    st.tuples(st.integers(1, 10**13), st.integers(-200_000, 200_000), st.integers(0, 1_000_000)), min_size=1, max_size=6
)


@given(opening=st.integers(1, 10**13), years=ROWS)
def test_paths_add_up_and_never_pass_the_target(opening: int, years: list[tuple[int, int, int]]) -> None:
    rows = [
        {"commissioner_code": "ZI1", "financial_year": FinancialYear(2025 + at).slug, "opening_pence": None if at else opening,
         "target_pence": target, "growth_millionths": growth, "rule": "share_of_distance", "rule_millionths": share}
        for at, (target, growth, share) in enumerate(years)
    ]  # fmt: skip
    found = move_to_target(ALLOCATIONS.from_rows(rows), source="a file")
    before = opening
    for row in found.iter_rows(named=True):
        assert row["before_pence"] == before
        grown = row["before_pence"] + row["rebased_pence"] + row["growth_pence"]
        before = row["closing_pence"]
        assert before == grown + row["convergence_pence"]
        assert min(grown, row["target_pence"]) <= before <= max(grown, row["target_pence"])
    assert measure_distance(found).equals(found)
