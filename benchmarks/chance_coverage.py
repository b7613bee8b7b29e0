"""How often luck alone stays inside the chance band: coverage and tails by list size, on two made-up worlds.

`python -m benchmarks.chance_coverage --out bench-out` writes chance_coverage.json and prints the tables. A band that says
95% is judged on at least 6,000 practice-years in which nothing but luck happened: with 150, luck itself would show 93 to
97% a quarter of the time.

1. Negative binomial events with log-normal prices: the size of one cheque is known in closed form.
2. People of the made-up PCT with nothing planted: lists are sums of randomly drawn small practices, each against its own
   true expectation, with the cheque measured on those people. Small practices are used more than once, so this is an
   accurate picture of one made-up place, not of thousands of separate ones.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pbc.periods import FinancialYear
from pbc.sources.synthetic.block import block_bounds, make_block
from pbc.sources.synthetic.totals import Totals
from pbc.sources.synthetic.world import Sizes, World, build_world
from pbc.stats.bands import Z_95, Z_ONE_SIDED_95, band_limits
from pbc.stats.cheques import cheque_by_need

Numbers = NDArray[np.float64]
EVENTS, DISPERSION, PRICE, PRICE_CV = 0.4, 0.3, 1900.0, 1.5
MEAN_COST = EVENTS * PRICE
CHEQUE = PRICE * (1 + PRICE_CV**2) + EVENTS * PRICE / DISPERSION
PRACTICE_YEARS = {
    500: 40_000,
    1_000: 40_000,
    1_500: 40_000,
    3_000: 40_000,
    6_000: 40_000,
    10_000: 40_000,
    30_000: 20_000,
    100_000: 8_000,
}
LIST_SIZES = (1_000, 1_500, 3_000, 6_000, 10_000, 30_000)
YEARS = ("2007-08", "2008-09", "2009-10")


def outturns(rng: np.random.Generator, *, people: int, reps: int) -> Numbers:
    """This returns the yearly cost of so many independent lists of one size, in which only luck differs."""
    size, chance = people * DISPERSION, DISPERSION / (DISPERSION + EVENTS)
    events = rng.negative_binomial(size, chance, reps)
    spread = np.sqrt(np.log1p(PRICE_CV**2))
    total = np.zeros(reps)
    step = max(1, int(2e7 / max(people * EVENTS, 1)))
    for start in range(0, reps, step):
        part = events[start : start + step]
        prices = rng.lognormal(np.log(PRICE) - spread**2 / 2, spread, int(part.sum()))
        ends = np.cumsum(part)
        sums = np.concatenate([[0.0], np.cumsum(prices)])
        total[start : start + step] = sums[ends] - sums[ends - part]
    return total


def judge(actual: Numbers, budget: Numbers, *, cheque: Numbers | float) -> dict[str, float]:
    """This returns the share inside the two-sided 95% band, beyond each limit, and beyond each one-sided 95% limit."""
    found = {"practice_years": float(len(actual))}
    for name, z in (("", Z_95), ("one_sided_", Z_ONE_SIDED_95)):
        low, high = band_limits(budget, at_chance=budget, spread=cheque * budget, lean=cheque * budget, z=z)
        found[f"{name}below"], found[f"{name}above"] = float((actual < low).mean()), float((actual > high).mean())
        if not name:
            found["inside"] = 1 - found["below"] - found["above"]
            found["half_width"] = float(((high - low) / budget).mean() / 2)
    return found


def judge_closed_form(practice_years: dict[int, int], *, seed: int = 2018) -> dict[int, dict[str, float]]:
    """This returns coverage by list size in the world whose cheque is known."""
    judged = {}
    for people, reps in practice_years.items():
        actual = outturns(np.random.default_rng([seed, people]), people=people, reps=reps)
        judged[people] = judge(actual, np.full(reps, people * MEAN_COST), cheque=CHEQUE)
    return judged


def make_small_practices(*, people: int, practices: int, seed: int, workers: int) -> tuple[Totals, World]:
    """This returns the sums of a made-up place of many small practices with nothing planted, without writing it."""
    sizes = Sizes(people, practices, max(1, practices // 8), 3, 1)
    years = tuple(FinancialYear.parse(year) for year in YEARS)
    world = build_world(sizes, seed=seed, regime="england-2005", years=years, plant=False)
    totals, positions = Totals.zero(world), range(len(block_bounds(world)))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for made in pool.map(_block_totals, [world] * len(positions), positions):
            totals.add(made)
    return totals, world


def _block_totals(world: World, position: int) -> Totals:
    return make_block(world, position).totals


def judge_made_up(totals: Totals, *, list_sizes: Sequence[int], reps: int, seed: int) -> dict[int, dict[str, float]]:
    """This returns coverage by list size of lists drawn from small practices, all in their first year to last in turn."""
    expected, realised = totals.expected.sum(axis=1), totals.realised.sum(axis=1)
    people, pounds, squared = totals.cost_moments.T
    cheques = (squared - pounds**2 / people) / pounds
    judged = {}
    for size in list_sizes:
        rng = np.random.default_rng([seed, size])
        parts = []
        for year in range(expected.shape[0]):
            held = np.flatnonzero(totals.person_years[year] > 0)
            wanted = max(1, round(size / totals.person_years[year, held].mean()))
            drawn = rng.choice(held, (reps // expected.shape[0], wanted))
            budget, actual = (sums[year][drawn].sum(axis=1) for sums in (expected, realised))
            a_head = budget / totals.person_years[year][drawn].sum(axis=1)
            average = expected[year].sum() / totals.person_years[year].sum()
            scale = realised[year].sum() / expected[year].sum()  # what struck everyone alike is not a practice's luck
            parts.append((actual, budget * scale, cheque_by_need(cheques[year], need_ratio=a_head / average)))
        actual, budget, cheque = (np.concatenate(column) for column in zip(*parts, strict=True))
        judged[size] = judge(actual, budget, cheque=cheque)
    return judged


def told(judged: dict[int, dict[str, float]], title: str) -> str:
    """This returns a table for people."""
    lines = [title, f"{'list':>8} {'years':>7} {'inside':>8} {'below':>7} {'above':>7} {'half width':>11}"]
    for size, found in judged.items():
        shares = [f"{100 * found[name]:.2f}%" for name in ("inside", "below", "above", "half_width")]
        lines.append(
            f"{size:>8,} {found['practice_years']:>7,.0f} {shares[0]:>8} {shares[1]:>7} {shares[2]:>7} {shares[3]:>11}"
        )
    return "\n".join(lines)


def run(out: Path, *, people: int = 1_500_000, practices: int = 3_000, workers: int = 2) -> dict[str, object]:
    """This writes chance_coverage.json into `out` and returns what it holds."""
    began = time.perf_counter()
    known = judge_closed_form(PRACTICE_YEARS)
    print(told(known, f"Cheque known in closed form ({CHEQUE:,.0f})"), flush=True)
    totals, _ = make_small_practices(people=people, practices=practices, seed=160, workers=workers)
    made_up = judge_made_up(totals, list_sizes=LIST_SIZES, reps=12_000, seed=161)
    moments = totals.cost_moments
    about = {
        "people": people, "small_practices": practices, "years": list(YEARS),
        "cheques_pounds": ((moments[:, 2] - moments[:, 1] ** 2 / moments[:, 0]) / moments[:, 1]).tolist(),
        "realised_over_expected": float(totals.realised.sum() / totals.expected.sum()),
    }  # fmt: skip
    print(told(made_up, f"People of the made-up PCT, {people:,} of them; {about}"), flush=True)
    found: dict[str, object] = {
        "closed_form": known, "made_up_pct": made_up, "about": about, "seconds": round(time.perf_counter() - began, 1)
    }  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    (out / "chance_coverage.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, default=Path("bench-out"))
    asked.add_argument("--people", type=int, default=1_500_000)
    asked.add_argument("--practices", type=int, default=3_000)
    run(asked.parse_args().out, people=asked.parse_args().people, practices=asked.parse_args().practices)
