"""The register of the made-up place: organisations, practices and memberships, as rows of their tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pbc.sources.synthetic.wording import KINDS_OF_PRACTICE, PLACES
from pbc.sources.synthetic.world import World

OPEN_END = date(9999, 12, 31)
OPENED = date(1998, 4, 1)
TIERS = {
    "england-2005": ("cluster", "pct", "sha", "ZS", "practice_cluster"),
    "england-2025": ("neighbourhood", "icb", "region", "ZR", "practice_neighbourhood"),
}
COMMISSIONERS_IN_A_REGION = 16
PRACTICES_IN_A_PCN = 5
Rows = list[dict[str, Any]]


def practice_name(position: int) -> str:
    """This returns a made-up name.

    >>> practice_name(1)
    'Brackenford Medical Centre (made up)'
    """
    place = PLACES[position % len(PLACES)]
    kind = KINDS_OF_PRACTICE[position % len(KINDS_OF_PRACTICE)]
    again = position // (len(PLACES) * len(KINDS_OF_PRACTICE))
    return f"{place} {kind}{f' {again + 1}' if again else ''} (made up)"


def closing_day(world: World, position: int) -> date | None:
    """This returns the last day of a practice that is taken over, None for the others."""
    plan = world.plan
    return plan.merger_on - timedelta(days=1) if plan.merger_on and position == plan.absorbed else None


def organisation_rows(world: World) -> Rows:
    """This returns every organisation with its role."""
    group, commissioner, authority, prefix, _ = TIERS[world.regime]
    rows = [
        _organisation(code, "practice", practice_name(i), closing_day(world, i))
        for i, code in enumerate(world.practice_codes)
    ]
    rows += [
        _organisation(code, group, f"{PLACES[-1 - i % len(PLACES)]} {group} {i + 1} (made up)")
        for i, code in enumerate(world.cluster_codes)
    ]
    rows += [
        _organisation(code, commissioner, f"Made-up {commissioner.upper()} {i + 1}")
        for i, code in enumerate(world.commissioner_codes)
    ]
    rows += [
        _organisation(f"{prefix}{i + 1}", authority, f"Made-up {authority.upper()} {i + 1}")
        for i in range(_authorities(world))
    ]
    rows += [
        _organisation(code, "provider", f"{PLACES[(3 * i) % len(PLACES)]} Hospital (made up)")
        for i, code in enumerate(world.hospital_codes)
    ]
    if world.regime == "england-2025":
        rows += [_organisation(code, "pcn", f"Made-up PCN {i + 1}") for i, code in enumerate(_pcn_codes(world))]
    return rows


def practice_rows(world: World) -> Rows:
    """This returns every practice of the register."""
    return [
        {
            "practice_code": code,
            "practice_name": practice_name(i),
            "postcode": f"ZZ{i // 90 % 99 + 1} {i // 10 % 9 + 1}{'ABDEFGHJLN'[i % 10]}Z",
            "status_code": "C" if closing_day(world, i) else "A",
            "prescribing_setting_code": "4",
            "commissioner_code": world.commissioner_codes[world.commissioner_of[i]],
            "opened_on": OPENED,
            "closed_on": closing_day(world, i),
        }
        for i, code in enumerate(world.practice_codes)
    ]


def membership_rows(world: World) -> Rows:
    """This returns who belongs to whom, and the succession of a practice that is taken over."""
    *_, prefix, relation = TIERS[world.regime]
    rows = []
    for i, code in enumerate(world.practice_codes):
        closed = closing_day(world, i)
        until = closed + timedelta(days=1) if closed else OPEN_END
        rows.append(_membership(code, relation, world.cluster_codes[world.cluster_of[i]], until))
        rows.append(
            _membership(code, "practice_commissioner", world.commissioner_codes[world.commissioner_of[i]], until)
        )
        if world.regime == "england-2025":
            rows.append(_membership(code, "practice_pcn", _pcn_codes(world)[i // PRACTICES_IN_A_PCN], until))
    for i, code in enumerate(world.commissioner_codes):
        rows.append(_membership(code, "commissioner_region", f"{prefix}{i // COMMISSIONERS_IN_A_REGION + 1}", OPEN_END))
    plan = world.plan
    if plan.merger_on is not None:
        taken = _membership(
            world.practice_codes[plan.survivor], "succeeds", world.practice_codes[plan.absorbed], OPEN_END
        )
        rows.append(taken | {"starts_on": plan.merger_on})
    return rows


def _authorities(world: World) -> int:
    return (len(world.commissioner_codes) - 1) // COMMISSIONERS_IN_A_REGION + 1


def _pcn_codes(world: World) -> list[str]:
    return [f"ZU{i + 1:04d}" for i in range((world.practices - 1) // PRACTICES_IN_A_PCN + 1)]


def _organisation(code: str, kind: str, name: str, closed: date | None = None) -> dict[str, Any]:
    return {
        "organisation_code": code, "organisation_kind": kind, "organisation_name": name, "opened_on": OPENED, "closed_on": closed,
    }  # fmt: skip


def _membership(member: str, relation: str, parent: str, until: date) -> dict[str, Any]:
    return {
        "member_code": member, "parent_code": parent, "relation": relation, "starts_on": OPENED, "ends_before": until,
    }  # fmt: skip
