"""What the stop-loss took off a practice, and how the risk pool stands, in plain words. Nobody is ever listed."""

from __future__ import annotations

from typing import Any

from pbc.reports.amounts import about, count, over_or_under, percent
from pbc.reports.hidden_rows import is_hidden, said
from pbc.reports.luck import band_of
from pbc.reports.material import StatementMaterial
from pbc.reports.sentences import position
from pbc.reports.view import Head, PageTable, Paragraph

Row = dict[str, Any]
HELD_BACK = "held_back"


def describe_ceded(material: StatementMaterial, practice_code: str) -> Paragraph:
    """This returns how much of a practice's cost the risk pool bears and what that does to its budget; else nothing."""
    row = _row(material, "practice", practice_code)
    said = () if row is None else (_ceded(row), _kept(row), _budget(row), _stands(material, row))
    return Paragraph("stop-loss", "What the risk pool bears", tuple(sentence for sentence in said if sentence))


def describe_pool(material: StatementMaterial) -> Paragraph:
    """This returns how the commissioner's risk pool stands, and whether it was given what it may expect to bear."""
    row = _row(material, "risk_pool", material.commissioner_code)
    band = band_of(material, unit_kind="risk_pool", unit_code=material.commissioner_code)
    said = [band["sentence"]] if band is not None and band["sentence"] else []
    if row is not None:
        where = (
            "Budgets held it back" if row["basis"] == HELD_BACK else "Nothing was held back: it is the share expected"
        )
        said.append(
            f"For the whole year the pool has {about(row['year_contribution_pence'])}. {where}. It may expect to bear "
            f"{percent(row['expected_ceded_share'])} of what budgets pay for by activity: a pool given less leaves practices "
            "easier budgets and overspends itself, a pool given more the other way round."
        )
    return Paragraph("pool", "The risk pool", tuple(said))


def pool_table(material: StatementMaterial) -> PageTable | None:
    """This returns what each practice ceded to the pool and bore itself, the pool last; None without a stop-loss."""
    rows = material.table("ceded_costs").sort("unit_kind", "unit_code").to_dicts()
    body = tuple(
        (
            material.name_of(row["unit_code"]) if row["unit_kind"] == "practice" else "All",
            about(row["cost_pence"]), said(row, "ceded_pence", say=about), said(row, "borne_pence", say=about),
            said(row, "persons_count", say=count), about(row["contribution_pence"]),
        )
        for row in rows
    )  # fmt: skip
    heads = (
        Head("Practice"), Head("Hospital cost", True), Head("Borne by the pool", True), Head("Borne by the practice", True),
        Head("People", True), Head("Given to the pool to date", True),
    )  # fmt: skip
    caption = "What the risk pool bears, year to date"
    return PageTable("stop-loss", caption, heads, body, has_total=True) if body else None


def _row(material: StatementMaterial, unit_kind: str, unit_code: str) -> Row | None:
    rows = material.of_unit("ceded_costs", unit_kind, unit_code)
    return rows.row(0, named=True) if rows.height else None


def _ceded(row: Row) -> str:
    each = about(row["stop_loss_pence"])
    if is_hidden(row, "ceded_pence"):
        return (
            f"One person can cost you {each} in a year: what some cost above that is borne by the risk pool. How much is hidden, "
            "as it is of a few people; luck and freed-up resources are judged without it, the tables of cost show the whole."
        )
    if not row["ceded_pence"]:
        return f"Nobody's hospital care has cost you more than {each} so far this year, so the risk pool bears nothing for you."
    many = "1 person" if row["persons_count"] == 1 else f"{row['persons_count']:,} people"
    return (
        f"One person can cost you {each} in a year: {about(row['ceded_pence'])} that {many} cost above that is borne by the "
        f"risk pool. Of {about(row['cost_pence'])} for hospital care you bear {about(row['borne_pence'])}; luck and freed-up "
        "resources are judged on that, and the tables of cost show the whole."
    )


def _stands(material: StatementMaterial, row: Row) -> str:
    """Over or under budget to date as the tables have it, less the pool's cost, with the pool's money off the budget."""
    whole = position(material, row["unit_code"], period="year_to_date")
    if whole is None or whole["variance_pence"] is None or not row["ceded_pence"]:
        return ""
    left = whole["variance_pence"] - row["ceded_pence"] + row["budget_taken_pence"]
    return f"With the pool counted you are {over_or_under(left)} to date, where the whole cost is {over_or_under(whole['variance_pence'])}."


def _kept(row: Row) -> str:
    never = row["no_person_pence"] + row["fixed_pence"]
    if not never:
        return ""
    return (
        f"{about(never)} can never go to the pool: care of kinds the law restricts or without an NHS number, of which nobody "
        "knows whose it was, and care paid by block or without a budget of its own."
    )


def _budget(row: Row) -> str:
    year, now, taken = (row[f"{name}_pence"] for name in ("year_contribution", "contribution", "budget_taken"))
    if row["basis"] == HELD_BACK:
        back = (
            f" People reach that sum late in the year, so by now {about(now)} of it counts and {about(-taken)} is back in the "
            "budget you are judged against."
        )
        return f"Your budget of the year already is {about(year)} less, given to the pool.{back if taken < 0 else ''}"
    share = percent(row["expected_ceded_share"])
    return (
        f"Nothing was held back for the pool, so the budget you are judged against is {about(taken)} less: the part to date of "
        f"the {share} that people are expected to cost above that sum."
    )
