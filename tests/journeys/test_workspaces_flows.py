"""A flow asks before anything else whether the legal basis of its workspace still holds."""

from pathlib import Path

import pytest

from pbc.engines import Engine
from pbc.errors import RefusedInput
from pbc.flows.close_year import close_year
from pbc.flows.journey import Journey
from pbc.flows.reconcile import reconcile
from pbc.flows.state_month import state_month
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy, load_policy
from pbc.results import Store

AFTER = Journey(made_at="2026-04-01T08:00:00Z")


@pytest.fixture
def ended(tmp_path: Path) -> Policy:
    """Both workspaces on a basis whose last day was 31 March 2026."""
    path = tmp_path / "basis.yaml"
    path.write_text(
        "".join(
            f"workspaces.{space}_{part}:\n  values:\n    - {{from: 2025-04-01, value: {value}, status: local_agreement, "
            "source: Register of uses}\n"
            for space in ("invoice_validation", "analysis")
            for part, value in (("basis", "Minute 12 of the panel"), ("expires_on", "2026-03-31"))
        )
    )
    return load_policy("england-2025", overlays=[path])


def test_statement_and_year_end_after_the_last_day_of_analysis_are_refused_by_name(
    ended: Policy, tmp_path: Path, engine: Engine
) -> None:
    store = Store(tmp_path / "empty")
    with pytest.raises(RefusedInput, match="basis of analysis has ended"):
        state_month(store, month=Month(2026, 3), policy=ended, engine=engine, journey=AFTER)
    with pytest.raises(RefusedInput, match="basis of analysis has ended"):
        close_year(store, year=FinancialYear(2025), policy=ended, engine=engine, journey=AFTER)


def test_reconciliation_after_the_last_day_of_invoice_validation_is_refused_by_name(
    ended: Policy, tmp_path: Path, engine: Engine
) -> None:
    with pytest.raises(RefusedInput, match="basis of invoice validation has ended"):
        reconcile(Store(tmp_path / "empty"), month=Month(2026, 3), policy=ended, engine=engine, journey=AFTER)
