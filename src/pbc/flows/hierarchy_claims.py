"""What several publications claim of who belonged to whom, settled into one history; and who took over whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from pbc.money import share_out
from pbc.tables import OPEN_END

FOREVER = date.fromisoformat(OPEN_END)
WHOLE = 1_000_000  # a share is told in millionths, so that the shares of one organisation add up to exactly 1


@dataclass(frozen=True)
class Claim:
    """A publication's word that a member belonged to a parent from a day until before another."""

    member: str
    relation: str
    parent: str
    starts_on: date
    ends_before: date
    source: str
    share: float = 1.0


def settle(claims: Iterable[Claim]) -> list[Claim]:
    """This returns one history of claims: a member has at most one parent of a relation on any day.

    Claims of the same parent that overlap become one, under the source of the first; an end somebody knows stands
    against one left open. Where another parent begins while one still holds, the earlier ends there.
    """
    ordered = sorted(
        claims, key=lambda each: (each.member, each.relation, each.starts_on, each.ends_before, each.parent)
    )
    settled: list[Claim] = []
    for _, group in groupby(ordered, key=lambda each: (each.member, each.relation)):
        settled += _one_history(group)
    return settled


def _one_history(group: Iterable[Claim]) -> list[Claim]:
    kept: list[Claim] = []
    for claim in group:
        last = kept[-1] if kept else None
        if last is None or claim.starts_on >= last.ends_before:
            kept.append(claim)
        elif claim.parent == last.parent:
            kept[-1] = replace(last, ends_before=_known_end(last.ends_before, claim.ends_before))
        else:
            kept.pop()
            kept += [] if last.starts_on == claim.starts_on else [replace(last, ends_before=claim.starts_on)]
            kept.append(claim)
    return kept


def _known_end(one: date, other: date) -> date:
    return min(one, other) if FOREVER in (one, other) else max(one, other)


def end_with(claims: Iterable[Claim], ends: Mapping[str, date]) -> list[Claim]:
    """This returns the claims, none of which outlasts its member: `ends` has the first day on which one is no more."""
    cut = [replace(each, ends_before=min(each.ends_before, ends.get(each.member, FOREVER))) for each in claims]
    return [each for each in cut if each.starts_on < each.ends_before]


def follow_practices(claims: Iterable[Claim], *, bodies: Iterable[str], source: str) -> list[Claim]:
    """This returns who took over each of `bodies` that ended, told by where its practices went, with shares that add to 1.

    A body is taken over on its last day if most of the moves of its practices fall on it; otherwise nobody can tell
    from practices who took it over, and nothing is said. Grain in: settled claims of practices.
    """
    wanted, moves, ends = set(bodies), defaultdict[str, Counter[tuple[date, str]]](Counter), dict[str, date]()
    ordered = sorted(claims, key=lambda each: (each.member, each.starts_on))
    for _, group in groupby(ordered, key=lambda each: each.member):
        history = list(group)
        for earlier, later in zip(history, [*history[1:], None], strict=True):
            ends[earlier.parent] = max(ends.get(earlier.parent, date.min), earlier.ends_before)
            if later is not None and later.starts_on == earlier.ends_before and later.parent != earlier.parent:
                moves[earlier.parent][earlier.ends_before, later.parent] += 1
    found: list[Claim] = []
    for body in sorted(wanted & set(moves)):
        last = {parent: count for (day, parent), count in moves[body].items() if day == ends[body]}
        if 2 * sum(last.values()) > sum(moves[body].values()):
            found += succession(body, last, on=ends[body], source=source)
    return found


def succession(body: str, weights: Mapping[str, float], *, on: date, source: str) -> list[Claim]:
    """This returns the successors of a body from a day on, each with its share of it; the shares add up to exactly 1."""
    heirs = sorted(weights)
    parts = share_out(WHOLE, [weights[heir] for heir in heirs], keys=heirs)
    return [
        Claim(heir, "succeeds", body, on, FOREVER, source, part / WHOLE)
        for heir, part in zip(heirs, parts, strict=True)
        if part
    ]
