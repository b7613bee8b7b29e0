"""Two workspaces, each on its own legal basis: a run after its last day is refused by the workspace's name."""

from pathlib import Path

import pytest

from pbc.errors import RefusedInput
from pbc.flows.journey import Journey
from pbc.flows.workspaces import ANALYSIS, INVOICE_VALIDATION, require_basis
from pbc.policy import Policy, load_policy

BASIS = "Approval of the board's data panel, minute 12"


def named(tmp_path: Path, **parts: str) -> Policy:
    lines = (
        f"workspaces.{name}:\n  values:\n    - {{from: 2025-04-01, value: {value}, status: local_agreement, source: Register of uses}}\n"
        for name, value in parts.items()
    )
    (tmp_path / "basis.yaml").write_text("".join(lines), encoding="utf-8")
    return load_policy("england-2025", overlays=[tmp_path / "basis.yaml"])


def test_run_is_let_through_up_to_the_last_day_and_refused_by_name_after_it(tmp_path: Path) -> None:
    policy = named(tmp_path, invoice_validation_basis=f'"{BASIS}"', invoice_validation_expires_on="2026-03-31")
    require_basis(policy, workspace=INVOICE_VALIDATION, journey=Journey(made_at="2026-03-31T23:59:59Z"))
    require_basis(policy, workspace=ANALYSIS, journey=Journey(made_at="2026-04-01T08:00:00Z"))
    with pytest.raises(RefusedInput, match=r"legal basis of invoice validation has ended") as refused:
        require_basis(policy, workspace=INVOICE_VALIDATION, journey=Journey(made_at="2026-04-01T00:00:00Z"))
    assert (refused.value.where, refused.value.expected) == (BASIS, "a day up to 2026-03-31")


@pytest.mark.parametrize("regime", ["england-2005", "england-2025"])
@pytest.mark.parametrize("made_at", ["", "2009-04-01T08:00:00Z", "2026-04-01T08:00:00Z"])
def test_regime_that_names_no_basis_judges_nothing(regime: str, made_at: str) -> None:
    for workspace in (INVOICE_VALIDATION, ANALYSIS):
        told = Journey(made_at=made_at)
        assert not require_basis(load_policy(regime), workspace=workspace, journey=told)


@pytest.mark.parametrize(
    "parts, made_at",
    [
        ({"analysis_basis": f'"{BASIS}"'}, "2026-01-01"),
        ({"analysis_expires_on": "2026-03-31"}, "2026-01-01"),
        ({"analysis_basis": f'"{BASIS}"', "analysis_expires_on": "2026-03-31"}, ""),
    ],
)
def test_half_a_basis_or_a_run_without_a_day_cannot_be_judged(
    tmp_path: Path, parts: dict[str, str], made_at: str
) -> None:
    with pytest.raises(RefusedInput, match="analysis holds cannot be told"):
        require_basis(named(tmp_path, **parts), workspace=ANALYSIS, journey=Journey(made_at=made_at))


def test_last_day_in_words_is_refused_when_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="not of the unit"):
        named(tmp_path, analysis_expires_on="'next March'")
