"""Whatever bytes stand in a file, its reader gives rows or a refusal for people, never another error."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pbc.errors import RefusedInput
from pbc.sources.delimited import recognise
from pbc.sources.published import indicators, list_sizes, organisations, prescribing_spend, tariff, tiers, waits
from pbc.sources.published.checking import judge_published
from pbc.sources.published.find import find_one_published
from pbc.sources.published.local import read_neighbourhoods, read_pots
from pbc.sources.published.reading import layouts
from pbc.sources.published.weighted_populations import read_weighted_population

DAY = date(2019, 4, 1)
READERS: dict[str, Callable[[Path], Any]] = {
    "weighted_population_2018_19": lambda path: read_weighted_population(path, year="2018-19"),
    "weighted_population_2025_26": lambda path: read_weighted_population(path, year="2025-26"),
    "epraccur": organisations.read_practices,
    "membership_history": organisations.read_membership_history,
    "trusts": organisations.read_trusts,
    "practice_hierarchy": lambda path: tiers.read_hierarchy(path, as_at=DAY),
    "practice_deprivation": indicators.read_practice_deprivation,
    "list_sizes": lambda path: list_sizes.read_list_sizes(path, as_at=DAY),
    "practice_spend": lambda path: prescribing_spend.read_practice_spend(path, year=2019),
    "practice_name_match": prescribing_spend.read_practice_name_match,
    "monthly_activity": indicators.read_monthly_activity,
    "admitted_care_tariff": lambda path: tariff.read_tariff(path, financial_year="2018-19"),
    "hrg_trim_points": tariff.read_trim_points,
    "reference_costs": tariff.read_reference_costs,
    "practice_quality": indicators.read_practice_quality,
    "pct_ccg_overlap": indicators.read_pct_ccg_overlap,
    "waits": waits.read_waits,
    "qof_prevalence": indicators.read_qof_prevalence,
    "pots": lambda path: read_pots(path, measures={"Final WP": "overall_weighted_population"}),
    "neighbourhoods": read_neighbourhoods,
}
cells = st.one_of(
    st.sampled_from(["", "Z90001", "1", "-1", "0", "2.5", "1e400", "nan", "20190401", "2019-04-01", "99991231", "All", "01",
                     "9" * 30, "=1+1", "\N{POUND SIGN}5", "1,000", "Final WP", "\u202e", "A", "4"]),
    st.text(st.characters(exclude_characters='"\r\n\x00', exclude_categories=("Cs",)), max_size=8),
)  # fmt: skip


def read_or_refuse(reader: Callable[[Path], Any], path: Path) -> bool:
    """This returns whether the file was read; only a refusal with words may stand in the way."""
    try:
        reader(path)
    except RefusedInput as refusal:
        if not refusal.what:
            pytest.fail("a refusal without words")
        return False
    return True


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.data())
def test_reader_gives_rows_or_a_refusal_whatever_the_cells(tmp_path: Path, name: str, drawn: st.DataObject) -> None:
    layout = layouts(name)[0]
    width = layout.width or len(layout.columns)
    rows = drawn.draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=4))
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    heading = [] if layout.is_headless else [",".join(f'"{column.headings[0]}"' for column in layout.columns)]
    path = tmp_path / "drawn.csv"
    path.write_text("\n".join([*heading, *lines]) + "\n", encoding="utf-8")
    is_read = read_or_refuse(READERS[name], path)
    assert is_read == checks_clean(path) or name in ASKS_MORE


ASKS_MORE = (
    "admitted_care_tariff",
    "pots",
)  # a check reads the prices of both years, and knows the measures of all years


def checks_clean(path: Path) -> bool:
    """Whether a check finds nothing wrong: by the same rules as the reader, so that one is clean where the other reads."""
    try:
        return judge_published(recognise(path, layouts())).faults.is_empty()
    except RefusedInput:
        return False


@pytest.mark.parametrize("name", ["weighted_population_2025_26", "epraccur", "pots"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400))
def test_reader_refuses_any_bytes_in_words(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / "drawn.csv"
    path.write_bytes(content)
    assert not read_or_refuse(READERS[name], path)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10**6), byte=st.integers(0, 255), cut=st.booleans())
def test_reader_of_weighted_lists_survives_a_changed_byte_or_a_cut(
    made_up_england: Path, at: int, byte: int, cut: bool
) -> None:
    path = made_up_england / "changed.csv"
    whole = (made_up_england / "made_up_2025_26.csv").read_bytes()
    at %= len(whole)
    path.write_bytes(whole[:at] if cut else whole[:at] + bytes([byte]) + whole[at + 1 :])

    def found_and_read(one: Path) -> Any:
        return read_weighted_population(find_one_published(one, "weighted_population_2025_26"), year="2025-26")

    assert read_or_refuse(found_and_read, path) in (True, False)
