"""Stop-loss and risk pool.

One person can cost practices so much in a year and no more; the risk pool bears the rest. What a practice bears and what it
cedes add up to its whole hospital cost. Only care that is paid for by what each contact costs, of somebody who can be told
apart, is ceded. The pool's money is what budgets held back for it, or else the share expected to be ceded; a budget is
never reduced twice. What the pool has over or under stays on its own line.
"""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pbc.engines import open_engine
from pbc.methods.risk import (
    band_chance,
    cede_costs,
    cede_excess,
    default_cheque,
    find_stop_loss,
    keep_paid_by_activity,
    list_ceded_costs,
)
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy, load_policy
from pbc.tables import BUDGET_POSITIONS, CEDED_COSTS, COSTED_ACTIVITY

YEAR = FinancialYear(2009)
A, B, GONE = "Z90001", "Z90002", "Z90009"
Contact = tuple[int | None, str, int, int]  # person, practice, month, pounds


def with_stop_loss(pounds: int, folder: Path) -> Policy:
    dated = "from: 2009-04-01, status: local_agreement, source: 'Risk pool agreement'"
    text = f"risk.stop_loss_applies:\n  values:\n    - {{{dated}, value: true}}\n"
    text += f"risk.stop_loss_pounds:\n  values:\n    - {{{dated}, value: {pounds}}}\n"
    (folder / "pool.yaml").write_text(text, encoding="utf-8")
    return load_policy("england-2005", overlays=[folder / "pool.yaml"])


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    """A stop-loss of £20,000 agreed locally."""
    return with_stop_loss(20_000, tmp_path)


def costed(*contacts: Contact, provider: str = "ZH1", pod: str = "NEL") -> pl.DataFrame:
    steps = dict.fromkeys(("short_stay_pence", "excess_days_pence", "top_up_pence", "market_forces_pence"), 0)
    return COSTED_ACTIVITY.from_rows([
        steps | dict(
            setting="APC", provider_code=provider, record_number=f"{at}", person_id=person, month=month, practice_code=code,
            attribution="registered", commissioner_code="ZP1", point_of_delivery=pod, treatment_function_code="300",
            hrg_code="ZZA01", excess_days=0, base_pence=pounds * 100, cost_pence=pounds * 100,
        )
        for at, (person, code, month, pounds) in enumerate(contacts)
    ])  # fmt: skip


def test_stop_loss_is_off_until_agreed_and_then_as_agreed(tmp_path: Path) -> None:
    """Given no agreement, then there is no stop-loss; given one, then the sum agreed, whatever the price level."""
    assert find_stop_loss(load_policy("england-2005"), on=YEAR.start) is None
    assert find_stop_loss(with_stop_loss(25_000, tmp_path), on=YEAR.start) == 25_000


def ceded(policy: Policy, *contacts: Contact, answers: dict[str, str] | None = None) -> dict[str, tuple[int, int, int]]:
    """Practice to pounds ceded, people, pounds of nobody who can be told apart."""
    who = {A: A, B: B} | (answers or {})
    given = pl.DataFrame({"practice_code": list(who), "answers_code": list(who.values())})
    with open_engine() as engine:
        adopted = engine.adopt(costed(*contacts), COSTED_ACTIVITY.sql_columns)
        found = cede_costs(adopted, answers=given, year=YEAR, policy=policy).frame()
    return {
        row["practice_code"]: (row["ceded_pence"] // 100, row["persons_count"], row["no_person_pence"] // 100)
        for row in found.rows(named=True)
    }


@pytest.mark.parametrize(
    "contacts, pounds, persons",
    [
        ([(1, A, 200904, 19_000)], 0, 0),
        ([(1, A, 200904, 20_000)], 0, 0),
        ([(1, A, 200904, 20_001)], 1, 1),
        ([(1, A, 200904, 12_000), (1, A, 201003, 13_000)], 5_000, 1),
        ([(1, A, 200904, 15_000), (2, A, 200904, 15_000)], 0, 0),
        ([(1, A, 200904, 30_000), (2, A, 200905, 21_000)], 11_000, 2),
        ([(1, A, 200904, 30_000), (1, A, 200906, -12_000)], 0, 0),
        ([(1, A, 200904, -500)], 0, 0),
    ],
)
def test_cost_of_one_person_above_the_stop_loss_is_ceded(
    policy: Policy, contacts: list[Contact], pounds: int, persons: int
) -> None:
    """Given a stop-loss of £20,000 a person and contacts (person, practice, month, pounds), then what is ceded of how many people."""
    assert ceded(policy, *contacts)[A][:2] == (pounds, persons)


def test_first_penny_above_is_ceded(policy: Policy) -> None:
    """Given £20,000.01 of one person, then a penny is ceded, and of one person."""
    contact = costed((1, A, 200904, 20_000)).with_columns(pl.col("cost_pence") + 1)
    with open_engine() as engine:
        adopted = engine.adopt(contact, COSTED_ACTIVITY.sql_columns)
        given = pl.DataFrame({"practice_code": [A], "answers_code": [A]})
        found = cede_costs(adopted, answers=given, year=YEAR, policy=policy).frame()
    assert found.select("ceded_pence", "persons_count").row(0) == (1, 1)


@pytest.mark.parametrize(
    "contacts, of_a, of_b",
    [
        ([(1, A, 200904, 15_000), (1, B, 200910, 15_000)], 0, 10_000),
        ([(1, A, 200911, 15_000), (1, B, 200905, 15_000)], 10_000, 0),
        ([(1, A, 200904, 26_000), (1, B, 200910, 3_000)], 6_000, 3_000),
        ([(1, A, 200904, 15_000), (1, B, 200904, 15_000)], 0, 10_000),
        ([(1, A, 200904, -4_000), (1, B, 200905, 23_000)], 0, 3_000),
    ],
)
def test_person_who_moved_is_counted_through(policy: Policy, contacts: list[Contact], of_a: int, of_b: int) -> None:
    """Given somebody who moved, then the practice of the earlier months bears first, up to £20,000 in all (code order in one month)."""
    found = ceded(policy, *contacts)
    assert (found[A][0], found[B][0]) == (of_a, of_b)


def test_merger_does_not_begin_anew(policy: Policy) -> None:
    """Given £15,000 before a takeover and £15,000 after it, then £10,000 is ceded by the practice that answers now."""
    found = ceded(policy, (1, GONE, 200904, 15_000), (1, A, 200910, 15_000), answers={GONE: A})
    assert found == {A: (10_000, 1, 0)}


def test_what_has_no_person_is_never_ceded(policy: Policy) -> None:
    """Given two contacts of £30,000 of nobody who can be told apart, then nothing is ceded and their cost is told."""
    assert ceded(policy, (None, A, 200904, 30_000), (None, A, 200905, 30_000)) == {A: (0, 0, 60_000)}


@pytest.mark.parametrize(
    "given, kept",
    [
        (dict(), True),
        (dict(provider="ZH2"), False),  # paid by block there
        (dict(pod="OPFA"), False),  # no budget paid by activity
        (dict(month=200905), False),  # the practice had none in that month
        (dict(code="not-attributed"), False),
    ],
)
def test_only_what_is_paid_by_activity_and_has_a_budget_counts(given: dict[str, Any], kept: bool) -> None:
    """Given a contact of £30,000, then whether it counts towards the stop-loss."""
    contact = costed(
        (1, given.get("code", A), given.get("month", 200904), 30_000),
        provider=given.get("provider", "ZH1"), pod=given.get("pod", "NEL"),
    )  # fmt: skip
    places = pl.DataFrame({"practice_code": [A], "month": [200904], "point_of_delivery": ["NEL"]})
    blocks = pl.DataFrame({"commissioner_code": ["ZP1"], "provider_code": ["ZH2"], "point_of_delivery": ["NEL"]})
    with open_engine() as engine:
        adopted = engine.adopt(contact, COSTED_ACTIVITY.sql_columns)
        found = keep_paid_by_activity(adopted, judged_places=places, block_contracts=blocks).frame()
    assert found.equals(contact if kept else contact.clear())


def position(code: str = A, **given: Any) -> dict[str, Any]:
    usual = dict(
        financial_year="2009-10", statement_month=201003, practice_code=code, cluster_code="ZC01", commissioner_code="ZP1",
        list_size=6_000, months_count=12, activity_budget_pence=97_000, activity_actual_pence=90_000, price_effect_pence=10_000,
        bill_adjustment_pence=-5_000, formula_budget_pence=96_000,
    )  # fmt: skip
    return usual | given


def pooled(
    policy: Policy, *rows: dict[str, Any], held: int = 0, share: float = 0.05, pence: int = 20_000
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Ceded costs of practices each with a cost of 120,000 pence, and their positions on capped cost."""
    positions = BUDGET_POSITIONS.from_rows(list(rows))
    codes = positions["practice_code"].to_list()
    measured = pl.DataFrame([
        dict(practice_code=code, measured_pence=100_000, no_person_pence=7_000, ceded_pence=pence, persons_count=1)
        for code in codes
    ])  # fmt: skip
    found = list_ceded_costs(
        measured, positions=positions, costs=pl.DataFrame({"practice_code": codes, "cost_pence": [120_000] * len(codes)}),
        held_back=pl.DataFrame({"practice_code": codes, "held_back_pence": [held] * len(codes)}),
        expected_share=share, policy=policy,
    )  # fmt: skip
    assert CEDED_COSTS.check(found) == []
    return found, cede_excess(positions, ceded_costs=found)


def of(found: pl.DataFrame, kind: str = "practice") -> dict[str, Any]:
    return found.filter(pl.col("unit_kind") == kind).row(0, named=True)


def test_practice_and_pool_add_up(policy: Policy) -> None:
    """Given two practices, then ceded and borne make up each one's whole cost, and the pool's line is their sum."""
    found, _ = pooled(policy, position(A), position(B), held=3_000)
    practice, pool = of(found), of(found, "risk_pool")
    assert practice["ceded_pence"] + practice["borne_pence"] == practice["cost_pence"] == 120_000
    assert (practice["fixed_pence"], practice["no_person_pence"], practice["stop_loss_pence"]) == (
        20_000,
        7_000,
        2_000_000,
    )
    amounts = [name for name in found.columns if name.endswith("_pence") and name != "stop_loss_pence"]
    assert [pool[name] for name in amounts] == [2 * practice[name] for name in amounts]
    assert (pool["unit_code"], pool["persons_count"]) == ("ZP1", 2)
    assert pool["variance_pence"] == pool["ceded_pence"] - pool["contribution_pence"] == 34_000


def test_budget_that_held_money_back_is_not_reduced_again(policy: Policy) -> None:
    """Given 3,000 pence held back by the budget, then the year's budget stands, and the pool has those 3,000."""
    found, capped = pooled(policy, position(), held=3_000)
    assert (of(found)["basis"], of(found)["contribution_pence"], of(found)["budget_taken_pence"]) == (
        "held_back",
        3_000,
        0,
    )
    assert capped.select("activity_budget_pence", "formula_budget_pence").row(0) == (97_000, 96_000)


def test_budget_that_held_nothing_back_is_less_the_share_expected(policy: Policy) -> None:
    """Given nothing held back and a twentieth expected to be ceded, then a twentieth leaves the budget for the pool."""
    found, capped = pooled(policy, position())
    assert (of(found)["basis"], of(found)["contribution_pence"]) == ("expected_share", 4_850)
    assert of(found)["expected_ceded_share"] == 0.05
    assert capped.select("activity_budget_pence", "formula_budget_pence").row(0) == (92_150, 91_150)


@pytest.mark.parametrize(
    "month, year_share, held, contribution, taken",
    [
        (200909, 0.5, 12_000, 3_959, -2_041),
        (200909, 0.45, 12_000, 3_959, -1_441),
        (200904, 0.08, 12_000, 225, -735),
        (200909, 0.5, 0, 3_959, 3_959),
        (200909, 0.0, 0, 0, 0),
        (200909, None, 0, 1_979, 1_979),
    ],
)
def test_people_reach_the_stop_loss_late_in_the_year(
    policy: Policy, month: int, year_share: float | None, held: int, contribution: int, taken: int
) -> None:
    """Given a month, the part of the year's budget fallen by then, and what was held back (or 12,000 expected), then the
    pool's budget to date, and what leaves the practice's budget for it: what was held back too early is given back."""
    row = position(statement_month=month, year_share=year_share, activity_budget_pence=60_000)
    found, capped = pooled(policy, row, held=held, share=0.1)
    assert (of(found)["contribution_pence"], of(found)["budget_taken_pence"]) == (contribution, taken)
    assert capped["activity_budget_pence"][0] == 60_000 - taken


def test_capped_position_leaves_cost_and_its_marginal_rate_to_the_pool(policy: Policy) -> None:
    """Given a fifth of the priced cost ceded, then actual falls by it, and a fifth of the marginal-rate effect goes along."""
    found, capped = pooled(policy, position(), held=3_000)
    assert of(found)["ceded_bill_pence"] == -1_000
    row = capped.row(0, named=True)
    assert (row["activity_actual_pence"], row["bill_adjustment_pence"], row["ceded_pence"]) == (70_000, -4_000, 20_000)
    assert row["price_effect_pence"] == 10_000


def test_marginal_rate_without_priced_cost_stays_with_the_practice(policy: Policy) -> None:
    """Given a practice without any priced cost, then the pool has no part of its marginal-rate effect."""
    found, _ = pooled(policy, position(activity_actual_pence=-10_000), pence=0)
    assert of(found)["ceded_bill_pence"] == 0


def test_practice_that_cedes_nothing_keeps_its_position(policy: Policy) -> None:
    """Given a practice of which nothing is known, then its position stays as it is, with nought ceded."""
    found, _ = pooled(policy, position(A), held=3_000)
    other = BUDGET_POSITIONS.from_rows([position(B)])
    kept = cede_excess(other, ceded_costs=found)
    assert kept.drop("ceded_pence").equals(other.drop("ceded_pence"))
    assert kept["ceded_pence"].to_list() == [0]


@pytest.mark.parametrize(
    "pounds, share",
    [(10_000, 0.049), (17_400, 0.049), (20_000, 0.03718), (43_500, 0.008), (87_000, 0.0018), (90_000, 0.0)],
)
def test_expected_share_between_studied_stop_losses(pounds: int, share: float, tmp_path: Path) -> None:
    """Given a stop-loss in pounds of 2009/10 and no measure, then the share expected to be ceded: on a line of logarithms
    between studied ones, the least one's below it, none above the largest."""
    found = default_cheque(with_stop_loss(pounds, tmp_path), on=YEAR.start)
    assert found.ceded_share == pytest.approx(share, rel=1e-3)


@pytest.mark.parametrize(
    "ceded_pounds, words, further",
    [
        (1_000_000, "it is on budget. ", False),
        (1_100_000, "bore £1,100,000 of what people cost above £20,000 each: it is £100,000 over.", False),
        (900_000, "it is £100,000 under.", False),
        (2_000_000, "it is £1,000,000 over.", True),
    ],
)
def test_pool_says_what_it_bore_and_whose_the_rest_is(
    policy: Policy, ceded_pounds: int, words: str, further: bool
) -> None:
    """Given a pool of £1,000,000, then what its line says; it is never shared in silence."""
    row = position(activity_budget_pence=10**10, activity_actual_pence=10**10, formula_budget_pence=None)
    found, capped = pooled(policy, row, held=10**8, pence=ceded_pounds * 100)
    cheque = default_cheque(policy, on=YEAR.start)
    measured = type(cheque)(**{**vars(cheque), "pool_cheque_pounds": 20_000.0})
    bands = band_chance(capped, year=YEAR, cheque=measured, policy=policy, ceded_costs=found)
    pool = bands.filter(pl.col("unit_kind") == "risk_pool").row(0, named=True)
    assert words in pool["sentence"]
    assert "no practice's position holds any of it" in pool["sentence"]
    assert ("This is further" in pool["sentence"]) == further == (pool["label"] != "inside_chance")
    assert (pool["budget_pence"], pool["actual_pence"]) == (10**8, ceded_pounds * 100)
    assert "between −24.9% and +30.5%" in pool["sentence"]
