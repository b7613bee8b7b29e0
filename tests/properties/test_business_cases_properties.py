"""Whatever happens to cases: days add up, a decision exists exactly where one was made, and no due date moves."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pbc.methods.business_cases import (
    CaseEvent,
    find_clock_rules,
    find_counted_cases,
    find_due_date,
    find_last_meeting,
    find_route,
    list_stop_faults,
    list_submission_stretches,
    measure_clock,
    measure_decision_shares,
    measure_decision_times,
)
from pbc.policy import load_policy
from pbc.reference.case_events import CASE_EVENTS as KINDS
from pbc.reference.case_events import DECISIONS, ENDED, NEW, RESUBMITTED
from pbc.tables import CASE_EVENTS, DECISION_MEETINGS
from pbc.tables.case_events import find_story_faults

POLICY = load_policy("england-2005")
DAY = timedelta(days=1)
FIRSTS = st.dates(date(2007, 1, 1), date(2012, 12, 31))  # two leap years among them


@st.composite
def stories(draw: st.DrawFn, first: date | None = None) -> list[CaseEvent]:
    """Events of one case that can follow each other, resubmissions of the same case among them."""
    day, state, story = first or draw(FIRSTS), NEW, list[CaseEvent]()
    for _ in range(draw(st.integers(1, 8))):
        can_come = [
            code for code, kind in KINDS.items() if state in kind.comes_in and (state != NEW or code == "submitted")
        ]
        can_come += [RESUBMITTED] if state in ENDED else []
        if not can_come:
            break
        event = draw(st.sampled_from(sorted(can_come)))
        story.append(CaseEvent(event, day, draw(st.sampled_from(["a plan", None])) if event == "stopped" else None))
        state = KINDS[event].leads_to or state
        day += draw(st.integers(0, 80)) * DAY
    return story


@given(story=stories(), later=st.integers(0, 600))
def test_clock_keeps_its_promises_whatever_happens(story: list[CaseEvent], later: int) -> None:
    first, as_at = story[0].happened_on, story[0].happened_on + later * DAY
    rules = find_clock_rules(POLICY, on=first)
    clock = measure_clock(story, as_at=as_at, rules=rules)
    known = [each for each in story if each.happened_on <= as_at]
    since = max(at for at, each in enumerate(known) if each.event in ("submitted", RESUBMITTED))
    decisions = [each.happened_on for each in known[since:] if each.event in DECISIONS]
    assert clock.net_days + clock.stopped_days == clock.gross_days == (clock.counted_to_on - first).days
    assert 0 <= clock.stopped_days <= clock.gross_days
    assert clock.stops_count <= rules.stops_count
    assert clock.due_on == find_due_date(first, policy=POLICY) == first + 56 * DAY
    assert (clock.decided_on, clock.is_decided) == (decisions[-1] if decisions else None, bool(decisions))
    assert clock.is_decided == (clock.state in (*DECISIONS, "service_changed"))
    assert clock.is_late == (clock.gross_days > 56)
    stops = sum(each.event == "stopped" for each in known)
    assert clock.stops_count + clock.refused_stops_count == stops


@given(story=stories(), later=st.integers(0, 100), missing=st.sampled_from(["a plan", "", None]))
def test_stop_that_is_permitted_stops_and_one_that_is_not_does_not(
    story: list[CaseEvent], later: int, missing: str | None
) -> None:
    day = story[-1].happened_on + later * DAY
    rules = find_clock_rules(POLICY, on=day)
    before = measure_clock(story, as_at=day, rules=rules)
    last = [each.event for each in story if KINDS[each.event].leads_to][-1]
    if last not in ("submitted", RESUBMITTED, "resumed"):  # it waits no more, or waits for what is missing
        assert last == "stopped" or list_stop_faults(before, on=day, missing_item="a plan", rules=rules)
        return
    is_permitted = not list_stop_faults(before, on=day, missing_item=missing, rules=rules)
    after = measure_clock([*story, CaseEvent("stopped", day, missing)], as_at=day + DAY, rules=rules)
    assert (after.stopped_days - before.stopped_days, after.state) == (
        (1, "stopped") if is_permitted else (0, "waiting")
    )
    assert after.due_on == before.due_on


@st.composite
def many_cases(draw: st.DrawFn) -> pl.DataFrame:
    """Events of several cases, each resubmission under a code of its own."""
    rows = []
    for number in range(draw(st.integers(1, 6))):
        code, earlier, payer = f"C{number}", None, draw(st.sampled_from(["ZC1", "ZC2"]))
        for at, event in enumerate(draw(stories(first=date(2009, 1, 1) + draw(st.integers(0, 300)) * DAY))):
            if event.event == RESUBMITTED:
                code, earlier = f"{code}x{at}", code
            rows.append(
                {"case_code": code, "commissioner_code": payer, "happened_on": event.happened_on, "event": event.event,
                 "missing_item": event.missing_item, "earlier_case_code": earlier if event.event == RESUBMITTED else None}
            )  # fmt: skip
    return CASE_EVENTS.from_rows(rows)


@given(events=many_cases(), later=st.integers(0, 900))
def test_every_case_is_told_once_and_counted_once(events: pl.DataFrame, later: int) -> None:
    once = events.unique(CASE_EVENTS.key, keep="first", maintain_order=True)
    if find_story_faults(once):
        return  # events of one day that can only have come in another order
    as_at = date(2009, 1, 1) + later * DAY
    times = measure_decision_times(once, as_at=as_at, policy=POLICY)
    known = once.filter(pl.col("happened_on") <= as_at)
    assert sorted(times["case_code"]) == sorted(known["case_code"].unique())
    assert (times["gross_days"] == times["net_days"] + times["stopped_days"]).all()
    assert (times["due_on"] == times["submitted_on"].dt.offset_by("56d")).all()
    assert (times["is_decided"] == times["decided_on"].is_not_null()).all()
    waiting = times.filter(~pl.col("is_decided") & ~pl.col("state").is_in(["resubmitted", "withdrawn_by_author"]))
    assert (waiting["is_late"] == (waiting["due_on"] < as_at)).all()
    assert (waiting["is_judged"] == waiting["is_late"]).all()
    shares = measure_decision_shares(times)
    bands = shares.filter(pl.col("span").is_in(["up_to_9_weeks", "from_10_to_19_weeks", "from_20_weeks"]))
    sums = bands.group_by("commissioner_code", "leg").agg(
        pl.col("measured_count").sum(), pl.col("judged_count").first()
    )
    assert (sums["measured_count"] == sums["judged_count"]).all()
    behind = [
        find_counted_cases(times, commissioner=row["commissioner_code"], leg=row["leg"], span=row["span"])
        for row in shares.to_dicts()
    ]
    for name in ("cases_count", "judged_count", "measured_count", "waiting_count"):
        assert [each[name].height for each in behind] == shares[name].to_list()
    told = shares.filter(pl.col("judged_count") > 0)
    assert (told["low_share"] <= told["measured_share"]).all()
    assert (told["measured_share"] <= told["high_share"]).all()
    shuffled = measure_decision_times(once.sample(fraction=1, shuffle=True, seed=7), as_at=as_at, policy=POLICY)
    assert shuffled.equals(times)


@given(
    listed=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 40)), max_size=12),
    first=st.integers(0, 200), length=st.integers(1, 150),
)  # fmt: skip
def test_stretches_cover_each_day_once_and_say_what_each_day_says(
    listed: list[tuple[int, int]], first: int, length: int
) -> None:
    start = date(2008, 1, 1)
    rows = [
        {"commissioner_code": "ZC1", "meets_on": start + day * DAY, "papers_due_on": start + (day - before) * DAY}
        for day, before in dict(listed).items()
    ]
    meetings = DECISION_MEETINGS.from_rows(rows)
    starts_on, ends_on = start + first * DAY, start + (first + length - 1) * DAY
    found = list_submission_stretches(meetings, starts_on=starts_on, ends_on=ends_on, policy=POLICY)
    days = [
        (row["first_submitted_on"] + at * DAY, row["answer"], row["meets_on"])
        for row in found.to_dicts()
        for at in range(row["days_count"])
    ]
    assert [day for day, _, _ in days] == ([starts_on + at * DAY for at in range(length)] if rows else [])
    for day, answer, meets_on in days:
        inside = [row["meets_on"] for row in rows if row["papers_due_on"] >= day and row["meets_on"] <= day + 56 * DAY]
        assert meets_on == max(inside, default=None)
        assert (answer == "possible") == bool(inside)
        assert find_last_meeting(meetings, submitted_on=day, policy=POLICY).answer == answer


@given(pence=st.integers(0, 10**9), more=st.integers(0, 10**9), data=st.data())
def test_more_money_or_more_risk_never_lowers_a_route(pence: int, more: int, data: st.DataObject) -> None:
    day = date(2009, 6, 1)
    known = POLICY.value("business_cases.risks_full", on=day).choices
    few = data.draw(st.sets(st.sampled_from(known)))
    many = few | data.draw(st.sets(st.sampled_from(known)))
    low, high = (
        find_route(value, risks=risks, policy=POLICY, on=day) for value, risks in ((pence, few), (pence + more, many))
    )
    order = ("light", "standard", "full").index
    assert order(low.code) <= order(high.code)
    assert set(low.asks_for) <= set(high.asks_for)
    assert low.needs_second_approver <= high.needs_second_approver
