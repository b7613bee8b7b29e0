"""What is planted in the made-up PCT, decided beforehand: who, when and how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from pbc.periods import FinancialYear, Month

FEWEST_PRACTICES = 12
FEWEST_OUTSIDE_THE_SAVING_CLUSTER = 8  # one for each planted practice, and the smallest left alone
NOBODY = -1
OVER_REFERRAL_SHARE = 0.20
BILLED_TWICE_SHARE = 0.013
EXACT_DUPLICATE_SHARE = 0.001
WRONG_PRACTICE_SHARE = 0.04
SAVING_SHARE = 0.15
LATE_SHARE = 0.03
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Plan:
    """Positions of practices, clusters and hospitals with a planted truth, -1 where there is none, and its dates."""

    is_planted: bool
    over_referrer: int = NOBODY
    university: int = NOBODY
    care_home: int = NOBODY
    charged_wrongly: int = NOBODY
    charged_for: int = NOBODY
    absorbed: int = NOBODY
    survivor: int = NOBODY
    merger_on: date | None = None
    saving_cluster: int = NOBODY
    saving_from: date | None = None
    double_biller: int = NOBODY
    double_billing_from: date | None = None
    late_month: Month | None = None
    restated_month: Month | None = None
    wrong_coder: int = NOBODY
    missing_month: Month | None = None

    @property
    def perturbed(self) -> set[int]:
        """Practices whose own record differs from chance alone, not counting the cluster that saves."""
        named = (self.over_referrer, self.charged_wrongly, self.charged_for, self.absorbed, self.survivor)
        return {practice for practice in (*named, self.university, self.care_home) if practice != NOBODY}


def plan_truths(
    rng: np.random.Generator, *, sizes: Ints, cluster_of: Ints, hospitals: int, years: tuple[FinancialYear, ...], plant: bool
) -> Plan:  # fmt: skip
    """This returns which practices, cluster and hospital carry a planted truth; none if not asked for or too few practices."""
    if not plant or len(sizes) < FEWEST_PRACTICES or int(cluster_of.max()) < 1:
        return Plan(is_planted=False)
    last = years[-1]
    saving = int(cluster_of[int(rng.integers(len(sizes)))])
    others = np.flatnonzero(cluster_of != saving)
    if len(others) < FEWEST_OUTSIDE_THE_SAVING_CLUSTER:
        return Plan(is_planted=False)
    by_size = others[np.argsort(sizes[others], kind="stable")]
    care_home, university = int(by_size[1]), int(by_size[-2])
    middle = [int(p) for p in rng.permutation(by_size) if p not in (by_size[0], care_home, university)]
    absorbed = middle.pop(0)
    survivor = min(middle, key=lambda p: (cluster_of[p] != cluster_of[absorbed], abs(p - absorbed)))
    middle.remove(survivor)
    over_referrer, charged_wrongly, charged_for = middle[:3]
    merger_year = years[len(years) // 2]
    return Plan(
        is_planted=True, over_referrer=over_referrer, university=university, care_home=care_home,
        charged_wrongly=charged_wrongly, charged_for=charged_for, absorbed=absorbed, survivor=survivor,
        merger_on=date(merger_year.starts_in, 10, 1), saving_cluster=saving, saving_from=date(last.starts_in, 5, 1),
        double_biller=min(1, hospitals - 1), double_billing_from=last.start, late_month=Month(last.starts_in, 7),
        restated_month=Month(last.starts_in, 9), wrong_coder=0, missing_month=Month(last.starts_in, 11),
    )  # fmt: skip
