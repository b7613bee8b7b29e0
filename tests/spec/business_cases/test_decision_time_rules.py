"""How long decisions take.

One row a case, from its events; then by commissioner how many were decided within eight weeks and by the bands of a survey, and
for approved cases how long the service took to change. Cases that wait are counted as what they are.
"""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from pbc.errors import Fault, RefusedInput
from pbc.methods.business_cases import (
    find_counted_cases,
    find_due_date,
    measure_decision_shares,
    measure_decision_times,
)
from pbc.policy import load_policy
from pbc.tables import CASE_EVENTS, DECISION_SHARES, DECISION_TIMES

POLICY = load_policy("england-2005")
JUNE = date(2009, 6, 1)
DAY = timedelta(days=1)
Told = tuple[str, int, str]


def events(*told: Told, earlier: dict[str, str] | None = None, payer: dict[str, str] | None = None) -> pl.DataFrame:
    """Case, day counted from 1 June 2009, event; `earlier` gives codes that cases had before."""
    return CASE_EVENTS.from_rows(
        [
            {"case_code": case, "commissioner_code": (payer or {}).get(case, "ZC1"), "happened_on": JUNE + day * DAY, "event": event,
             "missing_item": "a plan", "earlier_case_code": (earlier or {}).get(case) if event == "resubmitted" else None}
            for case, day, event in told
        ]
    )  # fmt: skip


def times(*told: Told, as_at: int, **changed: Any) -> pl.DataFrame:
    found = measure_decision_times(events(*told, **changed), as_at=JUNE + as_at * DAY, policy=POLICY)
    assert DECISION_TIMES.check(found) == []
    assert (found["gross_days"] == found["net_days"] + found["stopped_days"]).all()
    return found


def share(
    *told: Told, as_at: int, span: str = "within_eight_weeks", leg: str = "decision", **changed: Any
) -> tuple[Any, ...]:
    found = measure_decision_shares(times(*told, as_at=as_at, **changed))
    assert DECISION_SHARES.check(found) == []
    row = found.filter((pl.col("span") == span) & (pl.col("leg") == leg)).row(0, named=True)
    return tuple(row[name] for name in ("measured_count", "judged_count", "waiting_count"))


@pytest.mark.parametrize(
    "ending, as_at, counted",
    [
        ([], 56, (0, 0, 0)), ([], 57, (0, 1, 0)),
        ([(56, "approved")], 57, (1, 1, 0)), ([(57, "refused")], 57, (0, 1, 0)), ([(10, "approved")], 56, (0, 0, 0)),
        ([(30, "deferred")], 57, (0, 1, 0)), ([(30, "decided_in_principle")], 57, (0, 1, 0)),
        ([(30, "withdrawn_at_request")], 57, (0, 1, 0)),
        ([(30, "withdrawn_by_author")], 57, (0, 0, 0)), ([(57, "withdrawn_by_author")], 60, (0, 1, 0)),
        ([(10, "stopped"), (40, "resumed"), (60, "approved")], 60, (0, 1, 0)),
    ],
)  # fmt: skip
def test_a_case_enters_the_share_within_eight_weeks_once_they_are_over(
    ending: list[tuple[int, str]], as_at: int, counted: tuple[int, int, int]
) -> None:
    """Given what happened to a case and the day asked for, then how many are within eight weeks, of how many, still waiting.

    Before its eight weeks are over a case is in neither, whether decided or not: else recent quick decisions would flatter. After,
    it counts as late for as long as it waits. One whose author took it back in time is owed nothing."""
    assert share(("A", 0, "submitted"), *(("A", day, event) for day, event in ending), as_at=as_at) == counted


@pytest.mark.parametrize(
    "decided, band",
    [
        (0, "up_to_9_weeks"), (69, "up_to_9_weeks"), (70, "from_10_to_19_weeks"), (139, "from_10_to_19_weeks"),
        (140, "from_20_weeks"), (174, "from_20_weeks"), (300, "from_20_weeks"),
    ],
)  # fmt: skip
def test_bands_are_of_completed_weeks(decided: int, band: str) -> None:
    """Given the day of a decision, then its band: ten weeks are 70 days."""
    told = (("A", 0, "submitted"), ("A", decided, "approved"))
    for name in ("up_to_9_weeks", "from_10_to_19_weeks", "from_20_weeks"):
        assert share(*told, as_at=400, span=name) == (int(name == band), 1, 0)


@pytest.mark.parametrize(
    "decided, as_at, counted",
    [
        (174, 400, (0, 1, 0)), (175, 400, (1, 1, 0)), (None, 174, (0, 0, 0)), (None, 175, (1, 1, 1)), (100, 174, (0, 0, 0)),
    ],
)  # fmt: skip
def test_the_tail_counts_cases_that_still_wait_with_what_they_waited(
    decided: int | None, as_at: int, counted: tuple[int, int, int]
) -> None:
    """Given a case decided, or waiting, then whether it is in the 25 weeks or more; one begun later than that is in neither."""
    told = [("A", 0, "submitted"), *([("A", decided, "refused")] if decided else [])]
    assert share(*told, as_at=as_at, span="from_25_weeks") == counted


@pytest.mark.parametrize("day, counted", [(174, (0, 0, 0)), (175, (1, 1, 0))])
def test_a_case_its_author_took_back_counts_with_what_it_had_waited(day: int, counted: tuple[int, int, int]) -> None:
    """Given a withdrawal by the author, then it is in the tail only if it had waited so long by then."""
    told = (("A", 0, "submitted"), ("A", day, "withdrawn_by_author"))
    assert share(*told, as_at=400, span="from_25_weeks") == counted


@pytest.mark.parametrize(
    "changed, as_at, counted",
    [(174, 400, (0, 1, 0)), (175, 400, (1, 1, 0)), (None, 174, (0, 0, 0)), (None, 175, (1, 1, 1))],
)
def test_the_second_leg_runs_from_approval_to_the_change_of_service(
    changed: int | None, as_at: int, counted: tuple[int, int, int]
) -> None:
    """Given days after an approval on day 20, then whether the service took 25 weeks or more."""
    told = [
        ("A", 0, "submitted"),
        ("A", 20, "approved"),
        *([("A", 20 + changed, "service_changed")] if changed else []),
    ]
    assert share(*told, as_at=20 + as_at, span="from_25_weeks", leg="service_change") == counted
    assert share(
        ("A", 0, "submitted"), ("A", 20, "refused"), as_at=400, span="from_25_weeks", leg="service_change"
    ) == (0, 0, 0)


def test_a_case_that_came_back_counts_once_from_its_first_day() -> None:
    """Given a case withdrawn at the PCT's request and resubmitted under another code, then one case counts, from its first day."""
    told = (("A", 0, "submitted"), ("A", 20, "withdrawn_at_request"), ("B", 90, "resubmitted"), ("B", 100, "approved"))
    found = times(*told, as_at=200, earlier={"B": "A"})
    columns = ("state", "submitted_on", "gross_days", "is_late", "is_judged", "continued_by_code")
    assert found.select(columns).rows() == [
        ("resubmitted", JUNE, 90, False, False, "B"),
        ("approved", JUNE, 100, True, True, None),
    ]
    assert share(*told, as_at=200, earlier={"B": "A"}) == (0, 1, 0)
    assert times(*told, as_at=89, earlier={"B": "A"})["state"].to_list() == ["withdrawn_at_request"]


def test_the_permitted_stop_is_one_over_all_codes_of_a_case() -> None:
    """Given a stop under the first code and another under the second, then the second stops nothing."""
    told = (
        ("A", 0, "submitted"), ("A", 5, "stopped"), ("A", 9, "withdrawn_at_request"),
        ("B", 20, "resubmitted"), ("B", 25, "stopped"), ("B", 35, "resumed"),
    )  # fmt: skip
    found = times(*told, as_at=50, earlier={"B": "A"}).row(1, named=True)
    assert (found["stopped_days"], found["refused_stops_count"], found["gross_days"]) == (4, 1, 50)


@pytest.mark.parametrize("kept, days", [("unless_decided", [10, 5]), ("always", [10, 45])])
def test_a_refused_case_that_comes_back_has_a_new_clock_unless_agreed_otherwise(kept: str, days: list[int]) -> None:
    """Given a refusal on day 10 and a resubmission on day 40 approved on day 45, then the days of both, by the rule in force."""
    local = {"from": date(2009, 1, 1), "value": kept, "status": "local_agreement", "source": "Compact, clause 4"}
    policy = POLICY.lay_over({"business_cases.first_date_kept": {"values": [local]}}, where="compact")
    told = (("A", 0, "submitted"), ("A", 10, "refused"), ("B", 40, "resubmitted"), ("B", 45, "approved"))
    found = measure_decision_times(events(*told, earlier={"B": "A"}), as_at=date(2010, 3, 31), policy=policy)
    assert found["gross_days"].to_list() == days


def test_a_service_may_change_after_its_case_came_back_in_another_shape() -> None:
    """Given an approved case brought back on day 40 by a compact that keeps first dates always, and its service changed on day 60,
    then the later code's clock runs from the first day."""
    local = {"from": date(2009, 1, 1), "value": "always", "status": "local_agreement", "source": "Compact, clause 4"}
    policy = POLICY.lay_over({"business_cases.first_date_kept": {"values": [local]}}, where="compact")
    told = (("A", 0, "submitted"), ("A", 10, "approved"), ("B", 40, "resubmitted"), ("A", 60, "service_changed"))
    found = measure_decision_times(events(*told, earlier={"B": "A"}), as_at=JUNE + 70 * DAY, policy=policy)
    assert found.select("gross_days", "is_late", "state").rows() == [(10, False, "resubmitted"), (70, True, "waiting")]


def test_shares_are_by_commissioner_with_an_interval_and_the_survey_beside() -> None:
    """Given two commissioners, one with one of two cases in time, then its share and interval, and a share for each."""
    told = (("A", 0, "submitted"), ("A", 9, "approved"), ("B", 0, "submitted"), ("C", 0, "submitted"))
    found = measure_decision_shares(times(*told, as_at=100, payer={"C": "ZC2"}))
    assert found.filter(pl.col("span") == "within_eight_weeks").select(
        "commissioner_code", "measured_share", pl.col("low_share", "high_share").round(3), "survey_share"
    ).rows() == [("ZC1", 0.5, 0.095, 0.905, 0.18), ("ZC2", 0.0, 0.0, 0.793, 0.18)]  # fmt: skip
    unknown = found.filter((pl.col("leg") == "service_change") & (pl.col("commissioner_code") == "ZC2"))
    assert unknown["measured_share"].null_count() == unknown["low_share"].null_count() == unknown.height == 4


def test_no_events_make_no_times_and_no_shares() -> None:
    """Given events after the day asked for alone, then empty tables."""
    assert times(("A", 9, "submitted"), as_at=8).is_empty()
    assert measure_decision_shares(DECISION_TIMES.empty()).is_empty()


@pytest.mark.parametrize(
    "told, earlier, payer, words",
    [
        ((("A", 0, "approved"),), {}, {}, "not submitted"),
        ((("A", 0, "submitted"), ("A", 1, "resumed")), {}, {}, "waiting for a decision"),
        ((("A", 0, "resubmitted"),), {}, {}, "names the code it had before"),
        ((("A", 0, "resubmitted"),), {"A": "X"}, {}, "not in this table"),
        ((("A", 0, "submitted"), ("B", 9, "resubmitted")), {"B": "A"}, {}, "still open"),
        ((("A", 0, "submitted"), ("A", 9, "refused"), ("B", 8, "resubmitted")), {"B": "A"}, {}, "still open"),
        (
            (("A", 0, "submitted"), ("A", 9, "refused"), ("B", 9, "resubmitted"), ("C", 9, "resubmitted")),
            {"B": "A", "C": "A"}, {}, "resubmitted already",
        ),
        ((("A", 0, "submitted"), ("A", 9, "refused"), ("B", 9, "resubmitted")), {"B": "A"}, {"B": "ZC2"}, "another commissioner's"),
        (
            (("A", 0, "resubmitted"), ("A", 0, "refused"), ("B", 0, "resubmitted"), ("B", 0, "refused")),
            {"A": "B", "B": "A"}, {}, "circle",
        ),
    ],
)  # fmt: skip
def test_events_that_cannot_be_true_are_refused_by_case(
    told: tuple[Told, ...], earlier: dict[str, str], payer: dict[str, str], words: str
) -> None:
    """Given such events, then a refusal that names the case and says why."""
    with pytest.raises(RefusedInput, match=words) as refused:
        times(*told, as_at=90, earlier=earlier, payer=payer)
    assert refused.value.where.startswith("case ")


def test_a_case_is_decided_by_one_commissioner() -> None:
    """Given a case whose rows name two commissioners, then a refusal."""
    two = pl.concat([events(("A", 0, "submitted")), events(("A", 9, "approved"), payer={"A": "ZC2"})])
    with pytest.raises(RefusedInput, match="one commissioner"):
        measure_decision_times(two, as_at=JUNE, policy=POLICY)


def test_a_refusal_by_rule_names_the_case() -> None:
    """A file of a thousand cases with one day before the regime, or at the end of the calendar: which it is must be said."""
    for day in (date(2003, 6, 1), date.max):
        told = events(("NEW", 0, "submitted")).with_columns(happened_on=pl.lit(day))
        with pytest.raises(Fault, match=f"case NEW, .*{day}"):
            measure_decision_times(told, as_at=date.max, policy=POLICY)
    with pytest.raises(Fault, match="No calendar goes as far"):
        find_due_date(date.max - 55 * DAY, policy=POLICY)
    assert find_due_date(date.max - 56 * DAY, policy=POLICY) == date.max


def test_a_case_may_come_back_however_often() -> None:
    """Six hundred codes of one case, more than calls can be nested: the last counts, from the first day."""
    codes = [f"C{at}" for at in range(600)]
    told = [
        (code, at, event)
        for at, code in enumerate(codes)
        for event in ("resubmitted" if at else "submitted", "withdrawn_by_author")
    ]
    found = times(*told, as_at=600, earlier=dict(zip(codes[1:], codes, strict=False)))
    assert found.filter(pl.col("is_judged")).select("case_code", "gross_days").rows() == [("C599", 599)]
    assert found.filter(case_code="C300").select("state", "submitted_on").row(0) == ("resubmitted", JUNE)


def test_a_case_taken_back_and_brought_back_on_one_day_goes_on() -> None:
    """Given a withdrawal the commissioner asked for, and a new code the same day: the clock runs on from the first."""
    told = [("A", 0, "submitted"), ("A", 30, "withdrawn_at_request"), ("B", 30, "resubmitted"), ("B", 56, "approved")]
    found = times(*told, as_at=60, earlier={"B": "A"}).filter(case_code="B")
    assert found.select("gross_days", "is_late", "put_off_count").row(0) == (56, False, 1)


def test_the_cases_behind_a_share_are_named_with_their_days() -> None:
    """Given one decided in time, one late and one of another commissioner, then a share's counts are made of these very cases."""
    told = times(
        ("A", 0, "submitted"), ("A", 20, "approved"), ("B", 0, "submitted"), ("C", 0, "submitted"), ("D", 50, "submitted"),
        as_at=60, payer={"C": "ZC2"},
    )  # fmt: skip
    found = find_counted_cases(told, commissioner="ZC1", leg="decision", span="within_eight_weeks")
    codes = {name: sorted(cases["case_code"]) for name, cases in found.items()}
    assert codes == {
        "cases_count": ["A", "B", "D"],
        "judged_count": ["A", "B"],
        "measured_count": ["A"],
        "waiting_count": [],
    }
    assert found["judged_count"].sort("case_code")["reached_days"].to_list() == [20, 60]
