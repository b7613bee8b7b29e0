"""Charts as Vega-Lite specifications, drawn to SVG without a browser. The finding is the title; every bar carries its
label, so that nothing is told by colour alone. Drawings are as narrow as a telephone, and names stand above what they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from pbc.reports.view import Chart

OVER, UNDER, BLUE, PALE, DARK, RULE = "#7c2855", "#005eb8", "#005eb8", "#c7d9ec", "#212b32", "#768692"
FONT_SIZE = 15
NARROW = 312  # pixels: on a telephone of 320 the letters of a drawing this wide are still 12 pixels high
WIDE = 460
LETTER = 7.4  # pixels: the width of a letter at that height
WIDTHS = {**dict.fromkeys("il,.'", 0.47), **dict.fromkeys(" frt()", 0.62), **dict.fromkeys("mw", 1.6)}
LABEL_ROOM = 132  # pixels: what "£1,234,500 under" takes, and air
BREAK = "new groups: not compared"
ONCE: dict[str, Any] = {"values": [{}]}  # for what is drawn once, not once for each row
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


def bars(rows: list[dict[str, Any]], *, is_variance: bool = True) -> dict[str, Any]:
    """This returns a specification of bars left and right of nought; rows carry `name`, `pounds` and `label`.

    Name and label stand on a line above each bar, where no bar and no line of nought can run through them. Only a
    variance has two colours.
    """
    y = {"field": "name", "type": "nominal", "sort": None, "axis": None}
    x, side = _pounds(rows, room=1.02), _side(is_variance)
    name = {
        "mark": {"type": "text", "align": "left", "dy": -13},
        "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "short", "type": "nominal"}},
    }
    label = {
        "mark": {"type": "text", "align": "right", "dy": -13},
        "encoding": {"y": y, "x": {"value": NARROW}, "text": {"field": "label"}},
    }
    bar = {"mark": {"type": "bar", "height": 18, "yOffset": 8}, "encoding": {"y": y, "x": x, "color": side}}
    shown = _named_short(rows, beside="label")
    return _spec([bar, _nought(y, x, size=20, y_offset=8), name, label], shown, width=NARROW, height={"step": 50})


def _named_short(rows: list[dict[str, Any]], *, beside: str = "") -> list[dict[str, Any]]:
    """The rows with `short`: the name cut to the line, less the room that the field `beside` takes on it."""
    room = NARROW - max((_length(str(row[beside])) for row in rows if beside), default=0) - 8
    return [{**row, "short": _cut(str(row["name"]), room)} for row in rows]


def _cut(name: str, room: float) -> str:
    kept = name
    while kept and _length(kept) > room:
        kept = kept[:-1]
    return name if kept == name else f"{kept[:-1].rstrip()}…"


def _length(words: str) -> float:
    """About how many pixels words take: capitals and figures are broader than small letters."""
    return sum(LETTER * (1.35 if letter.isupper() else WIDTHS.get(letter, 1.1)) for letter in words)


def bars_in_rows(rows: list[dict[str, Any]], *, is_variance: bool = True) -> dict[str, Any]:
    """This returns the same for many bars on a wide page: one row each, its name at the left and its label at the right."""
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 320}}
    x, side = _pounds(rows, room=1.02), _side(is_variance)
    bar = {"mark": {"type": "bar", "height": 16}, "encoding": {"y": y, "x": x, "color": side}}
    label = {
        "mark": {"type": "text", "align": "right", "dx": LABEL_ROOM - 20},
        "encoding": {"y": y, "x": {"value": WIDE}, "text": {"field": "label"}},
    }
    return _spec([bar, _nought(y, x, size=22), label], rows, width=WIDE, height={"step": 26})


def _pounds(rows: list[dict[str, Any]], *, room: float) -> dict[str, Any]:
    least, most = min(0, *(row["pounds"] for row in rows)), max(0, *(row["pounds"] for row in rows))
    scale = {"domain": [least * room, (most or -least * 0.02 or 1) * room], "nice": False}
    return {"field": "pounds", "type": "quantitative", "axis": None, "scale": scale}


def _side(is_variance: bool) -> dict[str, Any]:
    over = {"test": "datum.pounds > 0", "value": OVER}
    return {"condition": over, "value": UNDER} if is_variance else {"value": BLUE}


def _nought(y: dict[str, Any], x: dict[str, Any], *, size: int, y_offset: int = 0) -> dict[str, Any]:
    """Nought is marked at each bar and not through the words between them."""
    mark = {"type": "tick", "orient": "vertical", "color": DARK, "size": size, "thickness": 1.5, "yOffset": y_offset}
    return {"mark": mark, "encoding": {"y": y, "x": {**_without_field(x), "datum": 0}}}


def band(row: dict[str, Any]) -> dict[str, Any]:
    """This returns a specification of nested bands with a dot; the row carries shares of budget and a `label`.

    `outer_low`, `outer_high`, `low`, `high` and `at` are distances from budget as shares (0.05 is 5% over); all but
    `at` may be None.
    """
    y = {"field": "name", "type": "nominal", "sort": None, "title": None}
    x = _shares([row], has_grid=False)
    layers = [
        *_nested(y, x, height=26),
        {"mark": {"type": "tick", "color": DARK, "size": 46}, "encoding": {"y": y, "x": x("budget")}},
        _dot(y, x, size=130),
        *_labels(y, x),
    ]
    return _spec(layers, [row], width=NARROW, height=110)


def bands(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """This returns nested bands of many units on a wide page, each named at its left, under one line of budget."""
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 400}}
    x = _shares(rows, has_grid=True)
    layers = [*_nested(y, x, height=16), _budget_line(x), _dot(y, x, size=80)]
    return _spec(layers, rows, width=WIDE, height={"step": 26})


def bands_narrow(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """This returns the same for a telephone: each name on a line above its band, the budget marked at each band."""
    y = {"field": "name", "type": "nominal", "sort": None, "axis": None}
    x = _shares(rows, has_grid=False)
    budget = {"type": "tick", "orient": "vertical", "color": DARK, "size": 22, "thickness": 1.5, "yOffset": 9}
    name = {
        "mark": {"type": "text", "align": "left", "dy": -11},
        "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "short", "type": "nominal"}},
    }
    layers = [
        *_nested(y, x, height=16, y_offset=9),
        {"mark": budget, "encoding": {"y": y, "x": {**_without_field(x("at")), "datum": 0}}},
        _dot(y, x, size=80, y_offset=9),
        name,
    ]
    return _spec(layers, _named_short(rows), width=NARROW, height={"step": 46})


Scale = Callable[[str], dict[str, Any]]


def months(rows: list[dict[str, Any]], *, broken_at: float | None, labels: Mapping[int, str]) -> dict[str, Any]:
    """This returns lines over months; rows carry `line`, `part`, `at` (months since the start) and `pounds`.

    A line is drawn through the rows of one `part` and never across `broken_at`, where an upright line with words stands.
    """
    last = max([*labels, *(row["at"] for row in rows)])
    words = " : ".join(f"datum.value == {at} ? '{said}'" for at, said in labels.items())
    x_axis = {
        "values": list(labels),
        "labelExpr": f"{words} : ''",
        "grid": False,
        "labelPadding": 12,
        "title": None,
    }
    x = {"field": "at", "type": "quantitative", "axis": x_axis, "scale": {"domain": [-0.5, last + 0.5], "nice": False}}
    large = "'£' + format(datum.value / 1e6, '.1f') + 'm'"
    thousands = f"datum.value == 0 ? '£0' : datum.value >= 1e6 ? {large} : '£' + format(datum.value / 1000, ',') + 'k'"
    y_axis = {"labelExpr": thousands, "tickCount": 4, "title": None}
    y = {"field": "pounds", "type": "quantitative", "axis": y_axis, "scale": {"zero": True}}
    names = list(dict.fromkeys(row["line"] for row in rows))
    scale = {"domain": names, "range": [DARK, OVER][: len(names)]}
    look = {
        "color": {"field": "line", "type": "nominal", "legend": None, "scale": scale},
        "strokeDash": {
            "field": "line", "type": "nominal", "legend": None, "scale": {"domain": names, "range": [[1, 0], [5, 3]][: len(names)]},
        },
    }  # fmt: skip
    line = {
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {"x": x, "y": y, "detail": {"field": "part"}, **look},
    }
    dots = {
        "mark": {"type": "point", "filled": True, "size": 28, "opacity": 1},
        "encoding": {"x": x, "y": y, "color": look["color"]},
    }
    layers = [line, dots, *[_name_of_line(rows, name, x, y) for name in names]]
    return _spec(layers + _break(x, broken_at), rows, width=NARROW - 84, height=220)


def _name_of_line(rows: list[dict[str, Any]], name: str, x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    """The name stands above all that lies under it, its first eleven months, so that it needs no key and crosses no line."""
    first = [row for row in rows if row["line"] == name][:11]
    top = max(row["pounds"] for row in first)
    place = {"x": {**_without_field(x), "datum": first[0]["at"]}, "y": {**_without_field(y), "datum": top}}
    mark = {"type": "text", "align": "left", "dy": -12, "fontWeight": "bold"}
    return {"data": ONCE, "mark": mark, "encoding": {**place, "text": {"value": name}}}


def _break(x: dict[str, Any], broken_at: float | None) -> list[dict[str, Any]]:
    if broken_at is None:
        return []
    place = {"x": {**_without_field(x), "datum": broken_at}}
    words = {"type": "text", "align": "center", "dy": -12, "fontWeight": "bold"}
    rule = {"type": "rule", "color": DARK, "strokeDash": [2, 3], "strokeWidth": 2}
    return [
        {"data": ONCE, "mark": rule, "encoding": place},
        {"data": ONCE, "mark": words, "encoding": {**place, "y": {"value": 0}, "text": {"value": BREAK}}},
    ]


def _shares(rows: list[dict[str, Any]], *, has_grid: bool) -> Scale:
    keys = ("outer_low", "outer_high", "low", "high", "at")
    reach = max([abs(row[key]) for row in rows for key in keys if row[key] is not None] + [0.02])
    words = "datum.value == 0 ? 'Budget' : format(datum.value, '+.0%')"
    axis = {
        "labelExpr": words,
        "values": _round_shares(reach, sides=3 if has_grid else 2),
        "grid": has_grid,
        "labelOverlap": False,
    }
    scale = {"domain": [-reach * 1.1, reach * 1.1], "nice": False}
    return lambda field: {"field": field, "type": "quantitative", "title": None, "axis": axis, "scale": scale}


def _nested(y: dict[str, Any], x: Scale, *, height: int, y_offset: int = 0) -> list[dict[str, Any]]:
    size = {"type": "bar", "height": height, "yOffset": y_offset}
    outline = {**size, "color": "white", "stroke": RULE, "strokeDash": [4, 3]}
    return [
        {"mark": outline, "encoding": {"y": y, "x": x("outer_low"), "x2": {"field": "outer_high"}}},
        {"mark": {**size, "color": PALE}, "encoding": {"y": y, "x": x("low"), "x2": {"field": "high"}}},
    ]


def _budget_line(x: Scale) -> dict[str, Any]:
    place = {"x": {**_without_field(x("at")), "datum": 0}}
    return {"data": ONCE, "mark": {"type": "rule", "color": DARK}, "encoding": place}


def _dot(y: dict[str, Any], x: Scale, *, size: int, y_offset: int = 0) -> dict[str, Any]:
    dot = {"type": "point", "filled": True, "size": size, "color": DARK, "opacity": 1, "yOffset": y_offset}
    return {"mark": dot, "encoding": {"y": y, "x": x("at")}}


def _round_shares(reach: float, *, sides: int) -> list[float]:
    """Round shares from minus to plus the reach, budget in the middle, at most so many on each side."""
    step = next((step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if reach / step < sides + 1), reach)
    fit = int(reach / step)
    return [round(step * at, 6) for at in range(-fit, fit + 1)]


def _labels(y: dict[str, Any], x: Scale) -> list[dict[str, Any]]:
    above = {"type": "text", "dy": -36, "fontWeight": "bold", "fontSize": FONT_SIZE + 1}
    below = {"type": "text", "dy": 34}
    return [
        {"mark": above, "encoding": {"y": y, "x": x("at"), "text": {"field": "label", "type": "nominal"}}},
        {"mark": below, "encoding": {"y": y, "x": x("budget"), "text": {"value": "luck alone"}}},
    ]


def _without_field(encoding: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in encoding.items() if name != "field"}


def _spec(layers: Sequence[dict[str, Any]], rows: list[dict[str, Any]], *, width: int, height: Any) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width, "height": height, "data": {"values": rows}, "layer": list(layers), "config": CONFIG,
        "padding": 6,
    }  # fmt: skip


def draw(chart: Chart, *, is_narrow: bool = False) -> str:
    """This returns the chart as SVG with a title and a description, scaled to its place on the page.

    `is_narrow` asks for its drawing for a telephone, where it has another one for wide pages.
    """
    import vl_convert  # heavy, and wanted only where a page is drawn

    spec = chart.narrow if is_narrow and chart.narrow is not None else chart.spec
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    head = re.match(r"<svg[^>]*?width=\"(\d+)\" height=\"(\d+)\"[^>]*>", svg)
    if head is None:
        raise ValueError("the chart was not drawn as SVG")
    width, height = head[1], head[2]
    words = f"<title>{escape(chart.title, quote=False)}</title><desc>{escape(chart.description, quote=False)}</desc>"
    label = escape(chart.title, quote=False).replace('"', "&quot;")
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" '
        f'viewBox="0 0 {width} {height}" style="max-width:{int(int(width) * 1.25)}px">'
    )
    return opening + words + _QUIET.sub("", svg[head.end() :])


_QUIET = re.compile(
    r' (?:aria-[a-z]+|role)="[^"]*"'
)  # one name for the whole picture; its parts are in the table below it
