"""Real practices' prescribing: what is matched by place is headlined, what is matched by name alone stands apart."""

from __future__ import annotations

import re

import polars as pl

from pbc.reports.published_statement import PublishedStatement, render_published_statement

PLACE, NAME = "name+location", "unique name only"


def stated(*matched: str) -> PublishedStatement:
    """Practices from far above their share to far below it, matched as given; the year in one month."""
    variances = [500_000 - 250_000 * number for number in range(len(matched))]
    variances[-1] = -sum(variances[:-1])
    practices = pl.DataFrame(
        {
            "practice_code": [f"Z9000{number}" for number in range(len(matched))],
            "practice_name": [f"Practice {chr(65 + number)}" for number in range(len(matched))],
            "registered_population": [5_000.0] * len(matched),
            "prescribing_weighted_population": [5_500.0] * len(matched),
            "prescribing_need_index": [1.1] * len(matched),
            "actual_pence": [2_000_000 + variance for variance in variances],
            "fair_share_pence": [2_000_000] * len(matched),
            "variance_pence": variances,
            "variance_share": [variance / 2_000_000 for variance in variances],
            "matched_by": list(matched),
            "list_note": [None] * len(matched),
        }
    )
    months = practices.select(
        "practice_code", "actual_pence", "fair_share_pence", "variance_pence", month=pl.lit(201901)
    )
    return PublishedStatement("ZC1", "Made-up CCG", 2019, "2018/19", practices, months, ("A source",), ())


def cards(page: str) -> str:
    return re.findall(r'<ul class="headlines">.*?</ul>', page, re.DOTALL)[0]


def test_cards_name_only_practices_matched_by_place() -> None:
    """A is furthest above and E furthest below, both matched by name alone: B and D are headlined."""
    shown = stated(NAME, PLACE, PLACE, PLACE, NAME)
    page = render_published_statement(shown, downloads={})
    assert [name for name in "ABCDE" if f"Practice {name}" in cards(page)] == ["B", "D"]
    assert "Furthest above its share of those matched by place" in cards(page)
    assert "2 of 3 practices matched by place spent within 10% of their share" not in page
    assert "1 of 3 practices matched by place spent within 10% of their share" in page


def test_doubtful_practices_stand_in_a_table_of_their_own_and_not_in_the_chart() -> None:
    shown = stated(NAME, PLACE, PLACE, PLACE, NAME)
    page = render_published_statement(shown, downloads={})
    chart = page.split("<figure")[1].split("</figure>")[0]
    apart = page.split('id="table-doubtful"')[1].split("</table>")[0]
    assert [name for name in "ABCDE" if f"Practice {name}" in chart] == ["B", "C", "D"]
    assert [name for name in "ABCDE" if f"Practice {name}" in apart] == ["A", "E"]
    assert "These 2 practices" in apart
    assert "name alone" in apart
    assert "Practice A and Practice E could be matched by name alone" in page
    sums = [shown.sure, shown.doubtful]
    assert sum(int(part["actual_pence"].sum()) for part in sums) == shown.total_pence


def test_where_all_or_none_are_matched_by_place_nothing_stands_apart() -> None:
    for shown in (stated(PLACE, PLACE, PLACE), stated(NAME, NAME, NAME)):
        page = render_published_statement(shown, downloads={})
        assert 'id="table-doubtful"' not in page
        assert shown.sure.height == 3
        assert "of those matched by place" not in page
        assert "<td></td>" not in re.sub(r"<td[^>]*>", "<td>", page)
