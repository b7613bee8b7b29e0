"""Pages about a whole commissioner: the index of a month's statements, and where the commissioner stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl

from pbc.reports import charts, luck, sentences
from pbc.reports.amounts import NO_FIGURE, about, over_or_under, percent, share_of
from pbc.reports.data_age import data_age_table, describe_data_age
from pbc.reports.freed_up import describe_position_to_pay_from, payer_table
from pbc.reports.hidden_rows import STAR, is_hidden, said
from pbc.reports.history import describe_closing, is_formula_used
from pbc.reports.material import StatementMaterial
from pbc.reports.notes import describe_source
from pbc.reports.partial import describe_partial, mark_chart, mark_table, mark_title
from pbc.reports.position_tables import NOT_MEASURED, lost_table, signed
from pbc.reports.prescribing import describe_prescribing, effects_table, unidentified_table
from pbc.reports.protection import PROTECTED, Protection
from pbc.reports.risk_pool import pool_tables
from pbc.reports.shown_to import shown_to
from pbc.reports.statement_grid import COMMISSIONER
from pbc.reports.stop_loss import describe_pool, pool_table
from pbc.reports.summing import summed
from pbc.reports.tier_pieces import bill_table, changes_table
from pbc.reports.unusual_lists import describe_lists, pooled_codes
from pbc.reports.view import Chart, Head, Headline, PageTable, Paragraph, SummaryView

Row = dict[str, Any]
NO_CLUSTER = "no cluster"


def build_index(
    material: StatementMaterial, *, pages: Mapping[str, str], commissioner_page: str, protection: Protection = PROTECTED
) -> SummaryView:
    """This returns the index of a month's statements: `pages` maps practice codes to the addresses of their pages."""
    material = shown_to(material, protection)
    tables = (practices_table(material, pages), clusters_table(material))
    links = (
        (f"Where the {material.tiers.commissioner_short} stands, with every practice in one chart", commissioner_page),
    )
    how = Paragraph("how", "How to use these pages", (
        "Choose your practice in the table below. Its page begins with what changed in months already reported.",
        "Each page leads to the same figures in pence as a workbook (XLSX) and as CSV, where every row ends with a figure id "
        "that pbc explain can trace back to its rule, its price and its records.",
    ))  # fmt: skip
    return SummaryView(
        caption=material.name_of(material.commissioner_code),
        title=mark_title(material, f"Budget statements for {material.month.title}"),
        is_made_up=material.is_made_up,
        is_provisional=_is_provisional(material),
        facts=_facts(material),
        headlines=_headlines(material),
        paragraphs=(how,),
        tables=tuple(mark_table(material, table) for table in tables if table is not None),
        notes=(describe_source(material),),
        links=links,
        partial=describe_partial(material),
    )


def build_commissioner(
    material: StatementMaterial,
    *,
    pages: Mapping[str, str] | None = None,
    cluster_pages: Mapping[str, str] | None = None,
    protection: Protection = PROTECTED,
) -> SummaryView:
    """This returns where a commissioner stands: services, clusters, hospitals, and each practice against luck.

    `pages` and `cluster_pages` map codes to addresses; with `pages` every practice is listed, leading to its own. Small
    numbers are protected unless `protection` says otherwise.
    """
    material = shown_to(material, protection)
    chart = practices_chart(material)
    changes = material.table("restated_months")
    clusters = [
        material.name_of(material.clusters.get(code, NO_CLUSTER)) for code in changes["practice_code"].to_list()
    ]
    tables = [
        services_table(material),
        clusters_table(material, pages=cluster_pages),
        practices_table(material, pages) if pages else None,
        bill_table(material, unit_kind="commissioner", unit_code=material.commissioner_code),
        providers_table(material),
        payer_table(material),
        *pool_tables(material),
        lost_table(material),
        effects_table(material),
        unidentified_table(material),
        pool_table(material),
        data_age_table(material),
    ]
    return SummaryView(
        caption=material.name_of(material.commissioner_code),
        title=mark_title(material, f"Where the {material.tiers.commissioner_short} stands, {material.month.title}"),
        is_made_up=material.is_made_up,
        is_provisional=_is_provisional(material),
        facts=_facts(material),
        headlines=_headlines(material),
        paragraphs=(
            _describe_whole(material),
            _describe_luck(material),
            describe_prescribing(material),
            describe_pool(material),
            _describe_paying(material),
            describe_lists(material) if is_formula_used(material) else Paragraph("lists", "Unusual lists", ()),
            describe_data_age(material),
        ),
        tables=tuple(mark_table(material, table) for table in tables if table is not None),
        charts=(mark_chart(material, chart),) if chart else (),
        notes=(describe_source(material),),
        partial=describe_partial(material),
        changed=_describe_changes(material),
        changed_table=changes_table(changes, units=clusters, title=material.tiers.cluster.capitalize()),
    )


def _is_provisional(material: StatementMaterial) -> bool:
    bands = material.table("chance_bands")
    return bool(bands["is_provisional"].any()) if bands.height else True


def _facts(material: StatementMaterial) -> tuple[tuple[str, str], ...]:
    everyone = int(summed(material, "list_sizes")["people_count"][0])
    people = everyone if material.rule is None else material.rule.rounded(everyone)
    clusters = {material.clusters[code] for code in material.practices if code in material.clusters}
    facts = [("Practices", f"{len(material.practices):,}")]
    facts += [(f"{material.tiers.cluster.capitalize()}s", f"{len(clusters):,}")] if clusters else []
    return tuple(facts + ([("People on the lists", f"{people:,}")] if people else []))


def added_up(material: StatementMaterial, *, cut: str, period: str = "year_to_date") -> list[Row]:
    """This returns a cut of the statement added over practices, dearest first, as published since tiers are.

    Of older sets it is added here, and a sum with a missing part is missing.
    """
    rolled = material.of_tier("commissioner", material.commissioner_code, cut=cut, period=period)
    if rolled:
        return [{**row, "payment_form": "apportioned" if _is_shared_out(row) else "mixed"} for row in rolled]
    whole = (pl.col("unit") == COMMISSIONER) & (pl.col("cut") == cut) & (pl.col("period") == period)
    rows = summed(material, "budget_statements").filter(whole)
    return rows.sort("actual_pence", "item", descending=[True, False], nulls_last=True).to_dicts()


def _is_shared_out(row: Row) -> bool:
    return row["variance_pence"] is None and row["budget_pence"] is not None and not is_hidden(row, "actual_pence")


def _whole(material: StatementMaterial) -> Row | None:
    return next(iter(added_up(material, cut="total")), None)


def _headlines(material: StatementMaterial) -> tuple[Headline, ...]:
    whole, found = _whole(material), []
    if whole is not None and whole["variance_pence"] is not None:
        figure, _, side = over_or_under(whole["variance_pence"]).partition(" ")
        words = f"{side}, {percent(abs(whole['variance_pence']) / whole['budget_pence'])} of budgets to date"
        found.append(Headline(sentences.span(material.month), figure, words))
    bands = _judged(material)
    if bands.height:
        outside = bands.filter(pl.col("label") != "inside_chance").height
        words = f"of {bands.height} stand further out than luck explains; luck alone would put "
        words += f"{luck.expected_outside(bands.height)} there"
        found.append(Headline("Practices outside their band", str(outside), words))
    lost = sentences.lost_whole(material)
    if lost is not None:
        cost = said(lost, "cost_pence", say=about)
        found.append(Headline("Not attributed to any practice", cost, "kept apart, spread on nobody"))
    return tuple(found)  # fmt: skip


def _judged(material: StatementMaterial) -> pl.DataFrame:
    bands = material.table("chance_bands")
    return bands.filter((pl.col("unit_kind") == "practice") & (pl.col("label") != "not_judged"))


def _describe_whole(material: StatementMaterial) -> Paragraph:
    whole = _whole(material)
    words = []
    if whole is not None and None not in (whole["budget_pence"], whole["actual_pence"]):
        words.append(
            f"{sentences.spent_over(material.month)} the practices' care cost {about(whole['actual_pence'])} against budgets "
            f"of {about(whole['budget_pence'])}: {over_or_under(whole['variance_pence'])}."
        )
    runs = material.month.month_of_year < 12
    if runs and whole is not None and whole["forecast_outturn_pence"] is not None and whole["year_budget_pence"]:
        ahead = whole["forecast_outturn_pence"] - whole["year_budget_pence"]
        words.append(
            f"At this rate {material.month.financial_year} would end {over_or_under(ahead)}, if the rest of it keeps to the budget's "
            "monthly pattern."
        )
    words += sentences.describe_unpriced(material, None)
    return Paragraph("whole", "The whole", tuple(words))


def _describe_luck(material: StatementMaterial) -> Paragraph:
    band = luck.band_of(material, unit_kind="commissioner", unit_code=material.commissioner_code)
    words = [band["sentence"]] if band is not None and band["sentence"] else []
    words += luck.describe_outside(_judged(material).height)
    words.append("Where a practice stands says nothing yet about how well it cares.")
    return Paragraph("luck", "How much could be luck", tuple(words))


def _describe_paying(material: StatementMaterial) -> Paragraph:
    """What practices keep, beside what there is to pay it from; with the warning where the year was closed otherwise."""
    words = describe_position_to_pay_from(material.ended, payer_name=material.tiers.commissioner_short)
    warned = describe_closing(material).sentences if words else ()
    return Paragraph("paying", "What the year freed up, and what pays for it", (*words, *warned))


def _describe_changes(material: StatementMaterial) -> Paragraph:
    moved = summed(material, "restated_months").row(0)
    return sentences.describe_changes(material.table("restated_months"), material.month, moved=moved)


def practices_table(
    material: StatementMaterial, pages: Mapping[str, str], *, codes: Collection[str] | None = None
) -> PageTable:
    """This returns practices, all or those of `codes`, each with its position and the reading of its band, leading to its page."""
    links: dict[str, str] = {}
    rows = []
    pooled = pooled_codes(material) if is_formula_used(material) else []
    for code in material.practices:
        if codes is not None and code not in codes:
            continue
        name = f"{material.name_of(code)} ({code})"
        links |= {name: pages[code]} if code in pages else {}
        row = sentences.position(material, code, period="year_to_date")
        band = luck.band_of(material, unit_kind="practice", unit_code=code)
        size = material.size_of(code)
        rows.append((
            name, material.name_of(material.clusters.get(code, "None")), f"{size:,}" if size else "No data",
            *_money(row), _reading(band, is_pooled=code in pooled),
        ))  # fmt: skip
    heads = (
        Head("Practice"), Head(material.tiers.cluster.capitalize()), Head("People", True), Head("Cost", True),
        Head("Budget", True), Head("Over or under", True), Head("Share", True), Head("Luck or not?"),
    )  # fmt: skip
    caption = f"Practices, {sentences.span(material.month)}"
    return PageTable("practices", caption, heads, tuple(rows), links=links)


def _reading(band: Row | None, *, is_pooled: bool) -> str:
    words = luck.short_reading(band) if band else "No band"
    return f"{words}; pooled" if is_pooled else words


def _money(row: Row | None) -> tuple[str, str, str, str]:
    if row is None:
        return ("No data",) * 4
    variance, budget = row["variance_pence"], row["budget_pence"]
    if is_hidden(row, "actual_pence"):
        return STAR, about(budget), STAR, STAR
    if variance is None:
        words = NOT_MEASURED if row.get("payment_form") == "apportioned" else NO_FIGURE
        return about(row["actual_pence"]), about(budget), words, words
    return about(row["actual_pence"]), about(budget), signed(variance), share_of(variance, budget)


def clusters_table(material: StatementMaterial, *, pages: Mapping[str, str] | None = None) -> PageTable | None:
    """This returns each cluster with the band on its joint budget, never a sum of its practices' bands, or None."""
    bands = material.table("chance_bands").filter(pl.col("unit_kind") == "cluster").sort("unit_code").to_dicts()
    rows, links = [], {}
    for band in bands:
        members = sum(1 for code in material.practices if material.clusters.get(code) == band["unit_code"])
        width = luck.half_width(band)
        variance = band["actual_pence"] - band["budget_pence"]
        if band["unit_code"] in (pages or {}):
            links[material.name_of(band["unit_code"])] = (pages or {})[band["unit_code"]]
        rows.append((
            material.name_of(band["unit_code"]), str(members), about(band["actual_pence"]), about(band["budget_pence"]),
            signed(variance), share_of(variance, band["budget_pence"]),
            "No band" if width is None else percent(width), luck.short_reading(band),
        ))  # fmt: skip
    title = material.tiers.cluster.capitalize()
    heads = (
        Head(title), Head("Practices", True), Head("Cost", True), Head("Budget", True), Head("Over or under", True),
        Head("Share", True), Head("Luck, either way", True), Head("Luck or not?"),
    )  # fmt: skip
    note = "Lines judged only, at the prices budgets were set with, so sums may differ from the tables above."
    return PageTable("groups", f"{title}s against luck", heads, tuple(rows), note=note, links=links) if rows else None


def services_table(material: StatementMaterial) -> PageTable:
    """This returns the commissioner's services to date, the total last."""
    rows = [*added_up(material, cut="service"), *added_up(material, cut="total")]
    body = tuple((material.item_title(row["cut"], row["item"]), *_money(row)) for row in rows)
    heads = (
        Head("Service"),
        Head("Cost", True),
        Head("Budget", True),
        Head("Over or under", True),
        Head("Share", True),
    )
    return PageTable("services", f"By service, {sentences.span(material.month)}", heads, body, has_total=True)


def providers_table(material: StatementMaterial) -> PageTable | None:
    """This returns what each hospital was paid for placed activity, or None."""
    rows = added_up(material, cut="provider")
    body = tuple((material.item_title("provider", row["item"]), said(row, "actual_pence", say=about)) for row in rows)
    heads = (Head("Hospital"), Head("Cost", True))
    return PageTable("providers", f"By hospital, {sentences.span(material.month)}", heads, body) if body else None


def practices_chart(material: StatementMaterial, *, codes: Collection[str] | None = None) -> Chart | None:
    """This returns each judged practice's distance from budget against its band, all or those of `codes`, or None without."""
    judged = _judged(material) if codes is None else _judged(material).filter(pl.col("unit_code").is_in(list(codes)))
    return bands_chart(material, judged.to_dicts(), what="practices", name="practices")


def bands_chart(material: StatementMaterial, judged: list[Row], *, what: str, name: str) -> Chart | None:
    """This returns units' distance from budget against their bands, furthest over first, or None where none has a band."""
    singular = what.removesuffix("s")[0].upper() + what.removesuffix("s")[1:]
    bands = [
        row for row in judged if row["budget_pence"] and None not in (row["chance_low_pence"], row["actual_pence"])
    ]

    if not bands:
        return None
    rows = sorted((_band_row(material, band) for band in bands), key=lambda row: (-row["at"], row["name"]))
    outside = sum(1 for band in bands if band["label"] != "inside_chance")
    stand = "stands" if outside == 1 else "stand"
    title = f"{outside or 'None'} of {len(bands)} {what} {stand} further from budget than luck explains"
    body = tuple(
        (row["name"], percent(row["at"]), percent(row["low"]), percent(row["high"]), row["reading"]) for row in rows
    )
    heads = (
        Head(singular), Head("From budget", True), Head("Luck, lower", True), Head("Luck, upper", True), Head("Luck or not?"),
    )  # fmt: skip
    reading = (
        f"Each dot is one of the {what}. The pale band is how far luck alone moves its budget in 19 years of 20"
        f"{luck.outline_in_words(rows)}"
    )
    description = f"{title}. {reading} The table below holds every figure."
    source = f"Source: {material.statement_set.name}, chance bands. Base: {len(bands)} {what} judged, year to date."
    table = PageTable(f"{name}-bands", f"{what.capitalize() if what.islower() else what} against luck", heads, body)
    drawings = charts.bands(rows), charts.bands_narrow(rows)
    return Chart(name, title, reading, description, drawings[0], source, table, narrow=drawings[1])


def _band_row(material: StatementMaterial, band: Row) -> Row:
    budget = band["budget_pence"]
    shares = {
        name: None if band[f"{column}_pence"] is None else band[f"{column}_pence"] / budget - 1
        for name, column in (
            ("at", "actual"), ("low", "chance_low"), ("high", "chance_high"), ("outer_low", "outer_low"),
            ("outer_high", "outer_high"),
        )
    }  # fmt: skip
    name = f"{material.name_of(band['unit_code'])} ({band['unit_code']})"
    reading = _reading(band, is_pooled=is_formula_used(material) and band["unit_code"] in pooled_codes(material))
    return {"name": name, "budget": 0.0, "label": "", "reading": reading, **shares}
