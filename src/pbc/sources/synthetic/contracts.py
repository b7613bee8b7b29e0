"""The made-up commissioner's contracts: how each hospital is paid, what is planned by month, and what was varied since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from pbc.money import share_out
from pbc.periods import FinancialYear, Month
from pbc.reference.activity import HOSPITAL_PODS
from pbc.sources.synthetic.parameters import PODS
from pbc.sources.synthetic.tariff import SOURCE
from pbc.sources.synthetic.totals import Totals, mean_factor
from pbc.sources.synthetic.world import World

Rows = list[dict[str, Any]]
Row = dict[str, Any]
MARGINAL_PERCENT, BASELINE_OVER_EXPECTED = 50, 0.93  # low enough that the marginal rate is always felt
CORRIDOR, CORRIDOR_PERCENT = 0.03, 50  # of follow-ups at the last hospital: felt on either side in some years
LOW_VOLUME_POUNDS = 1_500_000
ELECTIVE = ("EL", "DC", "OPFA", "OPPROC")
VARIED, VARIED_SHARE, DROPPED, DROPPED_SHARE = "AE", 0.02, "DC", 0.03


@dataclass(frozen=True)
class Line:
    """One line of a contract of a year: who pays whom for what, what it is expected to come to, and where it stands."""

    commissioner: str
    hospital: str
    pod: str
    pounds: float
    count: int
    is_first: bool
    is_last: bool

    @property
    def plan_pence(self) -> int:
        """What it is expected to come to, to the nearest £1,000."""
        return _thousands(self.pounds)

    @property
    def key(self) -> Row:
        """Its columns in every table."""
        return {"commissioner_code": self.commissioner, "provider_code": self.hospital, "point_of_delivery": self.pod}


def list_lines(world: World, totals: Totals, *, position: int) -> list[Line]:
    """This returns every line of a year: each commissioner with each hospital its practices use, each kind of activity."""
    lines = []
    for commissioner, code in enumerate(world.commissioner_codes):
        here = world.commissioner_of == commissioner
        hospitals = sorted(set(world.hospitals_of[here].ravel().tolist()))
        for hospital in hospitals:
            share = np.where(world.hospitals_of == hospital, world.hospital_share, 0.0).sum(axis=1)
            factor = world.market_forces_millionths[hospital] / 1_000_000
            for pod in HOSPITAL_PODS:
                at = PODS.index(pod)
                pounds = totals.expected[position, at] / mean_factor(world) * share * factor
                count = round(float((totals.activity[position, at] * share)[here].sum()))
                ends = hospital == hospitals[0], hospital == hospitals[-1]
                lines.append(Line(code, world.hospital_codes[hospital], pod, float(pounds[here].sum()), count, *ends))
    return lines


def contract_form_rows(world: World, totals: Totals, *, position: int) -> Rows:
    """This returns how each hospital is paid.

    Under england-2005 by price, but for an emergency baseline at the first hospital and, at the last, a block for accident
    and emergency, a corridor for follow-ups and a local price for procedures. Under england-2025 elective care is the
    variable part and the rest fixed, a low-volume block where it is small enough.
    """
    formed = _aligned if world.regime == "england-2025" else _by_results
    year = world.years[position].slug
    return [
        line.key | {
            "financial_year": year, "payment_form": "activity_price", "baseline_pence": None, "marginal_percent": None,
            "source": SOURCE, "plan_activity_count": line.count, "plan_pence": line.plan_pence,
        } | formed(line)
        for line in list_lines(world, totals, position=position)
    ]  # fmt: skip


def _by_results(line: Line) -> Row:
    if line.pod == "NEL" and line.is_first:
        baseline = _thousands(line.pounds * BASELINE_OVER_EXPECTED)
        return {"payment_form": "marginal", "marginal_percent": MARGINAL_PERCENT, "baseline_pence": baseline}
    if line.pod == "AE" and line.is_last:
        return {"payment_form": "block", "baseline_pence": line.plan_pence}
    if line.pod == "OPFUP" and line.is_last:
        ends = {
            "floor_pence": _thousands(line.pounds * (1 - CORRIDOR)),
            "ceiling_pence": _thousands(line.pounds * (1 + CORRIDOR)),
        }
        percents = {"marginal_percent": CORRIDOR_PERCENT, "below_percent": CORRIDOR_PERCENT}
        return {"payment_form": "cost_and_volume", "baseline_pence": line.plan_pence} | ends | percents
    if line.pod == "OPPROC" and line.is_last and line.count:
        return {"payment_form": "local", "local_price_pence": round(line.pounds / line.count) * 100}
    return {}


def _aligned(line: Line) -> Row:
    if line.pod in ELECTIVE:
        return {"payment_form": "variable"}
    is_small = line.pod == "AE" and line.is_last and line.pounds < LOW_VOLUME_POUNDS / 2
    return {"payment_form": "low_volume_block" if is_small else "fixed", "baseline_pence": line.plan_pence}


def contract_rows(world: World, totals: Totals, *, position: int) -> Rows:
    """This returns the contracts of a year, signed before it began."""
    year, plans = world.years[position], dict[tuple[str, str], int]()
    for line in list_lines(world, totals, position=position):
        pair = (line.commissioner, line.hospital)
        plans[pair] = plans.get(pair, 0) + line.plan_pence
    return [
        {
            "contract_code": _code(commissioner, hospital), "commissioner_code": commissioner, "provider_code": hospital,
            "financial_year": year.slug, "starts_on": year.start, "ends_before": year.plus(1).start,
            "signed_on": date(year.starts_in, 3, 20), "notice_days": None, "plan_pence": plan, "source": SOURCE,
        }
        for (commissioner, hospital), plan in plans.items()
    ]  # fmt: skip


def contract_plan_rows(world: World, totals: Totals, *, position: int) -> Iterator[Row]:
    """This returns what is planned by month: the year's money and units, parted by days."""
    year = world.years[position]
    months = list(year.months())
    days = [(month.end - month.start).days + 1 for month in months]
    for line in list_lines(world, totals, position=position):
        parts = zip(*(share_out(whole, days, keys=months) for whole in (line.count, line.plan_pence)), strict=True)
        for month, (count, amount) in zip(months, parts, strict=True):
            yield line.key | {
                "financial_year": year.slug, "month": month.number, "plan_activity_count": count, "plan_pence": amount,
                "source": SOURCE,
            }  # fmt: skip


def contract_variation_rows(world: World, totals: Totals, *, position: int) -> Rows:
    """This returns what was varied in a year: more for accident and emergency at each last hospital from October on, agreed
    in September; and fewer day cases planned there from January on, agreed in December."""
    year, rows = world.years[position], []
    for line in list_lines(world, totals, position=position):
        if line.is_last and line.pod == VARIED:
            more, units = _thousands(line.pounds * VARIED_SHARE), round(line.count * VARIED_SHARE)
            agreed = {
                "variation_number": 1,
                "agreed_on": date(year.starts_in, 9, 10),
                "reason": "an evening clinic opens",
            }
            rows.append(
                _variation(line, year, agreed, Month(year.starts_in, 10), baseline=more, plan=more, units=units)
            )
        if line.is_last and line.pod == DROPPED:
            less, units = _thousands(line.pounds * DROPPED_SHARE), round(line.count * DROPPED_SHARE)
            agreed = {"variation_number": 2, "agreed_on": date(year.starts_in, 12, 12), "reason": "a theatre is closed"}
            rows.append(
                _variation(line, year, agreed, Month(year.starts_in + 1, 1), baseline=0, plan=-less, units=-units)
            )
    return rows


def _variation(
    line: Line, year: FinancialYear, agreed: Row, first: Month, *, baseline: int, plan: int, units: int
) -> Row:
    return agreed | {
        "contract_code": _code(line.commissioner, line.hospital), "financial_year": year.slug, "point_of_delivery": line.pod,
        "from_month": first.number, "baseline_change_pence": baseline, "plan_change_pence": plan,
        "plan_activity_change": units, "source": SOURCE,
    }  # fmt: skip


def _code(commissioner: str, hospital: str) -> str:
    return f"{commissioner}-{hospital}"


def _thousands(pounds: float) -> int:
    return int(round(pounds, -3)) * 100
