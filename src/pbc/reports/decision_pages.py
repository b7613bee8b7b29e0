"""How long decisions take, as pages show it: shares by commissioner and leg beside the survey, case by case, and charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from pbc.reference.case_events import STATE_TITLES, WITHDRAWN_BY_AUTHOR
from pbc.reference.decision_survey import CAUTION, DECISION, LEGS, SOURCE, SPANS, WITHIN
from pbc.reports.charts import BLUE, CONFIG, DARK, NARROW, PALE
from pbc.reports.decision_times import DecisionMaterial
from pbc.reports.history import day_in_words
from pbc.reports.view import Chart, Head, PageTable
from pbc.tables.decision_times import CONTINUED

Row = Mapping[str, Any]
TITLES = {**STATE_TITLES, CONTINUED: "came back under another code"}
TOO_NEW = "None old enough"
READING = "A dot is the share of cases, the line through it how far so few cases can be trusted, 95 times in 100."
READING_SURVEY = " The dark mark is what the survey printed{}: a share of people who answered it."
WAITING = (
    "Still waiting are those without a decision, or without a change of service: of the cases counted in each time; within eight weeks, "
    "of the others, since whoever still waits is late."
)
ROW_HEIGHT, ROOM = 46, 250


def shares_table(material: DecisionMaterial, *, commissioner: str, leg: str, name: str) -> PageTable:
    """This returns a commissioner's shares of a leg as a table, a span a row."""
    rows = tuple(
        (
            each["title"], f"{each['measured_count']:,}", f"{each['judged_count']:,}", _share(each["measured_share"], TOO_NEW),
            _range(each), f"{_waiting(material, each):,}", _survey(each),
        )
        for each in _spans(material, commissioner, leg)
    )  # fmt: skip
    heads = (
        Head("Time"), Head("Cases", True), Head("Of", True), Head("Share", True), Head("Could be", is_optional=True),
        Head("Still waiting", True), Head("Survey of 2009", is_optional=True),
    )  # fmt: skip
    return PageTable(f"{leg}-{commissioner}".lower(), f"{name}: {LEGS[leg]}", heads, rows, note=WAITING)


def _waiting(material: DecisionMaterial, row: Row) -> int:
    """Those that still wait: of the measured, but beside those decided within eight weeks the ones that are late."""
    if row["span"] != WITHIN:
        return int(row["waiting_count"])
    own = material.times.filter(pl.col("commissioner_code") == row["commissioner_code"], pl.col("state") != CONTINUED)
    return own.filter("is_judged", "is_late", ~pl.col("is_decided"), pl.col("state") != WITHDRAWN_BY_AUTHOR).height


def compared_table(material: DecisionMaterial, *, names: Mapping[str, str]) -> PageTable:
    """This returns commissioners side by side: cases, decided, waiting, late, and the share decided within eight weeks."""
    heads = (
        Head("Commissioner"), Head("Cases", True), Head("Decided", True), Head("Waiting", True), Head("Of these late", True),
        Head("Within eight weeks", True), Head("Could be", is_optional=True),
    )  # fmt: skip
    return PageTable("commissioners", "By commissioner", heads, tuple(_compared(material, names)))


def times_table(material: DecisionMaterial, *, names: Mapping[str, str], links: Mapping[str, str]) -> PageTable:
    """This returns every case with both legs, the one submitted last first; of several commissioners each names its own. `links` are
    by code."""
    heads = (
        Head("Case"), *([Head("Commissioner")] if len(names) > 1 else []),
        Head("State"), Head("Submitted"), Head("Due"), Head("Decided", is_optional=True),
        Head("Days", True), Head("Net of a stop", True), Head("Late"), Head("Service changed", is_optional=True),
        Head("Days from approval", True),
    )  # fmt: skip
    ordered = material.times.sort("submitted_on", "case_code", descending=[True, False])
    rows = tuple(_case(each, names) for each in ordered.iter_rows(named=True))
    return PageTable("cases", "Case by case", heads, rows, links=links)


def chart_within(material: DecisionMaterial, *, names: Mapping[str, str]) -> Chart | None:
    """This returns the share decided within eight weeks by commissioner, with its interval; None where nothing is old enough."""
    found = material.shares.filter(pl.col("leg") == DECISION, pl.col("span") == WITHIN).sort("commissioner_code")
    rows = [{**each, "title": names[each["commissioner_code"]]} for each in found.iter_rows(named=True)]
    table = compared_table(material, names=names)
    return _chart(
        "within", "Decided within eight weeks", [each for each in rows if each["measured_share"] is not None], table
    )


def chart_spans(material: DecisionMaterial, *, commissioner: str, leg: str, name: str) -> Chart | None:
    """This returns a commissioner's bands of a leg and its tail, with their intervals; None where nothing is old enough."""
    rows = [
        each
        for each in _spans(material, commissioner, leg)
        if each["span"] != WITHIN and each["measured_share"] is not None
    ]
    table = shares_table(material, commissioner=commissioner, leg=leg, name=name)
    return _chart(f"{leg}-{commissioner}".lower(), f"{name}: {LEGS[leg]}", rows, table)


def _spans(material: DecisionMaterial, commissioner: str, leg: str) -> list[dict[str, Any]]:
    own = material.shares.filter(pl.col("commissioner_code") == commissioner, pl.col("leg") == leg)
    found = {each["span"]: each for each in own.iter_rows(named=True)}
    return [{**found[span.code], "title": span.title.capitalize()} for span in SPANS if span.code in found]


def _compared(material: DecisionMaterial, names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for code in sorted(material.times["commissioner_code"].unique()):
        own = material.times.filter(pl.col("commissioner_code") == code, pl.col("state") != CONTINUED)
        waiting = own.filter(~pl.col("is_decided") & (pl.col("state") != "withdrawn_by_author"))
        within = _spans(material, code, DECISION)[0]
        yield (
            names[code], f"{own.height:,}", f"{own['is_decided'].sum():,}", f"{waiting.height:,}", f"{waiting['is_late'].sum():,}",
            _share(within["measured_share"], TOO_NEW), _range(within),
        )  # fmt: skip


def _case(row: Row, names: Mapping[str, str]) -> tuple[str, ...]:
    continued = row["continued_by_code"]
    state = TITLES[row["state"]] + (f": {continued}" if continued else "")
    return (
        row["case_code"], *([names[row["commissioner_code"]]] if len(names) > 1 else []),
        state[0].upper() + state[1:], day_in_words(row["submitted_on"]),
        day_in_words(row["due_on"]), day_in_words(row["decided_on"]) if row["decided_on"] else "None", f"{row['gross_days']:,}",
        f"{row['net_days']:,}", "Late" if row["is_late"] else "No", day_in_words(row["changed_on"]) if row["changed_on"] else "None",
        "–" if row["change_days"] is None else f"{row['change_days']:,}",
    )  # fmt: skip


def _share(share: float | None, missing: str) -> str:
    return missing if share is None else f"{share:.0%}"


def _range(row: Row) -> str:
    return "None" if row["low_share"] is None else f"{row['low_share']:.0%} to {row['high_share']:.0%}"


def _survey(row: Row) -> str:
    return "None" if row["survey_share"] is None else f"{row['survey_share']:.0%} {row['survey_asked']}"


def _chart(name: str, title: str, rows: list[dict[str, Any]], table: PageTable) -> Chart | None:
    if not rows:
        return None
    told = "; ".join(f"{each['title']} {each['measured_share']:.0%}, could be {_range(each)}" for each in rows)
    source = f"Source of the survey: {SOURCE}. {CAUTION}"
    return Chart(name, title, _reading(rows), f"{title}: {told}.", _spec(rows), source, table)


def _reading(rows: list[dict[str, Any]]) -> str:
    """How to read what is drawn: of the survey only where a mark of it stands."""
    marks = sum(each["survey_share"] is not None for each in rows)
    return READING + (
        READING_SURVEY.format("" if marks == len(rows) else ", where it printed anything") if marks else ""
    )


def _spec(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Names above their rows, so that it is as narrow as a telephone."""
    values = [
        {
            "name": each["title"], "share": each["measured_share"], "low": each["low_share"], "high": each["high_share"],
            "survey": each["survey_share"], "said": f"{each['title']}: {each['measured_share']:.0%}",
        }
        for each in rows
    ]  # fmt: skip
    y = {"field": "name", "type": "nominal", "sort": None, "axis": None}
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "title": None, "axis": {"format": ".0%", "tickCount": 4}}
    label = {
        "type": "text",
        "align": "left",
        "baseline": "bottom",
        "dy": -9,
        "x": 0,
        "limit": NARROW - 20,
        "color": DARK,
    }
    tick = {"type": "tick", "color": DARK, "thickness": 2, "size": 18, "orient": "vertical"}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": ROOM, "height": {"step": ROW_HEIGHT}, "data": {"values": values}, "config": CONFIG, "padding": 6,
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 4, "color": PALE},
                "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}},
            },
            {"mark": {"type": "point", "filled": True, "size": 90, "color": BLUE}, "encoding": {"y": y, "x": {"field": "share", **x}}},
            {
                "mark": tick, "encoding": {"y": y, "x": {"field": "survey", **x}},
                "transform": [{"filter": "datum.survey !== null"}],
            },
            {"mark": label, "encoding": {"y": y, "text": {"field": "said"}}},
        ],
    }  # fmt: skip
