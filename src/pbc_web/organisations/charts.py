"""Who took part, month by month, as a chart: one line on a scale from nought to all practices."""

from __future__ import annotations

from typing import Any

from pbc.reports.charts import CONFIG
from pbc.reports.view import Chart, Head, PageTable
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.uptake_summary import UptakeSummary
from pbc_web.shell import words

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


def uptake_chart(commissioner: Organisation, summary: UptakeSummary) -> Chart | None:
    """This returns the chart of a summary, or None where nothing was said of any practice."""
    if len(summary.trend) < 2:
        return None
    rows = [{"day": day.isoformat(), "count": active} for day, active, _ in summary.trend]
    table = PageTable(
        "uptake-trend", "Practices that took part", (Head("On"), Head("Took part", True), Head("All practices", True)),
        tuple((words.day(day), f"{active:,}", f"{practices:,}") for day, active, practices in summary.trend),
    )  # fmt: skip
    first, last = summary.trend[0], summary.trend[-1]
    title = f"{last[1]} of {last[2]} practices take part, {first[1]} on {words.day(first[0])}"
    return Chart(
        "uptake", title, "The line is the number of practices that took part on the first of each month.",
        f"{title}. The table below has every month.", _spec(rows, summary.practice_count), f"Source: what {commissioner.name} recorded.",
        table,
    )  # fmt: skip


def _spec(rows: list[dict[str, Any]], most: int) -> dict[str, Any]:
    x = {"field": "day", "type": "temporal", "title": None, "axis": {"format": "%b %Y", "tickCount": 3, "grid": False}}
    scale = {"domain": [0, most], "nice": False}
    y = {
        "field": "count",
        "type": "quantitative",
        "title": None,
        "scale": scale,
        "axis": {"tickMinStep": 1, "format": "d"},
    }
    line = {
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 3, "color": "#005eb8"},
        "encoding": {"x": x, "y": y},
    }
    return {
        "$schema": SCHEMA,
        "config": CONFIG,
        "padding": 6,
        "data": {"values": rows},
        "layer": [line],
        "width": 280,
        "height": 180,
    }
