"""The tables of a statement, as printed: pounds to £100, small counts hidden, missing figures in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from pbc.money import MINUS
from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY, PRESCRIBING_POD
from pbc.reference.payment_forms import STEP_TITLES
from pbc.reports.amounts import NO_FIGURE, about, count, listed, percent, share_of
from pbc.reports.hidden_rows import STAR, is_hidden, said
from pbc.reports.material import StatementMaterial
from pbc.reports.protection import star_means
from pbc.reports.summing import summed
from pbc.reports.view import Head, PageTable

Row = dict[str, Any]
CUTS = {
    "service": "service",
    "point_of_delivery": "kind of activity",
    "specialty": "specialty",
    "provider": "hospital",
}
NOT_MEASURED, NO_DATA = "Shared out", "No data"
CAUSES = {
    "population_pence": "people on the list",
    "volume_pence": "activity per person",
    "case_mix_pence": "dearer or cheaper kinds of care",
    "price_pence": "prices",
}
WHOLE_CUTS = ("service", "point_of_delivery")
UNBUDGETED = "All services are those with a budget: a line without one is shown and left out of the total."
MEDICINES = ("prescribing", PRESCRIBING_POD)


def position_table(material: StatementMaterial, practice_code: str, *, cut: str, period: str) -> PageTable | None:
    """This returns budget against actual by one cut, with the practice's total as the last row, or None without rows."""
    rows = material.of_practice("budget_statements", practice_code).filter(pl.col("period") == period)
    lines = rows.filter(pl.col("cut") == cut)
    if lines.height == 0:
        return None
    whole = rows.filter(pl.col("cut") == "total").to_dicts() if cut in WHOLE_CUTS else []
    has_budget = lines["budget_pence"].null_count() < lines.height
    heads = [Head(CUTS[cut].capitalize()), Head("Activity", True), Head("Cost", True)]
    heads += (
        [Head("Budget", True), Head("Over or under", True), Head("Over or under, % of budget", True)]
        if has_budget
        else []
    )
    heads += [Head("Same time last year", True)]
    ordered = sorted(
        lines.to_dicts(), key=lambda row: (row["actual_pence"] is None, -(row["actual_pence"] or 0), row["item"])
    )
    when = material.month.title if period == "month" else f"year to date, {material.month.title}"
    before = _last_year(rows, whole)
    body = tuple(
        _line(material, row, before=before, has_budget=has_budget)
        for row in [*ordered, *whole]
    )  # fmt: skip
    notes = _star_note(material, body)
    notes += _left_out(material, rows) if whole and before not in (NO_DATA, STAR) else []
    notes += (
        [UNBUDGETED]
        if whole and lines.filter(pl.col("year_budget_pence").is_null()).height and period != "month"
        else []
    )
    return PageTable(
        f"{period}-{cut}".replace("_", "-"), f"By {CUTS[cut]}, {when}", tuple(heads), body,
        note=" ".join(notes), has_total=bool(whole),
    )  # fmt: skip


def _activity(row: Row) -> str:
    if row["cut"] == "total":
        return "Mixed"
    words = said(row, "activity_count", say=count)
    is_counted = row["activity_count"] is not None
    return f"{words} items" if is_counted and row["item"] in MEDICINES else words


def _last_year(rows: pl.DataFrame, whole: list[Row]) -> str:
    """The total of last year or, where it has none, of the services that have: the note says which are left out."""
    if not whole:
        return NO_DATA
    held = _services(rows).to_dicts()
    if whole[0]["previous_year_pence"] is not None or is_hidden(whole[0], "previous_year_pence"):
        return said(whole[0], "previous_year_pence", say=about)
    if any(is_hidden(row, "previous_year_pence") for row in held):
        return STAR
    known = [row["previous_year_pence"] for row in held if row["previous_year_pence"] is not None]
    return about(sum(known)) if known else NO_DATA


def _services(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter((pl.col("cut") == "service") & pl.col("budget_pence").is_not_null())


def _left_out(material: StatementMaterial, rows: pl.DataFrame) -> list[str]:
    lacking = [
        row["item"]
        for row in _services(rows).sort("item").to_dicts()
        if row["previous_year_pence"] is None and not is_hidden(row, "previous_year_pence")
    ]
    named = listed([material.item_title("service", item).lower().replace("a&e", "A&E") for item in lacking])
    return [f"The total of last year leaves out {named}: no data to compare."] if lacking else []


def _line(material: StatementMaterial, row: Row, *, before: str, has_budget: bool) -> tuple[str, ...]:
    cells = [material.item_title(row["cut"], row["item"]), _activity(row), said(row, "actual_pence", say=about)]
    if has_budget:
        cells += [about(row["budget_pence"]), *_distance(row)]
    known = row["previous_year_pence"] is not None
    own = said(row, "previous_year_pence", say=about if known else lambda _: NO_DATA)
    return (*cells, before if row["cut"] == "total" else own)


def _distance(row: Row) -> tuple[str, str]:
    if row["variance_pence"] is None:
        words = NOT_MEASURED if row["payment_form"] == "apportioned" else NO_FIGURE
        words = said(row, "variance_pence", say=lambda _: words)
        return words, words
    return signed(row["variance_pence"]), share_of(row["variance_pence"], row["budget_pence"])


def signed(pence: int) -> str:
    """This returns a variance with its sign, plus for over budget.

    >>> signed(1_234_567), signed(-1_234_567), signed(0)
    ('+£12,300', '−£12,300', '£0')
    """
    words = about(pence)
    return words if words.startswith(MINUS) or words == "£0" else f"+{words}"


MOST_AT_ONCE = 6  # rows of a table that is only in passing of use


def changes_table(material: StatementMaterial, practice_code: str) -> PageTable | None:
    """This returns the earlier months that changed, line by line, or None where nothing did or all of it is hidden."""
    rows = material.of_practice("restated_months", practice_code).sort("month", "point_of_delivery").to_dicts()
    if all(is_hidden(row, "now_pence") for row in rows):
        return None
    body = tuple(
        (
            Month.from_number(row["month"]).title, pod_title(row["point_of_delivery"]), said(row, "activity_before", say=count),
            said(row, "activity_now", say=count), said(row, "before_pence", say=about), said(row, "now_pence", say=about),
            _change(row), row["reason"].capitalize(),
        )
        for row in rows
    )  # fmt: skip
    heads = (
        Head("Month"), Head("Kind of activity"), Head("Count before", True), Head("Count now", True),
        Head("Cost before", True), Head("Cost now", True), Head("Change", True), Head("Why"),
    )  # fmt: skip
    note = " ".join(_star_note(material, body))
    return PageTable(
        "changed", "Earlier months that changed", heads, body, note, is_background=len(body) > MOST_AT_ONCE
    )


def _change(row: Row) -> str:
    hidden = is_hidden(row, "now_pence")
    return STAR if hidden else signed(row["now_pence"] - row["before_pence"])


def pod_title(code: str) -> str:
    """This returns what people call a kind of activity, or its code."""
    pod = POINTS_OF_DELIVERY.get(code)
    return pod.title if pod else code


def split_base(rows: list[Row]) -> str:
    """This returns what a variance split covers."""
    medicines = any(row["point_of_delivery"] == PRESCRIBING_POD for row in rows)
    return "Hospital care and prescribing" if medicines else "Hospital care"


def split_total(material: StatementMaterial, practice_code: str) -> Row:
    """This returns the causes of all kinds of activity of a practice together; it must have some."""
    return summed(material, "variance_splits").filter(pl.col("practice_code") == practice_code).row(0, named=True)


def split_table(material: StatementMaterial, practice_code: str) -> PageTable | None:
    """This returns the four causes of the variance of each kind of activity, or None."""
    rows = material.of_practice("variance_splits", practice_code).sort("point_of_delivery").to_dicts()
    if not rows:
        return None
    columns = [*CAUSES, "variance_pence"]
    body = [
        (pod_title(row["point_of_delivery"]), *(said(row, column, say=signed) for column in columns)) for row in rows
    ]
    whole = split_total(material, practice_code)
    body.append((split_base(rows), *(signed(whole[column]) for column in columns)))
    heads = (
        Head("Kind of activity"), Head("People on the list", True), Head("Activity per person", True),
        Head("Kinds of care", True), Head("Prices", True), Head("Over or under", True),
    )  # fmt: skip
    note = " ".join(["Rounded to £100, so rows may not add up; in pence they do.", *_star_note(material, tuple(body))])
    return PageTable(
        "causes",
        f"Why {split_base(rows).lower()} is over or under budget",
        heads,
        tuple(body),
        note=note,
        has_total=True,
    )


def budget_table(material: StatementMaterial, practice_code: str) -> PageTable | None:
    """This returns how the year's budget was built: services down, steps across, or None."""
    rows = material.of_practice("budget_lines", practice_code)
    if rows.height == 0:
        return None
    steps = [str(step) for step in rows.group_by("step").agg(pl.col("sequence").min()).sort("sequence", "step")["step"]]
    held = {(r["service"], r["step"]): r["amount_pence"] for r in rows.to_dicts()}
    names = sorted({service for service, _ in held})

    def line(title: str, chosen: list[str]) -> tuple[str, ...]:
        sums = [sum(held.get((service, step), 0) for service in chosen) for step in steps]
        return (title, *(about(amount) for amount in sums), about(sum(sums)))

    body = [line(material.item_title("service", name), [name]) for name in names]
    heads = [
        Head("Service"),
        *(Head(step.replace("_", " ").capitalize(), True) for step in steps),
        Head("Budget", True),
    ]
    caption = f"How your budget for {material.month.financial_year} was built"
    note = "Each step stands with its rule and reason in the downloads."
    body.append(line("All services", names))
    return PageTable("budget", caption, tuple(heads), tuple(body), note=note, has_total=True)


def lost_table(material: StatementMaterial) -> PageTable | None:
    """This returns hospital care that no practice answers for, by hospital, reason and the month it dates from, or None."""
    rows = summed(material, "not_attributed").filter(pl.col("provider_code").is_not_null()).to_dicts()
    if not rows:
        return None
    reasons = {"not_registered": "Not on any list on the day", "unknown_practice": "Practice code not known"}
    body = tuple(
        (
            material.name_of(row["provider_code"]), reasons.get(row["attribution"], row["attribution"]),
            Month.from_number(row["month"]).title, said(row, "activity_count", say=count), said(row, "cost_pence", say=about),
        )
        for row in rows
    )  # fmt: skip
    heads = (Head("Hospital"), Head("Why"), Head("Oldest from"), Head("Activity", True), Head("Cost", True))
    caption = f"Care of the whole {material.tiers.commissioner_short} not attributed to any practice"
    return PageTable("not-attributed", caption, heads, body, note=" ".join(_star_note(material, body)))


def adjustments_table(material: StatementMaterial, practice_code: str) -> PageTable | None:
    """This returns what contract terms add to or take from the priced activity of the practice, or None."""
    rows = material.of_practice("bill_adjustments", practice_code).sort("provider_code", "kind").to_dicts()
    body = tuple(
        (
            material.name_of(row["provider_code"]),
            STEP_TITLES.get(row["kind"], row["kind"]),
            said(row, "amount_pence", say=signed),
        )
        for row in rows
    )
    heads = (Head("Hospital"), Head("Term"), Head("Year to date", True))
    return PageTable("adjustments", "Contract terms that change the bill", heads, body) if body else None


def savings_table(material: StatementMaterial, practice_code: str) -> PageTable | None:
    """This returns freed-up resources at the year end, for the practice and its cluster, on both bases, or None."""
    units = [("practice", practice_code), ("cluster", material.clusters.get(practice_code, ""))]
    rows = [row for unit in units for row in material.of_unit("freed_up_resources", *unit).to_dicts()]
    bases = {"price": "At the prices of activity", "bill": "As the change in the bill this year"}
    body = tuple(
        (
            material.name_of(row["unit_code"]), bases[row["basis"]] + (" (shared)" if row["is_shared"] else ""),
            about(row["freed_up_pence"]), percent(row["retained_share"], places=0), about(row["retained_pence"]),
            about(row["commissioner_pence"]),
        )
        for row in rows
    )  # fmt: skip
    heads = (
        Head("Held by"), Head("Counted"), Head("Freed up", True), Head("Practices' share", True),
        Head("Practices keep", True), Head(f"{material.tiers.commissioner_short} keeps", True),
    )  # fmt: skip
    return PageTable("freed-up", "Freed-up resources of the year", heads, body) if body else None


def _star_note(material: StatementMaterial, body: Iterable[tuple[str, ...]]) -> list[str]:
    return [star_means(material.rule)] if any(STAR in cells for row in body for cells in row) else []
