"""Charts on a telephone, on a wide page, in print and in grey: readable, whole and labelled."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest

from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.reference.activity import SERVICES
from pbc.reports import StatementMaterial, build_commissioner, build_statement, render_statement, render_summary
from pbc.reports.amounts import about
from pbc.reports.charts import FONT_SIZE, NARROW, bars, bars_in_rows, draw
from pbc.reports.position_tables import CAUSES
from pbc.reports.view import Chart, PageTable
from pbc.results import Store

SEPTEMBER = Month(2009, 9)
TELEPHONE = 266  # pixels left for a drawing on a telephone 320 wide


@pytest.fixture(scope="module")
def material(made_up_store: Store) -> StatementMaterial:
    return gather_statement(made_up_store, month=SEPTEMBER)


def width_of(svg: str) -> float:
    found = re.search(r'viewBox="0 0 (\d+) ', svg)
    assert found is not None
    return float(found[1])


def words_of(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def chart_of(spec: dict[str, object]) -> Chart:
    return Chart("x", "A finding", "", "", spec, "", PageTable("x", "", (), ()))


def test_every_drawing_is_narrow_enough_for_a_telephone(material: StatementMaterial) -> None:
    """Scaled to 320 pixels of screen, the letters stay at least 11 pixels high."""
    charts = [*build_statement(material, practice_code="Z90001").charts, *build_commissioner(material).charts]
    assert len(charts) >= 4
    for chart in charts:
        assert FONT_SIZE * TELEPHONE / width_of(draw(chart, is_narrow=True)) >= 11, chart.name


def test_wide_chart_is_drawn_again_for_telephones_and_the_page_shows_one_of_the_two(
    material: StatementMaterial,
) -> None:
    page = render_summary(build_commissioner(material))
    figure = re.findall(r'<figure id="chart-practices".*?</figure>', page, re.DOTALL)[0]
    wide, narrow = figure.split('<div class="for-narrow">')
    assert width_of(wide) > 400 > width_of(narrow)
    assert set(words_of(wide)) >= {name for name in words_of(narrow) if "(" in name} != set()
    assert ".for-narrow { display: none; }" in page
    assert re.search(r"@media screen and \(max-width: 46rem\) \{\s*\.for-wide \{ display: none; \}", page)
    assert "for-wide" not in render_statement(build_statement(material, practice_code="Z90001")).split("<body>")[1]


@pytest.mark.parametrize("label", ["£1,234,500 under", "−£1,234,500", "+£9,900"], ids=["long", "signed", "short"])
def test_names_of_services_stand_whole_beside_their_labels(label: str) -> None:
    names = [service.title for service in SERVICES.values()]
    svg = draw(chart_of(bars([{"name": name, "pounds": -5.0, "label": label} for name in names])))
    assert set(names) <= set(words_of(svg))


def test_names_of_causes_stand_whole_beside_their_labels() -> None:
    names = [words.capitalize() for words in CAUSES.values()]
    svg = draw(chart_of(bars([{"name": name, "pounds": 5.0, "label": "+£1,234,500"} for name in names])))
    assert set(names) <= set(words_of(svg))


@pytest.mark.parametrize(
    "name", ["A" * 80, "BOUNDARY HOUSE MEDICAL CENTRE AND SURGERY", "m" * 40], ids=["wide", "capitals", "small"]
)
def test_long_name_is_cut_and_never_runs_into_its_label(name: str) -> None:
    svg = draw(chart_of(bars([{"name": name, "pounds": 5.0, "label": "£1,234,500 over"}])))
    shown = next(words for words in words_of(svg) if words.endswith("…"))
    assert 12 <= len(shown) <= 25
    assert name.startswith(shown[:-1])
    assert "£1,234,500 over" in words_of(svg)


def test_two_long_names_that_begin_alike_keep_a_bar_each() -> None:
    rows = [{"name": "A" * 80 + end, "pounds": 5.0, "label": end} for end in "xy"]
    assert {"x", "y"} <= set(words_of(draw(chart_of(bars(rows)))))
    assert len({row["name"] for row in bars(rows)["data"]["values"]}) == 2


@pytest.mark.parametrize("drawn", [bars, bars_in_rows], ids=["stacked", "rows"])
def test_line_of_nought_runs_through_no_words(drawn) -> None:  # type: ignore[no-untyped-def]
    """Nought is marked at each bar; a label beside or above it is never crossed."""
    rows = [{"name": name, "pounds": pounds, "label": f"£{pounds}"} for name, pounds in (("Over", 9), ("Under", -900))]
    spec = drawn(rows)
    assert "rule" not in {layer["mark"]["type"] for layer in spec["layer"]}
    marks = [layer["mark"] for layer in spec["layer"] if layer["mark"]["type"] == "tick"]
    assert [mark["size"] < spec["height"]["step"] / 2 + 10 for mark in marks] == [True]
    assert {"£9", "£-900"} <= set(words_of(draw(chart_of(spec))))


def test_bars_without_any_distance_are_still_drawn() -> None:
    svg = draw(chart_of(bars([{"name": "Outpatients", "pounds": 0.0, "label": "on"}])))
    assert "Outpatients" in words_of(svg)


def test_chart_stands_beside_a_small_table_and_above_a_broad_one(material: StatementMaterial) -> None:
    view = build_statement(material, practice_code="Z90001")
    page = render_statement(view)
    beside = set(re.findall(r'<figure id="chart-([a-z-]+)" class="beside">', page))
    assert beside == {chart.name for chart in view.charts if len(chart.table.heads) <= 5}
    assert "causes" not in beside
    assert replace(view.charts[0], narrow=None).narrow is None


LAST_YEAR = [200804 + number if number < 9 else 200901 + number - 9 for number in range(12)]


def two_years(material: StatementMaterial, *, is_broken: bool, first: int = 0) -> StatementMaterial:
    """The material with last year's months of the first practice, hospital care grouped otherwise or not."""
    now = material.table("monthly_costs")
    rows = [
        {"statement_month": 200909, "practice_code": "Z90001", "line": line, "month": month, "cost_pence": 10_000_000,
         "is_broken": is_broken and line == "hospital", "figure_id": f"x{line}{month}"}
        for line in ("hospital", "prescribing") for month in LAST_YEAR[first:]
    ]  # fmt: skip
    both = pl.concat([pl.DataFrame(rows, schema=now.schema), now])
    unchanged = material.table("restated_months").clear()  # or months in which a few came late would be hidden
    return replace(material, tables={**material.tables, "monthly_costs": both, "restated_months": unchanged})


def month_chart_of(material: StatementMaterial) -> Chart:
    charts = build_statement(material, practice_code="Z90001").charts
    return next(chart for chart in charts if chart.name == "months")


def lines_of(svg: str) -> list[tuple[float, float]]:
    """From where to where each line of the drawing runs, in pixels across."""
    paths = re.findall(r'<g class="mark-line[^>]*>(.*?)</g>', svg, re.DOTALL)
    spans = []
    for path in re.findall(r' d="(M[^"]+)"', "".join(paths)):
        across = [float(x) for x in re.findall(r"[ML](-?[\d.]+)", path)]
        spans.append((min(across), max(across)))
    return spans


def test_change_of_grouping_is_a_drawn_break_and_no_line_crosses_it(material: StatementMaterial) -> None:
    """The broken line stands between March and April with words; hospital care stops before it and begins anew."""
    whole, broken = (month_chart_of(two_years(material, is_broken=each)) for each in (False, True))
    assert "new groups: not compared" in words_of(draw(broken))
    assert "new groups: not compared" not in words_of(draw(whole))
    assert (len(lines_of(draw(whole))), len(lines_of(draw(broken)))) == (2, 3)
    middle = (NARROW - 84) * 12 / 24
    crossing = [span for span in lines_of(draw(broken)) if span[0] < middle < span[1]]
    assert len(crossing) == 1  # prescribing alone runs through: no tariff groups it
    assert "the two years stand apart" in broken.title
    assert "not to be compared" in broken.table.note
    assert "than in the same months of last year" in whole.title


def test_month_chart_compares_only_months_held_in_both_years(material: StatementMaterial) -> None:
    """Last year held from August on: only August and September are compared in the title, and the rest says No data."""
    chart = month_chart_of(two_years(material, is_broken=False, first=4))
    now = material.table("monthly_costs").filter(
        (pl.col("practice_code") == "Z90001") & (pl.col("line") == "hospital") & (pl.col("month") >= 200908)
    )
    more = now["cost_pence"].sum() - 2 * 10_000_000
    assert f"£{round(abs(more) / 10_000) * 100:,}" in chart.title
    table = {row[0]: row[1:] for row in chart.table.rows}
    assert table["April"][0] == "No data"
    assert table["August"][0] == "£100,000"
    assert table["October"][1] == table["October"][3] == "To come"


def test_month_table_holds_what_is_published_and_prescribing_to_come(material: StatementMaterial) -> None:
    held = material.table("monthly_costs").filter(pl.col("practice_code") == "Z90002")
    late = replace(material, prescribing_to=Month(2009, 7), tables={
        **material.tables, "monthly_costs": material.table("monthly_costs").filter(
            (pl.col("line") == "hospital") | (pl.col("month") <= 200907)
        ),
    })  # fmt: skip
    chart = next(c for c in build_statement(late, practice_code="Z90002").charts if c.name == "months")
    pence = dict(held.filter(pl.col("line") == "hospital").select("month", "cost_pence").iter_rows())
    assert chart.table.rows[0][2] == about(pence[200904])
    assert [row[4] for row in chart.table.rows[3:6]] == [about(_rx(held, 200907)), "To come", "To come"]
    assert chart.title == "Hospital care month by month"


def _rx(held: pl.DataFrame, month: int) -> int:
    return int(held.filter((pl.col("line") == "prescribing") & (pl.col("month") == month))["cost_pence"][0])


def test_statement_made_before_months_were_published_has_no_month_chart(material: StatementMaterial) -> None:
    old = replace(material, tables={name: frame for name, frame in material.tables.items() if name != "monthly_costs"})
    assert "months" not in {chart.name for chart in build_statement(old, practice_code="Z90001").charts}
