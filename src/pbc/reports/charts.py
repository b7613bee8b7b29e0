"""Charts as Vega-Lite specifications, drawn to SVG without a browser. The finding is the title; every bar carries its
label, so that nothing is told by colour alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from pbc.reports.view import Chart

OVER, UNDER, BLUE, PALE, DARK, RULE = "#7c2855", "#005eb8", "#005eb8", "#c7d9ec", "#212b32", "#768692"
FONT_SIZE = 15
LABEL_ROOM = 132  # pixels: what "£1,234,500 under" takes, and air
VEGA_LITE = "5.20"
CONFIG: dict[str, Any] = {
    "font": "Arial",
    "background": "white",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": FONT_SIZE, "titleFontSize": FONT_SIZE, "titleFontWeight": "normal", "labelColor": DARK,
        "titleColor": DARK, "domain": False, "ticks": False, "gridColor": "#e8edee", "labelPadding": 8, "labelLimit": 400,
    },
    "text": {"fontSize": FONT_SIZE, "color": DARK},
}  # fmt: skip


def bars(rows: list[dict[str, Any]], *, width: int = 400, is_variance: bool = True) -> dict[str, Any]:
    """This returns a specification of bars left and right of a zero line; rows carry `name`, `pounds` and `label`.

    Names stand above their bars, so that the drawing is narrow enough for a telephone. Only a variance has two colours.
    """
    least, most = min(0, *(row["pounds"] for row in rows)), max(0, *(row["pounds"] for row in rows))
    sides = (least < 0) + (most > 0) or 1
    room = (most - least or 1) * LABEL_ROOM / (width - LABEL_ROOM * sides)  # for the labels beside the bars
    domain = [least - (room if least < 0 else 0), most + (room if most > 0 else 0)]
    y = {"field": "name", "type": "nominal", "sort": None, "axis": None}
    x = {"field": "pounds", "type": "quantitative", "axis": None, "scale": {"domain": domain, "nice": False}}
    over = {"test": "datum.pounds > 0", "value": OVER}
    side = {"condition": over, "value": UNDER} if is_variance else {"value": BLUE}
    texts = [
        {
            "transform": [{"filter": f"datum.pounds {test} 0"}],
            "mark": {"type": "text", "align": align, "dx": dx, "dy": 9},
            "encoding": {"y": y, "x": x, "text": {"field": "label", "type": "nominal"}},
        }
        for test, align, dx in ((">=", "left", 6), ("<", "right", -6))
    ]
    start = {**_without_field(x), "datum": domain[0]}
    name = {
        "mark": {"type": "text", "align": "left", "dx": 0 if least < 0 else 4, "dy": -13},
        "encoding": {"y": y, "x": start, "text": {"field": "name"}},
    }
    zero = {"mark": {"type": "rule", "color": RULE}, "encoding": {"x": {**_without_field(x), "datum": 0}}}
    bar = {"mark": {"type": "bar", "height": 20, "yOffset": 9}, "encoding": {"y": y, "x": x, "color": side}}
    return _spec([bar, zero, name, *texts], rows, width=width, height={"step": 54})


def band(rows: list[dict[str, Any]], *, width: int = 400) -> dict[str, Any]:
    """This returns a specification of nested bands with a dot; rows carry name, shares of budget and `label`.

    `outer_low`, `outer_high`, `low`, `high` and `at` are distances from budget as shares (0.05 is 5% over); all but
    `at` may be None. One row is labelled in place; several are named at their left.
    """
    keys = ("outer_low", "outer_high", "low", "high", "at")
    reach = max([abs(row[key]) for row in rows for key in keys if row[key] is not None] + [0.02])
    alone = len(rows) == 1
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 400}}
    words = "datum.value == 0 ? 'Budget' : format(datum.value, '+.0%')"
    axis = {"labelExpr": words, "values": _round_shares(reach), "grid": not alone, "labelOverlap": False}

    def x(field: str) -> dict[str, Any]:
        scale = {"domain": [-reach * 1.1, reach * 1.1], "nice": False}
        return {"field": field, "type": "quantitative", "title": None, "axis": axis, "scale": scale}

    height = 26 if alone else 16
    outline = {"type": "bar", "height": height, "color": "white", "stroke": RULE, "strokeDash": [4, 3]}
    dot = {"type": "point", "filled": True, "size": 130 if alone else 80, "color": DARK, "opacity": 1}
    layers = [
        {"mark": outline, "encoding": {"y": y, "x": x("outer_low"), "x2": {"field": "outer_high"}}},
        {"mark": {"type": "bar", "height": height, "color": PALE}, "encoding": {"y": y, "x": x("low"), "x2": {"field": "high"}}},
        {"mark": {"type": "rule", "color": DARK}, "encoding": {"x": {**_without_field(x("at")), "datum": 0}}},
        {"mark": dot, "encoding": {"y": y, "x": x("at")}},
    ]  # fmt: skip
    if alone:
        layers[2] = {"mark": {"type": "tick", "color": DARK, "size": 46}, "encoding": {"y": y, "x": x("budget")}}
        layers += _labels(y, x)
    return _spec(layers, rows, width=width, height=110 if alone else {"step": 26})


def _round_shares(reach: float) -> list[float]:
    """Round shares from minus to plus the reach, budget in the middle, at most seven."""
    step = next((step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if reach / step < 4), reach)
    sides = int(reach / step)
    return [round(step * at, 6) for at in range(-sides, sides + 1)]


def _labels(y: dict[str, Any], x: Callable[[str], dict[str, Any]]) -> list[dict[str, Any]]:
    above = {"type": "text", "dy": -36, "fontWeight": "bold", "fontSize": FONT_SIZE + 1}
    below = {"type": "text", "dy": 34}
    return [
        {"mark": above, "encoding": {"y": y, "x": x("at"), "text": {"field": "label", "type": "nominal"}}},
        {"mark": below, "encoding": {"y": y, "x": x("budget"), "text": {"value": "luck alone"}}},
    ]


def _without_field(encoding: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in encoding.items() if name != "field"}


def _spec(layers: list[dict[str, Any]], rows: list[dict[str, Any]], *, width: int, height: Any) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width, "height": height, "data": {"values": rows}, "layer": layers, "config": CONFIG,
        "padding": 6,
    }  # fmt: skip


def draw(chart: Chart) -> str:
    """This returns the chart as SVG with a title and a description, scaled to its place on the page."""
    import vl_convert  # heavy, and wanted only where a page is drawn

    svg: str = vl_convert.vegalite_to_svg(chart.spec, vl_version=VEGA_LITE)
    head = re.match(r"<svg[^>]*?width=\"(\d+)\" height=\"(\d+)\"[^>]*>", svg)
    if head is None:
        raise ValueError("the chart was not drawn as SVG")
    width, height = head[1], head[2]
    words = f"<title>{escape(chart.title)}</title><desc>{escape(chart.description)}</desc>"
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(chart.title, {chr(34): "&quot;"})}" '
        f'viewBox="0 0 {width} {height}" style="max-width:{int(int(width) * 1.25)}px">'
    )
    return opening + words + _QUIET.sub("", svg[head.end() :])


_QUIET = re.compile(
    r' (?:aria-[a-z]+|role)="[^"]*"'
)  # one name for the whole picture; its parts are in the table below it
