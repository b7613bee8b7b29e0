"""Drafting, adopting and amending budgets from the console, and keeping pots in the store."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from tests.journeys.test_neighbourhood_pots import PLACES, POTS

from pbc.errors import MissingFigure, RefusedInput
from pbc.results import Store
from pbc_cli.main import pbc_command

DRAFT = ("set-budgets", "--year", "2009-10", "--basis", "fair_shares", "--draft", "Faster pace")


def run(store: Store, *words: str) -> str:
    """What a command printed; a refusal is a Fault."""
    result = CliRunner().invoke(pbc_command, [*words, "--store", str(store.path)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_draft_is_adopted_and_amended_from_the_console(store: Store, tmp_path: Path) -> None:
    told = run(store, *DRAFT, "--vary", "budgets.top_slice_share=0.02", "--source", "Paper 3")
    draft = store.current("budget-drafts/2009-10/faster-pace")
    assert f"budget-drafts/2009-10/faster-pace ({draft.set_id})" in told
    assert store.find("budgets/2009-10") is None
    assert "budgets/2009-10" in run(
        store, "adopt-budgets", "--year", "2009-10", "--draft", draft.set_id, "--decision", "Board"
    )
    decisions = tmp_path / "decisions.csv"
    decisions.write_text(
        "financial_year,amendment_number,practice_code,service,kind,money_source,amount_pence,effective_month,decision,reason\n"
        "2009-10,1,Z90001,outpatients,in_year,reserve,12345,2009-07,PEC 7,A clinic moved.\n"
    )
    told = run(store, "amend-budgets", "--year", "2009-10", "--amendments", str(decisions))
    assert "in year 1 £123" in told
    assert store.current("budgets/2009-10").frame("budget_amendments").height == 1


def test_protections_are_read_from_a_file(store: Store, tmp_path: Path) -> None:
    shown = tmp_path / "savings.csv"
    shown.write_text(
        "practice_code,service,first_year,amount_pence,years_count,decision,reason\n"
        "Z90001,outpatients,2009-10,100000,,PEC 3,Fewer follow-ups.\n"
    )
    assert "saving protected £1,000" in run(store, *DRAFT, "--protections", str(shown))


@pytest.mark.parametrize(
    "words, said",
    [
        (("--vary", "budgets.top_slice_share"), "not a rule value"),
        (("--vary", "budgets.top_slice_share=", "--source", "x"), "not a rule value"),
        (("--vary", "budgets.top_slice_share=0.02"), "need a source"),
    ],
)
def test_values_typed_wrongly_are_refused(store: Store, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(RefusedInput, match=said):
        run(store, *DRAFT, *words)


def test_only_drafts_vary_values_and_unknown_drafts_are_not_adopted(store: Store) -> None:
    with pytest.raises(RefusedInput, match="Only a draft varies"):
        run(store, *DRAFT[:5], "--source", "Paper 3")
    with pytest.raises(MissingFigure, match="no set 0123456789ab"):
        run(store, "adopt-budgets", "--year", "2009-10", "--draft", "0123456789ab", "--decision", "Board")
    with pytest.raises(MissingFigure, match="pbc set-budgets --year 2009-10 --basis BASIS --draft faster-pace"):
        store.current("budget-drafts/2009-10/faster-pace")


def test_pots_are_kept_under_a_name_with_their_workbook(made_up_england: Path) -> None:
    pots, places, out = (made_up_england / name for name in ("pots.csv", "places.csv", "shares.csv"))
    pl.DataFrame(POTS).write_csv(pots)
    pl.DataFrame(PLACES).write_csv(places)
    store = Store(made_up_england / "store")
    words = ("fair-shares", "--published", str(made_up_england), "--year", "2025-26", "--out", str(out), "--pots", str(pots),
             "--neighbourhoods", str(places), "--keep", "Our pots")  # fmt: skip
    assert "Kept as neighbourhood-pots/our-pots" in run(store, *words)
    assert out.with_suffix(".xlsx").read_bytes()[:2] == b"PK"
    with pytest.raises(RefusedInput, match="Only pots as at 1 April"):
        run(store, *words, "--on", "2025-06-01")
