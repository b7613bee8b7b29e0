"""A stop-loss conserves money: whatever people cost, what is borne and what is ceded are the whole of it."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbc.engines import Engine, open_engine
from pbc.methods.risk import cede_costs
from pbc.periods import FinancialYear
from pbc.policy.policy import PolicyValue, load_policy
from pbc.tables import COSTED_ACTIVITY

YEAR = FinancialYear(2009)
POLICY = load_policy("england-2005")
MONTHS = [month.number for month in YEAR.months()]
CODES = ("Z90001", "Z90002", "Z90003")
STEPS = dict.fromkeys(("short_stay_pence", "excess_days_pence", "top_up_pence", "market_forces_pence"), 0)
Contact = tuple[int | None, str, int, int]
contacts = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(1, 4)), st.sampled_from(CODES), st.sampled_from(MONTHS), st.integers(0, 4_000_000)
    ),
    max_size=25,
)  # fmt: skip
ANSWERS = pl.DataFrame({"practice_code": CODES, "answers_code": CODES})


@pytest.fixture(scope="module")
def engine():  # type: ignore[no-untyped-def]
    with open_engine() as opened:
        yield opened


def ceded(engine: Engine, drawn: list[Contact], pounds: int, until: int = MONTHS[-1]) -> pl.DataFrame:
    rows = [
        STEPS | dict(
            setting="APC", provider_code="ZH1", record_number=f"{at}", person_id=person, month=month, practice_code=code,
            attribution="registered", commissioner_code="ZP1", point_of_delivery="NEL", treatment_function_code="300",
            hrg_code="ZZA01", excess_days=0, base_pence=pence, cost_pence=pence,
        )
        for at, (person, code, month, pence) in enumerate(drawn) if month <= until
    ]  # fmt: skip
    laid = {
        name: (PolicyValue(name, "pool", "unit", "", value, date(2009, 4, 1), "local_agreement", "made up"),)
        for name, value in (("risk.stop_loss_applies", True), ("risk.stop_loss_pounds", pounds))
    }
    policy = replace(POLICY, values=dict(POLICY.values) | laid)
    given_rows = engine.adopt(COSTED_ACTIVITY.from_rows(rows), COSTED_ACTIVITY.sql_columns)
    return cede_costs(given_rows, answers=ANSWERS, year=YEAR, policy=policy).frame().sort("practice_code")


def persons(drawn: list[Contact]) -> dict[int, int]:
    spent: dict[int, int] = {}
    for person, _, _, pence in drawn:
        if person is not None:
            spent[person] = spent.get(person, 0) + pence
    return spent


@settings(max_examples=40)
@given(drawn=contacts, pounds=st.integers(1, 60_000))
def test_what_is_ceded_is_what_people_cost_above_the_cap_to_the_penny(
    engine: Engine, drawn: list[Contact], pounds: int
) -> None:
    found = ceded(engine, drawn, pounds)
    assert found["ceded_pence"].sum() == sum(max(pence - pounds * 100, 0) for pence in persons(drawn).values())
    assert found["measured_pence"].sum() == sum(pence for *_, pence in drawn)
    assert found["no_person_pence"].sum() == sum(pence for person, *_, pence in drawn if person is None)
    own = found["measured_pence"] - found["no_person_pence"]
    assert (found["ceded_pence"] >= 0).all()
    assert (found["ceded_pence"] <= own).all()
    assert ((found["persons_count"] > 0) == (found["ceded_pence"] > 0)).all()


@settings(max_examples=25)
@given(drawn=contacts, pounds=st.integers(1, 40_000), more=st.integers(0, 20_000))
def test_higher_cap_never_cedes_more_and_a_later_month_never_less(
    engine: Engine, drawn: list[Contact], pounds: int, more: int
) -> None:
    low, high = ceded(engine, drawn, pounds), ceded(engine, drawn, pounds + more)
    assert (high["ceded_pence"] <= low["ceded_pence"]).all()
    halfway = ceded(engine, drawn, pounds, until=MONTHS[5])
    assert halfway["ceded_pence"].sum() <= low["ceded_pence"].sum()


@settings(max_examples=25)
@given(drawn=contacts, pounds=st.integers(1, 40_000), data=st.data())
def test_order_of_contacts_moves_no_penny(
    engine: Engine, drawn: list[Contact], pounds: int, data: st.DataObject
) -> None:
    again = data.draw(st.permutations(drawn))
    assert ceded(engine, drawn, pounds).equals(ceded(engine, again, pounds))
