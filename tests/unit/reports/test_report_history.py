"""What came before the figures: practices that merged, and a year closed on budgets that were set again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.gather_statement import gather_statement
from pbc.flows.write_statements import practice_of, write_one
from pbc.periods import Month
from pbc.reports import (
    SetShown,
    StatementMaterial,
    StatementView,
    Takeover,
    build_statement,
    render_statement,
    write_statement,
)
from pbc.results import Receipt, Store

SEPTEMBER, MARCH = Month(2009, 9), Month(2010, 3)


@pytest.fixture(scope="module")
def material(made_up_store: Store) -> StatementMaterial:
    return gather_statement(made_up_store, month=SEPTEMBER)


def said(view: StatementView) -> str:
    return " ".join(sentence for paragraph in view.paragraphs for sentence in paragraph.sentences)


def merged(material: StatementMaterial, *takeovers: Takeover) -> StatementMaterial:
    names = {**material.names, "Z90088": "Mill Lane Surgery", "Z90099": "Ferry House"}
    return replace(material, takeovers=takeovers, names=names)


MILL = Takeover("Z90088", "Z90001", date(2008, 10, 1))


def test_survivor_says_whom_its_statement_includes_and_since_when(material: StatementMaterial) -> None:
    words = said(build_statement(merged(material, MILL), practice_code="Z90001"))
    assert (
        "Since 1 October 2008 this statement includes Mill Lane Surgery (Z90088), which merged into this practice. "
        "The same time last year includes them too" in words
    )
    assert "Mill Lane" not in said(build_statement(merged(material, MILL), practice_code="Z90002"))
    assert "merged" not in said(build_statement(material, practice_code="Z90001"))


def test_survivor_of_several_mergers_names_each_day_once(material: StatementMaterial) -> None:
    both = merged(material, MILL, Takeover("Z90099", "Z90001", date(2008, 10, 1)))
    assert "includes Mill Lane Surgery (Z90088) and Ferry House (Z90099), which" in said(
        build_statement(both, practice_code="Z90001")
    )


def test_merger_in_mid_month_counts_from_the_next(material: StatementMaterial) -> None:
    late = merged(material, replace(MILL, on=date(2009, 6, 15)))
    assert (
        "On 15 June 2009 Mill Lane Surgery (Z90088) merged into this practice; included here from July 2009 on."
        in said(build_statement(late, practice_code="Z90001"))
    )


def test_practice_taken_over_this_year_keeps_its_page_and_points_on(material: StatementMaterial) -> None:
    gone = merged(material, Takeover("Z90002", "Z90001", date(2009, 8, 1)))
    assert practice_of(gone, "z90002") == "Z90002"
    assert "This practice merged into Elm Tree Surgery (Z90001) on 1 August 2009" in said(
        build_statement(gone, practice_code="Z90002")
    )


def test_statement_of_an_absorbed_practice_is_refused_and_points_to_its_heir(material: StatementMaterial) -> None:
    with pytest.raises(RefusedInput) as refused:
        practice_of(merged(material, MILL), "z90088")
    told = str(refused.value)
    assert "Mill Lane Surgery (Z90088) was absorbed by Elm Tree Surgery (Z90001) on 1 October 2008." in told
    assert "--practice Z90001" in told


@pytest.mark.parametrize("typed", ["Z90001", "z90001", " z90001 "], ids=["capitals", "small", "spaces"])
def test_code_in_small_letters_is_the_same_practice(made_up_store: Store, tmp_path: Path, typed: str) -> None:
    path = tmp_path / "page.html"
    write_one(made_up_store, practice_code=typed, month=SEPTEMBER, form="html", path=path)
    assert "Elm Tree Surgery (Z90001)" in path.read_text()


def test_unknown_code_is_still_refused_as_unknown(made_up_store: Store, tmp_path: Path) -> None:
    with pytest.raises(MissingFigure, match="no statement of September 2009 for practice Z99999"):
        write_one(made_up_store, practice_code="z99999", month=SEPTEMBER, form="html", path=tmp_path / "page.html")


def test_takeovers_are_read_from_the_register_behind_the_statement(
    tmp_path: Path, publish_made_up: Callable[..., Store]
) -> None:
    """Whoever answers on the first day of the month counts: a takeover in mid-month is in force from the next month."""
    store = publish_made_up(tmp_path / "store", practices=2)
    register, statement = store.current("register"), store.current("statement/2009-09")
    for day, expected in ((date(2008, 10, 1), 1), (date(2009, 9, 1), 1), (date(2009, 9, 2), 0)):
        link = {"member_code": "Z90001", "parent_code": "Z90088", "relation": "succeeds", "starts_on": day,
                "ends_before": date(9999, 12, 31)}  # fmt: skip
        memberships = register.frame("memberships")
        tables = {name: register.frame(name) for name in register.tables}
        tables["memberships"] = pl.concat([memberships, pl.DataFrame([link], schema=memberships.schema)])
        newer = store.publish("register", tables, replace(register.receipt, parameters={"day": str(day)}))
        receipt = replace(statement.receipt, inputs={**statement.receipt.inputs, "register": newer.set_id})
        store.publish("statement/2009-09", {name: statement.frame(name) for name in statement.tables}, receipt)
        takeovers = gather_statement(store, month=SEPTEMBER).takeovers
        assert takeovers == (Takeover("Z90088", "Z90001", day),) * expected


def closed(material: StatementMaterial, made_up_store: Store) -> StatementMaterial:
    freed = made_up_store.current("year-end/2009-10").frame("freed_up_resources").with_columns(figure_id=pl.lit("x"))
    ended = SetShown("year-end/2009-10", "bbbbbbbbbbbb", "close_year", "2010-04-20", "0.1", "england-2005", True)
    older = SetShown("budgets/2009-10", "aaaaaaaaaaaa", "set_budgets", "2009-05-01", "0.1", "england-2005", True)
    return replace(
        material, month=MARCH, closed_on=older, sets=(*material.sets, ended),
        tables={**material.tables, "freed_up_resources": freed},
    )  # fmt: skip


def test_page_warns_where_the_year_end_was_closed_on_other_budgets(
    material: StatementMaterial, made_up_store: Store, tmp_path: Path
) -> None:
    both = closed(material, made_up_store)
    view = build_statement(both, practice_code="Z90001")
    page = render_statement(view)
    mine = next(shown for shown in both.sets if shown.name == "budgets/2009-10")
    warning = page.split('class="panel warning"')[1].split("</section>")[0]
    assert "What the year freed up follows the budgets it was closed on (budgets/2009-10, set aaaaaaaaaaaa" in warning
    assert f"follows the newer ones (budgets/2009-10, set {mine.set_id}" in warning
    assert "until the PCT closes the year again (year-end/2009-10, set bbbbbbbbbbbb" in warning
    assert page.index('class="panel warning"') < page.index('class="panel changed"')
    book = openpyxl.load_workbook(write_statement(view, path=tmp_path / "s.xlsx", form="xlsx"))
    assert any("aaaaaaaaaaaa" in str(cell.value) for cell in book["Notes"]["A"])


def test_page_without_a_year_end_of_other_budgets_warns_of_nothing(
    material: StatementMaterial, made_up_store: Store
) -> None:
    alike = replace(closed(material, made_up_store), closed_on=None)
    nothing_freed = closed(material, made_up_store)
    for given, code in ((material, "Z90001"), (alike, "Z90001"), (nothing_freed, "Z90002")):
        view = build_statement(given, practice_code=code)
        assert view.warning.sentences == ()
        assert "closed on other budgets" not in render_statement(view)


def test_budgets_behind_the_year_end_are_read_from_its_receipt(
    tmp_path: Path, publish_made_up: Callable[..., Store]
) -> None:
    store = publish_made_up(tmp_path / "store", practices=2)
    september, budgets = store.current("statement/2009-09"), store.current("budgets/2009-10")
    tables = {name: september.frame(name) for name in september.tables}
    store.publish("statement/2010-03", tables, september.receipt)
    assert gather_statement(store, month=MARCH).closed_on is None
    changed = budgets.frame("budget_lines").with_columns(reason=pl.lit("set again"))
    again = store.publish(
        "budgets/2009-10", {"budget_lines": changed, "budget_profiles": budgets.frame("budget_profiles")},
        Receipt(flow="set_budgets", inputs=budgets.receipt.inputs, regime="england-2005", is_made_up=True),
    )  # fmt: skip
    inputs = {**september.receipt.inputs, "budgets/2009-10": again.set_id}
    store.publish("statement/2010-03", tables, replace(september.receipt, inputs=inputs))
    found = gather_statement(store, month=MARCH)
    assert found.closed_on is not None
    assert (found.closed_on.name, found.closed_on.set_id) == ("budgets/2009-10", budgets.set_id)
