"""An explanation as a reader may see it: a hidden figure says that it is hidden and why, and no part gives it away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from pbc.flows.gather_statement import NOTHING_HELD, Held, find_sets, places_of
from pbc.flows.trace import Found
from pbc.periods import Month
from pbc.reports import Protection, StatementMaterial, shown_to
from pbc.reports.explanation import Explanation, Part
from pbc.reports.hidden_rows import is_hidden
from pbc.reports.protection import OWN_PRACTICE, star_means
from pbc.results import Figure
from pbc.tables import ALL
from pbc.tables.contract import Kind

OF_PEOPLE = (
    "budget_statements", "variance_splits", "monthly_costs", "restated_months", "not_attributed", "bill_adjustments",
    "contract_bills", "bill_changes",
    "prescribing_effects", "prescribing_prices", "unidentified_prescribers",
    "ceded_costs", "chance_bands", "data_ages", "tier_statements",
)  # fmt: skip
PLANNED = (
    "budget_lines", "budget_targets", "budget_profiles", "budget_amendments", "budget_changes", "budget_previews",
    "budget_protections", "freed_up_resources", "gain_shares", "budget_positions", "year_end_releases", "year_end_walks", "pot_shares",
    "neighbourhood_shares",
    "overspend_years", "pool_movements", "prescribing_budgets", "age_sex_weights",
    "contracts", "contract_forms", "contract_plans", "contract_variations",
    "neighbourhood_bands", "pot_exceptions", "tariff_prices", "provider_factors", "weighted_lists", "commissioner_resources",
    "ledger_positions", "pooled_positions", "allocation_paths",
    "case_options", "case_costs", "case_activity_changes", "case_money", "appraisal_prices", "appraisal_changes", "appraisal_lines",
    "appraisal_years", "appraisal_results", "appraisal_payers", "appraisal_sensitivities", "appraisal_budgets",
    "case_events", "decision_times", "decision_shares",
)  # fmt: skip
ON_THEIR_OWN = ("service", "point_of_delivery", "specialty", "provider")  # of a region, by commissioner on theirs alone
EACH_ITS_OWN = "It is the sum over commissioners. What each holds of it stands on the commissioner's own page."
ENDED = (
    "freed_up_resources",
    "gain_shares",
    "budget_positions",
    "year_end_releases",
    "year_end_walks",
)  # with what the pool bore of people
# parts without an id are rules, contracts, sums of whole hospitals
WORKED_OUT = ("chance_bands", "bill_adjustments", "bill_changes")
FOR_THE_ENTITLED = (
    "Its cells, records and prices are for those entitled in the practice: so few people could be behind each that they are "
    "not counted here."
)
FINER = "Figures as fine as this are for those entitled in the practice: so few people could be behind each that none is shown."


def cover(
    found: Found, told: Explanation, *, sentences: tuple[str, ...], protection: Protection, held: Held = NOTHING_HELD
) -> Explanation:
    """This returns an explanation with what the reader may not see taken out of it; `sentences` are those that count nobody.

    Figures of plans stand as they are. Figures of people are those of the statement as shown; finer ones are not shown. What
    else was shown, and stays known, are the sets `held`, as of the pages.
    """
    if protection.shows_all or _is_own(found, protection):
        return told
    if found.figure.table in PLANNED:
        return _without_people(told) if found.figure.table in ENDED else told
    bare = replace(told, sentences=sentences, records=(), prices=(), parts=(), parts_title="", is_sum=False, gap=0)
    if found.figure.table not in OF_PEOPLE:
        return replace(bare, value=None, is_hidden=True, row=(), sentences=(FINER,))
    if not found.published.name.startswith("statement/"):  # a year that ended: its bands, and what its pool bore
        few = found.figure.table == "ceded_costs" and found.row["unit_kind"] == "practice"
        return replace(bare, value=None, is_hidden=True, row=(), sentences=(FINER,)) if few else told
    material = _shown(found, protection, held)
    rows, name = _rows(material, found.figure), found.column.name
    if not rows or is_hidden(rows[0], name):  # or it stands on nobody's pages
        why, rest = (f"It is hidden. {star_means(material.rule)}", _rest(found, rows[0])) if rows else (FINER, ())
        return replace(bare, value=None, is_hidden=True, row=rest, sentences=(why,))
    row = rows[0]
    is_finer = _is_finer_than_its_page(found)
    kept = () if is_finer else told.parts
    parts = tuple(covered for part in kept if (covered := _part(found, material, part)) is not None)
    is_whole = len(parts) == len(told.parts) and all(part.amount is not None for part in parts)
    left_out = () if len(parts) == len(told.parts) and not (told.records or told.prices) else (FOR_THE_ENTITLED,)
    left_out = (EACH_ITS_OWN,) if is_finer else left_out
    is_exact = is_whole and found.column.kind is not Kind.COUNT
    return replace(
        bare, value=row[name], row=_rest(found, row), sentences=(*sentences, *left_out), parts=parts,
        parts_title=told.parts_title if parts else "", is_sum=told.is_sum and is_exact, gap=told.gap if is_exact else 0,
    )  # fmt: skip


def _without_people(told: Explanation) -> Explanation:
    """What the pool bore of people stays out of how a year's end came about."""
    parts = tuple(part for part in told.parts if "ceded" not in part.label and "risk pool" not in part.label)
    if len(parts) == len(told.parts):
        return told
    return replace(told, parts=parts, is_sum=False, gap=0, sentences=(*told.sentences, FOR_THE_ENTITLED))


def _is_own(found: Found, protection: Protection) -> bool:
    """Whether the row is of the practice whose figures the reader may all see; care of the whole commissioner never is."""
    row = found.row
    code = row.get("practice_code") or (row.get("unit_code") if row.get("unit_kind") == "practice" else None)
    return protection.mode == OWN_PRACTICE and code == protection.practice_code


def _is_finer_than_its_page(found: Found) -> bool:
    """Whether a region's figure falls into commissioners' that its page does not show: theirs may hide what a practice would."""
    row = found.row
    return found.figure.table == "tier_statements" and row["unit_kind"] == "region" and row["cut"] in ON_THEIR_OWN


def _shown(found: Found, protection: Protection, held: Held) -> StatementMaterial:
    """The pages of the figure's own statement, whichever is in force now: of those alone among whom it stands, as pages are."""
    archive, published = found.archive, found.published
    month, held = Month.parse(published.name.rpartition("/")[2]), {**held, published.name: published.set_id}
    sets = find_sets(archive.shelf, month=month, held=held)
    policy = archive.shelf.policy(published.receipt.regime)
    kind, code = _among(found.row, places_of(archive.shelf, sets=sets, policy=policy)) if sets.register else ("", "")
    reader = archive.reader
    material = reader.region_material if kind == "region" else reader.material
    return shown_to(material(code, month, held=held), protection)


def _among(row: dict[str, Any], places: pl.DataFrame) -> tuple[str, str]:
    """Whose pages a row stands on: its commissioner's or its region's; of nobody's, anybody's; of one since gone, all."""
    kind, code = row.get("unit_kind", "practice"), row.get("practice_code") or row.get("unit_code")
    if kind == "region":
        return "region", str(code)
    if "commissioner_code" in row or code is None:
        return "commissioner", str(row.get("commissioner_code") or places["commissioner"][0])
    own = places.filter(pl.col("practice_code" if kind == "practice" else kind) == code)
    return ("", "") if own.is_empty() else ("commissioner", str(own["commissioner"][0]))


def _rows(material: StatementMaterial, figure: Figure) -> list[dict[str, Any]]:
    text = str(replace(figure, column=None))
    rows = material.table(figure.table)
    return rows.filter(rows["figure_id"] == text).to_dicts()


def _rest(found: Found, row: dict[str, Any]) -> tuple[Part, ...]:
    table = ALL[found.figure.table]
    others = [column for column in table.columns if column.name not in (*table.key, found.column.name)]
    return tuple(
        Part(f"{c.name}: {c.meaning}", row[c.name], c.kind, is_hidden=is_hidden(row, c.name))
        for c in others
        if row[c.name] is not None or is_hidden(row, c.name)
    )


def _part(found: Found, material: StatementMaterial, part: Part) -> Part | None:
    """A part as shown; None where it is finer than the statement, or of no figure of its own and may count people."""
    if not part.figure_id:
        return part if found.figure.table in WORKED_OUT else None
    figure = Figure.parse(part.figure_id)
    if figure.table in PLANNED:
        return part
    if figure.table not in OF_PEOPLE or figure.set_id != found.published.set_id or figure.column is None:
        return None
    rows = _rows(material, figure)
    if not rows:  # of nobody on these pages
        return None
    amount = (row := rows[0])[figure.column]
    sign = -1 if isinstance(part.amount, int) and isinstance(amount, int) and part.amount * amount < 0 else 1
    return replace(part, amount=None if amount is None else sign * amount, is_hidden=is_hidden(row, figure.column))
