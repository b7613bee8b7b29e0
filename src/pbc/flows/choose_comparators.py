"""Choose, before a business case starts, whom its practices will be compared with, and freeze the choice with the promise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.benefit_months import MonthState, judge_months
from pbc.flows.cells_held import Deliveries, deliveries_held
from pbc.flows.journey import Journey
from pbc.flows.measured_months import Measured, count_months, find_prices
from pbc.flows.roll_up import find_places
from pbc.flows.scenario import slug_of
from pbc.methods.variation import (
    BenefitCase,
    Choice,
    band_ratios,
    build_case,
    find_comparators,
    find_nearness,
    measure_lumps,
    measure_rates,
    measure_spread_of_ratios,
    standardise,
)
from pbc.methods.variation.cases import OBSERVED
from pbc.periods import Month
from pbc.policy import Policy
from pbc.reference.activity import SERVICES
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.benefit_file import read_benefit_file
from pbc.tables import BENEFIT_CASES, BENEFIT_PRACTICES, BENEFIT_RATES

__all__ = ["BenefitCase", "baseline_name", "build_case", "choose_comparators", "read_case"]
YEAR = 12
CHOSEN_ON = "chosen_on"


@dataclass(frozen=True)
class _Sources:
    """The sets a choice reads, and the year before that it is made by."""

    activity: Deliveries
    register: PublishedSet
    tariff: PublishedSet
    need: PublishedSet | None
    months: list[Month]
    commissioner: str
    practices: list[str]

    @property
    def inputs(self) -> dict[str, str]:
        single = [each for each in (self.register, self.tariff, self.need) if each is not None]
        return self.activity.inputs | {each.name: each.set_id for each in single}

    @property
    def is_made_up(self) -> bool:
        return self.register.receipt.is_made_up or self.activity.is_made_up


def baseline_name(case_code: str) -> str:
    """This returns the set that holds a case's frozen comparators."""
    return f"benefit-baseline/{case_code}"


def read_case(path: Path) -> BenefitCase:
    """This returns the case that a file declares, as docs/benefits.md lays it out; a field that cannot be used is refused."""
    return build_case(read_benefit_file(path), where=path.name)


def choose_comparators(
    store: Store, *, case: BenefitCase, on: date, policy: Policy, engine: Engine, journey: Journey | None = None
) -> PublishedSet:
    """This returns the published set `benefit-baseline/<case>`: the promise, every practice's year before, who was chosen, why.

    `on` is the day of the choice. From the first day of the start month a choice is refused, and only deliveries of months before
    it are read: nobody can choose by the outcome. The year before is the latest twelve months that are delivered and complete
    enough, no older than `variation.oldest_baseline_months`. Where too few are near enough the set says so, and nobody is
    compared. Source: decisions methods/0256 and 0263.
    """
    store, journey = store.steady(), journey or Journey()
    code = slug_of(case.title)
    _require_before_start(store, code, case, on)
    journey.step("Finding the year before", 0.0)
    sources = _sources(store, case, policy, engine)
    journey.step("Counting the measure", 0.3)
    measured = count_months(
        sources.activity, engine, register=sources.register, tariff=sources.tariff, measure=case.measure,
        months=sources.months, practices=sources.practices, policy=policy,
    )  # fmt: skip
    journey.step("Choosing comparators", 0.7)
    tables = _tables(code, case, sources, measured, policy, on)
    receipt = Receipt(
        flow="choose_comparators",
        inputs=sources.inputs,
        parameters={"case": json.dumps(asdict(case), sort_keys=True), CHOSEN_ON: on.isoformat()},
        regime=policy.regime,
        policy=policy.fingerprint,
        engine=engine.name,
        is_made_up=sources.is_made_up,
        made_at=journey.made_at,
    )
    journey.step("Publishing with its receipt", 0.95)
    return store.publish(baseline_name(code), tables, receipt)


def _require_before_start(store: Store, code: str, case: BenefitCase, on: date) -> None:
    """A choice that holds already freezes with its own start month, whatever month another case of its name begins in."""
    held = store.find(baseline_name(code))
    starts = case.starts if held is None else min(case.starts, _start_of(held))
    if on < starts.start:
        return
    frozen = held is not None and on >= _start_of(held).start
    late = "A case that began without comparators cannot be judged fairly; choose them for the next one in time."
    if store.current("register").receipt.is_made_up:
        late += " Made-up data has no today: there --on YYYY-MM-DD says the day of the choice."
    raise RefusedInput(
        "The comparators of this case are frozen: its start month has begun." if frozen else
        "Comparators are chosen before a service changes: afterwards the outcome could have been seen.",
        where=f"{held.name}, set {held.set_id}" if held else case.title, found=f"chosen on {on.isoformat()}",
        expected=f"a day before {starts.start.isoformat()}",
        remedy="Compare with those chosen (pbc compare-benefit CASE --months 3), or give another case another name."
        if frozen else late,
    )  # fmt: skip


def _start_of(baseline: PublishedSet) -> Month:
    return Month.from_number(baseline.frame("benefit_cases")["start_month"][0])


def _sources(store: Store, case: BenefitCase, policy: Policy, engine: Engine) -> _Sources:
    register = store.current("register")
    cells = deliveries_held(store, "cells", keep=lambda month: month < case.starts)
    months = _year_before(cells, engine, case, policy)
    activity = deliveries_held(store, "activity", keep=lambda month: months[0] <= month < case.starts)
    commissioner, practices = _of_one_commissioner(register, case, policy, months[-1].end)
    return _Sources(
        activity, register, find_prices(store, year=case.starts.financial_year),
        store.find(f"need/{months[-1].financial_year.slug}"), months, commissioner, practices,
    )  # fmt: skip


def _year_before(cells: Deliveries, engine: Engine, case: BenefitCase, policy: Policy) -> list[Month]:
    """The latest twelve months running that can be judged, all before the start."""
    held = sorted(cells.sets)
    states: list[MonthState] = []
    if held:
        span = (held[-1].year - held[0].year) * YEAR + held[-1].month - held[0].month + 1
        months = [held[0].plus(at) for at in range(span)]
        states = judge_months(cells, engine, months=months, measure=case.measure, policy=policy)
    for end in range(len(states), YEAR - 1, -1):
        if all(state.is_used for state in states[end - YEAR : end]):
            found = [state.month for state in states[end - YEAR : end]]
            _require_recent(found[-1], case, policy)
            return found
    unfit = [f"{state.month.title}: {state.reason}" for state in states if not state.is_used]
    raise MissingFigure(
        "There is no whole year before the start to choose comparators by.", where=f"a start in {case.starts.title}",
        found="; ".join(unfit[:6]) or f"{len(states)} months delivered",
        expected="twelve months running before the start, delivered and complete enough",
        remedy="Receive those deliveries first (pbc receive FOLDER --month YYYY-MM).",
    )  # fmt: skip


def _require_recent(last: Month, case: BenefitCase, policy: Policy) -> None:
    """What lasts of a height, and how far practices drift, is known for the next year alone."""
    most = policy.whole("variation.oldest_baseline_months", on=case.starts.financial_year.start)
    between = (case.starts.year - last.year) * YEAR + case.starts.month - last.month - 1
    if between > most:
        raise MissingFigure(
            "The year before is too old to choose comparators by.", where=f"a start in {case.starts.title}",
            found=f"twelve months to {last.title}, {between} months before the start",
            expected=f"no more than {most} months between (variation.oldest_baseline_months)",
            remedy="Receive the later deliveries first, or choose nearer to the start.",
        )  # fmt: skip


def _of_one_commissioner(register: PublishedSet, case: BenefitCase, policy: Policy, on: date) -> tuple[str, list[str]]:
    """The commissioner of the case's practices, and all its practices with a list."""
    listed = register.frame("registered_lists")["practice_code"].unique().sort().to_list()
    places = find_places(register, practices=listed, policy=policy, on=on)
    own = places.filter(pl.col("practice_code").is_in(case.practices))
    strange = sorted(set(case.practices) - set(own["practice_code"]))
    payers = sorted(set(own["commissioner"]))
    if strange or len(payers) != 1:
        raise RefusedInput(
            "The practices of a case stand under one commissioner, each with a registered list.", where=case.title,
            found=f"no list of {', '.join(strange)}" if strange else f"practices of {', '.join(payers)}",
            expected="codes of the register, of one commissioner", remedy="Correct the case's practices.",
        )  # fmt: skip
    practices = places.filter(pl.col("commissioner") == payers[0])["practice_code"].to_list()
    return payers[0], practices


def _tables(
    code: str, case: BenefitCase, sources: _Sources, measured: Measured, policy: Policy, on: date
) -> Mapping[str, pl.DataFrame]:
    day, counted_in = case.starts.financial_year.start, case.measure.counted_in
    rates = measure_rates(measured.placed, person_months=measured.person_months)
    ratios = standardise(
        measured.placed, person_months=measured.person_months, rates=rates, counted_in=counted_in,
        months_count=measured.months_count,
    )  # fmt: skip
    lumps = measure_lumps(
        measured.people, lists=ratios.select("practice_code", "mean_population"), measure=case.measure,
        least_people=policy.ratio("risk.least_person_years", on=day),
    )  # fmt: skip
    banded = band_ratios(ratios, counted_in=counted_in, cheque=lumps.cheque).join(
        _need_of(sources), on="practice_code", how="left"
    )
    choice = find_comparators(
        banded, case_practices=case.practices, nearness=find_nearness(policy, on=day), passed_over=_not_open(sources)
    )
    known = {
        **_said(code, case, sources, on),
        **_group(choice.practices, counted_in),
        "unpriced_count": int(measured.placed["unpriced_count"].sum()),
        "cheque_size": lumps.cheque,
        "event_cheque_size": lumps.event_cheque,
        "cheque_source": lumps.source,
        "persistence_ratio": policy.ratio("risk.persistence_ratio", on=day),
        "spread_ratio": measure_spread_of_ratios(
            ratios, cheque=lumps.cheque, default=policy.ratio("variation.spread_ratio", on=day)
        ),
        "comparators_count": choice.practices.filter(pl.col("role") == "comparator").height,
        "is_fair": choice.is_fair,
        "reason": choice.reason,
    }
    return {
        "benefit_cases": BENEFIT_CASES.from_rows([known]),
        "benefit_practices": _practices(code, case, choice),
        "benefit_rates": BENEFIT_RATES.conform(rates.with_columns(pl.lit(code).alias("case_code"))),
    }


def _practices(code: str, case: BenefitCase, choice: Choice) -> pl.DataFrame:
    return BENEFIT_PRACTICES.conform(
        choice.practices.with_columns(
            pl.lit(code).alias("case_code"), pl.lit(case.starts.number, dtype=pl.Int32).alias("start_month")
        )
    )


def _said(code: str, case: BenefitCase, sources: _Sources, on: date) -> dict[str, Any]:
    measure = case.measure
    return {
        "case_code": code, "case_title": case.title, "commissioner_code": sources.commissioner,
        "start_month": case.starts.number, "baseline_first_month": sources.months[0].number,
        "baseline_last_month": sources.months[-1].number, "measure_title": measure.title,
        "points_of_delivery": ", ".join(measure.points_of_delivery), "specialties": ", ".join(measure.specialties) or None,
        "hrg_codes": ", ".join(measure.hrg_codes) or None, "hospitals": ", ".join(measure.hospitals) or None,
        "counted_in": measure.counted_in, "improvement_direction": measure.better, "promised_count": case.promised_count,
        "promised_pence": case.promised_pence, "phase_in_months": case.phase_in_months,
        "price_year": sources.tariff.name.partition("/")[2], "chosen_on": on,
    }  # fmt: skip


def _group(practices: pl.DataFrame, counted_in: str) -> dict[str, Any]:
    """The case's practices together in the year before."""
    own = practices.filter(pl.col("role") == "case")
    expected = float(own["expected_number"].sum())
    return {
        "case_observed_count": int(own["observed_count"].sum()), "case_observed_pence": int(own["observed_pence"].sum()),
        "standardised_ratio": float(own[OBSERVED[counted_in]].sum()) / expected if expected else None,
    }  # fmt: skip


def _not_open(sources: _Sources) -> list[str]:
    """Practices without anybody on their list when the year before began, or when it ended."""
    lists = sources.register.frame("registered_lists").filter(pl.col("patients_count") > 0)
    days = sorted(lists["as_at_on"].unique())
    ends = [
        max((day for day in days if day <= month.start), default=days[0])
        for month in (sources.months[0], sources.months[-1])
    ]
    there = [set(lists.filter(pl.col("as_at_on") == day)["practice_code"]) for day in ends]
    return [code for code in sources.practices if not all(code in codes for codes in there)]


def _need_of(sources: _Sources) -> pl.DataFrame:
    """Each practice's need index for hospital care, where weighted lists of the year are held."""
    if sources.need is None:
        return pl.DataFrame(schema={"practice_code": pl.String, "need_index": pl.Float64})
    lists = sources.need.frame("weighted_lists")
    acute = lists.filter(pl.col("component") == SERVICES["planned_care"].component)
    needed = (pl.col("need_index_england") * pl.col("registered_population")).sum()
    people = pl.col("registered_population").sum()
    return acute.group_by("practice_code").agg(pl.when(people > 0).then(needed / people).alias("need_index"))
