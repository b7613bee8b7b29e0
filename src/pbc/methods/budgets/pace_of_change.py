"""How fast a budget moves from where it stands to its fair share: two named methods (rules.md R2.12, methods.md 3.8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbc.errors import RefusedInput
from pbc.money import pounds_and_pence, share_out_many

Pence = NDArray[np.int64]
Amounts = NDArray[np.float64]

NEAR_ENOUGH = 0.01  # a practice within one percent of its fair share counts as there
LONGEST_YEARS = 200
MILLION = 1_000_000


@dataclass(frozen=True)
class CloseDistance:
    """Every practice closes `closed_share` of its distance a year, and one further out than `tolerance_ratio` at least
    `minimum_ratio` of its target, as far as that does not take it inside the tolerance."""

    closed_share: float
    tolerance_ratio: float
    minimum_ratio: float

    def move(self, distance: Amounts) -> Amounts:
        """This returns how much of each distance (in share of target, without sign) must close: continuous, never more."""
        beyond = np.clip(distance - self.tolerance_ratio, 0.0, self.minimum_ratio)
        moved: Amounts = np.minimum(distance, np.maximum(self.closed_share * distance, beyond))
        return moved


@dataclass(frozen=True)
class MinimumGrowth:
    """Every practice grows by `floor_ratio` at least and `cap_ratio` at most; the rest goes in proportion to shortfall."""

    floor_ratio: float
    cap_ratio: float | None = None


def close_distance(opening: Pence, *, targets: Pence, pace: CloseDistance) -> Pence:
    """This returns budgets nearer to target than the opening ones, one per practice, in pence with the same sum.

    Never further from target, never past it. The two sides must give and take the same money: the side that the
    pace moves less is moved faster until they meet. Refused if the sums differ, or if that side may not move at all.
    Source: rules.md R2.12 and R2.13 (form found, numbers assumed); method `close_distance` of methods.md.

    >>> pace = CloseDistance(closed_share=0.25, tolerance_ratio=0.1, minimum_ratio=0.01)
    >>> close_distance(np.array([12000, 8000]), targets=np.array([10000, 10000]), pace=pace).tolist()
    [11500, 8500]
    """
    if opening.sum() != targets.sum():
        raise RefusedInput(
            "Opening budgets and fair shares do not add up to the same money.",
            found=f"{pounds_and_pence(int(opening.sum()))} against {pounds_and_pence(int(targets.sum()))}",
            remedy="Uplift the opening budgets to the resource of the year first.",
        )
    gap = (targets - opening).astype(np.float64)
    size = np.abs(gap)
    asked = targets * pace.move(np.divide(size, targets, out=np.zeros_like(size), where=targets > 0))
    asked = np.where(targets > 0, asked, size * pace.closed_share)
    givers, takers = asked * (gap < 0), asked * (gap > 0)
    moved = int(np.floor(max(givers.sum(), takers.sum())))
    given = _move_together(givers, size * (gap < 0), moved)
    taken = _move_together(takers, size * (gap > 0), moved)
    return opening - given + taken


def _move_together(asked: Amounts, most: Amounts, total: int) -> Pence:
    """Whole pence that sum to `total`, in proportion to what was asked, nowhere above `most`."""
    if total == 0:
        return np.zeros(len(asked), dtype=np.int64)
    able = np.where(asked > 0, most, 0.0)
    if able.sum() < total:
        raise RefusedInput(
            "This pace of change is impossible: one side must move and the other may not.",
            found=f"{pounds_and_pence(total)} to move, {pounds_and_pence(int(able.sum()))} that may",
            remedy="Set a share of the distance to close for every practice (budgets.pace_closed_share above zero).",
        )
    wanted = np.minimum(able, _common_speed(asked, able, total) * asked)
    return _keep_within(share_out_many(total, wanted), able.astype(np.int64))


def _common_speed(asked: Amounts, able: Amounts, total: float) -> float:
    """The factor at which the sum of min(able, factor x asked) reaches the total: a bent line, solved between its bends."""
    moving = asked > 0
    bends = able[moving] / asked[moving]
    order = np.argsort(bends)
    bends, full, still = bends[order], able[moving][order], asked[moving][order]
    full_before = np.concatenate([[0.0], np.cumsum(full)])
    still_after = still.sum() - np.concatenate([[0.0], np.cumsum(still)])
    reached = full_before[1:] + bends * still_after[1:]
    bend = min(int(np.searchsorted(reached, total)), len(bends) - 1)
    return float((total - full_before[bend]) / still_after[bend]) if still_after[bend] > 0 else float(bends[bend])


def _keep_within(parts: Pence, most: Pence) -> Pence:
    """The parts with any penny above `most` handed to the first that have room for one."""
    over = np.clip(parts - most, 0, None)
    within: Pence = parts - over
    room = np.flatnonzero(most > within)[: int(over.sum())]
    within[room] += 1
    return within


def minimum_growth(base: Pence, *, targets: Pence, total_pence: int, pace: MinimumGrowth) -> Pence:
    """This returns budgets of `total_pence`: each base grown by the floor, the rest in proportion to what is short of target.

    Growth above the cap is passed on until all is placed. A practice above its fair share may drift further above it.
    Refused if the total is below the sum of floors or above the sum of caps, with the difference. Source: methods.md 3.8.

    >>> pace = MinimumGrowth(floor_ratio=0.01)
    >>> minimum_growth(
    ...     np.array([100, 200, 300]), targets=np.array([136, 200, 294]), total_pence=630, pace=pace
    ... ).tolist()
    [125, 202, 303]
    """
    floors = _grown(base, pace.floor_ratio)
    left = total_pence - int(floors.sum())
    if left < 0:
        raise RefusedInput(
            "The resource is too small for the least growth promised to every practice.",
            found=f"{pounds_and_pence(total_pence)}, {pounds_and_pence(-left)} below the sum of floors",
            expected=f"at least {pounds_and_pence(int(floors.sum()))}",
            remedy="Lower the least growth (budgets.pace_minimum_growth) or find the difference.",
        )
    room = _room(base, floors, pace)
    if room is not None and int(room.sum()) < left:
        raise RefusedInput(
            "The resource is larger than the most growth allowed to every practice.",
            found=f"{pounds_and_pence(total_pence)}, {pounds_and_pence(left - int(room.sum()))} above the sum of caps",
            remedy="Raise the most growth (budgets.pace_maximum_growth) or hold the difference back.",
        )
    shortfall = np.clip(targets - floors, 0, None).astype(np.float64)
    return floors + _fill(left, shortfall, targets.astype(np.float64), room)


def _grown(base: Pence, ratio: float) -> Pence:
    """The base grown by a ratio, rounded up to a penny so that nobody is below the growth promised."""
    millionths = MILLION + round(ratio * MILLION)
    grown: Pence = -(-base * millionths // MILLION)
    return grown


def _room(base: Pence, floors: Pence, pace: MinimumGrowth) -> Pence | None:
    if pace.cap_ratio is None:
        return None
    if pace.cap_ratio < pace.floor_ratio:
        raise RefusedInput(
            "The most growth allowed is below the least.", found=f"{pace.cap_ratio} < {pace.floor_ratio}"
        )
    return np.maximum(_grown(base, pace.cap_ratio), floors) - floors


def _fill(left: int, shortfall: Amounts, targets: Amounts, room: Pence | None) -> Pence:
    """Whole pence that sum to `left`: by shortfall first, then by target among those with room."""
    placed = np.zeros(len(targets), dtype=np.int64)
    if left == 0:
        return placed
    if room is None:
        return share_out_many(left, shortfall if shortfall.sum() > 0 else targets)
    for weights in (shortfall, targets):
        able = np.minimum(room - placed, np.ceil(shortfall).astype(np.int64)) if weights is shortfall else room - placed
        able = np.where(weights > 0, able, 0)
        now = min(left - int(placed.sum()), int(able.sum()))
        placed = placed + _move_together(weights, able.astype(np.float64), now)
    last = left - int(placed.sum())
    return placed + _move_together((room - placed).astype(np.float64), (room - placed).astype(np.float64), last)


def years_to_target(distance: Amounts, *, weights: Amounts, pace: CloseDistance, years: int = LONGEST_YEARS) -> Amounts:
    """This returns the whole years, this one counted, until each practice is within one percent of its fair share.

    `distance` is the opening distance (budget over target less one), `weights` the targets; all shares are taken to
    stay as they are and the pace to be applied every year. Not a number where it takes longer than `years`.

    >>> pace = CloseDistance(closed_share=0.5, tolerance_ratio=0.1, minimum_ratio=0.01)
    >>> years_to_target(np.array([0.04, -0.04]), weights=np.array([1.0, 1.0]), pace=pace).tolist()
    [2.0, 2.0]
    """
    left = distance.astype(np.float64)
    taken = np.where(np.abs(left) <= NEAR_ENOUGH, 0.0, np.nan)
    for year in range(1, years + 1):
        if not np.isnan(taken).any():
            break
        left = _one_year_on(left, weights, pace)
        taken = np.where(np.isnan(taken) & (np.abs(left) <= NEAR_ENOUGH + 1e-12), float(year), taken)
    return taken


def _one_year_on(distance: Amounts, weights: Amounts, pace: CloseDistance) -> Amounts:
    size = np.abs(distance)
    asked, most = weights * pace.move(size), weights * size
    over, under = distance > 0, distance < 0
    moved = max(float(asked[over].sum()), float(asked[under].sum()))
    closed = np.zeros_like(size)
    for side in (over, under):
        if moved > 0 and asked[side].sum() > 0:
            speed = _common_speed(asked * side, most * side, min(moved, float(most[side].sum())))
            closed[side] = np.minimum(most, speed * asked)[side] / weights[side]
    after: Amounts = np.sign(distance) * (size - closed)
    return after
