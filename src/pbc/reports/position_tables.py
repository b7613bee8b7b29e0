"""The tables of a statement, as printed: pounds to £100, small counts hidden, missing figures in words."""

from __future__ import annotations

from typing import Any

import polars as pl

from pbc.money import MINUS
from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY, PRESCRIBING_POD
from pbc.reports.amounts import NO_FIGURE, about, count, counts, listed, percent, share_of
from pbc.reports.material import StatementMaterial
from pbc.reports.view import Head, PageTable

Row = dict[str, Any]
CUTS = {
    "service": "service",
    "point_of_delivery": "kind of activity",
    "specialty": "specialty",
    "provider": "hospital",
}
NOT_MEASURED = "Shared out"
CAUSES = {
    "population_pence": "people on the list",
    "volume_pence": "activity per person",
    "case_mix_pence": "dearer or cheaper kinds of care",
    "price_pence": "prices",
}
WHOLE_CUTS = ("service", "point_of_delivery")
UNBUDGETED = "All services are those with a budget: a line without one is shown and left out of the total."
HIDDEN = "* stands for 1 to 7, as so few stays or visits can point at a person, or for a count that would give such a one away."
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
    heads += [Head("Budget", True), Head("Over or under", True), Head("Share of budget", True)] if has_budget else []
    heads += [Head("Same time last year", True)]
    ordered = sorted(lines.to_dicts(), key=lambda row: (-row["actual_pence"], row["item"]))
    when = material.month.title if period == "month" else f"year to date, {material.month.title}"
    shown = _activity(ordered) | ({whole[0]["item"]: "Mixed"} if whole else {})
    before = _last_year(rows, whole)
    body = tuple(
        _line(material, row, activity=shown[row["item"]], before=before if row["cut"] == "total" else None,
              has_budget=has_budget)
        for row in [*ordered, *whole]
    )  # fmt: skip
    notes = [HIDDEN] if any("*" in row[1] for row in body) else []
    notes += _left_out(material, rows) if whole and before is not None else []
    notes += (
        [UNBUDGETED]
        if whole and lines.filter(pl.col("year_budget_pence").is_null()).height and period != "month"
        else []
    )
    return PageTable(
        f"{period}-{cut}".replace("_", "-"), f"By {CUTS[cut]}, {when}", tuple(heads), body,
        note=" ".join(notes), has_total=bool(whole),
    )  # fmt: skip


def _activity(rows: list[Row]) -> dict[str, str]:
    """Counts by item: those that add up to a count shown elsewhere on the page are hidden together; items are named so."""
    sums: dict[str, list[Row]] = {}
    for row in rows:
        kind = POINTS_OF_DELIVERY.get(row["item"]) if row["cut"] == "point_of_delivery" else None
        medicines = row["item"] in MEDICINES
        sums.setdefault("medicines" if medicines else kind.service if kind else "all", []).append(row)
    shown = {
        row["item"]: words
        for part in sums.values()
        for row, words in zip(part, counts([row["activity_count"] for row in part]), strict=True)
    }
    return {item: f"{words} items" if item in MEDICINES and words[0] != "N" else words for item, words in shown.items()}


def _last_year(rows: pl.DataFrame, whole: list[Row]) -> int | None:
    """The total of last year or, where it has none, of the services that have: the note says which are left out."""
    if not whole or whole[0]["previous_year_pence"] is not None:
        return whole[0]["previous_year_pence"] if whole else None
    held = _services(rows).filter(pl.col("previous_year_pence").is_not_null())["previous_year_pence"]
    return int(held.sum()) if held.len() else None


def _services(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter((pl.col("cut") == "service") & pl.col("budget_pence").is_not_null())


def _left_out(material: StatementMaterial, rows: pl.DataFrame) -> list[str]:
    lacking = _services(rows).filter(pl.col("previous_year_pence").is_null())["item"].sort().to_list()
    named = listed([material.item_title("service", item).lower().replace("a&e", "A&E") for item in lacking])
    return [f"The total of last year leaves out {named}: no data to compare."] if lacking else []


def _line(
    material: StatementMaterial, row: Row, *, activity: str, before: int | None, has_budget: bool
) -> tuple[str, ...]:
    cells = [material.item_title(row["cut"], row["item"]), activity, about(row["actual_pence"])]
    if has_budget:
        cells += [about(row["budget_pence"]), *_distance(row)]
    last = before if row["cut"] == "total" else row["previous_year_pence"]
    return (*cells, "No data" if last is None else about(last))


def _distance(row: Row) -> tuple[str, str]:
    if row["variance_pence"] is None:
        words = NOT_MEASURED if row["payment_form"] == "apportioned" else NO_FIGURE
        return words, words
    return signed(row["variance_pence"]), share_of(row["variance_pence"], row["budget_pence"])


def signed(pence: int) -> str:
    """This returns a variance with its sign, plus for over budget.

    >>> signed(1_234_567), signed(-1_234_567), signed(0)
    ('+£12,300', '−£12,300', '£0')
    """
    words = about(pence)
    return words if words.startswith(MINUS) or words == "£0" else f"+{words}"


def changes_table(material: StatementMaterial, practice_code: str) -> PageTable | None:
    """This returns the earlier months that changed, line by line, or None."""
    rows = material.of_practice("restated_months", practice_code).sort("month", "point_of_delivery").to_dicts()
    if not rows:
        return None
    body = tuple(
        (
            Month.from_number(row["month"]).title, pod_title(row["point_of_delivery"]), count(row["activity_before"]),
            count(row["activity_now"]), about(row["before_pence"]), about(row["now_pence"]),
            signed(row["now_pence"] - row["before_pence"]), row["reason"].capitalize(),
        )
        for row in rows
    )  # fmt: skip
    heads = (
        Head("Month"), Head("Kind of activity"), Head("Count before", True), Head("Count now", True),
        Head("Cost before", True), Head("Cost now", True), Head("Change", True), Head("Why"),
    )  # fmt: skip
    return PageTable("changed", "Earlier months that changed", heads, body, note=_small_note(body))


def pod_title(code: str) -> str:
    """This returns what people call a kind of activity, or its code."""
    pod = POINTS_OF_DELIVERY.get(code)
    return pod.title if pod else code


def split_base(rows: list[Row]) -> str:
    """This returns what a variance split covers."""
    medicines = any(row["point_of_delivery"] == PRESCRIBING_POD for row in rows)
    return "Hospital care and prescribing" if medicines else "Hospital care"


def split_table(material: StatementMaterial, practice_code: str) -> PageTable | None:
    """This returns the four causes of the variance of each kind of activity, or None."""
    rows = material.of_practice("variance_splits", practice_code).sort("point_of_delivery").to_dicts()
    if not rows:
        return None
    columns = [*CAUSES, "variance_pence"]
    body = [(pod_title(row["point_of_delivery"]), *(signed(row[column]) for column in columns)) for row in rows]
    body.append((split_base(rows), *(signed(sum(row[column] for row in rows)) for column in columns)))
    heads = (
        Head("Kind of activity"), Head("People on the list", True), Head("Activity per person", True),
        Head("Kinds of care", True), Head("Prices", True), Head("Over or under", True),
    )  # fmt: skip
    note = "Rounded to £100, so rows may not add up; in pence they do."
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
    rows = material.table("not_attributed")
    if rows.height == 0:
        return None
    added = (
        rows.group_by("provider_code", "attribution")
        .agg(pl.col("month").min(), pl.col("activity_count").sum(), pl.col("cost_pence").sum())
        .sort("provider_code", "attribution")
    )
    reasons = {"not_registered": "Not on any list on the day", "unknown_practice": "Practice code not known"}
    body = tuple(
        (
            material.name_of(row["provider_code"]), reasons.get(row["attribution"], row["attribution"]),
            Month.from_number(row["month"]).title, shown, about(row["cost_pence"]),
        )
        for row, shown in zip(added.to_dicts(), counts(added["activity_count"].to_list()), strict=True)
    )  # fmt: skip
    heads = (Head("Hospital"), Head("Why"), Head("Oldest from"), Head("Activity", True), Head("Cost", True))
    caption = f"Care of the whole {material.tiers.commissioner_short} not attributed to any practice"
    return PageTable("not-attributed", caption, heads, body, note=_small_note(body))


def adjustments_table(material: StatementMaterial, practice_code: str) -> PageTable | None:
    """This returns what contract terms add to or take from the priced activity of the practice, or None."""
    rows = material.of_practice("bill_adjustments", practice_code).sort("provider_code", "kind").to_dicts()
    kinds = {"marginal_rate": "Marginal rate on emergency care", "block": "Block contract"}
    body = tuple(
        (material.name_of(row["provider_code"]), kinds.get(row["kind"], row["kind"]), signed(row["amount_pence"]))
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


def _small_note(body: tuple[tuple[str, ...], ...]) -> str:
    return HIDDEN if any("*" in row for row in body) else ""
