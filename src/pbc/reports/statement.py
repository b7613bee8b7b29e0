"""The statement a practice manager reads, put together from published tables in the order it is read."""

from __future__ import annotations

from dataclasses import replace

from pbc.errors import MissingFigure
from pbc.reports import charts, freed_up, luck, months, position_tables, sentences, unusual_lists
from pbc.reports.amounts import about, over_or_under, percent
from pbc.reports.data_age import data_age_table, describe_data_age
from pbc.reports.history import describe_closing, is_formula_used
from pbc.reports.material import StatementMaterial
from pbc.reports.notes import describe_notes, list_policy
from pbc.reports.partial import describe_partial, mark_chart, mark_table, mark_title
from pbc.reports.prescribing import describe_prescribing, effects_table
from pbc.reports.protection import PROTECTED, Protection
from pbc.reports.risk_pool import overspend_paragraph
from pbc.reports.sheets import statement_sheets
from pbc.reports.shown_to import shown_to
from pbc.reports.stop_loss import describe_ceded
from pbc.reports.summing import moved_of
from pbc.reports.view import Chart, Head, PageTable, Paragraph, StatementView


def build_statement(
    material: StatementMaterial, *, practice_code: str, protection: Protection = PROTECTED
) -> StatementView:
    """This returns one practice's statement of a month: changes first, a page of sentences, charts, tables, notes.

    Small numbers are protected unless `protection` says otherwise.

    A practice without rows in the statement is refused, with how many there are.
    """
    if practice_code not in material.practices:
        raise MissingFigure(
            f"There is no statement of {material.month.title} for practice {practice_code}.",
            where=material.statement_set.name, found=f"statements of {len(material.practices)} practices",
            remedy="Check the practice code; it is written in capitals, like Z90001.",
        )  # fmt: skip
    material = shown_to(material, protection)
    band = luck.band_of(material, unit_kind="practice", unit_code=practice_code)
    return StatementView(
        practice_code=practice_code,
        practice_name=material.name_of(practice_code),
        month=str(material.month),
        title=mark_title(material, f"Budget statement for {material.month.title}"),
        is_made_up=material.is_made_up,
        is_provisional=band is None or bool(band["is_provisional"]),
        facts=_facts(material, practice_code),
        warning=_warning(material, practice_code),
        changed=sentences.describe_changes(
            material.of_practice("restated_months", practice_code),
            material.month,
            moved=None if material.is_own(practice_code) else moved_of(material, [practice_code]),
        ),
        changed_table=position_tables.changes_table(material, practice_code),
        headlines=sentences.headlines(material, practice_code),
        paragraphs=(
            sentences.describe_position(material, practice_code),
            describe_ceded(material, practice_code),
            sentences.describe_movers(material, practice_code),
            describe_prescribing(material, practice_code=practice_code),
            luck.describe_chance(material, practice_code),
            Paragraph("list", "Your list", tuple(_list(material, practice_code))),
            sentences.describe_counting(material, practice_code),
            describe_data_age(material),
            _savings(material, practice_code),
            overspend_paragraph(material, practice_code),
            sentences.describe_answer(material),
        ),
        charts=_charts(material, practice_code),
        tables=_tables(material, practice_code),
        notes=describe_notes(material, practice_code),
        policy_table=list_policy(material, practice_code),
        sheets=statement_sheets(material, practice_code),
        has_small_counts=material.is_own(practice_code) or protection.shows_all,
        partial=describe_partial(material),
    )


def _list(material: StatementMaterial, practice_code: str) -> list[str]:
    """An unusual list: what the formula makes of it or, where no formula set the budget, that it changes nothing here."""
    if is_formula_used(material):
        return unusual_lists.describe_list(material, practice_code)
    note = unusual_lists.note_of(material, practice_code)
    said = "no formula set your budget, so it changes nothing on this page"
    return [] if note is None else [f"Your list is unusual: {note.why}. But {said}."]


def _savings(material: StatementMaterial, practice_code: str) -> Paragraph:
    """What the year freed up and, where it freed anything, which part is the pool's and of which months it is counted."""
    said = luck.describe_savings(material, practice_code)
    more = [
        *freed_up.describe_pool_part(material, practice_code),
        *freed_up.describe_whole_year(material, practice_code),
    ]
    return replace(said, sentences=(*said.sentences, *more)) if said.sentences else said


def _warning(material: StatementMaterial, practice_code: str) -> Paragraph:
    """Only where the practice's page shows what the year freed up is there anything to warn of."""
    warning = describe_closing(material)
    has_savings = bool(luck.describe_savings(material, practice_code).sentences)
    return warning if has_savings else replace(warning, sentences=())


def _facts(material: StatementMaterial, practice_code: str) -> tuple[tuple[str, str], ...]:
    cluster = material.clusters.get(practice_code)
    size = material.size_of(practice_code)
    as_at = f" on {material.list_as_at.day} {material.list_as_at:%B %Y}" if material.list_as_at else ""
    facts = [("Practice", f"{material.name_of(practice_code)} ({practice_code})")]
    facts += [(material.tiers.cluster.capitalize(), material.name_of(cluster))] if cluster else []
    facts += [(material.tiers.commissioner.capitalize(), material.name_of(material.commissioner_code))]
    facts += [("People on the list", f"{size:,}{as_at}")] if size else []
    return tuple(facts)


READ_FIRST = ("year-to-date-service", "freed-up")  # tables a page shows open; the others are folded


def _tables(material: StatementMaterial, practice_code: str) -> tuple[PageTable, ...]:
    positions = [
        position_tables.position_table(material, practice_code, cut=cut, period=period)
        for period, cut in (
            ("year_to_date", "service"), ("month", "service"), ("year_to_date", "point_of_delivery"),
            ("year_to_date", "specialty"), ("year_to_date", "provider"),
        )
    ]  # fmt: skip
    others = [
        position_tables.savings_table(material, practice_code),
        freed_up.walk_table(material, practice_code),
        position_tables.budget_table(material, practice_code),
        position_tables.adjustments_table(material, practice_code),
        effects_table(material, practice_code=practice_code),
        position_tables.lost_table(material),
        data_age_table(material),
    ]
    year = (
        "freed-up",
        "freed-walk",
        "budget",
        "data-age",
    )  # of the whole year, not to date, or saying itself what is missing
    found = [
        replace(table, is_background=table.name not in READ_FIRST)
        for table in [*positions, *others]
        if table is not None
    ]
    return tuple(table if table.name in year else mark_table(material, table) for table in found)


def _charts(material: StatementMaterial, practice_code: str) -> tuple[Chart, ...]:
    makers = (chance_chart, service_chart, months.month_chart, cause_chart)
    found = [make(material, practice_code) for make in makers]
    return tuple(mark_chart(material, chart) for chart in found if chart is not None)


def chance_chart(material: StatementMaterial, practice_code: str) -> Chart | None:
    """This returns the practice's distance from budget against its bands, or None where there is no band."""
    band = luck.band_of(material, unit_kind="practice", unit_code=practice_code)
    if band is None or None in (band["chance_low_pence"], band["actual_pence"]) or not band["budget_pence"]:
        return None
    budget = band["budget_pence"]
    at = band["actual_pence"] / budget - 1
    row = {
        "name": "", "at": at, "budget": 0.0, "label": f"You: {percent(abs(at))} {'over' if at > 0 else 'under'}",
        **{
            name: band[f"{column}_pence"] / budget - 1
            for name, column in (("low", "chance_low"), ("high", "chance_high"))
        },
        "outer_low": (band["outer_low_pence"] or band["chance_low_pence"]) / budget - 1,
        "outer_high": (band["outer_high_pence"] or band["chance_high_pence"]) / budget - 1,
    }  # fmt: skip
    reading = luck.reading(band)
    title = f"{percent(abs(at))} {'over' if at > 0 else 'under'} budget: {reading[0].lower()}{reading[1:]}"
    limits = (
        ("Where you stand", about(band["actual_pence"]), percent(at)),
        ("Luck alone, lower limit", about(band["chance_low_pence"]), percent(row["low"])),
        ("Luck alone, upper limit", about(band["chance_high_pence"]), percent(row["high"])),
        ("With the usual error of budgets, lower limit", about(band["outer_low_pence"]), percent(row["outer_low"])),
        ("With the usual error of budgets, upper limit", about(band["outer_high_pence"]), percent(row["outer_high"])),
    )
    has_error = (row["outer_low"], row["outer_high"]) != (row["low"], row["high"])
    heads = (Head("Limit"), Head("Spending", True), Head("From budget", True))
    reading_it = (
        "The dot shows where you stand. The solid pale band is how far luck alone moves a budget this size in 19 years of 20"
        f"{luck.outline_in_words([row])}"
    )
    source = (
        f"Source: {material.statement_set.name}, chance bands. Base: lines paid by activity and prescribing, at the "
        f"prices budgets were set with, {sentences.span(material.month)}."
    )
    table = PageTable(
        "chance-limits",
        f"Where you stand against luck (budget {about(budget)})",
        heads,
        limits if has_error else limits[:3],
    )
    ends = f"Luck alone: {percent(row['low'])} to {percent(row['high'])}. "
    ends += (
        f"With the usual error of budgets: {percent(row['outer_low'])} to {percent(row['outer_high'])}. "
        if has_error
        else ""
    )
    description = f"{row['label']}. {ends}{reading_it}"
    return Chart("chance", title, reading_it, description, charts.band(row), source, table)


def service_chart(material: StatementMaterial, practice_code: str) -> Chart | None:
    """This returns the variance of each service to date, furthest over budget first, or None without any."""
    held = sentences.services(material, practice_code)
    if not held:
        return None
    furthest = max(held, key=lambda row: (abs(row["variance_pence"]), row["item"]))
    named = material.item_title("service", furthest["item"])
    title = f"{named} is furthest from budget: {over_or_under(furthest['variance_pence'])}"
    rows = [
        (material.item_title("service", row["item"]), row["variance_pence"], row["budget_pence"], row["actual_pence"])
        for row in held
    ]
    spec = charts.bars([bar(name, pence) for name, pence, _, _ in rows])
    body = tuple((name, about(actual), about(budget), over_or_under(pence)) for name, pence, budget, actual in rows)
    heads = (Head("Service"), Head("Cost", True), Head("Budget", True), Head("Over or under", True))
    reading_it = (
        "Bars to the right of the upright line are over budget, bars to the left under; "
        "how much stands at the end of each name's line."
    )
    describing = "; ".join(f"{name} {over_or_under(pence)}" for name, pence, _, _ in rows) + "."
    source = f"Source: {material.statement_set.name}. Base: services with a variance, {sentences.span(material.month)}."
    table = PageTable("service-variance", "Over and under budget by service, year to date", heads, body)
    return Chart("services", title, reading_it, describing, spec, source, table)


def bar(name: str, pence: int) -> dict[str, object]:
    """This returns one bar of a chart of variances."""
    return {"name": name, "pounds": pence / 100, "label": over_or_under(pence).removesuffix(" budget")}


def cause_chart(material: StatementMaterial, practice_code: str) -> Chart | None:
    """This returns the four causes of the hospital variance, or None where no split was published."""
    splits = material.of_practice("variance_splits", practice_code)
    table = position_tables.split_table(material, practice_code)
    if splits.height == 0 or table is None:
        return None
    sums = position_tables.split_total(material, practice_code)
    largest = max(position_tables.CAUSES, key=lambda column: abs(sums[column]))
    moved = f"{about(abs(sums[largest]))} {'more' if sums[largest] > 0 else 'less'}"
    title = f"{position_tables.CAUSES[largest].capitalize()}: the largest cause, {moved} than planned"
    rows = [
        {"name": words.capitalize(), "pounds": sums[column] / 100, "label": position_tables.signed(sums[column])}
        for column, words in position_tables.CAUSES.items()
    ]
    reading_it = "Bars to the right add cost, bars to the left take it away."
    describing = "; ".join(f"{row['name']} {row['label']}" for row in rows) + "."
    base = position_tables.split_base(splits.to_dicts()).lower()
    source = f"Source: {material.statement_set.name}, variance split. Base: {base}, {sentences.span(material.month)}."
    return Chart("causes", title, reading_it, describing, charts.bars(rows), source, table)
