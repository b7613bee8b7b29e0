"""How dear and how long a hospital stay is: severity drawn by episode, then the price group it falls into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pbc.sources.synthetic.parameters import Floats, log_normal_shape, parameters
from pbc.sources.synthetic.tariff import CHAPTERS, INTENSIVE_LEVELS, LEVELS, admitted_groups

Ints = NDArray[np.int64]
ADULT = 19
LONGEST_RUN = 250


@dataclass(frozen=True)
class Stays:
    """Price group, nights, nights paid outside the tariff and number of episodes of each stay."""

    group: Ints
    nights: Ints
    unpaid: Ints
    episodes: Ints

    def take(self, position: Ints) -> Stays:
        """This returns the stays at these positions."""
        return Stays(self.group[position], self.nights[position], self.unpaid[position], self.episodes[position])


def draw_stays(rng: np.random.Generator, pod: str, *, age: Ints, sex: Ints) -> Stays:
    """This returns the stays of one point of delivery for patients of these ages and sexes."""
    if pod in ("NEL", "NELNE"):
        return _emergency_stays(rng, pod, age, sex)
    return _planned_stays(rng, pod, age, sex)


def _emergency_stays(rng: np.random.Generator, pod: str, age: Ints, sex: Ints) -> Stays:
    stays, severity_of = parameters().assumed["stays"], parameters().fitted["severity"]
    n = len(age)
    episodes = 1 + rng.poisson(stays["further_episodes_mean"], n)
    spell = np.repeat(np.arange(n), episodes)
    is_long = rng.random(len(spell)) < severity_of["long_share_of_emergency_episodes"]
    draw = rng.standard_normal(len(spell))
    pounds = np.where(is_long, _log_normal(draw, "NEL"), _log_normal(draw, "NES"))
    severity: Floats = np.bincount(spell, weights=pounds, minlength=n).astype(np.float64)
    long = np.bincount(spell, weights=is_long, minlength=n) > 0
    intensive, severity, unpaid = _critical_care(rng, "emergency", episodes, severity)
    short = ~long & ~intensive
    reduced = short & (age >= ADULT) & (pod == "NEL")
    chapter = _chapters(rng, np.where(long, "NEL", "NES"), age, sex, always_maternity=pod == "NELNE")
    group = np.where(
        reduced,
        _reduced_group(rng, chapter, severity),
        _group(rng, pod, chapter, severity, intensive),
    )
    mean_stay = admitted_groups().mean_stay[group]
    nights = 2 + rng.poisson(rng.gamma(2.0, np.maximum(mean_stay - 1.0, 0.4) / 2.0))
    nights = np.minimum(nights, admitted_groups().trim[pod][group])
    run_share = stays["excess_days_per_1000"]["emergency"] / _emergency_rate() / stays["excess_run_mean_days"]
    nights = nights + _excess_run(
        rng, long, run_share / max(float(long.mean()), 0.01) if n else 0.0, nights, pod, group
    )
    return Stays(group, np.where(short, rng.integers(0, 2, n), nights) + unpaid, unpaid, episodes)


def _planned_stays(rng: np.random.Generator, pod: str, age: Ints, sex: Ints) -> Stays:
    stays, n = parameters().assumed["stays"], len(age)
    severity = _log_normal(rng.standard_normal(n), pod)
    chapter = _chapters(rng, np.full(n, pod), age, sex, always_maternity=False)
    one = np.ones(n, dtype=np.int64)
    if pod == "DC":
        nothing = np.zeros(n, dtype=np.int64)
        return Stays(_group(rng, pod, chapter, severity, nothing > 0), nothing, nothing, one)
    rates = parameters().assumed["rates_per_1000"]
    rare = rng.random(n) < stays["very_high_cost_per_1000"] / rates["EL"]
    mu, sigma = log_normal_shape(**_named(stays["very_high_cost_pounds"]))
    severity = severity + rare * np.exp(mu + sigma * rng.standard_normal(n))
    intensive, severity, unpaid = _critical_care(rng, "planned", one, severity)
    group = _group(rng, pod, chapter, severity, intensive | rare)
    nights = 1 + rng.poisson(rng.gamma(2.0, np.maximum(admitted_groups().mean_stay[group] * 0.55, 0.3) / 2.0))
    nights = np.minimum(nights, admitted_groups().trim[pod][group])
    run_share = stays["excess_days_per_1000"]["planned"] / rates["EL"] / stays["excess_run_mean_days"]
    nights = nights + _excess_run(rng, one > 0, run_share, nights, pod, group)
    return Stays(group, nights + unpaid, unpaid, one)


def _emergency_rate() -> float:
    rates = parameters().assumed["rates_per_1000"]
    return float(rates["NEL"] + rates["NELNE"])


def _named(entry: dict[str, float]) -> dict[str, float]:
    return {"mean": entry["mean"], "variation": entry["variation"]}


def _log_normal(draw: Floats, setting: str) -> Floats:
    fitted = parameters().fitted["severity"]
    mu, sigma = log_normal_shape(mean=fitted["mean_pounds"][setting], variation=fitted["variation"][setting])
    return np.exp(mu + sigma * draw)


def _critical_care(
    rng: np.random.Generator, kind: str, episodes: Ints, severity: Floats
) -> tuple[NDArray[np.bool_], Floats, Ints]:
    """Critical care is paid through the dearer intensive groups; its days are therefore outside the tariff's day count."""
    stays, n = parameters().assumed["stays"], len(episodes)
    share = 1 - (1 - stays["critical_care_share_of_episodes"][kind]) ** episodes
    critical = rng.random(n) < share
    mu, sigma = log_normal_shape(**_named(stays["critical_care_pounds"]))
    pounds = np.exp(mu + sigma * rng.standard_normal(n))
    days = 1 + np.minimum(pounds / 1_600, 60).astype(np.int64)
    return critical, severity + critical * pounds, critical * days


def _excess_run(
    rng: np.random.Generator, can: NDArray[np.bool_], share: float, nights: Ints, pod: str, group: Ints
) -> Ints:
    runs = can & (rng.random(len(nights)) < share)
    mean = parameters().assumed["stays"]["excess_run_mean_days"]
    days = np.minimum(rng.geometric(1 / mean, len(nights)), LONGEST_RUN)
    return runs * (admitted_groups().trim[pod][group] - nights + days)


def _group(rng: np.random.Generator, pod: str, chapter: Ints, severity: Floats, intensive: NDArray[np.bool_]) -> Ints:
    """The group below or above by chance, so that the mean price is the mean severity."""
    pounds = admitted_groups().pounds[pod]
    draw = rng.random(len(severity))
    ordinary = pounds[: LEVELS * len(CHAPTERS)].reshape(len(CHAPTERS), LEVELS)
    relative = severity / ordinary[chapter, 0] * ordinary[0, 0]
    level = _between(ordinary[0], relative, draw)
    dear = intensive | (severity > ordinary[chapter, -1])
    rank = _between(pounds[-INTENSIVE_LEVELS:], severity, draw)
    return np.where(dear, LEVELS * len(CHAPTERS) + rank, chapter * LEVELS + level)


def _between(grid: Floats, value: Floats, draw: Floats) -> Ints:
    below = np.clip(np.searchsorted(grid, value, side="right") - 1, 0, len(grid) - 2)
    part = np.clip((value - grid[below]) / (grid[below + 1] - grid[below]), 0, 1)
    return below + (draw < part)


@cache
def _reduced_levels() -> tuple[Ints, Floats]:
    groups = admitted_groups()
    paid = (groups.pounds["NEL"] * groups.short_stay_percent / 100)[: LEVELS * len(CHAPTERS)].reshape(-1, LEVELS)
    order = np.argsort(paid, axis=1, kind="stable")
    return order, np.take_along_axis(paid, order, axis=1)


def _reduced_group(rng: np.random.Generator, chapter: Ints, severity: Floats) -> Ints:
    """A short stay is paid a percentage, so its group is found by what would be paid, not by the full price."""
    order, paid = _reduced_levels()
    draw, level = rng.random(len(severity)), np.zeros(len(severity), dtype=np.int64)
    for c in range(len(CHAPTERS)):
        here = chapter == c
        level[here] = order[c][_between(paid[c], severity[here], draw[here])]
    return chapter * LEVELS + level


@cache
def _chapter_tables() -> dict[tuple[str, str], Floats]:
    shares = parameters().fitted["severity"]["chapter_share"]
    maternity, children = CHAPTERS.index("N"), CHAPTERS.index("P")
    tables = {}
    for setting, by_chapter in shares.items():
        plain = np.array([by_chapter[chapter] for chapter in CHAPTERS])
        plain[[maternity, children]] = 0
        child = plain / plain.sum() * 0.35
        child[children] = 0.65
        for kind, share in (("other", plain), ("child", child)):
            tables[setting, kind] = np.cumsum(share / share.sum())
    return tables


def _chapters(
    rng: np.random.Generator, setting: NDArray[np.str_], age: Ints, sex: Ints, *, always_maternity: bool
) -> Ints:
    draw, chosen = rng.random(len(age)), np.zeros(len(age), dtype=np.int64)
    for (name, kind), cumulative in _chapter_tables().items():
        here = (setting == name) & ((age < 16) == (kind == "child"))
        if here.any():
            chosen[here] = np.minimum(np.searchsorted(cumulative, draw[here], side="right"), len(CHAPTERS) - 1)
    if always_maternity:
        chosen[(sex == 2) & (age >= 14) & (age < 50)] = CHAPTERS.index("N")
    return chosen
