"""The two workspaces of today's England: each flow that uses records asks first whether its legal basis still holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from pbc.errors import RefusedInput
from pbc.flows.journey import Journey
from pbc.policy import Policy

INVOICE_VALIDATION, ANALYSIS = "invoice_validation", "analysis"
NONE = "none without a local agreement"


def require_basis(policy: Policy, *, workspace: str, journey: Journey) -> None:
    """This raises a refusal, by the workspace's name, where its legal basis has ended by the day of the journey.

    A regime that has no workspaces, or one in which no basis is named, is not judged here. A basis named without its last
    day, a last day without a basis, or a journey that tells no time is refused: nothing could be said of it. `made_at`
    begins with a day like 2026-04-01. Source: decision architecture/0242.
    """
    if f"workspaces.{workspace}_basis" not in policy.values:
        return
    latest = date.max if not journey.made_at else _day(journey.made_at)
    basis, last = (_named(policy, f"workspaces.{workspace}_{part}", latest) for part in ("basis", "expires_on"))
    if basis == last == NONE:
        return
    words = workspace.replace("_", " ")
    if not isinstance(last, date) or basis == NONE or not journey.made_at:
        raise RefusedInput(
            f"Whether the legal basis of {words} holds cannot be told.", where=f"workspaces.{workspace}_basis", found=f"{basis}, {last}",
            expected="a basis with its last day, and the day of the run", remedy="Name both in a local agreement (--policy FILE).",
        )  # fmt: skip
    if latest > last:
        raise RefusedInput(
            f"The legal basis of {words} has ended.", where=str(basis), found=f"a run of {latest.isoformat()}",
            expected=f"a day up to {last.isoformat()}",
            remedy=f"Name the renewed basis and its last day (workspaces.{workspace}_basis, workspaces.{workspace}_expires_on).",
        )  # fmt: skip


def _day(made_at: str) -> date:
    return date.fromisoformat(made_at[:10])


def _named(policy: Policy, name: str, on: date) -> Any:
    held = [value.value for value in policy.values[name] if value.starts_on <= on]
    return held[-1] if held else NONE
